"""Workbooks as tests need them."""

import io

from openpyxl import Workbook
from openpyxl.chart import BarChart


def workbook_of(tabs: dict[str, list[list[object]]], *, with_chart: bool = False) -> bytes:
    """Return a workbook in which text is text, also when it looks like a formula."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    if with_chart:
        workbook.create_chartsheet("Grafiek").add_chart(BarChart())
    for name, rows in tabs.items():
        sheet = workbook.create_sheet(name)
        for y, row in enumerate(rows, 1):
            for x, value in enumerate(row, 1):
                cell = sheet.cell(y, x, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
