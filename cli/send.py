"""vinkje send: a mail that vinkje made, by SMTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli.options import A_FILE, TEXTS, account_options, again_option, dry_run_option
from cli.say import say_arrived, say_posted, say_waiting, truthful, warn_of

if TYPE_CHECKING:
    from forms.mail.account import Account
    from forms.mail.drafts import Draft
    from forms.mail.smtp import Fate


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
    from forms.mail.outbox import read_log
    from forms.mail.post import note_arrived, refuse_faults, send_drafts

    is_typed = ctx.get_parameter_source("to") is ParameterSource.COMMANDLINE
    if arrived:
        drafts, others = _drafts(mail, to, is_typed=is_typed)
        say_arrived(note_arrived(drafts, _log(mail)))
        return
    read = read_account(**account)
    if save_password:
        _keep(read)
        return
    drafts, others = _drafts(mail, to, is_typed=is_typed)
    anew = _anew(again=again, is_typed=is_typed)
    if dry_run:
        say_waiting(drafts, read, read_log(_log(mail)), anew)
        warn_of(others)
        return
    with truthful():
        posted = send_drafts(drafts, read, _log(mail), anew=anew, tell=say_posted)
    refuse_faults(posted, others)


def _drafts(mail: Path, to: tuple[str, ...], *, is_typed: bool) -> tuple[list[Draft], list[str]]:
    """Return the drafts to send, and why others are not."""
    from forms.mail.drafts import read_draft, read_drafts

    # A reminder is for its owner, whoever gets the report as a rule.
    named = to if is_typed else ()
    if mail.is_dir():
        return read_drafts(mail, named)
    return [read_draft(mail, named, to)], []


def _log(mail: Path) -> Path:
    from forms.mail.outbox import log_of

    return log_of(mail / "any.eml" if mail.is_dir() else mail)


def _anew(*, again: bool, is_typed: bool) -> list[Fate]:
    """Return whose mail is sent once more, by what became of it before."""
    from forms.mail.smtp import Fate

    return ([Fate.UNSURE, Fate.SENT] if is_typed else [Fate.UNSURE]) if again else []


def _keep(account: Account) -> None:
    from forms.mail.account import keep_password, refuse_no_keyring

    user, host = account.server.user, account.server.host
    if not user:
        raise click.UsageError("Whose password? Name the user with --user.")
    refuse_no_keyring()
    keep_password(account, click.prompt(f"Password of {user} at {host}", hide_input=True, err=True))
    click.echo(f"Kept the password of {user} in this computer's keyring.")
