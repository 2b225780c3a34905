"""vinkje send: a mail that vinkje made, by SMTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
def send(
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
    from forms.mail.account import read_account, with_secret
    from forms.mail.outbox import log_of, outbox, read_log
    from forms.mail.post import post, read_draft, refuse_faults

    if save_password:
        _keep(read_account(**account))
        return
    draft = read_draft(mail, to)
    read = read_account(**account)
    if dry_run:
        say_waiting([draft], read, read_log(log_of(mail)), again=again)
        return
    ready = with_secret(read)
    with outbox(log_of(mail)) as log:
        posted = post([draft], ready.sender, ready.server, log, again=again)
    say_posted(posted)
    refuse_faults(posted)


def _keep(account: Account) -> None:
    from forms.mail.account import keep_password

    user, host = account.server.user, account.server.host
    if not user:
        raise click.UsageError("Whose password? Name the user with --user.")
    keep_password(account, click.prompt(f"Password of {user} at {host}", hide_input=True, err=True))
    click.echo(f"Kept the password of {user} in this computer's keyring.")
