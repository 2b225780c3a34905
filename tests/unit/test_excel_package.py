"""A workbook's parts are edited one by one: all others stay byte for byte."""

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, NamedStyle, PatternFill

from forms.excel.markup import ExcelError
from forms.excel.package import Package
from forms.excel.shared_formulas import expand
from forms.excel.styles import Styles
from forms.excel.tree import MAIN, M, parse, serialize

STYLES, BOOK = "xl/styles.xml", "xl/workbook.xml"


def saved(book: Any) -> bytes:
    """Return a workbook's file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def plain() -> bytes:
    """Return a workbook of three cells: in bold, with a format of its own, with a named one."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["A2"], sheet["A3"] = "a", 1, 2
    sheet["A1"].font = Font(b=True)
    sheet["A2"].number_format = "0.000"
    sheet["A3"].style = NamedStyle("eigen", font=Font(strike=True))
    return saved(book)


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_is_not_written_stays() -> None:
    """In its order, too; and the same parts give the same bytes."""
    content = plain()
    package = Package(content)
    assert parts(package.saved()) == parts(content)
    assert package.saved() == Package(package.saved()).saved()
    with zipfile.ZipFile(io.BytesIO(package.saved())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    package.write(STYLES, b"<x/>")
    assert parts(package.saved()) == parts(content) | {STYLES: b"<x/>"}


def test_a_part_is_added_and_taken_out_with_what_hangs_on_it() -> None:
    """The index of types and the relations go along; what another part needs stays."""
    before = parts(plain())
    package = Package(plain())
    package.add("xl/new.xml", b"<new/>", "application/new+xml")
    package.add("xl/below.xml", b"<below/>", "application/below+xml")
    name = package.relate(BOOK, "http://x/new", "xl/new.xml")
    package.relate("xl/new.xml", "http://x/below", "xl/below.xml")
    package.relate("xl/new.xml", "http://x/styles", STYLES)
    again = Package(package.saved())
    assert again.related(BOOK, "new") == ("xl/new.xml",)
    assert again.content_type("xl/New.xml") == "application/new+xml"
    assert again.read("XL/BELOW.XML") == b"<below/>"
    again.unrelate(BOOK, {name})
    again.drop("xl/new.xml")
    assert parts(again.saved()).keys() == before.keys()
    assert b"new.xml" not in again.read("[Content_Types].xml")
    with pytest.raises(ExcelError, match=r"^xl/new\.xml: it is missing"):
        again.read("xl/new.xml")


def test_folders_in_the_zip_are_no_parts() -> None:
    """Some programs list them."""
    file = io.BytesIO(plain())
    with zipfile.ZipFile(file, "a") as archive:
        archive.mkdir("xl")
    assert "xl/" not in list(Package(file.getvalue()))


def test_each_relation_has_an_id_of_its_own() -> None:
    """Of those that are there, too."""
    package = Package(plain())
    there = [each.id for each in package.relations(BOOK)]
    new = [package.relate(BOOK, "http://x/styles", STYLES) for _ in range(2)]
    assert len({*there, *new}) == len(there) + 2


def test_names_and_endings_are_not_taken_twice() -> None:
    """Whatever their case; what an ending holds is said once."""
    package = Package(plain())
    assert package.free_name("xl/Worksheets/Sheet{}.xml") == "xl/Worksheets/Sheet2.xml"
    package.know_ending("vml", "application/vml")
    package.know_ending("vml", "application/other")
    assert package.content_type("xl/drawings/vmlDrawing1.VML") == "application/vml"
    assert package.content_type("xl/drawings/odd.odd") == ""


def test_what_leads_outside_is_no_part() -> None:
    """An address in a relation is never looked for in the file."""
    package = Package(plain())
    index = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="a" Type="http://x/link" Target="styles.xml" TargetMode="External"/>'
        b'<Relationship Id="b" Type="http://x/link" Target="../xl/styles.xml"/></Relationships>'
    )
    package.write("xl/_rels/workbook.xml.rels", index)
    assert [each.part for each in package.relations(BOOK)] == ["", STYLES]
    assert package.related(BOOK, "link") == (STYLES,)


def test_a_part_dropped_and_made_again_begins_without_relations() -> None:
    """Else it would have those of the one before."""
    package = Package(plain())
    package.drop(BOOK)
    package.add(BOOK, b"<workbook/>", "application/x")
    package.relate(BOOK, "http://x/new", STYLES)
    assert [each.kind for each in package.relations(BOOK)] == ["new"]


@pytest.mark.parametrize(
    "content", [b"<a", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<!DOCTYPE a><a/>", b""]
)
def test_what_is_no_plain_xml_is_refused(content: bytes) -> None:
    """With the part's name."""
    with pytest.raises(ExcelError, match=r"^xl/a\.xml: "):
        parse("xl/a.xml", content)


def formats(styles: bytes) -> list[Any]:
    """Return the formats of cells."""
    return list(next(parse(STYLES, styles).iter(f"{M}cellXfs")))


def dressed() -> bytes:
    """Return a workbook whose cells have formats that the plain one lacks."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    named = NamedStyle("vinkje own", font=Font(i=True))
    named.number_format = "dd-mm-yyyy"
    sheet["A1"].style = named
    sheet["A2"].fill = PatternFill("solid", start_color="FFFF00")
    sheet["A3"].font = Font(b=True)
    return saved(book)


def test_formats_are_added_behind_those_that_are_there() -> None:
    """Cells name them by number; equal ones are used again, so that nothing grows."""
    theirs, ours = parts(plain())[STYLES], parts(dressed())[STYLES]
    styles = Styles(STYLES, theirs)
    assert styles.content == theirs
    adopted = styles.adopt(STYLES, ours)
    before, after = ([dict(x.attrib) for x in formats(c)] for c in (theirs, styles.content))
    assert after[: len(before)] == before
    assert len(after) > len(before)
    assert adopted.cells[0] == 0
    again = Styles(STYLES, styles.content)
    assert again.adopt(STYLES, ours) == adopted
    assert again.content == styles.content
    groups = parse(STYLES, styles.content).findall(f"{M}*[@count]")
    assert [int(group.get("count", "")) for group in groups] == list(map(len, groups))


def test_a_group_that_the_file_lacks_comes_where_it_belongs() -> None:
    """And a number format does not get the number of one that every program knows."""
    bare, count = re.subn(rb"<numFmts[^>]*/>", b"", parts(saved(openpyxl.Workbook()))[STYLES])
    styles = Styles(STYLES, bare)
    assert count == 1
    number = styles.with_number_format(0, "yyyy")
    new = formats(styles.content)[number]
    assert (new.get("numFmtId"), new.get("applyNumberFormat")) == ("164", "1")
    first = parse(STYLES, styles.content)[0]
    assert (first.tag, first.get("count"), first[0].get("formatCode")) == (
        f"{M}numFmts",
        "1",
        "yyyy",
    )


def test_adopted_formats_look_as_they_did() -> None:
    """As openpyxl reads them in the file that got them."""
    package = Package(plain())
    styles = Styles(STYLES, package.read(STYLES))
    adopted = styles.adopt(STYLES, parts(dressed())[STYLES])
    day = styles.with_number_format(adopted.cells[2], "yyyy")
    package.write(STYLES, styles.content)
    sheet = parse("s", package.read("xl/worksheets/sheet1.xml"))
    new = [adopted.cells[1], adopted.cells[2], adopted.cells[3], day]
    row = next(sheet.iter(f"{M}row"))
    for column, number in enumerate(new, 2):
        cell = row.makeelement(f"{M}c")
        cell.set("r", f"{'ABCDE'[column - 1]}1")
        cell.set("s", str(number))
        row.append(cell)
    package.write("xl/worksheets/sheet1.xml", serialize(sheet))
    cells: Any = openpyxl.load_workbook(io.BytesIO(package.saved())).active
    assert cells["A1"].font.b
    assert (cells["B1"].style, cells["B1"].font.i) == ("vinkje own", True)
    assert cells["B1"].number_format == "dd-mm-yyyy"
    assert cells["C1"].fill.start_color.rgb == "00FFFF00"
    assert cells["D1"].font.b
    assert (cells["E1"].fill.fill_type, cells["E1"].number_format) == ("solid", "yyyy")


def test_a_prefix_against_formulas_is_a_format_of_its_own() -> None:
    """It is put on and taken off, and leaves the format that it was derived from."""
    styles = Styles(STYLES, parts(plain())[STYLES])
    guarded = styles.with_prefix(1, is_prefixed=True)
    assert guarded not in {0, 1}
    assert styles.has_prefix(guarded)
    assert not styles.has_prefix(1)
    assert styles.with_prefix(guarded, is_prefixed=True) == guarded


def test_shared_formulas_are_written_out() -> None:
    """Those that name a tab, or all."""
    xml = (
        f'<worksheet xmlns="{MAIN}"><sheetData>'
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1*Kosten!$C$1</f><v>1</v></c>'
        '<c r="C1"><f t="shared" ref="C1:C2" si="1">D1</f></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c><c r="C2"><f t="shared" si="1"/></c></row>'
        "</sheetData></worksheet>"
    ).encode()
    root = parse("s", xml)
    assert expand(root, "Kosten")
    assert [f.text for f in root.iter(f"{M}f")] == ["B1*Kosten!$C$1", "D1", "B2*Kosten!$C$1", None]
    assert expand(root)
    assert [f.text for f in root.iter(f"{M}f")][3] == "D2"
    assert not expand(root)


def test_a_formula_that_cannot_be_shared_is_refused() -> None:
    """Above the first row there is no cell: a guess would be a wrong figure."""
    xml = (
        f'<worksheet xmlns="{MAIN}"><sheetData>'
        '<row r="1"><c r="A1"><f t="shared" si="0"/></c></row>'
        '<row r="2"><c r="A2"><f t="shared" ref="A1:A2" si="0">B1</f></c></row>'
        "</sheetData></worksheet>"
    ).encode()
    with pytest.raises(ExcelError, match="cell A1 cannot share the formula of A2"):
        expand(parse("s", xml))
