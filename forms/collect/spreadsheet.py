"""Tables from a workbook: one a worksheet."""

from typing import IO

from forms.collect.tables import table_of_rows
from forms.responses import Table


def spreadsheet_tables(place: str, file: IO[bytes]) -> list[Table]:
    """Return a table for every worksheet that holds anything.

    Raises SourceError for a workbook that cannot be read.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    workbook = CalamineWorkbook.from_filelike(file)
    tables = []
    for sheet in workbook.sheets_metadata:
        if sheet.typ is SheetTypeEnum.WorkSheet:
            found = workbook.get_sheet_by_name(sheet.name)
            tables.append(table_of_rows(sheet.name, found.iter_rows()))
    return [table for table in tables if table.header]
