"""The store: what was accepted is there, once, whatever happens to the machine."""

import json
import os
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from threading import Event
from urllib.parse import urlsplit

import pytest
import requests
from conftest import ROOT, Run, tool
from served import Served, served, small

from forms.errors import StoreError
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.open import open_store, read_store
from forms.store.sqlite.location import Mount, shared_disk

ASKED = QuestionnaireVersion("v1", "", {"A1": ["A1. Een.", "Op orde"]})
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
KILLS = int(os.environ.get("VINKJE_KILLS", "10"))


def submission(answer: str = "needed", key: str = "", at: datetime = NOW) -> Submission:
    """Return one made-up submission."""
    return Submission(key or secrets.token_hex(16), {"A1": answer}, "v1", at)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return an empty store."""
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    store = open_store(url)
    store.remember(ASKED)
    store.close()
    return url


def put(url: str, *submissions: Submission) -> list[Submission]:
    """Store some submissions."""
    store = open_store(url)
    try:
        return [store.put(each) for each in submissions]
    finally:
        store.close()


def stored(url: str) -> list[Submission]:
    """Return all that is stored."""
    with read_store(url) as store:
        return list(store.submissions())


def test_a_second_writer_is_refused(url: str, tmp_path: Path) -> None:
    """By any name of the same file; after the first has ended it is not."""
    store = open_store(url)
    (tmp_path / "other.db").symlink_to(tmp_path / "answers.db")
    for again in (url, f"sqlite:///{tmp_path / 'other.db'}", f"sqlite:///{tmp_path}/./answers.db"):
        with pytest.raises(StoreError, match="another vinkje writes"):
            open_store(again)
    store.close()
    open_store(url).close()


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        ("/srv/answers.db", ""),
        ("/mnt/team/answers.db", "nfs4"),
        ("/mnt/team/local/answers.db", ""),
        ("/mnt/teams/answers.db", ""),
        ("/media/share/answers.db", "cifs"),
        ("/home/x/drive/answers.db", "fuse.sshfs"),
        ("//server/share/answers.db", "a shared folder"),
    ],
)
def test_a_network_drive_is_known(path: str, shared: str) -> None:
    """By the disk that a path lies on; locks do not hold there."""
    mounts = [
        Mount("/", "ext4"),
        Mount("/mnt/team", "nfs4"),
        Mount("/mnt/team/local", "ext4"),
        Mount("/media/share", "cifs"),
        Mount("/home/x/drive", "fuse.sshfs"),
    ]
    assert shared_disk(PurePosixPath(path), mounts) == shared


def test_a_network_drive_is_known_on_windows() -> None:
    """By a letter that Windows calls remote, and by a share's own name."""
    mounts = [Mount("C:\\", "NTFS", "rw,fixed"), Mount("Z:\\", "NTFS", "rw,remote")]
    assert shared_disk(PureWindowsPath("Z:\\team\\answers.db"), mounts) == "NTFS"
    assert shared_disk(PureWindowsPath("C:\\team\\answers.db"), mounts) == ""
    assert shared_disk(PureWindowsPath("\\\\server\\team\\answers.db"), mounts)


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE places (x)")
    connection.close()


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_newer, "newer vinkje"),
        (_foreign, "no database of a form"),
        (lambda p: p.write_bytes(b"what stood there" * 100), "no database of a form"),
        (lambda p: p.unlink(), "no such database"),
        (_damaged, "damaged"),
    ],
)
def test_what_is_no_store_is_explained(
    url: str, tmp_path: Path, vinkje: Run, spoil: object, said: str
) -> None:
    """To every command, and it stays what it was."""
    put(url, submission())
    path = tmp_path / "answers.db"
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes() if path.exists() else None
    for args in (
        ["report", url],
        ["status", url],
        ["store", "close"],
        ["store", "upgrade"],
        ["store", "backup", "-o", "b.db"],
        ["store", "purge", "--before", "2027-01-01", "--yes"],
    ):
        done = vinkje(*args)
        if said == "damaged" and args[1] in {"close", "upgrade"}:
            continue
        assert (done.returncode, done.stdout) == (1, ""), args
        assert re.search(r"(?m)^Error: \S*answers\.db: ", done.stderr)
        assert said in done.stderr
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_backup_is_whole_while_the_form_writes(url: str, tmp_path: Path, vinkje: Run) -> None:
    """A copy of the file alone may lack what was written last; a backup is a store itself."""
    store = open_store(url)
    sent = [store.put(submission()) for _ in range(3)]
    done = vinkje("store", "backup", "-o", "copy.db")
    store.close()
    assert (done.returncode, "3 sets" in done.stdout) == (0, True), done.stderr
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(tmp_path / "copy.db", tmp_path / "elsewhere" / "answers.db")
    assert stored(f"sqlite:///{tmp_path / 'elsewhere' / 'answers.db'}") == sent
    assert vinkje("store", "backup", "-o", "copy.db").returncode == 1
    assert vinkje("store", "backup", "-o", "copy.db", "--overwrite").returncode == 0
    assert vinkje("store", "backup", "-o", "answers.db", "--overwrite").returncode == 1


def test_purge_wipes_what_is_old_and_says_what_it_does_not_reach(
    url: str, tmp_path: Path, vinkje: Run
) -> None:
    """Asked first; by the last change; and nothing of it stays in the file."""
    old = Submission("c" * 32, {"A1": "needed", "remark:A": "GEHEIM"}, "v1", NOW)
    changed = submission("unknown", "d" * 32, NOW)
    put(url, old, changed, submission("needed", "d" * 32, NOW + timedelta(days=30)))
    asked = vinkje("store", "purge", "--before", "2026-12-15")
    assert asked.returncode == 1
    assert "would be wiped: 1 set of answers" in asked.stdout
    for word in ("vinkje store backup", "vinkje pull", "workbooks", "mails"):
        assert word in asked.stdout
    assert len(stored(url)) == 3
    done = vinkje("store", "purge", "--before", "2026-12-15", "--yes")
    assert done.returncode == 0
    assert {each.key for each in stored(url)} == {"d" * 32}
    assert b"GEHEIM" not in b"".join(p.read_bytes() for p in tmp_path.glob("answers.db*"))
    assert "nothing was" in vinkje("store", "purge", "--before", "2026-12-15").stdout


def test_purge_while_the_form_is_served_is_refused(url: str, vinkje: Run) -> None:
    """Two programs never write to one store."""
    put(url, submission())
    store = open_store(url)
    done = vinkje("store", "purge", "--before", "2027-01-01", "--yes")
    store.close()
    assert done.returncode == 1
    assert "stop that one first" in done.stderr
    assert len(stored(url)) == 1


# What follows is done to a form that is being served.


def test_what_was_thanked_for_survives_being_killed(tmp_path: Path, vinkje: Run) -> None:
    """Ten times under load, and what was not thanked for is sent again: none lost, none twice."""
    small(tmp_path)
    thanked: set[str] = set()
    sent: dict[str, dict[str, str]] = {}
    for _ in range(KILLS):
        with served(tmp_path) as form:
            thanked |= _under_load(form, sent)
    with served(tmp_path) as form:
        for key in sent.keys() - thanked:
            assert form.send(sent[key]).status_code == 200
        keys = [each.key for each in form.stored()]
        for each in form.stored():
            assert each.answers == {n: v for n, v in sent[each.key].items() if n[0] != "_"}
    assert len(thanked) > KILLS
    assert len(sent) > len(thanked)
    assert sorted(keys) == sorted(sent)
    done = vinkje("report", "sqlite:///answers.db", "--json", "-")
    assert json.loads(done.stdout)["responses"]["used"] == len(sent)


def _under_load(form: Served, sent: dict[str, dict[str, str]]) -> set[str]:
    """Send until the form is killed; returns the keys that were thanked for."""
    version = form.blank()["_version"]
    thanked: set[str] = set()

    killed = Event()

    def one(number: int) -> None:
        if killed.is_set():
            return
        key = secrets.token_hex(16)
        data = {"_key": key, "_version": version, "team": "Noord", "A1": "needed"}
        sent[key] = data | {"A2": ["unknown", "in_order"][number % 2]}
        try:
            if form.send(sent[key]).status_code == 200:
                thanked.add(key)
        except requests.RequestException:
            pass

    with ThreadPoolExecutor(8) as people:
        for number in range(400):
            people.submit(one, number)
        time.sleep(0.25)
        form.process.kill()
        killed.set()
    return thanked


def test_nobody_is_thanked_before_the_disk_has_it(tmp_path: Path) -> None:
    """Between reading a request and thanking for it the system is told to sync."""
    synced, thanked = _syncs(tmp_path, "FULL")
    assert thanked == 10
    assert synced == 10


def test_with_less_care_they_would_be(tmp_path: Path) -> None:
    """The test before this one can fail: NORMAL, the usual advice, thanks first."""
    synced, thanked = _syncs(tmp_path, "NORMAL")
    assert thanked == 10
    assert synced < 10


def _syncs(folder: Path, care: str) -> tuple[int, int]:
    """Return how many of ten answers were synced between their arrival and the thanks."""
    strace = tool("strace")
    sources = ROOT
    if care != "FULL":
        sources = folder / "less"
        for name in ("cli", "forms", "templates"):
            shutil.copytree(ROOT / name, sources / name)
        shutil.copy(ROOT / "checklist.yaml", sources)
        changed = sources / "forms" / "store" / "sqlite" / "writer.py"
        text = changed.read_text(encoding="utf-8")
        assert "synchronous=FULL" in text
        changed.write_text(text.replace("synchronous=FULL", f"synchronous={care}"), "utf-8")
    small(folder)
    with served(folder, PYTHONPATH=str(sources)) as form:
        data = form.filled()
        command = [strace, "-f", "-qq", "-s", "24", "-e", "trace=recvfrom,sendto,fdatasync,fsync"]
        command += ["-o", str(folder / "trace"), "-p", str(form.process.pid)]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
            time.sleep(1)
            answered = [form.send(data | {"_key": f"{n:032x}"}).status_code for n in range(10)]
            tracer.terminate()
            assert tracer.stderr
            problems = tracer.stderr.read().decode()
    lines = (folder / "trace").read_text(encoding="utf-8").splitlines()
    synced = thanks = 0
    since = False
    for line in lines:
        if "recvfrom(" in line and "POST" in line:
            since = False
        elif "sync(" in line:
            since = True
        elif "sendto(" in line and "200 OK" in line:
            thanks += 1
            synced += since
    assert answered == [200] * 10, problems
    return synced, thanks


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """It says so, keeps the answers on the page, and goes on by itself when there is room."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = [tool("mount"), "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts no disk")
    try:
        small(tmp_path)
        with served(tmp_path, "--store", f"sqlite:///{disk}/answers.db") as form:
            long = {"remark:A": "x" * 4_000}
            data = form.filled() | long
            thanked = []
            for number in range(300):
                done = form.send(data | {"_key": f"{number:032x}"})
                if done.status_code != 200:
                    break
                thanked.append(f"{number:032x}")
            assert done.status_code == 503
            assert "x" * 4_000 in done.text
            assert [each.key for each in form.stored()] == thanked
            more = [tool("mount"), "-o", "remount,size=8m", str(disk)]
            subprocess.run(more, check=True)
            again = form.send(data | {"_key": f"{number:032x}"})
            assert again.status_code == 200
            assert [each.key for each in form.stored()] == [*thanked, f"{number:032x}"]
    finally:
        subprocess.run([tool("umount"), "-l", str(disk)], check=False)


def test_a_foreign_lock_of_three_seconds_is_waited_for(tmp_path: Path) -> None:
    """A backup program may look at the file for a while."""
    with served(small(tmp_path)) as form:
        data = form.filled()
        connection = sqlite3.connect(tmp_path / "answers.db", isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as person:
            sending = person.submit(form.send, data)
            time.sleep(3)
            assert not sending.done()
            connection.execute("ROLLBACK")
            assert sending.result().status_code == 200
        connection.close()
        assert len(form.stored()) == 1


@pytest.fixture
def slow() -> Iterator[list[socket.socket]]:
    """Return a list of connections that are closed in the end."""
    opened: list[socket.socket] = []
    yield opened
    for line in opened:
        line.close()


def test_six_hundred_slow_people_shut_nobody_out(tmp_path: Path, slow: list[socket.socket]) -> None:
    """Each has sent half a request; others are still answered."""
    with served(small(tmp_path)) as form:
        place = urlsplit(form.link)
        for _ in range(600):
            line = socket.create_connection((place.hostname, place.port or 80), timeout=30)
            line.sendall(b"POST /send HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            line.sendall(b"Content-Length: 500\r\n\r\nA1=")
            slow.append(line)
        done = form.send(form.filled())
        assert done.status_code == 200
        assert done.elapsed < timedelta(seconds=20)


def test_reports_are_read_while_it_serves(tmp_path: Path) -> None:
    """Every one of them sees whole submissions, and no fewer than the one before."""
    with served(small(tmp_path)) as form, ThreadPoolExecutor(4) as people:
        data = form.filled()
        sending = [
            people.submit(form.send, data | {"_key": f"{number:032x}"}) for number in range(200)
        ]
        seen = [0]
        while not all(each.done() for each in sending):
            seen.append(len(form.stored()))
        assert seen == sorted(seen)
        assert [each.result().status_code for each in sending] == [200] * 200
        assert len(form.stored()) == 200


def test_reading_is_possible_after_a_kill(tmp_path: Path, vinkje: Run) -> None:
    """Whoever finds the form dead still makes the report, and the form starts again."""
    with served(small(tmp_path)) as form:
        for _ in range(5):
            form.send(form.filled())
        form.process.kill()
    assert sys.platform == "win32" or (tmp_path / "answers.db-wal").exists()
    done = vinkje("report", "sqlite:///answers.db", "--json", "-")
    assert json.loads(done.stdout)["responses"]["used"] == 5
    with served(tmp_path) as form:
        assert len(form.stored()) == 5
