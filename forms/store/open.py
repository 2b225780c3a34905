"""A store by its address: which file it is, and opening that to write or to read."""

from contextlib import AbstractContextManager
from gettext import gettext
from pathlib import Path

from forms.errors import StoreError
from forms.store.interface import Reader, Store

_SQLITE = "sqlite:///"


def open_store(url: str) -> Store:
    """Open a store to write to, and make it when it is not there.

    Raises StoreError, also when another program has it open so.
    """
    from forms.store.sqlite import SqliteStore

    return SqliteStore(store_path(url))


def read_store(url: str) -> AbstractContextManager[Reader]:
    """Open a store to read from.

    Raises StoreError when it is not there or is no store.
    """
    from forms.store.sqlite import sqlite_reader

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


def closed_mark(url: str) -> Path:
    """Return the file that says, by being there, that the round is closed.

    It is no part of the database, so that a round can be closed while the form is being served.
    """
    path = store_path(url)
    return path.with_name(f"{path.name}-closed")
