"""Copies of a store, and putting them back: nothing lost, nothing doubled, nothing half-written."""

import os
import re
import secrets
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from conftest import Run, tool
from served import served, small
from test_store import ASKED, NOW, put, stored, submission, url

from forms.errors import StoreError
from forms.store import maintenance
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.maintenance import backup, contents, restore
from forms.store.open import open_store, read_store, set_closed
from forms.store.sqlite.schema import APPLICATION, CODEBOOK, ORGANISATION, TABLES

__all__ = ["url"]  # a fixture
LATER = NOW + timedelta(hours=1)
KEY = "a" * 32


@pytest.fixture
def copy(url: str, tmp_path: Path, vinkje: Run) -> Path:
    """Return a copy of a store with two people's answers, one of whom changed them."""
    put(url, submission(key=KEY), submission("unknown", KEY, LATER), submission(key="b" * 32))
    done = vinkje("store", "backup", "-o", "copy.db")
    assert (done.returncode, done.stderr.count("Error")) == (0, 0), done.stderr
    return tmp_path / "copy.db"


def asked(url: str) -> list[str]:
    """Return which questionnaires a store knows, the latest last."""
    with read_store(url) as store:
        return [each.version for each in store.asked()]


def remember(url: str, *asked: QuestionnaireVersion) -> str:
    """Let a store know of questionnaires; returns its address."""
    with closing(open_store(url)) as store:
        for each in asked:
            store.remember(each)
    return url


def test_a_lost_store_comes_back(copy: Path, url: str, tmp_path: Path, vinkje: Run) -> None:
    """Keys, revisions and moments as they were; a second time changes nothing."""
    before = stored(url)
    for lost in tmp_path.glob("answers.db*"):
        lost.unlink()
    done = vinkje("store", "restore", copy)
    assert done.returncode == 0, done.stderr
    assert "3 sets of answers put back, 0 were there already" in done.stdout
    assert "2 people's" in done.stdout
    assert (stored(url), asked(url)) == (before, ["v1"])
    again = vinkje("store", "restore", copy)
    assert "0 sets of answers put back, 3 were there already" in again.stdout
    assert stored(url) == before


def test_what_came_since_stays(copy: Path, url: str) -> None:
    """Also what somebody changed since the copy, by a key that the copy has other answers of."""
    put(url, submission("in_order", "b" * 32, LATER), submission(key="c" * 32))
    now = stored(url)
    assert restore(copy, url).added == 0
    assert stored(url) == now


def test_what_was_sent_later_is_what_stands(copy: Path, tmp_path: Path) -> None:
    """Where a new store has a later answer under a key, an older one does not come after it."""
    url = remember(f"sqlite:///{tmp_path / 'new.db'}", ASKED)
    (later,) = put(url, submission("in_order", KEY, LATER + timedelta(days=1)))
    assert restore(copy, url).added == 1
    with closing(open_store(url)) as store:
        assert store.latest(key=KEY) == later


def test_questionnaires_come_in_their_order(tmp_path: Path, url: str) -> None:
    """Before those that the store has, since its own are what is asked now."""
    newer = QuestionnaireVersion("v2", "", {"A1": ["A1. Twee.", "Op orde"]})
    newest = QuestionnaireVersion("v3", "", {"A1": ["A1. Drie.", "Op orde"]})
    several = remember(f"sqlite:///{tmp_path / 'several.db'}", ASKED, newer)
    put(several, submission())
    into = f"sqlite:///{tmp_path / 'into.db'}"
    restore(tmp_path / "several.db", into)
    assert asked(into) == ["v1", "v2"]
    restore(tmp_path / "several.db", remember(url, newest))
    assert asked(url) == ["v2", "v1", "v3"]


def test_another_round_is_refused(copy: Path, tmp_path: Path, vinkje: Run) -> None:
    """Also where nobody answered in it yet: its form would take them for its own."""
    spring = QuestionnaireVersion("v2", "Voorjaar", {"A1": ["A1. Een.", "Op orde"]})
    url = remember(f"sqlite:///{tmp_path / 'new.db'}", spring)
    put(url, Submission("d" * 32, {"A1": "needed"}, "v2", NOW))
    done = vinkje("store", "restore", copy, url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "of round 'Voorjaar', and the copy of round ''" in done.stderr
    assert "Nothing was put back" in done.stderr
    assert len(stored(url)) == 1
    empty = remember(f"sqlite:///{tmp_path / 'empty.db'}", spring)
    with pytest.raises(StoreError, match="is of round 'Voorjaar'"):
        restore(copy, empty)
    assert (stored(empty), asked(empty)) == ([], ["v2"])


def test_that_a_round_is_closed_is_no_part_of_a_copy(url: str, tmp_path: Path, vinkje: Run) -> None:
    """A form that takes answers goes on; one that is closed stays so."""
    put(url, submission())
    set_closed(url, closed=True)
    vinkje("store", "backup", "-o", "copy.db")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    restore(tmp_path / "copy.db", other)
    restore(tmp_path / "copy.db", url)
    for address, closed in ((other, False), (url, True)):
        with closing(open_store(address)) as store:
            assert bool(store.closed_at()) is closed


def _text(path: Path) -> None:
    path.write_text("answers", encoding="utf-8")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")


def _other(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE submission (x)")


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def _damaged_text(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE submission SET answers = '{' WHERE number = 2")
        connection.commit()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "no such database"),
        (_text, "no database of a form"),
        (_other, "no database of a form"),
        (_newer, "newer vinkje"),
        (_damaged, "damaged"),
        (_damaged_text, "damaged"),
    ],
)
def test_what_is_no_copy_is_explained(
    copy: Path, url: str, vinkje: Run, spoil: object, said: str
) -> None:
    """By its own name, and nothing of it is put back."""
    put(url, submission(key="e" * 32))
    before = stored(url)
    assert callable(spoil)
    spoil(copy)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("DELETE FROM submission WHERE key = ?", (KEY,))
        connection.commit()
    done = vinkje("store", "restore", copy)
    assert (done.returncode, done.stdout) == (1, ""), done.stdout
    assert re.search(r"(?m)^Error: \S*copy\.db: ", done.stderr), done.stderr
    assert said in done.stderr
    assert stored(url) == [each for each in before if each.key != KEY]


def test_a_damaged_row_is_explained_to_whoever_reads_it(copy: Path) -> None:
    """A report reads codes, and rows where those do not say all."""
    _damaged_text(copy)
    with read_store(f"sqlite:///{copy}") as reader:
        for read in (lambda: reader.coded("", UTC), reader.remarks, reader.submissions):
            with pytest.raises(StoreError, match="damaged"):
                list(read())


def test_a_store_that_is_served_or_is_the_copy_is_refused(
    copy: Path, url: str, vinkje: Run
) -> None:
    """With the way out."""
    with closing(open_store(url)):
        done = vinkje("store", "restore", copy)
    assert (done.returncode, "stop that one first" in done.stderr) == (1, True)
    assert vinkje("store", "restore", "answers.db").returncode == 1
    assert vinkje("store", "restore", copy, "nowhere").returncode == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of half a megabyte."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run([tool("mount"), "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], check=True)
    yield folder
    subprocess.run([tool("umount"), "-l", folder], check=True)


def test_a_disk_that_fills_up_half_way(url: str, small_disk: Path, vinkje: Run) -> None:
    """Nothing of a copy is put back, what stood there does; a copy leaves nothing half-written."""
    long = {"A1": "needed", "remark:A1": "x" * 4000}
    put(url, *(Submission(secrets.token_hex(16), long, "v1", NOW) for _ in range(200)))
    assert vinkje("store", "backup", "-o", "copy.db").returncode == 0
    full = remember(f"sqlite:///{small_disk / 'answers.db'}", ASKED)
    kept = put(full, submission())
    done = vinkje("store", "restore", "copy.db", full)
    assert (done.returncode, "answers.db: the disk is full" in done.stderr) == (1, True)
    assert stored(full) == kept
    before = sorted(small_disk.iterdir())
    done = vinkje("store", "backup", "-o", small_disk / "copy.db")
    assert (done.returncode, f"{small_disk}: the disk is full" in done.stderr) == (1, True)
    assert sorted(small_disk.iterdir()) == before


def test_a_copy_is_named_after_its_day_and_old_ones_go(
    copy: Path, tmp_path: Path, vinkje: Run
) -> None:
    """Of the same name alone, and never the one just made, whatever the clock says."""
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    backups = tmp_path / "backups"
    backups.mkdir()
    others = [
        "day-2026-01-01-0900.db",
        "day-2026-01-01.txt",
        "day-2026-01-01.db.old",
        "a-day-2026-01-01.db",
        "day-.db",
    ]
    days = ["2026-01-01", "2026-01-02", "2099-01-01"]
    for name in (*others, *(f"day-{day}.db" for day in days)):
        (backups / name).write_bytes(copy.read_bytes())
    arguments = ("store", "backup", "-o", "backups/day-{date}.db", "--overwrite", "--keep", "2")
    for _ in range(2):
        done = vinkje(*arguments)
        assert done.returncode == 0, done.stderr
        assert f"day-{today}.db: 2 sets" in done.stdout
        left = {path.name for path in backups.iterdir()} - set(others)
        assert left == {f"day-{today}.db", "day-2099-01-01.db"}
    hours = ("store", "backup", "-o", "backups/day-{date}-{time}.db", "--keep", "1")
    assert vinkje(*hours).returncode == 0
    assert not (backups / others.pop(0)).exists()
    assert (backups / f"day-{today}.db").exists()
    assert vinkje("store", "backup", "-o", "backups/day.db", "--keep", "2").returncode == 1
    assert len(list(backups.iterdir())) == len(others) + 2 + 1


def moments(monkeypatch: pytest.MonkeyPatch, url: str, output: Path, *at: datetime) -> list[Path]:
    """Make copies at some moments, of which the latest three stay; returns the last's spared."""
    spared: list[Path] = []
    for moment in at:
        clock = SimpleNamespace(now=moment.astimezone, combine=datetime.combine)
        monkeypatch.setattr(maintenance, "datetime", clock)
        _, _, spared = backup(url, output, ZoneInfo("Europe/Amsterdam"), keep=3)
    return spared


def test_the_latest_copies_stay_however_they_are_named(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the hour first, and in the night with an hour that comes twice."""
    days = [datetime(2026, 11, day, hour, tzinfo=UTC) for day in (1, 2, 3) for hour in (1, 20)]
    moments(monkeypatch, url, tmp_path / "c-{time}-{date}-{time}.db", *days)
    assert {path.name for path in tmp_path.glob("c-*")} == {
        "c-2100-2026-11-02-2100.db",
        "c-0200-2026-11-03-0200.db",
        "c-2100-2026-11-03-2100.db",
    }
    night = [datetime(2026, 10, 24, 23, 2, tzinfo=UTC) + timedelta(hours=n) for n in range(5)]
    moments(monkeypatch, url, tmp_path / "n-{time}-{date}.db", *night)
    kept = {path.name for path in tmp_path.glob("n-*")}
    assert kept == {f"n-{hour}-2026-10-25.db" for hour in ("0202b", "0302", "0402")}


def test_no_file_but_a_copy_is_deleted(
    copy: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither somebody else's, nor a store that a form writes to."""
    days = [f"2019-05-0{day}.db" for day in range(1, 8)]
    (tmp_path / days[0]).write_text("somebody else's", "utf-8")
    with closing(sqlite3.connect(tmp_path / days[1])) as other:
        other.execute("CREATE TABLE theirs (one)")
    (tmp_path / days[2]).write_bytes(b"")
    (tmp_path / days[3]).mkdir()
    (tmp_path / days[4]).symlink_to(copy)
    put(f"sqlite:///{tmp_path / days[5]}", submission())
    (tmp_path / days[6]).write_bytes(copy.read_bytes())
    (tmp_path / "2019-99-99.db").write_bytes(copy.read_bytes())
    today = datetime(2026, 11, 30, tzinfo=UTC)
    later = [today + timedelta(days=number) for number in range(3)]
    assert not moments(monkeypatch, url, tmp_path / "{date}.db", *later)
    left = {path.name for path in tmp_path.glob("2019-*.db")}
    assert left == {*days[:6], "2019-99-99.db"}


def test_an_emptied_store_does_not_take_its_copies_along(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says which should have gone; where it lost little they go."""
    people = put(url, *(submission() for _ in range(4)))
    output, today = tmp_path / "c-{date}.db", datetime(2026, 11, 1, 12, tzinfo=UTC)
    moments(monkeypatch, url, output, today)
    for lost in tmp_path.glob("answers.db*"):
        lost.unlink()
    remember(url, ASKED)
    days = [today + timedelta(days=number) for number in range(1, 6)]
    spared = moments(monkeypatch, url, output, *days)
    assert spared == [tmp_path / "c-2026-11-01.db"]
    assert len(list(tmp_path.glob("c-*.db"))) == 4
    put(url, *people[:2])
    assert not moments(monkeypatch, url, output, days[-1] + timedelta(days=1))
    assert len(list(tmp_path.glob("c-*.db"))) == 3


@pytest.mark.parametrize("name", ["archive.csv", "archive.xlsx"])
def test_an_archive_is_not_replaced_by_nothing(
    url: str, tmp_path: Path, vinkje: Run, name: str
) -> None:
    """The night after a purge, by hand and by `run`; an archive without answers is."""
    small(tmp_path)
    (tmp_path / "vinkje.toml").write_text(
        f'source = "sqlite:///answers.db"\n[pull]\noutput = "{name}"\noverwrite = true\n', "utf-8"
    )
    archive = tmp_path / name
    assert vinkje("pull").returncode == 0
    assert vinkje("pull").returncode == 0
    put(url, submission())
    assert vinkje("pull").returncode == 0
    before = archive.read_bytes()
    assert vinkje("store", "purge", "--before", "2027-01-01", "--yes").returncode == 0
    for command in ("pull", "run"):
        done = vinkje(command)
        said = f"{name}: holds answers, and the sources have none now; name another file with -o"
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert archive.read_bytes() == before
    assert not list(tmp_path.glob("archive.2*"))


def test_a_typo_in_the_checklist_keeps_no_copy_from_being_made(
    copy: Path, tmp_path: Path, vinkje: Run
) -> None:
    """It is told; wiping by a day waits until it is mended. The shipped one is no news."""
    assert vinkje("store", "backup", "-o", "quiet.db").stderr == ""
    (tmp_path / "checklist.yaml").write_text("title: [", encoding="utf-8")
    done = vinkje("store", "backup", "-o", "again.db")
    assert (done.returncode, "Warning: " in done.stderr) == (0, True)
    assert vinkje("store", "purge", "--before", "2027-01-01", "--yes").returncode == 1
    assert copy.exists()


@pytest.mark.parametrize(("zone", "wiped"), [("Europe/Amsterdam", 1), ("UTC", 2)])
def test_a_day_ends_where_the_checklist_says(
    url: str, tmp_path: Path, vinkje: Run, zone: str, wiped: int
) -> None:
    """Not where this machine's clock does."""
    small(tmp_path, f"time_zone: {zone}\n{(small(tmp_path) / 'checklist.yaml').read_text('utf-8')}")
    put(url, submission(at=datetime(2026, 12, 14, 22, 30, tzinfo=UTC)))
    put(url, submission(at=datetime(2026, 12, 14, 23, 30, tzinfo=UTC)))
    last = date(2026, 12, 14 if wiped == 2 else 15)
    assert contents(url, ZoneInfo(zone)).last == last
    done = vinkje("store", "purge", "--before", "2026-12-15")
    assert done.stdout.partition("would be wiped: ")[2].startswith(f"{wiped} set"), done.stdout


# A store of the version before this one, and that version on a store of this one.

_FORMER_TABLES = re.sub(rf",\s+({ORGANISATION}|{CODEBOOK})", "", TABLES)
FORMER = f"{_FORMER_TABLES}PRAGMA application_id={APPLICATION};"
FORMER_INSERT = (
    "INSERT INTO submission (key, revision, receipt, version, at, flagged, answers) "
    "VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
)
FORMER_SELECT = (
    "SELECT key, answers, version, at, flagged, revision FROM submission ORDER BY number"
)
FORMER_REMEMBER = (
    "INSERT INTO asked (version, round, questions, since) VALUES (?,?,?,?) "
    "ON CONFLICT (version) DO UPDATE SET round = excluded.round, since = excluded.since"
)


def former_row(key: str) -> tuple[object, ...]:
    """Return a row as the former version writes it."""
    at = "2026-11-29T12:00:00.000000+00:00"
    receipt = Submission(key, {}, "v1", NOW).receipt
    return (key, 1, receipt, "v1", at, 0, '{"A1": "needed"}')


@pytest.fixture
def former(tmp_path: Path) -> str:
    """Return a store that the former version made, with one set of answers."""
    assert "organisation" not in FORMER
    path = tmp_path / "answers.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{FORMER}PRAGMA user_version=1;PRAGMA journal_mode=WAL;")
        connection.execute(FORMER_REMEMBER, ("v1", "", '{"A1": ["A1. Een."]}', "2026-11-29"))
        connection.execute(FORMER_INSERT, former_row(KEY))
        connection.commit()
    path.chmod(0o600)
    return f"sqlite:///{path}"


def test_a_store_of_the_former_version_is_read_copied_and_written(
    former: str, tmp_path: Path, vinkje: Run
) -> None:
    """A reader leaves it as it is; the form makes it one of this version."""
    before = (tmp_path / "answers.db").read_bytes()
    (first,) = stored(former)
    assert (first.key, first.organisation) == (KEY, "")
    assert vinkje("store", "backup", "-o", "copy.db").returncode == 0
    assert restore(tmp_path / "copy.db", f"sqlite:///{tmp_path / 'new.db'}").added == 1
    assert (tmp_path / "answers.db").read_bytes() == before
    added = Submission("f" * 32, {"A1": "needed"}, "v1", LATER, organisation="Noord")
    put(former, added)
    assert stored(former) == [first, added]


def test_the_former_version_goes_on_with_a_store_of_this_one(url: str) -> None:
    """So a step back loses nothing, and a step forward after that neither."""
    put(url, submission(key=KEY))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert [row[0] for row in connection.execute(FORMER_SELECT)] == [KEY]
        connection.execute(FORMER_REMEMBER, ("v0", "", '{"A1": ["A1. Een."]}', "2030-01-01"))
        connection.execute(FORMER_INSERT, former_row("9" * 32))
        connection.commit()
    assert [each.key for each in stored(url)] == [KEY, "9" * 32]
    assert asked(url)[-1] == "v0"


def test_a_copy_goes_back_into_a_form_that_people_use(tmp_path: Path, vinkje: Run) -> None:
    """The drill of the pages for IT: answer, copy, lose the disk, put back, change the answers."""
    small(tmp_path)
    with served(tmp_path) as form:
        data = form.filled()
        assert form.send(data).ok
        assert vinkje("store", "backup", "-o", "copy.db").returncode == 0
    for lost in tmp_path.glob("answers.db*"):
        lost.unlink()
    assert vinkje("store", "restore", "copy.db").returncode == 0
    with served(tmp_path) as form:
        form.send({**form.filled(), "_key": data["_key"], "A1": "needed"})
        form.send({**form.filled(), "_key": data["_key"], "A1": "unknown"})
        assert [each.answers["A1"] for each in form.stored()][-1] == "unknown"
        assert len({each.key for each in form.stored()}) == 1
    with pytest.raises(StoreError):
        restore(tmp_path / "gone.db", form.store)
