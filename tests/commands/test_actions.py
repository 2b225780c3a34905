"""vinkje actions: what stands open, by owner, late first."""

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import VINKJE, Run, environment
from workbooks import opened
from working import BOOK, NO, WHO, YES, Folder, begun, in_part, repack

from forms.action_list.actions import Action, Decision, Status, standing

LATER = date(2026, 12, 14)
DAY = date(2026, 12, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder in which a meeting was held."""
    return begun(_first, tmp_path)


def _first(path: Path) -> Folder:
    made = Folder(path)
    made.report()
    made.write("A1", Besluit="Nodig", Actiehouder="Jan", Deadline="24-12-2026", Status="Bezig")
    made.write("A2", Besluit="wenselijk ", Actiehouder="jan", Deadline="1 dec", Status="Open")
    made.write("A3", Besluit="Niet oppakken", Notitie="te duur")
    made.write("A4", Besluit="Nodig", Actiehouder=None, Deadline="snel")

    def add(sheet: Any) -> None:
        sheet.append([None, None, "eigen", *[None] * 6, "Nodig", "Kees", LATER, "Gereed"])
        sheet.append([None, None, "los", *[None] * 6, "Later", "Kees"])
        sheet.append([None, None, "vaag", *[None] * 6, "misschien"])

    made.edit(add)
    return made


def test_what_it_prints(folder: Folder, vinkje: Run) -> None:
    """Late first; the owner's name as it was first written; who is unknown last."""
    assert folder.workbook.exists()
    done = vinkje("actions", "--date", LATER.isoformat())
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "Open: 3, of which late: 1\n"
        "\n"
        "Jan\n"
        "  LATE  01-12-2026    A2    Stelling 2.\n"
        "        24-12-2026    A1    Stelling 1.\n"
        "\n"
        "(no owner)\n"
        "        'snel'        A4    Stelling 4.\n"
        "\n"
        "Waiting for a decision: 1\n"
        "  A5    Stelling 5.\n"
        "\n"
        "Later: 1\n"
        "        los\n"
        "\n"
        "Not taken up: 1\n"
        "  A3    Stelling 3.  (te duur)\n"
        "\n"
        "Not one of the decisions, so not counted: 1\n"
        "        vaag  ('misschien' is no decision)\n"
        "\n"
        "Done: 1\n"
    )


def test_the_file_is_only_read(folder: Folder, vinkje: Run) -> None:
    """Byte for byte, also with --json."""
    before = folder.workbook.read_bytes()
    vinkje("actions", "rapport.xlsx", "--json", "a.json")
    assert folder.workbook.read_bytes() == before


def test_json(folder: Folder, vinkje: Run, tmp_path: Path) -> None:
    """Every row, with days in ISO and null for what is not there; printed or written."""
    printed = vinkje("actions", "--json", "-", "--date", LATER.isoformat()).stdout
    vinkje("actions", folder.workbook, "--json", "a.json", "--date", LATER.isoformat())
    found = json.loads(printed)
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == found
    assert found["date"] == "2026-12-14"
    assert found["standing"] == {
        "undecided": 1,
        "open": 3,
        "late": 1,
        "done": 1,
        "later": 1,
        "dropped": 1,
    }
    by_id = {action["id"]: action for action in found["actions"] if action["id"]}
    assert by_id["A2"] == {
        "id": "A2",
        "text": "Stelling 2.",
        "action": "Doe A2.",
        "decision": "desirable",
        "decision_text": "wenselijk",
        "owner": "jan",
        "deadline": "2026-12-01",
        "deadline_text": "1 dec",
        "status": "open",
        "status_text": "Open",
        "done_on": None,
        "note": "",
        "open": True,
        "late": True,
        "left": False,
    }
    assert (by_id["A4"]["deadline"], by_id["A4"]["deadline_text"]) == (None, "snel")
    assert len(found["actions"]) == 8


@pytest.mark.parametrize(
    ("decision", "status", "late"),
    [
        *(("Nodig", "Open", True), ("Wenselijk", "Bezig", True), ("Needed", "Open", True)),
        *(("", "Open", False), ("Later", "Open", False), ("Niet oppakken", "Open", False)),
        *(("Nodig", "Gereed", False), ("Nodig", "klaar?", True), ("misschien", "Open", False)),
    ],
)
def test_nothing_is_late_before_it_was_decided(
    folder: Folder, vinkje: Run, decision: str, status: str, *, late: bool
) -> None:
    """Nor after it is done."""
    folder.write("A5", Besluit=decision, Status=status, Deadline="1-12-2026")
    found = json.loads(vinkje("actions", "--json", "-", "--date", LATER.isoformat()).stdout)
    assert next(a for a in found["actions"] if a["id"] == "A5")["late"] is late


@pytest.mark.parametrize(("today", "late"), [(date(2026, 12, 1), False), (date(2026, 12, 2), True)])
def test_the_deadlines_own_day_is_in_time(
    folder: Folder, vinkje: Run, today: date, *, late: bool
) -> None:
    """Late is from the day after it."""
    assert folder.workbook.exists()
    said = vinkje("actions", "--date", today.isoformat()).stdout
    assert ("LATE" in said) is late


def test_a_statement_that_left_the_list_waits_for_no_decision(folder: Folder, vinkje: Run) -> None:
    """It stays in the list for what was written there."""
    folder.write("A5", Notitie="bel")
    folder.answers["A5"] = YES
    folder.report(LATER)
    found = json.loads(vinkje("actions", "--json", "-").stdout)
    assert found["standing"]["undecided"] == 0
    assert [a["left"] for a in found["actions"] if a["id"] == "A5"] == [True]


def test_a_formula_that_excel_never_saw_is_no_decision(folder: Folder, vinkje: Run) -> None:
    """What it comes to is not known; it is shown as a formula, wherever its row stands."""
    folder.write("A5", Besluit='=IF(1=1,"Nodig","")')
    folder.report(LATER)
    found = json.loads(vinkje("actions", "--json", "-").stdout)
    assert found["standing"]["undecided"] == 1
    assert [a["decision_text"] for a in found["actions"] if a["id"] == "A5"] == ["=…"]


def test_a_deadline_that_is_worked_out_counts_by_what_excel_showed(
    folder: Folder, vinkje: Run, libreoffice: Any
) -> None:
    """The formula itself is never run here."""
    folder.write("A1", Deadline="=DATE(2026,12,3)")
    folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
    found = json.loads(vinkje("actions", "--json", "-", "--date", LATER.isoformat()).stdout)
    first = found["actions"][0]
    assert (first["deadline"], first["late"]) == ("2026-12-03", True)


@pytest.mark.parametrize("content", [None, b"", b"PK", b"\xd0\xcf\x11\xe0", b"a;b"])
def test_a_file_that_is_no_workbook_is_explained(
    vinkje: Run, tmp_path: Path, content: bytes | None
) -> None:
    """Place, fault, way out."""
    if content is not None:
        (tmp_path / "r.xlsx").write_bytes(content)
    done = vinkje("actions", "r.xlsx")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: r.xlsx: ")


def test_the_workbook_is_not_written_over(folder: Folder, vinkje: Run) -> None:
    """By its own figures."""
    before = folder.workbook.read_bytes()
    done = vinkje("actions", "rapport.xlsx", "--json", "rapport.xlsx")
    assert done.returncode == 1
    assert folder.workbook.read_bytes() == before


def test_overview_and_mail_say_how_far_it_is(folder: Folder) -> None:
    """What the meeting chose not to take up is out of the open count, and still in the list."""
    folder.answers |= {"A5": WHO, "A1": NO}
    folder.report(LATER)
    sheet: Any = opened(folder.workbook)["Overzicht"]
    lines = [[c for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]
    titles = ["Nog te besluiten", "Op te pakken", "Daarvan te laat", "Gereed", "Later"]
    where = lines.index([*titles, "Niet oppakken"])
    assert lines[where + 1] == [1, 3, 1, 1, 1, 1]
    mail = (folder.path / "rapport.html").read_text(encoding="utf-8")
    assert "Stelling 3." not in mail
    assert "Besluit: Wenselijk. Actiehouder: jan. Deadline: 1 december 2026 (te laat)." in mail
    assert folder.row("A3")["Besluit"] == "Niet oppakken"


def mail_of(folder: Folder) -> str:
    """Return the mail beside the workbook."""
    return (folder.path / "rapport.html").read_text(encoding="utf-8")


def decide(folder: Folder, status: str, deadline: str) -> None:
    """Decide on all that the first meeting left."""
    for item in ("A1", "A2", "A4", "A5"):
        folder.write(item, Besluit="Nodig", Status=status, Deadline=deadline)


def test_a_word_that_is_no_decision_still_waits_for_one(folder: Folder, vinkje: Run) -> None:
    """Everywhere, so that the counts add up to the list."""
    folder.write("A5", Besluit="Ja")
    printed = vinkje("actions", "--date", LATER.isoformat()).stdout
    assert "Waiting for a decision: 1\n  A5    Stelling 5.  ('Ja' is no decision)\n" in printed
    made = folder.report(LATER)
    assert made.report.standing.undecided == 1
    assert "Over één stelling is nog niet besloten." in mail_of(folder)


def test_a_row_that_people_copied_is_one_statement_to_decide_on() -> None:
    """Two rows, one statement: what it waits for is counted once; what is open, as it stands."""
    waiting = [("A1", None), ("A1", None), ("A2", None), ("A3", Decision.NEEDED)]
    actions = [
        Action(item, "Doe.", "", decision, "", "", None, "", Status.OPEN, "", None, "")
        for item, decision in (*waiting, ("A3", Decision.NEEDED))
    ]
    counted = standing(actions, LATER)
    assert (counted.undecided, counted.open) == (2, 2)


def test_the_mail_asks_nothing_that_was_done_already(folder: Folder) -> None:
    """All decided, nothing late: keep the status; all done: nothing at all."""
    decide(folder, "Bezig", "1-3-2027")
    folder.report(LATER)
    said = mail_of(folder)
    assert "Over alle stellingen op de lijst is besloten." in said
    assert "4 acties zijn nog op te pakken." in said
    assert "Kies per stelling" not in said
    decide(folder, "Gereed", "1-3-2027")
    made = folder.report(LATER)
    said = mail_of(folder)
    assert "Er staan geen acties open. U hoeft nu niets te doen." in said
    assert made.report.to_take_up == []
    assert "nu niets op te pakken, 1 later" in said
    assert "Doen:" not in said


def test_the_agenda_says_what_is_done(folder: Folder) -> None:
    """Beside the decision."""
    decide(folder, "Gereed", "1-3-2027")
    folder.report(LATER)
    sheet = folder.sheet("Bespreken")
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert cells.count("Nodig (gereed)") == 4
    assert cells.count("Niet oppakken") == 1


def test_the_mail_names_all_that_is_late(folder: Folder) -> None:
    """Also a row of people's own, and a statement that is in order now."""
    folder.answers |= {"A2": YES}

    def add(sheet: Any) -> None:
        sheet.append([None, None, "los te laat", *[None] * 6, "Nodig", "Kees", date(2026, 12, 2)])

    folder.edit(add)
    made = folder.report(LATER)
    said = mail_of(folder)
    assert made.report.standing.late == 2
    assert "2 acties zijn te laat; ze staan hieronder." in said
    assert "Stelling 2.</b>" in said
    assert "Actiehouder: jan. Deadline: 1 december 2026 (te laat)." in said
    assert "los te laat</b>" in said
    assert "Actiehouder: Kees. Deadline: 2 december 2026 (te laat)." in said


def test_a_mail_about_very_many_that_are_late_stays_short(folder: Folder) -> None:
    """It says how many more there are."""

    def add(sheet: Any) -> None:
        for number in range(25):
            sheet.append([None, None, f"los {number}", *[None] * 6, "Nodig", "Kees", DAY])

    folder.edit(add)
    folder.report(LATER)
    said = mail_of(folder)
    assert said.count("Kees. Deadline: 2 december 2026 (te laat)") == 19
    assert "En nog 6; zie het Excel-bestand." in said


def test_the_subject_says_how_far_it_is(folder: Folder) -> None:
    """Once people work in the list: what staff advise is in the mail itself."""
    made = folder.report(LATER)
    assert (
        f"1 te besluiten, {made.report.standing.open} op te pakken, waarvan 1 te laat"
        in mail_of(folder)
    )
    folder.answers = dict.fromkeys(("A1", "A2", "A3", "A4", "A5"), YES)
    folder.report(LATER)
    said = "Alle 5 stellingen op orde; 3 op te pakken, waarvan 1 te laat; 6 reacties"
    assert said in mail_of(folder)
    folder.answers = {}
    folder.report(LATER)
    for item in ("A1", "A2", "A4", "A5"):
        folder.write(item, Besluit="Later")
    folder.report(LATER)
    assert "nu niets op te pakken, 5 later" in mail_of(folder)


def test_a_mail_shortens_what_people_typed_at_length(folder: Folder) -> None:
    """Else it would push out the rest."""
    folder.write("A1", Actie="doe " * 9000, Actiehouder="Jan " * 4000, Deadline="1-12-2026")
    folder.write("A2", Actie="doe " * 9000)

    def add(sheet: Any) -> None:
        for _ in range(5):
            sheet.append([None, None, "los " * 7000, *[None] * 6, "Nodig", "Kees", DAY])

    folder.edit(add)
    folder.report(LATER)
    said = mail_of(folder)
    assert len(said) < 30_000
    assert "Stelling 4." in said


def test_a_shared_statement_shows_the_row_that_is_open(folder: Folder) -> None:
    """The one that was dropped is in the list alone."""

    def double(sheet: Any) -> None:
        sheet.append(["A3", None, "Stelling 3.", *[None] * 6, "Nodig", "Bob", DAY])

    folder.edit(double)
    folder.report(LATER)
    said = mail_of(folder)
    assert "Besluit: Nodig. Actiehouder: Bob." in said
    assert "Niet oppakken." not in said.replace("1 niet oppakken.", "")


@pytest.mark.parametrize("is_whole_column", [True, False])
def test_without_nr_the_statement_tells(
    folder: Folder, vinkje: Run, *, is_whole_column: bool
) -> None:
    """So the command says what the next report says."""
    if is_whole_column:
        folder.edit(lambda sheet: sheet.delete_cols(1))
    else:
        folder.write("A5", Nr=None)
    printed = vinkje("actions", "--date", LATER.isoformat()).stdout
    assert "Waiting for a decision: 1\n  A5    Stelling 5.\n" in printed


def printed_as(encoding: str, *args: str, cwd: Path) -> bytes:
    """Return what comes out where the output has another encoding, as in an older Windows."""
    done = subprocess.run(
        [*VINKJE, *args],
        cwd=cwd,
        env=environment(PYTHONUTF8="0", PYTHONIOENCODING=encoding),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("encoding", "bar"), [("cp1252", "#"), ("cp850", "█")])
def test_it_prints_also_what_the_output_has_no_code_for(
    folder: Folder, encoding: str, bar: str
) -> None:
    """With `?` for a letter, and another sign for the bars; JSON is the same for all."""
    folder.write("A1", Besluit="Nodig", Actiehouder="René Łuk")
    later, cwd = ["--date", LATER.isoformat()], folder.path
    owner = "René Łuk".encode(encoding, "replace")
    assert owner in printed_as(encoding, "actions", *later, cwd=cwd).splitlines()
    json_of = printed_as(encoding, "actions", "--json", "-", *later, cwd=cwd)
    assert "René Łuk" in [each["owner"] for each in json.loads(json_of.decode("utf-8"))["actions"]]
    (cwd / "b.csv").write_text("Timestamp,A1\n2026-11-02 9:00:00,Op orde\n", encoding="utf-8")
    status = printed_as(encoding, "status", "b.csv", cwd=cwd).decode(encoding)
    assert bar * 40 in status


def test_advice_fits_the_command(folder: Folder, vinkje: Run) -> None:
    """Other files can be named for a report; this command only reads."""
    folder.workbook.write_bytes(b"PK")
    shown = vinkje("actions")
    made = vinkje("report", "answers.csv")
    assert (shown.returncode, made.returncode) == (1, 1)
    assert "--overwrite" not in shown.stderr
    assert "--overwrite" in made.stderr


def test_a_first_report_says_nothing_of_follow_up(tmp_path: Path) -> None:
    """There is none yet."""
    made = Folder(tmp_path)
    made.report()
    sheet: Any = opened(made.workbook)["Overzicht"]
    said = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "Opvolging" not in said


@pytest.mark.parametrize("command", ["actions", "remind"])
def test_a_list_without_its_decisions_says_nothing(
    folder: Folder, vinkje: Run, command: str
) -> None:
    """Else all that was decided would read as undecided, and nothing as late."""

    def delete(sheet: Any) -> None:
        sheet.delete_cols(10)
        sheet.tables.clear()

    folder.edit(delete)
    lost = r'(vinkje_column_decision"[^>]*>)[^<]*'
    repack(folder.workbook, in_part(BOOK, lost, r"\1Actielijst!#REF!"))
    done = vinkje(command, folder.workbook)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the action list misses 'Besluit', so nobody can say what stands open" in done.stderr
    assert not list(folder.path.glob("*.herinneringen"))
