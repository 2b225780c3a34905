"""What SQLite or the disk says, as a StoreError with the way out."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext
from pathlib import Path

from forms.errors import StoreError, reason_of


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite, or the disk, says into a StoreError with the way out."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _store_error(path, error) from error
    except OSError as error:
        raise StoreError(
            str(path),
            gettext("cannot be opened: {reason}").format(reason=reason_of(error)),
            gettext("choose a folder where you may write"),
        ) from error


def _store_error(path: Path, error: sqlite3.Error) -> StoreError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_NOTADB"):
        return not_ours(path)
    if name.startswith("SQLITE_CORRUPT"):
        return damaged(path)
    if name.startswith("SQLITE_FULL"):
        return StoreError(str(path), gettext("the disk is full"), gettext("make room"))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(
            str(path),
            gettext("another program keeps the database locked"),
            gettext("close it there and try again"),
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreError(
            str(path),
            gettext("cannot be opened or written ({reason})").format(reason=error),
            gettext("choose a folder where you may write"),
        )
    return StoreError(str(path), gettext("the database failed: {reason}").format(reason=error))


def not_ours(path: Path) -> StoreError:
    """Say of a file that it is something else than a form's database."""
    return StoreError(
        str(path),
        gettext("this is no database of a form of vinkje"),
        gettext("name another file"),
    )


def damaged(path: Path) -> StoreError:
    """Say of a database that it does not hold together."""
    return StoreError(
        str(path),
        gettext("the file is damaged"),
        gettext("put a backup in its place (vinkje store backup makes them)"),
    )
