"""Tabs that people added to the workbook, taken along cell by cell."""

from collections.abc import Callable
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import MergedCell
from openpyxl.worksheet.table import Table, TableColumn

from forms.workbook.formulas import Moves
from forms.workbook.kept import Looks, kept_cell, put_kept
from forms.workbook.state import carry_names
from forms.workbook.table import in_order_of_values, without_colours

_AS_THEY_ARE = (
    *("merged_cells", "protection", "freeze_panes", "sheet_state"),
    *("page_setup", "page_margins", "print_options", "HeaderFooter", "row_breaks", "col_breaks"),
)
_PRINTED = ("print_area", "print_title_rows", "print_title_cols")
# Where data came from; what ends in DxfId is the number of a format of the former workbook.
_LEFT_OUT = ("tableType", "connectionId", "queryTableFieldId", "xmlColumnPr")
_SIZES = ("width", "height", "hidden", "outlineLevel", "collapsed", "min", "max")


def carry(workbook: Workbook, former: Any, shown: Any, moves: Moves) -> dict[str, object]:
    """Put a former tab into a new workbook: cells, formats, sizes, rules, Tables; not drawings.

    Called in the order of the former tabs, it puts each in the place that it had. `shown` is the
    tab with what its formulas came to, which are returned by cell.
    """
    sheet: Any = workbook.create_sheet(former.title, former.parent.index(former))

    def moved(formula: str) -> str:
        return moves.formula(formula, former.title)

    outcomes = _carry_cells(sheet, former, shown, moved)
    for kind in ("row_dimensions", "column_dimensions"):
        for key, dimension in getattr(former, kind).items():
            _size(dimension, getattr(sheet, kind)[key])
    for name in _AS_THEY_ARE:
        setattr(sheet, name, copy(getattr(former, name)))
    _carry_rules(sheet, former, moved)
    sheet.auto_filter = without_colours(former.auto_filter)
    for table in former.tables.values():
        sheet.add_table(_bare(table, moved))
    _carry_names(sheet, former, moves)
    view, new = former.sheet_view, sheet.sheet_view
    new.zoomScale, new.showGridLines = view.zoomScale, view.showGridLines
    sheet.sheet_properties.tabColor = former.sheet_properties.tabColor
    return outcomes


def _carry_cells(
    sheet: Any, former: Any, shown: Any, moved: Callable[[str], str]
) -> dict[str, object]:
    """Copy every cell; returns what formulas came to."""
    looks = Looks()
    outcomes: dict[str, object] = {}
    for (row, column), cell in sorted(former._cells.items()):  # noqa: SLF001
        if not isinstance(cell, MergedCell):
            new = sheet.cell(row, column)
            looks.copy(cell, new)
            outcome = shown.cell(row, column).value if shown and cell.data_type == "f" else None
            put_kept(new, kept_cell(cell, outcome), moved, is_in_place=True)
            outcomes[new.coordinate] = outcome
    return outcomes


def _carry_names(sheet: Any, former: Any, moves: Moves) -> None:
    """Take along the names that hold on this tab alone, and what of it is printed."""
    carry_names(sheet, former, moves.reference)
    for name in _PRINTED:
        if value := getattr(former, name):
            setattr(sheet, name, value)


def _carry_rules(sheet: Any, former: Any, moved: Callable[[str], str]) -> None:
    """Offer the same words and colours, also where those stand in the action list."""
    for rule in former.data_validations.dataValidation:
        taken = copy(rule)
        taken.formula1 = rule.formula1 and moved(f"={rule.formula1}")[1:]
        taken.formula2 = rule.formula2 and moved(f"={rule.formula2}")[1:]
        sheet.add_data_validation(taken)
    for formatting in former.conditional_formatting:
        for rule in formatting.rules:
            taken = copy(rule)
            taken.formula = [moved(f"={formula}")[1:] for formula in rule.formula]
            sheet.conditional_formatting.add(str(formatting.sqref), taken)


def _bare(table: Any, moved: Callable[[str], str]) -> Any:
    """Return a Table without what the new workbook does not have."""
    taken = Table(**_own_parts(table))
    taken.tableColumns = [TableColumn(**_own_parts(column)) for column in table.tableColumns]
    for column in taken.tableColumns:
        if formula := column.calculatedColumnFormula:
            column.calculatedColumnFormula = copy(formula)
            column.calculatedColumnFormula.attr_text = moved(f"={formula.attr_text}")[1:]
    taken.autoFilter = without_colours(table.autoFilter)
    taken.sortState = in_order_of_values(table.sortState)
    return taken


def _own_parts(part: Any) -> dict[str, Any]:
    names = [n for n in (*part.__attrs__, *part.__elements__) if not n.endswith("DxfId")]
    return {name: getattr(part, name) for name in names if name not in _LEFT_OUT}


def _size(former: Any, new: Any) -> None:
    for name in _SIZES:
        if (size := getattr(former, name, None)) is not None:
            setattr(new, name, size)
