"""What else people set on the action list: drop-downs and colours."""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from forms.action_list.follow_up import Former
from forms.workbook.listed import Place
from forms.workbook.table import is_our_choice, is_our_colour


def carry_rules(
    sheet: Any, former: Former, columns: Sequence[Place], first: int, last: int
) -> set[str]:
    """Put people's rules on the whole of the columns that they lie on.

    Returns the letters of the columns with their rules for what may be filled in.
    """
    old = former.rest.sheet
    now = {place.was: i for i, place in enumerate(columns, 1)}
    theirs: set[str] = set()
    for rule in old.data_validations.dataValidation:
        if is_our_choice(rule):
            continue
        if areas := _areas(rule.sqref.ranges, now, first, last):
            taken = copy(rule)
            taken.sqref = type(rule.sqref)(" ".join(areas))
            taken.formula1 = _moved(rule.formula1, rule.sqref.ranges, areas)
            taken.formula2 = _moved(rule.formula2, rule.sqref.ranges, areas)
            sheet.add_data_validation(taken)
            theirs |= {area.partition(":")[0].rstrip("0123456789") for area in areas}
    for formatting in old.conditional_formatting:
        if areas := _areas(formatting.sqref.ranges, now, first, last):
            for rule in [rule for rule in formatting.rules if not is_our_colour(rule)]:
                taken = copy(rule)
                taken.formula = [
                    _moved(formula, formatting.sqref.ranges, areas) for formula in rule.formula
                ]
                taken.priority = 0
                sheet.conditional_formatting.add(" ".join(areas), taken)
    return theirs


def dress(sheet: Any, former: Former) -> None:
    """Give the tab what people set for it as a whole."""
    old = former.rest.sheet
    sheet.protection = copy(old.protection)
    sheet.sheet_properties.tabColor = old.sheet_properties.tabColor
    sheet.sheet_view.zoomScale = old.sheet_view.zoomScale


def _areas(ranges: Iterable[Any], now: dict[int | None, int], first: int, last: int) -> list[str]:
    """Return the new cells for a rule; none when it lies on no column that is still there."""
    columns = {
        now[was]
        for area in ranges
        for was in now
        if was is not None and area.min_col <= was + 1 <= area.max_col
    }
    letters = [get_column_letter(column) for column in sorted(columns)]
    return [f"{letter}{first}:{letter}{last}" for letter in letters]


def _moved(formula: Any, ranges: Iterable[Any], areas: Sequence[str]) -> Any:
    """Return a rule's formula, which is written for the first cell that it lies on."""
    if not formula:
        return formula
    row, column = min((area.min_row, area.min_col) for area in ranges)
    translator = Translator(f"={formula}", origin=f"{get_column_letter(column)}{row}")
    return translator.translate_formula(areas[0].partition(":")[0]).removeprefix("=")
