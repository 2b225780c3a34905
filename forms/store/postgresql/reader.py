"""Reading a PostgreSQL store: one moment of it, from a replica where one is named."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from gettext import gettext
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.sql import SQL, Composed

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
from forms.store.postgresql.connection import Connection, connected
from forms.store.postgresql.errors import explained
from forms.store.postgresql.rows import (
    CLOSED_AT,
    SELECT,
    Books,
    Row,
    all_asked,
    has_round,
    moment,
    organisation,
    organisations,
)
from forms.store.postgresql.schema import check_format
from forms.store.sqlite.writer import write_copy

# Rows of one fetch.
_ROWS = 2_000
# When vinkje's first answers can have been sent, and weeks from then until long from now.
_FIRST, _WEEKS = datetime(2020, 1, 1, tzinfo=UTC), 52 * 30
# Packing by hashing takes a third of the time of sorting first, which is planned where the server
# takes the rows that stand to be few; and it must fit in memory.
_HASHED = (("enable_sort", "off"), ("work_mem", "64MB"))
# What stands: nothing comes after it. Said so that a partition on another server does it itself,
# which it would not of NOT EXISTS, nor of COALESCE.
_STANDING: LiteralString = """
FROM vinkje.submission s LEFT JOIN vinkje.submission n ON n.organisation = s.organisation
    AND n.key = s.key AND n.revision = s.revision + 1 AND n.revision > 1
WHERE (n.revision IS NULL OR n.revision <= s.revision)
"""
_FLAGGED: LiteralString = (
    "SELECT count(*) FROM (SELECT DISTINCT organisation, key FROM vinkje.submission s "
    "WHERE flagged {of}) each"
)
# In the place of a group's code: rows that are kept as texts.
_TEXTS = -1
# Each has a first revision, so no keys need be told apart to know how many they are.
_ALL_HELD: LiteralString = (
    f"SELECT count(*) FILTER (WHERE revision = 1), count(*), ({_FLAGGED}), min(at), max(at) "
    "FROM vinkje.submission s WHERE true {of}"
)
_HELD_BEFORE: LiteralString = (
    "SELECT count(*), coalesce(sum(revisions), 0)::bigint, count(*) FILTER (WHERE flagged), "
    "min(first), max(last) FROM (SELECT count(*) AS revisions, bool_or(flagged) AS flagged, "
    "min(at) AS first, max(at) AS last FROM vinkje.submission s WHERE true {of} "
    "GROUP BY organisation, key) each WHERE last < {before}"
)


class PostgresReader:
    """One moment of a database, also while others write to it.

    With an `organisation`, submissions are those of one of several.
    """

    def __init__(self, connection: Connection, url: str, organisation: str | None = None) -> None:
        self._connection = connection
        self._url = url
        # It is among the rows that each server gives, so that none gives what is not asked for.
        named = SQL("AND s.organisation = {}").format(organisation)
        self._of = SQL("") if organisation is None else named
        self._books = Books()
        self._cursors = (f"vinkje_{number}" for number in count())
        self._books.load(connection)

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires as they were asked, the latest one last."""
        with explained(self._url):
            return all_asked(self._connection)

    def organisations(self) -> list[Organisation]:
        """Return who takes part, by name; none where the form is one organisation's."""
        with explained(self._url):
            return organisations(self._connection)

    def organisation(self, name: str) -> Organisation | None:
        """Return the one of a name, if it takes part."""
        with explained(self._url):
            return organisation(self._connection, name)

    def answered(self) -> dict[str, int]:
        """Return how many submissions stand, by the organisation that they carry."""
        with explained(self._url):
            rows = self._connection.execute(
                "SELECT organisation, count(*) FROM vinkje.submission WHERE revision = 1 GROUP BY 1"
            )
            return dict(rows.fetchall())

    def figures(self) -> str:
        """Return the sector's figures that were kept; "" without any."""
        with explained(self._url):
            if not has_round(self._connection):
                return ""
            row = self._connection.execute("SELECT figures FROM vinkje.sector").fetchone()
        return str(row[0]) if row else ""

    def closed_at(self) -> datetime | None:
        """Return when somebody closed the round; None while it is open."""
        with explained(self._url):
            return moment(self._connection, CLOSED_AT)

    def submissions(self) -> Iterator[Submission]:
        """Yield every revision of every submission, those of a key in their order."""
        query = self._query(f"{SELECT} s WHERE true {{of}} ORDER BY organisation, key, revision")
        for row in self._rows(query):
            yield self._submission(row)

    def coded(self, split: str, zone: tzinfo) -> Iterator[CodedAnswers]:
        """Yield the closed answers of every submission as it stands, a group and day at a time."""
        groups = {
            version: (["", *book.answers[split]] if split in book.answers else [""])
            for version, book in self._books.items()
        }
        ahead = _ahead(zone)
        query = _packed(self._books, split, ahead, self._of)
        has_texts = False
        for version, code, *days, codes in self._packed_rows(query, len(ahead)):
            if code == _TEXTS:
                has_texts = True
                continue
            with explained(self._url):
                book = self._books.known(version)
            day = _day(zip(days, ahead, strict=True), zone)
            yield CodedAnswers(version, groups[version][code], day, book.answers, codes)
        if has_texts:
            yield from self._coded_texts(split, zone)

    def _coded_texts(self, split: str, zone: tzinfo) -> Iterator[CodedAnswers]:
        """Yield those of which some answer is in no codebook, and that are kept as texts."""
        closed = {asked.version: closed_questions(asked) for asked in self.asked()}
        books = {version: MetAnswers(questions) for version, questions in closed.items()}
        batches: dict[tuple[str, str, date], bytearray] = {}
        query = self._query(f"SELECT s.version, s.other, s.at {_STANDING} {{of}} AND s.codes = ''")
        for version, other, at in self._rows(query):
            if version in books:
                answers = json.loads(other or "{}")
                group = answers.get(split, "") if split in closed[version] else ""
                batch = (version, group, at.astimezone(zone).date())
                batches.setdefault(batch, bytearray()).extend(books[version].codes(answers))
        for (version, group, day), codes in batches.items():
            yield CodedAnswers(version, group, day, books[version].answers(), bytes(codes))

    def remarks(self) -> Iterator[Remark]:
        """Yield the texts typed in submissions as they stand."""
        closed = {asked.version: set(closed_questions(asked)) for asked in self.asked()}
        # In the order of their keys, which are drawn by lot.
        query = self._query(
            f"SELECT s.version, s.other {_STANDING} {{of}} AND s.other IS NOT NULL "
            "ORDER BY s.organisation, s.key"
        )
        for version, other in self._rows(query):
            for question, text in json.loads(other).items():
                if question not in closed.get(version, ()):
                    yield Remark(version, question, text)

    def holdings(self, before: datetime | None = None) -> Holdings:
        """Say how much is held, in all or of what was last changed before a moment."""
        with explained(self._url):
            query = _ALL_HELD if before is None else _HELD_BEFORE
            ((*counts, first, last),) = self._connection.execute(self._query(query, before=before))
        return Holdings(*counts, *(at and at.astimezone(UTC) for at in (first, last)))

    def copy_to(self, path: Path) -> None:
        """Write all of it into one new file, which is a store on SQLite."""
        written = write_copy(path, self)
        if written != self.holdings().revisions:
            raise StoreError(
                self._url,
                gettext("not everything fits in a copy: two organisations have the same answers"),
            )

    def _query(self, text: LiteralString, **values: object) -> Composed:
        """Return a query with values in it; its `{of}` is for whose submissions are read."""
        return SQL(text).format(of=self._of, **values)

    def _submission(self, row: Row) -> Submission:
        with explained(self._url):
            return self._books.submission_of(self._connection, row)

    def _rows(self, query: Composed | SQL) -> Iterator[Any]:
        """Yield the rows of a query, of which few are held at a time."""
        name = next(self._cursors)
        with explained(self._url), self._connection.cursor(name, binary=True) as cursor:
            cursor.itersize = _ROWS
            cursor.execute(query)
            yield from cursor

    def _packed_rows(self, query: Composed, days: int) -> Iterator[Any]:
        """Yield the rows of a query that groups: several processes do it, as for no cursor.

        Who needs no more of them may leave: all is as before then, of the transaction too.
        """
        with (
            explained(self._url),
            self._connection.transaction(force_rollback=True),
            self._connection.cursor() as cursor,
        ):
            for setting in _HASHED:
                cursor.execute("SELECT set_config(%s, %s, true)", setting)
            with cursor.copy(SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(query)) as copy:
                copy.set_types(["text", "int4", *["date"] * days, "bytea"])
                yield from copy.rows()


@contextmanager
def postgres_reader(url: str, organisation: str | None = None) -> Iterator[PostgresReader]:
    """Open a database to read as it is now, whatever is written meanwhile; or one organisation's.

    Raises StoreError.
    """
    with connected(url, writable=False) as connection:
        check_format(connection, url)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.autocommit = False
        # The plan is for all rows, not for the first of them.
        connection.execute("SET LOCAL cursor_tuple_fraction = 1")
        # A report that has several sources counts one after the other.
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield PostgresReader(connection, url, organisation)


def _packed(books: Books, split: str, ahead: Sequence[timedelta], of: SQL | Composed) -> Composed:
    """Return a query that gives the codes of all who answered alike on a day as one value.

    The day is given as it is wherever clocks are so much ahead of UTC. All of it can be done by
    the server that has an organisation's rows; a time zone's name would be looked up at the first.
    """
    cases = [
        SQL("WHEN {} THEN get_byte(s.codes, {})").format(version, list(book.answers).index(split))
        for version, book in books.items()
        if split in book.answers
    ]
    coded = SQL("CASE s.version {} ELSE 0 END").format(SQL(" ").join(cases)) if cases else SQL("0")
    group = SQL("CASE WHEN s.codes = '' THEN {} ELSE {} END").format(_TEXTS, coded)
    seconds = [f"{each.total_seconds()} seconds" for each in ahead]
    days = [SQL("(s.at AT TIME ZONE INTERVAL {})::date").format(each) for each in seconds]
    selected = SQL(", ").join([SQL("s.version"), group, *days, SQL("string_agg(s.codes, '')")])
    grouped = SQL(", ").join(SQL("{}").format(place) for place in range(1, len(days) + 3))
    rows = SQL("{} {}").format(SQL(_STANDING), of)
    return SQL("SELECT {} {} GROUP BY s.organisation, {}").format(selected, rows, grouped)


def _ahead(zone: tzinfo) -> list[timedelta]:
    """Return how much a zone's clocks were ahead of UTC: in summer, in winter, and before."""
    weeks = (_FIRST + timedelta(weeks=number) for number in range(_WEEKS))
    return sorted({week.astimezone(zone).utcoffset() or timedelta() for week in weeks})


def _day(days: Iterable[tuple[date, timedelta]], zone: tzinfo) -> date:
    """Return the day in a zone of moments that have these days where clocks are so much ahead."""
    midnights = (datetime.combine(day, time(), timezone(ahead)) for day, ahead in days)
    return max(midnights).astimezone(zone).date()
