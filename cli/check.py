"""vinkje check: is the checklist in order, and does the live form still match it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.options import (
    checklist_file,
    checklist_name,
    checklist_option,
    credentials_option,
    tab_option,
)
from cli.output import asked, progress
from cli.terminal import printable

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@checklist_option
@click.option(
    "--against",
    metavar="SOURCE",
    help="Compare with a Google Form, or with a Sheet or file of answers: names every question and "
    "choice that differs. Exits with 1 when answers would be lost or misread.",
)
@tab_option
@credentials_option
@click.pass_context
def check(
    ctx: click.Context,
    checklist: Path | None,
    against: str | None,
    tab: str | None,
    credentials: Path | None,
) -> None:
    """Check the checklist: names every fault at once, with file and line."""
    path = checklist_file(checklist)
    found = asked(path)
    items = sum(1 for _ in found.items())
    title = printable(found.title)
    counts = f"sections: {len(found.sections)}, statements: {items}"
    click.echo(f"{checklist_name(path)} is in order: '{title}'; {counts}.")
    if against is None:
        return
    from forms.collect.access import Access
    from forms.collect.source import source_differences

    with progress() as tell:
        differences = source_differences(against, found, tab, Access(credentials, tell))
    for difference in sorted(differences, key=lambda difference: not difference.loses):
        click.echo(f"{'Fault' if difference.loses else 'Note'}: {printable(difference.text)}.")
    if any(difference.loses for difference in differences):
        click.echo(f"{against}: answers would be lost or misread; see the faults above.", err=True)
        ctx.exit(1)
    click.echo(f"{against} matches: no answer would be lost or misread.")
