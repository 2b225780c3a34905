"""vinkje pull: an archive of the answers."""

from __future__ import annotations

from gettext import gettext
from typing import TYPE_CHECKING

import click

from cli.options import (
    A_FILE,
    checklist_file,
    checklist_option,
    credentials_option,
    organisation_option,
    sources_argument,
    tab_option,
    takes,
    today,
)
from cli.output import progress, warn

if TYPE_CHECKING:
    from pathlib import Path

    from forms.jobs.pull import PullRequest


def pull_request(
    *,
    source: tuple[str, ...],
    output: Path,
    checklist: Path | None,
    tab: str | None,
    credentials: Path | None,
    overwrite: bool,
    organisation: str | None,
) -> PullRequest:
    """Return what options ask for."""
    from forms.collect.access import Access
    from forms.jobs.pull import PullRequest

    return PullRequest(
        sources=source,
        output=output,
        checklist=checklist_file(checklist),
        today=today(),
        tab=tab,
        access=Access(credentials, organisation=organisation),
        overwrite=overwrite,
    )


@click.command()
@sources_argument
@click.option(
    "-o",
    "output",
    type=A_FILE,
    required=True,
    metavar="FILE.csv|.xlsx",
    help="The file to write, a .csv or an .xlsx.",
)
@organisation_option
@click.option("--overwrite", is_flag=True, help="Replace an earlier archive.")
@checklist_option
@tab_option
@credentials_option
@takes(pull_request)
def pull(request: PullRequest) -> None:
    """Write the answers into one file, to keep: an archive.

    For example: vinkje pull answers.csv -o archive.csv

    SOURCE is where the answers are: the address of a Google Sheet or Form, a file (.csv, .tsv,
    .xlsx or .zip), or the database of your own web form (sqlite:///answers.db). Leave it out when
    vinkje.toml says it.

    Keep the archive, but do not share it: each row is what one person answered. It has every row
    that counts, without the columns for names and addresses and without columns of your own.
    'vinkje report' on the archive gives the same figures.

    In a .csv, a text that Excel would run as a formula gets an apostrophe before it. The last
    column says where; vinkje reads it as it was.
    """
    from forms.jobs.pull import pull_answers

    with progress(request) as watched:
        result = pull_answers(watched)
    warn(result.notes)
    text = gettext("Wrote {path}: {used} of {read} rows.")
    rows = result.rows
    click.echo(text.format(path=request.output, used=rows.used, read=rows.read))
