"""vinkje send: a mail that vinkje made, by SMTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli.options import A_FILE, TEXTS, account_options, again_option, dry_run_option
from cli.say import say_posted, say_waiting

if TYPE_CHECKING:
    from forms.mail.account import Account


@click.command()
@click.argument("mail", type=A_FILE, default=Path("rapport.eml"), metavar="[FILE.eml]")
@click.option(
    "--to",
    type=TEXTS,
    multiple=True,
    metavar="ADDRESS",
    help="Who gets it; repeat it, or put several with commas. Else those whom the mail names.",
)
@account_options
@dry_run_option
@again_option
@click.option(
    "--save-password",
    is_flag=True,
    help="Ask for USER's password, keep it in this computer's keyring, and stop.",
)
@click.pass_context
def send(
    ctx: click.Context,
    /,
    mail: Path,
    to: tuple[str, ...],
    *,
    dry_run: bool,
    again: bool,
    save_password: bool,
    **account: Any,
) -> None:
    """Send a mail that vinkje made: rapport.eml when none is named.

    Nobody gets the same mail twice: what was sent is kept in a small log beside it,
    rapport.verzonden.jsonl. Where a part was not sent, the same command sends what is left.
    """
    from forms.mail.account import read_account
    from forms.mail.outbox import log_of, read_log
    from forms.mail.post import read_draft, refuse_faults, send_drafts

    read = read_account(**account)
    if save_password:
        _keep(read)
        return
    # A reminder is for its owner, whoever gets the report as a rule.
    is_typed = ctx.get_parameter_source("to") is ParameterSource.COMMANDLINE
    draft = read_draft(mail, to if is_typed else (), to)
    log = log_of(mail)
    if dry_run:
        say_waiting([draft], read, read_log(log), again=again)
        return
    posted = send_drafts([draft], read, log, again=again)
    say_posted(posted)
    refuse_faults(posted)


def _keep(account: Account) -> None:
    from forms.mail.account import keep_password

    user, host = account.server.user, account.server.host
    if not user:
        raise click.UsageError("Whose password? Name the user with --user.")
    keep_password(account, click.prompt(f"Password of {user} at {host}", hide_input=True, err=True))
    click.echo(f"Kept the password of {user} in this computer's keyring.")
