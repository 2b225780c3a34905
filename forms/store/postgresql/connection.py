"""Connections to PostgreSQL: which server is asked, for how long, and what it says on the way."""

import logging
import math
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from gettext import gettext
from time import monotonic
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from forms.errors import StoreError
from forms.store.postgresql.address import parameters
from forms.store.postgresql.errors import (
    LateError,
    Refusal,
    UnsureError,
    explained,
    explained_connecting,
    is_passing,
    no_right,
)

T = TypeVar("T")
# Seconds after which who sends is asked to try again.
WAIT_SECONDS = 30
_LEAST, _MOST = 2, 8
# Seconds until another server is tried, and a pause between two tries, at most.
_CONNECT_SECONDS = 3
_PAUSE = 1
# A line that is cut without a word is noticed in seconds, not in hours.
_LINE = {
    "connect_timeout": f"{_CONNECT_SECONDS}",
    "tcp_user_timeout": "5000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "application_name": "vinkje",
}
# However a database or a user is set: any text can be sent, and every proxy takes this one.
_TEXT = {"client_encoding": "UTF8"}
# The server that is written to, of those that are named.
_WRITABLE = {"target_session_attrs": "read-write"}
_ANY = {"target_session_attrs": "any"}
# What an address says of each server, with commas between.
_EACH = ("host", "hostaddr", "port")
# A commit that waits for its standby and is made to wait no longer ends well, with this warning.
_UNSURE = "01000"
# What holds until the end of a transaction: its end waits for the disk, and warnings are heard.
# In the transaction itself: the next may be in another session, or on a server set otherwise.
SURELY: LiteralString = (
    "set_config('client_min_messages', 'warning', true), set_config('synchronous_commit', "
    "coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on'), true)"
)
# What failed last, None once it did not.
Hear = Callable[[psycopg.Error | None], None]


class Connection(psycopg.Connection[Any]):
    """A connection that hears warnings, and waits until `deadline` (of `monotonic`) only.

    At the deadline it is closed, never is a statement cancelled: of a commit that waits for a
    standby that would say that all is well.
    """

    deadline = math.inf

    @classmethod
    def connect(cls, *args: Any, **options: Any) -> Self:
        """Connect, and let the option `hear` know how that went."""
        hear: Hear | None = options.pop("hear", None)
        fault = None
        try:
            return super().connect(*args, **options)
        except psycopg.Error as error:
            fault = error
            raise
        finally:
            if hear:
                hear(fault)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_unsure = False
        self.add_notice_handler(self._hear)

    def _hear(self, notice: psycopg.errors.Diagnostic) -> None:
        self._is_unsure |= notice.sqlstate == _UNSURE

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        """Wait for the server, until the deadline."""
        return super().wait(self._until_deadline(gen), *args, **options)

    def _until_deadline(self, gen: Any) -> Generator[Any, Any, Any]:
        ready = None
        while True:
            try:
                wanted = gen.send(ready)
            except StopIteration as end:
                return end.value
            ready = yield wanted
            if not ready and monotonic() > self.deadline:
                gen.close()
                self.close()
                raise LateError

    def execute(self, query: Any, params: Any = None, **options: Any) -> psycopg.Cursor[Any]:
        """Run a statement; what it gives comes as no setting of the server can change it."""
        return super().execute(query, params, **{"binary": True, **options})

    def write(self, statement: Any, values: Any = None) -> psycopg.Cursor[Any]:
        """Run a statement that is a transaction, and says SURELY; raises UnsureError."""
        self._is_unsure = False
        cursor = self.execute(statement, values)
        if self._is_unsure:
            raise UnsureError
        return cursor

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run several statements as a transaction; raises UnsureError."""
        self._is_unsure = False
        with self.transaction():
            self.execute(f"SELECT {SURELY}")
            yield
        if self._is_unsure:
            raise UnsureError


@contextmanager
def connected(url: str, *, writable: bool, refused: Refusal = no_right) -> Iterator[Connection]:
    """Connect for a while, each statement a transaction of its own. Raises StoreError."""
    with explained_connecting(url):
        connection = Connection.connect(**_options(url, writable=writable))
    with explained(url, refused), connection:
        _check_encoding(connection, url)
        yield connection


def _check_encoding(connection: Connection, url: str) -> None:
    """Refuse a database that cannot hold every text, or does not know what its bytes mean."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreError(
            url,
            gettext(
                "this database keeps texts in {encoding}, which does not hold all signs"
            ).format(encoding=encoding),
            gettext(
                "let its administrator make another with createdb -E UTF8 -T template0, and move "
                "to it what is in this one with pg_dump"
            ),
        )


def refusing_servers(url: str) -> Iterator[StoreError]:
    """Yield why each of several servers that an address names does not let us in, if any."""
    options = _options(url, writable=False)
    each = {name: options[name].split(",") for name in _EACH if name in options}
    many = max(map(len, each.values()), default=1)
    for number in range(many if many > 1 else 0):
        one = {name: texts[number % len(texts)] for name, texts in each.items()}
        try:
            with explained_connecting(":".join(filter(None, map(one.get, _EACH)))):
                Connection.connect(**{**options, **_ANY, **one}).close()
        except StoreError as error:
            yield error


class Pool:
    """Connections to the server that is written to, which is sought anew when it changes."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._fault: psycopg.Error | None = None
        # It would tell of each line that was cut; what matters is told by what could not be done.
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        self._pool = ConnectionPool(
            connection_class=Connection,
            kwargs={**_options(url, writable=True), "hear": self._hear},
            min_size=_LEAST,
            max_size=_MOST,
            # Its pauses grow up to this.
            reconnect_timeout=_CONNECT_SECONDS,
            open=True,
        )

    def run(self, work: Callable[[Connection], T], seconds: float | None = None) -> T:
        """Do some work on a connection, anew where a fault may pass; it must bear to be done twice.

        Raises StoreError, also when `seconds` are over; WAIT_SECONDS where none are given.
        """
        seconds = seconds or WAIT_SECONDS
        deadline = monotonic() + seconds
        tries = Retrying(
            stop=stop_after_delay(seconds),
            wait=wait_random_exponential(multiplier=0.05, max=_PAUSE),
            retry=retry_if_exception(is_passing),
            reraise=True,
        )
        with explained(self._url):
            try:
                result: T = tries(self._once, work, deadline)
            except PoolTimeout as error:
                raise error from self._fault
        return result

    def _hear(self, fault: psycopg.Error | None) -> None:
        self._fault = fault

    def _once(self, work: Callable[[Connection], T], deadline: float) -> T:
        # A pool that gave up on its connections begins anew for who asks, not for who waits.
        seconds = min(_CONNECT_SECONDS, max(0.01, deadline - monotonic()))
        with self._pool.connection(timeout=seconds) as connection:
            connection.deadline = deadline
            try:
                return work(connection)
            except psycopg.errors.ReadOnlySqlTransaction:
                # It was the primary once; a pool's own look at it would find nothing wrong.
                connection.close()
                raise
            finally:
                connection.deadline = math.inf

    def close(self) -> None:
        """Close all of them."""
        self._pool.close()


def _options(url: str, *, writable: bool) -> dict[str, Any]:
    """Return how to connect: as the address says, and as is best where it says nothing."""
    return {
        **_LINE,
        **parameters(url),
        **_TEXT,
        **(_WRITABLE if writable else {}),
        "autocommit": True,
        # A proxy such as PgBouncer gives each statement to another session.
        "prepare_threshold": None,
    }
