"""The list's rules say at once what the next report reads: LibreOffice works them out."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from office import Convert
from openpyxl import Workbook, load_workbook
from openpyxl.formula.translate import Translator

from forms.action_list.actions import Decision, Status, action_of
from forms.action_list.columns import USER, day_in
from forms.action_list.model import ExistingList, ExistingRow, ListColumn, UserCell

TODAY = date(2026, 11, 30)
LATE, SOON = datetime(2020, 1, 2), datetime(2090, 1, 2)  # noqa: DTZ001 - days, as Excel has them
DECISIONS = [
    *("Nodig", "nodig ", " NODIG", "Nodig.", "nodig!", "\u00a0Nodig\u00a0", "Needed", "“nodig”"),
    *("Would  be good", "niet-oppakken", "Niet oppakken.", "Later", "later…", None, " ", "\u00a0"),
    *("Niet nodig", "nodig|needed", "|", "-", "*", "n?dig", "nodig*", "~", "Ja doen", "nod ig"),
    *("Nodig, snel", '"nodig"', 1, "Nodig\n", "needed|"),
]
STATUSES = ["Gereed", "gereed!", "Done ", "gereed.", "Bezig", "Open", "niet gereed", "klaar", None]
DAYS = [
    *(LATE, SOON, 45, 36526, 36525, 73050, 73051, 20261201, "snel", "z.s.m.", "-", None, " "),
    *("1 november 2026", "15-11-2026", "2026-11-01", "1 dec", "di 1-12-2026", "week 48", "Q1"),
]


def row_of(**typed: object) -> dict[str, object]:
    """Return a row that is late, but for what is typed otherwise."""
    return {"decision": "Nodig", "deadline": LATE, "status": "Open", "done_on": None} | typed


ROWS = [
    *(row_of(decision=text) for text in DECISIONS),
    *(row_of(status=text) for text in STATUSES),
    *(row_of(deadline=day, done_on=day) for day in DAYS),
]


def understood(row: dict[str, object]) -> Any:
    """Return what the next report reads in a row."""
    columns = tuple(ListColumn(name, UserCell(name)) for name in USER)
    cells = tuple(UserCell(row.get(name)) for name in USER)
    return action_of(ExistingList(columns, ()), ExistingRow(5, cells), "S1", TODAY)


def worked_out(formulas: Sequence[tuple[str, str]], path: Path, calc: Convert) -> list[list[str]]:
    """Return what formulas, each with the cell that it is of, come to in every row."""
    book = Workbook()
    sheet: Any = book.active
    places = {name: letter for letter, name in zip("JKLMNO", USER, strict=True)}
    for number, row in enumerate(ROWS, 5):
        for name, value in row.items():
            sheet[f"{places[name]}{number}"] = value
        for column, (formula, cell) in enumerate(formulas, 20):
            moved = Translator(f"={formula}", cell).translate_formula(f"A{number}")
            sheet.cell(number, column, f"=IF({moved[1:]},1,0)")
    book.save(path)
    with calc(path, "csv").open(encoding="cp1252", newline="") as file:
        return [row[19:] for row in csv.reader(file)][-len(ROWS) :]


@pytest.fixture(scope="module")
def rules(
    demo: Path, tmp_path_factory: pytest.TempPathFactory, libreoffice: Convert
) -> list[dict[str, bool]]:
    """Return by row which rules hold: two of marks by their column, `late` and `done`."""
    sheet: Any = load_workbook(demo / "rapport.xlsx")["Actielijst"]
    found = []
    for group in sheet.conditional_formatting:
        column = str(group.sqref)[0]
        for rule in group.rules:
            sign = "" if rule.stopIfTrue else rule.dxf.numFmt.formatCode[1]
            found.append((f"{sign}{column}", rule.formula[0], "A5"))
    path = tmp_path_factory.mktemp("rules") / "rules.xlsx"
    values = worked_out([(formula, cell) for _, formula, cell in found], path, libreoffice)
    return [
        {name: value == "1" for (name, *_), value in zip(found, row, strict=True)} for row in values
    ]


def test_a_rule_reads_a_word_as_the_reader_does(rules: list[dict[str, bool]]) -> None:
    """In any case, with spaces and signs around it; what is no word is marked."""
    said = [(row["⚠J"], row["⚠M"]) for row in rules]
    actions = [understood(row) for row in ROWS]
    assert said == [
        (bool(a.decision_text and not a.decision), bool(a.status_text and not a.status))
        for a in actions
    ]
    assert sum(map(any, said)) > 10


def test_what_is_late_or_done_is_coloured_at_once(rules: list[dict[str, bool]]) -> None:
    """But for days that the next report makes of text, or of a number such as 20261201."""
    actions = [understood(row) for row in ROWS]
    is_counted = [isinstance(row["deadline"], datetime | int) for row in ROWS]
    late = [a.is_late(date.today()) and n for a, n in zip(actions, is_counted, strict=True)]  # noqa: DTZ011
    assert [row["J"] for row in rules] == late
    done = [a.is_done or a.decision is Decision.DROPPED for a in actions]
    assert [row["A"] for row in rules] == done
    assert (sum(late) > 10, sum(done) > 5) == (True, True)


@pytest.mark.parametrize("name", ["deadline", "done_on"])
def test_only_what_is_surely_no_day_is_marked(rules: list[dict[str, bool]], name: str) -> None:
    """Text with a figure in it may be one, which a softer mark says."""
    letter = {"deadline": "L", "done_on": "N"}[name]
    for row, holds in zip(ROWS, rules, strict=True):
        value = row[name]
        is_text = isinstance(value, str) and any(c.isdigit() for c in value)
        assert holds[f"?{letter}"] == is_text, value
        is_filled = value is not None and bool(str(value).strip())
        is_day = day_in(name, value, TODAY) is not None
        assert holds[f"⚠{letter}"] == (is_filled and not is_day and not is_text), value


def test_the_words_are_all_there() -> None:
    """Else the rows above say nothing of one."""
    actions = [understood(row) for row in ROWS]
    assert {a.decision for a in actions} >= set(Decision)
    assert {a.status for a in actions} >= set(Status)
