"""The answers of a folder, by a look: how many there are, and in which files they lie.

It takes no second, and asks no network.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from forms.checklist.model import Checklist
from forms.collect.source import kind_of, local_file, open_source
from forms.errors import FormsError
from forms.responses.columns import ColumnReader, check_columns
from forms.responses.model import has_content
from forms.store.open import is_postgresql, read_store

# Seconds to count rows of files in, or to look for them; who has more is told that they have more.
_MOST_SECONDS = 0.3
# Bytes of a file that is looked in: of text, and of what has to be unpacked, such as a workbook.
_MOST_TEXT, _MOST_PACKED = 50_000_000, 1_500_000
# What a form or a spreadsheet is downloaded as.
_TABLES = {".csv", ".xlsx", ".zip"}


@dataclass(frozen=True)
class Answers:
    """How many answers there are: no group and no day, so that nobody is known by it.

    `count` is None where nobody counted; with `is_more` there are more than that. `is_elsewhere`
    says that a network would be asked, `changed` when they last changed; `organisations` is how
    many take part where they are of several.
    """

    count: int | None = None
    is_more: bool = False
    is_elsewhere: bool = False
    changed: datetime | None = None
    organisations: int = 0


def count_answers(sources: Sequence[str], checklist: Checklist, tab: str | None) -> Answers:
    """Count the answers of all sources, as far as that takes no time and no network."""
    end = time.monotonic() + _MOST_SECONDS
    found = [_answers_in(each, checklist, tab, end) for each in sources]
    if any(each.is_elsewhere for each in found):
        return Answers(is_elsewhere=True)
    changed = max((each.changed for each in found if each.changed), default=None)
    counts = [each.count for each in found]
    total = None if None in counts else sum(count or 0 for count in counts)
    several = sum(each.organisations for each in found)
    is_more = any(each.is_more for each in found)
    return Answers(total, is_more, changed=changed, organisations=several)


def _answers_in(source: str, checklist: Checklist, tab: str | None, end: float) -> Answers:
    kind, _ = kind_of(source)
    if kind in {"spreadsheets", "forms"} or is_postgresql(source):
        return Answers(is_elsewhere=True)
    if kind == "store":
        with read_store(source) as store:
            held, several = store.holdings(), len(store.organisations())
        changed = held.last or changed_at(local_file(source))
        return Answers(held.submissions, changed=changed, organisations=several)
    path = plain(Path(source))
    changed = changed_at(path)
    if not is_small(path):
        return Answers(changed=changed)
    count = 0
    for row in open_source(source, checklist, tab).rows:
        if time.monotonic() > end:
            return Answers(count or None, is_more=True, changed=changed)
        count += has_content(row)
    return Answers(count, changed=changed)


def tables_in(folder: Path, checklist: Checklist) -> Iterator[Path]:
    """Yield the files in a folder that hold answers to a checklist, the newest first.

    What no report could be made from is none, and neither is a report of vinkje's.
    """
    from forms.workbook.build import is_report

    end = time.monotonic() + _MOST_SECONDS
    reader = ColumnReader(checklist)
    named = [path for path in folder.iterdir() if path.suffix.lower() in _TABLES and path.is_file()]
    for path in sorted(named, key=changed_at, reverse=True):
        if time.monotonic() > end:
            return
        with suppress(FormsError, OSError):
            if is_small(path) and not is_report(path.read_bytes()):
                header = open_source(path.name, checklist).header
                check_columns(reader.read(header), checklist, path.name)
                yield path


def plain(path: Path) -> Path:
    """Return a file; raises OSError for what could keep us waiting, such as a pipe."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path


def changed_at(path: Path) -> datetime:
    """Return when a file was last changed."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def is_small(path: Path) -> bool:
    """Say whether a file is read in no time. Raises what `plain` does."""
    with plain(path).open("rb") as file:
        is_packed = file.read(2) == b"PK"
    return path.stat().st_size <= (_MOST_PACKED if is_packed else _MOST_TEXT)
