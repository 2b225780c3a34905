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
        access=Access(credentials),
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
    help="Where to write the archive.",
)
@click.option("--overwrite", is_flag=True, help="Replace the archive that stands there.")
@checklist_option
@tab_option
@credentials_option
@takes(pull_request)
def pull(request: PullRequest) -> None:
    """Write an archive of the answers in SOURCE: to keep, not to share.

    It holds every row that counts, without names, addresses or columns of your own. A later
    'vinkje report' on it gives the same figures. Text that a spreadsheet would run as a formula
    has an apostrophe before it in a .csv, which a last column tells; vinkje reads it as it was.
    """
    from forms.jobs.pull import pull_answers

    with progress(request) as watched:
        result = pull_answers(watched)
    warn(result.notes)
    text = gettext("Wrote {path}: {used} of {read} rows.")
    rows = result.rows
    click.echo(text.format(path=request.output, used=rows.used, read=rows.read))
