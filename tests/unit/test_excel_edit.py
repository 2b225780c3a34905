"""Each room that edits a workbook, alone: tabs, rows, Tables, notes, copies, and who follows."""

import io
import re
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table as MadeTable

from forms.excel.book import Book
from forms.excel.caches import blank_lost_texts, clean_cells, refresh_pivots
from forms.excel.cells import cells_of
from forms.excel.dependents import follow_drawings, follow_elsewhere, follow_names
from forms.excel.markup import ExcelError
from forms.excel.moves import Moves
from forms.excel.notes import CellNotes
from forms.excel.package import Package
from forms.excel.reader import Workbook
from forms.excel.sheet import Sheet
from forms.excel.tables import tables_of
from forms.excel.tree import parse

# Rows 2 to 4 were a, b and c: b is gone, a new row is on top, and two are under it.
MOVED = Moves("Lijst", 2, 4, 5, {2: 3, 4: 4}, beside=6)
LIST, OWN = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"


@pytest.fixture
def made() -> Any:
    """Return a workbook with a list of three rows, and a tab that looks at it."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Lijst"
    for row in (["Nr", "Wat"], ["a", 1], ["b", 2], ["c", 3], ["eronder"]):
        sheet.append(row)
    own: Any = book.create_sheet("Eigen")
    own["A1"] = "=Lijst!B4"
    return book


def opened(book: Any) -> Book:
    """Return it to edit."""
    file = io.BytesIO()
    book.save(file)
    return Book(Package(file.getvalue()))


def again(book: Book) -> Any:
    """Return it as a reader finds it."""
    return openpyxl.load_workbook(io.BytesIO(book.package.saved()))


def moved(made: Any) -> Any:
    """Return the list after its rows moved."""
    book = opened(made)
    sheet = Sheet(book.package, LIST)
    sheet.move(MOVED)
    sheet.save()
    return again(book)["Lijst"]


def test_rows_move_with_their_cells_and_formulas(made: Any) -> None:
    """What stands apart beside them stays; what stands below shifts along."""
    sheet = made["Lijst"]
    sheet["C4"], sheet["C2"], sheet["H3"] = "=B4*2", "=SUM(B2:B4)", "ernaast"
    sheet.row_dimensions[4].height = 33
    found = moved(made)
    values = [[c.value for c in row[:3]] for row in found["A1:C6"]]
    assert values[1:] == [
        [None] * 3,
        ["a", 1, "=SUM(B2:B5)"],
        ["c", 3, "=B4*2"],
        [None] * 3,
        ["eronder", None, None],
    ]
    assert found["H3"].value == "ernaast"
    assert found.row_dimensions[4].height == 33
    assert found.dimensions == "A1:H6"


def test_what_names_a_row_on_its_own_sheet_follows(made: Any) -> None:
    """Rules, links, breaks; what was only of a row that is gone goes with it."""
    sheet = made["Lijst"]
    for cells, formula in (("B4", "$B4>1"), ("B3", "$B3>1"), ("B2:B300", "$B2>1")):
        sheet.conditional_formatting.add(cells, Rule(type="expression", formula=[formula]))
    choice = DataValidation(type="list", formula1="$B$2:$B$4")
    choice.add("A4")
    sheet.add_data_validation(choice)
    sheet["A2"].hyperlink = "#Lijst!A4"
    sheet.row_breaks.append(Break(id=4))
    found = moved(made)
    rules = {str(each.sqref): each.rules[0].formula[0] for each in found.conditional_formatting}
    assert rules == {"B4": "$B4>1", "B2:B301": "$B2>1"}
    (kept,) = found.data_validations.dataValidation
    assert (str(kept.sqref), kept.formula1) == ("A4", "$B$2:$B$5")
    assert found["A3"].hyperlink is not None
    assert [each.id for each in found.row_breaks.brk] == [4]


def test_a_merged_cell_gives_each_row_what_stood_in_it(made: Any) -> None:
    """Its rows can come to stand apart; one within a row stays."""
    made["Lijst"].merge_cells("B2:B3")
    made["Lijst"].merge_cells("C5:D5")
    found = moved(made)
    assert [str(each) for each in found.merged_cells.ranges] == ["C6:D6"]
    assert [found["B3"].value, found["B4"].value] == [1, 3]


@pytest.mark.parametrize("kind", ["array", "dataTable"])
def test_a_formula_over_rows_that_come_apart_is_refused(made: Any, kind: str) -> None:
    """It holds for cells that stand together."""
    book = opened(made)
    xml = book.package.read(LIST).decode()
    formula = f'<c r="C2"><f t="{kind}" ref="C2:C4">B2:B4</f><v>1</v></c></row>'
    xml = re.sub(r'(<row r="2".*?)</row>', rf"\1{formula}", xml, count=1)
    book.package.write(LIST, xml.encode())
    with pytest.raises(ExcelError, match="C2:C4 stands in rows that come to stand apart"):
        Sheet(book.package, LIST).move(MOVED)


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ('<row r="3">', '<row r="2">', "row 2 comes after row 2"),
        ('<c r="B3"', '<c r="A3"', "cell A3 comes after column A"),
        ("<sheetData>.*</sheetData>", "", "no rows that can be edited"),
    ],
)
def test_a_sheet_in_no_order_is_refused(made: Any, was: str, now: str, fault: str) -> None:
    """Nobody knows what such a file means."""
    book = opened(made)
    xml = re.sub(r' spans="[^"]*"', "", book.package.read(LIST).decode())
    changed = re.sub(was, now, xml, flags=re.DOTALL)
    assert changed != xml
    book.package.write(LIST, changed.encode())
    with pytest.raises(ExcelError, match=fault):
        Sheet(book.package, LIST)


def test_rows_and_cells_need_not_say_where_they_are(made: Any) -> None:
    """They follow each other then."""
    book = opened(made)
    xml = re.sub(r'(<(?:row|c)) r="[^"]*"', r"\1", book.package.read(LIST).decode())
    book.package.write(LIST, xml.encode())
    sheet = Sheet(book.package, LIST)
    values = Workbook(book.package).values
    assert [(c.column, c.row, c.value) for c in cells_of(sheet, values)][:4] == [
        (1, 1, "Nr"),
        (2, 1, "Wat"),
        (1, 2, "a"),
        (2, 2, 1),
    ]


def test_what_is_not_changed_stays_byte_for_byte(made: Any) -> None:
    """A sheet, a Table, the workbook's own part."""
    made["Lijst"].add_table(MadeTable(displayName="Lijst1", ref="A1:B4"))
    made["Lijst"]["A2"].font = Font(b=True)
    book = opened(made)
    before = {part: book.package.read(part) for part in book.package}
    sheet = Sheet(book.package, LIST)
    sheet.move(Moves("Lijst", 2, 4, 4, {2: 2, 3: 3, 4: 4}))
    cell = sheet.cell("A2")
    assert cell is not None
    sheet.put(cell, int(cell.get("s", "0")))
    sheet.show(2)
    sheet.save()
    (table,) = tables_of(book.package, LIST)
    table.save()
    book.save()
    blank_lost_texts(book)
    assert {part: book.package.read(part) for part in book.package} == before


def test_a_list_table_spans_all_rows_and_gets_columns(made: Any) -> None:
    """Its totals stay its last row; a Table elsewhere follows what it held."""
    made["Lijst"].add_table(MadeTable(displayName="Lijst1", ref="A1:B4"))
    book = opened(made)
    (table,) = tables_of(book.package, LIST)
    table.follow(MOVED, is_list=True)
    assert table.area == (1, 1, 2, 5)
    table.widen(["Kosten\nper jaar"])
    assert (table.area, table.columns[-1].get("name")) == ((1, 1, 3, 5), "Kosten_x000a_per jaar")
    assert [each.get("id") for each in table.columns] == ["1", "2", "3"]
    table.root.set("ref", "H1:I4")
    table.follow(MOVED, is_list=False)
    assert table.area == (8, 1, 9, 4)


def test_notes_go_along_and_grow(made: Any) -> None:
    """One on a row that is gone goes too; a new one gets a box that Excel can show."""
    sheet = made["Lijst"]
    sheet["A3"].comment, sheet["A4"].comment = Comment("weg", "Jan"), Comment("let op", "Jan")
    book = opened(made)
    listed = Sheet(book.package, LIST)
    notes = CellNotes(book, listed)
    listed.move(MOVED)
    notes.follow(MOVED)
    notes.add({"A4": "erbij _x0041_", "B3": "nieuw"}, "vinkje", date(2026, 12, 7))
    notes.add({"A4": "erbij _x0041_"}, "vinkje", date(2026, 12, 7))
    listed.save()
    assert {c: (n.text, n.author) for c, n in notes.read().items()} == {
        "A4": ("let op\nerbij _x0041_", "Jan"),
        "B3": ("nieuw", "vinkje"),
    }
    (boxes,) = book.package.related(LIST, "vmlDrawing")
    assert re.findall(rb"Row>(\d+)<", book.package.read(boxes)) == [b"3", b"2"]


def test_a_first_note_gets_its_parts(made: Any) -> None:
    """In the place that the schema wants."""
    book = opened(made)
    sheet = Sheet(book.package, LIST)
    CellNotes(book, sheet).add({"B2": "let op"}, "vinkje", date(2026, 12, 7))
    sheet.save()
    assert again(book)["Lijst"]["B2"].comment.text == "let op"


def conversation(book: Book) -> str:
    """Put a conversation on A4, as Excel saves one."""
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/"
    talk = (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="A4" dT="2026-12-01T10:00:00.00" '
        'personId="{P}" id="{1}"><text>Bel de gemeente</text></threadedComment></ThreadedComments>'
    )
    people = f'<personList xmlns="{space}"><person displayName="Jan" id="{{P}}"/></personList>'
    parts = {"xl/threadedComments/threadedComment1.xml": talk, "xl/persons/person.xml": people}
    for part, content in parts.items():
        book.package.add(part, content.encode(), "application/xml")
    talked, persons = parts
    book.package.relate(LIST, f"{kind}threadedComment", talked)
    book.package.relate(book.part, f"{kind}person", persons)
    return talked


def test_a_conversation_stays_one(made: Any) -> None:
    """What is added is a reply in it, later than what was said; once, not every week."""
    made["Lijst"]["A4"].comment = Comment("[notice]", "tc={1}")
    book = opened(made)
    talked = conversation(book)
    notes = CellNotes(book, Sheet(book.package, LIST))
    for _ in range(2):
        notes.add({"A4": "U schreef hier: 3"}, "vinkje", date(2026, 11, 30))
    first, reply = parse(talked, book.package.read(talked))
    assert (reply.get("parentId"), reply.get("ref")) == ("{1}", "A4")
    assert reply.get("dT", "") >= first.get("dT", "")
    said = notes.read()["A4"]
    assert said.is_conversation
    assert said.text == (
        "Jan (2026-12-01): Bel de gemeente\nvinkje (2026-12-01): U schreef hier: 3"
    )


def test_names_and_other_tabs_follow(made: Any) -> None:
    """A name's relative part goes by the cell that uses it; a part that names no row stays."""
    made.defined_names["vast"] = DefinedName("vast", attr_text="Lijst!$B$4")
    made.defined_names["los"] = DefinedName("los", attr_text="Lijst!B4")
    made.create_sheet("Ander")["A1"] = "=Eigen!B4"
    book = opened(made)
    before = book.package.read("xl/worksheets/sheet3.xml")
    shifted = Moves("Lijst", 2, 4, 6, {2: 4, 3: 5, 4: 6})
    follow_names(book, shifted)
    follow_elsewhere(book, shifted, {LIST, book.part})
    book.save()
    found = again(book)
    assert found["Eigen"]["A1"].value == "=Lijst!B6"
    assert {n: d.attr_text for n, d in found.defined_names.items()} == {
        "vast": "Lijst!$B$6",
        "los": "Lijst!B4",
    }
    assert book.package.read("xl/worksheets/sheet3.xml") == before


def test_a_drawing_stays_beside_its_row(made: Any) -> None:
    """One that stands apart stays."""
    for place in ("C4", "H4"):
        made["Lijst"].add_chart(BarChart(), place)
    book = opened(made)
    follow_drawings(book.package, Sheet(book.package, LIST), Moves("Lijst", 2, 4, 6, {4: 6}, 6))
    (drawing,) = book.package.related(LIST, "drawing")
    rows = re.findall(rb"<(?:\w+:)?row>(\d+)<", book.package.read(drawing))
    assert rows == [b"5", b"3"]


def test_tabs_come_and_go(made: Any) -> None:
    """What counts tabs from the left goes along; ids of others never change."""
    made["Eigen"].print_title_rows = "1:1"
    made.active = 1
    book = opened(made)
    book.add("Nieuw", 1, book.package.read(OWN))
    book.save()
    found = again(book)
    assert found.sheetnames == ["Lijst", "Nieuw", "Eigen"]
    assert found["Eigen"].print_title_rows == "$1:$1"
    assert found.active.title == "Eigen"
    book.drop("Lijst")
    book.name("plek", "Eigen", "$A$1")
    book.name("plek", "Eigen", "$A$1")
    book.save()
    found = again(book)
    assert found.sheetnames == ["Nieuw", "Eigen"]
    assert found["Eigen"].print_title_rows == "$1:$1"
    assert book.named("plek") == ("Eigen", "$A$1")
    assert LIST not in book.package


def shared(book: Book, *texts: str) -> None:
    """Let A2 and A3 of the list share a text, as Excel saves them; others show none."""
    listed = "".join(f"<si><t>{text}</t></si>" for text in texts)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    table = f'<sst xmlns="{space}">{listed}</sst>'.encode()
    holds = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    book.package.add("xl/sharedStrings.xml", table, holds)
    book.package.relate(book.part, kind, "xl/sharedStrings.xml")
    xml = book.package.read(LIST).decode()
    for cell, number in (("A2", 0), ("A3", 1)):
        xml = re.sub(
            rf'<c r="{cell}".*?</c>', f'<c r="{cell}" t="s"><v>{number}</v></c>', xml, count=1
        )
    book.package.write(LIST, xml.encode())


@pytest.mark.parametrize("odd", [False, True])
def test_texts_that_no_cell_shows_are_emptied(made: Any, *, odd: bool) -> None:
    """Others keep their number, however their cells are written."""
    book = opened(made)
    shared(book, "een", "twee", "van niemand")
    if odd:
        xml = book.package.read(LIST).replace(b't="s"', b"t = 's'")
        book.package.write(LIST, xml)
    blank_lost_texts(book)
    texts = re.findall(rb"<t/?>(?:([^<]*)</t>)?", book.package.read("xl/sharedStrings.xml"))
    assert texts == [b"een", b"twee", b""]


def test_cells_are_cleaned_of_a_text(made: Any) -> None:
    """Of one column or all; a text that others share too stays theirs."""
    book = opened(made)
    shared(book, "Wim belde", "Wim belde")
    clean_cells(book, "Lijst", lambda text: text.replace("Wim", "(…)"), column=2)
    assert again(book)["Lijst"]["A2"].value == "Wim belde"
    clean_cells(book, "Lijst", lambda text: text.replace("Wim", "(…)"))
    assert again(book)["Lijst"]["A2"].value == "(…) belde"
    assert b"Wim belde" in book.package.read("xl/sharedStrings.xml")
    blank_lost_texts(book)
    assert b"Wim belde" not in book.package.read("xl/sharedStrings.xml")


@pytest.mark.parametrize(("source", "count"), [("Lijst", 1), ("Eigen", 0)])
def test_pivot_tables_on_the_list_look_again(made: Any, source: str, count: int) -> None:
    """Others are left alone."""
    book = opened(made)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cache = (
        f'<pivotCacheDefinition xmlns="{space}"><cacheSource type="worksheet">'
        f'<worksheetSource ref="A1:B4" sheet="{source}"/></cacheSource></pivotCacheDefinition>'
    )
    part = "xl/pivotCache/pivotCacheDefinition1.xml"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
    book.package.add(part, cache.encode(), kind)
    refresh_pivots(book.package, {"Lijst"})
    assert book.package.read(part).count(b'refreshOnLoad="1"') == count
    follow_elsewhere(book, MOVED, {LIST})
    assert (b'ref="A1:B5"' in book.package.read(part)) is bool(count)


def test_cells_hold_a_value_and_a_formula(made: Any) -> None:
    """A formula that was never worked out has no value; days are days."""
    sheet = made["Lijst"]
    sheet["C2"], sheet["C3"] = "=1+1", datetime(2026, 12, 1)  # noqa: DTZ001
    book = opened(made)
    cells = cells_of(Sheet(book.package, LIST), Workbook(book.package).values)
    found = {(c.column, c.row): (c.value, c.formula) for c in cells}
    assert found[3, 2] == (None, "=1+1")
    assert found[3, 3] == (datetime(2026, 12, 1), "")  # noqa: DTZ001


def test_a_filter_without_a_table_follows(made: Any) -> None:
    """And a group says how many it holds, where one of them is gone."""
    sheet = made["Lijst"]
    sheet.auto_filter.ref = "A1:B4"
    for cell in ("A3", "A4"):
        choice = DataValidation(type="list", formula1='"x,y"')
        choice.add(cell)
        sheet.add_data_validation(choice)
    book = opened(made)
    listed = Sheet(book.package, LIST)
    listed.move(MOVED)
    listed.save()
    assert again(book)["Lijst"].auto_filter.ref == "A1:B5"
    assert re.findall(rb"<dataValidations[^>]*count=\"(\d)\"", book.package.read(LIST)) == [b"1"]


def test_formulas_that_cells_share_follow_one_by_one(made: Any) -> None:
    """Those on another tab, where they name the list."""
    book = opened(made)
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"{more}</c></row>'
        for n, more in ((2, ' ref="A2:A4">Lijst!B2</f>'), (3, "/>"), (4, "/>"))
    )
    xml = re.sub(
        r"<sheetData>.*</sheetData>",
        f"<sheetData>{cells}</sheetData>",
        book.package.read(OWN).decode(),
    )
    book.package.write(OWN, xml.encode())
    follow_elsewhere(book, MOVED, {LIST})
    found = again(book)["Eigen"]
    assert [found[f"A{n}"].value for n in (2, 3, 4)] == ["=Lijst!B3", "=#REF!", "=Lijst!B4"]
