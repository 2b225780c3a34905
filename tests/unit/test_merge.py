"""The merge: of what vinkje wrote, what people left and what a report says now."""

from datetime import date, datetime

import pytest

from forms.action_list.columns import COLUMN_POLICIES, COLUMNS, GENERATED, USER, Policy
from forms.action_list.items import RowIds
from forms.action_list.merge import has_follow_up, is_edited, merge_row
from forms.action_list.model import (
    ActionLine,
    ExistingList,
    ExistingRow,
    Formula,
    ListColumn,
    UserCell,
    fingerprint,
)

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
        ("item", "Stelling.", True),
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
