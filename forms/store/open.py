"""A store by its address: which file it is, and opening that to write or to read."""

from contextlib import AbstractContextManager
from gettext import gettext
from pathlib import Path

from forms.atomic_files import write_all
from forms.errors import StoreError
from forms.store.interface import Reader, Store
from forms.store.sqlite.location import closed_mark

_SQLITE = "sqlite:///"


def open_store(url: str) -> Store:
    """Open a store to write to, and make it when it is not there.

    Raises StoreError, also when another program has it open so.
    """
    from forms.store.sqlite.writer import SqliteStore

    return SqliteStore(store_path(url))


def read_store(url: str) -> AbstractContextManager[Reader]:
    """Open a store to read from.

    Raises StoreError when it is not there or is no store.
    """
    from forms.store.sqlite.reader import sqlite_reader

    return sqlite_reader(store_path(url))


def is_store(source: str) -> bool:
    """Say whether a source names a store, by its scheme alone: it need not be a right address."""
    return source.startswith("sqlite:")


def store_path(url: str) -> Path:
    """Return the file of a store, `sqlite:///answers.db`.

    Raises StoreError for another address.
    """
    path = url.removeprefix(_SQLITE)
    if path == url or not path or "\0" in path:
        raise StoreError(
            f"'{url}'",
            gettext("this is no address of a form's own database"),
            gettext(
                "name one as sqlite:///answers.db (a file in this folder) or "
                "sqlite:////srv/vinkje/answers.db"
            ),
        )
    return Path(path)


def set_closed(url: str, *, closed: bool) -> None:
    """Let the form take no more answers, or take them again, also while it is being served.

    Raises StoreError when there is no such store, OutputError when it cannot be written down.
    """
    path = store_path(url)
    with read_store(url):
        mark = closed_mark(path)
    if closed:
        write_all({mark: b""}, private=[mark])
    else:
        mark.unlink(missing_ok=True)
