"""vinkje status: answers so far."""

from __future__ import annotations

from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import (
    checklist_file,
    checklist_option,
    credentials_option,
    organisation_option,
    sources_argument,
    tab_option,
    takes,
    today,
)
from cli.output import progress, warn, warn_of
from cli.terminal import printable, sign

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from forms.analysis.participation import Group
    from forms.jobs.status import RoundStatus, StatusRequest, StatusResult

# Signs of the longest bar.
_WIDTH = 40


def status_request(
    *,
    source: tuple[str, ...],
    invited: tuple[str, ...],
    checklist: Path | None,
    tab: str | None,
    credentials: Path | None,
    organisation: str | None,
) -> StatusRequest:
    """Return what options ask for."""
    from forms.collect.access import Access
    from forms.jobs.status import StatusRequest

    path = checklist_file(checklist)
    access = Access(credentials, organisation=organisation)
    return StatusRequest(source, path, today(), invited, tab, access)


@click.command()
@sources_argument
@click.option(
    "--invited",
    multiple=True,
    metavar="GROUP=N",
    help='How many people of a group you invited, such as --invited "Wonen=40"; repeat it per '
    "group. A number alone is for all groups together.",
)
@organisation_option
@checklist_option
@tab_option
@credentials_option
@takes(status_request)
def status(request: StatusRequest) -> None:
    """Show how many have answered, per day and per group.

    For example: vinkje status answers.csv --invited 120

    SOURCE is where the answers are: the address of a Google Sheet or Form, a file (.csv, .tsv,
    .xlsx or .zip), or the database of your own web form (sqlite:///answers.db). Leave it out when
    vinkje.toml says it.

    What people answered is not shown. Groups are counted in steps, so that nobody sees who has just
    answered. Of a round of several organisations it shows how many answered of each.
    """
    from forms.jobs.status import RoundStatus, read_status

    with progress(request) as watched:
        result = read_status(watched)
    if isinstance(result, RoundStatus):
        warn_of(result.notes)
        click.echo(printable(result.title))
        click.echo("\n".join(_round_lines(result)))
        return
    warn(result.notes)
    click.echo(printable(result.title))
    click.echo("\n".join(_lines(result)))


def _lines(result: StatusResult) -> Iterator[str]:
    counted, step = result.participation, result.step
    count = _of(counted.answered, counted.invited)
    yield "  " + gettext("Responses that count: {count}").format(count=count)
    if counted.days:
        yield ""
        yield gettext("Per week, from its Monday") if counted.by_week else gettext("Per day")
        most = max(count for _, count in counted.days) or 1
        digits, block = len(str(most)), sign("█", "#")
        for day, number in counted.days:
            # Rounded up: a day on which one answered is not as empty as one on which nobody did.
            bar = block * -(-number * _WIDTH // most)
            yield f"  {_day(day)}  {number:>{digits}}  {bar}".rstrip()
    if counted.groups:
        yield ""
        yield gettext("Per group")
        names = [printable(group.name) or gettext("(no answer)") for group in counted.groups]
        width = max(map(len, names))
        for name, group in zip(names, counted.groups, strict=True):
            yield f"  {name:<{width}}  {_at_least(group, step)}"
        text = gettext("(in steps of {step}, so that nobody sees who came in)")
        yield "  " + text.format(step=step)


def _round_lines(result: RoundStatus) -> Iterator[str]:
    """Yield a line for each organisation, and how many have enough to count in the sector's."""
    counts = [count or 0 for count in result.answers.values()]
    text = gettext("Organisations: {count}; responses of all: {total}")
    yield "  " + text.format(count=len(counts), total=sum(counts))
    enough = sum(count >= result.least for count in counts)
    text = gettext("With {least} responses or more, which it takes to count in the sector: {count}")
    yield "  " + text.format(least=result.least, count=enough)
    yield ""
    names = [printable(name) for name in result.answers]
    width, digits = max(map(len, names)), len(str(max(counts)))
    for name, count in zip(names, result.answers.values(), strict=True):
        yield f"  {name:<{width}}  {'?' if count is None else count:>{digits}}"


def _day(day: dt.date) -> str:
    """Return a day in a width of its own, such as `Mon 02 Nov`."""
    from babel.dates import format_date

    from forms.language import message_language

    return format_date(day, "EEE dd MMM", locale=message_language()).replace(".", "")


def _at_least(group: Group, step: int) -> str:
    if group.answered:
        count = gettext("at least {count}").format(count=group.answered)
    else:
        count = gettext("fewer than {count}").format(count=step)
    if group.more_than_invited:
        text = gettext("{count} (more than the {invited} invited)")
        return text.format(count=count, invited=group.invited)
    if group.invited and group.answered:
        return gettext("at least {count}").format(count=_of(group.answered, group.invited))
    if group.invited:
        return gettext("{count} of {invited}").format(count=count, invited=group.invited)
    return count


def _of(count: int, invited: int | None) -> str:
    if invited is not None and count > invited:
        text = gettext("{count} (more than the {invited} invited)")
        return text.format(count=count, invited=invited)
    if not invited:
        return str(count)
    from fractions import Fraction

    from forms.language import message_language
    from forms.percent import percent

    text = gettext("{count} of {invited} ({share})")
    share = percent(Fraction(count, invited), message_language())
    return text.format(count=count, invited=invited, share=share)
