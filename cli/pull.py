"""vinkje pull: an archive of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.options import (
    A_FILE,
    checklist_file,
    checklist_option,
    credentials_option,
    sources_argument,
    tab_option,
    today,
)
from cli.output import progress, warn

if TYPE_CHECKING:
    from pathlib import Path

    from forms.collect.access import Access
    from forms.jobs.pull import PullRequest


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
def pull(*, credentials: Path | None, **options: Any) -> None:
    """Write an archive of the answers in SOURCE: to keep, not to share.

    It holds every row that counts, without names, addresses or columns of your own. A later
    'vinkje report' on it gives the same figures. Text that a spreadsheet would run as a formula
    has an apostrophe before it in a .csv, which a last column tells; vinkje reads it as it was.
    """
    from forms.collect.access import Access
    from forms.jobs.pull import pull_answers

    with progress() as tell:
        request = pull_request(Access(credentials, tell), **options)
        responses = pull_answers(request)
    warn(responses.notes)
    account = responses.rows
    click.echo(f"Wrote {request.output}: {account.used} of {account.read} rows.")


def pull_request(
    access: Access,
    *,
    source: tuple[str, ...],
    output: Path,
    checklist: Path | None,
    tab: str | None,
    overwrite: bool,
    **_others: Any,
) -> PullRequest:
    """Return what options ask for."""
    from forms.jobs.pull import PullRequest

    return PullRequest(
        sources=source,
        output=output,
        checklist=checklist_file(checklist),
        today=today(),
        tab=tab,
        access=access,
        overwrite=overwrite,
    )
