"""vinkje send: a mail that vinkje made, by SMTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli.options import A_FILE, TEXTS, account_options, again_option, dry_run_option
from cli.output import say_arrived, say_posted, say_waiting, truthful, warn_of

if TYPE_CHECKING:
    from forms.mail.draft_files import Draft


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
    "--arrived",
    is_flag=True,
    help="Write down that what may have arrived did arrive; sends nothing.",
)
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
    arrived: bool,
    save_password: bool,
    **account: Any,
) -> None:
    """Send a mail that vinkje made: rapport.eml when none is named.

    FILE.eml may also be the folder of 'vinkje remind': then all drafts that are left in it are
    sent, each to its owner.

    Nobody gets the same mail twice: what was sent is kept in a small log beside the report,
    rapport.verzonden.jsonl. Where a part was not sent, the same command sends what is left. With
    --again, somebody whom you name with --to gets it once more in any case.
    """
    from forms.mail.account import read_account
    from forms.mail.attachment import reaching_copies
    from forms.mail.delivery import check_delivered, for_the_unsure, note_arrived, send_drafts
    from forms.mail.draft_files import outdated
    from forms.mail.sent_log import log_of, read_log
    from forms.mail.smtp import DeliveryStatus

    is_typed = ctx.get_parameter_source("to") is ParameterSource.COMMANDLINE
    if mail.is_dir() and is_typed:
        raise click.UsageError("The drafts in a folder go to their owners; leave --to out.")
    if arrived and (dry_run or again):
        raise click.UsageError("--arrived sends nothing; leave --dry-run and --again out.")
    log = log_of(mail / "any.eml" if mail.is_dir() else mail)
    if arrived:
        drafts, others = _drafts(mail, to, is_typed=is_typed, to_send=False)
        if not is_typed:
            drafts = [for_the_unsure(draft, read_log(log)) for draft in drafts]
        say_arrived(note_arrived(drafts, log))
        warn_of(others)
        return
    if save_password:
        _keep_password(**account)
        return
    read = read_account(**account)
    drafts, others = _drafts(mail, to, is_typed=is_typed)
    if again and not is_typed:
        drafts = [for_the_unsure(draft, read_log(log)) for draft in drafts]
        drafts = [draft for draft in drafts if draft.to]
        if not drafts:
            click.echo("Of nobody is it uncertain whether they got it: nothing to send again.")
    anew = [DeliveryStatus.UNSURE, DeliveryStatus.SENT] if again else []
    warn_of([*outdated(drafts), *reaching_copies(drafts)])
    if dry_run:
        say_waiting(drafts, read, read_log(log), anew)
        warn_of(others)
        return
    with truthful():
        posted = send_drafts(drafts, read, log, anew=anew, tell=say_posted)
    check_delivered(posted, others)


def _drafts(
    mail: Path, to: tuple[str, ...], *, is_typed: bool, to_send: bool = True
) -> tuple[list[Draft], list[str]]:
    """Return the drafts that are meant, and why others are not sent."""
    from forms.mail.draft_files import read_draft, read_drafts

    if mail.is_dir():
        return read_drafts(mail, to_send=to_send)
    # A reminder is for its owner, whoever gets the report as a rule.
    return [read_draft(mail, to if is_typed else (), to, to_send=to_send)], []


def _keep_password(**account: Any) -> None:
    from forms.mail.account import check_keyring, keep_password, read_server

    server = read_server(**account)
    user, host = server.user, server.host
    if not user:
        raise click.UsageError("Whose password? Name the user with --user.")
    check_keyring()
    keep_password(server, click.prompt(f"Password of {user} at {host}", hide_input=True, err=True))
    click.echo(f"Kept the password of {user} in this computer's keyring.")
