"""A database that its administrator set otherwise than we would: nothing is lost, or it is said."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from postgres_server import Cluster

from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.open import init_store, open_store, read_store

ASKED = QuestionnaireVersion("v1", "", {"A1": ["A1. Een.", "Nodig"]}, {"A1": ["needed"]})


def submission(key: str = "a" * 32, **answers: str) -> Submission:
    """Return one made-up submission."""
    return Submission(key, {"A1": "needed", **answers}, "v1", datetime.now(UTC))


@pytest.fixture
def url(database_server: Cluster) -> str:
    """Return an empty store."""
    url = database_server.new_database()
    init_store(url)
    return url


def alter(server: Cluster, url: str, setting: str) -> None:
    """Set something for whoever comes to a database from now on."""
    server.sql(f"ALTER DATABASE {url.rpartition('/')[2]} SET {setting}")


def test_rows_can_be_read_after_codes_were_left(database_server: Cluster, url: str) -> None:
    """More of them than the line holds, so that the server is still sending."""
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        sent = store.put(submission())
    # 400 days of 40,000 answers: 16 MB.
    database_server.sql(
        "INSERT INTO vinkje.submission SELECT day::text, decode(md5(day::text), 'hex'), 1, '', "
        "'v1', now() - day * interval '1 day', false, "
        "decode(repeat('01', 40000), 'hex'), NULL FROM generate_series(1, 400) day",
        url.rpartition("/")[2],
    )
    with read_store(url) as reader:
        settings = reader._connection.execute("SELECT * FROM pg_settings").fetchall()  # type: ignore[attr-defined]  # noqa: SLF001
        codes = reader.coded("", UTC)
        next(codes)
        codes.close()  # type: ignore[attr-defined]
        assert sum(each == sent for each in reader.submissions()) == 1
        assert sum(1 for _ in reader.coded("", UTC)) == 401
        assert (
            settings == reader._connection.execute("SELECT * FROM pg_settings").fetchall()  # type: ignore[attr-defined]  # noqa: SLF001
        )


def test_a_reader_may_wait_for_other_sources(database_server: Cluster, url: str) -> None:
    """Whatever else the server ends that does nothing in a transaction."""
    alter(database_server, url, "idle_in_transaction_session_timeout = '50ms'")
    with read_store(url) as reader:
        time.sleep(0.2)
        assert reader.holdings().revisions == 0
