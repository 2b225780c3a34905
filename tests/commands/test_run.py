"""One run by a scheduler: what vinkje.toml says, a line in the log, and nobody bothered twice."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from conftest import VINKJE, Run, environment, run_vinkje
from filelock import FileLock
from mail_server import PostOffice, served
from mailing import ANNA, BRAM, SENDER
from working import NO, YES, Folder, begun

from forms.jobs import run

BOARD = "mt@corporatie.example"
SETTINGS = f"""\
source = "a.csv"
checklist = "checklist.yaml"
[pull]
output = "archief.csv"
[send]
host = "127.0.0.1"
security = "none"
sender = "{SENDER.addr_spec}"
to = ["{BOARD}"]
[remind]
coordinator = "{SENDER.addr_spec}"
send = true
[owners]
"Anna" = "{ANNA}"
"""


class Office(Folder):
    """A folder that a scheduler runs in, and a mail server."""

    post: PostOffice

    def settings(self, text: str = SETTINGS) -> None:
        """Write vinkje.toml."""
        (self.path / "vinkje.toml").write_text(text, encoding="utf-8")

    def run(self, day: str = "2026-12-01", *more: str) -> subprocess.CompletedProcess[str]:
        """Run as a scheduler does, on a day."""
        port = {"VINKJE_SEND_PORT": str(self.post.port)}
        return run_vinkje("run", "--date", day, *more, cwd=self.path, **port)

    def mailed(self) -> list[str]:
        """Return who got a mail since this was last asked."""
        taken, self.post.taken = self.post.taken, []
        return [to for each in taken for to in each.to]

    @property
    def log(self) -> list[str]:
        """Return the lines of the log."""
        return (self.path / "vinkje.log").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a folder with a first report, in which Anna has an action."""
    folder = begun(_first, tmp_path)
    with served(PostOffice()) as folder.post:
        yield folder


def _first(path: Path) -> Office:
    made = Office(path)
    made.report()
    made.write("A1", Besluit="Nodig", Actiehouder="Anna", Deadline=date(2026, 12, 20))
    made.settings()
    return made


def test_it_does_all_of_it_and_writes_one_line(office: Office) -> None:
    """The archive, the report, its mail, and a reminder to each."""
    done = office.run()
    assert (done.returncode, done.stderr) == (0, "Checklist: checklist.yaml\n")
    assert (office.path / "archief.csv").exists()
    assert office.mailed() == [BOARD, ANNA, SENDER.addr_spec]
    assert office.log == [done.stdout.rstrip("\n")]
    assert office.log[0].endswith(
        " ok: archief.csv: 6 responses; "
        "rapport.xlsx: 6 responses, 5 needed, 0 would be good, 0 find out, 0 not needed; "
        "report: sent to 1; reminders: sent to 2"
    )


@pytest.mark.skipif(os.name != "posix", reason="Windows knows rights of folders alone")
def test_what_it_leaves_is_for_the_user_alone(umask: int, office: Office) -> None:
    """But for the workbook and its mail, there to be shared, and what people put there."""
    office.settings(SETTINGS.replace("send = true", "send = false"))
    theirs = {"a.csv", "checklist.yaml", "vinkje.toml"}
    shared = {"rapport.xlsx", "rapport.vorige.xlsx", "rapport.eml", "rapport.html"}
    for name in ("archief.csv", "vinkje.log"):
        (office.path / name).write_text("older\n")
    assert office.run().returncode == 0
    found = {path: path.stat().st_mode & 0o777 for path in office.path.rglob("*")}
    wanted = {
        path: 0o666 & ~umask
        if path.name in theirs | shared
        else (0o700 if path.is_dir() else 0o600)
        for path in found
    }
    assert found == wanted
    names = {path.name for path in found}
    assert {"rapport.verzonden.jsonl", "archief.csv", "vinkje.log", "anna.eml", *shared} <= names
    assert len(list(office.path.glob("archief.2*.csv"))) == 1


def test_when_nothing_changed_nobody_hears_of_it(office: Office) -> None:
    """Neither the same day nor later; and that is no fault."""
    office.run()
    office.mailed()
    for day in ("2026-12-01", "2026-12-02", "2026-12-08"):
        assert office.run(day).returncode == 0
        assert office.mailed() == []
    assert office.log[-1].endswith("sent to 0, nothing new for 2")


def test_who_has_news_hears_it(office: Office) -> None:
    """New answers: the board. Days that pass: who has little time left. A decision: its owner."""
    office.run()
    office.mailed()
    office.answers["A2"] = YES
    header, *rows = (office.path / "a.csv").read_text(encoding="utf-8").splitlines()
    (office.path / "a.csv").write_text("\n".join([header, *rows, *rows[:5]]), encoding="utf-8")
    office.run()
    assert office.mailed() == [BOARD]
    office.run("2026-12-13")
    assert office.mailed() == [ANNA, SENDER.addr_spec]
    office.write("A2", Besluit="Wenselijk", Actiehouder=BRAM, Deadline=date(2027, 3, 1))
    office.run("2026-12-13")
    assert office.mailed() == [BOARD, BRAM, SENDER.addr_spec]


def test_what_is_late_is_said_again_after_a_week(office: Office) -> None:
    """Not each day, and never forgotten."""
    for day, heard in {
        "2026-12-21": [BOARD, ANNA, SENDER.addr_spec],
        "2026-12-22": [],
        "2026-12-27": [],
        "2026-12-28": [ANNA, SENDER.addr_spec],
        "2026-12-29": [],
    }.items():
        office.run(day)
        assert (day, office.mailed()) == (day, heard)


def test_people_keep_what_they_wrote(office: Office) -> None:
    """Also when the settings say to begin anew: nobody is there to mean it."""
    office.settings(SETTINGS + "[report]\noverwrite = true\n")
    office.write("A1", Notitie="van ons")
    office.run()
    assert office.row("A1")["Notitie"] == "van ons"


def test_only_what_is_asked_for(office: Office) -> None:
    """Without [pull], [send] and [remind] it makes the report."""
    office.settings('source = "a.csv"\nchecklist = "checklist.yaml"\n')
    done = office.run()
    assert (done.returncode, office.mailed()) == (0, [])
    assert not (office.path / "archief.csv").exists()
    assert not (office.path / "rapport.herinneringen").exists()
    assert "sent" not in done.stdout


def test_a_variable_asks_for_the_archive_too(office: Office, vinkje: Run) -> None:
    """As for all else that settings say; an empty one asks for nothing."""
    office.settings('source = "a.csv"\nchecklist = "checklist.yaml"\n')
    done = vinkje("run", VINKJE_PULL_OUTPUT="")
    assert (done.returncode, "archief" in done.stdout) == (0, False), done.stderr
    done = vinkje("run", VINKJE_PULL_OUTPUT="archief.csv")
    assert done.returncode == 0, done.stderr
    assert " ok: archief.csv: 6 responses; " in done.stdout
    assert (office.path / "archief.csv").exists()


def test_reminders_as_drafts(office: Office) -> None:
    """To look through first; the board has its mail."""
    office.settings(SETTINGS.replace("send = true", "send = false"))
    done = office.run()
    assert office.mailed() == [BOARD]
    assert done.stdout.rstrip().endswith("new reminders as drafts: 2")
    assert len(list((office.path / "rapport.herinneringen").iterdir())) == 2
    office.settings(SETTINGS)
    office.run()
    office.settings(SETTINGS.replace("send = true", "send = false"))
    assert office.run().stdout.rstrip().endswith("new reminders as drafts: 0")
    assert not (office.path / "rapport.herinneringen").exists()


def test_an_archive_that_differs_is_kept(office: Office) -> None:
    """A Sheet that somebody emptied must not take the archive with it."""
    office.run()
    full = (office.path / "archief.csv").read_bytes()
    text = (office.path / "a.csv").read_text(encoding="utf-8")
    (office.path / "a.csv").write_text("\n".join(text.splitlines()[:2]), encoding="utf-8")
    office.run()
    kept = [p for p in office.path.glob("archief.*.csv") if p.read_bytes() == full]
    assert len(kept) == 1
    office.run()
    assert len(list(office.path.glob("archief.*.csv"))) == 1


def test_reminders_go_out_also_when_the_answers_cannot_be_read(office: Office) -> None:
    """One thing that fails stops only what hangs on it; the line has both, and it ends with 1."""
    (office.path / "a.csv").unlink()
    done = office.run()
    assert done.returncode == 1
    assert office.mailed() == [ANNA, SENDER.addr_spec]
    assert " FAULT: a.csv: " in office.log[-1]
    assert office.log[-1].endswith("(done: reminders: sent to 2)")


def test_a_workbook_that_is_open(office: Office) -> None:
    """It stays, no mail speaks of a report that was not made, and the next run makes it."""
    before = office.workbook.read_bytes()
    lock = office.path / ".~lock.rapport.xlsx#"
    lock.write_text("x", encoding="utf-8")
    assert office.run().returncode == 1
    assert "is open in Excel or LibreOffice" in office.log[-1]
    assert office.workbook.read_bytes() == before
    assert BOARD not in office.mailed()
    lock.unlink()
    assert office.run().returncode == 0
    assert office.mailed() == [BOARD]


def test_a_part_that_was_refused(office: Office) -> None:
    """The others have theirs; the next run tries who is left, and then it is well."""
    office.post.rcpt = {ANNA: ["550 5.1.1 weg"]}
    assert office.run().returncode == 1
    assert f"{ANNA}: NOT SENT, refused: '550 5.1.1 weg'" in office.log[-1]
    assert office.mailed() == [BOARD, SENDER.addr_spec]
    office.post.rcpt = {}
    assert office.run("2026-12-02").returncode == 0
    assert office.mailed() == [ANNA]


def test_an_owner_without_an_address(office: Office) -> None:
    """Is named, each time, until somebody gives one."""
    office.write("A3", Besluit="Nodig", Actiehouder="Cees", Deadline=date(2027, 1, 1))
    assert office.run().returncode == 1
    assert "'Cees' has no address. Put it in vinkje.toml, under [owners]" in office.log[-1]
    assert office.mailed() == [BOARD, ANNA, SENDER.addr_spec]


def test_two_at_once(office: Office) -> None:
    """The second does nothing, and says so."""
    with FileLock(office.path / "vinkje.log-lock"):
        done = office.run()
    assert done.returncode == 1
    assert "another 'vinkje run' is at work here" in office.log[-1]
    assert office.mailed() == []
    assert not (office.path / "archief.csv").exists()


def test_stopped_by_the_scheduler_it_leaves_a_line(office: Office) -> None:
    """And what was being sent is not sent again by itself."""
    office.post.data = ["stall"]
    child = subprocess.Popen(
        [*VINKJE, "run", "--date", "2026-12-01"],
        cwd=office.path,
        env=environment(VINKJE_SEND_PORT=str(office.post.port)),
    )
    deadline = time.monotonic() + 30
    while not office.post.taken and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) == 128 + signal.SIGTERM
    assert "FAULT: stopped before it was done" in office.log[-1]
    office.post.data = ["250 OK"]
    assert office.mailed() == [BOARD]
    done = office.run()
    assert (done.returncode, office.mailed()) == (1, [ANNA, SENDER.addr_spec])
    assert f"{BOARD}: may have arrived at 20" in office.log[-1]


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ("", "Where are the answers?"),
        (SETTINGS.replace('host = "127.0.0.1"\n', ""), "nothing says which server takes your mail"),
        (SETTINGS.replace(SENDER.addr_spec, "niemand"), "'niemand' is no e-mail address"),
        (SETTINGS.replace('"none"', '"nee"'), "'--security': 'nee' is not one of"),
        (SETTINGS.replace("[remind]", "[reminders]"), "did you mean 'remind'?"),
        (SETTINGS.replace("[owners]", "[owner]"), "did you mean 'owners'?"),
        (SETTINGS.replace("[send]", "[send]\ndry_run = true"), "'dry_run' is no setting"),
        (SETTINGS.replace("[remind]", '[remind]\nowner = ["a"]'), "put names under [owners]"),
        (SETTINGS + '"Bram" = 7\n', "[owners] 'Bram': must be an address"),
    ],
)
def test_settings_that_cannot_be(office: Office, settings: str, why: str) -> None:
    """Are named before anything is done."""
    office.settings(settings)
    before = office.workbook.read_bytes()
    done = office.run()
    assert done.returncode == 1
    assert why in done.stderr
    assert why in office.log[-1]
    assert office.mailed() == []
    assert office.workbook.read_bytes() == before


def test_settings_that_are_no_toml_leave_a_line_too(office: Office) -> None:
    """Whoever looks in the log must not think that it did not run."""
    office.settings("[send\n")
    done = office.run()
    assert done.returncode == 1
    assert " FAULT: vinkje.toml: line 1 cannot be read as a setting" in office.log[-1]


@pytest.mark.parametrize(
    ("more", "variables", "settings"),
    [
        (["--log", "other.log"], {}, "[send\n"),
        (["--log=other.log"], {}, "[reminders]\n"),
        ([], {"VINKJE_RUN_LOG": "other.log"}, "[send\n"),
        ([], {}, '[run]\nlog = "other.log"\n[reminders]\n'),
    ],
)
def test_a_fault_of_the_settings_goes_to_the_log_that_was_named(
    tmp_path: Path, vinkje: Run, more: list[str], variables: dict[str, str], settings: str
) -> None:
    """In the other log nobody would look."""
    (tmp_path / "vinkje.toml").write_text(settings, encoding="utf-8")
    done = vinkje("run", *more, **variables)
    assert done.returncode == 1
    assert " FAULT: vinkje.toml: " in (tmp_path / "other.log").read_text(encoding="utf-8")
    assert not (tmp_path / "vinkje.log").exists()


def test_an_emptied_sheet_is_not_mailed(office: Office) -> None:
    """Nor a round that has just begun: there is nothing to decide on."""
    header = (office.path / "a.csv").read_text(encoding="utf-8").splitlines()[0]
    (office.path / "a.csv").write_text(f"{header}\n", encoding="utf-8")
    done = office.run()
    assert BOARD not in office.mailed()
    assert done.returncode == 0
    assert "rapport.xlsx: 0 responses; too few responses, so no mail" in done.stdout


def answer_oddly(office: Office) -> None:
    """Let one person answer what is no answer."""
    rows = (office.path / "a.csv").read_text(encoding="utf-8").splitlines()
    rows[1] = ",".join(["misschien"] * len(rows[0].split(",")))
    (office.path / "a.csv").write_text("\n".join(rows), encoding="utf-8")


def test_what_a_report_warns_of_stands_in_the_line(office: Office) -> None:
    """Nobody saw it on a screen; and it is no fault."""
    answer_oddly(office)
    done = office.run()
    assert done.returncode == 0, done.stderr
    assert "(noted: " in office.log[-1]
    assert "Cells that hold none of the answers: " in office.log[-1]


def test_what_the_line_has_no_room_for_is_somewhere(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the line says where, of what is noted and of what went wrong."""
    monkeypatch.setattr(run, "_MOST", 0)
    answer_oddly(office)
    office.post.rcpt = {BOARD: ["550 weg"]}
    assert office.run().returncode == 1
    wrong, _, noted = office.log[-1].partition(" (noted: ")
    assert " FAULT: and 1 more: 'vinkje run', typed by hand, shows all (done: " in wrong
    assert noted.endswith(" more: 'vinkje report' and 'vinkje remind' show all)")


def test_one_fault_is_said_once(office: Office) -> None:
    """However many mails it stops; and nothing in the line can steer a screen."""
    office.settings(
        SETTINGS.replace(f'sender = "{SENDER.addr_spec}"', 'sender = "a@x.nl"\nuser = "u"')
    )
    done = office.run()
    assert done.returncode == 1
    assert office.log[-1].count("no password for 'u'") == 1
    office.settings()
    office.post.rcpt = {ANNA: ["550 \u202eweg"]}
    office.run()
    assert "\u202e" not in office.log[-1]


def test_what_is_uncertain_is_settled_by_hand(office: Office) -> None:
    """Else every run would end with 1."""
    office.post.data = ["drop", "250 OK"]
    first = office.run()
    assert first.returncode == 1
    assert "uncertain for 1" in office.log[-1]
    assert office.mailed() == [BOARD, ANNA, SENDER.addr_spec]
    again = office.run("2026-12-02")
    assert (again.returncode, office.mailed()) == (1, [])
    assert "vinkje send rapport.eml --arrived" in office.log[-1]
    assert run_vinkje("send", "--arrived", cwd=office.path).returncode == 0
    assert office.run("2026-12-03").returncode == 0
    assert office.mailed() == []


def test_a_mail_that_somebody_changed_is_kept(office: Office) -> None:
    """The report is made and mailed anew; their words stay beside it."""
    mail = office.path / "rapport.eml"
    theirs = mail.read_bytes() + b"PS\r\n"
    mail.write_bytes(theirs)
    assert office.run().returncode == 0
    assert BOARD in office.mailed()
    assert [p.read_bytes() for p in office.path.glob("rapport.*.eml")] == [theirs]


def test_a_log_that_cannot_be_written(office: Office) -> None:
    """Is a fault, with the line in it."""
    done = office.run("2026-12-01", "--log", ".")
    assert done.returncode == 1
    assert ".: cannot be written" in done.stderr


def test_the_answers_stay_out_of_the_log(office: Office, vinkje: Run) -> None:
    """It holds counts, names of files and addresses of readers."""
    office.answers = {"A1": NO}
    office.remarks = {"A1": "mevrouw Jansen op nummer 7"}
    office.report()
    office.run()
    assert "Jansen" not in "".join(office.log)
    assert vinkje("run", "--help").returncode == 0
