"""The tables of a PostgreSQL store; its owner makes and changes them, form servers never do.

Rows are only ever added: no sequence, no UPDATE, no trigger, so that the same statements run on
one server and on several. A submission's closed answers are a byte each (codes.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from gettext import gettext
from typing import Any, LiteralString

import psycopg
from psycopg.sql import SQL, Identifier

from forms.errors import StoreError
from forms.store.postgresql.errors import explained, no_schema
from forms.text import argument

# The number of this layout; a store's row in `format` has its own, and the number of the oldest
# layout whose vinkje may still write to it.
FORMAT = 1
# What a round of several organisations raises `oldest_writer` to: a vinkje that does not know those
# would put them together.
_ROUNDS = 2
# Of a round of several organisations: a store of before these has none of it, until it is made one.
_ROUND_TABLES: tuple[LiteralString, ...] = (
    """CREATE TABLE IF NOT EXISTS vinkje.organisation (
        name text PRIMARY KEY, contact text NOT NULL, size text NOT NULL, source text NOT NULL,
        link text NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS vinkje.sector (
        one bool PRIMARY KEY DEFAULT true CHECK (one), figures text NOT NULL)""",
)
_TABLES: tuple[LiteralString, ...] = (
    "CREATE SCHEMA IF NOT EXISTS vinkje",
    """CREATE TABLE IF NOT EXISTS vinkje.format (
        one bool PRIMARY KEY DEFAULT true CHECK (one), format int NOT NULL,
        oldest_writer int NOT NULL)""",
    # Text, not jsonb: that would sort the questions.
    """CREATE TABLE IF NOT EXISTS vinkje.asked (
        version text, round text, questions text NOT NULL,
        first_seen timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (version, round))""",
    # By version alone: whatever the round, a byte means the same.
    """CREATE TABLE IF NOT EXISTS vinkje.codebook (
        version text PRIMARY KEY, answers text NOT NULL)""",
    # The latest row says whether the round is closed.
    """CREATE TABLE IF NOT EXISTS vinkje.closing (
        at timestamptz PRIMARY KEY DEFAULT clock_timestamp(), closed bool NOT NULL)""",
    # The organisation goes first: by it rows can be spread over servers.
    """CREATE TABLE IF NOT EXISTS vinkje.submission (
        organisation text, key bytea, revision int, receipt bytea NOT NULL, version text NOT NULL,
        at timestamptz NOT NULL, flagged bool NOT NULL, codes bytea NOT NULL, other text,
        PRIMARY KEY (organisation, key, revision))""",
    "CREATE INDEX IF NOT EXISTS submission_receipt ON vinkje.submission (receipt)",
    """CREATE INDEX IF NOT EXISTS submission_later
        ON vinkje.submission (organisation, key, revision) WHERE revision > 1""",
    *_ROUND_TABLES,
    # Layout 1 is what stands above; see MIGRATIONS.
    """INSERT INTO vinkje.format (format, oldest_writer) VALUES (1, 1) ON CONFLICT DO NOTHING""",
)
# Whoever may read what was asked may read who takes part.
_ROUND_RIGHTS: LiteralString = """
DO $$ DECLARE reader name; BEGIN
    FOR reader IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = 'vinkje' AND table_name = 'asked' AND privilege_type = 'SELECT'
        AND grantee NOT IN (current_user, 'PUBLIC')
    LOOP EXECUTE format('GRANT SELECT ON vinkje.organisation, vinkje.sector TO %I', reader);
    END LOOP;
END $$"""
_FORM_RIGHTS: tuple[LiteralString, ...] = (
    "GRANT USAGE ON SCHEMA vinkje TO {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA vinkje TO {role}",
    "GRANT INSERT ON vinkje.asked, vinkje.codebook, vinkje.submission TO {role}",
)
_REPORT_RIGHTS = _FORM_RIGHTS[:2]

# How a layout becomes the next, by the number of the next: first what the former vinkje can live
# with (expand); what it needs no longer goes one layout later (contract). The second value is the
# new `oldest_writer`.
Migrations = Mapping[int, tuple[Sequence[LiteralString], int]]
MIGRATIONS: Migrations = {}


def make(
    connection: psycopg.Connection[Any], form_roles: Iterable[str], report_roles: Iterable[str]
) -> None:
    """Make what is not there yet, and let roles write or read it; as the owner."""
    with connection.transaction():
        for statement in _TABLES:
            connection.execute(statement)
        for roles, rights in ((form_roles, _FORM_RIGHTS), (report_roles, _REPORT_RIGHTS)):
            for role in roles:
                for right in rights:
                    connection.execute(SQL(right).format(role=Identifier(role)))


def make_round(connection: psycopg.Connection[Any]) -> None:
    """Make the tables of a round of several organisations, where a store has none; as the owner."""
    for statement in _ROUND_TABLES:
        connection.execute(statement)
    connection.execute(_ROUND_RIGHTS)
    connection.execute(
        "UPDATE vinkje.format SET oldest_writer = %s WHERE oldest_writer < %s", (_ROUNDS, _ROUNDS)
    )


def migrate(
    connection: psycopg.Connection[Any], url: str, migrations: Migrations
) -> tuple[int, int]:
    """Bring the tables to this vinkje's layout, as the owner; returns the former one and the new.

    Raises StoreError for a layout that is newer, or too old to be changed.
    """
    known = max(migrations, default=FORMAT)
    with connection.transaction():
        former, _ = _formats(connection, url)
        if former > known:
            raise _newer(url, former)
        for number in range(former + 1, known + 1):
            if number not in migrations:
                raise _older(url, former)
            statements, oldest_writer = migrations[number]
            for statement in statements:
                connection.execute(statement)
            connection.execute(
                "UPDATE vinkje.format SET format = %s, oldest_writer = %s", (number, oldest_writer)
            )
    return former, max(former, known)


def check_format(connection: psycopg.Connection[Any], url: str) -> None:
    """Refuse tables that this vinkje cannot use; a newer layout may say that it can.

    Raises StoreError.
    """
    found, oldest_writer = _formats(connection, url)
    if found < FORMAT:
        raise _older(url, found)
    if oldest_writer > max(FORMAT, _ROUNDS):
        raise _newer(url, found)


def _formats(connection: psycopg.Connection[Any], url: str) -> tuple[int, int]:
    with explained(url):
        row = connection.execute("SELECT format, oldest_writer FROM vinkje.format").fetchone()
    if row is None:
        raise no_schema(url)
    return row[0], row[1]


def _newer(url: str, found: int) -> StoreError:
    return StoreError(
        url,
        gettext("was made by a newer vinkje (format {format}, this one knows {known})").format(
            format=found, known=FORMAT
        ),
        gettext("install the newer vinkje"),
    )


def _older(url: str, found: int) -> StoreError:
    return StoreError(
        url,
        gettext("was made by an older vinkje (format {format}, this one needs {known})").format(
            format=found, known=FORMAT
        ),
        gettext("let its owner bring it up to date: vinkje store upgrade {url}").format(
            url=argument(url)
        ),
    )
