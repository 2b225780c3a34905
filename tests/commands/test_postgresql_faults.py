"""Whatever happens to the database while people send: what was thanked for is there, once."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Self

import pytest
from conftest import database_cluster, tool
from load import Load, under_load
from postgres_server import Cluster, free_port

from forms.errors import StoreError
from forms.store.interface import QuestionnaireVersion, Store, Submission
from forms.store.open import init_store, open_store, read_store
from forms.store.postgresql import connection
from forms.store.postgresql import store as store_module
from forms.store.postgresql.connection import Connection
from forms.store.postgresql.rows import Books

ASKED = QuestionnaireVersion("v1", "", {"A1": ["A1. Een.", "Nodig"]}, {"A1": ["needed"]})


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """Return a server that may be harmed, so long as it runs again in the end."""
    with database_cluster() as cluster:
        yield cluster


@pytest.fixture
def url(server: Cluster) -> str:
    """Return a store in a database of its own."""
    url = server.new_database()
    init_store(url)
    return url


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store that knows what is asked."""
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        yield store


def stored(url: str) -> list[Submission]:
    """Return all rows of a store."""
    with read_store(url) as reader:
        return list(reader.submissions())


def _sessions(url: str) -> str:
    """Return a query for the processes that serve a database."""
    name = url.rpartition("/")[2]
    return f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608


def check(load: Load, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Hold what was thanked for against what is there, and show the account."""
    rows = stored(url)
    with capsys.disabled():
        name = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition("::")[2]
        if os.environ.get("VINKJE_ACCOUNTS"):
            print(f"\n{name.split()[0]}: {load.account(rows)}")  # noqa: T201
    assert load.lost(rows) == 0
    assert load.doubled(rows) == 0
    assert len(rows) == len(load.thanked)


def test_nothing_is_lost_when_sessions_are_ended(
    server: Cluster, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five times under load; people hear nothing of it."""
    with opened(url) as store, under_load(store.put) as load:
        for _ in range(5):
            ending = _sessions(url).replace(" pid ", " count(pg_terminate_backend(pid)) ")
            assert int(server.sql(ending)) >= 2
            load.wait_for(50)
    assert load.errors == 0
    check(load, url, capsys)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_nothing_is_lost_when_the_server_starts_again(
    server: Cluster, url: str, mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stopped as an administrator does, or as it crashes; people wait, and are thanked."""
    with opened(url) as store, under_load(store.put) as load:
        load.wait_for(50)
        server.stop(mode)
        with pytest.raises(StoreError):
            store.check_ready()
        server.start()
        load.wait_for(50)
        store.check_ready()
    assert load.errors == 0
    check(load, url, capsys)


def test_a_server_that_becomes_read_only_is_left(
    server: Cluster, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A primary that was overtaken: none of its connections is used again, and people wait."""
    sessions = _sessions(url)
    with opened(url) as store, under_load(store.put) as load:
        before = set(server.sql(sessions).split())
        with _setting(server, "default_transaction_read_only", "on"):
            _until(server, f"SELECT NOT EXISTS ({sessions})")
            with pytest.raises(StoreError):
                store.check_ready()
        load.wait_for(50)
        store.check_ready()
        assert before
        assert not before & set(server.sql(sessions).split())
    assert load.errors == 0
    check(load, url, capsys)


def test_nothing_is_lost_when_the_line_drops_in_a_commit(
    server: Cluster, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server has it and nobody was told: sent again it is found, and stands once."""
    with _Line(server.port) as line:
        far = url.replace(f":{server.port}/", f":{line.port}/")
        with opened(far) as store, under_load(store.put) as load:
            for _ in range(5):
                line.cut_after_insert.set()
                load.wait_for(30)
    assert line.cuts >= 5
    assert load.errors == 0
    check(load, url, capsys)


def test_without_its_key_an_answer_would_be_doubled(
    server: Cluster, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test before this one can fail: where each try is an answer of its own."""
    kept = store_module._put  # noqa: SLF001

    def forgetful(line: Connection, books: Books, sent: Submission) -> Submission:
        return kept(line, books, replace(sent, key=secrets.token_hex(16)))

    monkeypatch.setattr(store_module, "_put", forgetful)
    with _Line(server.port) as line:
        far = url.replace(f":{server.port}/", f":{line.port}/")
        with opened(far) as store, under_load(store.put) as load:
            for _ in range(5):
                line.cut_after_insert.set()
                load.wait_for(30)
    assert len(stored(url)) >= len(load.thanked) + 5


class _Line:
    """A line to a server that can be cut just when the server has answered an INSERT."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        self.cut_after_insert = Event()
        self.cuts = 0
        self._lock = Lock()

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        upstream = socket.create_connection(("127.0.0.1", self._target))
        doomed = Event()
        Thread(target=self._answers, args=(upstream, client, doomed), daemon=True).start()
        with suppress(OSError):
            while data := client.recv(65536):
                if b"INSERT INTO vinkje.submission" in data:
                    with self._lock:
                        if self.cut_after_insert.is_set():
                            self.cut_after_insert.clear()
                            self.cuts += 1
                            doomed.set()
                upstream.sendall(data)
        upstream.close()

    def _answers(self, upstream: socket.socket, client: socket.socket, doomed: Event) -> None:
        with suppress(OSError):
            while data := upstream.recv(65536):
                if doomed.is_set():
                    break
                client.sendall(data)
        for line in (client, upstream):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


def test_nothing_is_lost_through_pgbouncer(
    server: Cluster, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In transaction mode each statement may reach another session; reports are read through it."""
    with _pgbouncer(server) as port:
        far = url.replace(f":{server.port}/", f":{port}/")
        with opened(far) as store, opened(far) as other:
            with under_load(store.put, other.put, people=16) as load:
                load.wait_for(300)
            assert store.asked() == other.asked()
            with read_store(far) as reader:
                assert sum(map(len, reader.coded("", UTC))) == len(load.thanked)
    assert load.errors == 0
    check(load, url, capsys)


@contextmanager
def _pgbouncer(server: Cluster) -> Iterator[int]:
    """Stand before a server, in transaction mode, with few sessions for many."""
    program, port = tool("pgbouncer"), free_port()
    # It never runs as root, as PostgreSQL itself.
    user = "postgres" if os.geteuid() == 0 else None
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "users").write_text('"owner" ""\n', encoding="utf-8")
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={server.port}\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = trust\n"
            f"auth_file = {folder / 'users'}\npool_mode = transaction\ndefault_pool_size = 3\n"
            "unix_socket_dir =\n",
            encoding="utf-8",
        )
        with subprocess.Popen(
            [program, str(folder / "pgbouncer.ini")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=user,
        ) as process:
            try:
                _wait_for_port(port)
                yield port
            finally:
                process.kill()


def _wait_for_port(port: int) -> None:
    end_ = time.monotonic() + 20
    while time.monotonic() < end_:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    pytest.fail(f"nobody listens on {port}")


def test_more_people_than_connections_are_all_served(
    server: Cluster, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sixty at once on a pool of eight, of which the server lets three in."""
    database = url.rpartition("/")[2]
    server.sql("CREATE ROLE few LOGIN CONNECTION LIMIT 3", database)
    init_store(url, form_roles=["few"])
    few = url.replace("owner@", "few@")
    with opened(few) as store, under_load(store.put, people=60) as load:
        load.wait_for(300)
    assert load.errors == 0
    check(load, url, capsys)


def test_a_commit_that_a_standby_did_not_confirm_is_a_failure(
    server: Cluster, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL calls it done when somebody cancels the wait; thanked is who waits anew."""
    sent = Submission("a" * 32, {"A1": "needed"}, "v1", datetime.now(UTC))
    with opened(url) as store, ThreadPoolExecutor(1) as person:
        with _setting(server, "synchronous_standby_names", "nobody"):
            sending = person.submit(store.put, sent)
            for _ in range(3):
                _cancel_waiting(server)
            assert not sending.done()
        assert sending.result(20) == sent
        # The deadline closes the line; the statement is not cancelled.
        monkeypatch.setattr(connection, "WAIT_SECONDS", 1)
        with _setting(server, "synchronous_standby_names", "nobody"):
            began = time.monotonic()
            with pytest.raises(StoreError, match="did not answer in time"):
                store.put(Submission("b" * 32, {"A1": "needed"}, "v1", datetime.now(UTC)))
            assert time.monotonic() - began < 5
        assert store.put(Submission("b" * 32, {"A1": "needed"}, "v1", datetime.now(UTC)))
    assert [each.revision for each in stored(url)] == [1, 1]


@contextmanager
def _setting(server: Cluster, name: str, value: str) -> Iterator[None]:
    """Let a setting of the whole server be another for a while, also for who is there already."""
    server.sql(f"ALTER SYSTEM SET {name} = '{value}'")
    server.sql("SELECT pg_reload_conf()")
    _until(server, f"SELECT current_setting('{name}') = '{value}'")
    try:
        yield
    finally:
        server.sql(f"ALTER SYSTEM RESET {name}")
        server.sql("SELECT pg_reload_conf()")


def _cancel_waiting(server: Cluster) -> None:
    """Cancel whoever waits for a standby, once there is somebody."""
    waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    _until(server, f"SELECT count(*) = 1 {waiting}")
    server.sql(f"SELECT pg_cancel_backend(pid) {waiting}")


def _until(server: Cluster, question: str) -> None:
    end_ = time.monotonic() + 20
    while server.sql(question) != "t":
        assert time.monotonic() < end_, question
        time.sleep(0.02)
