"""What names a row of the list still names it, wherever the row went."""

import pytest

from forms.excel.moves import GONE, Moves

# Rows 5 to 9: the first two changed places, 7 is gone, and there is one more than there was.
MOVES = Moves("Actielijst", 5, 9, 10, {5: 6, 6: 5, 8: 8, 9: 9}, beside=20)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A5", "A6"),
        ("$K$5", "$K$6"),
        ("A7", GONE),
        ("A7:A7", GONE),
        ("A4", "A4"),
        ("A12", "A13"),
        ("A5:A6", "A5:A6"),
        ("A6:A8", "A5:A8"),
        ("A5:A9", "A5:A10"),
        ("$A$4:$K$9", "$A$4:$K$10"),
        ("A5:A12", "A5:A13"),
        ("5:9", "5:10"),
        ("$5:$5", "$6:$6"),
        ("K:K", "K:K"),
        ("T5+T12", "T5+T12"),
        ("U5:V9+U7:V7", "U5:V9+U7:V7"),
        ("SUM(A5:INDEX(A:A,9))", "SUM(A6:INDEX(A:A,9))"),
        ("OFFSET(A5,0,0):A6", "OFFSET(A6,0,0):A5"),
        ("Actielijst!A5", "Actielijst!A6"),
        ("'actielijst'!A5:'actielijst'!A9", "'actielijst'!A5:'actielijst'!A10"),
        ("Actielijst!A5:A9", "Actielijst!A5:A10"),
        ("SUM(Actielijst!$A$5,X!A5)", "SUM(Actielijst!$A$6,X!A5)"),
        ("[1]Actielijst!A5", "[1]Actielijst!A5"),
        ("'[plan 5.xlsx]Actielijst'!A5", "'[plan 5.xlsx]Actielijst'!A5"),
        ("Blad1:Actielijst!A5", "Blad1:Actielijst!A5"),
        ("Actielijst[[#This Row],[Kosten5]]", "Actielijst[[#This Row],[Kosten5]]"),
        ('"A5"&A6', '"A5"&A5'),
        ("LOG10(A5)", "LOG10(A6)"),
        ("R5C1", "R5C1"),
        ("A5:A6 A5:K5", "A5:A6 A6:K6"),
        ("A5#", "A5#"),
    ],
)
def test_a_formula_follows(before: str, after: str) -> None:
    """Of the list itself; names, texts, tables and other workbooks stay as they are."""
    assert MOVES.formula(before, "Actielijst") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A5", "A5"),
        ("Actielijst!A5", "Actielijst!A6"),
        ("Actielijst!A5:A6", "Actielijst!A5:A6"),
        ("Actielijst!A7*2", f"{GONE}*2"),
    ],
)
def test_a_formula_of_another_tab_follows(before: str, after: str) -> None:
    """Only where it names the list."""
    assert MOVES.formula(before, "Kosten") == after


def test_a_tabs_name_may_hold_anything() -> None:
    """An apostrophe is written twice, and a colon stands in quotes."""
    moves = Moves("Wim's: lijst", 5, 6, 6, {5: 6, 6: 5})
    assert moves.formula("'Wim''s: lijst'!A5+1", "x") == "'Wim''s: lijst'!A6+1"


@pytest.mark.parametrize(
    ("formula", "shift", "after"),
    [
        ('$K5="x"', 1, '$K6="x"'),
        ("$K$5", 1, "$K$6"),
        ("K5:K6", 3, "K8:K9"),
        ("$K$5:K6", 3, "$K$5:K9"),
        ("Extra!K5", 3, "Extra!K5"),
    ],
)
def test_a_rules_formula_goes_along_with_its_first_cell(
    formula: str, shift: int, after: str
) -> None:
    """What is relative in it; what is fixed follows its row."""
    assert MOVES.formula(formula, "Actielijst", shift) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A5:B9", "A5:B10"),
        ("A5:A508", "A5:A509"),
        ("C6:C7", "C5"),
        ("C7", ""),
        ("C5:C6 D12", "C5:C6 D13"),
        ("A6:A9", "A5 A8:A9"),
        ("T5:T6 T7", "T5:T6 T7"),
        ("A1:B2", "A1:B2"),
        ("A3:A6", "A3:A6"),
        ("A11:A12", "A12:A13"),
        ("A6:A1048576", "A5 A8:A9 A11:A1048576"),
        # As some programs write whole columns.
        ("C:C A5", "C:C A6"),
    ],
)
def test_the_cells_of_a_rule_hold_no_other_rows(before: str, after: str) -> None:
    """A rule on the whole list stays on all of it."""
    assert MOVES.areas(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A5", "A6"),
        ("A7", None),
        ("A4:Q9", "A4:Q10"),
        ("Q9:A4", "A4:Q10"),
        ("A6:B8", "A5:B8"),
        ("T7:U7", "T7:U7"),
    ],
)
def test_one_range_stays_one(before: str, after: str | None) -> None:
    """As that of a Table, or of a link."""
    assert MOVES.area(before) == after


@pytest.mark.parametrize(
    ("area", "can"),
    [
        ("A5:A6", True),
        ("A4:A5", True),
        ("A9:B12", True),
        ("A5:Q5", False),
        ("A1:A4", False),
        ("A11:A12", False),
    ],
)
def test_what_can_come_apart(area: str, can: bool) -> None:  # noqa: FBT001
    """Cells merged over several rows of the list."""
    assert MOVES.takes_apart(area) == can
    assert not MOVES.takes_apart("T5:T9")
    assert not MOVES.takes_apart("C:C")
    assert MOVES.area("C:C") == "C:C"


def test_nothing_moved() -> None:
    """Then a report need not write the part again."""
    assert Moves("a", 5, 6, 6, {5: 5, 6: 6}).is_still
    assert not Moves("a", 5, 6, 7, {5: 5, 6: 6}).is_still
    assert not Moves("a", 5, 6, 6, {5: 6, 6: 5}).is_still
    assert not Moves("a", 5, 6, 6, {5: 5}).is_still


def test_what_a_formula_loses_is_known() -> None:
    """To tell people of it."""
    assert MOVES.loses("A7+1", "Actielijst")
    assert not MOVES.loses(f"{GONE}+A5", "Actielijst")
