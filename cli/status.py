"""vinkje status: answers so far."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import (
    checklist_file,
    checklist_option,
    credentials_option,
    sources_argument,
    tab_option,
    today,
)
from cli.output import progress, warn
from cli.terminal import printable, sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.analysis.participation import Group, Participation

_WIDTH = 40


@click.command()
@sources_argument
@click.option(
    "--invited",
    multiple=True,
    metavar="GROUP=N",
    help="How many were invited in a group, or with a number alone in all; repeat it per group.",
)
@checklist_option
@tab_option
@credentials_option
def status(
    source: tuple[str, ...],
    invited: tuple[str, ...],
    checklist: Path | None,
    tab: str | None,
    credentials: Path | None,
) -> None:
    """Show the answers in SOURCE so far: per day and per group.

    What was answered is not shown, and groups are counted in steps.
    """
    from forms.analysis.participation import participation
    from forms.checklist.model import load_checklist
    from forms.collect.access import Access
    from forms.collect.source import open_sources
    from forms.responses.counting import read_sources

    found = load_checklist(checklist_file(checklist))
    with progress() as tell:
        tables = open_sources(source, found, tab, Access(credentials, tell))
        responses = read_sources(tables, found, today())
    counted = participation(found, responses, invited)
    warn(responses.notes)
    click.echo(printable(found.title))
    click.echo("\n".join(_lines(counted, found.rules.min_group)))


def _lines(counted: Participation, least: int) -> Iterator[str]:
    yield f"  Responses that count: {_of(counted.answered, counted.invited)}"
    if counted.days:
        yield ""
        yield "Per week, from its Monday" if counted.by_week else "Per day"
        most = max(count for _, count in counted.days) or 1
        digits, block = len(str(most)), sign("█", "#")
        for day, count in counted.days:
            bar = block * -(-count * _WIDTH // most)
            yield f"  {day:%a %d %b}  {count:>{digits}}  {bar}".rstrip()
    if counted.groups:
        yield ""
        yield "Per group"
        names = [printable(group.name) or "(no answer)" for group in counted.groups]
        width = max(map(len, names))
        for name, group in zip(names, counted.groups, strict=True):
            yield f"  {name:<{width}}  {_at_least(group, least)}"
        yield f"  (in steps of {least}, so that nobody sees who came in)"


def _at_least(group: Group, step: int) -> str:
    said = f"at least {group.answered}" if group.answered else f"fewer than {step}"
    if group.more_than_invited:
        return f"{said} (more than the {group.invited} invited)"
    if group.invited and group.answered:
        return f"at least {_of(group.answered, group.invited)}"
    return f"{said} of {group.invited}" if group.invited else said


def _of(count: int, invited: int | None) -> str:
    if invited is not None and count > invited:
        return f"{count} (more than the {invited} invited)"
    return f"{count} of {invited} ({count / invited:.0%})" if invited else f"{count}"
