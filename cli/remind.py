"""vinkje remind: a mail to each owner about what is late, due soon, or later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli.options import A_FILE, account_options, again_option, date_option, dry_run_option
from cli.output import say_had_before, say_posted, say_waiting, truthful, warn_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forms.jobs.remind import RemindRequest


@click.command()
@click.argument("workbook", type=A_FILE, default=Path("rapport.xlsx"), metavar="[FILE.xlsx]")
@click.option("--send", is_flag=True, help="Send them, each to its owner; else they are drafts.")
@click.option(
    "--coordinator",
    metavar="ADDRESS",
    help="Who gets the mail about all actions, and the answers of owners.",
)
@click.option(
    "--owner",
    nargs=2,
    multiple=True,
    metavar="NAME ADDRESS",
    help="Whose address a name in the list is; repeat it, or put them under [owners] in "
    "vinkje.toml. A name that stands nowhere is pointed out, never guessed.",
)
@click.option("--workbook-url", metavar="URL", help="Let the mails link to the workbook here.")
@account_options
@dry_run_option
@again_option
@date_option
def remind(  # noqa: PLR0913 - one parameter an option
    workbook: Path,
    owner: Sequence[tuple[str, str]],
    coordinator: str | None,
    workbook_url: str | None,
    date: dt.date,
    *,
    send: bool,
    dry_run: bool,
    again: bool,
    **account: Any,
) -> None:
    """Make a mail for each owner of open actions: what is late, due within 7 days, or later.

    FILE.xlsx is the workbook that people work in; it is only read. An action is open when the
    meeting decided on it (needed, or would be good) and it is not done. The coordinator's mail has
    all of them, what waits for a decision, and what lacks an owner or a deadline.

    The drafts come in a folder beside the workbook, rapport.herinneringen: look them through, throw
    away what should not go, and send the rest with 'vinkje send rapport.herinneringen'. With
    --send, all are made and sent at once. A reminder that says nothing new is not sent again,
    unless something in it is late: then after a week.
    """
    from forms.jobs.remind import (
        changed_drafts,
        drafts_of,
        left_as_is,
        make_reminders,
        write_drafts,
    )
    from forms.mail.account import read_account
    from forms.mail.delivery import check_delivered, send_drafts
    from forms.mail.sent_log import read_log
    from forms.mail.smtp import DeliveryStatus

    # In vinkje.toml, send = true is said to 'vinkje run'.
    ctx = click.get_current_context()
    send = send and ctx.get_parameter_source("send") is ParameterSource.COMMANDLINE
    if ctx.get_parameter_source("owner") is ParameterSource.COMMANDLINE:
        owner = _with_settings(owner, (ctx.default_map or {}).get("owner", []))
    anew = [DeliveryStatus.UNSURE] if again else []
    read = read_account(**account) if send or dry_run else None
    made = make_reminders(
        remind_request(
            workbook=workbook,
            date=date,
            owner=owner,
            coordinator=coordinator,
            workbook_url=workbook_url,
        )
    )
    left = changed_drafts(made)
    others = [*made.nameless, *left_as_is(left)]
    if read and dry_run:
        say_waiting(drafts_of(made, left), read, read_log(made.log), anew)
        warn_of(others)
        return
    fresh = write_drafts(made)
    if not made.contents:
        click.echo("Nothing is open, and nothing waits for a decision: no mail.")
    elif read:
        with truthful():
            posted = send_drafts(drafts_of(made, left), read, made.log, anew=anew, tell=say_posted)
        check_delivered(posted, others)
    else:
        for path in fresh:
            click.echo(f"Wrote {path}")
        say_had_before(drafts_of(made, left), read_log(made.log))
        warn_of(others)


def _with_settings(
    typed: Sequence[tuple[str, str]], settings: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the owners that were typed, and of [owners] all with other names."""
    from forms.mail.owners import key_of_name

    names = {key_of_name(name) for name, _ in typed}
    return [*typed, *(pair for pair in settings if key_of_name(pair[0]) not in names)]


def remind_request(
    *,
    workbook: Path,
    date: dt.date,
    owner: Sequence[tuple[str, str]],
    coordinator: str | None,
    workbook_url: str | None,
    **_others: Any,
) -> RemindRequest:
    """Return what options ask for. Raises AddressError."""
    from forms.jobs.remind import RemindRequest
    from forms.mail.addresses import read_address
    from forms.mail.owners import Owners

    to = read_address(coordinator, "--coordinator") if coordinator else None
    return RemindRequest(workbook, date, Owners(owner), to, workbook_url or "")
