"""Tables from a workbook: one a worksheet."""

from collections.abc import Iterator

from forms.errors import SourceError
from forms.excel.markup import ExcelError
from forms.excel.reader import SheetPart, Workbook
from forms.excel.rows import RowLimitError
from forms.responses.columns import ColumnReader
from forms.responses.header import table_of_rows
from forms.responses.model import Row, Table, is_filled


def spreadsheet_tables(place: str, content: bytes, reader: ColumnReader) -> list[Table]:
    """Return a table for every worksheet that holds anything.

    Dates are datetimes, errors such as `#N/A` their text, a formula whose result was not stored
    is `Uncomputed`. Raises SourceError for a workbook that cannot be read, also while its rows
    are read.
    """
    try:
        workbook = Workbook(content)
    except ExcelError as error:
        raise _unreadable(place, error) from None
    sheets = [SheetRows(place, workbook, sheet) for sheet in workbook.sheets]
    tables = [table_of_rows(rows.sheet.title, iter(rows), reader) for rows in sheets]
    return [table for table in tables if table.header]


class SheetRows:
    """A worksheet's rows by their number; a row that lacks is empty.

    Once they were read, `hidden_rows` is how many rows that hold something people do not see.
    """

    def __init__(self, place: str, workbook: Workbook, sheet: SheetPart) -> None:
        self.place = place
        self.workbook = workbook
        self.sheet = sheet
        self.hidden_rows = 0

    def __iter__(self) -> Iterator[Row]:
        before = 0
        try:
            for row in self.workbook.rows(self.sheet):
                for _ in range(before + 1, row.number):
                    yield []
                before = row.number
                if row.is_hidden and any(map(is_filled, row.cells)):
                    self.hidden_rows += 1
                yield row.cells
        except RowLimitError:
            raise SourceError(
                f"{self.place}: the tab '{self.sheet.title}' has more rows than Excel knows; "
                "save it anew"
            ) from None
        except ExcelError as error:
            raise _unreadable(self.place, error) from None


def _unreadable(place: str, error: ExcelError) -> SourceError:
    return SourceError(
        f"{place}: Excel could have made this, but it cannot be read ({error}); "
        "open it, save it anew as 'Excel Workbook (.xlsx)', and try that"
    )
