"""Two database servers of which one goes, or two form servers: what was thanked for is there, once.

`VINKJE_ACCOUNTS=1 pytest …` shows what each play came to. Whoever is killed here leaves behind what
they wrote, so these servers need not wait for a disk.
"""

import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import psutil
import pytest
from conftest import database_cluster
from load import Load, Put, under_load
from postgres_server import Cluster, end
from served import Served, served, small

from forms.errors import StoreError
from forms.store.interface import QuestionnaireVersion, Store, Submission
from forms.store.open import init_store, open_store, read_store
from forms.store.postgresql import connection
from forms.store.postgresql.rows import Books

ASKED = QuestionnaireVersion("v1", "", {"A1": ["A1. Een.", "Nodig"]}, {"A1": ["needed"]})
Pair = tuple[Cluster, Cluster]
_WAITING = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
# The standby's last word may still be on its way when it is stopped; these hear nothing more.
_LEFT_WAITING = f"{_WAITING} AND clock_timestamp() - state_change > interval '1 second'"
_STREAMING = "FROM pg_stat_replication WHERE state = 'streaming'"


@contextmanager
def pair(*, synchronous: bool = True) -> Iterator[Pair]:
    """Bring a primary with an empty store, and a standby that follows it."""
    with database_cluster() as primary, TemporaryDirectory() as folder:
        standby = primary.standby(Path(folder) / "standby")
        try:
            standby.start()
            if synchronous:
                primary.set(synchronous_standby_names="standby")
            state = "sync" if synchronous else "async"
            primary.wait_until(f"SELECT count(*) = 1 {_STREAMING} AND sync_state = '{state}'")
            init_store(primary.url())
            yield primary, standby
        finally:
            end(standby)


@pytest.fixture(scope="module")
def both() -> Iterator[Pair]:
    """Return a primary and its synchronous standby, for tests that leave them as they were."""
    with pair() as found:
        yield found


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store that knows what is asked."""
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        yield store


def stored(url: str, capsys: pytest.CaptureFixture[str], load: Load) -> list[Submission]:
    """Return all rows of a store, and show the account."""
    with read_store(url) as reader:
        rows = list(reader.submissions())
    # A page tells nobody which of their tries it was that was kept; a store does.
    tried = {each.key: each.at for each in load.thanked}
    load.stored_all_the_same += sum(each.at < tried.get(each.key, each.at) for each in rows)
    with capsys.disabled():
        if os.environ.get("VINKJE_ACCOUNTS"):
            name = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2].split()[0]
            print(f"\n{name}: {load.account(rows)}")  # noqa: T201
    return rows


def is_whole(load: Load, rows: Sequence[Submission]) -> bool:
    """Say whether those who were thanked are there once each, and nobody else."""
    return sorted(each.key for each in rows) == sorted(each.key for each in load.thanked)


@pytest.mark.parametrize("seconds", [0, 3], ids=["at once", "late"])
def test_the_primary_is_killed_and_its_standby_promoted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """People wait for it, also when nobody else comes meanwhile, and hear no more than that."""
    # After so long the pool gives up on a connection.
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 1)
    with pair() as (primary, standby), opened(primary.url_with(standby)) as store:
        assert store.warnings == []
        with under_load(store.put) as load:
            load.wait_for(300)
            primary.kill()
            time.sleep(seconds)
            standby.promote()
            load.wait_for(300)
        rows = stored(standby.url(), capsys, load)
    assert is_whole(load, rows), load.account(rows)
    assert load.errors == 0


@pytest.mark.parametrize("synchronous", [True, False], ids=["synchronous", "asynchronous"])
def test_only_a_synchronous_standby_has_all_whatever_happens(
    capsys: pytest.CaptureFixture[str], *, synchronous: bool
) -> None:
    """The line to it is cut before the primary is killed. Of the other kind the store warned.

    Who was thanked in between is lost with the other kind: so these plays can fail.
    """
    servers = pair(synchronous=synchronous)
    with servers as (primary, standby), opened(primary.url_with(standby)) as store:
        assert any("synchronous_standby_names" in each for each in store.warnings) != synchronous
        with under_load(store.put) as load:
            load.wait_for(50)
            standby.set(primary_conninfo="")
            primary.wait_until(f"SELECT count(*) = 0 {_STREAMING}")
            if synchronous:
                primary.wait_until(f"SELECT count(*) = 8 {_WAITING}")
            else:
                load.wait_for(50)
            primary.kill()
            standby.promote()
            load.wait_for(50)
        rows = stored(standby.url(), capsys, load)
    assert is_whole(load, rows) == synchronous, load.account(rows)
    assert (load.lost(rows) > 0) != synchronous
    assert load.doubled(rows) == 0


@pytest.mark.parametrize("has_key", [True, False], ids=["key", "no key"])
def test_what_was_kept_unheard_is_found_again_by_its_key(
    both: Pair,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_key: bool,
) -> None:
    """All eight are cut off in a commit that was done. With a new key a try all are there twice."""
    primary, standby = both
    if not has_key:
        row_of = Books.row_of

        def keyless(books: Books, sent: Submission) -> tuple[Any, ...]:
            return row_of(books, replace(sent, key=secrets.token_hex(16)))

        monkeypatch.setattr(Books, "row_of", keyless)
    url = new_store(primary)
    with opened(url) as store, under_load(store.put) as load:
        with stopped(standby.part("walreceiver")):
            primary.wait_until(f"SELECT count(*) = 8 {_LEFT_WAITING}")
            # And are gone before the standby speaks again: else its word comes first.
            primary.sql(f"SELECT pg_terminate_backend(pid, 20000) {_LEFT_WAITING}")
        load.wait_for(100)
    rows = stored(url, capsys, load)
    if has_key:
        assert is_whole(load, rows), load.account(rows)
    else:
        assert len(rows) == len(load.thanked) + 8


def test_a_primary_that_was_demoted_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    """It runs on and keeps its connections, but refuses to write: all go to the new one."""
    with pair() as (primary, standby), opened(primary.url_with(standby)) as store:
        with under_load(store.put) as load:
            load.wait_for(100)
            primary.set(default_transaction_read_only="on")
            primary.wait_until(f"SELECT count(*) = 0 {_WAITING}")
            await_replay(primary, standby)
            standby.promote()
            load.wait_for(100)
        rows = stored(standby.url(), capsys, load)
        assert is_whole(load, rows), load.account(rows)
        assert load.errors == 0
        assert int(primary.sql("SELECT count(*) FROM vinkje.submission")) < len(rows)


def test_reports_are_made_from_a_replica(both: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    """While the primary is written to: each of one moment, and none later than the next."""
    primary, standby = both
    url = new_store(primary)
    await_replay(primary, standby)
    replica = url.replace(f":{primary.port}/", f":{standby.port}/")
    seen = []
    with opened(url) as store, under_load(store.put) as load:
        for _ in range(5):
            load.wait_for(30)
            with read_store(replica) as reader:
                coded = reader.coded("", ZoneInfo("Europe/Amsterdam"))
                seen.append((reader.holdings().submissions, sum(map(len, coded))))
    assert seen == sorted(seen)
    assert all(held == coded for held, coded in seen)
    await_replay(primary, standby)
    assert is_whole(load, stored(replica, capsys, load))
    every = f"{primary.url_with(standby, database=url.rpartition('/')[2])}"
    with read_store(f"{every}?target_session_attrs=prefer-standby") as reader:
        assert reader.holdings().submissions == len(load.thanked)


def test_a_replica_alone_is_refused_for_writing(both: Pair) -> None:
    """With what to name instead."""
    _, standby = both
    with pytest.raises(StoreError, match=r"standby.*server1,server2"):
        open_store(standby.url())


def test_one_of_two_form_servers_is_killed(
    database_server: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever was at it sends the same page to the other."""
    url = new_store(database_server)
    small(tmp_path)
    with served(tmp_path, "--store", url) as one, served(tmp_path, "--store", url) as other:
        with under_load(by_page(one, other)) as load:
            load.wait_for(100)
            one.process.kill()
            load.wait_for(100)
        rows = stored(url, capsys, load)
    assert load.errors
    assert is_whole(load, rows), load.account(rows)


def by_page(*forms: Served) -> Put:
    """Return how people send a page, each time to the next server."""
    turns = cycle(forms)
    answers = {"_version": forms[0].blank()["_version"], "team": "Noord", "A1": "needed"}

    def put(submission: Submission) -> Submission:
        done = next(turns).send({"_key": submission.key, "A2": "unknown", **answers})
        if done.status_code != 200:
            raise OSError(done.status_code)
        return submission

    return put


@contextmanager
def stopped(process: psutil.Process) -> Iterator[None]:
    """Let a process stand still for a while."""
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def await_replay(primary: Cluster, standby: Cluster) -> None:
    """Wait until a standby shows all that its primary has."""
    written = primary.sql("SELECT pg_current_wal_lsn()")
    standby.wait_until(f"SELECT pg_last_wal_replay_lsn() >= '{written}'")


def new_store(server: Cluster) -> str:
    """Make an empty store in a database of its own."""
    url = server.new_database()
    init_store(url)
    return url
