"""Tabs that people added to the workbook, taken along cell by cell."""

from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import MergedCell

from forms.report.workbook.formulas import Moves
from forms.report.workbook.kept import Looks, kept_cell, put_kept

_AS_THEY_ARE = (
    *("merged_cells", "conditional_formatting", "data_validations", "protection", "auto_filter"),
    *("page_setup", "page_margins", "freeze_panes", "sheet_state"),
)
_SIZES = ("width", "height", "hidden", "outlineLevel", "collapsed", "min", "max")


def carry(workbook: Workbook, former: Any, shown: Any, moves: Moves) -> dict[str, object]:
    """Put a former tab into a new workbook: cells, formats, sizes, rules; not drawings.

    Called in the order of the former tabs, it puts each in the place that it had. `shown` is the
    tab with what its formulas came to, which are returned by cell.
    """
    sheet: Any = workbook.create_sheet(former.title, former.parent.index(former))
    looks = Looks()
    outcomes: dict[str, object] = {}
    for (row, column), cell in sorted(former._cells.items()):  # noqa: SLF001
        if not isinstance(cell, MergedCell):
            new = sheet.cell(row, column)
            looks.copy(cell, new)
            outcome = shown.cell(row, column).value if shown and cell.data_type == "f" else None
            put_kept(new, kept_cell(cell, outcome), lambda text: moves.formula(text, former.title))
            outcomes[new.coordinate] = outcome
    for kind in ("row_dimensions", "column_dimensions"):
        for key, dimension in getattr(former, kind).items():
            _size(dimension, getattr(sheet, kind)[key])
    for name in _AS_THEY_ARE:
        setattr(sheet, name, copy(getattr(former, name)))
    view, new = former.sheet_view, sheet.sheet_view
    new.zoomScale, new.showGridLines = view.zoomScale, view.showGridLines
    sheet.sheet_properties.tabColor = former.sheet_properties.tabColor
    return outcomes


def _size(former: Any, new: Any) -> None:
    for name in _SIZES:
        if (size := getattr(former, name, None)) is not None:
            setattr(new, name, size)
