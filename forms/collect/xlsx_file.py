"""Tables from a workbook: one a worksheet."""

from collections.abc import Iterator
from dataclasses import replace
from gettext import gettext

from forms.collect.limits import Spent, bounded
from forms.errors import SourceError
from forms.excel.markup import ExcelError
from forms.excel.package import Package
from forms.excel.reader import SheetPart, Workbook
from forms.excel.rows import RowLimitError, SheetRow, Uncomputed
from forms.responses.columns import ColumnReader
from forms.responses.header import table_of_rows
from forms.responses.model import Observed, Row, Table, is_filled


def spreadsheet_tables(place: str, content: bytes, reader: ColumnReader) -> list[Table]:
    """Return a table for every worksheet that holds anything.

    Dates are datetimes, errors such as `#N/A` their text. A formula whose result was not stored
    is noted in the table's `observed`, and its cell empty. Raises SourceError for a workbook that
    cannot be read, also while its rows are read.
    """
    try:
        workbook = Workbook(Package(content))
    except ExcelError as error:
        raise _unreadable(place, error) from None
    spent = Spent()
    tables = [_table(place, workbook, sheet, reader, spent) for sheet in workbook.sheets]
    return [table for table in tables if table.header]


def _table(
    place: str, workbook: Workbook, sheet: SheetPart, reader: ColumnReader, spent: Spent
) -> Table:
    observed = Observed()
    rows = sheet_rows_of(place, workbook, sheet, observed)
    rows = bounded(f"{place}, tab '{sheet.title}'", rows, spent)
    return replace(table_of_rows(sheet.title, rows, reader), observed=observed)


def sheet_rows_of(
    place: str, workbook: Workbook, sheet: SheetPart, observed: Observed
) -> Iterator[Row]:
    """Yield a worksheet's rows by their number; a row that lacks is empty. Raises SourceError."""
    before = 0
    try:
        for row in workbook.rows(sheet, observed.merged):
            for _ in range(before + 1, row.number):
                yield []
            before = row.number
            _observe(row, observed)
            while row.cells and row.cells[-1] is None:
                row.cells.pop()
            yield row.cells
    except RowLimitError:
        raise SourceError(
            place,
            gettext("the tab '{tab}' has more rows than Excel knows").format(tab=sheet.title),
            gettext("save it anew"),
        ) from None
    except ExcelError as error:
        raise _unreadable(place, error) from None


def _observe(row: SheetRow, observed: Observed) -> None:
    """Take note of what a row is besides its cells, and of formulas, which are no content."""
    if Uncomputed in map(type, row.cells):
        for index, cell in enumerate(row.cells):
            if isinstance(cell, Uncomputed):
                first, count = observed.uncomputed.get(index, (cell.cell, 0))
                observed.uncomputed[index] = first, count + 1
                row.cells[index] = None
    if row.is_hidden and any(map(is_filled, row.cells)):
        observed.hidden += 1


def _unreadable(place: str, error: ExcelError) -> SourceError:
    return SourceError(
        place,
        gettext("Excel could have made this, but it cannot be read ({reason})").format(
            reason=error
        ),
        gettext("open it, save it anew as 'Excel Workbook (.xlsx)', and try that"),
    )
