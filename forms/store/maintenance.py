"""Care for a store: copies, the end of a round, and wiping what need not be kept any longer."""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from forms.atomic_files import check_distinct, write_all
from forms.store.open import is_postgresql, open_store, read_store, store_path


@dataclass(frozen=True)
class Content:
    """How many sets of answers a store holds, and on which days the first and last were sent."""

    count: int
    first: date | None = None
    last: date | None = None


def backup(url: str, output: Path, *, overwrite: bool = False) -> Content:
    """Write the whole store into one file, which is a store itself; the form may be running.

    Raises StoreError, or OutputError when something stands there.
    """
    check_distinct([output], [] if is_postgresql(url) else [store_path(url)])
    with tempfile.TemporaryDirectory() as folder, read_store(url) as store:
        copy = Path(folder) / "copy.db"
        store.copy_to(copy)
        content = copy.read_bytes()
    write_all({output: content}, new=[] if overwrite else [output], private=[output])
    return contents(f"sqlite:///{output}")


def contents(url: str, before: date | None = None) -> Content:
    """Say what a store holds: all of it, or what was last changed before a day.

    Raises StoreError.
    """
    with read_store(url) as store:
        held = store.holdings(midnight(before) if before else None)
    first, last = (at and at.astimezone().date() for at in (held.first, held.last))
    return Content(held.submissions, first, last)


def purge(url: str, before: date) -> int:
    """Wipe what was last changed before a day; returns how many sets of answers that were.

    Raises StoreError, also while the form is being served.
    """
    store_is_there = contents(url)
    if not store_is_there.count:
        return 0
    store = open_store(url)
    try:
        return store.purge(midnight(before))
    finally:
        store.close()


def midnight(day: date) -> datetime:
    """Return when a day begins by this machine's clock, with its zone."""
    return datetime.combine(day, time()).astimezone()
