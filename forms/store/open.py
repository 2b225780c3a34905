"""A store by its address: a file or a database, and opening that to write or to read."""

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from gettext import gettext
from importlib import import_module
from pathlib import Path
from types import ModuleType

from forms.atomic_files import write_all
from forms.errors import StoreError
from forms.file_rights import keep_private
from forms.store.interface import Reader, Store

_SQLITE = "sqlite:///"
# Whatever looks like one, so that an address with a slip is not taken for a file's name, and then
# shown with its password: by its scheme, by a name and a password before an @, or by libpq's names.
_POSTGRESQL = re.compile(
    r"""\W* (?: (?:[\w.+-]+:)? (?:postgres[\w+-]*|psql|pgsql) \s* (?::|//)
        | (?!sqlite:|https?:) (?: [\w.+-]+ \s* :/ .* : .* @ | [\w.-]{2,} : [^/\\]* @ )
        | (?:host|hostaddr|dbname|password|service) \s* = )""",
    re.VERBOSE | re.ASCII | re.IGNORECASE | re.DOTALL,
)


def open_store(url: str) -> Store:
    """Open a store to write to; a file is made when it is not there, a database by `init_store`.

    Raises StoreError, also when another program has a file open so.
    """
    if is_postgresql(url):
        store: Store = _postgresql("store").PostgresStore(url)
        return store
    from forms.store.sqlite.writer import SqliteStore

    return SqliteStore(store_path(url))


def read_store(url: str, organisation: str | None = None) -> AbstractContextManager[Reader]:
    """Open a store to read from; with an organisation the submissions of one of several.

    Raises StoreError when it is not there or is no store.
    """
    if is_postgresql(url):
        read = _postgresql("reader").postgres_reader
        reader: AbstractContextManager[Reader] = read(url, organisation)
        return reader
    from forms.store.sqlite.reader import sqlite_reader

    return sqlite_reader(store_path(url), organisation)


def is_store(source: str) -> bool:
    """Say whether a source names a store, by its scheme alone: it need not be a right address."""
    return source.startswith("sqlite:") or is_postgresql(source)


def is_postgresql(source: str) -> bool:
    """Say whether a source is meant to name a PostgreSQL database: it need not be right."""
    return bool(_POSTGRESQL.match(source))


def store_identity(url: str) -> str:
    """Return a text that all spellings of one store's address share.

    Raises StoreError for what is no address, and where a password stands in it.
    """
    if is_postgresql(url):
        identity: str = _postgresql("address").identity(url)
        return identity
    return str(store_path(url))


def shown_address(url: str) -> str:
    """Return a store's address as a report shows it: no user, port or setting. Raises StoreError.

    A file's is as it was named.
    """
    if is_postgresql(url):
        shown: str = _postgresql("address").shown(url)
        return shown
    return url


def init_store(url: str, form_roles: Iterable[str] = (), report_roles: Iterable[str] = ()) -> None:
    """Make a database's tables, as their owner, and let roles write or read them.

    What is there stays as it is. A file needs none of this. Raises StoreError.
    """
    if is_postgresql(url):
        _postgresql("owner").init(url, form_roles, report_roles)
    else:
        store_path(url)


def upgrade_store(url: str) -> tuple[int, int]:
    """Bring a store's tables to this vinkje's layout, as their owner.

    Returns the number of the former layout, and of what it has now. Raises StoreError.
    """
    if is_postgresql(url):
        formats: tuple[int, int] = _postgresql("owner").upgrade(url)
        return formats
    from forms.store.sqlite.schema import FORMAT

    with read_store(url):
        pass
    # To be written to is all that a file needs.
    open_store(url).close()
    return FORMAT, FORMAT


def store_path(url: str) -> Path:
    """Return the file of a store, `sqlite:///answers.db`.

    Raises StoreError for another address.
    """
    path = url.removeprefix(_SQLITE)
    is_other = is_postgresql(path)
    if path == url or not path or "\0" in path or is_other:
        raise StoreError(
            "…" if is_other else f"'{url}'",
            gettext("this is no address of a form's own database"),
            gettext(
                "name one as sqlite:///answers.db (a file in this folder), "
                "sqlite:////srv/vinkje/answers.db or postgresql://name@server/database"
            ),
        )
    return Path(path)


def set_closed(url: str, *, closed: bool) -> None:
    """Let the form take no more answers, or take them again, also while it is being served.

    Raises StoreError when there is no such store, OutputError when it cannot be written down.
    """
    if is_postgresql(url):
        _postgresql("owner").set_closed(url, closed=closed)
        return
    from forms.store.sqlite.location import closed_mark

    path = store_path(url)
    with read_store(url):
        mark = closed_mark(path)
    if closed:
        # Closed once more it would take answers for another hour.
        if mark.is_file() and not mark.is_symlink():
            keep_private(mark)
        else:
            write_all({mark: b""}, private=[mark])
    else:
        mark.unlink(missing_ok=True)


def _postgresql(module: str) -> ModuleType:
    """Return a module of the store on PostgreSQL. Raises StoreError where its driver lacks."""
    try:
        return import_module(f"forms.store.postgresql.{module}")
    except ImportError as error:
        if not (error.name or "").startswith("psycopg") and "libpq" not in str(error):
            raise
        raise StoreError(
            "postgresql://…",
            gettext("what vinkje needs for a PostgreSQL database is not installed here"),
            gettext(
                "install vinkje again with its extra 'postgresql', such as: pip install "
                "'.[postgresql]' in the folder of its source"
            ),
        ) from None
