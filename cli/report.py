"""vinkje report: from answers to the workbook and the mail."""

from __future__ import annotations

from gettext import gettext, ngettext
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
    organisation_option,
    sources_argument,
    tab_option,
)
from cli.output import progress, summary, warn, warn_of
from cli.terminal import printable

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
    organisation: str | None,
) -> ReportRequest:
    """Return what options ask for."""
    from forms.collect.access import Access
    from forms.jobs.report import ReportRequest

    request = ReportRequest(
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
    if organisation is None:
        return request
    from forms.jobs.shared_round import own_request, shared_round

    return own_request(request, shared_round(_store(source)), organisation)


def _store(source: tuple[str, ...]) -> str:
    """Return the database of a round of several organisations."""
    if len(source) == 1:
        return source[0]
    raise click.UsageError(
        gettext("Of several organisations the answers are in one database: name that alone.")
    )


@click.command()
@click.option(
    "--store",
    metavar="URL",
    is_eager=True,
    help="The database of a round of several organisations; the same as SOURCE.",
)
@sources_argument
@organisation_option
@click.option(
    "--each",
    is_flag=True,
    help="Of a round of several organisations: the reports of all, each in a folder of its own, "
    "below that of -o or else in the folder organisaties. What people wrote in each stays.",
)
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
@click.pass_context
def report(ctx: click.Context, /, *, each: bool, store: str | None, **options: Any) -> None:
    """Make the report from the answers: Excel, and a mail about it.

    For example: vinkje report answers.xlsx

    SOURCE is where the answers are: the address of a Google Sheet, or of the Google Form itself (as
    its owner sees it, ending in /edit), or a file (.csv, .tsv, .xlsx or .zip) that you downloaded
    from Google or from Microsoft Forms, or that 'vinkje pull' made. Any other table does as well,
    if the questions are its headers. For your own web form it is the database,
    sqlite:///answers.db. Name several, and they add up. Leave it out when vinkje.toml says it.

    Make the report again as often as you like, with the workbook closed: what you wrote in the
    action list comes along, and the workbook before it is kept as rapport.vorige.xlsx.

    Of a round of several organisations ('vinkje organisations') SOURCE is its database. Name one of
    them with --organisation, or make the reports of all with --each.
    """
    from forms.jobs.report import PRINTED, make_report

    # It is the source by now.
    del store
    if each:
        _report_each(ctx, options)
        return
    with progress(report_request(**options)) as watched:
        result = make_report(watched)
    warn(result.every_note)
    if watched.json_to == PRINTED:
        click.echo(result.json.encode(), nl=False)
    click.echo(summary(result), err=watched.json_to == PRINTED)


def _report_each(ctx: click.Context, options: dict[str, Any]) -> None:
    """Make the reports of all organisations, and print a line for each."""
    from dataclasses import replace

    from forms.jobs.report import PRINTED
    from forms.jobs.shared_round import make_each, own_requests, shared_round

    if options["organisation"] is not None:
        raise click.UsageError(gettext("--each is for all: leave --organisation out."))
    request = report_request(**options)
    if request.json_to == PRINTED:
        raise click.UsageError(gettext("With --each, --json needs the name of a file."))
    if ctx.get_parameter_source("output") is click.core.ParameterSource.DEFAULT:
        request = replace(request, output=Path("organisaties") / request.output)
    taking_part = shared_round(_store(request.sources))
    if taking_part.sector is None:
        text = gettext(
            "the sector's figures are not made yet, so no report has them: vinkje sector"
        )
        warn_of([text])
    requests = own_requests(request, taking_part)
    wrong = 0
    for each in make_each(requests):
        wrong += bool(each.fault)
        name = printable(each.organisation)
        if each.fault:
            text = gettext("{name}: no new report. {fault}")
            click.echo(text.format(name=name, fault=printable(each.fault)), err=True)
        else:
            text = ngettext(
                "{name}: {count} response, {path}", "{name}: {count} responses, {path}", each.used
            )
            line = text.format(name=name, count=each.used, path=each.output)
            news = gettext("(new remarks: read them first)") if each.has_news else ""
            click.echo(f"{line} {news}".rstrip())
    text = gettext("Reports made: {count} of {all}.")
    click.echo(text.format(count=len(requests) - wrong, all=len(requests)))
    if wrong:
        ctx.exit(1)
