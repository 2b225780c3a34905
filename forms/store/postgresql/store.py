"""Writing to a PostgreSQL store, beside any number of others that do."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import astuple, replace
from datetime import datetime
from gettext import gettext
from secrets import token_hex
from threading import Lock
from time import monotonic
from typing import Generic, LiteralString, TypeVar

import psycopg

from forms.errors import StoreError
from forms.store.interface import Organisation, QuestionnaireVersion, Submission
from forms.store.postgresql.codes import dumped
from forms.store.postgresql.connection import SURELY, Connection, Pool, connected
from forms.store.postgresql.errors import LateError, no_right, only_owner
from forms.store.postgresql.rows import (
    CLOSED_AT,
    COPY,
    INSERT,
    INSERT_COPIED,
    SELECT,
    Books,
    all_asked,
    latest,
    moment,
)
from forms.store.postgresql.rows import (
    organisations as all_organisations,
)
from forms.store.postgresql.schema import check_format, make_round
from forms.store.postgresql.server import server_warnings

T = TypeVar("T")
# Seconds for which what is seldom changed is taken to be what it was, and is waited for.
_RECENT_SECONDS = 5
_READY_SECONDS = 2
# More than fits beside others on a page of 8 kB.
_PROBE_BYTES = 4_000

_VALUES: LiteralString = "%s, %s, %s, %s, %s, %s, %s, %s, %s"
# Without a target: that also passes through a partition on another server.
_ONCE: LiteralString = f"ON CONFLICT DO NOTHING RETURNING {SURELY}"
_FIRST: LiteralString = f"{INSERT} VALUES ({_VALUES}) {_ONCE}"
# Only after the one that it replaces: somebody may wipe that just now.
_LATER: LiteralString = (
    f"{INSERT} SELECT {_VALUES} WHERE EXISTS (SELECT FROM vinkje.submission "
    f"WHERE organisation = %s AND key = %s AND revision = %s) {_ONCE}"
)
_ENROL_ONCE: LiteralString = (
    "INSERT INTO vinkje.organisation (name, contact, size, source, link) "
    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
_ENROL: LiteralString = _ENROL_ONCE.replace(
    "DO NOTHING",
    "(name) DO UPDATE SET contact = excluded.contact, size = excluded.size, "
    "source = excluded.source, link = excluded.link",
)
_KEEP_FIGURES: LiteralString = (
    "INSERT INTO vinkje.sector (figures) VALUES (%s) ON CONFLICT DO NOTHING"
)
# When a questionnaire is asked first, and when one was that comes from a copy.
_NOW: LiteralString = "clock_timestamp()"
_BEFORE: LiteralString = (
    "coalesce((SELECT min(first_seen) FROM vinkje.asked) - interval '1 microsecond', "
    "clock_timestamp())"
)


class PostgresStore:
    """One of the writers of a database.

    An answer is on the disk of the server before `put` returns, and on that of its synchronous
    standbys where it has some. Each statement is a transaction of its own, and each may be sent
    twice: so whatever ends in between, whoever sends again loses and doubles nothing.

    `warnings` are sentences about the server that its owner should read.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._books = Books()
        self._closing: _Recent[datetime | None] = _Recent(self._read_closed_at, None)
        self._taking_part: _Recent[list[Organisation]] = _Recent(self._read_organisations, [])
        # Like what could not be kept; None once something could.
        self._failed: Submission | None = None
        with connected(url, writable=True) as connection:
            check_format(connection, url)
            _check_rights(connection, url)
            self.warnings = server_warnings(connection, url)
            self._books.load(connection)
        self._pool = Pool(url)

    def remember(self, asked: QuestionnaireVersion) -> None:
        """Keep what is asked from now on; one that was asked before keeps its place."""

        def keep(connection: Connection) -> None:
            _keep_asked(connection, asked, _NOW)
            # Whoever was first decides which byte stands for which answer.
            self._books.load(connection)

        self._pool.run(keep)

    def put(self, submission: Submission) -> Submission:
        """Keep a submission for good, on disk when this returns; see the protocol.

        Raises StoreError, also when that takes longer than half a minute.
        """
        try:
            kept = self._pool.run(lambda connection: _put(connection, self._books, submission))
        except StoreError as error:
            if not isinstance(error.__cause__, psycopg.DataError):
                self._failed = _made_up(submission)
            raise
        except (UnicodeError, OverflowError) as error:
            # Not what it says: that may hold what somebody typed.
            problem = gettext("these answers cannot be kept ({reason})")
            raise StoreError(
                self._url,
                problem.format(reason=type(error).__name__),
                gettext("look whether the clocks of the servers are right"),
                gettext("Nothing was changed"),
            ) from error
        self._failed = None
        return kept

    def latest(self, *, key: str = "", receipt: str = "") -> Submission | None:
        """Return the last revision of one submission, by its key or its receipt."""
        return self._pool.run(
            lambda connection: latest(connection, self._books, key=key, receipt=receipt)
        )

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires as they were asked, the latest one last."""
        return self._pool.run(all_asked)

    def organisations(self) -> list[Organisation]:
        """Return who takes part, by name; see the protocol."""
        return self._taking_part.value()

    def _read_organisations(self) -> list[Organisation]:
        return self._pool.run(all_organisations, seconds=_READY_SECONDS)

    def enrol(
        self,
        organisations: Iterable[Organisation],
        before: Sequence[Organisation] | None = None,
    ) -> None:
        """Keep who takes part, as the owner; see the protocol."""
        with self._owned() as connection, connection.writing():
            make_round(connection)
            connection.execute("LOCK TABLE vinkje.organisation IN SHARE ROW EXCLUSIVE MODE")
            if before is not None and list(before) != all_organisations(connection):
                raise StoreError(
                    self._url,
                    gettext("somebody else changed who takes part just now"),
                    gettext("do this again"),
                    gettext("Nothing was changed"),
                )
            connection.cursor().executemany(_ENROL, map(astuple, organisations))
        self._taking_part.forget()

    def keep_figures(self, figures: str) -> str:
        """Keep a sector's figures, unless there are some, as the owner; returns what stands."""
        with self._owned() as connection, connection.writing():
            make_round(connection)
            connection.execute(_KEEP_FIGURES, (figures,))
            ((stands,),) = connection.execute("SELECT figures FROM vinkje.sector")
        return str(stands)

    def newest(self) -> datetime | None:
        """Return when the last answers came, by the clock of then; None without any."""
        return self._pool.run(
            lambda connection: moment(connection, "SELECT max(at) FROM vinkje.submission")
        )

    def closed_at(self) -> datetime | None:
        """Return when somebody closed the round; None while it is open; see the protocol."""
        return self._closing.value()

    def _read_closed_at(self) -> datetime | None:
        return self._pool.run(
            lambda connection: moment(connection, CLOSED_AT), seconds=_READY_SECONDS
        )

    def check_ready(self) -> None:
        """Raise StoreError when nothing could be put now, within two seconds."""
        failed = self._failed

        def check(connection: Connection) -> None:
            ((is_read_only,),) = connection.execute("SHOW transaction_read_only")
            if is_read_only == "on":
                raise psycopg.errors.ReadOnlySqlTransaction
            if failed:
                _probe(connection, self._books, failed)

        self._pool.run(check, seconds=_READY_SECONDS)
        if failed is self._failed:
            self._failed = None

    def purge(self, before: datetime) -> int:
        """Wipe what was last changed before a moment, as the owner; the form may be served."""
        with self._owned() as connection, connection.writing():
            # Else a change that comes just now would lose what it changes.
            connection.execute("LOCK TABLE vinkje.submission IN SHARE ROW EXCLUSIVE MODE")
            ((wiped,),) = connection.execute(
                "WITH wiped AS (DELETE FROM vinkje.submission WHERE (organisation, key) IN "
                "(SELECT organisation, key FROM vinkje.submission GROUP BY organisation, key "
                "HAVING max(at) < %s) RETURNING organisation, key) "
                "SELECT count(*) FROM (SELECT DISTINCT organisation, key FROM wiped) each",
                (before,),
            )
        return int(wiped)

    def restore(
        self,
        submissions: Iterable[Submission],
        asked: Iterable[QuestionnaireVersion] = (),
        organisations: Sequence[Organisation] = (),
        figures: str = "",
    ) -> int:
        """Keep what a copy holds, after what is there, as the owner; see the protocol."""
        with self._owned() as connection, connection.writing():
            for each in reversed(list(asked)):
                _keep_asked(connection, each, _BEFORE)
            self._books.load(connection)
            if organisations or figures:
                make_round(connection)
            connection.cursor().executemany(_ENROL_ONCE, map(astuple, organisations))
            if figures:
                connection.execute(_KEEP_FIGURES, (figures,))
            connection.execute(
                "CREATE TEMPORARY TABLE restored (LIKE vinkje.submission) ON COMMIT DROP"
            )
            with connection.cursor().copy(COPY) as copy:
                for submission in submissions:
                    copy.write_row(self._books.row_of(submission))
            # What comes just now would be numbered as what is put back.
            connection.execute("LOCK TABLE vinkje.submission IN SHARE ROW EXCLUSIVE MODE")
            return connection.execute(INSERT_COPIED).rowcount

    def _owned(self) -> AbstractContextManager[Connection]:
        """Connect for what takes the time that it takes."""
        return connected(self._url, writable=True, refused=only_owner)

    def close(self) -> None:
        """Let go of the servers; all that was accepted is on disk."""
        self._pool.close()


class _Recent(Generic[T]):
    """Something as it was seconds ago: pages do not wait for a database."""

    def __init__(self, read: Callable[[], T], unknown: T) -> None:
        self._read = read
        self._value = unknown
        self._until = 0.0
        self._reading = Lock()

    def value(self) -> T:
        """Return it; what was known last where the database does not say."""
        if monotonic() >= self._until and self._reading.acquire(blocking=self._until == 0.0):
            try:
                if monotonic() >= self._until:
                    with suppress(StoreError):
                        self._value = self._read()
                    self._until = monotonic() + _RECENT_SECONDS
            finally:
                self._reading.release()
        return self._value

    def forget(self) -> None:
        """Have it read anew."""
        self._until = 0.0


def _keep_asked(
    connection: Connection, asked: QuestionnaireVersion, first_seen: LiteralString
) -> None:
    if asked.codebook:
        connection.write(
            f"INSERT INTO vinkje.codebook VALUES (%s, %s) {_ONCE}",
            (asked.version, dumped(asked.codebook)),
        )
    connection.write(
        "INSERT INTO vinkje.asked (version, round, questions, first_seen) "
        f"SELECT %s, %s, %s, {first_seen} {_ONCE}",
        (asked.version, asked.round, dumped(asked.questions)),
    )


def _put(connection: Connection, books: Books, submission: Submission) -> Submission:
    first = replace(submission, revision=1)
    if connection.write(_FIRST, books.row_of(first)).fetchone():
        return first
    own = (submission.organisation, bytes.fromhex(submission.key))
    while True:
        row = connection.execute(
            f"{SELECT} WHERE organisation = %s AND key = %s ORDER BY revision DESC LIMIT 1", own
        ).fetchone()
        if row is None:
            # Wiped just now.
            return _put(connection, books, submission)
        stands = books.submission_of(connection, row)
        later = submission.after(stands)
        if later is None:
            _await_standbys(connection)
            return stands
        values = (*books.row_of(later), *own, stands.revision)
        if connection.write(_LATER, values).fetchone():
            return later


def _await_standbys(connection: Connection) -> None:
    """Wait until synchronous standbys have what stands: who kept it may have been cut off before.

    A commit waits for them with all that was written before it; what only reads does not.
    """
    connection.write(
        f"SELECT {SURELY}, CASE WHEN current_setting('synchronous_standby_names') <> '' "
        "THEN pg_logical_emit_message(true, 'vinkje', '')::text END"
    )


def _made_up(submission: Submission) -> Submission:
    """Return one that goes where another does, of a size that old room on a disk seldom has."""
    text = {"": token_hex(_PROBE_BYTES)}
    return replace(submission, key=token_hex(16), answers=text, version="", revision=1)


def _probe(connection: Connection, books: Books, made_up: Submission) -> None:
    """Raise psycopg.Error where nothing can be kept; what is written for that is taken back."""
    # What cannot be kept for want of a standby waits for it still; more would fill the server.
    ((is_waiting,),) = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' "
        "AND query_start < clock_timestamp() - interval '1 second')"
    )
    if is_waiting:
        raise LateError
    with connection.transaction(force_rollback=True):
        connection.execute(_FIRST, books.row_of(made_up))
    _await_standbys(connection)


def _check_rights(connection: Connection, url: str) -> None:
    ((may,),) = connection.execute("SELECT has_table_privilege('vinkje.submission', 'INSERT')")
    if not may:
        raise no_right(url)
