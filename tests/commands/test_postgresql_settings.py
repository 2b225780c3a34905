"""A database that its administrator set otherwise than we would: nothing is lost, or it is said."""

import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import tool
from postgres_server import Cluster, free_port

from forms.errors import StoreError
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.open import init_store, open_store, read_store, set_closed
from forms.store.postgresql import connection

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
        server.wait_until("SELECT count(*) = 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'")


def test_a_put_waits_for_the_disk_and_hears_warnings_however_a_server_is_set(
    database_server: Cluster, url: str
) -> None:
    """Also where that changed after the form began, or another server took over."""
    name = url.rpartition("/")[2]
    with closing(open_store(url)) as store, ThreadPoolExecutor(1) as person:
        store.remember(ASKED)
        alter(database_server, url, "synchronous_commit = off")
        alter(database_server, url, "client_min_messages = error")
        database_server.wait_until(
            "SELECT count(pg_terminate_backend(pid)) = 0 FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = '{name}'"
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
        "client_encoding = 'LATIN1'",
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


@pytest.fixture
def locked(database_server: Cluster) -> str:
    """Return a user who comes in with a password alone."""
    rules = database_server.data / "pg_hba.conf"
    text = rules.read_text("utf-8")
    if " shut " not in text:
        rules.write_text(f"host all shut 127.0.0.1/32 scram-sha-256\n{text}", "utf-8")
        database_server.sql("CREATE ROLE shut LOGIN PASSWORD 'geheim'")
        database_server.sql("SELECT pg_reload_conf()")
    return "shut"


def test_each_server_of_an_address_is_tried_at_the_start(
    database_server: Cluster, url: str, locked: str, tmp_path: Path
) -> None:
    """One whose password lacks would be found out when it takes over; so would one that is away."""
    init_store(url, form_roles=[locked])
    passes, port, away = tmp_path / "passes", database_server.port, free_port()
    passes.write_text("127.0.0.1:*:*:shut:geheim\n", encoding="utf-8")
    passes.chmod(0o600)
    hosts = f"127.0.0.1:{port},localhost:{port},127.0.0.1:{away}"
    address = f"postgresql://shut@{hosts}/{url.rpartition('/')[2]}?passfile={passes}"
    with closing(open_store(address)) as store:
        (without, refused) = store.warnings
    assert "localhost:" in without
    assert "~/.pgpass" in without
    assert f"127.0.0.1:{away}" in refused
    with closing(open_store(url)) as store:
        assert list(store.warnings) == []


def test_a_pool_that_gets_no_connection_says_why(
    database_server: Cluster, url: str, locked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than that it took too long: a password that was changed, say."""
    monkeypatch.setattr(connection, "WAIT_SECONDS", 1)
    init_store(url, form_roles=[locked])
    passes = tmp_path / "passes"
    passes.write_text("*:*:*:*:geheim\n", encoding="utf-8")
    passes.chmod(0o600)
    address = url.replace("owner@", "shut@") + f"?passfile={passes}"
    with closing(open_store(address)) as store:
        store.remember(ASKED)
        passes.write_text("", encoding="utf-8")
        database_server.wait_until(
            "SELECT count(pg_terminate_backend(pid)) = 0 FROM pg_stat_activity "
            "WHERE usename = 'shut'"
        )
        with pytest.raises(StoreError, match=r"no password supplied.*~/\.pgpass"):
            store.put(submission())


LOGGING = (
    ("log_statement", "mod"),
    ("log_statement", "all"),
    ("log_min_duration_statement", "0"),
    ("log_min_duration_sample", "0"),
    ("log_transaction_sample_rate", "1"),
    ("log_parameter_max_length_on_error", "-1"),
    # Loaded by the test itself.
    ("auto_explain.log_min_duration", "0"),
)


def test_a_server_that_logs_answers_is_warned_of(database_server: Cluster, url: str) -> None:
    """What helps against that is said, and helps."""
    role, helping = "who logs", set()
    database_server.sql(f'CREATE ROLE "{role}" LOGIN')
    init_store(url, form_roles=[role])
    alter(database_server, url, "log_statement_sample_rate = 1")
    alter(database_server, url, "session_preload_libraries = auto_explain")
    assert _logged(database_server, url, role) == ([], False)
    for name, value in LOGGING:
        alter(database_server, url, f"{name} = '{value}'")
        (warning,), is_logged = _logged(database_server, url, role)
        assert is_logged, name
        alter(database_server, url, f"{name} TO DEFAULT")
        helping.add(warning.partition(" say: ")[2])
    for name, value in LOGGING:
        alter(database_server, url, f"{name} = '{value}'")
    for settings in helping:
        database_server.sql(settings)
    assert _logged(database_server, url, role) == ([], False)


def _logged(server: Cluster, url: str, role: str) -> tuple[list[str], bool]:
    """Send something as a role; returns the warnings, and whether what was sent is in the log."""
    sent = submission(secrets.token_hex(16), **{"remark:A": secrets.token_hex(16)})
    with closing(open_store(url.replace("owner@", f"{quote(role)}@"))) as store:
        store.remember(ASKED)
        for _ in range(2):
            store.put(sent)
        with pytest.raises(StoreError), _refused(server, url, role):
            store.put(replace(sent, key=secrets.token_hex(16)))
        lines = (server.folder / "log").read_text("utf-8", "replace")
        typed = sent.answers["remark:A"]
        return list(store.warnings), sent.key in lines or typed in lines


@contextmanager
def _refused(server: Cluster, url: str, role: str) -> Iterator[None]:
    """Let every row be refused for a while."""
    name = url.rpartition("/")[2]
    server.sql(f'REVOKE INSERT ON vinkje.submission FROM "{role}"', name)
    try:
        yield
    finally:
        server.sql(f'GRANT INSERT ON vinkje.submission TO "{role}"', name)


def test_a_store_that_kept_nothing_last_is_not_ready_until_it_can(
    database_server: Cluster, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For want of a standby; whoever asks again and again makes no sessions that wait for it."""
    monkeypatch.setattr(connection, "WAIT_SECONDS", 1)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        with standby_that_never_comes(database_server):
            store.check_ready()
            with pytest.raises(StoreError):
                store.put(submission())
            # One that waits would say enough: now something has to be tried.
            database_server.sql(waiting.replace("count(*)", "pg_terminate_backend(pid)"))
            database_server.wait_until(f"SELECT ({waiting}) = 0")
            before = int(database_server.sql(waiting))
            for _ in range(3):
                began = time.monotonic()
                with pytest.raises(StoreError):
                    store.check_ready()
                assert time.monotonic() - began < 3
            assert int(database_server.sql(waiting)) <= before + 1
        store.check_ready()
        assert store.put(submission()).revision == 1


def test_a_store_is_ready_again_by_itself_and_for_what_others_send(
    database_server: Cluster, url: str
) -> None:
    """What it looks by leaves nothing; answers that no store takes say nothing of the store."""
    role = "revoked"
    database_server.sql(f"CREATE ROLE {role} LOGIN")
    init_store(url, form_roles=[role])
    with closing(open_store(url.replace("owner@", f"{role}@"))) as store:
        store.remember(ASKED)
        with pytest.raises(StoreError):
            store.put(submission(A1="\ud800"))
        store.check_ready()
        with _refused(database_server, url, role):
            with pytest.raises(StoreError):
                store.put(submission())
            for _ in range(2):
                with pytest.raises(StoreError):
                    store.check_ready()
        store.check_ready()
    with read_store(url) as reader:
        assert reader.holdings().revisions == 0


def test_a_certificate_that_nobody_known_vouches_for(database_server: Cluster, url: str) -> None:
    """The address says who does; TLS is on already."""
    key, made = database_server.data / "server.key", database_server.data / "server.crt"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = [tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    subprocess.run([*command, "-keyout", key, "-out", made], check=True, capture_output=True)
    for file in (key, made):
        shutil.copymode(database_server.data / "PG_VERSION", file)
        shutil.chown(file, *[(database_server.data / "PG_VERSION").owner()] * 2)
    database_server.set(ssl="on")
    try:
        database_server.wait_until("SELECT current_setting('ssl') = 'on'")
        far = url.replace("127.0.0.1", "localhost") + "?sslmode=verify-full&sslrootcert="
        for address in (f"{far}/nowhere", f"{far}system", f"{url}?{far.partition('?')[2]}{made}"):
            with pytest.raises(StoreError, match=r"name the certificate .*sslrootcert=…"):
                open_store(address)
        open_store(f"{far}{made}").close()
    finally:
        database_server.set(ssl="off")
