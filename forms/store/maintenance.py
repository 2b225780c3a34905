"""Care for a store: copies, the end of a round, and wiping what need not be kept any longer."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from forms.atomic_files import check_distinct, write_all
from forms.store.open import closed_mark, open_store, read_store, store_path


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
    check_distinct([output], [store_path(url)])
    with read_store(url) as store:
        content = store.copy()
    write_all({output: content}, new=[] if overwrite else [output], private=[output])
    return contents(f"sqlite:///{output}")


def contents(url: str, before: date | None = None) -> Content:
    """Say what a store holds: all of it, or what was last changed before a day.

    Raises StoreError.
    """
    with read_store(url) as store:
        latest = {submission.key: submission.at for submission in store.submissions()}
    days = [at.astimezone().date() for at in latest.values() if not before or at < midnight(before)]
    return Content(len(days), min(days, default=None), max(days, default=None))


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


def close_round(url: str) -> None:
    """Let the form take no more answers, also while it is being served.

    Raises StoreError when there is no such store, OutputError when it cannot be written down.
    """
    with read_store(url):
        mark = closed_mark(url)
    write_all({mark: b""}, private=[mark])


def reopen_round(url: str) -> None:
    """Let the form take answers again.

    Raises StoreError when there is no such store.
    """
    with read_store(url):
        closed_mark(url).unlink(missing_ok=True)


def midnight(day: date) -> datetime:
    """Return when a day begins by this machine's clock, with its zone."""
    return datetime.combine(day, time()).astimezone()
