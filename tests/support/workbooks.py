"""Workbooks as tests need them."""

import io
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart
from openpyxl.worksheet.merge import MergedCellRange

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_KINDS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
# Styles 0 to 4: general, a day, a day and time, a duration, a number with "d" in its text.
STYLES = """<numFmts><numFmt numFmtId="164" formatCode="d\\-m\\-yyyy h:mm"/>
<numFmt numFmtId="165" formatCode="0 &quot;dagen&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/>
<xf numFmtId="165"/></cellXfs><dxfs><dxf><numFmt numFmtId="165" formatCode="d-m"/></dxf></dxfs>"""
STRINGS = """<si><t>een</t></si><si><r><t>tw</t></r><r><rPr><b/></rPr><t>ee</t></r></si>
<si><t>東京</t><rPh sb="0" eb="2"><t>とうきょう</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si>
<si><t/></si><si><t xml:space="preserve"> x </t></si>"""


def opened(file: Path | bytes, **options: bool) -> Any:
    """Return a workbook, whatever it holds, as openpyxl loads it: it stands for Excel here.

    Excel does not draw anew the borders of cells that are merged, which takes half of the time.
    """
    with mock.patch.object(MergedCellRange, "format"):
        return load_workbook(io.BytesIO(file) if isinstance(file, bytes) else file, **options)


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


def workbook(
    cells: str = "",
    *,
    data: str | None = None,
    main: str = MAIN,
    kinds: str = KINDS,
    settings: str = "",
    state: str = "visible",
    parts: dict[str, bytes | None] | None = None,
) -> bytes:
    """Return a workbook of one tab: the cells of row 1, or all that is in its `sheetData`.

    `parts` replaces parts, or takes them out.
    """
    data = f'<row r="1">{cells}</row>' if data is None else data
    relations = "".join(
        f'<Relationship Id="{name}" Type="{kinds}/{name}" Target="{target}"/>'
        for name, target in (
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "/xl/sharedStrings.xml"),
        )
    )
    texts = {
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{kinds}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}">{settings}<sheets>'
        f'<sheet name="Blad" sheetId="7" state="{state}" r:id="worksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{STRINGS}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData>'
        "</worksheet>",
    }
    contents = {name: text.encode() for name, text in texts.items()} | (parts or {})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            if content is not None:
                archive.writestr(name, content)
    return file.getvalue()
