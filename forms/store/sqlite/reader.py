"""Reading a file of submissions, also while another program writes to it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, tzinfo
from functools import lru_cache, partial
from gettext import gettext
from pathlib import Path
from urllib.request import pathname2url

from forms.errors import StoreError
from forms.store.closed_questions import MetAnswers, closed_questions
from forms.store.interface import (
    CodedAnswers,
    Holdings,
    Organisation,
    QuestionnaireVersion,
    Remark,
    Submission,
)
from forms.store.sqlite.errors import damaged, explained, not_ours
from forms.store.sqlite.location import closed_at
from forms.store.sqlite.schema import (
    APPLICATION,
    FIRST,
    FLAGGED,
    REVISIONS,
    ROUND_FORMAT,
    STANDING,
    has_organisations,
    organisation,
    organisations,
    selects,
    submission_of,
    text_of,
)

# For another program's lock.
LOCK_SECONDS = 10
# Bytes of codes after which a batch is let go, however many answered on its day.
_BATCH = 1_000_000
# Rows whose answers are parsed together.
_PARSED = 100


class SqliteReader:
    """One moment of a file, also while another program writes to it.

    With an `organisation`, submissions are those of one of several.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, organisation: str | None = None
    ) -> None:
        self._connection = connection
        self._path = path
        self._own: dict[str, object] = {"organisation": organisation}
        self._of = "" if organisation is None else "AND organisation = :organisation"
        self._standing_rows = STANDING.format(of=self._of)
        with explained(path):
            self._select, self._select_asked = selects(connection)

    def organisations(self) -> list[Organisation]:
        """Return who takes part, by name; none where the form is one organisation's."""
        with explained(self._path):
            return organisations(self._connection)

    def organisation(self, name: str) -> Organisation | None:
        """Return the one of a name, if it takes part."""
        with explained(self._path):
            return organisation(self._connection, name)

    def answered(self) -> dict[str, int]:
        """Return how many submissions stand, by the organisation that they carry."""
        with explained(self._path):
            if not has_organisations(self._connection):
                return {"": self.holdings().submissions}
            query = "SELECT organisation, count(*) FROM submission WHERE revision = 1 GROUP BY 1"
            return dict(self._connection.execute(query).fetchall())

    def figures(self) -> str:
        """Return the sector's figures that were kept; "" without any."""
        with explained(self._path):
            if not has_organisations(self._connection):
                return ""
            row = self._connection.execute("SELECT figures FROM sector").fetchone()
        return str(row[0]) if row else ""

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires as they were asked, the latest one last."""
        with explained(self._path):
            rows = self._connection.execute(self._select_asked).fetchall()
        return [
            QuestionnaireVersion(version, name, json.loads(questions), json.loads(codebook or "{}"))
            for version, name, questions, codebook in rows
        ]

    def closed_at(self) -> datetime | None:
        """Return when somebody closed the round; None while it is open."""
        return closed_at(self._path)

    def submissions(self) -> Iterator[Submission]:
        """Yield every revision of every submission, in the order in which they came in."""
        with explained(self._path), _sound(self._path):
            query = f"{self._select} WHERE true {self._of} ORDER BY number"
            rows = self._connection.execute(query, self._own)
            yield from map(submission_of, rows)

    def latest(self, *, key: str = "", receipt: str = "") -> Submission | None:
        """Return the last revision of one submission, by its key or its receipt."""
        with explained(self._path):
            row = self._connection.execute(
                f"{self._select} WHERE key = ? OR receipt = ? ORDER BY revision DESC LIMIT 1",
                (key, receipt),
            ).fetchone()
        return submission_of(row) if row else None

    def coded(self, split: str, zone: tzinfo) -> Iterator[CodedAnswers]:
        """Yield the closed answers of every submission as it stands, a group and day at a time."""
        books = {asked.version: MetAnswers(closed_questions(asked)) for asked in self.asked()}
        day_of = lru_cache(partial(_day, zone=zone))
        batches: dict[tuple[str, str, date], bytearray] = {}
        for version, at, answers in self._standing():
            book = books.setdefault(version, MetAnswers(()))
            # To the minute, since no zone's day begins within one.
            batch = version, answers.get(split, ""), day_of(at[:16])
            codes = batches.setdefault(batch, bytearray())
            codes.extend(book.codes(answers))
            if len(codes) > _BATCH:
                yield CodedAnswers(*batch, book.answers(), bytes(batches.pop(batch)))
        for batch, codes in batches.items():
            yield CodedAnswers(*batch, books[batch[0]].answers(), bytes(codes))

    def remarks(self) -> Iterator[Remark]:
        """Yield the texts typed in submissions as they stand."""
        closed = {asked.version: {*closed_questions(asked)} for asked in self.asked()}
        for version, _, answers in self._standing():
            for question in answers.keys() - closed.get(version, ()):
                yield Remark(version, question, answers[question])

    def _standing(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Yield the version, the moment and the answers of every submission as it stands."""
        with explained(self._path), _sound(self._path):
            query = f"SELECT version, at, answers {self._standing_rows}"
            rows = self._connection.execute(query, self._own)
            while some := rows.fetchmany(_PARSED):
                # Together, which takes half the time of one by one.
                several = json.loads(f"[{','.join(answers for _, _, answers in some)}]")
                for (version, at, _), answers in zip(some, several, strict=True):
                    yield version, at, answers

    def holdings(self, before: datetime | None = None) -> Holdings:
        """Say how much is held, in all or of what was last changed before a moment."""
        with explained(self._path):
            *counts, first, last = self._connection.execute(
                f"SELECT count(*), coalesce(sum({REVISIONS}), 0), coalesce(sum({FLAGGED}), 0), "
                f"min({FIRST}), max(at) {self._standing_rows} "
                "AND (:before IS NULL OR at < :before)",
                {**self._own, "before": before and text_of(before)},
            ).fetchone()
        return Holdings(*counts, *(at and datetime.fromisoformat(at) for at in (first, last)))

    def copy_to(self, path: Path) -> None:
        """Write the whole store into one new file; a copy of the file alone lacks its journal."""
        with explained(self._path), closing(sqlite3.connect(path)) as target:
            try:
                self._connection.backup(target)
            except sqlite3.Error as error:
                if error.sqlite_errorname == "SQLITE_FULL":
                    # The disk of the copy, not that of the store.
                    folder = str(path.parent)
                    raise StoreError(
                        folder, gettext("the disk is full"), gettext("make room")
                    ) from error
                raise
            if target.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise damaged(self._path)
            # In WAL mode it would want a second file beside it.
            target.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def sqlite_reader(path: Path, organisation: str | None = None) -> Iterator[SqliteReader]:
    """Open a file to read as it is now, whatever is written meanwhile; or an organisation's in it.

    Raises StoreError when it is not there, is no store, or is one of a newer vinkje.
    """
    if not path.is_file():
        raise StoreError(
            str(path),
            gettext("there is no such database of a form"),
            gettext("look whether the name is right"),
        )
    address = f"file:{pathname2url(str(path.resolve()))}?mode=ro"
    with explained(path):
        connection = sqlite3.connect(
            address, uri=True, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
    with closing(connection):
        with explained(path):
            _check(connection, path)
            # One moment for all that is read, from the first look on.
            connection.execute("BEGIN")
        yield SqliteReader(connection, path, organisation)


@contextmanager
def _sound(path: Path) -> Iterator[None]:
    """Turn what no row of ours holds into a StoreError."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise damaged(path) from error


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that is not ours, or is of a later vinkje."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise not_ours(path)
    format_ = connection.execute("PRAGMA user_version").fetchone()[0]
    if format_ > ROUND_FORMAT:
        raise StoreError(
            str(path),
            gettext("was made by a newer vinkje (format {format}, this one knows {known})").format(
                format=format_, known=ROUND_FORMAT
            ),
            gettext("install the newer vinkje"),
        )


def _day(minute: str, zone: tzinfo) -> date:
    """Return the day in a zone at a minute that is written in UTC, such as 2026-12-01T23:59."""
    return datetime.fromisoformat(f"{minute}+00:00").astimezone(zone).date()
