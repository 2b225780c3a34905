"""vinkje report: from answers to the workbook and the mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
)
from cli.output import progress, summary, warn

if TYPE_CHECKING:
    import datetime as dt

    from forms.collect.access import Access
    from forms.jobs.report import ReportRequest


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
def report(*, json: str | None, credentials: Path | None, **options: Any) -> None:
    """Make the Excel action list and the e-mail from the answers in SOURCE.

    Over an earlier workbook, all that people wrote in its action list comes along; the workbook
    before it is kept as rapport.vorige.xlsx.

    SOURCE is the address of a Google Sheet with answers or of the Google Form itself (as its owner
    sees it), or a .csv, .tsv, .xlsx or .zip file: what Google Forms or Microsoft Forms let you
    download, an archive made by 'vinkje pull', or any table with the questions as headers.
    """
    from forms.collect.access import Access
    from forms.jobs.report import make_report

    with progress() as tell:
        made = make_report(report_request(Access(credentials, tell), json=json, **options))
    warn(made.every_note)
    if json == "-":
        click.echo(made.json.encode(), nl=False)
    click.echo(summary(made), err=json == "-")


def report_request(  # noqa: PLR0913 - one parameter an option
    access: Access,
    *,
    source: tuple[str, ...],
    output: Path,
    previous: tuple[str, ...],
    json: str | None,
    workbook_url: str | None,
    date: dt.date,
    checklist: Path | None,
    tab: str | None,
    overwrite: bool,
    **_others: Any,
) -> ReportRequest:
    """Return what options ask for."""
    from forms.jobs.report import ReportRequest

    return ReportRequest(
        sources=source,
        output=output,
        checklist=checklist_file(checklist),
        today=date,
        previous=previous,
        tab=tab,
        json_to=None if json in (None, "-") else Path(str(json)),
        workbook_url=workbook_url,
        overwrite=overwrite,
        access=access,
    )
