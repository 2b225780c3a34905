"""vinkje remind: a mail to each owner about what is late, due soon, or later."""

from __future__ import annotations

from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from cli.options import (
    account_options,
    again_option,
    date_option,
    dry_run_option,
    workbook_argument,
)
from cli.output import print_had_before, send_all, show_waiting, warn_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forms.jobs.remind import RemindRequest, RemindResult
    from forms.mail.account import AccountSettings


@click.command()
@workbook_argument
@click.option(
    "--send", is_flag=True, help="Send them at once, each to its owner; without it, you get drafts."
)
@click.option(
    "--coordinator",
    metavar="ADDRESS",
    help="Who gets a mail about all actions; owners answer to this address.",
)
@click.option(
    "--owner",
    nargs=2,
    multiple=True,
    metavar="NAME ADDRESS",
    help="The address of an owner whose name is in the list; repeat it, or put them under [owners] "
    "in vinkje.toml. vinkje never guesses an address: it says whose lacks.",
)
@click.option("--workbook-url", metavar="URL", help="A link to the workbook, for in the mails.")
@account_options
@dry_run_option
@again_option
@date_option
@click.pass_context
def remind(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    /,
    workbook: Path,
    owner: Sequence[tuple[str, str]],
    coordinator: str | None,
    workbook_url: str | None,
    date: dt.date,
    account: AccountSettings,
    *,
    send: bool,
    dry_run: bool,
    again: bool,
) -> None:
    """Make a reminder for each owner of open actions.

    For example: vinkje remind rapport.xlsx --owner Jan jan@example.nl

    FILE.xlsx is the workbook that people work in; without it, rapport.xlsx. Nothing changes in it.
    Each owner gets one mail: what is late, what is due within 7 days, and what comes later. An
    action is open when you decided to take it up (needed, or would be good) and it is not done. The
    coordinator gets a mail about all of them, about what waits for a decision, and about what lacks
    an owner or a deadline.

    The mails are drafts, in the folder rapport.herinneringen beside the workbook. Read them, throw
    away what should not go, and send the rest with: vinkje send rapport.herinneringen

    A reminder that says nothing new is not sent again, unless something in it is late: then after a
    week.
    """
    from dataclasses import replace

    from forms.jobs.remind import write_reminders
    from forms.mail.account import read_account

    # In vinkje.toml, send = true is said to 'vinkje run'.
    send = send and ctx.get_parameter_source("send") is ParameterSource.COMMANDLINE
    # What is typed replaces a setting as a whole; of owners it adds to them.
    if ctx.get_parameter_source("owner") is ParameterSource.COMMANDLINE:
        owner = _with_settings(owner, (ctx.default_map or {}).get("owner", []))
    # To see who would get what, no server has to be named yet.
    server = read_account(account) if send or (dry_run and account.host) else None
    request = remind_request(workbook, owner, coordinator, workbook_url, date)
    result = write_reminders(replace(request, again=again, is_preview=dry_run))
    if result.is_empty and not dry_run:
        click.echo(gettext("Nothing is open, and nothing waits for a decision: no mail."))
    elif dry_run:
        show_waiting(result.outgoing, server)
    elif server:
        send_all(result.outgoing, server)
    else:
        _print_drafts(result)


def _print_drafts(result: RemindResult) -> None:
    """Print which drafts were written, and for whom there is none."""
    for path in result.written:
        click.echo(gettext("Wrote {path}").format(path=path))
    print_had_before(result.had_before)
    warn_of(result.outgoing.left_out)


def _with_settings(
    typed: Sequence[tuple[str, str]], settings: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the owners that were typed, and of [owners] all with other names."""
    from forms.mail.owners import key_of_name

    names = {key_of_name(name) for name, _ in typed}
    return [*typed, *(pair for pair in settings if key_of_name(pair[0]) not in names)]


def remind_request(
    workbook: Path,
    owner: Sequence[tuple[str, str]],
    coordinator: str | None,
    workbook_url: str | None,
    date: dt.date,
) -> RemindRequest:
    """Return what options ask for. Raises AddressError."""
    from forms.jobs.remind import RemindRequest
    from forms.mail.addresses import read_address
    from forms.mail.owners import Owners

    to = read_address(coordinator, "--coordinator") if coordinator else None
    return RemindRequest(workbook, date, Owners(owner), to, workbook_url or "")
