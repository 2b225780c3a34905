"""A row of the tables as a value, and back; whoever reads or writes knows the codebooks."""

import json
from datetime import UTC, datetime
from gettext import gettext
from typing import Any, LiteralString

import psycopg

from forms.store.interface import Organisation, QuestionnaireVersion, Submission
from forms.store.postgresql.codes import Codebook

# Gives rows for `Books.submission_of`.
SELECT: LiteralString = (
    "SELECT key, version, at, flagged, revision, organisation, codes, other FROM vinkje.submission"
)
# Take rows as `Books.row_of` makes them.
INSERT: LiteralString = (
    "INSERT INTO vinkje.submission "
    "(organisation, key, revision, receipt, version, at, flagged, codes, other) "
)
COPY: LiteralString = (
    "COPY pg_temp.restored "
    "(organisation, key, revision, receipt, version, at, flagged, codes, other) FROM STDIN"
)
# After what is there of a key, and numbered on from it: a gap would make two people of one.
INSERT_COPIED: LiteralString = (
    f"{INSERT} SELECT organisation, key, coalesce(there.revision, 0) + row_number() OVER "
    "(PARTITION BY organisation, key ORDER BY restored.revision), "
    "receipt, version, restored.at, flagged, codes, other FROM pg_temp.restored LEFT JOIN "
    "(SELECT organisation, key, max(revision) AS revision, max(at) AS at "
    "FROM vinkje.submission GROUP BY organisation, key) there USING (organisation, key) "
    "WHERE there.at IS NULL OR restored.at > there.at ON CONFLICT DO NOTHING"
)
_SELECT_ORGANISATION: LiteralString = (
    "SELECT name, contact, size, source, link FROM vinkje.organisation"
)
# When the round was closed, where the last that was said of it is that it is.
CLOSED_AT: LiteralString = (
    "SELECT at FROM (SELECT at, closed FROM vinkje.closing ORDER BY at DESC LIMIT 1) latest "
    "WHERE closed"
)

Row = tuple[bytes, str, datetime, bool, int, str, bytes, str | None]


class Books:
    """The codebooks of a store, by version, as they are met."""

    def __init__(self) -> None:
        self._known: dict[str, Codebook] = {}

    def load(self, connection: psycopg.Connection[Any]) -> None:
        """Read all of them."""
        rows = connection.execute("SELECT version, answers FROM vinkje.codebook").fetchall()
        self._known |= {version: Codebook(json.loads(answers)) for version, answers in rows}

    def of(self, version: str) -> Codebook:
        """Return a version's codebook; an empty one where none is known."""
        return self._known.get(version) or Codebook({})

    def known(self, version: str) -> Codebook:
        """Return the codebook of a version that rows are coded by; psycopg.DataError without it."""
        if version not in self._known:
            reason = gettext("the row of version {version} in vinkje.codebook is gone")
            raise psycopg.DataError(reason.format(version=version))
        return self._known[version]

    def items(self) -> list[tuple[str, Codebook]]:
        """Return each version with its codebook."""
        return list(self._known.items())

    def submission_of(self, connection: psycopg.Connection[Any], row: Row) -> Submission:
        """Return the value of a row; another server may have begun a version meanwhile."""
        key, version, at, flagged, revision, organisation, codes, other = row
        if codes and version not in self._known:
            self.load(connection)
        answers = (self.known(version) if codes else Codebook({})).decoded(codes, other)
        moment = at.astimezone(UTC)
        return Submission(key.hex(), answers, version, moment, flagged, revision, organisation)

    def row_of(self, submission: Submission) -> tuple[Any, ...]:
        """Return a submission's values for INSERT or COPY."""
        codes, other = self.of(submission.version).encoded(submission.answers)
        return (
            submission.organisation,
            bytes.fromhex(submission.key),
            submission.revision,
            bytes.fromhex(submission.receipt),
            submission.version,
            submission.at,
            submission.flagged,
            codes,
            other,
        )


def all_asked(connection: psycopg.Connection[Any]) -> list[QuestionnaireVersion]:
    """Return the questionnaires as they were asked, the latest one last."""
    rows = connection.execute(
        "SELECT version, round, questions, coalesce(answers, '{}') FROM vinkje.asked "
        "LEFT JOIN vinkje.codebook USING (version) ORDER BY first_seen, version, round"
    ).fetchall()
    return [
        QuestionnaireVersion(version, name, json.loads(questions), json.loads(codebook))
        for version, name, questions, codebook in rows
    ]


def moment(connection: psycopg.Connection[Any], query: LiteralString) -> datetime | None:
    """Return the moment that a query gives, in UTC; None without one."""
    row = connection.execute(query).fetchone()
    return row[0].astimezone(UTC) if row and row[0] else None


def organisations(connection: psycopg.Connection[Any]) -> list[Organisation]:
    """Return who takes part, by name; none where the form is one organisation's."""
    if not has_round(connection):
        return []
    rows = connection.execute(_SELECT_ORGANISATION)
    # Not in the order of a server's language: the same everywhere.
    return sorted((Organisation(*row) for row in rows), key=lambda each: each.name)


def organisation(connection: psycopg.Connection[Any], name: str) -> Organisation | None:
    """Return the one of a name, if it takes part."""
    if not has_round(connection):
        return None
    row = connection.execute(f"{_SELECT_ORGANISATION} WHERE name = %s", (name,)).fetchone()
    return Organisation(*row) if row else None


def has_round(connection: psycopg.Connection[Any]) -> bool:
    """Say whether a store can hold a round of several organisations."""
    ((table,),) = connection.execute("SELECT to_regclass('vinkje.organisation')::text")
    return table is not None


def latest(
    connection: psycopg.Connection[Any], books: Books, *, key: str = "", receipt: str = ""
) -> Submission | None:
    """Return the last revision of one submission, by its key or its receipt."""
    # One index serves both: a receipt comes from its key.
    if key:
        receipt = Submission(key, {}, "", datetime.now(UTC)).receipt
    row = connection.execute(
        f"{SELECT} WHERE receipt = %s ORDER BY revision DESC, at DESC LIMIT 1",
        (bytes.fromhex(receipt),),
    ).fetchone()
    return books.submission_of(connection, row) if row else None
