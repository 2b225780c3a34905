"""The action list is carried over from files as Excel and other programs write them."""

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from working import Folder, cell, checklist, header_row, headers, put, repack

from forms.errors import WorkbookError
from forms.report.workbook.carried import carried_notes

NEXT = date(2026, 12, 7)
LIST = "xl/worksheets/sheet2.xml"
BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
Parts = dict[str, bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with a report in it, and a note on its first statement."""
    made = Folder(tmp_path)
    made.report()
    made.write("A1", Notitie="eigen", Besluit="Nodig")
    return made


def in_part(name: str, pattern: str, new: str) -> Callable[[Parts], None]:
    """Return a change of one part, which must be there to change."""

    def change(parts: Parts) -> None:
        text, count = re.subn(pattern, new, parts[name].decode())
        assert count, pattern
        parts[name] = text.encode()

    return change


def shared(parts: Parts) -> None:
    """Put all text in one table, as Excel does."""
    texts: dict[bytes, int] = {}

    def number(match: re.Match[bytes]) -> bytes:
        place = texts.setdefault(match[3], len(texts))
        return match[1] + b't="s"' + match[2] + b"><v>%d</v>" % place

    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            inline = rb'(<c [^>]*?)t="inlineStr"([^>]*)><is>(.*?)</is>'
            parts[name] = re.sub(inline, number, parts[name])
    table = b"".join(b"<si>" + text + b"</si>" for text in texts)
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="' + space + b'">' + table + b"</sst>"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    in_part(TYPES, "</Types>", part)(parts)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="rIdS" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    in_part(RELATIONS, "</Relationships>", relation)(parts)


def shared_elsewhere(parts: Parts) -> None:
    """Give the table another name."""
    shared(parts)
    parts["xl/strings.xml"] = parts.pop("xl/sharedStrings.xml")
    for name in (TYPES, RELATIONS):
        in_part(name, r"sharedStrings\.xml", "strings.xml")(parts)


def single_quoted(parts: Parts) -> None:
    """Write attributes between other quotes."""
    shared(parts)
    for name in [name for name in parts if "worksheets/sheet" in name and name.endswith(".xml")]:
        parts[name] = re.sub(rb"=\"([^\"'<>]*)\"", rb"='\1'", parts[name])


WAYS: dict[str, Callable[[Parts], None]] = {
    "shared strings": shared,
    "shared strings elsewhere": shared_elsewhere,
    "single quotes": single_quoted,
    "targets with a dot": in_part(RELATIONS, 'Target="/xl/', 'Target="./'),
    "targets with two dots": in_part(RELATIONS, 'Target="/xl/', 'Target="../xl/'),
    "an empty name": in_part(BOOK, "<definedNames>", '<definedNames><definedName name="leeg"/>'),
    "a deleted column": in_part(BOOK, r'(vinkje_column_based"[^>]*>)[^<]*', r"\1Actielijst!#REF!"),
    "a whole column": in_part(BOOK, r'(vinkje_column_based"[^>]*>)[^<]*', r"\1Actielijst!$G:$G"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_file_may_be_written_otherwise(folder: Folder, way: str) -> None:
    """All comes along, and what somebody said no to stays out."""
    folder.remarks = {"A1": "Wim zei dit", "A2": "gaat goed"}
    folder.report(NEXT)

    def refuse(sheet: Any) -> None:
        for row in sheet.parent["Deel"].iter_rows():
            if row[1].value == "Wim zei dit":
                row[2].value = "Nee"

    folder.edit(refuse)
    repack(folder.workbook, WAYS[way])
    folder.report(NEXT)
    assert (folder.row("A1")["Notitie"], folder.row("A1")["Besluit"]) == ("eigen", "Nodig")
    texts = [c for s in load_workbook(folder.workbook) for r in s.values for c in r]
    assert "gaat goed" in texts
    assert "Wim zei dit" not in texts


def test_a_column_of_ours_that_excel_deleted_is_made_again(folder: Folder) -> None:
    """Excel leaves a name that leads nowhere."""
    folder.edit(lambda sheet: sheet.delete_cols(headers(sheet).index("Gebaseerd op") + 1))
    repack(folder.workbook, WAYS["a deleted column"])
    folder.report(NEXT)
    assert folder.row("A1")["Gebaseerd op"] == "6 van 6"
    assert folder.row("A1")["Notitie"] == "eigen"


@pytest.mark.parametrize("cells", [["vinkje"], ["vinkje", "2", "x"], ["vinkje", None, "x"]])
def test_a_hidden_tab_of_their_own_may_begin_with_our_name(
    folder: Folder, cells: list[str]
) -> None:
    """It is theirs."""

    def add(sheet: Any) -> None:
        own = sheet.parent.create_sheet("Gegevens", 0)
        own.append(cells)
        own.sheet_state = "hidden"

    folder.edit(add)
    made = folder.report(NEXT)
    own = load_workbook(folder.workbook)["Gegevens"]
    assert [c for row in own.values for c in row] == cells
    assert "marks_lost" not in {note.key for note in carried_notes(made.report)}


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.parent["vinkje"].delete_cols(3, 30),
        lambda sheet: sheet.parent["vinkje"].delete_rows(2, 30),
        lambda sheet: sheet.parent.remove(sheet.parent["vinkje"]),
    ],
)
def test_a_damaged_hidden_tab_is_no_reason_to_stop(
    folder: Folder, change: Callable[[Any], object]
) -> None:
    """What people wrote is in the list itself."""
    folder.edit(change)
    folder.report(NEXT)
    assert folder.row("A1")["Notitie"] == "eigen"


def test_a_visible_hidden_tab_is_hidden_again(folder: Folder) -> None:
    """LibreOffice lets people show it."""

    def show(sheet: Any) -> None:
        sheet.parent["vinkje"].sheet_state = "visible"

    folder.edit(show)
    folder.report(NEXT)
    workbook = load_workbook(folder.workbook)
    assert [s.title for s in workbook if s.title.startswith("vinkje")] == ["vinkje"]
    assert workbook["vinkje"].sheet_state == "veryHidden"


def bare(sheet: Any) -> None:
    """Take away all that is hidden, as Excel's Document Inspector does."""
    sheet.parent.remove(sheet.parent["vinkje"])
    sheet.parent.defined_names.clear()


def test_without_all_that_is_hidden_our_own_tabs_are_still_ours(folder: Folder) -> None:
    """So what somebody said no to is in none of them, and the file is kept for good."""
    folder.remarks = {"A1": "Wim zei dit"}
    folder.report(NEXT)
    tabs = load_workbook(folder.workbook).sheetnames

    def refuse(sheet: Any) -> None:
        for row in sheet.parent["Deel"].iter_rows():
            if row[1].value == "Wim zei dit":
                row[2].value = "Nee"
        sheet.parent.create_sheet("Eigen")["A1"] = "van mij"
        bare(sheet)

    folder.edit(refuse)
    before = folder.workbook.read_bytes()
    made = folder.report(NEXT)
    workbook = load_workbook(folder.workbook)
    assert sorted(workbook.sheetnames) == sorted([*tabs, "Eigen"])
    assert "Wim zei dit" not in [c for s in workbook for r in s.values for c in r]
    assert [path.read_bytes() for path in made.kept] == [before]


@pytest.mark.parametrize(
    ("place", "merged"),
    [("C1048576", ""), ("XFD1", ""), ("", "P4:P30000")],
)
def test_a_cell_far_away_takes_no_time(folder: Folder, place: str, merged: str) -> None:
    """A slip with Ctrl and an arrow key."""

    def change(sheet: Any) -> None:
        if place:
            sheet[place] = "ver"
        if merged:
            sheet["P4"] = "Kosten"
            sheet.merge_cells(merged)

    folder.edit(change)
    folder.report(NEXT)
    said = [c for row in folder.sheet().values for c in row]
    assert ("ver" if place else "Kosten") in said
    assert folder.sheet().max_row < 100


def test_a_strict_file_says_how_to_save_it(folder: Folder) -> None:
    """Excel offers it; no program but Excel reads it well."""

    def strict(parts: Parts) -> None:
        for name in parts:
            parts[name] = parts[name].replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )

    repack(folder.workbook, strict)
    with pytest.raises(WorkbookError, match="Strict"):
        folder.report(NEXT)


def test_a_chart_on_a_tab_of_its_own_is_no_reason_to_stop(folder: Folder) -> None:
    """It cannot come along, so the file is kept for good."""
    folder.remarks = {"A1": "Wim zei dit"}
    folder.report(NEXT)

    def add(sheet: Any) -> None:
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=6, min_row=5, max_row=9))
        sheet.parent.create_chartsheet("Grafiek").add_chart(chart)

    folder.edit(add)

    def reordered(parts: Parts) -> None:
        for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
            parts[name] = re.sub(
                rb'<c (r="[A-Z]+\d+")([^>]*?) (t="\w+")', rb"<c \3 \1\2", parts[name]
            )

    repack(folder.workbook, reordered)
    before = folder.workbook.read_bytes()
    made = folder.report(NEXT)
    assert folder.row("A1")["Notitie"] == "eigen"
    assert [path.read_bytes() for path in made.kept] == [before]


def test_a_link_to_itself_is_written_over(folder: Folder) -> None:
    """There is nothing behind it."""
    folder.workbook.unlink()
    folder.workbook.symlink_to(folder.workbook.name)
    for mail in folder.path.glob("rapport.*ml"):
        mail.unlink()
    folder.report(NEXT)
    assert zipfile.is_zipfile(folder.workbook)


def excel_saw(folder: Folder, formula: str, outcome: str) -> None:
    """Write what a formula came to, as Excel does when it saves."""
    pattern = r"(<c r=\"[A-Z]+\d+\"[^>]*)>(<f>" + re.escape(formula) + r"</f>)<v ?/></c>"
    repack(folder.workbook, in_part(LIST, pattern, rf"\1{outcome}</c>"))


def test_what_a_formula_came_to_is_known_report_after_report(folder: Folder) -> None:
    """Also when nobody opened the file in between; the formula itself is never run here."""
    folder.write("A1", Deadline="=DATE(2026,12,1)")
    folder.write("A2", Besluit='=TRIM(" Niet oppakken")', Notitie="=NA()", Status="=1=2")
    excel_saw(folder, "DATE(2026,12,1)", r">\2<v>46357</v>")
    excel_saw(folder, 'TRIM(" Niet oppakken")', r' t="str">\2<v>Niet oppakken</v>')
    excel_saw(folder, "NA()", r' t="e">\2<v>#N/A</v>')
    excel_saw(folder, "1=2", r' t="b">\2<v>0</v>')
    for day in (7, 14, 21):
        stands = folder.report(date(2026, 12, day)).report.standing
        assert (stands.open, stands.late, stands.dropped) == (1, 1, 1)
    assert folder.row("A1")["Deadline"] == "=DATE(2026,12,1)"
    shown = load_workbook(folder.workbook, data_only=True)["Actielijst"]
    found = [cell(shown, "A2", name).value for name in ("Besluit", "Notitie", "Status")]
    assert found == ["Niet oppakken", "#N/A", False]


def test_what_formulas_on_their_own_tabs_came_to_stays(folder: Folder) -> None:
    """A preview shows it."""

    def add(sheet: Any) -> None:
        sheet.parent.create_sheet("Eigen")["A1"] = "=1+1"

    folder.edit(add)
    name = next(n for n in zipfile.ZipFile(folder.workbook).namelist() if n.endswith("sheet7.xml"))
    pattern = r'(<c r="A1"[^>]*>)(<f>1\+1</f>)<v ?/></c>'
    repack(folder.workbook, in_part(name, pattern, r"\1\2<v>2</v></c>"))
    folder.report(NEXT)
    assert load_workbook(folder.workbook, data_only=True)["Eigen"]["A1"].value == 2
    assert load_workbook(folder.workbook)["Eigen"]["A1"].value == "=1+1"


def test_an_id_that_became_a_number_does_not_move_a_note(tmp_path: Path) -> None:
    """A program takes 1.10 for 1.1; the statement tells."""
    folder = Folder(tmp_path, checklist({"1.1": "Een.", "1.10": "Tien."}))
    folder.report()
    folder.write("1.10", Notitie="over tien")
    folder.edit(lambda sheet: put(sheet, "1.10", Nr=1.1))
    folder.report(NEXT)
    assert folder.order() == ["1.1", "1.10"]
    assert folder.row("1.10")["Notitie"] == "over tien"
    assert folder.row("1.1")["Notitie"] is None


def test_a_day_with_a_part_in_bold_is_a_day(folder: Folder) -> None:
    """It can be late."""
    text = CellRichText(TextBlock(InlineFont(b=True), "1"), " dec")
    folder.edit(lambda sheet: put(sheet, "A1", Deadline=text))
    assert folder.report(NEXT).report.standing.late == 1
    assert str(folder.row("A1")["Deadline"])[:10] == "2026-12-01"


def test_a_doubled_row_with_two_decisions_is_still_to_take_up(folder: Folder) -> None:
    """As long as one of the two is."""

    def double(sheet: Any) -> None:
        row = header_row(sheet) + 1
        sheet.insert_rows(row)
        below = {each.column: each.value for each in sheet[row + 1]}
        for column, value in below.items():
            sheet.cell(row, column, value)
        put(sheet, "A1", Besluit="Niet oppakken", Notitie="niet")

    folder.edit(double)
    made = folder.report(NEXT)
    assert (made.report.standing.open, made.report.standing.dropped) == (1, 1)
    assert "A1" in [finding.item.id for finding in made.report.to_take_up]
