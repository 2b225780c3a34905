"""vinkje report: from answers to the workbook and the mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import (
    A_FILE,
    TEXTS,
    checklist_file,
    checklist_option,
    credentials_option,
    date_option,
    sources_argument,
    tab_option,
    takes,
)
from cli.output import progress, summary, warn

if TYPE_CHECKING:
    import datetime as dt

    from forms.jobs.report import ReportRequest


def report_request(  # noqa: PLR0913 - one parameter an option
    *,
    source: tuple[str, ...],
    output: Path,
    previous: tuple[str, ...],
    json: str | None,
    workbook_url: str | None,
    date: dt.date,
    checklist: Path | None,
    tab: str | None,
    credentials: Path | None,
    overwrite: bool,
) -> ReportRequest:
    """Return what options ask for."""
    from forms.collect.access import Access
    from forms.jobs.report import ReportRequest

    return ReportRequest(
        sources=source,
        output=output,
        checklist=checklist_file(checklist),
        today=date,
        previous=previous,
        tab=tab,
        json_to=Path(json) if json else None,
        workbook_url=workbook_url,
        overwrite=overwrite,
        access=Access(credentials),
    )


@click.command()
@sources_argument
@click.option(
    "-o",
    "output",
    type=A_FILE,
    default=Path("rapport.xlsx"),
    metavar="FILE.xlsx",
    show_default=True,
    help="The Excel workbook to write; the mail comes beside it, as .eml and .html.",
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Begin the action list again, without what you wrote in the earlier one; that workbook is "
    "kept beside it.",
)
@click.option(
    "--previous",
    type=TEXTS,
    multiple=True,
    metavar="SOURCE",
    help="The answers of an earlier round, to compare with. Repeat it for more rounds, earliest "
    "first (where all have dates, those decide); differences are with the last one.",
)
@click.option(
    "--json",
    metavar="FILE|-",
    help="Write the figures as JSON too, for other programs; '-' prints them. An earlier file is "
    "replaced.",
)
@click.option(
    "--workbook-url",
    metavar="URL",
    help="Where the workbook can be opened, such as in SharePoint: the mail then links to it, with "
    "nothing attached.",
)
@date_option
@checklist_option
@tab_option
@credentials_option
@takes(report_request)
def report(request: ReportRequest) -> None:
    """Make the report from the answers: Excel, and a mail about it.

    For example: vinkje report answers.xlsx

    SOURCE is where the answers are: the address of a Google Sheet, or of the Google Form itself (as
    its owner sees it, ending in /edit), or a file (.csv, .tsv, .xlsx or .zip) that you downloaded
    from Google or from Microsoft Forms, or that 'vinkje pull' made. Any other table does as well,
    if the questions are its headers. For your own web form it is the database,
    sqlite:///answers.db. Name several, and they add up. Leave it out when vinkje.toml says it.

    Make the report again as often as you like, with the workbook closed: what you wrote in the
    action list comes along, and the workbook before it is kept as rapport.vorige.xlsx.
    """
    from forms.jobs.report import PRINTED, make_report

    with progress(request) as watched:
        result = make_report(watched)
    warn(result.every_note)
    if request.json_to == PRINTED:
        click.echo(result.json.encode(), nl=False)
    click.echo(summary(result), err=request.json_to == PRINTED)
