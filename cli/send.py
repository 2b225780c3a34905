"""vinkje send: a mail that vinkje made, by SMTP."""

from __future__ import annotations

from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from cli.options import A_FILE, TEXTS, account_options, again_option, dry_run_option
from cli.output import print_arrived, send_all, show_waiting, warn_of

if TYPE_CHECKING:
    from forms.jobs.send import SendRequest
    from forms.mail.account import AccountSettings


@click.command()
@click.argument("mail", type=A_FILE, default=Path("rapport.eml"), metavar="[FILE.eml]")
@click.option(
    "--to",
    type=TEXTS,
    multiple=True,
    metavar="ADDRESS",
    help="Who gets the mail; repeat it, or put commas between addresses. Without it, those whom "
    "the mail itself names.",
)
@account_options
@dry_run_option
@again_option
@click.option(
    "--arrived",
    is_flag=True,
    help="Write down that the mails of which that was not certain did arrive, or that you sent the "
    "report from your mail program; sends nothing.",
)
@click.option(
    "--save-password",
    is_flag=True,
    help="Ask for the password of USER, keep it in the password store of this computer (the "
    "keyring), and stop.",
)
@click.pass_context
def send(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    /,
    mail: Path,
    to: tuple[str, ...],
    account: AccountSettings,
    *,
    dry_run: bool,
    again: bool,
    arrived: bool,
    save_password: bool,
) -> None:
    """Send the mail with the report, or the reminders.

    For example: vinkje send --to team@example.nl --dry-run

    That shows who would get what. Leave --dry-run out to send it. The mail server (--host, --user)
    can stand in vinkje.toml, under [send].

    FILE.eml is the mail that 'vinkje report' made; without it, rapport.eml. It can also be the
    folder that 'vinkje remind' made: then all drafts that are left in it are sent, each to its
    owner.

    Nobody gets the same mail twice: what was sent is kept beside the report, in
    rapport.verzonden.jsonl. Did a part not go? The same command sends what is left. With --again,
    somebody whom you name with --to gets it once more in any case.
    """
    from forms.jobs.send import SendRequest

    is_typed = ctx.get_parameter_source("to") is ParameterSource.COMMANDLINE
    if mail.is_dir() and is_typed:
        raise click.UsageError(
            gettext("The drafts in a folder go to their owners; leave --to out.")
        )
    if arrived and (dry_run or again):
        raise click.UsageError(gettext("--arrived sends nothing; leave --dry-run and --again out."))
    # Who stands in the settings gets what names nobody; who is typed gets it in any case.
    typed, usual = (to, ()) if is_typed else ((), to)
    request = SendRequest(mail, typed, usual, again)
    if arrived:
        _write_down_arrival(request)
    elif save_password:
        _keep_password(account)
    else:
        _send(request, account, dry_run=dry_run)


def _write_down_arrival(request: SendRequest) -> None:
    from forms.jobs.send import confirm_arrival

    known, left_out = confirm_arrival(request)
    print_arrived(known)
    warn_of(left_out)


def _send(request: SendRequest, account: AccountSettings, *, dry_run: bool) -> None:
    from forms.jobs.send import outgoing
    from forms.mail.account import read_account

    ready = outgoing(request)
    # To see who would get what, no server has to be named yet.
    server = read_account(account) if account.host or not dry_run else None
    if request.again and not ready.drafts:
        click.echo(gettext("Of nobody is it uncertain whether they got it: nothing to send again."))
    warn_of(ready.warnings)
    if dry_run or not server:
        show_waiting(ready, server)
    else:
        send_all(ready, server)


def _keep_password(account: AccountSettings) -> None:
    from forms.mail.account import check_keyring, keep_password, read_server

    server = read_server(account)
    names = {"user": server.user, "host": server.host}
    if not server.user:
        raise click.UsageError(gettext("Whose password? Name the user with --user."))
    check_keyring()
    question = gettext("Password of {user} at {host}").format(**names)
    keep_password(server, click.prompt(question, hide_input=True, err=True))
    text = gettext("Kept the password of {user} in this computer's password store (keyring).")
    click.echo(text.format(**names))
