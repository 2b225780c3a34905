"""From sources to an archive in a file."""

from dataclasses import dataclass, field
from datetime import date
from gettext import gettext
from pathlib import Path

from forms.atomic_files import check_absent, check_distinct, write_all
from forms.checklist.model import Checklist, load_checklist
from forms.collect.access import Access
from forms.collect.archive import archive, check_kind
from forms.collect.source import local_file, open_source, open_sources
from forms.errors import FormsError, OutputError
from forms.notes import Note
from forms.responses.model import RowCounts


@dataclass(frozen=True)
class PullRequest:
    """What to archive, and where.

    An archive that stands there is replaced with `overwrite`, kept under its time with
    `keep_former`, and else a fault.
    """

    sources: tuple[str, ...]
    output: Path
    checklist: Path
    today: date | None = None
    tab: str | None = None
    access: Access = field(default_factory=Access)
    overwrite: bool = False
    keep_former: bool = False


@dataclass(frozen=True)
class PullResult:
    """The account of the rows that were read, and what stood out in them."""

    rows: RowCounts
    notes: tuple[Note, ...]


def pull_answers(request: PullRequest) -> PullResult:
    """Read the sources of a round and write their archive, for the user's eyes alone.

    Raises SourceError for answers that cannot be read, OutputError for a file that cannot be
    written, is there already, or would lose its answers for none; then the file is as it was.
    """
    output = request.output
    check_kind(output)
    check_distinct([output], [*map(local_file, request.sources), request.checklist])
    is_new = not request.overwrite and not request.keep_former
    if is_new:
        check_absent(output)
    checklist = load_checklist(request.checklist)
    tables = open_sources(request.sources, checklist, request.tab, request.access)
    content, responses = archive(tables, checklist, output.suffix.lower(), today=request.today)
    if request.overwrite and not responses.rows.used and _has_answers(output, checklist):
        raise OutputError(
            str(output),
            gettext("holds answers, and the sources have none now"),
            gettext("name another file with -o, or delete this one first if nobody needs it"),
            gettext("Nothing was written"),
        )
    kept = [] if request.overwrite else [output]
    new = [output] if is_new else []
    write_all({output: content}, keep_former=kept, new=new, private=[output])
    return PullResult(responses.rows, tuple(responses.notes))


def _has_answers(output: Path, checklist: Checklist) -> bool:
    """Say whether an archive that stands there has a row; what is none is not judged."""
    if not output.exists():
        return False
    try:
        table = open_source(str(output), checklist)
    except FormsError:
        return False
    return next(iter(table.rows), None) is not None
