"""Writing a file of submissions: one writer, that commits in groups."""

import os
import queue
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from gettext import gettext
from pathlib import Path
from threading import Thread

from forms.errors import StoreError
from forms.file_rights import keep_private, target_of
from forms.store.interface import TICK, Organisation, QuestionnaireVersion, Reader, Submission
from forms.store.sqlite.errors import explained
from forms.store.sqlite.location import check_location, closed_at, lock
from forms.store.sqlite.reader import LOCK_SECONDS, sqlite_reader
from forms.store.sqlite.schema import (
    APPLICATION,
    FORMAT,
    SELECT,
    TABLES,
    enrol,
    insert,
    keep_asked,
    keep_figures,
    lacking,
    submission_of,
    text_of,
)

# Submissions in one transaction at most, and so for one wait for the disk.
_GROUP = 256
# Seconds after which who sends is asked to try again.
_WAIT_SECONDS = 30

_Job = tuple[Submission, "Future[Submission]"]


class SqliteStore:
    """The one writer of a file.

    An answer is on disk before `put` returns. What several people send at once is written in one
    transaction: that is one wait for the disk instead of as many. SQLite itself can lose committed
    data when two connections write or checkpoint, so that there is one writer is no mere courtesy.
    """

    # What is not as it should be is refused.
    warnings = ()

    def __init__(self, path: Path) -> None:
        self._path = target_of(path, StoreError)
        check_location(self._path)
        if _holds_something(self._path):
            # Before anything is changed: it may be another program's database.
            with sqlite_reader(path):
                pass
        self._lock = lock(self._path)
        self._connection: sqlite3.Connection | None = None
        self._organisations: list[Organisation] | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer = Thread(target=self._write, name="store", daemon=True)
        try:
            self._open()
        except BaseException:
            self._disconnect()
            self._lock.release()
            raise
        self._writer.start()

    def _open(self) -> None:
        with explained(self._path):
            # People's answers: for the one who runs the form, nobody else.
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
            self._keep_private()
            if not _holds_something(self._path):
                # All of it or nothing, which the journal that comes later does not give here.
                with closing(sqlite3.connect(self._path)) as connection:
                    connection.executescript(
                        f"BEGIN;{TABLES}PRAGMA application_id={APPLICATION};"
                        f"PRAGMA user_version={FORMAT};COMMIT;"
                    )
            connection = self._connected()
            for table, column in lacking(connection):
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {column}")

    def _keep_private(self) -> None:
        for ending in ("", "-journal", "-wal", "-shm"):
            keep_private(self._path.with_name(f"{self._path.name}{ending}"), StoreError)

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._keep_private()
            connection = sqlite3.connect(
                self._path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection = connection
            # So that reports are read while the form writes.
            connection.execute("PRAGMA journal_mode=WAL")
            # In WAL mode NORMAL does not sync each commit: people would be thanked for what a power
            # cut takes.
            connection.execute("PRAGMA synchronous=FULL")
            # On macOS a sync reaches no further than the drive's own cache, unless it is asked for.
            connection.execute("PRAGMA fullfsync=ON")
            # What SQLite lays beside it is there by now; somebody may have been first after all.
            connection.execute("SELECT 1 FROM asked").fetchone()
            self._keep_private()
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def remember(self, asked: QuestionnaireVersion) -> None:
        """Keep what is asked from now on; to be called before the first `put`."""
        with explained(self._path):
            keep_asked(self._connected(), asked, datetime.now(UTC), is_now=True)

    def put(self, submission: Submission) -> Submission:
        """Keep a submission for good, on disk when this returns; see the protocol.

        Raises StoreError, also when that takes longer than `_WAIT_SECONDS`.
        """
        future: Future[Submission] = Future()
        self._jobs.put((submission, future))
        try:
            return future.result(_WAIT_SECONDS)
        except TimeoutError:
            # Where its turn has not come it is left out; else it may be kept after all, and sending
            # it again finds it there.
            future.cancel()
            raise StoreError(
                str(self._path), gettext("did not answer in time"), gettext("try again")
            ) from None

    def purge(self, before: datetime) -> int:
        """Wipe what was last changed before a moment; nothing of it stays in the file."""
        with explained(self._path):
            connection = self._connected()
            connection.execute("BEGIN IMMEDIATE")
            keys = connection.execute(
                "SELECT key FROM submission GROUP BY key HAVING max(at) < ?", (text_of(before),)
            ).fetchall()
            connection.executemany("DELETE FROM submission WHERE key = ?", keys)
            connection.execute(
                "DELETE FROM asked WHERE version NOT IN (SELECT version FROM submission) "
                "AND since < (SELECT max(since) FROM asked)"
            )
            connection.execute("COMMIT")
            # A deleted row stays readable in the file's free pages, and in the log, until they are
            # made anew.
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return len(keys)

    def latest(self, *, key: str = "", receipt: str = "") -> Submission | None:
        """Return the last revision of one submission, by its key or its receipt."""
        with sqlite_reader(self._path) as reader:
            return reader.latest(key=key, receipt=receipt)

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires as they were asked, the latest one last."""
        with sqlite_reader(self._path) as reader:
            return reader.asked()

    def organisations(self) -> list[Organisation]:
        """Return who takes part, by name; none where the form is one organisation's."""
        # This is the one who would write it: what was read once holds.
        if self._organisations is None:
            with sqlite_reader(self._path) as reader:
                self._organisations = reader.organisations()
        return self._organisations

    def enrol(
        self,
        organisations: Iterable[Organisation],
        before: Sequence[Organisation] | None = None,
    ) -> None:
        """Keep who takes part; what was kept under such a name goes; see the protocol."""
        # `before` still holds: nobody else may write meanwhile.
        del before
        with self._transaction() as connection:
            enrol(connection, organisations, anew=True)
        self._organisations = None

    def keep_figures(self, figures: str) -> str:
        """Keep a sector's figures, unless there are some; returns what stands."""
        with self._transaction() as connection:
            return keep_figures(connection, figures)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Write several things: all of them or none."""
        with explained(self._path):
            connection = self._connected()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # On a full disk SQLite rolls back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def newest(self) -> datetime | None:
        """Return when the last answers came, by the clock of then; None without any."""
        with sqlite_reader(self._path) as reader:
            return reader.holdings().last

    def closed_at(self) -> datetime | None:
        """Return when somebody closed the round; None while it is open."""
        return closed_at(self._path)

    def check_ready(self) -> None:
        """Raise StoreError when the file is gone, or cannot be opened."""
        with sqlite_reader(self._path):
            pass

    def restore(
        self,
        submissions: Iterable[Submission],
        asked: Iterable[QuestionnaireVersion] = (),
        organisations: Sequence[Organisation] = (),
        figures: str = "",
    ) -> int:
        """Keep what a copy holds, after what is there; see the protocol."""
        self._organisations = None
        with self._transaction() as connection:
            _restore_asked(connection, list(asked))
            if organisations:
                enrol(connection, organisations, anew=False)
            if figures:
                keep_figures(connection, figures)
            ((last,),) = connection.execute("SELECT coalesce(max(number), 0) FROM submission")
            return sum(_restore(connection, each, last) for each in submissions)

    def close(self) -> None:
        """Write what is still waiting, and let go of the file, so that another may write."""
        if self._writer.is_alive():
            self._jobs.put(None)
            self._writer.join()
        self._disconnect()
        self._lock.release()

    def _write(self) -> None:
        """Be the writer until told to end."""
        ended = False
        while not ended:
            group = [self._jobs.get()]
            with suppress(queue.Empty):
                while len(group) < _GROUP:
                    group.append(self._jobs.get_nowait())
            ended = None in group
            jobs = [job for job in group if job and job[1].set_running_or_notify_cancel()]
            if jobs:
                self._commit(jobs)

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            with explained(self._path):
                connection = self._connected()
                connection.execute("BEGIN IMMEDIATE")
                kept = [_put(connection, submission) for submission, _ in jobs]
                connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
            # After a failed write a connection's idea of the file may be wrong: start anew.
            self._disconnect()
            for _, future in jobs:
                future.set_exception(error)
        else:
            for (_, future), submission in zip(jobs, kept, strict=True):
                future.set_result(submission)


def write_copy(path: Path, held: Reader) -> int:
    """Fill a new file that is complete in itself; returns how many revisions are in it."""
    with closing(SqliteStore(path)) as copy:
        written = copy.restore(
            held.submissions(), held.asked(), held.organisations(), held.figures()
        )
    with closing(sqlite3.connect(path)) as connection:
        # In WAL mode it would want a second file beside it.
        connection.execute("PRAGMA journal_mode=DELETE")
    return written


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _put(connection: sqlite3.Connection, submission: Submission) -> Submission:
    row = connection.execute(
        f"{SELECT} WHERE key = ? ORDER BY revision DESC LIMIT 1",
        (submission.key,),
    ).fetchone()
    if row:
        stands = submission_of(row)
        later = submission.after(stands)
        if later is None:
            return stands
        submission = later
    insert(connection, submission)
    return submission


def _restore(connection: sqlite3.Connection, submission: Submission, last: int) -> bool:
    """Add a submission after those of its key; `last` is the last row that was there before."""
    revision, at, organisation = connection.execute(
        "SELECT max(revision), max(at) FILTER (WHERE number <= ?), max(organisation) "
        "FROM submission WHERE key = ?",
        (last, submission.key),
    ).fetchone()
    if at and at >= text_of(submission.at):
        return False
    if organisation not in {None, submission.organisation}:
        # Somebody else's: a file has room for one of a key.
        return False
    return insert(connection, replace(submission, revision=(revision or 0) + 1))


def _restore_asked(connection: sqlite3.Connection, asked: Sequence[QuestionnaireVersion]) -> None:
    ((oldest,),) = connection.execute("SELECT min(since) FROM asked")
    before = datetime.fromisoformat(oldest) if oldest else datetime.now(UTC)
    for number, each in enumerate(asked):
        since = before - (len(asked) - number) * TICK
        keep_asked(connection, each, since, is_now=False)
