"""The merge: of what vinkje wrote, what people left and what a report says now."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from forms.action_list.columns import COLUMN_POLICIES, COLUMNS, GENERATED, USER, Policy
from forms.action_list.items import RowIds
from forms.action_list.merge import has_follow_up, is_edited, merge_list, merge_row
from forms.action_list.model import (
    ActionLine,
    ExistingList,
    ExistingRow,
    Formula,
    ListColumn,
    RetainedReason,
    UserCell,
    fingerprint,
)
from forms.analysis.rules import Findings, apply_rules
from forms.checklist.model import Checklist
from forms.responses.counting import read_responses
from forms.responses.model import Table

BASE = {
    "id": "A1",
    "section": "Deel",
    "item": "Stelling.",
    "action": "Doe dit.",
    "priority": "Nodig",
    "share": 0.25,
    "based": "4 van 6",
    "divided": None,
    "remarks": None,
    "owner": "Anna",
    "deadline": date(2026, 12, 30),
    "status": "Open",
}


def existing_of(theirs: dict[str, UserCell], base: dict[str, object] | None = None) -> ExistingList:
    """Return a list of one row, in which people left some cells otherwise than vinkje wrote."""
    kept = {name: UserCell(value) for name, value in BASE.items()} | theirs
    columns = [ListColumn(name, UserCell(name)) for name in COLUMNS]
    cells = [kept.get(name, UserCell()) for name in COLUMNS]
    if "eigen" in theirs:
        columns.append(ListColumn(None, UserCell("Kosten"), fill="SUM(A1)"))
        cells.append(theirs["eigen"])
    written = BASE if base is None else base
    marks = {"A1": {name: fingerprint(value) for name, value in written.items()}} if written else {}
    return ExistingList(tuple(columns), (ExistingRow(5, tuple(cells)),), marks)


def test_every_column_has_a_policy() -> None:
    """Ours and theirs are told by it alone."""
    assert set(GENERATED) | set(USER) == set(COLUMN_POLICIES) == set(COLUMNS)
    assert {name for name in COLUMNS if COLUMN_POLICIES[name] is Policy.OVERRIDABLE} == {"action"}
    assert all(COLUMN_POLICIES[name] is Policy.USER for name in USER)


@pytest.mark.parametrize(
    ("name", "theirs", "ours", "expected"),
    [
        # Generated: a report says it, whatever stands there.
        ("priority", "Nodig", "Wenselijk", (True, "Wenselijk", "")),
        ("priority", "hoog", "Wenselijk", (True, "Wenselijk", "hoog")),
        ("priority", "Wenselijk", "Wenselijk", (True, "Wenselijk", "")),
        ("priority", None, "Wenselijk", (True, "Wenselijk", "")),
        ("share", 0.25, 0.5, (True, 0.5, "")),
        ("share", 0.2500001, 0.5, (True, 0.5, "")),
        ("share", 0.3, 0.5, (True, 0.5, "0.3")),
        ("divided", "ja?", None, (True, None, "ja?")),
        ("id", " a1", "A1", (True, "A1", "")),
        ("item", Formula('="eigen"', "eigen"), "Stelling.", (True, "Stelling.", '="eigen"')),
        # Overridable: until people write something else.
        ("action", "Doe dit.", "Doe dat.", (True, "Doe dat.", "")),
        ("action", "Wij doen zo.", "Doe dat.", (False, None, "")),
        ("action", "Doe dat.", "Doe dat.", (True, "Doe dat.", "")),
        ("action", None, "Doe dat.", (True, "Doe dat.", "")),
        # People's: never touched, also where they emptied it.
        ("owner", "Bram", "Anna", (False, None, "")),
        ("owner", None, "Anna", (False, None, "")),
        ("deadline", datetime(2026, 12, 30), None, (False, None, "")),  # noqa: DTZ001
    ],
)
def test_whose_a_cell_is(
    name: str, theirs: object, ours: object, expected: tuple[bool, object, str]
) -> None:
    """Base, theirs and ours give one answer."""
    existing = existing_of({name: UserCell(theirs)})
    cell = merge_row(existing, ActionLine("A1", existing=existing.rows[0]), {name: ours})[name]
    assert (cell.is_ours, cell.value, cell.typed_over) == expected


def test_a_new_row_is_ours_with_what_is_proposed() -> None:
    """From then on that part is people's."""
    cells = merge_row(None, ActionLine("A1"), {"priority": "Nodig", "owner": "Anna"})
    assert {n: c.value for n, c in cells.items() if c.value} == {
        "priority": "Nodig",
        "owner": "Anna",
    }
    assert all(cell.is_ours for cell in cells.values())


@pytest.mark.parametrize(
    ("name", "value", "is_theirs"),
    [
        ("priority", "Nodig", False),
        ("priority", "hoog", True),
        ("share", 0.4, False),
        ("share", "40%", True),
        ("based", "3 van 9", False),
        ("based", "3 van de 9", True),
        ("based", "3 van 9?", True),
        ("item", "Stelling.", True),
        ("divided", "Verdeeld", False),
        ("divided", "wie?", True),
    ],
)
def test_without_a_base_what_looks_like_ours_is_ours(
    name: str, value: object, *, is_theirs: bool
) -> None:
    """All that tells what vinkje wrote was lost."""
    existing = existing_of({}, {})
    assert is_edited(existing, "A1", name, value) is is_theirs


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ({}, False),
        ({"owner": UserCell("Bram")}, True),
        ({"owner": UserCell()}, True),
        ({"note": UserCell("bel")}, True),
        ({"share": UserCell(0.25, comment="klopt dit?")}, True),
        ({"item": UserCell("Stelling.", link="https://example.nl")}, True),
        ({"remarks": UserCell(None, link="#Deel!A1")}, False),
        ({"priority": UserCell("hoog")}, True),
        ({"priority": UserCell(None)}, False),
        # What Excel fills in by itself says nothing of the item; what is typed over it does.
        ({"eigen": UserCell(Formula("=SUM(A1)", 3))}, False),
        ({"eigen": UserCell(7)}, True),
        ({"eigen": UserCell(Formula("=SUM(A1)", 3), comment="let op")}, True),
    ],
)
def test_what_is_a_follow_up(theirs: dict[str, UserCell], *, expected: bool) -> None:
    """An item that is in order now stays for it."""
    existing = existing_of(theirs)
    assert has_follow_up(existing, ActionLine("A1", existing=existing.rows[0])) is expected


def test_what_is_drawn_in_a_row_is_a_follow_up() -> None:
    """A check box, or an arrow; a row that is new has none."""
    existing = existing_of({})
    drawn = replace(existing.rows[0], is_drawn_on=True)
    assert has_follow_up(existing, ActionLine("A1", existing=drawn))
    assert not has_follow_up(existing, ActionLine("A1"))


@pytest.mark.parametrize(
    ("theirs", "item"),
    [
        ({}, "A1"),
        ({"id": UserCell(None)}, "A1"),
        ({"id": UserCell("a1"), "item": UserCell("Iets anders")}, "A1"),
        ({"id": UserCell(1.1), "item": UserCell("Stelling.")}, "A1"),
        ({"id": UserCell(None), "item": UserCell("Iets anders")}, None),
    ],
)
def test_which_item_a_row_is_about(theirs: dict[str, UserCell], item: str | None) -> None:
    """By its Nr, else by the statement that vinkje wrote."""
    existing = existing_of(theirs)
    assert RowIds(existing).of(existing.rows[0]) == item


# -- which rows stay, and where new ones go --------------------------------------------------------

WRITTEN = ("A1", "A2", "A3", "A4", "A9")


def answered() -> tuple[Checklist, Findings]:
    """Return three items that are needed and one that is in order, and what was found of them."""
    items = [{"id": f"A{n}", "text": f"Stelling {n}."} for n in range(1, 5)]
    sections = [{"id": "A", "title": "Deel", "items": items}]
    checklist = Checklist.model_validate({"title": "Proef", "sections": sections})
    rows = [["needed", "needed", "needed", "in_order"]] * 6
    responses = read_responses(Table("bron", ["A1", "A2", "A3", "A4"], rows), checklist)
    return checklist, apply_rules(checklist, responses, date(2026, 11, 30))


def row_of(number: int, text: str) -> ExistingRow:
    """Return a row of an item, with a `+` one in which people wrote; else one of their own."""
    item = text.rstrip("+")
    cells = {"id": item, "item": f"Stelling {item[1:]}."} if item in WRITTEN else {"note": text}
    cells |= {"note": "bel"} if text != item else {}
    return ExistingRow(number, tuple(UserCell(cells.get(name)) for name in COLUMNS))


def text_of_row(row: ExistingRow) -> str:
    """Return what `row_of` made the row of, but for the `+`."""
    return str(row.cells[COLUMNS.index("id")].value or row.cells[COLUMNS.index("note")].value or "")


@pytest.mark.parametrize(
    ("rows", "written", "expected", "below"),
    [
        ("A1|A2|A3", "A1|A2|A3", "A1|A2|A3", ""),
        ("A1|A3", "A1|A3", "A1|new A2|A3", ""),
        # Rows of people's own stay below the item they stood under, the last at the foot.
        ("kop|A1|eigen|A3|voet", "A1|A3", "kop|A1|eigen|new A2|A3|voet", ""),
        # An empty row ends the list under the last item, not before it.
        ("A1||A2|A3", "A1|A2|A3", "A1||A2|A3", ""),
        ("A1|A2|A3|eigen||som|nog", "A1|A2|A3", "A1|A2|A3|eigen", "som|nog"),
        ("eigen||som", "A9", "eigen|new A1|new A2|new A3", "som"),
        # So it does when the item that stood under that row has gone.
        ("A1|A2|A3||A4|som", "A1|A2|A3|A4", "A1|A2|A3", "som"),
        ("A2|A1", "A9", "new A3|A2|A1", ""),
        ("A1|A1|A3", "A1|A3", "A1|A1|new A2|A3", ""),
        # Sorted by people: so it stays, and what is new comes on top.
        ("A3|A1|A2", "A1|A2|A3", "A3|A1|A2", ""),
        ("A3|A1", "A1|A3", "new A2|A3|A1", ""),
        # What is not asked for any more stays where people wrote in it.
        ("A1|A4|A2|A3|A9", "A1|A4|A2|A3|A9", "A1|A2|A3", ""),
        (
            "A1|A4+|eigen|A2|A3|A9+",
            "A1|A4|A2|A3|A9",
            "A1|A2|A3|A4 in_order|eigen|A9 dropped",
            "",
        ),
    ],
)
def test_which_rows_stay_and_where_new_ones_go(
    rows: str, written: str, expected: str, below: str
) -> None:
    """Nothing that people wrote is lost, nor moved without need."""
    left = tuple(row_of(number, text) for number, text in enumerate(rows.split("|"), 5))
    marks = {
        item: {"id": fingerprint(item), "item": fingerprint(f"Stelling {item[1:]}.")}
        for item in written.split("|")
    }
    columns = tuple(ListColumn(name, UserCell(name)) for name in COLUMNS)
    merged = merge_list(*answered(), ExistingList(columns, left, marks))
    lines = [
        f"{text_of_row(line.existing)} {line.left or ''}".strip()
        if line.existing
        else f"new {line.id}"
        for line in merged.lines
    ]
    assert "|".join(lines) == expected
    assert "|".join(map(text_of_row, merged.below)) == below


def test_without_a_base_of_its_own_what_stands_there_is_theirs() -> None:
    """A row of their own that became an item's, in a list that has marks of others."""
    assert is_edited(existing_of({}), "A2", "priority", "Nodig")


def test_an_item_that_was_not_asked_keeps_what_people_wrote() -> None:
    """It has a finding, and no verdict."""
    checklist, findings = answered()
    items = tuple(replace(finding, verdict=None) for finding in findings.items)
    columns = tuple(ListColumn(name, UserCell(name)) for name in COLUMNS)
    marks = {"A1": {"id": fingerprint("A1"), "item": fingerprint("Stelling 1.")}}
    existing = ExistingList(columns, (row_of(5, "A1+"),), marks)
    [line] = merge_list(checklist, replace(findings, items=items, actions=()), existing).lines
    assert (line.id, line.left) == ("A1", RetainedReason.NOT_ASKED)


def test_answers_that_are_too_few_keep_what_people_wrote() -> None:
    """No item has a finding then."""
    checklist, findings = answered()
    columns = tuple(ListColumn(name, UserCell(name)) for name in COLUMNS)
    marks = {"A1": {"id": fingerprint("A1"), "item": fingerprint("Stelling 1.")}}
    existing = ExistingList(columns, (row_of(5, "A1+"),), marks)
    few = Findings(findings.rows, (), (), round_open=False, too_few=True)
    [line] = merge_list(checklist, few, existing).lines
    assert (line.id, line.left) == ("A1", RetainedReason.TOO_FEW)
