"""A store in one SQLite file: one writer that commits in groups, any number of readers."""

import json
import os
import queue
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gettext import gettext
from pathlib import Path
from threading import Thread
from urllib.request import pathname2url

from forms.errors import StoreError, reason_of
from forms.file_rights import keep_private, target_of
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.location import check_location, lock

# What marks a file as ours (SQLite's documentation, *application_id*), and its layout's number.
_APPLICATION = 0x76696E6B  # "vink"
_FORMAT = 1
_TABLES = """
CREATE TABLE asked (
    version TEXT PRIMARY KEY, round TEXT NOT NULL, questions TEXT NOT NULL, since TEXT NOT NULL
);
CREATE TABLE submission (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, revision INTEGER NOT NULL,
    receipt TEXT NOT NULL, version TEXT NOT NULL, at TEXT NOT NULL, flagged INTEGER NOT NULL,
    answers TEXT NOT NULL, UNIQUE (key, revision)
);
CREATE INDEX submission_receipt ON submission (receipt);
"""
_SELECT = "SELECT key, answers, version, at, flagged, revision FROM submission"
# Submissions in one transaction at most, and so for one wait for the disk.
_GROUP = 256
# The least that a stored time tells apart.
_TICK = timedelta(microseconds=1)
# Seconds: for another program's lock; and in all, after which who sends is asked to try again.
_LOCK_SECONDS = 10
_WAIT_SECONDS = 30

_Job = tuple[Submission, "Future[Submission]"]


class SqliteStore:
    """The one writer of a file.

    An answer is on disk before `put` returns. What several people send at once is written in one
    transaction: that is one wait for the disk instead of as many. SQLite itself can lose committed
    data when two connections write or checkpoint, so that there is one writer is no mere courtesy.
    """

    def __init__(self, path: Path) -> None:
        self._path = target_of(path, StoreError)
        check_location(self._path)
        if _holds_something(self._path):
            # Before anything is changed: it may be another program's database.
            with sqlite_reader(path):
                pass
        self._lock = lock(self._path)
        self._connection: sqlite3.Connection | None = None
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
        with _explained(self._path):
            # People's answers: for the one who runs the form, nobody else.
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
            self._keep_private()
            if not _holds_something(self._path):
                # All of it or nothing, which the journal that comes later does not give here.
                with closing(sqlite3.connect(self._path)) as connection:
                    connection.executescript(
                        f"BEGIN;{_TABLES}PRAGMA application_id={_APPLICATION};"
                        f"PRAGMA user_version={_FORMAT};COMMIT;"
                    )
            self._connected()

    def _keep_private(self) -> None:
        for ending in ("", "-journal", "-wal", "-shm"):
            keep_private(self._path.with_name(f"{self._path.name}{ending}"), StoreError)

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._keep_private()
            connection = sqlite3.connect(
                self._path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
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
        with _explained(self._path):
            self._connected().execute(
                "INSERT INTO asked (version, round, questions, since) VALUES (?,?,?,?) "
                "ON CONFLICT (version) DO UPDATE "
                "SET round = excluded.round, since = excluded.since",
                (asked.version, asked.round, _dumped(asked.questions), _text(datetime.now(UTC))),
            )

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
        with _explained(self._path):
            connection = self._connected()
            connection.execute("BEGIN IMMEDIATE")
            keys = connection.execute(
                "SELECT key FROM submission GROUP BY key HAVING max(at) < ?", (_text(before),)
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
            with _explained(self._path):
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


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _put(connection: sqlite3.Connection, submission: Submission) -> Submission:
    row = connection.execute(
        f"{_SELECT} WHERE key = ? ORDER BY revision DESC LIMIT 1",
        (submission.key,),
    ).fetchone()
    if row:
        stands = _submission(row)
        if stands.answers == submission.answers or stands.is_last:
            return stands
        # Later than what it replaces, also when the clock was set back.
        at = max(submission.at, stands.at + _TICK)
        submission = replace(submission, at=at, revision=stands.revision + 1)
    connection.execute(
        "INSERT INTO submission (key, revision, receipt, version, at, flagged, answers) "
        "VALUES (?,?,?,?,?,?,?)",
        (
            submission.key,
            submission.revision,
            submission.receipt,
            submission.version,
            _text(submission.at),
            int(submission.flagged),
            _dumped(submission.answers),
        ),
    )
    return submission


class SqliteReader:
    """One moment of a file, also while another program writes to it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires as they were asked, the latest one last."""
        with _explained(self._path):
            rows = self._connection.execute(
                "SELECT version, round, questions FROM asked ORDER BY since"
            ).fetchall()
        return [
            QuestionnaireVersion(version, name, json.loads(questions))
            for version, name, questions in rows
        ]

    def submissions(self) -> Iterator[Submission]:
        """Yield every revision of every submission, in the order in which they came in."""
        with _explained(self._path):
            rows = self._connection.execute(f"{_SELECT} ORDER BY number")
            yield from map(_submission, rows)

    def latest(self, *, key: str = "", receipt: str = "") -> Submission | None:
        """Return the last revision of one submission, by its key or its receipt."""
        with _explained(self._path):
            row = self._connection.execute(
                f"{_SELECT} WHERE key = ? OR receipt = ? ORDER BY revision DESC LIMIT 1",
                (key, receipt),
            ).fetchone()
        return _submission(row) if row else None

    def newest(self) -> datetime | None:
        """Return when the last answers came, by the clock of then; None without any."""
        with _explained(self._path):
            at = self._connection.execute("SELECT max(at) FROM submission").fetchone()[0]
        return datetime.fromisoformat(at) if at else None

    def copy(self) -> bytes:
        """Return the whole store as one file; a copy of the file alone would lack its journal."""
        with tempfile.TemporaryDirectory() as folder, _explained(self._path):
            path = Path(folder) / "copy.db"
            with closing(sqlite3.connect(path)) as target:
                self._connection.backup(target)
                if target.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    raise _damaged(self._path)
                # In WAL mode it would want a second file beside it.
                target.execute("PRAGMA journal_mode=DELETE")
            return path.read_bytes()


@contextmanager
def sqlite_reader(path: Path) -> Iterator[SqliteReader]:
    """Open a file to read as it is now, whatever is written meanwhile.

    Raises StoreError when it is not there, is no store, or is one of a newer vinkje.
    """
    if not path.is_file():
        raise StoreError(
            str(path),
            gettext("there is no such database of a form"),
            gettext("look whether the name is right"),
        )
    address = f"file:{pathname2url(str(path.resolve()))}?mode=ro"
    with _explained(path):
        connection = sqlite3.connect(
            address, uri=True, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
    with closing(connection):
        with _explained(path):
            _check(connection, path)
            # One moment for all that is read, from the first look on.
            connection.execute("BEGIN")
        yield SqliteReader(connection, path)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that is not ours, or is of a later vinkje."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise _not_ours(path)
    format_ = connection.execute("PRAGMA user_version").fetchone()[0]
    if format_ > _FORMAT:
        raise StoreError(
            str(path),
            gettext("was made by a newer vinkje (format {format}, this one knows {known})").format(
                format=format_, known=_FORMAT
            ),
            gettext("install the newer vinkje"),
        )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
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
        return _not_ours(path)
    if name.startswith("SQLITE_CORRUPT"):
        return _damaged(path)
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


def _not_ours(path: Path) -> StoreError:
    return StoreError(
        str(path),
        gettext("this is no database of a form of vinkje"),
        gettext("name another file"),
    )


def _damaged(path: Path) -> StoreError:
    return StoreError(
        str(path),
        gettext("the file is damaged"),
        gettext("put a backup in its place (vinkje store backup makes them)"),
    )


def _submission(row: tuple[str, str, str, str, int, int]) -> Submission:
    key, answers, version, at, flagged, revision = row
    moment = datetime.fromisoformat(at)
    return Submission(key, json.loads(answers), version, moment, bool(flagged), revision)


def _text(moment: datetime) -> str:
    """Return a moment so that texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _dumped(texts: Mapping[str, object]) -> str:
    return json.dumps(dict(texts), ensure_ascii=False)
