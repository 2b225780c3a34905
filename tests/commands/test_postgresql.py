"""A form on PostgreSQL: what it says when it cannot be, and that nothing half-written is left."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

import psycopg
import pytest
import requests
from conftest import ROOT, Run, database_cluster, tool
from postgres_server import Cluster, free_port, postgres_program
from served import answers_of, served, small

from forms.collect.source import check_once, kind_of
from forms.errors import SourceError, StoreError
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.open import init_store, open_store, read_store, set_closed, store_path
from forms.store.postgresql import connection, owner
from forms.store.postgresql.server import is_in_clear

ASKED = QuestionnaireVersion("v1", "", {"A1": ["A1. Een.", "Nodig"]}, {"A1": ["needed"]})


def submission(key: str = "a" * 32, **answers: str) -> Submission:
    """Return one made-up submission."""
    return Submission(key, {"A1": "needed", **answers}, "v1", datetime.now(UTC))


@pytest.fixture
def server(database_server: Cluster) -> Cluster:
    """Return a server on which some may come in with a password alone."""
    rules = database_server.data / "pg_hba.conf"
    text = rules.read_text("utf-8")
    if "locked" not in text:
        rules.write_text(f"host all locked 127.0.0.1/32 scram-sha-256\n{text}", "utf-8")
        database_server.sql("CREATE ROLE locked LOGIN PASSWORD 'geheim'")
        database_server.sql("SELECT pg_reload_conf()")
    return database_server


@pytest.fixture
def url(server: Cluster) -> str:
    """Return an empty store."""
    url = server.new_database()
    init_store(url)
    return url


def database(url: str) -> str:
    """Return the name of a store's database."""
    return url.rpartition("/")[2]


def other(url: str, user: str) -> str:
    """Return the same store as somebody else comes to it."""
    return url.replace("owner@", f"{user}@")


def test_a_form_and_its_report_on_postgresql(server: Cluster, tmp_path: Path, vinkje: Run) -> None:
    """From an empty database to figures, every command by the same address."""
    url = server.new_database()
    small(tmp_path)
    for args in (["form", "web", "--store", url], ["report", url], ["store", "upgrade", url]):
        done = vinkje(*args)
        assert (done.returncode, f"vinkje store init {url}" in done.stderr) == (1, True), args
    for _ in range(2):
        assert vinkje("store", "init", url).returncode == 0
    assert "up to date" in vinkje("store", "upgrade", url).stdout
    with served(tmp_path, "--store", url) as form:
        data = form.filled()
        assert form.send(data).status_code == 200
        assert [each.answers for each in form.stored()] == [answers_of(data)]
        assert vinkje("store", "close", url).returncode == 0
        assert form.end()[0] == 0
    done = vinkje("report", url, "--json", "-")
    assert json.loads(done.stdout)["responses"]["used"] == 1, done.stderr
    for args in (["status", url], ["pull", url, "-o", "a.csv"], ["check", "--against", url]):
        done = vinkje(*args)
        assert done.returncode == 0, done.stderr
    assert vinkje("store", "backup", url, "-o", "copy.db").returncode == 0
    copied = vinkje("report", "sqlite:///copy.db", "--json", "-", "-o", "2.xlsx")
    assert json.loads(copied.stdout)["responses"]["used"] == 1, copied.stderr
    done = vinkje("store", "purge", url, "--before", "2098-01-01", "--yes")
    assert "Wiped 1" in done.stdout
    twice = vinkje("report", url, url.replace("postgresql:", "postgres:"))
    assert "named twice" in twice.stderr


def _explained(url: str, *, reading: bool = False) -> str:
    """Return what is said to whoever opens a store; it takes no time to say so."""
    began = time.monotonic()
    with pytest.raises(StoreError) as caught:
        read_store(url).__enter__() if reading else open_store(url)
    assert time.monotonic() - began < 10
    assert caught.value.place == url
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize("reading", [False, True], ids=["writing", "reading"])
def test_who_is_not_let_in_reads_why(server: Cluster, url: str, *, reading: bool) -> None:
    """A password, a database, a user, TLS, an address: each with what can be done."""
    closed = free_port()
    name = database(url)
    cases = {
        other(url, "locked"): ["no password", "~/.pgpass"],
        other(url, "ghost"): ['role "ghost" does not exist', "look at"],
        url.replace(name, "nope"): ['database "nope" does not exist', "look at"],
        f"{url}?sslmode=require": ["SSL", "switch TLS on", "sslmode"],
        url.replace(f":{server.port}/", f":{closed}/"): [f"{closed}", "refused"],
        f"postgresql://owner@127.0.0.1:{closed},localhost:{closed}/x": ["127.0.0.1", "localhost"],
        "postgresql://owner@nowhere.invalid/x": ["nowhere.invalid"],
        f"{url}?service=nope": ["nope"],
    }
    for address, said in cases.items():
        text = _explained(address, reading=reading)
        assert [word for word in said if word not in text] == [], text


def test_a_wrong_password_and_the_right_one(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a file that nobody else reads; it is shown nowhere."""
    passes = tmp_path / "passes"
    for password, is_right in (("mis", False), ("geheim", True)):
        passes.write_text(f"*:*:*:*:{password}\n", encoding="utf-8")
        passes.chmod(0o600)
        init_store(url, form_roles=["locked"])
        address = f"{other(url, 'locked')}?passfile={quote(str(passes), safe='')}"
        if is_right:
            open_store(address).close()
            monkeypatch.setenv("PGPASSFILE", str(passes))
            open_store(other(url, "locked")).close()
        else:
            text = _explained(address)
            assert "password authentication failed" in text
            assert "~/.pgpass" in text
            assert "mis;" not in text


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://owner:GEHEIM@127.0.0.1/x",
        "postgres://owner:GEHEIM@127.0.0.1/x",
        "postgresql://127.0.0.1/x?user=owner&password=GEHEIM",
        "postgresql://owner:1/GEHEIM@127.0.0.1/x",
        "postgresql://owner:GEHEIM?#@127.0.0.1/x",
        "POSTGRESQL://owner:GEHEIM@127.0.0.1/x",
        "postgresql+psycopg://owner:GEHEIM@127.0.0.1/x",
        "postgresql:/owner:GEHEIM@127.0.0.1/x",
        "postgresql://owner:GEHEIM@[::1/x",
        "postgresql://127.0.0.1/x?pass%77ord=GEHEIM",
        "postgresql://127.0.0.1/x?sslpassword=GEHEIM",
        "postgresql://127.0.0.1/x?options=-cfoo.password%3DGEHEIM",
        "postgresql://owner@127.0.0.1/x#GEHEIM",
        " postgresql://owner:GEHEIM@127.0.0.1/x",
        "'postgresql://owner:GEHEIM@127.0.0.1/x'",
        "jdbc:postgresql://owner:GEHEIM@127.0.0.1/x",
        "jdbc:postgresql://127.0.0.1/x?user=owner&password=GEHEIM",
        "postgresql ://owner:GEHEIM@127.0.0.1/x",
        "postgresql//owner:GEHEIM@127.0.0.1/x",
        "postgres-ql://owner:GEHEIM@127.0.0.1/x",
        "psql://owner:GEHEIM@127.0.0.1/x",
        "mysql://owner:1/GEHEIM@127.0.0.1/x",
        "owner:GEHEIM@127.0.0.1/x",
        "host=127.0.0.1 user=owner password=GEHEIM",
        "dbname=x password=GEHEIM",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(
    tmp_path: Path, vinkje: Run, address: str
) -> None:
    """By every command that takes one, with where it may stand."""
    small(tmp_path)
    for args in (
        ["form", "web", "--store", address],
        ["report", address],
        ["report", "sqlite:///answers.db", "--previous", address],
        ["report", address, "--tab", "x"],
        ["pull", address, "-o", "a.csv"],
        ["status", address],
        ["check", "--against", address],
        ["store", "init", address],
        ["store", "upgrade", address],
        ["store", "close", address],
        ["store", "backup", address, "-o", "b.db"],
        ["store", "purge", address, "--before", "2026-01-01", "--yes"],
    ):
        done = vinkje(*args)
        assert done.returncode == 1, args
        assert "GEHEIM" not in done.stdout + done.stderr
        assert "postgresql://…" in done.stderr, (args, done.stderr)
        assert "~/.pgpass" in done.stderr or "no address" in done.stderr


def test_no_address_in_another_ones_place_is_shown(tmp_path: Path, vinkje: Run) -> None:
    """Where a file is meant, and an address of the web."""
    small(tmp_path)
    address = "postgresql://owner:GEHEIM@127.0.0.1/x"
    for args in (
        ["report", f"sqlite:///{address}"],
        ["store", "backup", f"sqlite:///{address}", "-o", "b.db"],
        ["store", "restore", address],
        ["form", "web", "--store", f"sqlite:///{address}"],
        ["report", "https://owner:GEHEIM@example.nl/answers"],
    ):
        done = vinkje(*args)
        assert (done.returncode, "GEHEIM" in done.stdout + done.stderr) == (1, False), args


def test_a_file_is_not_taken_for_a_database() -> None:
    """Whatever folder it is in."""
    for name in (
        "/var/lib/postgresql/answers.csv",
        "C:/Users/jan@corp/answers.csv",
        r"C:\Users\jan@corp\a.csv",
        "postgres.csv",
        "hosts.csv",
        "jan@corp.csv",
    ):
        assert kind_of(name) == ("file", name)
        assert store_path(f"sqlite:///{name}") == Path(name)


def test_a_report_names_servers_and_database_alone(url: str, tmp_path: Path, vinkje: Run) -> None:
    """No user, no port and no file with a password."""
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        store.put(submission())
    small(tmp_path)
    done = vinkje("report", f"{url}?passfile=/etc/pass", "--json", "-")
    with ZipFile(tmp_path / "rapport.xlsx") as book:
        parts = [book.read(name).decode("utf-8") for name in book.namelist()]
    mail = (tmp_path / "rapport.html").read_text("utf-8")
    text = "".join((*parts, mail, done.stdout, done.stderr))
    assert f"postgresql://127.0.0.1/{database(url)}" in text
    assert "owner@" not in text
    assert "/etc/pass" not in text


def test_names_may_hold_any_sign(server: Cluster, vinkje: Run) -> None:
    """Percent-encoded in the address, and as they are for a user that is let in."""
    name, user = 'Ronde "2", é/@?', 'Form\'ulier "A"'
    quoted = '"' + name.replace('"', '""') + '"'
    server.sql(f"CREATE DATABASE {quoted}")
    server.sql('CREATE ROLE "{}" LOGIN'.format(user.replace('"', '""')))
    url = f"postgresql://owner@127.0.0.1:{server.port}/{quote(name, safe='')}"
    for role in ("--form-role", "--report-role"):
        done = vinkje("store", "init", url, role, user)
        assert done.returncode == 0, done.stderr
    store = open_store(other(url, quote(user, safe="")))
    store.remember(ASKED)
    assert store.put(submission())
    store.close()
    done = vinkje("store", "init", url, "--form-role", "niemand")
    assert (done.returncode, "CREATE ROLE" in done.stderr) == (1, True), done.stderr


def test_everybody_may_do_what_they_are_for(server: Cluster, url: str, vinkje: Run) -> None:
    """Who reports does not write, who serves the form wipes nothing, a stranger does nothing."""
    server.sql(
        "DO $$ BEGIN CREATE ROLE stranger LOGIN; CREATE ROLE former LOGIN; "
        "CREATE ROLE reporter LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    init_store(url, form_roles=["former"], report_roles=["reporter"])
    with closing(open_store(other(url, "former"))) as store:
        store.remember(ASKED)
        sent = store.put(submission())
        with pytest.raises(StoreError, match=r"as the owner of the tables.*Nothing was"):
            store.purge(datetime.now(UTC))
    for reading in (False, True):
        assert "may not do that" in _explained(other(url, "stranger"), reading=reading)
    assert "may not do that" in _explained(other(url, "reporter"))
    with read_store(other(url, "reporter")) as reader:
        assert list(reader.submissions()) == [sent]
    for args in (["init"], ["close"]):
        done = vinkje("store", *args, other(url, "former"))
        assert (done.returncode, "owner" in done.stderr) == (1, True), done.stderr
    with pytest.raises(StoreError, match="may not do that; do this as the owner"):
        set_closed(other(url, "reporter"), closed=True)
    for role, may in (("reporter", "SELECT"), ("former", "INSERT SELECT")):
        rights = server.sql(
            "SELECT DISTINCT privilege_type FROM information_schema.table_privileges "  # noqa: S608
            f"WHERE table_schema = 'vinkje' AND grantee = '{role}' ORDER BY 1",
            database(url),
        )
        assert rights.split() == may.split()


def test_a_round_is_closed_while_its_form_is_served(url: str, tmp_path: Path, vinkje: Run) -> None:
    """Within seconds; who has the page open may still send."""
    with served(small(tmp_path), "--store", url) as form:
        data = form.filled()
        assert vinkje("store", "close", url).returncode == 0
        end = time.monotonic() + 20
        while requests.get(form.link, timeout=30).status_code == 200:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert requests.get(form.link, timeout=30).status_code == 403
        assert form.send(data).status_code == 200


def test_older_and_newer_tables(server: Cluster, url: str, vinkje: Run) -> None:
    """A form never changes them; a newer layout says which vinkje may still write."""
    name = database(url)
    layout = "UPDATE vinkje.format SET (format, oldest_writer) = "
    for numbers, said in (("(0, 0)", "vinkje store upgrade"), ("(9, 3)", "the newer vinkje")):
        server.sql(layout + numbers, name)
        for reading in (False, True):
            assert said in _explained(url, reading=reading)
    done = vinkje("store", "upgrade", url)
    assert (done.returncode, "newer vinkje" in done.stderr) == (1, True), done.stderr
    # Of a round of several organisations it is 2.
    server.sql(layout + "(9, 2)", name)
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        assert store.put(submission())


def test_an_upgrade_is_whole_or_nothing(server: Cluster, url: str) -> None:
    """Step by step, while forms of the former layout go on."""
    added = "ALTER TABLE vinkje.submission ADD COLUMN channel text"
    layouts = {2: ([added], 1), 3: (["SELECT 1 / 0"], 2)}
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        with pytest.raises(StoreError, match="division by zero"):
            owner.upgrade(url, layouts)
        question = "SELECT format, oldest_writer FROM vinkje.format"
        assert server.sql(question, database(url)) == "1|1"
        assert owner.upgrade(url, {2: layouts[2]}) == (1, 2)
        assert server.sql(question, database(url)) == "2|1"
        assert owner.upgrade(url, {2: layouts[2]}) == (2, 2)
        assert store.put(submission())
        assert store.restore([submission("b" * 32)]) == 1


def test_a_server_that_is_only_read_is_refused_to_write(server: Cluster, url: str) -> None:
    """A standby, say; reports are read from it."""
    server.sql(f"ALTER DATABASE {database(url)} SET default_transaction_read_only = on")
    for address in (url, f"{url}?target_session_attrs=any"):
        assert "standby" in _explained(address)
    with read_store(url) as reader:
        assert reader.holdings().revisions == 0


def test_a_server_that_forgets_is_refused(server: Cluster, url: str) -> None:
    """Who is thanked there may be lost at the next power cut."""
    server.sql(f"ALTER DATABASE {database(url)} SET synchronous_commit = off")
    assert "synchronous_commit" in _explained(url)


@pytest.fixture
def standby(server: Cluster, tmp_path: Path) -> Iterator[None]:
    """Let something follow the server as a standby does."""
    program = postgres_program("pg_receivewal")
    assert program
    address = f"host=127.0.0.1 port={server.port} user=owner application_name=follower"
    with subprocess.Popen(
        [program, "-D", str(tmp_path), "-d", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        end = time.monotonic() + 20
        while server.sql("SELECT count(*) FROM pg_stat_replication") != "1":
            assert time.monotonic() < end
            time.sleep(0.05)
        yield
        process.kill()


@pytest.mark.usefixtures("standby")
def test_a_standby_that_may_lack_answers_is_warned_of(
    server: Cluster, url: str, tmp_path: Path
) -> None:
    """To whoever serves the form, whatever their rights; it is served all the same."""
    server.sql("DO $$ BEGIN CREATE ROLE former LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    init_store(url, form_roles=["former"])
    with served(small(tmp_path), "--store", other(url, "former")) as form:
        assert form.send(form.filled()).status_code == 200
        assert "synchronous_standby_names" in form.end()[2]


def test_a_line_that_others_can_read_is_known() -> None:
    """Nobody listens within this machine."""
    for address in ("", "127.0.0.1", "127.1.2.3", "::1"):
        assert not is_in_clear(address, has_tls=False)
    for address in ("192.0.2.1", "2001:db8::1", "fe80::1%eth0"):
        assert is_in_clear(address, has_tls=False)
        assert not is_in_clear(address, has_tls=True)


def test_a_cancelled_statement_is_no_answer(server: Cluster, url: str) -> None:
    """It is said that nothing was kept, and nothing was."""
    name = database(url)
    with closing(open_store(url)) as store, ThreadPoolExecutor(1) as person:
        store.remember(ASKED)
        with psycopg.connect(url) as other_session:
            other_session.execute("LOCK TABLE vinkje.submission")
            sending = person.submit(store.put, submission())
            waiting = f"FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '{name}'"
            end = time.monotonic() + 20
            while server.sql(f"SELECT count(*) {waiting}") != "1":
                assert time.monotonic() < end
                time.sleep(0.02)
            server.sql(f"SELECT pg_cancel_backend(pid) {waiting}")
            with pytest.raises(StoreError, match=r"cancelled this.* Nothing was changed"):
                sending.result(20)
        with read_store(url) as reader:
            assert list(reader.submissions()) == []


def test_answers_without_their_codebook_are_not_guessed(server: Cluster, url: str) -> None:
    """A database that was put back by halves is told from one without answers."""
    with closing(open_store(url)) as store:
        store.remember(ASKED)
        store.put(submission())
    server.sql("DELETE FROM vinkje.codebook", database(url))
    with read_store(url) as reader, closing(open_store(url)) as store:
        for read in (
            lambda: list(reader.submissions()),
            lambda: list(reader.coded("", UTC)),
            lambda: store.latest(key="a" * 32),
        ):
            with pytest.raises(StoreError, match=r"version v1 in vinkje\.codebook is gone"):
                read()


def test_wiping_takes_the_time_that_it_takes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large store that is longer than people wait for their receipt."""
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.3)
    with closing(open_store(url)) as store, ThreadPoolExecutor(1) as administrator:
        store.remember(ASKED)
        store.put(submission())
        with psycopg.connect(url) as other_session:
            other_session.execute("LOCK TABLE vinkje.submission IN ROW EXCLUSIVE MODE")
            wiping = administrator.submit(store.purge, datetime.now(UTC))
            with pytest.raises(TimeoutError):
                wiping.result(0.8)
        assert wiping.result(20) == 1


def test_a_full_disk_of_the_server_is_explained(server: Cluster, url: str) -> None:
    """What was thanked for stays, a copy is put back whole or not, and then it goes on."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    disk = server.folder / f"disk-{database(url)}"
    disk.mkdir()
    mounting = [tool("mount"), "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts no disk")
    try:
        shutil.chown(disk, "postgres", "postgres")
        server.sql(f"CREATE TABLESPACE {database(url)} LOCATION '{disk}'")
        server.sql(f"ALTER TABLE vinkje.submission SET TABLESPACE {database(url)}", database(url))
        long = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(1_500))
        with closing(open_store(url)) as store:
            store.remember(ASKED)
            sent = [submission(f"{n:032x}", **{"remark:A": f"{n}{long}"}) for n in range(400)]
            thanked: list[str] = []
            with pytest.raises(StoreError, match="the disk of the server is full; make room"):
                thanked.extend(store.put(each).key for each in sent)
            with pytest.raises(StoreError, match="the disk of the server is full"):
                store.check_ready()
            many = [submission(f"{number:032x}") for number in range(10_000, 30_000)]
            with pytest.raises(StoreError, match="Nothing was changed"):
                store.restore(many)
            with read_store(url) as reader:
                assert {each.key for each in reader.submissions()} == set(thanked)
            more = [tool("mount"), "-o", "remount,size=8m", str(disk)]
            subprocess.run(more, check=True)
            store.check_ready()
            assert store.put(submission("e" * 32))
    finally:
        server.sql("DROP SCHEMA vinkje CASCADE", database(url))
        server.sql(f"DROP TABLESPACE IF EXISTS {database(url)}")
        subprocess.run([tool("umount"), "-l", str(disk)], check=False)


def test_what_is_not_installed_is_named(tmp_path: Path, vinkje_alone: Run) -> None:
    """With how to install it, and no password in sight."""
    shadow = tmp_path / "shadow" / "psycopg"
    shadow.mkdir(parents=True)
    (shadow / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'psycopg'\", name='psycopg')", "utf-8"
    )
    done = vinkje_alone(
        "status", "postgresql://x:GEHEIM@y/z", PYTHONPATH=f"{shadow.parent}{os.pathsep}{ROOT}"
    )
    assert done.returncode == 1
    assert "'.[postgresql]'" in done.stderr
    assert "GEHEIM" not in done.stderr
    assert "Traceback" not in done.stderr


def test_two_spellings_of_one_database_are_one() -> None:
    """By servers, ports and name, in whatever order; another database is another."""
    first = "postgresql://owner@Server1,server2/forms"
    for again in (
        "postgres://reporter@server2:5432,server1/forms",
        "postgresql:///forms?host=server1,server2&port=5432",
        "postgresql://server1:5432,server2:5432/f%6Frms?sslmode=require",
    ):
        with pytest.raises(SourceError, match="named twice"):
            check_once([first, again])
    check_once([first, "postgresql://owner@server1,server2/other", "postgresql://server3/forms"])


def test_the_log_of_a_database_that_writes_down_what_is_slow() -> None:
    """It holds what people answer, and their links; with what the page for IT says, neither."""
    page = (ROOT / "docs/en/administration/postgresql.md").read_text("utf-8")
    silence = re.findall(r"^```sql\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[0]
    with database_cluster() as cluster:
        for role in ("vinkje_owner", "form", "report"):
            cluster.sql(f"CREATE ROLE {role} LOGIN")
        cluster.set(log_min_duration_statement="0", log_statement="all")
        loud = written_down(cluster, "a" * 32, "Het dak lekt.")
        program = postgres_program("psql")
        assert program
        command = [program, "-Xqv", "ON_ERROR_STOP=1", cluster.url()]
        subprocess.run(command, input=silence, text=True, check=True)
        assert (loud, written_down(cluster, "b" * 32, "De lift hapert.")) == (
            (True, True),
            (False, False),
        )


def written_down(cluster: Cluster, key: str, remark: str) -> tuple[bool, bool]:
    """Let every role do its work; tells whether an answer, and its key, stand in the log."""
    log = cluster.folder / "log"
    before = log.stat().st_size
    url = cluster.new_database()
    cluster.sql(f"ALTER DATABASE {database(url)} OWNER TO vinkje_owner")
    init_store(other(url, "vinkje_owner"), ["form"], ["report"])
    with closing(open_store(other(url, "form"))) as store:
        store.remember(ASKED)
        store.put(submission(key, **{"remark:A": remark}))
        assert store.latest(key=key)
    with read_store(other(url, "report")) as reader:
        copy = list(reader.submissions())
    with closing(open_store(other(url, "vinkje_owner"))) as store:
        store.restore(copy)
    # What fails is written down as well, with what it was given.
    failing = "INSERT INTO vinkje.submission (organisation, key) VALUES (%s, %s)"
    with psycopg.connect(other(url, "form")) as form, pytest.raises(psycopg.IntegrityError):
        form.execute(failing, [remark, bytes.fromhex(key)])
    text = log.read_bytes()[before:].decode("utf-8")
    return remark in text, key in text
