"""Tables from a workbook: one a worksheet."""

import io
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from forms.errors import SourceError
from forms.responses.columns import ColumnReader
from forms.responses.header import table_of_rows
from forms.responses.model import Cell, Row, Table

# Excel's own limit; a file that claims a later row would keep us counting blank ones for hours.
_MOST_ROWS = 1_048_576


def spreadsheet_tables(place: str, content: bytes, reader: ColumnReader) -> list[Table]:
    """Return a table for every worksheet that holds anything.

    Dates are datetimes, errors such as `#N/A` their text. Raises SourceError for a workbook that
    cannot be read, also while its rows are read.
    """
    # It warns of what it would drop on saving, which we never do.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    try:
        file = io.BytesIO(content)
        workbook: Any = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # noqa: BLE001 - openpyxl fails in as many ways as files can
        raise _unreadable(place, error) from None
    tables = [
        table_of_rows(sheet.title, _rows(place, sheet), reader) for sheet in workbook.worksheets
    ]
    return [table for table in tables if table.header]


def _rows(place: str, sheet: Any) -> Iterator[Row]:
    # The size that a file declares can be wrong, and would cut off rows and columns.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    try:
        for row in islice(rows, _MOST_ROWS):
            yield [_unescaped(cell) for cell in row]
        more = next(rows, None)
    except Exception as error:  # noqa: BLE001 - as above
        raise _unreadable(place, error) from None
    if more is not None:
        raise SourceError(
            f"{place}: the tab '{sheet.title}' has more rows than Excel knows; save it anew"
        )


def _unescaped(cell: Cell) -> Cell:
    """Undo Excel's `_x000D_`, which openpyxl leaves standing; TRUE is no 1 and no answer."""
    if isinstance(cell, bool):
        return str(cell).upper()
    return unescape(cell) if isinstance(cell, str) and "_x" in cell else cell


def _unreadable(place: str, error: Exception) -> SourceError:
    return SourceError(
        f"{place}: Excel could have made this, but it cannot be read ({type(error).__name__}); "
        "open it, save it anew as 'Excel Workbook (.xlsx)', and try that"
    )
