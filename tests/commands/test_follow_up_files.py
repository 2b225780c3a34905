"""The action list is carried over from files as Excel and other programs write them."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from office import Convert
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import ColorFilter, FilterColumn, Filters, SortCondition, SortState
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from workbooks import opened
from working import (
    BOOK,
    LIST,
    NICE,
    RELATIONS,
    TYPES,
    YES,
    Folder,
    Parts,
    begun,
    cell,
    checklist,
    excel_saw,
    header_row,
    headers,
    in_part,
    link_to_another,
    put,
    repack,
)

from forms.action_list.actions import actions_of, standing
from forms.action_list.columns import COLUMNS, USER
from forms.errors import OutputError, WorkbookError
from forms.report.list_notes import carried_notes
from forms.wording import wording
from forms.workbook.reader import open_existing

NEXT = date(2026, 12, 7)
WORDS = wording("nl")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with a report in it, and a note on its first statement."""
    return begun(_first, tmp_path)


def _first(path: Path) -> Folder:
    made = Folder(path)
    made.report()
    made.write("A1", Notitie="eigen", Besluit="Nodig")
    return made


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


def _refused(path: Path) -> Folder:
    made = _first(path)
    made.remarks, made.people = {"A1": "Wim zei dit", "A2": "gaat goed"}, 12
    made.report(NEXT)

    def refuse(sheet: Any) -> None:
        for row in sheet.parent["Deel"].iter_rows():
            if row[1].value == "Wim zei dit":
                row[3].value = "Nee"

    made.edit(refuse)
    return made


@pytest.mark.parametrize("way", WAYS)
def test_a_file_may_be_written_otherwise(tmp_path: Path, way: str) -> None:
    """All comes along, and what somebody said no to stays out."""
    folder = begun(_refused, tmp_path)
    repack(folder.workbook, WAYS[way])
    folder.report(NEXT)
    assert (folder.row("A1")["Notitie"], folder.row("A1")["Besluit"]) == ("eigen", "Nodig")
    texts = [c for s in opened(folder.workbook) for r in s.values for c in r]
    assert "gaat goed" in texts
    assert "Wim zei dit" not in texts


def test_a_column_of_ours_that_excel_deleted_is_made_again(folder: Folder) -> None:
    """Excel leaves a name that leads nowhere."""
    folder.edit(lambda sheet: sheet.delete_cols(headers(sheet).index("Gebaseerd op") + 1))
    repack(folder.workbook, WAYS["a deleted column"])
    folder.report(NEXT)
    assert folder.row("A1")["Gebaseerd op"] == "6 van 6"
    assert folder.row("A1")["Notitie"] == "eigen"


def made_before(folder: Folder, monkeypatch: pytest.MonkeyPatch, *later: str) -> None:
    """Make the workbook as a vinkje did that had no such columns yet."""
    for path in folder.path.glob("rapport.*"):
        path.unlink()
    had = tuple(name for name in COLUMNS if name not in later)
    with monkeypatch.context() as then:
        then.setattr("forms.workbook.layout.COLUMNS", had)
        then.setattr("forms.workbook.hidden_tab.COLUMNS", had)
        theirs = tuple(name for name in USER if name in had)
        then.setattr("forms.workbook.table.USER", theirs)
        folder.report()
    assert headers(folder.sheet()) == [WORDS(f"actions.{name}") for name in had]


@pytest.mark.parametrize("later", [("divided", "note"), ("section",), ("remarks",)])
def test_a_column_that_vinkje_did_not_have_yet_is_just_there(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, later: tuple[str, ...]
) -> None:
    """Nobody took it away; and what stood beside it is still known as vinkje's."""
    made_before(folder, monkeypatch, *later)
    folder.write("A2", Actiehouder="Jan")
    folder.checklist["sections"][0]["items"].append({"id": "A6", "text": "Nieuw."})
    folder.answers["A3"] = YES
    made = folder.report(NEXT)
    told = {note.key: note.values.get("ids") for note in carried_notes(made.report)}
    assert told == {"list_added": "A6", "list_gone": "A3"}
    had = [name for name in COLUMNS if name not in later]
    assert headers(folder.sheet()) == [WORDS(f"actions.{name}") for name in (*had, *later)]
    assert folder.row("A2")["Actiehouder"] == "Jan"
    assert {note.key for note in carried_notes(folder.report(NEXT).report)} == set()
    gone = len(had) + 1
    folder.edit(lambda sheet: sheet.delete_cols(gone))
    (told_now,) = carried_notes(folder.report(NEXT).report)
    assert told_now.values["column"] == WORDS(f"actions.{later[0]}")


def test_a_workbook_that_does_not_name_its_columns_yet(folder: Folder) -> None:
    """It had the first fifteen."""

    def change(sheet: Any) -> None:
        sheet.delete_cols(headers(sheet).index("Verdeeld") + 1)
        for unnamed in sheet.parent["vinkje"][1][3:]:
            unnamed.value = None

    folder.edit(change)
    folder.answers["A3"] = YES
    told = {note.key: note.values for note in carried_notes(folder.report(NEXT).report)}
    assert told.keys() == {"list_gone", "column_filled"}
    assert told["column_filled"]["column"] == "Verdeeld"


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
    own = opened(folder.workbook)["Gegevens"]
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
    workbook = opened(folder.workbook)
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
    tabs = opened(folder.workbook).sheetnames

    def refuse(sheet: Any) -> None:
        for row in sheet.parent["Deel"].iter_rows():
            if row[1].value == "Wim zei dit":
                row[3].value = "Nee"
        sheet.parent.create_sheet("Eigen")["A1"] = "van mij"
        bare(sheet)

    folder.edit(refuse)
    before = folder.workbook.read_bytes()
    made = folder.report(NEXT)
    workbook = opened(folder.workbook)
    assert sorted(workbook.sheetnames) == sorted([*tabs, "Eigen"])
    assert "Wim zei dit" not in [c for s in workbook for r in s.values for c in r]
    assert [path.read_bytes() for path in made.kept] == [before]


@pytest.mark.parametrize(
    ("place", "merged"),
    [("C1048576", ""), ("DZZ1", ""), ("", "P4:P30000")],
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
    # Not row by row: there can be a million.
    cells = folder.sheet()._cells  # noqa: SLF001
    assert ("ver" if place else "Kosten") in [found.value for found in cells.values()]
    assert len(cells) < 400


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
    shown = opened(folder.workbook, data_only=True)["Actielijst"]
    found = [cell(shown, "A2", name).value for name in ("Besluit", "Notitie", "Status")]
    assert found == ["Niet oppakken", "#N/A", False]


def test_what_formulas_on_their_own_tabs_came_to_stays(folder: Folder) -> None:
    """A preview shows it."""

    def add(sheet: Any) -> None:
        sheet.parent.create_sheet("Eigen")["A1"] = "=1+1"

    folder.edit(add)
    name = next(n for n in zipfile.ZipFile(folder.workbook).namelist() if n.endswith("sheet7.xml"))
    pattern = r'(<c r="A1"[^>]*>)(<f>1\+1</f>)(?:<v ?/>|<v></v>)</c>'
    repack(folder.workbook, in_part(name, pattern, r"\1\2<v>2</v></c>"))
    folder.report(NEXT)
    assert opened(folder.workbook, data_only=True)["Eigen"]["A1"].value == 2
    assert opened(folder.workbook)["Eigen"]["A1"].value == "=1+1"


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


def own_tab(folder: Folder, fill: Callable[[Any], object]) -> Any:
    """Add a tab, make the report again, and return the tab that came along."""

    def add(sheet: Any) -> None:
        fill(sheet.parent.create_sheet("Kosten"))

    folder.edit(add)
    folder.report(NEXT)
    return opened(folder.workbook)["Kosten"]


def test_tables_on_their_own_tabs_come_along(folder: Folder) -> None:
    """With formulas that name them."""

    def fill(sheet: Any) -> None:
        for row in (["Wat", "Bedrag"], ["a", 5], ["b", 7]):
            sheet.append(row)
        table = Table(displayName="Kosten", ref="A1:B3")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1")
        sheet.add_table(table)
        sheet["D1"] = "=SUM(Kosten[Bedrag])"

    own_tab(folder, fill)
    for _ in range(2):
        sheet = opened(folder.workbook)["Kosten"]
        assert sheet.tables["Kosten"].ref == "A1:B3"
        assert sheet["D1"].value == "=SUM(Kosten[Bedrag])"
        folder.report(NEXT)


def test_names_links_rules_and_pages_of_their_own_tabs_come_along(folder: Folder) -> None:
    """A link follows its row; a name holds on its tab."""

    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["A2"], sheet["B1"] = "ver", "dichtbij", "=tarief*2"
        link = Hyperlink("A1", "kop", "tip", target="https://example.nl/a")
        sheet["A1"].hyperlink = link
        sheet["A2"].hyperlink = Hyperlink("A2", "Actielijst!A6")
        sheet.defined_names["tarief"] = DefinedName("tarief", attr_text="Kosten!$C$1")
        sheet.print_area = "A1:B3"
        rule = DataValidation(type="list", formula1="Actielijst!$A$5:$A$6")
        rule.add("C2")
        sheet.add_data_validation(rule)

    folder.answers["A1"] = NICE
    sheet = own_tab(folder, fill)
    first, second = sheet["A1"].hyperlink, sheet["A2"].hyperlink
    assert (first.target, first.location, first.tooltip) == ("https://example.nl/a", "kop", "tip")
    assert second.location == "Actielijst!A5"
    assert folder.order()[0] == "A2"
    assert sheet.defined_names["tarief"].attr_text == "Kosten!$C$1"
    assert sheet.print_area == "'Kosten'!$A$1:$B$3"
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == "Actielijst!$A$5:$A$9"


def test_arrays_and_what_if_tables_of_their_own_tabs_come_along(folder: Folder) -> None:
    """As large as they were."""

    def fill(sheet: Any) -> None:
        sheet["A1"] = ArrayFormula("A1:A3", "=ROW(1:3)")
        sheet["A2"], sheet["A3"] = 2, 3
        sheet["C1"] = DataTableFormula("C1:C3", r1="E1")

    sheet = own_tab(folder, fill)
    assert (sheet["A1"].value.ref, sheet["A1"].value.text) == ("A1:A3", "=ROW(1:3)")
    assert [sheet["A2"].value, sheet["A3"].value] == [2, 3]
    assert (sheet["C1"].value.ref, sheet["C1"].value.r1) == ("C1:C3", "E1")
    with zipfile.ZipFile(folder.workbook) as archive:
        assert all(b"object at" not in archive.read(name) for name in archive.namelist())


def test_formulas_that_name_another_workbook_still_do(folder: Folder) -> None:
    """Report after report."""

    def add(sheet: Any) -> None:
        sheet.parent.create_sheet("Begroting")["A1"] = "=[1]Blad1!A1"
        put(sheet, "A1", Notitie="=[1]Blad1!A2")

    folder.edit(add)
    repack(folder.workbook, link_to_another)
    for _ in range(2):
        folder.report(NEXT)
        workbook: Any = opened(folder.workbook)
        assert [link.file_link.Target for link in workbook._external_links] == ["begroting.xlsx"]  # noqa: SLF001
        assert workbook["Begroting"]["A1"].value == "=[1]Blad1!A1"
        assert folder.row("A1")["Notitie"] == "=[1]Blad1!A2"


def test_a_row_of_totals_stands_below_the_list(folder: Folder) -> None:
    """In the list it would add up itself."""

    def add(sheet: Any) -> None:
        head = header_row(sheet)
        last = head + 6
        sheet.cell(head, 16, "Kosten")
        for row in range(head + 1, last):
            sheet.cell(row, 16, 10)
        table = next(iter(sheet.tables.values()))
        table.tableColumns.append(TableColumn(id=16, name="Kosten", totalsRowFunction="sum"))
        table.ref, table.totalsRowCount = f"A{head}:P{last}", 1
        table.autoFilter.ref = f"A{head}:P{last - 1}"
        sheet.cell(last, 1, "Totaal")
        sheet.cell(last, 16, "=SUBTOTAL(109,Actielijst[Kosten])")

    folder.edit(add)
    for _ in range(2):
        folder.report(NEXT)
        sheet = folder.sheet()
        head = header_row(sheet)
        table = next(iter(sheet.tables.values()))
        assert (table.ref, table.totalsRowCount) == (f"A{head}:P{head + 6}", 1)
        assert sheet.cell(head + 6, 1).value == "Totaal"
        assert sheet.cell(head + 6, 16).value == "=SUBTOTAL(109,Actielijst[Kosten])"


def test_a_second_table_beside_the_list_is_not_taken_for_it(folder: Folder) -> None:
    """It stays as it is, and where it is."""

    def add(sheet: Any) -> None:
        head = header_row(sheet)
        for row, (a, b) in enumerate((("Post", "Geld"), ("x", 1), ("y", 2)), head):
            sheet.cell(row, 18, a)
            sheet.cell(row, 19, b)
        ours = dict(sheet.tables)
        sheet.tables.clear()
        sheet.add_table(Table(displayName="Geld", ref=f"R{head}:S{head + 2}"))
        for table in ours.values():
            sheet.add_table(table)

    folder.edit(add)
    before = folder.workbook.read_bytes()
    made = folder.report(NEXT)
    assert set(folder.sheet().tables) == {"Actielijst", "Geld"}
    assert folder.row("A2")["Geld"] == 2
    assert [path.read_bytes() for path in made.kept] == [before]


def test_filters_and_order_by_colour_stay(folder: Folder) -> None:
    """They name formats by their number, which no report changes."""

    def add(sheet: Any) -> None:
        found = next(iter(sheet.tables.values())).autoFilter
        colour = ColorFilter(dxfId=7, cellColor=True)
        found.filterColumn.append(FilterColumn(colId=10, colorFilter=colour))
        condition = SortCondition(ref="K5:K9", sortBy="cellColor", dxfId=9)
        found.sortState = SortState(ref="A5:O9", sortCondition=[condition])

    folder.edit(add)
    folder.report(NEXT)
    found = next(iter(folder.sheet().tables.values())).autoFilter
    (criteria,), (condition,) = found.filterColumn, found.sortState.sortCondition
    assert (criteria.colId, criteria.colorFilter.dxfId) == (10, 7)
    assert (condition.ref, condition.dxfId) == ("K5:K9", 9)


@pytest.mark.parametrize(
    ("number", "found"),
    # 1 December 2026, as Excel counts days.
    [("20261201", "46357"), ("99999999", "99999999"), ("1e9", "1e9")],
)
def test_a_number_that_is_no_day_is_still_there(folder: Folder, number: str, found: str) -> None:
    """In a cell for days; some programs make an error of it."""
    folder.write("A1", Deadline=46000)
    pattern = r'(<c r="L5"[^>]*>)<v>[^<]*</v>'
    repack(folder.workbook, in_part(LIST, pattern, rf"\g<1><v>{number}</v>"))
    folder.report(NEXT)
    with zipfile.ZipFile(folder.workbook) as archive:
        row = re.search(r'<c r="L5"[^>]*><v>([^<]*)</v>', archive.read(LIST).decode())
    assert row
    assert row[1] == found


def test_a_formula_is_shown_as_it_was_typed(folder: Folder) -> None:
    """In a comment; and as a header it stays one."""

    def add(sheet: Any) -> None:
        put(sheet, "A1", Stelling='="eigen"&1')
        sheet.cell(header_row(sheet), 16, '="Kosten "&2026')
        sheet.cell(header_row(sheet) + 1, 16, 5)

    folder.edit(add)
    folder.report(NEXT)
    sheet = folder.sheet()
    assert cell(sheet, "A1", "Stelling").comment.text == 'U schreef hier: ="eigen"&1'
    assert headers(sheet)[15] == '="Kosten "&2026'
    assert sheet.cell(header_row(sheet), 16).data_type == "f"


def test_a_comment_on_our_own_title_stays(folder: Folder) -> None:
    """Where it was, report after report."""

    def add(sheet: Any) -> None:
        sheet["A1"].comment = Comment("Lees dit eerst", "Afdeling")
        sheet["A2"].comment = Comment("en dit", "Afdeling")

    folder.edit(add)
    rows = folder.sheet().max_row
    for _ in range(2):
        folder.report(NEXT)
        sheet = folder.sheet()
        assert (sheet["A1"].comment.text, sheet["A2"].comment.text) == ("Lees dit eerst", "en dit")
        assert sheet.max_row == rows


def test_a_link_on_one_of_our_cells_is_kept(folder: Folder) -> None:
    """As a link; and the row stays, though its statement is in order now."""

    def add(sheet: Any) -> None:
        cell(sheet, "A3", "Stelling").hyperlink = "https://example.nl/dossier"

    folder.edit(add)
    folder.answers["A3"] = YES
    folder.report(NEXT)
    there = cell(folder.sheet(), "A3", "Stelling")
    assert there.hyperlink.target == "https://example.nl/dossier"
    assert there.comment is None


def test_an_earlier_round_may_be_called_as_the_former_report(folder: Folder) -> None:
    """Then nothing is written over it."""
    answers = (folder.path / "a.csv").read_bytes()
    folder.former.write_bytes(answers)
    with pytest.raises(OutputError, match="used for something else"):
        folder.report(NEXT, previous=(str(folder.former),))
    assert folder.former.read_bytes() == answers
    made = folder.report(NEXT)
    assert answers in [path.read_bytes() for path in made.kept]
    folder.write("A2", Notitie="meer")
    assert folder.report(NEXT).kept == (folder.former,)


def test_a_lock_beside_the_real_file_counts(folder: Folder) -> None:
    """Where rapport.xlsx is a link to it."""
    real = folder.path / "echt.xlsx"
    folder.workbook.rename(real)
    folder.workbook.symlink_to(real)
    (folder.path / "~$echt.xlsx").touch()
    with pytest.raises(OutputError, match="open in Excel"):
        folder.report(NEXT)


def test_an_empty_row_that_comes_to_stand_last_ends_the_list_at_once(folder: Folder) -> None:
    """Not one report later: what stands below it would move for no reason."""

    def add(sheet: Any) -> None:
        last = header_row(sheet) + 5
        sheet.insert_rows(last)
        sheet.cell(last + 2, 3, "van mij")

    folder.edit(add)
    folder.answers["A5"] = YES
    folder.report(NEXT)
    sheet = folder.sheet()
    assert next(iter(sheet.tables.values())).ref == f"A{header_row(sheet)}:O{header_row(sheet) + 4}"
    assert "van mij" in [c for row in sheet.values for c in row]
    folder.report(NEXT)
    before = folder.workbook.read_bytes()
    folder.report(NEXT)
    assert folder.workbook.read_bytes() == before


def test_names_of_their_own_stay_whatever_they_are(folder: Folder) -> None:
    """Of one tab, with a comment, or beginning as vinkje's do."""

    def add(sheet: Any) -> None:
        place = "Actielijst!$O$5"
        sheet.defined_names["Budget"] = DefinedName("Budget", attr_text=place)
        ours = DefinedName("vinkje_budget", attr_text=place, comment="van mij", hidden=True)
        sheet.parent.defined_names["vinkje_budget"] = ours

    folder.edit(add)
    folder.report(NEXT)
    workbook = opened(folder.workbook)
    assert workbook["Actielijst"].defined_names["Budget"].attr_text == "Actielijst!$O$5"
    kept = workbook.defined_names["vinkje_budget"]
    assert (kept.attr_text, kept.comment, kept.hidden) == ("Actielijst!$O$5", "van mij", True)


def test_a_table_of_their_own_may_be_called_as_ours(folder: Folder) -> None:
    """Once they made cells of ours."""

    def add(sheet: Any) -> None:
        sheet.tables.clear()
        own = sheet.parent.create_sheet("Kosten")
        for row in (["Wat", "Bedrag"], ["a", 5]):
            own.append(row)
        own.add_table(Table(displayName="Actielijst", ref="A1:B2"))

    folder.edit(add)
    for _ in range(2):
        folder.report(NEXT)
        assert list(folder.sheet("Kosten").tables) == ["Actielijst"]
        assert list(folder.sheet().tables) == ["Actielijst_2"]


def test_a_what_if_table_in_the_list_stays_one(folder: Folder) -> None:
    """It holds for cells that stand together: once those come apart, a report is refused."""

    def add(sheet: Any) -> None:
        put(sheet, "A2", Notitie=DataTableFormula("O6:O8", r1="E1"))

    folder.edit(add)
    pattern = r'(<c r="O6"[^>]*>)(<f [^>]*?)(?: ?/>|></f>)(?:<v ?/>|<v></v>)</c>'
    repack(folder.workbook, in_part(LIST, pattern, r"\1\2/><v>7</v></c>"))
    folder.report(NEXT)
    with zipfile.ZipFile(folder.workbook) as archive:
        assert re.search(r'<c r="O6"[^>]*><f [^>]*ref="O6:O8"', archive.read(LIST).decode())
    assert "O6:O8" not in folder.row("A2").values()
    folder.answers["A3"] = YES
    before = folder.workbook.read_bytes()
    with pytest.raises(WorkbookError, match="O6:O8 stands in rows that come to stand apart"):
        folder.report(NEXT)
    assert folder.workbook.read_bytes() == before


@pytest.mark.parametrize("part", ["bytes", "flag"])
def test_a_broken_former_report_is_kept(folder: Folder, part: str) -> None:
    """It is no report as far as anybody can tell."""
    broken = bytearray(folder.workbook.read_bytes())
    name = b"docProps/custom.xml"
    if part == "bytes":
        at = broken.index(name)
        broken[at + 25 : at + 45] = b"x" * 20
    else:
        # In the index of a zip file, what says that a part is encrypted.
        broken[broken.rindex(name) - 46 + 8] |= 1
    folder.former.write_bytes(broken)
    made = folder.report(NEXT)
    assert bytes(broken) in [path.read_bytes() for path in made.kept]


def test_a_header_of_two_lines_stays_so(folder: Folder, libreoffice: Convert) -> None:
    """And formulas that name it still find it."""

    def add(sheet: Any) -> None:
        head = header_row(sheet)
        sheet.cell(head, 16, "Kosten\n(euro)")
        sheet.cell(head + 1, 16, 3)
        sheet.parent.create_sheet("Som")["A1"] = f"=SUM(Actielijst!P{head + 1}:P{head + 5})"

    folder.edit(add)
    for _ in range(2):
        folder.report(NEXT)
        sheet = folder.sheet()
        assert sheet.cell(header_row(sheet), 16).value == "Kosten\n(euro)"
        with zipfile.ZipFile(folder.workbook) as archive:
            tables = [archive.read(n) for n in archive.namelist() if "/tables/" in n]
        assert b'name="Kosten_x000a_(euro)"' in tables[0]
    saved = opened(libreoffice(folder.workbook, "xlsx"))["Actielijst"]
    assert saved.cell(header_row(saved), 16).value == "Kosten\n(euro)"


def test_formats_that_differ_in_lines_alone_stay(folder: Folder) -> None:
    """On their cells in the list, and on their tabs; unlocked cells stay unlocked."""

    def add(sheet: Any) -> None:
        red = Border(left=Side(style="thick", color="FFFF0000"))
        cell(sheet, "A1", "Notitie").border = red
        cell(sheet, "A2", "Notitie").protection = Protection(locked=False)
        sheet.protection.sheet = True
        own = sheet.parent.create_sheet("Kosten")
        own["A1"], own["A2"] = "x", "y"
        own["A1"].border, own["A2"].alignment = red, Alignment(indent=2)

    folder.edit(add)
    folder.report(NEXT)
    sheet, own = folder.sheet(), folder.sheet("Kosten")
    assert cell(sheet, "A1", "Notitie").border.left.style == "thick"
    assert cell(sheet, "A2", "Notitie").protection.locked is False
    assert sheet.protection.sheet is True
    assert (own["A1"].border.left.style, own["A2"].alignment.indent) == ("thick", 2)


def test_rules_that_people_put_on_any_column_stay(folder: Folder) -> None:
    """Theirs comes in the place of ours; ours are there once."""

    def add(sheet: Any) -> None:
        for cells, words in (("K5:K9", '"Jan,Wim"'), ("M5:M9", '"Open,Wacht,Gereed"')):
            rule = DataValidation(type="list", formula1=words)
            rule.add(cells)
            ours = sheet.data_validations.dataValidation
            kept = [each for each in ours if not str(each.sqref).startswith(cells[0])]
            sheet.data_validations.dataValidation = kept
            sheet.add_data_validation(rule)
        style = DifferentialStyle(fill=PatternFill(bgColor="FF00FF00"))
        colour = Rule(type="expression", formula=['$K5="Jan"'], dxf=style)
        sheet.conditional_formatting.add("A5:O9", colour)

    folder.edit(add)
    for _ in range(2):
        folder.report(NEXT)
        sheet = folder.sheet()
        rules = {r.formula1: str(r.sqref) for r in sheet.data_validations.dataValidation}
        assert rules['"Jan,Wim"'].startswith("K5:")
        assert rules['"Open,Wacht,Gereed"'].startswith("M5:")
        assert '"Open,Bezig,Gereed"' not in rules
        # Vinkje's for decisions and for both kinds of days are as they were.
        assert (len(rules), len(sheet.data_validations.dataValidation)) == (4, 5)
        colours = [r for each in sheet.conditional_formatting for r in each.rules]
        assert len(colours) == 9
        assert ['$K5="Jan"'] in [rule.formula for rule in colours]


def test_rules_and_pages_on_their_own_tabs_follow(folder: Folder) -> None:
    """A colour that looks at the list, and what is printed above every page."""

    def fill(sheet: Any) -> None:
        style = DifferentialStyle(fill=PatternFill(bgColor="FF00FF00"))
        rule = Rule(type="expression", formula=['Actielijst!$O$6="x"'], dxf=style)
        sheet.conditional_formatting.add("A1:A3", rule)
        sheet["A1"] = "x"
        sheet.oddHeader.center.text = "Alleen intern"

    folder.answers["A1"] = NICE
    sheet = own_tab(folder, fill)
    (found,) = sheet.conditional_formatting
    assert found.rules[0].formula == ['Actielijst!$O$5="x"']
    assert sheet.oddHeader.center.text == "Alleen intern"


def test_a_formula_that_loses_what_it_points_at_is_pointed_out(folder: Folder) -> None:
    """The row is gone, since nobody wrote in it."""
    folder.write("A2", Deadline="=L7")
    folder.answers["A3"] = YES
    made = folder.report(NEXT)
    notes = [n.values for n in carried_notes(made.report) if n.key == "formula_broken"]
    assert [(note["row"], note["column"]) for note in notes] == [("A2", "Deadline")]


def test_a_drawing_on_one_of_our_tabs_keeps_the_file_for_good(folder: Folder) -> None:
    """Our own charts are no reason to."""
    folder.edit(lambda _: None)
    assert folder.report(NEXT).kept in ((folder.former,), ())

    def add(sheet: Any) -> None:
        for _ in range(3):
            chart = BarChart()
            chart.add_data(Reference(sheet, min_col=6, min_row=5, max_row=9))
            sheet.parent["Bespreken"].add_chart(chart, "T2")

    folder.edit(add)
    before = folder.workbook.read_bytes()
    made = folder.report(NEXT)
    assert [path.read_bytes() for path in made.kept] == [before]


def test_rows_apart_below_the_list_count_everywhere(folder: Folder) -> None:
    """As the command says, so the next report."""

    def add(sheet: Any) -> None:
        row = sheet.max_row + 3
        for column, value in ((3, "Eigen actie"), (10, "Nodig"), (12, datetime(2026, 11, 1))):  # noqa: DTZ001
            sheet.cell(row, column, value)

    folder.edit(add)
    said = standing(actions_of(open_existing(folder.workbook).list, NEXT), NEXT)
    made = folder.report(NEXT)
    assert made.report.standing == said
    assert (said.open, said.late) == (2, 1)
    assert [action.text for action in made.report.late] == ["Eigen actie"]


def test_a_comments_author_does_not_grow(folder: Folder) -> None:
    """Whatever it looks like."""

    def add(sheet: Any) -> None:
        cell(sheet, "A1", "Notitie").comment = Comment("bel", "A_x005F_x0002_b")

    folder.edit(add)
    folder.report(NEXT)
    first = folder.workbook.read_bytes()
    folder.report(NEXT)
    assert folder.workbook.read_bytes() == first


def test_without_all_that_is_hidden_tabs_left_out_are_named(folder: Folder) -> None:
    """Of a tab known by its words alone nobody can tell what people added."""
    folder.edit(bare)
    made = folder.report(NEXT)
    named = [n.values["tab"] for n in carried_notes(made.report) if n.key == "tab_lost"]
    assert named == ["Overzicht", "Bespreken", "Deel", "Verantwoording"]


def test_a_filter_stays_on_its_column(folder: Folder) -> None:
    """Also where a column is made again, at the right end."""

    def change(sheet: Any) -> None:
        (table,) = sheet.tables.values()
        sheet.delete_cols(1)
        del table.tableColumns[0]
        last = header_row(sheet) + 5
        table.ref = table.autoFilter.ref = f"A{header_row(sheet)}:N{last}"
        words = Filters(filter=["Nodig"])
        table.autoFilter.filterColumn.append(FilterColumn(colId=3, filters=words))

    folder.edit(change)
    repack(folder.workbook, in_part(BOOK, r'(vinkje_column_id"[^>]*>)[^<]*', r"\1Actielijst!#REF!"))
    folder.report(NEXT)
    (table,) = folder.sheet().tables.values()
    assert headers(folder.sheet())[3] == "Prioriteit"
    assert [each.colId for each in table.autoFilter.filterColumn] == [3]
    assert (headers(folder.sheet())[-1], table.tableColumns[-1].name) == ("Nr", "Nr")


def test_a_row_of_their_own_that_they_hid_stays_hidden(folder: Folder) -> None:
    """Nothing in it changes, so there is no reason to show it."""

    def add(sheet: Any) -> None:
        row = header_row(sheet) + 6
        sheet.cell(row, 3, "van mij")
        sheet.row_dimensions[row].hidden = True

    folder.edit(add)
    folder.report(NEXT)
    sheet = folder.sheet()
    (at,) = [c.row for c in sheet["C"] if c.value == "van mij"]
    assert sheet.row_dimensions[at].hidden is True
