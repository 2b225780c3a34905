"""What holds answers, keys or addresses is for its user alone, and goes through nobody's link."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import ROOT
from google.oauth2.credentials import Credentials
from mailing import ANNA, written
from working import MONDAY, Folder, begun

from forms.atomic_files import lock, write_all
from forms.errors import FormsError, OutputError, StoreError
from forms.file_rights import open_private, private_folder, target_of
from forms.google import login
from forms.jobs import pull, remind
from forms.jobs.run import log_fault
from forms.mail.addresses import read_address
from forms.mail.outcome import DeliveryStatus
from forms.mail.owners import Owners
from forms.mail.sent_log import log_of, new_entry, read_log
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.maintenance import backup
from forms.store.open import open_store, set_closed
from forms.store.sqlite.writer import SqliteStore

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows knows rights of folders alone")
NOBODY = 65534
SOMEBODYS_LINK = "somebody else may have put the link"


def modes(folder: Path) -> dict[str, str]:
    """Return who may do what with all that lies in a folder."""
    return {
        path.relative_to(folder).as_posix(): f"{stat.S_IMODE(path.lstat().st_mode):o}"
        for path in folder.rglob("*")
    }


def small_store(folder: Path) -> str:
    """Make a store with one set of answers in it; returns its address."""
    url = f"sqlite:///{folder / 'answers.db'}"
    with closing(open_store(url)) as store:
        store.remember(QuestionnaireVersion("1", "", {"A1": ["Stelling"]}))
        store.put(Submission("0" * 32, {"A1": "needed"}, "1", datetime.now(UTC)))
    return url


def reminders(folder: Path) -> list[Path]:
    """Write the drafts of the reminders."""
    nobody = Owners([("Baas A1", ANNA)])
    coordinator = read_address("c@x.nl", "")
    request = remind.RemindRequest(folder / "rapport.xlsx", date(2026, 12, 8), nobody, coordinator)
    return list(remind.write_reminders(request).written)


def log_a_mail(folder: Path) -> None:
    """Write down that a mail was sent."""
    to = read_address(ANNA, "")
    log = read_log(log_of(folder / "rapport.eml"))
    log.write(
        [
            new_entry(
                datetime.now(UTC), "<report.a.b@vinkje.invalid>", MONDAY, to, DeliveryStatus.SENT
            )
        ]
    )


def log_in(folder: Path) -> None:
    """Keep a login."""
    as_signed_in: Any = Credentials
    os.environ["VINKJE_LOGIN_FILE"] = str(folder / "login.json")
    login._keep(as_signed_in("t", refresh_token="r"), ANNA)  # noqa: S106, SLF001


def archive(folder: Path, ending: str = ".csv") -> None:
    """Pull the answers once more, what was pulled before is kept."""
    source, output = str(folder / "a.csv"), folder / f"archief{ending}"
    pull.pull_answers(
        pull.PullRequest((source,), output, folder / "checklist.yaml", keep_former=True)
    )


def report(folder: Path) -> None:
    """Make the report once more, of other answers."""
    found = Folder(folder)
    found.answers = {"A1": "Op orde"}
    found.report()


def copy_of_store(folder: Path) -> None:
    """Copy the store in this folder."""
    backup(f"sqlite:///{folder / 'answers.db'}", folder / "kopie.db", UTC, overwrite=True)


def close_round(folder: Path) -> None:
    """Close the round of the store in this folder."""
    set_closed(f"sqlite:///{folder / 'answers.db'}", closed=True)


@pytest.fixture
def people(tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with answers, a report and a store, made under a umask."""
    assert umask in {0, 0o022}
    monkeypatch.setenv("VINKJE_LOGIN_FILE", "")
    begun(_reported, tmp_path)
    small_store(tmp_path)
    return tmp_path


def _reported(path: Path) -> Folder:
    made = Folder(path)
    made.report()
    return made


PRIVATE: dict[str, Callable[[Path], object]] = {
    "archief.csv": archive,
    "archief.xlsx": lambda folder: archive(folder, ".xlsx"),
    "kopie.db": copy_of_store,
    "answers.db": lambda folder: open_store(f"sqlite:///{folder / 'answers.db'}").close(),
    "answers.db-closed": lambda folder: set_closed(
        f"sqlite:///{folder / 'answers.db'}", closed=True
    ),
    "answers.db-lock": lambda folder: lock(folder / "answers.db", StoreError("busy")).release(),
    "rapport.verzonden.jsonl": log_a_mail,
    "vinkje.log": lambda folder: log_fault(folder / "vinkje.log", f"no mail for {ANNA}"),
    "rapport.herinneringen": reminders,
    "login.json": log_in,
    "rapport.sleutel": report,
}
WORKBOOKS = ("rapport.xlsx", "rapport.vorige.xlsx")
SHARED: dict[str, Callable[[Path], object]] = dict.fromkeys(
    (*WORKBOOKS, "rapport.eml", "rapport.html"), report
)


@pytest.mark.parametrize("name", PRIVATE)
def test_it_is_for_the_user_alone(people: Path, name: str) -> None:
    """Whatever the umask: made, made anew, added to, and what is kept of a former one."""
    before = {*SHARED, "rapport.sleutel"} - {name}
    PRIVATE[name](people)
    made = people / name
    for again in (False, True):
        found = {path: mode for path, mode in modes(people).items() if path not in before}
        del found["a.csv"], found["checklist.yaml"]
        assert name in found
        wanted = {path: "700" if (people / path).is_dir() else "600" for path in found}
        assert found == wanted
        if again or not made.exists():
            break
        # As an earlier vinkje left it, and with other content.
        for path in (made, *made.glob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        (people / "a.csv").write_text((people / "a.csv").read_text() * 2)
        PRIVATE[name](people)


def test_an_archive_that_is_kept_is_the_users_alone_too(people: Path) -> None:
    """It keeps its content and its time, by which it is called."""
    former = people / "archief.csv"
    former.write_bytes(b"former")
    former.chmod(0o644)
    os.utime(former, (1_800_000_000, 1_800_000_000))
    archive(people)
    (kept,) = people.glob("archief.2*.csv")
    assert (kept.read_bytes(), kept.stat().st_mtime) == (b"former", 1_800_000_000)
    assert (modes(people)[kept.name], modes(people)["archief.csv"]) == ("600", "600")


def test_what_is_shared_has_the_rights_of_what_it_replaces(people: Path, umask: int) -> None:
    """Or what the umask leaves; and the former workbook has those of the workbook that it was."""
    usual = f"{0o666 & ~umask:o}"
    report(people)
    found = modes(people)
    assert {found[name] for name in SHARED} == {usual}
    for name, mode in {"rapport.xlsx": 0o640, "rapport.eml": 0o604}.items():
        (people / name).chmod(mode)
    Folder(people).report()
    found = modes(people)
    wanted = {"rapport.xlsx": "640", "rapport.vorige.xlsx": "640", "rapport.eml": "604"}
    assert {name: found[name] for name in SHARED} == wanted | {"rapport.html": usual}


def test_nothing_is_wider_on_its_way_than_in_the_end(people: Path) -> None:
    """Somebody who looks all the time sees no more: here, before anything stands in it."""
    seen: list[int] = []
    real = os.fdopen

    def looking(handle: int, *more: Any) -> Any:
        seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        return real(handle, *more)

    (people / "rapport.xlsx").chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fdopen", looking)
        private, shared = people / "archief.csv", people / "rapport.xlsx"
        write_all({private: b"1", shared: b"2"}, private=[private])
    assert seen == [0o600, 0o600]


def test_made_up_answers_are_treated_as_real_ones(demo: Path) -> None:
    """A folder of the demo is how many begin."""
    found = modes(demo)
    assert {found[name] for name in found if name.startswith("antwoorden")} == {"600"}


@pytest.fixture
def planted(people: Path) -> Callable[[str], Path]:
    """Return a function that plants a link as somebody else would; only root can play that.

    Everybody may write in the folder, but not take away what is another's, as in /tmp.
    """
    if os.geteuid() != 0:
        pytest.skip("only root can plant a link that is somebody else's")
    people.chmod(0o1777)
    victim = people.parent / f"{people.name}-mine"
    victim.mkdir()
    (victim / "file").write_bytes(b"mine")
    (victim / "file").chmod(0o640)

    def plant(name: str) -> Path:
        place = people / name
        if place.exists() and place.is_file():
            place.unlink()
        place.symlink_to(victim if name == "rapport.herinneringen" else victim / "file")
        os.chown(place, NOBODY, NOBODY, follow_symlinks=False)
        return victim

    return plant


@pytest.mark.parametrize("name", PRIVATE | SHARED)
def test_a_link_of_somebody_else_is_not_followed(
    people: Path, planted: Callable[[str], Path], name: str
) -> None:
    """Whatever is to be written there; the file that it leads to stays as it is."""
    report(people)
    victim = planted(name)
    with pytest.raises(FormsError, match=SOMEBODYS_LINK):
        (PRIVATE | SHARED)[name](people)
    assert {p.name: p.read_bytes() for p in victim.iterdir()} == {"file": b"mine"}
    assert modes(victim) == {"file": "640"}
    assert (people / name).is_symlink()
    assert not [path for path in modes(people) if path.startswith(".")]


def test_a_mail_through_a_link_of_somebody_else(
    people: Path, planted: Callable[[str], Path]
) -> None:
    """Its log would be laid beside the file that the link leads to."""
    written(planted("rapport.eml") / "file")
    with pytest.raises(FormsError, match=SOMEBODYS_LINK):
        log_of(people / "rapport.eml")


def test_a_workbook_through_a_link_of_somebody_else(
    people: Path, planted: Callable[[str], Path]
) -> None:
    """Its reminders would be laid beside the file that the link leads to."""
    workbook = (people / "rapport.xlsx").read_bytes()
    victim = planted("rapport.xlsx")
    (victim / "file").write_bytes(workbook)
    with pytest.raises(OutputError, match=SOMEBODYS_LINK):
        reminders(people)
    assert [path.name for path in victim.iterdir()] == ["file"]


def test_a_link_of_somebody_else_in_a_folder_of_ones_own(
    people: Path, planted: Callable[[str], Path]
) -> None:
    """Where they may write no longer; it is theirs all the same."""
    victim = planted("archief.csv")
    people.chmod(0o755)
    with pytest.raises(OutputError, match=SOMEBODYS_LINK):
        write_all({people / "archief.csv": b"new"})
    assert (victim / "file").read_bytes() == b"mine"


def test_a_folder_on_the_way_may_be_such_a_link(
    people: Path, planted: Callable[[str], Path]
) -> None:
    """Also where another link leads to it, and with `..` behind it."""
    victim = planted("rapport.herinneringen")
    (people / "mine").mkdir(mode=0o700)
    (people / "mine" / "link").symlink_to("../rapport.herinneringen")
    for way in ("rapport.herinneringen/x", "mine/link/x", f"mine/link/../{victim.name}/x"):
        with pytest.raises(OutputError, match=SOMEBODYS_LINK):
            write_all({people / way: b"new"}, private=[people / way])
    assert [p.name for p in victim.iterdir()] == ["file"]


@pytest.mark.parametrize("way", ["file", "chain", "folder", "up", "absolute"])
def test_a_link_of_the_users_own_works(people: Path, way: str) -> None:
    """In a folder where nobody else may write: the target is written, and the link stays."""
    people.chmod(0o755)
    (people / "real").mkdir()
    there = people / "real" / "archief.csv"
    links = {
        "file": ("archief.csv", "real/archief.csv"),
        "chain": ("archief.csv", "second"),
        "folder": ("linked", "real"),
        "up": ("linked", "real/../real/."),
        "absolute": ("archief.csv", str(there)),
    }
    name, to = links[way]
    (people / name).symlink_to(to)
    (people / "second").symlink_to("real/archief.csv")
    path = people / name if name == "archief.csv" else people / name / "archief.csv"
    write_all({path: b"new"}, private=[path])
    assert target_of(path) == there.resolve() == path.resolve()
    assert there.read_bytes() == b"new"
    assert (people / name).is_symlink()
    with open_private(path) as file:
        file.write(b" and more")
    assert (there.read_bytes(), modes(people)["real/archief.csv"]) == (b"new and more", "600")


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o775])
def test_a_link_of_the_users_own_where_others_may_write(people: Path, mode: int) -> None:
    """Others may have put it there under this name; but not who shares a group with nobody."""
    (people / "link").symlink_to("real")
    people.chmod(mode)
    if mode == 0o775:
        try:
            os.chown(people, -1, NOBODY)
        except PermissionError:
            pytest.skip("only root can give a folder to another group")
    with pytest.raises(OutputError, match=SOMEBODYS_LINK):
        write_all({people / "link": b"new"})
    people.chmod(0o755)
    write_all({people / "link": b"new"})


def test_a_group_of_ones_own_is_nobody_else(people: Path) -> None:
    """Ubuntu gives each user one, and lets it write in all that they make."""
    if os.geteuid() != 0:
        pytest.skip("only of root is it known that they have such a group")
    (people / "link").symlink_to("real")
    people.chmod(0o775)
    write_all({people / "link": b"new"})
    assert (people / "real").read_bytes() == b"new"


@pytest.mark.parametrize(
    "name", ["vinkje.log", "rapport.verzonden.jsonl", "answers.db", "answers.db-lock"]
)
def test_a_file_that_somebody_else_put_there_is_not_added_to(people: Path, name: str) -> None:
    """They would read all of it, having it already."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to somebody else")
    path = people / name
    before = path.read_bytes() if path.exists() else b""
    path.write_bytes(before)
    path.chmod(0o666)
    os.chown(path, NOBODY, NOBODY)
    with pytest.raises(FormsError, match="may be somebody else's"):
        PRIVATE[name](people)
    assert (path.read_bytes(), path.stat().st_uid) == (before, NOBODY)


def test_a_second_name_of_ones_own_file_may_be_planted_too(people: Path) -> None:
    """Where the system lets others give a second name; in a folder of one's own it is no matter."""
    (people / "mine").write_bytes(b"mine")
    (people / "vinkje.log").hardlink_to(people / "mine")
    people.chmod(0o1777)
    with pytest.raises(FormsError, match="may be somebody else's"):
        log_fault(people / "vinkje.log", "x")
    assert (people / "mine").read_bytes() == b"mine"
    people.chmod(0o755)
    log_fault(people / "vinkje.log", "x")


def test_a_pipe_is_no_log(people: Path) -> None:
    """Nobody waits at its other end."""
    os.mkfifo(people / "vinkje.log")
    with pytest.raises(FormsError, match="no ordinary file"):
        log_fault(people / "vinkje.log", "x")


def test_a_folder_of_somebody_else_takes_no_drafts(people: Path) -> None:
    """They could put other mails in their place."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder to somebody else")
    folder = people / "rapport.herinneringen"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    with pytest.raises(OutputError, match="may be somebody else's"):
        reminders(people)
    assert not list(folder.iterdir())
    with pytest.raises(OutputError, match="cannot be made"):
        private_folder(people / "a.csv")


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_what_somebody_else_put_beside_a_store_gets_no_answers(umask: int, ending: str) -> None:
    """They made it before the store's user came, who cannot take it away, as in /tmp."""
    if os.geteuid() != 0:
        pytest.skip("only root can play two users")
    assert umask in {0, 0o022}
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o1777)
        theirs = folder / f"answers.db{ending}"
        theirs.touch()
        theirs.chmod(0o666)
        os.chown(theirs, NOBODY - 1, NOBODY - 1)
        # Once as root: an ordinary user may not be able to load what it takes.
        code = (
            "import encodings.ascii, os, sys, tempfile\nfrom pathlib import Path\n"
            "from test_private_files import small_store\n"
            "with tempfile.TemporaryDirectory() as name: small_store(Path(name))\n"
            f"os.setgid({NOBODY}); os.setuid({NOBODY})\nsmall_store(Path(sys.argv[1]))"
        )
        rooms = ("", "tests", "tests/support", "tests/commands")
        paths = os.pathsep.join(str(ROOT / room) for room in rooms)
        done = subprocess.run(
            [sys.executable, "-c", code, name],
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert f"answers.db{ending}: may be somebody else's" in done.stderr
        assert theirs.read_bytes() == b""


def test_what_somebody_else_put_beside_a_store_that_is_open(people: Path) -> None:
    """After a failed write its file is opened anew; then they may have been first."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to somebody else")
    with closing(SqliteStore(people / "answers.db")) as store:
        store._disconnect()  # noqa: SLF001 - as after a failed write
        theirs = people / "answers.db-wal"
        theirs.touch()
        os.chown(theirs, NOBODY, NOBODY)
        with pytest.raises(StoreError, match="may be somebody else's"):
            store.put(Submission("1" * 32, {"A1": "needed"}, "1", datetime.now(UTC)))
        assert theirs.read_bytes() == b""


def test_who_is_first_after_all_gets_no_answers(
    people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a look at what lies beside the store and its opening."""
    people.chmod(0o1777)
    store, opened = people / "new.db", []
    real: Any = sqlite3.connect

    def connect(address: str | Path, **more: Any) -> Any:
        opened.append(address)
        # Made, and then opened to stay so.
        if len(opened) == 2:
            (people / "theirs").touch()
            (people / "new.db-wal").hardlink_to(people / "theirs")
        return real(address, **more)

    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(StoreError, match="may be somebody else's"):
        open_store(f"sqlite:///{store}")


def test_an_empty_file_of_somebody_else_becomes_no_store(people: Path) -> None:
    """Not even without answers."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to somebody else")
    (people / "new.db").touch()
    os.chown(people / "new.db", NOBODY, NOBODY)
    with pytest.raises(StoreError, match="may be somebody else's"):
        open_store(f"sqlite:///{people / 'new.db'}")
    assert (people / "new.db").read_bytes() == b""


def test_what_lies_beside_a_store_is_for_the_user_alone(people: Path) -> None:
    """Also beside one that an earlier copy left open to all, and that was not closed."""
    store = people / "answers.db"
    store.chmod(0o644)
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT * FROM asked").fetchall()
        assert modes(people)["answers.db-wal"] == "644"
        opened = open_store(f"sqlite:///{store}")
        found = {path: mode for path, mode in modes(people).items() if path.startswith("answers")}
        assert {"answers.db", "answers.db-wal", "answers.db-shm"} <= set(found)
        assert set(found.values()) == {"600"}
        opened.close()
