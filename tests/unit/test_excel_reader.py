"""The reader of .xlsx: what every program writes in it is read as Excel shows it."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import Convert
from workbooks import KINDS, MAIN, STRICT, STRICT_KINDS, workbook, workbook_of

from forms.checklist.model import load_checklist
from forms.collect.xlsx_file import sheet_rows_of, spreadsheet_tables
from forms.errors import SourceError
from forms.excel.markup import ExcelError
from forms.excel.package import Package
from forms.excel.reader import Workbook
from forms.excel.rows import Uncomputed
from forms.resources import resource
from forms.responses.columns import ColumnReader
from forms.responses.model import Observed

READER = ColumnReader(load_checklist(resource("checklist.yaml")))


def rows(content: bytes) -> dict[int, list[object]]:
    """Return the rows of the only tab by their number."""
    book = Workbook(Package(content))
    return {row.number: row.cells for row in book.rows(book.sheets[0])}


def sheet(xml: str, encoding: str = "utf-8") -> bytes:
    """Return a workbook with this part as its tab."""
    return workbook(parts={"xl/worksheets/sheet1.xml": xml.encode(encoding)})


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', "een"),
        ('<c r="A1" t="s"><v>1</v></c>', "twee"),
        ('<c r="A1" t="s"><v>2</v></c>', "東京"),
        ('<c r="A1" t="s"><v>3</v></c>', "a\rb_x0041_"),
        ('<c r="A1" t="s"><v>4</v></c>', ""),
        ('<c r="A1" t="s"><v>5</v></c>', " x "),
        ('<c r="A1" t="s"><v/></c>', None),
        ('<c r="A1"><v>7</v></c>', 7),
        ('<c r="A1"><v>7.0</v></c>', 7.0),
        # More digits than a float holds, as numbers of people or rows have.
        ('<c r="A1"><v>12345678901234567</v></c>', 12345678901234567),
        ('<c r="A1" t="n"><v>-0.5</v></c>', -0.5),
        ('<c r="A1"><v>1E3</v></c>', 1000.0),
        ('<c r="A1"><v>1e-3</v></c>', 0.001),
        ('<c r="A1"><v> 7 </v></c>', 7),
        ('<c r="A1" s="4"><v>7</v></c>', 7),
        ('<c r="A1" s="1"><v>46024</v></c>', datetime(2026, 1, 2)),  # noqa: DTZ001
        ('<c r="A1" s="2"><v>46024.378553240743</v></c>', datetime(2026, 1, 2, 9, 5, 7)),  # noqa: DTZ001
        ('<c r="A1" s="2"><v>0.5</v></c>', time(12)),
        ('<c r="A1" s="3"><v>1.5</v></c>', timedelta(hours=36)),
        ('<c r="A1" s="1"><v>20261201</v></c>', 20261201),
        ('<c r="A1" s="99"><v>46024</v></c>', 46024),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="str"><f>B1</f><v>a_x0041_</v></c>', "aA"),
        ('<c r="A1" t="d"><v>2026-01-02T09:05:07</v></c>', datetime(2026, 1, 2, 9, 5, 7)),  # noqa: DTZ001
        ('<c r="A1" t="d"><v>2026-01-02</v></c>', date(2026, 1, 2)),
        ('<c r="A1" t="d"><v>morgen</v></c>', "morgen"),
        ('<c r="A1" t="inlineStr"><is><t>a&amp;b</t></is></c>', "a&b"),
        ('<c r="A1" t="inlineStr">\n <is>\n <t>a</t>\n </is>\n</c>', "a"),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>_x0041_</t></r></is></c>', "aA"),
        ('<c r="A1" t="inlineStr"><is><t>a</t><rPh><t>b</t></rPh></is></c>', "a"),
        ('<c r="A1" t="inlineStr"><is><rPh><t>b</t></rPh><r><t>a</t></r></is></c>', "a"),
        ('<c r="A1" t="inlineStr"><is><t> a </t></is></c>', " a "),
        ('<c r="A1" t="inlineStr"><is><t><![CDATA[<b>]]></t></is></c>', "<b>"),
        ('<c r="A1" t="inlineStr"><is><t/></is></c>', ""),
        ('<c r="A1" t="inlineStr"><is/></c>', ""),
        ('<c r="A1" t="inlineStr"/>', None),
        ('<c r="A1" s="1"/>', None),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="A1"><f>1+1</f></c>', Uncomputed("A1", "=1+1")),
        ("<c><f>1+1</f><v/></c>", Uncomputed("A1", "=1+1")),
        ('<c r="A1" t="str"><f>""</f><v/></c>', None),
        ('<c r="A1" t="str"><f>""</f></c>', Uncomputed("A1", '=""')),
        (f'<c r="A1" t="str"><v>{"x" * 100_000}é</v></c>', "x" * 100_000 + "é"),
    ],
)
def test_what_a_cell_holds(cell: str, value: object) -> None:
    """Each kind of cell, as Excel or another program writes it; strict workbooks say the same."""
    kinds = {MAIN: KINDS, STRICT: STRICT_KINDS}
    for main, kind in kinds.items():
        (found,) = rows(workbook(cell, main=main, kinds=kind))[1]
        assert (found, type(found)) == (value, type(value))


def test_shared_formulas_without_results() -> None:
    """The first cell holds the text; the others read as they stand."""
    cells = (
        '<c r="A1"><f t="shared" ref="A1:A2" si="0">B1*$C$1</f></c><c r="B1"><v/></c></row><row>'
        '<c r="A2"><f t="shared" si="0"/></c><c r="B2"><f t="shared" si="0"/><v>3</v></c>'
        '<c r="C2"/>'
    )
    found = rows(workbook(cells))
    assert found[1] == [Uncomputed("A1", "=B1*$C$1"), None]
    assert found[2] == [Uncomputed("A2", "=B2*$C$1"), 3, None]
    assert str(found[2][0]) == "=B2*$C$1"


@pytest.mark.parametrize("formula", ["A1", "&quot;"])
def test_a_shared_formula_that_cannot_be_there(formula: str) -> None:
    """It is given as the first cell has it."""
    data = (
        f'<row r="2"><c r="B2"><f t="shared" si="0">{formula}</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/></c></row>'
    )
    text = formula.replace("&quot;", '"')
    assert rows(workbook(data=data))[3] == [Uncomputed("A3", f"={text}")]


def test_formatted_texts_side_by_side() -> None:
    """Each keeps its own pieces."""
    cell = '<c t="inlineStr"><is><r><t>{}</t></r><r><t>{}</t></r></is></c>'
    cells = cell.format("a", "b") + cell.format("c", "d") + "<c/>"
    assert rows(workbook(cells))[1] == ["ab", "cd", None]


def test_workbooks_of_1904() -> None:
    """Days are counted from another one."""
    content = workbook('<c s="1"><v>1</v></c>', settings='<workbookPr date1904="1"/>')
    assert rows(content)[1] == [datetime(1904, 1, 2)]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (
            "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
            {1: [1, 2], 2: [3]},
        ),
        ('<row r="2"><c r="C2"><v>1</v></c></row>', {2: [None, None, 1]}),
        ('<row r="2"><c r="C2"><v>1</v></c><c><v>2</v></c></row>', {2: [None, None, 1, 2]}),
        ('<row><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>', {1: [1, 2]}),
        ('<row><c r="a1"><v>1</v></c><c r="AB1"><v>2</v></c></row>', {1: [1, *[None] * 26, 2]}),
        ('<row r="3.0"><c><v>1</v></c></row>', {3: [1]}),
        ('<row r="2"/><row r="5" ht="9"/><row><c/></row>', {6: [None]}),
        ('<row r="1048576"><c r="XFD1048576"/></row>', {}),
        ("", {}),
    ],
)
def test_where_cells_are(data: str, found: dict[int, list[object]]) -> None:
    """A sheet need not say it; one that says so is believed, in any order of cells."""
    assert rows(workbook(data=data)) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_prefixes_and_encodings(encoding: str) -> None:
    """Another prefix for our elements, foreign elements of the same names, a wrong dimension."""
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    xml = (
        f'<?xml version="1.0" encoding="{declared}"?><x:worksheet xmlns:x="{MAIN}" xmlns:o="urn:o">'
        '<x:dimension ref="A1"/><x:sheetData><x:row r="2"><x:c r="B2" t="inlineStr"><x:is>'
        "<x:t>café</x:t></x:is><o:v>1</o:v></x:c><o:c><o:v>2</o:v></o:c></x:row></x:sheetData>"
        '<x:extLst><x:row r="1"><x:c/></x:row></x:extLst></x:worksheet>'
    )
    assert rows(sheet(xml, encoding)) == {2: [None, "café"]}


def test_parts_in_another_case_and_without_what_is_not_needed() -> None:
    """Part names are the same in capitals; styles and strings may lack."""
    plain = workbook("<c><v>1</v></c>")
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        parts: dict[str, bytes | None] = {n: archive.read(n) for n in archive.namelist()}
    shouted = {name.upper(): content for name, content in parts.items()}
    fewer = dict.fromkeys(["xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels"])
    assert rows(workbook(parts=dict.fromkeys(parts) | shouted)) == {1: [1]}
    assert rows(workbook("<c><v>1</v></c>", parts={**fewer})) == {1: [1]}


def test_which_tabs_there_are() -> None:
    """Worksheets in their order, also hidden ones; no charts and dialogs."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Een"
    book.create_chartsheet("Grafiek")
    book.create_sheet("Twee").sheet_state = "veryHidden"
    book.create_sheet("Drie", 0).sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    found = [(s.title, s.is_hidden) for s in Workbook(Package(file.getvalue())).sheets]
    assert found == [("Drie", True), ("Een", False), ("Twee", True)]


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>{{}}</v></c></row></sheetData>'


def test_formatted_cells_far_to_the_right_are_no_columns() -> None:
    """Each row would take 16,384 cells, for nothing."""
    book = Workbook(
        Package(workbook(data='<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'))
    )
    assert list(sheet_rows_of("a.xlsx", book, book.sheets[0], Observed())) == [[1]]


def test_a_file_that_says_it_is_large_takes_no_room() -> None:
    """Cells in both corners of a sheet, and a count of texts that is not true."""
    corners = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="1048576"><c r="XFD1048576"/>'
    texts = f'<sst xmlns="{MAIN}" uniqueCount="99999999999"><si><t>een</t></si></sst>'
    content = workbook(
        data=f'{corners}<c r="C1048576"><v>2</v></c></row>',
        parts={"xl/sharedStrings.xml": texts.encode()},
    )
    tracemalloc.start()
    found = rows(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == {1: ["een"], 1_048_576: [None, None, 2]}
    assert most < 5_000_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "zip"),
        (workbook(parts={"xl/workbook.xml": None}), "xl/workbook.xml: it is missing"),
        (workbook(parts={"xl/workbook.xml": b"<document/>"}), "no workbook"),
        (workbook(parts={"xl/workbook.xml": b""}), "xl/workbook.xml: "),
        (workbook(parts={"xl/_rels/workbook.xml.rels": None}), "tab 'Blad' has no part"),
        (workbook(parts={"xl/worksheets/sheet1.xml": None}), "sheet1.xml: it is missing"),
        (
            workbook('<c t="s"><v>0</v></c>', parts={"xl/sharedStrings.xml": None}),
            "to text 0, which",
        ),
        (workbook('<c t="s"><v>6</v></c>'), "sheet1.xml: a cell refers to text 6"),
        (workbook('<c t="s"><v>-1</v></c>'), "refers to text -1"),
        (workbook('<c t="s"><v>x</v></c>'), "sheet1.xml: "),
        (workbook('<c t="b"><v>x</v></c>'), "sheet1.xml: "),
        (workbook("<c><v>zeven</v></c>"), "sheet1.xml: "),
        (workbook(f"<c><v>{'9' * 5000}</v></c>"), "sheet1.xml: "),
        (workbook('<c r="XFE1"/>'), "beyond column XFD"),
        (workbook('<c r="XFD1"/><c/>'), "beyond column XFD"),
        (workbook('<c r="1"/>'), "no cell '1'"),
        (workbook('<c r="$A$1"/>'), "no cell '$A$1'"),
        (workbook(data='<row r="2"/><row r="2"/>'), "row 2 comes after row 2"),
        (workbook(data='<row r="0"/>'), "row 0 comes after"),
        (workbook(data='<row r="1.5"/>'), "no row '1.5'"),
        (workbook(data='<row r="inf"/>'), "no row 'inf'"),
        (workbook(data='<row r="1048577"/>'), "row 1048577"),
        (sheet(BOMB + SHEET.format("&b;") + "</worksheet>"), "sheet1.xml: it declares"),
        (sheet(OUTSIDE + SHEET.format("&a;") + "</worksheet>"), "it declares"),
        (sheet("<!DOCTYPE worksheet>" + SHEET + "</worksheet>"), "it declares"),
        (workbook(parts={"xl/sharedStrings.xml": f"{BOMB}<sst/>".encode()}), "it declares"),
        (workbook(parts={"xl/workbook.xml": f"{BOMB}<workbook/>".encode()}), "it declares"),
        (sheet(SHEET.format("&a;") + "</worksheet>"), "undefined entity"),
        (sheet(SHEET.format("a")), "no element found"),
        (sheet('<?xml version="1.0" encoding="xyz"?><worksheet/>'), "sheet1.xml: "),
    ],
)
def test_damaged_and_hostile_workbooks(content: bytes, words: str) -> None:
    """Refused with the part's name; nothing is unfolded or fetched."""
    with pytest.raises(ExcelError) as raised:
        rows(content)
    assert words in str(raised.value)


def test_rows_are_given_while_the_part_is_read() -> None:
    """The first comes before a fault far down."""
    data = "<row><c><v>1</v></c></row>" * 20_000 + "<row><c><v>x</v></c></row>"
    book = Workbook(Package(workbook(data=data)))
    found = book.rows(book.sheets[0])
    assert next(found).cells == [1]
    with pytest.raises(ExcelError):
        list(found)


def test_every_row_has_its_number_and_what_stands_out_is_noted() -> None:
    """Those that lack are empty; hidden ones are read, formulas without a result are empty."""
    data = (
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="4" hidden="1"><c r="B4"><v>2</v></c></row>'
        '<row r="5" hidden="true"><c/><c><f>A1</f></c></row><row r="6" hidden="0"><c><v>3</v></c>'
        '<c><f>A1</f></c></row><row r="1048576" hidden="1"/>'
    )
    book, observed = Workbook(Package(workbook(data=data))), Observed()
    found = list(sheet_rows_of("a.xlsx", book, book.sheets[0], observed))
    assert found == [[], [1], [], [None, 2], [], [3]]
    assert observed == Observed(hidden=1, uncomputed={1: ("B5", 2)})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "save it anew as 'Excel Workbook (.xlsx)'"),
        (workbook("<c><v>x</v></c>"), "save it anew as 'Excel Workbook (.xlsx)'"),
        (workbook(data='<row r="1048577"/>'), "the tab 'Blad' has more rows than Excel knows"),
    ],
)
def test_what_people_are_told(content: bytes, words: str) -> None:
    """The place first, and the way out."""
    with pytest.raises(SourceError) as raised:
        spreadsheet_tables("map/a.xlsx", content, READER)
    assert str(raised.value).startswith("map/a.xlsx: ")
    assert words in str(raised.value)


def as_openpyxl_reads(content: bytes) -> Iterator[list[list[object]]]:
    """Yield each tab's rows as openpyxl's own reader has them, TRUE as text.

    It gives rows below the last that has a cell too; those say nothing.
    """
    book: Any = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    for tab in book.worksheets:
        tab.reset_dimensions()
        found = [
            [str(cell).upper() if isinstance(cell, bool) else cell for cell in row]
            for row in tab.iter_rows(values_only=True)
        ]
        for row in found:
            while row and row[-1] is None:
                row.pop()
        while found and not found[-1]:
            found.pop()
        yield found


def as_we_read(content: bytes) -> Iterator[list[list[object]]]:
    """Yield each tab's rows as a table gets them."""
    book = Workbook(Package(content))
    for tab in book.sheets:
        rows = [list(row) for row in sheet_rows_of("a.xlsx", book, tab, Observed())]
        while rows and not rows[-1]:
            rows.pop()
        yield rows


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
).filter(lambda text: "_x" not in text)
DATES = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31))  # noqa: DTZ001
CELLS = st.one_of(
    st.none(),
    TEXTS,
    st.sampled_from(["a\n b", "\t", "=1+1", "0012", "TRUE"]),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    DATES,
    st.dates(date(1900, 3, 1)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=9999)),
)
TABS = st.lists(st.lists(st.lists(CELLS, max_size=4), max_size=4), min_size=1, max_size=2)


@pytest.mark.slow
@settings(deadline=None)
@given(tabs=TABS)
def test_openpyxls_workbooks_read_as_openpyxl_reads_them(tabs: list[list[list[object]]]) -> None:
    """Every value and type, every row and hole."""
    content = workbook_of({f"Tab {n}": values for n, values in enumerate(tabs)})
    ours, theirs = list(as_we_read(content)), list(as_openpyxl_reads(content))
    assert ours == theirs
    assert typed(ours) == typed(theirs)


def typed(tabs: list[list[list[object]]]) -> list[list[list[str]]]:
    """Return the type of each cell."""
    return [[[type(cell).__name__ for cell in row] for row in tab] for tab in tabs]


@pytest.mark.slow
def test_what_libreoffice_saves(tmp_path: Path, libreoffice: Convert) -> None:
    """It shares strings, writes phonetics and computes formulas."""
    values: list[list[object]] = [
        [],
        ["een", None, datetime(2026, 1, 2, 9, 5, 7), "een", True, " x "],  # noqa: DTZ001
        [1, 1.5, "a\nb", "東京", time(12, 30), timedelta(hours=36), date(2026, 1, 2)],
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of({"Tab": values})))
    book.worksheets[0]["H3"] = "=A3+1"
    book.save(tmp_path / "a.xlsx")
    content = libreoffice(tmp_path / "a.xlsx", "xlsx").read_bytes()
    ours = list(as_we_read(content))
    assert ours == list(as_openpyxl_reads(content))
    assert ours[0][2][7] == 2
