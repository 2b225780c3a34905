"""Every workbook holds to the Open XML schemas, by the same library that Excel's makers use."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, run_vinkje
from office import Convert
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import FilterColumn, Filters, SortCondition, SortState
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table
from validator import faults
from working import YES, Folder, cell, excel_saw, header_row, link_to_another, put, repack


def worked_in(folder: Folder) -> None:
    """Do all that people can do to a list."""

    def work(sheet: Any) -> None:
        first = header_row(sheet) + 1
        put(sheet, "A1", Deadline="1 dec", Besluit="Nodig", Prioriteit="Hoog", Actie="Eigen")
        cell(sheet, "A2", "Actiehouder").comment = Comment("bel\nPiet", "Jan")
        cell(sheet, "A2", "Notitie").value = CellRichText(
            "let ", TextBlock(InlineFont(b=True), "op")
        )
        cell(sheet, "A3", "Notitie").hyperlink = "https://example.org/a?b=1&c=2"
        cell(sheet, "A4", "Actiehouder").fill = PatternFill("solid", start_color="FFFF00")
        sheet.cell(first - 1, 16).value, sheet.cell(first - 1, 17).value = "Kosten", "Notitie"
        sheet.cell(first, 16).value = "=LEN(O5)"
        sheet.cell(first + 1, 16).value = ArrayFormula(f"P{first + 1}", "=SUM(LEN(O5:O6))")
        sheet.column_dimensions["G"].hidden = True
        sheet.row_dimensions[first + 3].hidden = True
        filters = next(iter(sheet.tables.values())).autoFilter
        filters.filterColumn.append(FilterColumn(colId=9, filters=Filters(filter=["Nodig"])))
        order = SortCondition(ref=f"K{first}:K{first + 4}", descending=True)
        filters.sortState = SortState(ref=f"A{first}:O{first + 4}", sortCondition=[order])
        sheet.cell(sheet.max_row + 1, 3).value = "eigen regel"
        sheet.cell(sheet.max_row + 2, 3).value = "apart"
        own = sheet.parent.create_sheet("Notulen")
        own["A1"], own["A2"] = "besproken", "=Actielijst!O5"
        own.merge_cells("B1:C2")
        own.add_table(Table(displayName="Kosten", ref="E1:F2"))
        own["E1"], own["F1"], own["E2"], own["F2"] = "Wat", "Bedrag", "a", 5
        own["G1"] = ArrayFormula("G1:G3", "=ROW(1:3)")
        own["H1"] = DataTableFormula("H1:H2", r1="E1")
        own["I1"].hyperlink = Hyperlink("I1", "kop", "tip", target="https://example.nl/a")
        own.defined_names["tarief"] = DefinedName("tarief", attr_text="Notulen!$C$1")
        own.print_area = "A1:B3"
        own["J1"] = "=[1]Blad1!A1"

    folder.edit(work)
    repack(folder.workbook, link_to_another)
    excel_saw(folder, "LEN(O5)", r' t="str">\2<v>a &lt; b</v>')


def fresh(folder: Folder) -> None:
    """Leave it as it was made."""


def carried(folder: Folder) -> None:
    """Make it again over one that people worked in, twice."""
    worked_in(folder)
    folder.answers["A1"] = YES
    for week in (7, 14):
        folder.report(date(2026, 12, week))


@pytest.mark.parametrize("made", [fresh, carried])
def test_a_workbook_is_valid(tmp_path: Path, made: Callable[[Folder], None]) -> None:
    """As it is made, and made again."""
    folder = Folder(tmp_path, remarks={"A1": "=cmd", "A2": "_x0041_"})
    folder.report()
    made(folder)
    assert faults(folder.workbook) == []


def test_a_workbook_that_libreoffice_saved_becomes_a_valid_one(
    tmp_path: Path, libreoffice: Convert
) -> None:
    """Its formats are carried over."""
    folder = Folder(tmp_path)
    folder.report()
    worked_in(folder)
    folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
    folder.report(date(2026, 12, 7))
    assert faults(folder.workbook) == []


def test_the_demos_workbook_is_valid(demo: Path) -> None:
    """With charts, groups and links."""
    assert faults(demo / "rapport.xlsx") == []


def test_a_workbook_with_earlier_rounds_is_valid(demo: Path, tmp_path: Path) -> None:
    """With the chart of the trend, in English."""
    english = ROOT / "examples" / "english.yaml"
    assert run_vinkje("demo", "d", "--checklist", english, cwd=tmp_path).returncode == 0
    answers = tmp_path / "d" / "demo-answers.csv"
    earlier = tmp_path / "earlier.csv"
    earlier.write_bytes(answers.read_bytes())
    arguments = ("--checklist", english, "--previous", earlier, "--date", "2027-06-01")
    assert run_vinkje("report", answers, *arguments, cwd=tmp_path).returncode == 0
    assert demo
    assert faults(tmp_path / "rapport.xlsx") == []


def test_the_validator_sees_a_fault(demo: Path, tmp_path: Path) -> None:
    """Else none of these tests would say anything."""
    broken = tmp_path / "broken.xlsx"
    with (
        zipfile.ZipFile(demo / "rapport.xlsx") as archive,
        zipfile.ZipFile(broken, "w") as copy,
    ):
        for name in archive.namelist():
            content = archive.read(name)
            copy.writestr(name, content.replace(b"<sz val=", b"<zs val="))
    assert faults(broken)


def test_limits_that_the_validator_does_not_know(tmp_path: Path) -> None:
    """Drop-downs of 255 characters, different headers, Tables that do not overlap."""
    folder = Folder(tmp_path)
    folder.report()
    carried(folder)
    for sheet in load_workbook(folder.workbook).worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1) <= 257
        for table in sheet.tables.values():
            names = [column.name.casefold() for column in table.tableColumns]
            assert len(names) == len(set(names))
            top = sheet[table.ref][0]
            assert [str(c.value) for c in top] == [column.name for column in table.tableColumns]
            assert all(isinstance(c.value, str) for c in top)
            assert len(sheet[table.ref]) > 1
