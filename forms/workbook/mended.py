"""What openpyxl reads otherwise than people typed it."""

import re
import zipfile
from typing import Any

from openpyxl.styles.numbers import is_date_format

from forms.workbook.light import Package

_NO_DAY = "#VALUE!"


def give_numbers_back(workbook: Any, archive: zipfile.ZipFile, package: Package) -> None:
    """Undo that a number in a cell for days, such as 20261201, became an error."""
    for sheet in workbook.worksheets:
        cells = sheet._cells.values()  # noqa: SLF001
        odd = [c for c in cells if c.value == _NO_DAY and is_date_format(c.number_format)]
        xml = archive.read(package.parts[sheet.title]) if odd else b""
        for cell in odd:
            written = re.search(
                rb'<c r="%s"([^>]*)><v>([0-9.eE+-]+)</v>' % cell.coordinate.encode(), xml
            )
            if written and b't="e"' not in written[1]:
                number = float(written[2])
                cell.value = int(number) if number.is_integer() else number
                cell.number_format = "General"
