"""A database that its administrator set otherwise than we would: nothing is lost, or it is said."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from postgres_server import Cluster

from forms.errors import StoreError
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.open import init_store, open_store, read_store, set_closed

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


@contextmanager
def standby_that_never_comes(server: Cluster) -> Iterator[None]:
    """Let every commit wait for a standby that is not there."""
    server.set(synchronous_standby_names="nobody")
    server.wait_until("SELECT current_setting('synchronous_standby_names') = 'nobody'")
    try:
        yield
    finally:
        server.set(synchronous_standby_names="")


def test_a_put_waits_for_the_disk_and_hears_warnings_however_a_server_is_set(
    database_server: Cluster, url: str
) -> None:
    """Also where that changed after the form began, or another server took over."""
    name = url.rpartition("/")[2]
    with closing(open_store(url)) as store, ThreadPoolExecutor(1) as person:
        store.remember(ASKED)
        alter(database_server, url, "synchronous_commit = off")
        alter(database_server, url, "client_min_messages = error")
        database_server.sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
        )
        with standby_that_never_comes(database_server):
            sending = person.submit(store.put, submission())
            waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            for _ in range(2):
                database_server.wait_until(f"SELECT count(*) = 1 {waiting}")
                database_server.sql(f"SELECT pg_cancel_backend(pid) {waiting}")
            database_server.wait_until(f"SELECT count(*) = 1 {waiting}")
            assert not sending.done()
        assert sending.result(20).revision == 1


@pytest.mark.parametrize(
    "setting",
    [
        "DateStyle = 'German'",
        "DateStyle = 'SQL, DMY'",
        "IntervalStyle = 'sql_standard'",
        "client_encoding = 'LATIN1'",
        "bytea_output = 'escape'",
        "TimeZone = '<+03>-3'",
        "search_path = public, pg_temp",
    ],
)
def test_no_setting_changes_what_is_kept(database_server: Cluster, url: str, setting: str) -> None:
    """Sent, changed, closed, put back and read as anywhere."""
    database_server.sql("CREATE TABLE public.restored (id int)", url.rpartition("/")[2])
    alter(database_server, url, setting)
    first = submission(**{"remark:A": "Te donker \u2019 \U0001f600 \0 é"})
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        store.put(first)
        later = store.put(replace(first, answers={"A1": "needed"}))
        assert (later.revision, store.latest(key=first.key)) == (2, later)
        assert store.newest() == later.at
        assert store.restore([submission("b" * 32)]) == 1
        set_closed(url, closed=True)
        assert store.closed_at()
    with read_store(url) as reader:
        assert list(reader.submissions())[:2] == [first, later]
        assert sum(map(len, reader.coded("", UTC))) == 2


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_of_another_encoding_is_refused(database_server: Cluster, encoding: str) -> None:
    """To make tables in, to write and to read, with how to make one that holds all signs."""
    name = f"other_{encoding.lower()}"
    database_server.sql(
        f"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' "
        "TEMPLATE template0"
    )
    url = database_server.url(name)
    uses: list[Callable[[], object]] = [
        lambda: init_store(url),
        lambda: open_store(url),
        lambda: read_store(url).__enter__(),
    ]
    for use in uses:
        with pytest.raises(StoreError, match=f"{encoding}.*createdb -E UTF8"):
            use()


def test_a_round_is_opened_again_by_a_clock_that_is_behind(
    database_server: Cluster, url: str
) -> None:
    """Of a server that took over from one whose clock was ahead."""
    database_server.sql(
        "INSERT INTO vinkje.closing VALUES (clock_timestamp() + interval '3 minutes', true)",
        url.rpartition("/")[2],
    )
    set_closed(url, closed=False)
    with closing(open_store(url)) as store:
        assert store.closed_at() is None


def test_what_cannot_be_kept_is_said_as_a_fault_of_the_store(url: str) -> None:
    """A change after the last moment that there is, and half a sign; of neither what it said."""
    last = datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        store.put(replace(submission(), at=last))
        for bad in (submission(A1="x"), submission("b" * 32, A1="Jansen \ud800")):
            with pytest.raises(StoreError, match=r"cannot be kept.*clocks.*Nothing was") as caught:
                store.put(bad)
            assert "Jansen" not in str(caught.value)
        assert store.put(submission("c" * 32, A1="x")).at + timedelta(days=1) < last
