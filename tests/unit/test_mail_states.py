"""What the report's mail asks and says, by where the round and the decisions are."""

from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import yaml
from workbooks import opened
from working import NICE, NO, YES, Folder, begun, checklist

from forms.jobs.report import ReportRequest, make_report
from forms.wording import wording

MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)
OPEN: Any = {"round": {"name": "Najaar", "closes": date(2026, 12, 6)}}
ABOUT = "Collega's gaven "


def reported(path: Path) -> Folder:
    """Return a folder with a first report in it."""
    folder = Folder(path)
    folder.report()
    return folder


def text(folder: Folder) -> str:
    """Return the mail as plain text; the page holds the same words (test_mail.py)."""
    found: Any = message_from_bytes(
        folder.workbook.with_suffix(".eml").read_bytes(), policy=policy.default
    )
    return str(found.get_body(("plain",)).get_content()).replace("\r\n", "\n")


def subject(folder: Folder) -> str:
    """Return what stands above it in a list of mails."""
    eml = folder.workbook.with_suffix(".eml").read_bytes()
    return str(message_from_bytes(eml, policy=policy.default)["Subject"])


def asked(folder: Folder) -> list[str]:
    """Return what the mail asks."""
    heading = f"\n{wording('nl')('mail.asked')}\n"
    return text(folder).partition(heading)[2].partition("\n\n")[0].splitlines()


def entry(folder: Folder, item: str) -> list[str]:
    """Return what the mail says of an item in its list."""
    (found,) = (p for p in text(folder).split("\n\n") if f": {item}. " in p.splitlines()[0])
    return found.strip().splitlines()


@pytest.mark.parametrize("reports", [1, 2], ids=["first", "again"])
def test_while_the_round_is_open_nothing_is_asked(tmp_path: Path, reports: int) -> None:
    """Neither by the mail nor on the first tab, also once there is a list: who can answer may."""
    folder = Folder(tmp_path, checklist(**OPEN))
    for _ in range(reports):
        folder.report(TUESDAY, workbook_url="https://example.org/r.xlsx")
    wait = (
        "U hoeft nu nog niets te doen: de uitslag komt na 6 december 2026. "
        "Wie de vragenlijst nog niet invulde, kan dat tot en met die dag doen."
    )
    link = "De tussenstand in Excel: https://example.org/r.xlsx"
    assert asked(folder) == [f"- {wait}", f"- {link}"]
    assert entry(folder, "A1") == ["Nodig: A1. Stelling 1.", "  0% op orde, gebaseerd op 6 van 6"]
    cells = [c.value for row in folder.sheet("Overzicht").iter_rows() for c in row if c.value]
    assert cells[cells.index("Wat vragen wij van u?") + 1] == wait
    assert not [c for c in cells if str(c).startswith(("1. ", "2. ", "3. "))]


def test_what_was_taken_up_goes_on_while_a_round_is_open(tmp_path: Path) -> None:
    """A deadline of an earlier round passes whether or not colleagues answer."""
    folder = Folder(tmp_path, checklist(**OPEN))
    folder.report(TUESDAY)
    folder.write("A1", Besluit="Nodig", Deadline=MONDAY)
    folder.report(TUESDAY)
    assert (
        subject(folder) == "Tussenstand: geen van de 5 op orde; 4 te besluiten, 1 te laat - Proef"
    )
    wait, late = asked(folder)
    assert wait.startswith("- U hoeft nu nog niets te besluiten: ")
    assert late == "- Eén actie is te laat; die staat hieronder."


def test_a_decision_is_printed_as_the_list_spells_it(tmp_path: Path) -> None:
    """However it was typed; on the agenda too. Nothing says then that there is none."""
    folder = begun(reported, tmp_path)
    assert ABOUT in text(folder)
    folder.write("A1", Besluit="nodig ", Actiehouder="Anna", Deadline=date(2027, 3, 1))
    folder.report(TUESDAY)
    assert entry(folder, "A1")[-1] == (
        "  Besluit: Nodig. Actiehouder: Anna. Deadline: 1 maart 2027."
    )
    sheet = opened(folder.workbook)["Bespreken"]
    decided = [c.value for row in sheet.iter_rows() for c in row if c.value == "Nodig"]
    assert len(decided) == len(folder.order()) + 1
    assert ABOUT not in text(folder)


def test_what_is_no_decision_may_be_one(tmp_path: Path) -> None:
    """Nobody is told then that nothing was decided."""
    folder = begun(reported, tmp_path)
    folder.write("A1", Besluit="akkoord")
    folder.report(TUESDAY)
    assert ABOUT not in text(folder)


def test_what_vinkje_proposed_is_no_promise(tmp_path: Path) -> None:
    """Who decided on Later promised nothing; who left a proposal may not have seen it."""
    folder = begun(reported, tmp_path)
    folder.write("A1", Besluit="Later")
    folder.write("A2", Besluit="Nodig")
    folder.write("A3", Besluit="Nodig", Actiehouder="Anna")
    folder.report(TUESDAY)
    assert entry(folder, "A1")[2:] == ["  Besluit: Later."]
    assert subject(folder) == "Geen van de 5 op orde; 2 te besluiten - Proef"
    day = "Deadline: 30 december 2026 (voorstel)."
    assert entry(folder, "A2")[-1] == f"  Besluit: Nodig. Actiehouder: Baas A2 (voorstel). {day}"
    assert entry(folder, "A3")[-1] == f"  Besluit: Nodig. Actiehouder: Anna. {day}"


def made(path: Path, now: list[str], then: list[str] | None = None) -> str:
    """Return the mail about a round's answers, as lines of text, and those of one before it."""
    ids = [name for name in now[0].split(",") if name.startswith("A")]
    folder = Folder(path, checklist({item: f"Stelling {item}." for item in ids}))
    text_of_checklist = yaml.safe_dump(folder.checklist, allow_unicode=True)
    (path / "checklist.yaml").write_text(text_of_checklist, encoding="utf-8")
    for name, lines in (("now", now), ("then", then or [])):
        (path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sources, earlier = (str(path / "now.csv"),), (str(path / "then.csv"),) if then else ()
    make_report(
        ReportRequest(sources, folder.workbook, path / "checklist.yaml", MONDAY, previous=earlier)
    )
    return text(folder)


SPANS = {
    "van 16 tot en met 26 november 2026": ["16-11-2026", "26-11-2026"] * 3,
    "van 30 oktober tot en met 2 november 2026": ["30-10-2026", "2-11-2026"] * 3,
    "van 30 december 2025 tot en met 2 januari 2026": ["30-12-2025", "2-1-2026"] * 3,
    "op 16 november 2026": ["16-11-2026"] * 6,
    # A clock that is ahead, or an answer without a day: nobody knows when it was.
    "per": ["16-11-2026", "26-12-2026"] * 3,
    "per stelling": ["16-11-2026"] * 5 + [""],
}


@pytest.mark.parametrize("said", SPANS)
def test_it_says_whose_word_it_is(tmp_path: Path, said: str) -> None:
    """And when they gave it, where that is known of all."""
    rows = [f"{day} 9:00:00,{YES},{NICE}".removeprefix(" 9:00:00") for day in SPANS[said]]
    mail = made(tmp_path, ["Tijdstempel,A1,A2", *rows])
    (line,) = (x for x in mail.splitlines() if x.startswith(ABOUT))
    days = "" if said.startswith("per") else f"{said} "
    assert line == (
        f"{ABOUT}{days}per stelling aan of het op orde is. {wording('nl')('mail.about_advice')}"
    )


def of_40(counts: dict[str, int], rest: str = NICE, people: int = 40) -> list[str]:
    """Return what 40 people answered, of whom so many said in order."""
    rows = [",".join(YES if n < c else rest for c in counts.values()) for n in range(people)]
    return [",".join(counts), *rows]


def test_it_says_what_changed_most_since_the_last_round(tmp_path: Path) -> None:
    """One that rose and one that fell, below the sections, rounded as everywhere."""
    now = {"A1": 21, "A2": 20, "A3": 5, "A4": 20}
    then = {"A1": 15, "A2": 17, "A3": 20, "A4": 30}
    said = made(tmp_path, of_40(now), of_40(then))
    part = next(p for p in said.split("\n\n") if p.startswith("Per onderdeel"))
    rose, fell = "van 38% naar 53%", "van 50% naar 13%"
    assert part.splitlines()[2:] == [
        f"- Sinds then.csv het meest {change} op orde (gebaseerd op 40 van 40): {item}"
        for change, item in (
            (f"gestegen, {rose}", "A1. Stelling A1."),
            (f"gedaald, {fell}", "A3. Stelling A3."),
        )
    ]


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (of_40({"A1": 20, "A2": 14}), ["gestegen, van 35% naar 50%"]),
        (of_40({"A1": 20, "A2": 30}), ["gedaald, van 75% naar 50%"]),
        (of_40({"A1": 20, "A2": 20}, NO), ["steeg of daalde geen stelling 5 procentpunt of meer"]),
        (of_40({"A1": 0, "A2": 4}, people=4), []),
    ],
    ids=["rose", "fell", "alike", "not comparable"],
)
def test_it_says_nothing_that_did_not_change(
    tmp_path: Path, then: list[str], said: list[str]
) -> None:
    """And nothing at all where nothing can be compared."""
    mail = made(tmp_path, of_40({"A1": 20, "A2": 20}), then)
    found = [line for line in mail.splitlines() if line.startswith("- Sinds")]
    assert len(found) == len(said)
    assert all(one in line for one, line in zip(said, found, strict=True))


def words_of(folder: Folder) -> set[object]:
    """Return all that stands on the first tab."""
    return {cell.value for row in folder.sheet("Overzicht").iter_rows() for cell in row}


def test_mail_and_workbook_ask_the_same_of_what_is_left(tmp_path: Path) -> None:
    """Also where all is in order by now, and where everything was put off."""
    nothing = "Alle stellingen zijn op orde. U hoeft nu niets te doen."
    folder = begun(reported, tmp_path)
    for item in ("A1", "A2"):
        folder.write(item, Besluit="Nodig", Deadline=date(2026, 10, 1))
    folder.answers, folder.people = {f"A{n}": YES for n in range(1, 6)}, 12
    folder.report(TUESDAY)
    assert "2 te laat" in subject(folder)
    assert nothing not in words_of(folder)
    assert "1. Houd in Actielijst de status bij tot alles gereed is." in words_of(folder)


def test_what_was_put_off_is_not_said_to_be_done(tmp_path: Path) -> None:
    """It comes back."""
    folder = begun(reported, tmp_path)
    for number in range(1, 6):
        folder.write(f"A{number}", Besluit="Later")
    folder.report(TUESDAY)
    assert "; nu niets op te pakken, 5 later; " in text(folder).splitlines()[0]
    assert "Er staan geen acties open. U hoeft nu niets te doen." in words_of(folder)
