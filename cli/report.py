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
    help="The workbook; the mail is written beside it as .eml and .html.",
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Begin the action list anew; the earlier workbook is kept beside it.",
)
@click.option(
    "--previous",
    type=TEXTS,
    multiple=True,
    metavar="SOURCE",
    help="Compare with the answers of an earlier round; repeat it for more of them, earliest first "
    "(where all have dates, those decide). Differences are with the last one.",
)
@click.option(
    "--json",
    metavar="FILE|-",
    help="Write the figures as JSON too; '-' prints them. Always replaced.",
)
@click.option(
    "--workbook-url",
    metavar="URL",
    help="Let the mail link to the workbook here, with nothing attached.",
)
@date_option
@checklist_option
@tab_option
@credentials_option
@takes(report_request)
def report(request: ReportRequest) -> None:
    """Make the Excel action list and the e-mail from the answers in SOURCE.

    Over an earlier workbook, all that people wrote in its action list comes along; the workbook
    before it is kept as rapport.vorige.xlsx.

    SOURCE is the address of a Google Sheet with answers or of the Google Form itself (as its owner
    sees it), or a .csv, .tsv, .xlsx or .zip file: what Google Forms or Microsoft Forms let you
    download, an archive made by 'vinkje pull', or any table with the questions as headers.
    """
    from forms.jobs.report import PRINTED, make_report

    with progress(request) as watched:
        result = make_report(watched)
    warn(result.every_note)
    if request.json_to == PRINTED:
        click.echo(result.json.encode(), nl=False)
    click.echo(summary(result), err=request.json_to == PRINTED)
