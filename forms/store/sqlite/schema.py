"""How a file holds submissions: its tables, and a row of them as a value."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import UTC, datetime

from forms.store.interface import Organisation, QuestionnaireVersion, Submission

# What marks a file as ours (SQLite's documentation, *application_id*), and its layout's number.
APPLICATION = 0x76696E6B  # "vink"
FORMAT = 1
# Of a round of several organisations: a vinkje that does not know these would put them together.
ROUND_FORMAT = 2
# Came later: a file of an earlier vinkje has no such columns until it is written to. What answers
# stand for choices is kept so that a move to PostgreSQL need not keep them as texts.
ORGANISATION = "organisation TEXT NOT NULL DEFAULT ''"
CODEBOOK = "codebook TEXT"
TABLES = f"""
CREATE TABLE asked (
    version TEXT PRIMARY KEY, round TEXT NOT NULL, questions TEXT NOT NULL, since TEXT NOT NULL,
    {CODEBOOK}
);
CREATE TABLE submission (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, revision INTEGER NOT NULL,
    receipt TEXT NOT NULL, version TEXT NOT NULL, at TEXT NOT NULL, flagged INTEGER NOT NULL,
    answers TEXT NOT NULL, {ORGANISATION}, UNIQUE (key, revision)
);
CREATE INDEX submission_receipt ON submission (receipt);
"""
# Of a round of several organisations alone: other files have none of it. The index is for reading
# one of hundreds.
_ROUND_TABLES = (
    """CREATE TABLE IF NOT EXISTS organisation (
        name TEXT PRIMARY KEY, contact TEXT NOT NULL, size TEXT NOT NULL, source TEXT NOT NULL,
        link TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS sector (
        one INTEGER PRIMARY KEY CHECK (one = 1), figures TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS submission_organisation ON submission (organisation)",
)
_SELECT_ORGANISATION = "SELECT name, contact, size, source, link FROM organisation"
# Gives rows for `submission_of`.
SELECT = "SELECT key, answers, version, at, flagged, revision, organisation FROM submission"
_INSERT = (
    "INSERT INTO submission "
    "(key, revision, receipt, version, at, flagged, answers, organisation) "
    "VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
)
# Whoever knows the codebook first says it.
_ASK_BEFORE = (
    "INSERT INTO asked (version, round, questions, since, codebook) VALUES (?,?,?,?,?) "
    "ON CONFLICT (version) DO UPDATE SET codebook = coalesce(codebook, excluded.codebook)"
)
_ASK = f"{_ASK_BEFORE}, round = excluded.round, since = excluded.since"
# Of each key the row that stands: most have one, so that few are looked up. `{of}` is for whose.
STANDING = (
    "FROM submission LEFT JOIN (SELECT key AS revised, max(revision) AS last FROM submission "
    "WHERE revision > 1 {of} GROUP BY key) ON key = revised "
    "WHERE revision = coalesce(last, 1) {of}"
)
# Of a row that stands: how many revisions of it there are, whether any is flagged, and when the
# first was sent.
_OF_ALL = (
    "CASE WHEN last IS NULL THEN {one} "
    "ELSE (SELECT {all} FROM submission AS own WHERE own.key = revised) END"
)
REVISIONS = _OF_ALL.format(one="1", all="count(*)")
FLAGGED = _OF_ALL.format(one="flagged", all="max(own.flagged)")
FIRST = _OF_ALL.format(one="at", all="min(own.at)")

Row = tuple[str, str, str, str, int, int, str]


def lacking(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return the columns that a file of an earlier vinkje lacks, each with its table."""
    return [
        (table, column)
        for table, column in (("submission", ORGANISATION), ("asked", CODEBOOK))
        if column.split()[0]
        not in {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}
    ]


def selects(connection: sqlite3.Connection) -> tuple[str, str]:
    """Return SELECT, and the same of what was asked, as a file is asked that is only read."""
    tables = {table for table, _ in lacking(connection)}
    asked = "SELECT version, round, questions, codebook FROM asked ORDER BY since"
    return (
        SELECT.replace("organisation", "''") if "submission" in tables else SELECT,
        asked.replace("codebook", "NULL") if "asked" in tables else asked,
    )


def has_organisations(connection: sqlite3.Connection) -> bool:
    """Say whether a file is of a round of several organisations, or was made for one."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'organisation'"
    return connection.execute(query).fetchone() is not None


def organisations(connection: sqlite3.Connection) -> list[Organisation]:
    """Return who takes part, by name."""
    if not has_organisations(connection):
        return []
    query = f"{_SELECT_ORGANISATION} ORDER BY name"
    return [Organisation(*row) for row in connection.execute(query)]


def organisation(connection: sqlite3.Connection, name: str) -> Organisation | None:
    """Return the one of a name, if it takes part."""
    if not has_organisations(connection):
        return None
    row = connection.execute(f"{_SELECT_ORGANISATION} WHERE name = ?", (name,)).fetchone()
    return Organisation(*row) if row else None


def enrol(
    connection: sqlite3.Connection, taking_part: Iterable[Organisation], *, anew: bool
) -> None:
    """Write down who takes part; with `anew` in the place of what was kept under such a name."""
    _make_round(connection)
    insert = "INSERT OR REPLACE" if anew else "INSERT OR IGNORE"
    values = "INTO organisation (name, contact, size, source, link) VALUES (?,?,?,?,?)"
    connection.executemany(f"{insert} {values}", map(astuple, taking_part))


def _make_round(connection: sqlite3.Connection) -> None:
    for statement in _ROUND_TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {ROUND_FORMAT}")


def keep_figures(connection: sqlite3.Connection, figures: str) -> str:
    """Write down a sector's figures, unless there are some; returns what stands."""
    _make_round(connection)
    connection.execute("INSERT OR IGNORE INTO sector VALUES (1, ?)", (figures,))
    ((stands,),) = connection.execute("SELECT figures FROM sector")
    return str(stands)


def keep_asked(
    connection: sqlite3.Connection, asked: QuestionnaireVersion, since: datetime, *, is_now: bool
) -> None:
    """Write down a questionnaire; one that is there becomes the latest where it is asked now."""
    codebook = dumped(asked.codebook) if asked.codebook else None
    connection.execute(
        _ASK if is_now else _ASK_BEFORE,
        (asked.version, asked.round, dumped(asked.questions), text_of(since), codebook),
    )


def submission_of(row: Row) -> Submission:
    """Return the value of a row."""
    key, answers, version, at, flagged, revision, organisation = row
    moment = datetime.fromisoformat(at)
    return Submission(
        key, json.loads(answers), version, moment, bool(flagged), revision, organisation
    )


def insert(connection: sqlite3.Connection, submission: Submission) -> bool:
    """Write a row, unless that revision is there; says whether it was written."""
    row = (
        submission.key,
        submission.revision,
        submission.receipt,
        submission.version,
        text_of(submission.at),
        int(submission.flagged),
        dumped(submission.answers),
        submission.organisation,
    )
    return bool(connection.execute(_INSERT, row).rowcount)


def text_of(moment: datetime) -> str:
    """Return a moment so that texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def dumped(texts: Mapping[str, object]) -> str:
    """Return texts by their ids as they are kept."""
    return json.dumps(dict(texts), ensure_ascii=False)
