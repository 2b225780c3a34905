"""The merge: of what vinkje wrote, what people left and what a report says now."""

from datetime import date, datetime

import pytest

from forms.action_list.columns import COLUMNS, OURS, POLICIES, THEIRS, Policy
from forms.action_list.items import RowIds
from forms.action_list.merge import has_follow_up, is_typed_over, merge_row
from forms.action_list.model import Column, Former, Formula, Kept, Line, Row, mark

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


def former_of(theirs: dict[str, Kept], base: dict[str, object] | None = None) -> Former:
    """Return a list of one row, in which people left some cells otherwise than vinkje wrote."""
    kept = {name: Kept(value) for name, value in BASE.items()} | theirs
    columns = [Column(name, Kept(name)) for name in COLUMNS]
    cells = [kept.get(name, Kept()) for name in COLUMNS]
    if "eigen" in theirs:
        columns.append(Column(None, Kept("Kosten"), fill="SUM(A1)"))
        cells.append(theirs["eigen"])
    written = BASE if base is None else base
    marks = {"A1": {name: mark(value) for name, value in written.items()}} if written else {}
    return Former(tuple(columns), (Row(5, tuple(cells)),), marks)


def test_every_column_has_a_policy() -> None:
    """Ours and theirs are told by it alone."""
    assert set(OURS) | set(THEIRS) == set(POLICIES) == set(COLUMNS)
    assert {name for name in COLUMNS if POLICIES[name] is Policy.OVERRIDABLE} == {"action"}
    assert all(POLICIES[name] is Policy.USER for name in THEIRS)


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
    former = former_of({name: Kept(theirs)})
    cell = merge_row(former, Line("A1", former=former.rows[0]), {name: ours})[name]
    assert (cell.is_ours, cell.value, cell.typed_over) == expected


def test_a_new_row_is_ours_with_what_is_proposed() -> None:
    """From then on that part is people's."""
    cells = merge_row(None, Line("A1"), {"priority": "Nodig", "owner": "Anna"})
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
    former = former_of({}, {})
    assert is_typed_over(former, "A1", name, value) is is_theirs


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ({}, False),
        ({"owner": Kept("Bram")}, True),
        ({"owner": Kept()}, True),
        ({"note": Kept("bel")}, True),
        ({"share": Kept(0.25, comment="klopt dit?")}, True),
        ({"item": Kept("Stelling.", link="https://example.nl")}, True),
        ({"remarks": Kept(None, link="#Deel!A1")}, False),
        ({"priority": Kept("hoog")}, True),
        ({"priority": Kept(None)}, False),
        # What Excel fills in by itself says nothing of the item; what is typed over it does.
        ({"eigen": Kept(Formula("=SUM(A1)", 3))}, False),
        ({"eigen": Kept(7)}, True),
        ({"eigen": Kept(Formula("=SUM(A1)", 3), comment="let op")}, True),
    ],
)
def test_what_is_a_follow_up(theirs: dict[str, Kept], *, expected: bool) -> None:
    """An item that is in order now stays for it."""
    former = former_of(theirs)
    assert has_follow_up(former, Line("A1", former=former.rows[0])) is expected


@pytest.mark.parametrize(
    ("theirs", "item"),
    [
        ({}, "A1"),
        ({"id": Kept(None)}, "A1"),
        ({"id": Kept("a1"), "item": Kept("Iets anders")}, "A1"),
        ({"id": Kept(1.1), "item": Kept("Stelling.")}, "A1"),
        ({"id": Kept(None), "item": Kept("Iets anders")}, None),
    ],
)
def test_which_item_a_row_is_about(theirs: dict[str, Kept], item: str | None) -> None:
    """By its Nr, else by the statement that vinkje wrote."""
    former = former_of(theirs)
    assert RowIds(former).of(former.rows[0]) == item
