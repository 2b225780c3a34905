"""vinkje alone: what comes next in a folder, said in three lines and never a fault."""

import os
import random
import shutil
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import Run, settings
from mail_server import PostOffice, served
from mailing import ANNA, BRAM, SENDER
from workbooks import opened
from working import Folder, begun, put

from forms.jobs import answers_there

HELP = "All commands: vinkje --help"
# Seconds in a day.
DAY = 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder of somebody's own, with six answers and a report on them."""
    made = begun(_first, tmp_path)
    (tmp_path / "vinkje.toml").write_text('source = "a.csv"\n', encoding="utf-8")
    return made


def _first(path: Path) -> Folder:
    made = Folder(path)
    made.report()
    return made


def older(path: Path, days: float) -> None:
    """Let a file be that old."""
    stat = path.stat()
    os.utime(path, (stat.st_mtime - days * DAY, stat.st_mtime - days * DAY))


def said(vinkje: Run, **env: str) -> list[str]:
    """Return what it says."""
    done = vinkje(**env)
    assert (done.returncode, done.stderr) == (0, "")
    lines: list[str] = done.stdout.splitlines()
    assert lines[0] == HELP
    assert len(lines) <= 3
    return lines[1:]


def nobody(_: Path) -> None:
    """Leave the folder empty."""


def own(text: str = "", **files: str) -> Callable[[Path], None]:
    """Return what fills a folder with settings, a checklist and other files."""

    def fill(path: Path) -> None:
        settings(path, text)
        for name, content in files.items():
            (path / name.replace("_", ".")).write_text(content, encoding="utf-8")

    return fill


def lost(path: Path) -> None:
    """Leave settings alone."""
    own()(path)
    (path / "checklist.yaml").rename(path / "checklist.yaml.txt")


HEADER = ",".join(f"S{n}" for n in range(1, 9)) + "," + ",".join(f"P{n}" for n in range(1, 6))
HEADER += "," + ",".join(f"O{n}" for n in range(1, 8))
ROWS = (",".join(["Op orde"] * 20) + "\n") * 12
BEGIN = [
    "This is not a folder of vinkje's. Begin one of your own: vinkje init my-folder",
    "See what you get, with made-up answers: vinkje demo",
]
MEND = ["The checklist cannot be used yet. What to mend: vinkje check"]
NAMELESS = (
    "vinkje.toml does not say yet where the answers are (source). Name them once: "
    "vinkje status SOURCE"
)
ASK = "Then ask your colleagues: vinkje form --help   or try it with made-up answers: vinkje demo"
ELSEWHERE = "The answers are on another computer (not looked at now), no report yet."
SHEET = "https://docs.google.com/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789/edit"
PLACES: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "nothing there": (nobody, BEGIN),
    "a folder of its own": (
        own(),
        [
            "Make checklist.yaml your own, and look whether it is right: vinkje check",
            ASK,
        ],
    ),
    "a checklist of one's own": (
        own(checklist_yaml="title: x\nsections: [{id: A, title: y, items: [{id: A1, text: Zo.}]}]"),
        ["There is no form yet. Choose one: vinkje form --help"],
    ),
    "answers and no source": (
        own(mijn_csv=f"{HEADER}\n{ROWS}", els_csv="Naam,Team\nJan,Wonen\n"),
        ["There are answers in 'mijn.csv': vinkje report mijn.csv"],
    ),
    "a checklist with a mistake": (own(checklist_yaml="title: x\nsections: 3\n"), MEND),
    "no checklist": (lost, MEND),
    "settings with a mistake": (
        own("source = \n"),
        ["vinkje.toml cannot be read. What to do about it: vinkje check"],
    ),
    "a setting of another program": (
        own("sorce = 'a.csv'\n"),
        ["vinkje.toml cannot be read. What to do about it: vinkje check"],
    ),
    "a script and no source": (
        own(vragenlijst_gs="//"),
        [NAMELESS],
    ),
    "nobody answered": (
        own("source = 'a.csv'", a_csv=f"{HEADER}\n"),
        ["No answers yet.", "Invite your colleagues: vinkje invite LINK"],
    ),
    "twelve answers": (
        own("source = 'a.csv'", a_csv=f"{HEADER}\n{ROWS}\n\n"),
        ["12 answers, no report yet.", "Make the report: vinkje report"],
    ),
    "two sources": (
        own("source = ['a.csv', 'b.csv']", a_csv=f"{HEADER}\n{ROWS}", b_csv=f"{HEADER}\n{ROWS} "),
        ["24 answers, no report yet.", "Make the report: vinkje report"],
    ),
    "a Sheet": (own(f"source = '{SHEET}'"), [ELSEWHERE, "Make the report: vinkje report"]),
    "a database": (
        own("source = 'postgresql://vinkje@db.example.nl/round'"),
        [ELSEWHERE, "Make the report: vinkje report"],
    ),
    "a password in an address": (
        own("source = 'postgresql://vinkje:geheim@db.example.nl/round'"),
        ["Could not look at the answers.", "Make the report: vinkje report"],
    ),
    "a source that is gone": (
        own("source = 'weg.csv'"),
        ["Could not look at the answers.", "Make the report: vinkje report"],
    ),
    "another workbook's name": (
        own("source = 'a.csv'\n[report]\noutput = 'mijn rapport.xlsx'\n", a_csv=f"{HEADER}\n"),
        ["No answers yet.", "Invite your colleagues: vinkje invite LINK"],
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_comes_first(
    vinkje: Run, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what lies there; no network is asked."""
    connected: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, place: connected.append(place))
    fill, lines = PLACES[name]
    fill(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert said(vinkje) == lines
    assert connected == []
    assert sorted(tmp_path.iterdir()) == before


def test_a_store_of_ones_own_is_found(vinkje: Run, tmp_path: Path, demo: Path) -> None:
    """Where 'form web' keeps it; the command names it, since no setting does."""
    own()(tmp_path)
    shutil.copy(demo / "antwoorden.db", tmp_path / "answers.db")
    assert said(vinkje) == [
        "60 answers, no report yet.",
        "Make the report: vinkje report sqlite:///answers.db",
    ]


def test_a_report_that_is_older_than_the_answers(folder: Folder, vinkje: Run) -> None:
    """Says how old; people may have saved the workbook since."""
    for days, when in ((0, "today"), (1, "yesterday"), (2, "3 days ago")):
        older(folder.path / "rapport.sleutel", days)
        first, second = said(vinkje)
        assert first == f"6 answers, last report {when}."
        is_new = when == "today"
        assert second.endswith("See which: vinkje actions" if is_new else "report: vinkje report")


def test_a_sheet_is_asked_again_the_next_day(folder: Folder, vinkje: Run) -> None:
    """Nobody looked whether there are more."""
    own(f"source = '{SHEET}'")(folder.path)
    assert said(vinkje)[1].endswith("See which: vinkje actions")
    older(folder.path / "rapport.sleutel", 1)
    assert said(vinkje)[1] == "Make the report: vinkje report"


def test_a_mail_that_was_not_sent(folder: Folder, vinkje: Run) -> None:
    """Where the settings name a server: who mails by hand is not told each time."""
    with served(PostOffice()) as office:
        text = f'source = "a.csv"\n[send]\nhost = "127.0.0.1"\nport = {office.port}\n'
        text += f'security = "none"\nsender = "{SENDER.addr_spec}"\n'
        (folder.path / "vinkje.toml").write_text(text, encoding="utf-8")
        waits = (
            "The mail about it was not sent yet. See who would get it: vinkje send --dry-run   or "
            "if you sent it yourself: vinkje send --arrived"
        )
        assert said(vinkje)[1] == waits
        assert vinkje("send", "--to", ANNA).returncode == 0
        assert said(vinkje)[1] == "5 statements wait for a decision. See which: vinkje actions"
        assert vinkje("remind", "--coordinator", ANNA).returncode == 0
        ready = "Reminders lie ready that were not sent yet. See who would get one: vinkje send "
        assert said(vinkje)[1] == f"{ready}rapport.herinneringen --dry-run"
        assert vinkje("send", "rapport.herinneringen").returncode == 0
    assert said(vinkje)[1] == "5 statements wait for a decision. See which: vinkje actions"


def test_a_mail_that_was_sent_by_hand(folder: Folder, vinkje: Run) -> None:
    """Can be said to have arrived, and is not sent once more; whom it went to must be known."""
    with served(PostOffice()) as office:
        text = f'source = "a.csv"\n[send]\nhost = "127.0.0.1"\nport = {office.port}\n'
        text += f'security = "none"\nsender = "{SENDER.addr_spec}"\n'
        (folder.path / "vinkje.toml").write_text(text, encoding="utf-8")
        assert "nothing says for whom this mail is" in vinkje("send", "--arrived").stderr
        done = vinkje("send", "--arrived", "--to", ANNA)
        assert done.stdout == f"Written down: {ANNA} got it.\n"
        assert said(vinkje)[1].endswith("See which: vinkje actions")
        assert vinkje("send", "--to", ANNA).stdout.startswith(f"Had it before: {ANNA}")
        assert vinkje("send", "--arrived", "--to", BRAM).stdout.startswith("Of nobody")
    assert office.taken == []


SENDS = 'source = "a.csv"\n[send]\nhost = "h"\nsender = "a@b.nl"\n'
ANEW = "You changed rapport.xlsx after its mail was made. Make the report anew: vinkje report"


def test_a_workbook_that_was_saved_after_its_mail(folder: Folder, vinkje: Run) -> None:
    """The mail says less than people did since; whoever mails by hand did so long ago."""
    older(folder.path / "rapport.eml", 0.01)
    assert said(vinkje)[1].endswith("See which: vinkje actions")
    (folder.path / "vinkje.toml").write_text(SENDS, encoding="utf-8")
    assert said(vinkje)[1] == ANEW


def test_new_remarks_are_read_first(folder: Folder, vinkje: Run) -> None:
    """Then the mail is made that has them; a remark that is kept out since makes it old."""
    folder.remarks = {"A1": "Jan belde"}
    folder.report()
    assert said(vinkje)[1] == (
        "First read the new remarks in rapport.xlsx. Does one name somebody? Choose No there and "
        "save it. Then make a mail that has the others: vinkje report"
    )
    folder.report()
    assert said(vinkje)[1].endswith("See which: vinkje actions")
    workbook = opened(folder.workbook)
    (cell,) = (c for row in workbook["Deel"].iter_rows() for c in row if c.value == "Ja")
    cell.value = "Nee"
    workbook.save(folder.workbook)
    older(folder.workbook, 1)
    assert said(vinkje)[1] == ANEW


def test_answers_that_no_setting_names(folder: Folder, vinkje: Run) -> None:
    """The newest first, as they have to be typed; those of the last report are no news."""
    (folder.path / "vinkje.toml").write_text("", encoding="utf-8")
    assert said(vinkje)[1].endswith("See which: vinkje actions")
    older(folder.path / "rapport.sleutel", 2)
    shutil.copy(folder.path / "a.csv", folder.path / "mijn antwoorden.csv")
    older(folder.path / "a.csv", 1)
    first, second = said(vinkje)
    assert first == "Last report 2 days ago."
    assert second == (
        "There are answers in 'mijn antwoorden.csv', 'a.csv' (the newest first). Make the report: "
        'vinkje report "mijn antwoorden.csv"'
    )


def test_while_the_round_is_open(folder: Folder, vinkje: Run) -> None:
    """Nothing is to be decided yet, and there is always more to report."""
    folder.checklist["round"] = {"name": "Najaar", "closes": date(2099, 12, 15)}
    folder.report()
    older(folder.path / "rapport.sleutel", 1)
    assert said(vinkje) == [
        "6 answers, last report yesterday.",
        "Colleagues can answer until 15 December 2099. See how many did: vinkje status",
    ]


def test_drafts_for_who_mails_by_hand(folder: Folder, vinkje: Run) -> None:
    """They need not be made again."""
    folder.write("A1", Besluit="Nodig", Actiehouder="Jan", Deadline="24-12-2020")
    assert vinkje("remind", "--coordinator", ANNA).returncode == 0
    assert said(vinkje)[1] == (
        "Reminders lie ready. Send them from your mail program, and throw away what you sent. "
        "Open the folder rapport.herinneringen"
    )
    assert vinkje("send", "rapport.herinneringen", "--arrived").stdout.startswith("Of nobody")


MEETINGS = {
    "1 statement waits for a decision. See which: vinkje actions": (4, 0),
    "1 action is late. Remind its owner: vinkje remind": (4, 1),
    "2 actions are late. Remind their owners: vinkje remind": (5, 2),
    "Nothing waits for you now. See what stands open: vinkje actions": (5, 0),
}


@pytest.mark.parametrize("sentence", MEETINGS)
def test_after_the_meeting(folder: Folder, vinkje: Run, sentence: str) -> None:
    """What is late goes before what waits; when nothing does, that is said."""
    decided, late = MEETINGS[sentence]

    def decide(sheet: Any) -> None:
        for number in range(1, decided + 1):
            day = "24-12-2020" if number <= late else "24-12-2030"
            put(sheet, f"A{number}", Besluit="Nodig", Actiehouder="Jan", Deadline=day)

    folder.edit(decide)
    assert said(vinkje)[1] == sentence


def test_a_workbook_of_another_name_is_named(folder: Folder, vinkje: Run) -> None:
    """As it has to be typed."""
    for path in list(folder.path.glob("rapport.*")):
        path.rename(path.with_name(path.name.replace("rapport", "mijn rapport")))
    own("source = 'a.csv'\n[report]\noutput = 'mijn rapport.xlsx'\n")(folder.path)
    assert said(vinkje)[1].endswith('vinkje actions "mijn rapport.xlsx"')


def test_counting_has_an_end(folder: Folder, vinkje: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file that takes too long it says that there are more, or nothing."""
    ends = iter([0.0, *([0.1] * 4), *([9.0] * 100)])
    clock = SimpleNamespace(monotonic=lambda: next(ends))
    monkeypatch.setattr(answers_there, "time", clock)
    assert said(vinkje)[0] == "More than 4 answers, last report today."
    monkeypatch.undo()
    monkeypatch.setattr(answers_there, "_MOST_TEXT", 10)
    assert said(vinkje)[0] == "Last report today."
    assert folder.workbook.exists()


NAMES = ("checklist.yaml", "vinkje.toml", "rapport.xlsx", "rapport.eml", "rapport.sleutel", "a.csv")


def spoilt(path: Path, chance: random.Random) -> None:
    """Cut a file off, put other bytes in it, or a folder or a pipe in its place, or nothing."""
    content = path.read_bytes()
    path.unlink()
    # A pipe in the place of settings or a checklist keeps every command waiting.
    ways = ["cut", "odd", "folder", "gone"] + ["pipe"] * (path.suffix not in {".toml", ".yaml"})
    match chance.choice(ways):
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "odd":
            path.write_bytes(chance.randbytes(500))
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)


@pytest.mark.parametrize("seed", range(16))
def test_it_never_fails(folder: Folder, vinkje: Run, seed: int) -> None:
    """Whatever became of the files."""
    chance = random.Random(seed)
    toml = folder.path / "vinkje.toml"
    toml.write_text('source = "a.csv"\n[send]\nhost = "h"\nsender = "a@b.nl"\n', encoding="utf-8")
    for name in chance.sample(NAMES, chance.randint(1, 3)):
        spoilt(folder.path / name, chance)
    done = vinkje()
    assert (done.returncode, done.stderr) == (0, "")
    assert 2 <= len(done.stdout.splitlines()) <= 3


@pytest.mark.parametrize("name", ["rapport.xlsx", "a.csv", "rapport.eml"])
def test_a_pipe_keeps_nobody_waiting(folder: Folder, vinkje_alone: Run, name: str) -> None:
    """What is no plain file is not opened."""
    text = 'source = "a.csv"\n[send]\nhost = "h"\nsender = "a@b.nl"\n'
    (folder.path / "vinkje.toml").write_text(text, encoding="utf-8")
    (folder.path / name).unlink()
    os.mkfifo(folder.path / name)
    assert len(said(vinkje_alone)) == 2


def test_in_dutch(folder: Folder, vinkje: Run) -> None:
    """As a policy adviser reads it."""
    older(folder.path / "rapport.sleutel", 3)
    done = vinkje(VINKJE_LANGUAGE="nl")
    assert done.stdout.splitlines() == [
        "Alle commando's: vinkje --help",
        "6 antwoorden, laatste rapport van 3 dagen geleden.",
        "Maak het rapport: vinkje report",
    ]


def test_outside_a_folder_in_dutch(vinkje: Run) -> None:
    """The name to take as an example is Dutch as well."""
    assert "vinkje init mijn-map\n" in vinkje(VINKJE_LANGUAGE="nl").stdout


def test_a_pipe_keeps_no_command_waiting(vinkje: Run, tmp_path: Path) -> None:
    """Nor does a device."""
    os.mkfifo(tmp_path / "vinkje.toml")
    done = vinkje("check")
    assert (done.returncode, "vinkje.toml: this is no file" in done.stderr) == (1, True)
