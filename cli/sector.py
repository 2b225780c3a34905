"""vinkje sector: the report of all organisations together, once their round is over."""

from __future__ import annotations

from dataclasses import replace
from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import (
    A_FILE,
    checklist_file,
    checklist_option,
    credentials_option,
    date_option,
    store_option,
    takes,
)
from cli.terminal import printable
from cli.translation import confirm

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forms.jobs.sector import SectorRequest


def sector_request(
    *,
    store: str,
    output: Path,
    checklist: Path | None,
    credentials: Path | None,
    date: dt.date,
    yes: bool,
) -> SectorRequest:
    """Return what options ask for."""
    from forms.collect.access import Access
    from forms.jobs.sector import SectorRequest

    request = SectorRequest(store, output, checklist_file(checklist), date, Access(credentials))
    return request if yes else replace(request, agree=_agree)


def _agree(out: Sequence[str]) -> None:
    """Ask whether the figures are made without some organisations."""
    text = gettext("These have too few answers to count, and will not be in the figures: {names}.")
    click.echo(text.format(names=printable(", ".join(out))))
    confirm(gettext("The figures are made once and for good. Make them now?"))


@click.command()
@store_option
@click.option(
    "-o",
    "output",
    type=A_FILE,
    default=Path("sector.xlsx"),
    metavar="FILE.xlsx",
    show_default=True,
    help="The Excel workbook to write; the mail comes beside it, as .eml and .html.",
)
@click.option("--yes", is_flag=True, help="Do not ask, also where some organisations do not count.")
@checklist_option
@credentials_option
@date_option
@takes(sector_request)
def sector(request: SectorRequest) -> None:
    """Make the report of a sector: where all organisations stand together.

    For example: vinkje sector --store sqlite:///answers.db

    For a round of several organisations ('vinkje organisations') that is over. Each organisation
    counts once, and of none it can be seen where it stands. The figures are worked out once and
    kept: answers that come later change nothing, and you can have this write the workbook again.
    From then on 'vinkje report' with --organisation or --each shows an organisation's own figures
    beside these. Stop a form on a file first; on PostgreSQL the owner of the database does this.
    """
    from forms.jobs.sector import make_sector

    result = make_sector(request)
    figures, facts = result.figures, result.figures.participation
    if result.is_new:
        text = gettext("Worked out for good, from {counted} of {asked} organisations.")
    else:
        text = gettext(
            "Worked out on {day}, from {counted} of {asked} organisations; answers since then "
            "change nothing."
        )
    click.echo(text.format(day=figures.made, counted=facts.counted, asked=facts.asked))
    given = (all(each.steps for each in own.values()) for own in figures.items.values())
    if lacking := sum(not is_given for is_given in given):
        text = gettext("Statements without figures, since fewer than {least} count there: {count}.")
        click.echo(text.format(least=figures.least, count=lacking))
    for path in result.written:
        click.echo(gettext("Wrote {path}").format(path=path))
    for path in result.kept:
        click.echo(gettext("Kept the one before as {path}").format(path=path))
