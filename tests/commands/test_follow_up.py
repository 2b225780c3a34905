"""What people write in the action list is there again when the report is made again."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from office import Convert
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import FilterColumn, Filters
from workbooks import opened
from working import (
    MONDAY,
    NICE,
    NO,
    WHO,
    YES,
    Folder,
    begun,
    cell,
    checklist,
    header_row,
    headers,
    numbers,
    put,
    rows,
    swap_rows,
)

from forms.errors import OutputError, WorkbookError
from forms.report.list_notes import carried_notes
from forms.workbook.reader import open_existing

NEXT = date(2026, 12, 7)
DAY = datetime.combine(date(2026, 12, 1), time())
OWN = ("Besluit", "Actiehouder", "Deadline", "Status", "Gereed op", "Notitie")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with a report in it: all five items are to be taken up."""
    return begun(_first, tmp_path)


def _first(path: Path) -> Folder:
    made = Folder(path)
    made.report()
    return made


@pytest.mark.parametrize(
    "values",
    [
        ("Jan", "  Jan ", "=geen formule", "12", "1e5"),
        ("#N/A", "_x0041_", "é 😀", "twee\nregels", "x" * 5000),
        (12, 12.5, True, DAY, "begin december"),
    ],
    ids=["texts", "odd texts", "no texts"],
)
def test_a_cell_comes_back_as_it_was(folder: Folder, values: tuple[object, ...]) -> None:
    """In every column of theirs, a value a row, text as text; also a week later."""
    by_item = {f"A{n}": value for n, value in enumerate(values, 1)}
    # A bare number is a day where days stand.
    of_days = {"Deadline", "Gereed op"}
    places = [
        (item, header)
        for item, value in by_item.items()
        for header in OWN
        if value not in (12, 12.5) or header not in of_days
    ]

    def write(sheet: Any) -> None:
        for item, header in places:
            there, value = cell(sheet, item, header), by_item[item]
            there.value = value
            if isinstance(value, str):
                there.value = value.replace("_x", "_x005F_x")
                there.data_type = "s"

    folder.edit(write)
    for week in (7, 14):
        folder.report(date(2026, 12, week))
        sheet = folder.sheet()
        for item, header in places:
            found = cell(sheet, item, header)
            assert str(found.value).replace("_x005F_", "_") == str(by_item[item]), (item, header)
            assert found.data_type != "f"


def test_what_they_emptied_stays_empty(folder: Folder) -> None:
    """The proposals do not come back."""
    folder.write("A2", Actiehouder=None, Deadline=None, Status=None)
    folder.report(NEXT)
    assert [folder.row("A2")[name] for name in OWN] == [None] * 6


def test_the_deadline_that_was_proposed_stays(folder: Folder) -> None:
    """A week later it is not a week later."""
    before = folder.row("A1")["Deadline"]
    folder.report(NEXT)
    assert folder.row("A1")["Deadline"] == before


def test_our_figures_are_the_new_ones(folder: Folder) -> None:
    """Beside what people wrote."""
    folder.write("A1", Notitie="eigen")
    folder.answers["A1"] = NICE
    folder.people = 9
    folder.report(NEXT)
    row = folder.row("A1")
    assert (row["Prioriteit"], row["Gebaseerd op"]) == ("Wenselijk", "9 van 9")
    assert row["Notitie"] == "eigen"


def test_made_again_with_nothing_changed_it_is_the_same_file(folder: Folder) -> None:
    """Byte for byte, and nothing is kept twice."""
    folder.write("A1", Notitie="eigen", Deadline="1 dec", Actie="=zelf")
    folder.report(NEXT)
    once, kept = folder.workbook.read_bytes(), folder.former.read_bytes()
    folder.report(NEXT)
    assert folder.workbook.read_bytes() == once
    assert folder.former.read_bytes() == kept


def test_the_former_file_is_kept_beside_it(folder: Folder) -> None:
    """Byte for byte."""
    folder.write("A1", Notitie="eigen")
    before = folder.workbook.read_bytes()
    made = folder.report(NEXT)
    assert folder.former.read_bytes() == before
    assert made.kept == (folder.former,)


def test_a_file_that_is_not_carried_from_is_kept_for_good(folder: Folder) -> None:
    """With --overwrite the list begins anew."""
    folder.write("A1", Notitie="eigen")
    before = folder.workbook.read_bytes()
    made = folder.report(NEXT, overwrite=True)
    assert folder.row("A1")["Notitie"] is None
    assert [path.read_bytes() for path in made.kept] == [before]
    assert not folder.former.exists()


def dated(folder: Folder, header: str, typed: dict[str, str | None]) -> None:
    """Type a text a row under a header; each is the day it means in the next report, or stays."""
    items = {text: f"A{n}" for n, text in enumerate(typed, 1)}
    folder.checklist = checklist({item: f"Stelling {item}." for item in items.values()})
    folder.report()

    def write(sheet: Any) -> None:
        for text, item in items.items():
            put(sheet, item, **{header: text})

    folder.edit(write)
    folder.report(NEXT)
    by_item = dict(zip(folder.order(), rows(folder.sheet()), strict=True))
    found = {text: by_item[item][header] for text, item in items.items()}
    assert {text: str(found[text])[:10] if day else found[text] for text, day in typed.items()} == {
        text: day or text for text, day in typed.items()
    }


def test_a_day_that_was_typed_becomes_a_day(folder: Folder) -> None:
    """So that it can be late; text that is no day stays, and is pointed out."""
    days = (
        *(("1-12-2026", "2026-12-01"), ("1/12/2026", "2026-12-01"), ("1 dec", "2026-12-01")),
        *(("1 december 2026", "2026-12-01"), ("3 jan", "2027-01-03"), ("2026-12-24", "2026-12-24")),
        *(("1e dec", "2026-12-01"), ("di. 1 december 2026", "2026-12-01"), ("1/12", "2026-12-01")),
        *(("1 december 2026 17:00", "2026-12-01"), ("1 juni", "2027-06-01")),
        *(("1 nov", "2026-11-01"), ("1st Dec", "2026-12-01"), ("Tue 1 Dec", "2026-12-01")),
        *(("begin december", None), ("31 feb", None), ("12-31-2026", None), ("1 van 3", None)),
    )
    dated(folder, "Deadline", dict(days))


def test_what_is_done_lies_behind(folder: Folder) -> None:
    """Of a day without a year that somebody typed as done."""
    days = (
        *(("1 juni", "2026-06-01"), ("1 feb", "2026-02-01"), ("24-12", "2025-12-24")),
        *(("7 dec", "2026-12-07"), ("30 nov", "2026-11-30"), ("8 dec", "2025-12-08")),
        *(("29 feb", "2024-02-29"), ("8-12-2026", "2026-12-08")),
    )
    dated(folder, "Gereed op", dict(days))


def noted(folder: Folder, **more: Any) -> dict[str, list[dict[str, Any]]]:
    """Make the report again, and return what it points out, by what it is."""
    found: dict[str, list[dict[str, Any]]] = {}
    for note in carried_notes(folder.report(NEXT, **more).report):
        found.setdefault(note.key, []).append(note.values)
    return found


@pytest.mark.parametrize("number", [45, 2027, 45.5, datetime(1905, 7, 19)])  # noqa: DTZ001
def test_a_number_under_deadline_is_no_day_in_1900(folder: Folder, number: Any) -> None:
    """It stays, and is pointed out."""
    folder.write("A1", Besluit="Nodig", Deadline=number)
    assert [note["row"] for note in noted(folder)["day_unread"]] == ["A1"]
    made = folder.report(NEXT)
    assert (made.report.standing.open, made.report.standing.late) == (1, 0)


def test_what_was_read_is_told_at_once(folder: Folder) -> None:
    """A line for all days that were typed, and one for each word that does not count."""
    folder.write("A1", Deadline="1 dec", Besluit="Ja", **{"Gereed op": "begin mei"})
    folder.write("A2", Deadline="2 dec", Besluit="Niet oppakken")
    folder.write("A3", Besluit="Nodig", Deadline="snel", **{"Gereed op": DAY})
    folder.write("A4", Besluit="Nodig", Deadline="snel", Status="Gereed", **{"Gereed op": DAY})
    found = noted(folder)
    assert found["days_read"] == [{"days": "A1 '1 dec' = 1 dec 2026; A2 '2 dec' = 2 dec 2026"}]
    assert [(n["row"], n["text"]) for n in found["word_unread"]] == [("A1", "Ja")]
    assert [n["row"] for n in found["dropped_why"]] == ["A2"]
    assert [n["row"] for n in found["done_still_open"]] == ["A3"]
    assert [(n["row"], n["column"]) for n in found["day_unread"]] == [
        ("A1", "Gereed op"),
        ("A3", "Deadline"),
    ]


def test_what_came_and_what_went_is_told(folder: Folder) -> None:
    """In the command and on the overview."""
    folder.answers["A2"] = YES
    assert noted(folder)["list_gone"][0]["ids"] == "A2"
    said = [c for row in folder.sheet("Overzicht").iter_rows(values_only=True) for c in row]
    assert any("Niet meer op de actielijst" in str(c) and ": A2." in str(c) for c in said)
    folder.answers["A2"] = NO
    found = noted(folder)
    assert found["list_added"][0]["ids"] == "A2"
    assert "list_gone" not in found


def test_a_list_without_its_hidden_tab_warns_of_that_alone(folder: Folder) -> None:
    """Nobody typed over vinkje's words."""
    folder.edit(lambda sheet: sheet.parent.remove(sheet.parent["vinkje"]))
    found = noted(folder)
    assert "marks_lost" in found
    assert "typed_over" not in found


def without_names(sheet: Any) -> None:
    """Save as a program that knows no hidden names."""
    for name in list(sheet.parent.defined_names):
        del sheet.parent.defined_names[name]


@pytest.mark.parametrize("change", [lambda _: None, without_names])
def test_what_stands_on_our_own_tabs_keeps_the_file_for_good(
    folder: Folder, change: Callable[[Any], object]
) -> None:
    """It cannot come along."""
    folder.edit(change)
    assert "tab_lost" not in noted(folder)
    folder.edit(lambda sheet: sheet.parent["Overzicht"].cell(40, 2, "bel Wim"))
    folder.edit(change)
    before = folder.workbook.read_bytes()
    made = folder.report(NEXT)
    assert [note.values for note in carried_notes(made.report) if note.key == "tab_lost"] == [
        {"tab": "Overzicht"}
    ]
    assert [path.read_bytes() for path in made.kept] == [before]
    assert made.kept != (folder.former,)


def test_libreoffice_adds_nothing_to_our_own_tabs(folder: Folder, libreoffice: Convert) -> None:
    """So a file that it saved is no reason to keep one for good."""
    folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
    assert "tab_lost" not in noted(folder)


def test_their_order_stays_when_they_sorted(folder: Folder) -> None:
    """And what is new stands on top, where nobody misses it."""
    folder.answers["A4"] = YES
    folder.report(NEXT)
    folder.edit(lambda sheet: swap_rows(sheet, ["A5", "A1", "A3", "A2"]))
    folder.answers["A4"] = NO
    folder.answers["A3"] = NICE
    folder.report(NEXT)
    assert folder.order() == ["A4", "A5", "A1", "A3", "A2"]
    folder.report(date(2026, 12, 14))
    assert folder.order() == ["A4", "A5", "A1", "A3", "A2"]


def test_who_never_sorted_gets_the_new_order(folder: Folder) -> None:
    """Most pressing first."""
    folder.answers["A1"] = NICE
    folder.report(NEXT)
    assert folder.order() == ["A2", "A3", "A4", "A5", "A1"]


def test_their_own_rows_stay_under_the_row_they_stood_under(folder: Folder) -> None:
    """On top, in between, at the foot, and apart below the list."""

    def add(sheet: Any) -> None:
        first = header_row(sheet) + 1
        sheet.insert_rows(first + 1)
        sheet.cell(first + 1, 3).value = "onder A1"
        sheet.insert_rows(first)
        sheet.cell(first, 3).value = "boven"
        sheet.cell(sheet.max_row + 1, 3).value = "onderaan"
        sheet.cell(sheet.max_row + 2, 3).value = "apart"

    folder.edit(add)
    folder.answers["A1"] = NICE
    folder.report(NEXT)
    said = [row["Nr"] or row["Stelling"] for row in rows(folder.sheet())]
    assert said == ["boven", "A2", "A3", "A4", "A5", "A1", "onder A1", "onderaan", None, "apart"]
    table = next(iter(folder.sheet().tables.values()))
    first = header_row(folder.sheet())
    assert table.ref == f"A{first}:O{first + 8}"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda f: f.answers.update(A2=YES), "Nu op orde"),
        (lambda f: f.checklist["sections"][0]["items"].pop(1), "Niet meer in de checklist"),
        (lambda f: setattr(f, "people", 2), "Te weinig reacties"),
    ],
)
def test_an_item_that_left_the_list_stays_with_what_they_wrote(
    folder: Folder, change: Callable[[Folder], object], why: str
) -> None:
    """And says why; one without anything of theirs goes."""
    folder.write("A2", Notitie="bel de gemeente")
    change(folder)
    folder.answers["A3"] = YES
    folder.report(NEXT)
    row = folder.row("A2")
    assert (row["Prioriteit"], row["Notitie"]) == (why, "bel de gemeente")
    assert (row["Stelling"], row["Actiehouder"]) == ("Stelling 2.", "Baas A2")
    assert "A3" not in folder.order()


def test_an_item_that_comes_back_finds_what_they_wrote(folder: Folder) -> None:
    """In the row that had stayed."""
    folder.write("A2", Notitie="bel", Status="Bezig")
    for answer in (YES, NO):
        folder.answers["A2"] = answer
        folder.report(NEXT)
    row = folder.row("A2")
    assert (row["Prioriteit"], row["Notitie"], row["Status"]) == ("Nodig", "bel", "Bezig")


def test_a_row_of_their_own_with_an_items_nr_becomes_that_items_row(folder: Folder) -> None:
    """What they typed where our words go is in a comment."""
    folder.answers["A2"] = YES
    folder.report(NEXT)

    def add(sheet: Any) -> None:
        sheet.append([" a2 ", None, "let op", None, None, None, None, None, None, "Nodig"])

    folder.edit(add)
    folder.answers["A2"] = WHO
    folder.report(NEXT)
    row = folder.row("A2")
    assert (row["Stelling"], row["Prioriteit"]) == ("Stelling 2.", "Uitzoeken")
    assert (row["Besluit"], row["Status"]) == ("Nodig", None)
    assert "let op" in cell(folder.sheet(), "A2", "Stelling").comment.text


def test_what_they_typed_over_our_words_is_kept(folder: Folder) -> None:
    """Their action stays; elsewhere it becomes a comment, since figures must be the new ones."""
    folder.write("A1", Actie="Zo doen wij het", Verdeeld="vind ik ook", Prioriteit="Hoog")
    for week in (7, 14):
        folder.report(date(2026, 12, week))
        sheet = folder.sheet()
        assert cell(sheet, "A1", "Actie").value == "Zo doen wij het"
        assert cell(sheet, "A1", "Verdeeld").comment.text == "U schreef hier: vind ik ook"
        assert cell(sheet, "A1", "Prioriteit").comment.text == "U schreef hier: Hoog"
        assert cell(sheet, "A1", "Prioriteit").value == "Nodig"


def test_ids_that_changed_places_are_pointed_out(folder: Folder) -> None:
    """What people wrote goes with the Nr, which should have stayed the same."""
    items = folder.checklist["sections"][0]["items"]
    items[0]["text"], items[1]["text"] = items[1]["text"], items[0]["text"]
    assert noted(folder)["list_renumbered"][0]["ids"] == "A1, A2"
    assert "list_renumbered" not in noted(folder)


def test_a_doubled_row_is_kept_twice(folder: Folder) -> None:
    """Two people share a statement: each row has its own follow-up, and today's figures."""

    def double(sheet: Any) -> None:
        first = header_row(sheet) + 1
        sheet.insert_rows(first + 1)
        for column in range(1, 16):
            sheet.cell(first + 1, column).value = sheet.cell(first, column).value
        sheet.cell(first, 11).value, sheet.cell(first + 1, 11).value = "Jan", "Piet"

    folder.edit(double)
    folder.answers["A1"] = WHO
    folder.report(NEXT)
    pairs = [(r["Actiehouder"], r["Prioriteit"]) for r in rows(folder.sheet()) if r["Nr"] == "A1"]
    assert pairs == [("Jan", "Uitzoeken"), ("Piet", "Uitzoeken")]


def test_a_doubled_row_stays_where_they_put_it(folder: Folder) -> None:
    """At the foot of the list, also when the report is made once more."""

    def double(sheet: Any) -> None:
        sheet.append([c.value for c in sheet[header_row(sheet) + 1]])

    folder.edit(double)
    for week in (7, 14):
        folder.report(date(2026, 12, week))
        assert folder.order() == ["A1", "A2", "A3", "A4", "A5", "A1"]


def test_a_deleted_nr_column_is_made_again(folder: Folder) -> None:
    """At the list's right end; rows are known by their statement then."""

    def delete(sheet: Any) -> None:
        put(sheet, "A3", Notitie="eigen")
        sheet.delete_cols(1)
        sheet.tables.clear()

    folder.edit(delete)
    folder.report(NEXT)
    assert headers(folder.sheet())[-1] == "Nr"
    assert sorted(folder.order()) == ["A1", "A2", "A3", "A4", "A5"]
    assert folder.row("A3")["Notitie"] == "eigen"


def test_a_row_without_its_nr_is_known_by_its_statement(folder: Folder) -> None:
    """Also when a note hangs on the empty cell."""

    def clear(sheet: Any) -> None:
        there = cell(sheet, "A3", "Nr")
        there.comment = Comment("waar is het nummer?", "Jan")
        put(sheet, "A3", Notitie="eigen")
        there.value = None

    folder.edit(clear)
    folder.report(NEXT)
    assert sorted(folder.order()) == ["A1", "A2", "A3", "A4", "A5"]
    assert folder.row("A3")["Notitie"] == "eigen"


def test_numbers_of_their_own_do_not_part_a_row_from_its_item(folder: Folder) -> None:
    """The statement tells which it is; what they wrote as Nr is in a comment."""

    def number(sheet: Any) -> None:
        put(sheet, "A3", Notitie="eigen")
        for index, row in enumerate(range(header_row(sheet) + 1, sheet.max_row + 1), 1):
            sheet.cell(row, 1).value = index

    folder.edit(number)
    folder.report(NEXT)
    assert sorted(folder.order()) == ["A1", "A2", "A3", "A4", "A5"]
    assert folder.row("A3")["Notitie"] == "eigen"
    assert cell(folder.sheet(), "A3", "Nr").comment.text == "U schreef hier: 3"


def test_a_list_without_its_headers_is_refused(folder: Folder) -> None:
    """The agenda, which has some of them too, is not taken for it."""
    folder.edit(lambda sheet: sheet.delete_rows(header_row(sheet)))
    workbook = opened(folder.workbook)
    workbook.defined_names.clear()
    workbook.save(folder.workbook)
    assert "no action list" in refused(folder)


def test_a_workbook_without_its_list_is_refused(folder: Folder) -> None:
    """Also while the agenda is still there."""
    workbook = opened(folder.workbook)
    del workbook["Actielijst"]
    workbook.save(folder.workbook)
    assert "no action list" in refused(folder)


def test_a_cell_that_is_gone_is_said_as_excel_says_it(folder: Folder) -> None:
    """A formula on a tab of theirs, to a row that left the list."""
    workbook: Any = opened(folder.workbook)
    workbook.create_sheet("Notulen")["A1"] = "=Actielijst!C6"
    workbook.save(folder.workbook)
    folder.answers["A2"] = YES
    folder.report(NEXT)
    assert folder.sheet("Notulen")["A1"].value == "=#REF!"


def test_without_nr_and_statement_rows_are_still_there(folder: Folder) -> None:
    """As rows of their own, beside the items'."""

    def delete(sheet: Any) -> None:
        put(sheet, "A3", Notitie="eigen")
        sheet.delete_cols(3)
        sheet.delete_cols(1)
        sheet.tables.clear()

    folder.edit(delete)
    folder.report(NEXT)
    assert [row["Notitie"] for row in rows(folder.sheet())].count("eigen") == 1


def test_a_renamed_header_keeps_its_name_and_its_meaning(folder: Folder) -> None:
    """The defined name that moves along with the cell tells which column it is."""

    def rename(sheet: Any) -> None:
        cell(sheet, "A1", "Notitie").value = "let op"
        sheet.cell(header_row(sheet), 15).value = "Opmerkingen"
        sheet.tables["Actielijst"].tableColumns[14].name = "Opmerkingen"

    folder.edit(rename)
    folder.report(NEXT)
    assert "Notitie" not in headers(folder.sheet())
    assert folder.row("A1")["Opmerkingen"] == "let op"


def test_columns_of_their_own_and_their_order_stay(folder: Folder) -> None:
    """With the formulas in them, which still point at the same row."""

    def add(sheet: Any) -> None:
        sheet.cell(header_row(sheet), 16).value = "Kosten"
        for row in range(header_row(sheet) + 1, sheet.max_row + 1):
            sheet.cell(row, 16).value = f"=LEN(O{row})*2"
        sheet.column_dimensions["P"].width = 33
        sheet.column_dimensions["G"].hidden = True

    folder.edit(add)
    folder.answers["A1"] = NICE
    folder.report(NEXT)
    sheet = folder.sheet()
    first = header_row(sheet) + 1
    found = [sheet.cell(first + i, 16).value for i in range(5)]
    assert found == [f"=LEN(O{first + i})*2" for i in range(5)]
    assert sheet.column_dimensions["P"].width == pytest.approx(33)
    assert sheet.column_dimensions["G"].hidden
    assert next(iter(sheet.tables.values())).ref.endswith(f"P{first + 4}")


def test_comments_links_formats_and_rich_text_stay(folder: Folder) -> None:
    """On the cell they were put on."""

    def dress(sheet: Any) -> None:
        there = cell(sheet, "A4", "Actiehouder")
        there.comment = Comment("bel Piet", "Jan")
        there.fill = PatternFill("solid", start_color="FFFF00")
        cell(sheet, "A4", "Notitie").value = CellRichText(
            "let ", TextBlock(InlineFont(b=True), "op")
        )
        linked = cell(sheet, "A5", "Notitie")
        linked.value, linked.hyperlink = "plan", "https://example.org/plan"
        cell(sheet, "A4", "Prioriteit").comment = Comment("hoezo?", "Jan")

    folder.edit(dress)
    folder.answers["A1"] = NICE
    for week in (7, 14):
        folder.report(date(2026, 12, week))
    sheet = folder.sheet()
    assert cell(sheet, "A4", "Actiehouder").comment.text == "bel Piet"
    assert cell(sheet, "A4", "Actiehouder").fill.start_color.rgb.endswith("FFFF00")
    assert cell(sheet, "A4", "Prioriteit").comment.text == "hoezo?"
    assert cell(sheet, "A4", "Notitie").value[1].font.b
    assert cell(sheet, "A5", "Notitie").hyperlink.target == "https://example.org/plan"


def test_drop_downs_and_colours_on_their_own_columns_stay(folder: Folder) -> None:
    """On the whole column; and so do the tab's protection, colour and zoom."""

    def add(sheet: Any) -> None:
        first = header_row(sheet) + 1
        sheet.cell(first - 1, 16).value = "Team"
        rule = DataValidation(type="list", formula1='"Noord,Zuid"')
        rule.add(f"P{first}:P{first + 4}")
        sheet.add_data_validation(rule)
        red = PatternFill("solid", start_color="FF0000")
        coloured = Rule("expression", formula=[f'$P{first}="Noord"'])
        coloured.dxf = DifferentialStyle(fill=red)
        sheet.conditional_formatting.add(f"P{first}:P{first + 4}", coloured)
        sheet.protection.enable()
        sheet.sheet_view.zoomScale = 130
        sheet.sheet_properties.tabColor = "00FF00"

    folder.edit(add)
    for week in (7, 14):
        folder.report(date(2026, 12, week))
    sheet = folder.sheet()
    first = header_row(sheet) + 1
    column = get_column_letter(headers(sheet).index("Team") + 1)
    rules = [r for r in sheet.data_validations.dataValidation if r.formula1 == '"Noord,Zuid"']
    assert [str(r.sqref).partition(":")[0] for r in rules] == [f"{column}{first}"]
    formulas = [f for cf in sheet.conditional_formatting for r in cf.rules for f in r.formula]
    assert [f for f in formulas if "Noord" in f] == [f'${column}{first}="Noord"']
    assert sheet.protection.sheet
    assert sheet.sheet_view.zoomScale == 130
    assert sheet.sheet_properties.tabColor.rgb.endswith("00FF00")


def test_filtered_rows_stay_hidden_unless_they_changed(folder: Folder) -> None:
    """What is new or has another priority is in view, whatever the filter."""
    folder.answers["A5"] = YES
    folder.report(NEXT)

    def filtered(sheet: Any) -> None:
        put(sheet, "A1", Status="Gereed")
        table = next(iter(sheet.tables.values()))
        criteria = FilterColumn(colId=12, filters=Filters(filter=["Gereed"]))
        table.autoFilter.filterColumn.append(criteria)
        for row in range(header_row(sheet) + 2, sheet.max_row + 1):
            sheet.row_dimensions[row].hidden = True

    folder.edit(filtered)
    folder.answers |= {"A5": NO, "A2": NICE}
    folder.report(NEXT)
    sheet = folder.sheet()
    first = header_row(sheet) + 1
    hidden = {n: sheet.row_dimensions[first + i].hidden for i, n in enumerate(numbers(sheet))}
    assert hidden == {"A1": False, "A2": False, "A3": True, "A4": True, "A5": False}
    criteria = next(iter(sheet.tables.values())).autoFilter.filterColumn[0]
    assert (criteria.colId, criteria.filters.filter) == (12, ["Gereed"])


def test_what_stands_above_the_list_stays(folder: Folder) -> None:
    """Between the title and the headers."""

    def note(sheet: Any) -> None:
        sheet["C3"] = "Overleg op dinsdag"

    folder.edit(note)
    for week in (7, 14):
        folder.report(date(2026, 12, week))
    sheet = folder.sheet()
    assert [sheet.cell(r, 3).value for r in range(1, header_row(sheet))].count(
        "Overleg op dinsdag"
    ) == 1
    assert folder.order() == ["A1", "A2", "A3", "A4", "A5"]


def test_tabs_of_their_own_stay_where_they_stood(folder: Folder) -> None:
    """Before, between and after vinkje's."""

    def add(sheet: Any) -> None:
        for name, place in (("Eerst", 0), ("Tussen", 3), ("Laatst", None)):
            sheet.parent.create_sheet(name, place)["A1"] = name

    folder.edit(add)
    before = [s.title for s in opened(folder.workbook) if s.sheet_state == "visible"]
    folder.report(NEXT)
    after = [s.title for s in opened(folder.workbook) if s.sheet_state == "visible"]
    assert after == before


def test_a_word_beside_our_own_above_the_list_does_not_double_ours(folder: Folder) -> None:
    """Only what people wrote comes along."""
    folder.edit(lambda sheet: sheet.cell(2, 20, "let op"))
    folder.report(NEXT)
    sheet = folder.sheet()
    said = [c for row in sheet.iter_rows(max_row=header_row(sheet), values_only=True) for c in row]
    assert said.count("let op") == 1
    assert len([c for c in said if str(c).startswith("Links van Besluit")]) == 1


def test_a_comment_says_whose_it_is(folder: Folder) -> None:
    """Report after report."""

    def add(sheet: Any) -> None:
        cell(sheet, "A1", "Notitie").comment = Comment("bel", "Afdeling Wonen")

    folder.edit(add)
    folder.report(NEXT)
    assert cell(folder.sheet(), "A1", "Notitie").comment.author == "Afdeling Wonen"


def test_tabs_of_their_own_come_along(folder: Folder) -> None:
    """With formulas that follow the rows they point at."""
    workbook = opened(folder.workbook)
    own = workbook.create_sheet("Notulen", 0)
    own["A1"], own["B2"], own["B3"] = "besproken", "=Actielijst!O5", "=mijn_cel"
    workbook.defined_names["mijn_cel"] = DefinedName("mijn_cel", attr_text="Actielijst!$O$5")
    own["A1"].fill = PatternFill("solid", start_color="FFFF00")
    own.column_dimensions["A"].width = 44
    own.merge_cells("C1:D2")
    workbook.save(folder.workbook)
    folder.answers["A1"] = NICE
    folder.report(NEXT)
    found = folder.sheet("Notulen")
    assert (found["A1"].value, found["B2"].value) == ("besproken", "=Actielijst!O9")
    assert found["A1"].fill.start_color.rgb.endswith("FFFF00")
    assert found.parent.defined_names["mijn_cel"].attr_text == "Actielijst!$O$9"
    assert found.column_dimensions["A"].width == pytest.approx(44)
    assert [str(area) for area in found.merged_cells.ranges] == ["C1:D2"]


def test_merged_cells_give_every_row_what_stood_there(folder: Folder) -> None:
    """A Table cannot hold them."""

    def merge(sheet: Any) -> None:
        first = header_row(sheet) + 1
        sheet.cell(first, 11).value = "Jan"
        sheet.merge_cells(start_row=first, end_row=first + 2, start_column=11, end_column=11)

    folder.edit(merge)
    folder.report(NEXT)
    found = [row["Actiehouder"] for row in rows(folder.sheet())]
    assert found == ["Jan", "Jan", "Jan", "Baas A4", "Baas A5"]


def test_a_workbook_that_lost_our_marks_still_comes_over(folder: Folder) -> None:
    """As when another program made it anew: no hidden tab, no names, no Table."""
    folder.write("A2", Besluit="Nodig", Actie="Eigen", Notitie="bel", Verdeeld="ligt bij Jan")
    workbook: Any = opened(folder.workbook)
    del workbook["vinkje"]
    workbook.defined_names.clear()
    workbook["Actielijst"].tables.clear()
    workbook.save(folder.workbook)
    folder.answers["A3"] = YES
    folder.report(NEXT)
    row = folder.row("A2")
    assert (row["Besluit"], row["Actie"], row["Notitie"]) == ("Nodig", "Eigen", "bel")
    assert folder.row("A3")["Prioriteit"] == "Nu op orde"
    assert cell(folder.sheet(), "A2", "Verdeeld").comment.text == "U schreef hier: ligt bij Jan"
    figures = ("Prioriteit", "% op orde", "Gebaseerd op", "Onderdeel", "Stelling")
    assert [n for n in figures if cell(folder.sheet(), "A3", n).comment] == []
    assert opened(folder.workbook).sheetnames.count("Overzicht") == 1


def test_libreoffice_may_save_it_in_between(folder: Folder, libreoffice: Convert) -> None:
    """Comments, days, own columns and rows, hidden tab and names: all survive."""

    def write(sheet: Any) -> None:
        put(sheet, "A2", Besluit="Nodig", Actiehouder="Jan", Notitie="_x0041_ =x", Actie="Eigen")
        cell(sheet, "A2", "Notitie").data_type = "s"
        cell(sheet, "A3", "Actiehouder").comment = Comment("bel", "Jan")
        sheet.cell(header_row(sheet), 16).value = "Kosten"
        sheet.cell(header_row(sheet) + 1, 16).value = 12.5

    folder.edit(write)
    for week in (7, 14):
        folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
        folder.report(date(2026, 12, week))
    row = folder.row("A2")
    assert (row["Besluit"], row["Actiehouder"], row["Actie"]) == ("Nodig", "Jan", "Eigen")
    assert folder.row("A1")["Kosten"] == pytest.approx(12.5)
    assert cell(folder.sheet(), "A3", "Actiehouder").comment.text == "bel"
    assert folder.order() == ["A1", "A2", "A3", "A4", "A5"]
    assert all(cell(folder.sheet(), "A4", name).comment is None for name in OWN)


def refused(folder: Folder, **more: Any) -> str:
    """Return why the report is not made; every file is as it was."""
    before = {path: path.read_bytes() for path in folder.path.glob("rapport*")}
    with pytest.raises((WorkbookError, OutputError)) as error:
        folder.report(NEXT, **more)
    assert {path: path.read_bytes() for path in folder.path.glob("rapport*")} == before
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "password"),
        (b"", "cannot be read"),
        (b"PK\x03\x04 half", "cannot be read"),
        (b"Nr,Besluit\nA1,Nodig\n", "cannot be read"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(folder: Folder, content: bytes, said: str) -> None:
    """With the way out, and left alone."""
    folder.workbook.write_bytes(content)
    message = refused(folder)
    assert said in message
    assert "rapport.xlsx" in message


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_half_a_workbook_is_refused(folder: Folder, share: float) -> None:
    """As a copy that broke off leaves it."""
    whole = folder.workbook.read_bytes()
    folder.workbook.write_bytes(whole[: int(len(whole) * share)])
    assert "cannot be read" in refused(folder)


def test_another_workbook_is_refused(folder: Folder) -> None:
    """One with no list of ours."""
    workbook = opened(folder.workbook)
    for name in workbook.sheetnames[1:]:
        del workbook[name]
    workbook.save(folder.workbook)
    assert "no action list" in refused(folder)


def test_another_checklists_workbook_is_refused(folder: Folder) -> None:
    """Also when its items have the same ids."""
    texts = {f"A{n}": f"Iets heel anders, nummer {n}." for n in range(1, 6)}
    folder.checklist = checklist(texts, title="Anders")
    assert "another checklist ('Proef')" in refused(folder)


def test_a_newer_workbook_is_refused(folder: Folder) -> None:
    """It may hold what we would lose."""
    workbook = opened(folder.workbook)
    workbook["vinkje"]["B1"] = "99"
    workbook.save(folder.workbook)
    assert "newer vinkje" in refused(folder)


@pytest.mark.parametrize(
    "lock", ["~$rapport.xlsx", ".~lock.rapport.xlsx#", "~$rapport.vorige.xlsx"]
)
def test_a_file_open_in_excel_is_left_alone(folder: Folder, lock: str) -> None:
    """By the lock that Excel and LibreOffice put beside it."""
    (folder.path / lock).touch()
    assert "is open in Excel" in refused(folder)


def test_a_file_saved_meanwhile_is_left_alone(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading it and putting the new one in its place, somebody pressed Save."""
    from forms.jobs import report

    real = report.write_report

    def slow(*args: Any) -> Any:
        folder.write("A1", Notitie="net op tijd")
        return real(*args)

    monkeypatch.setattr(report, "write_report", slow)
    with pytest.raises(OutputError, match="somebody saved it"):
        folder.report(NEXT)
    assert folder.row("A1")["Notitie"] == "net op tijd"


def test_a_drawing_comes_along(folder: Folder) -> None:
    """Beside the list, where it was."""
    from openpyxl.chart import BarChart

    folder.edit(lambda sheet: sheet.add_chart(BarChart(), "Q2"))
    before = folder.workbook.read_bytes()
    folder.answers["A1"] = NICE
    made = folder.report(NEXT)
    assert [path.read_bytes() for path in made.kept] == [before]
    (chart,) = folder.sheet()._charts  # noqa: SLF001
    assert (chart.anchor._from.row, chart.anchor._from.col) == (1, 16)  # noqa: SLF001


def test_conversations_of_todays_excel_stay_conversations(folder: Folder) -> None:
    """They go along with their row; older programs see a notice in their place."""
    folder.edit(
        lambda s: setattr(cell(s, "A1", "Notitie"), "comment", Comment("[notice]", "tc={1}"))
    )
    conversation(folder.workbook, "O5", "Jan de Tester", "Bel de gemeente")
    folder.answers["A1"] = NICE
    folder.report(NEXT)
    assert cell(folder.sheet(), "A1", "Notitie").comment.text == "[notice]"
    with zipfile.ZipFile(folder.workbook) as archive:
        said = archive.read("xl/threadedComments/threadedComment1.xml").decode()
    assert 'ref="O9"' in said
    assert "Bel de gemeente" in said
    existing = open_existing(folder.workbook)
    (kept,) = [row for row in existing.list.rows if existing.list.cell(row, "note").comment]
    text = existing.list.cell(kept, "note").comment
    assert text == "Jan de Tester (2026-12-01): Bel de gemeente"


def conversation(path: Path, ref: str, who: str, text: str) -> None:
    """Put a threaded comment into the package, as Excel 365 saves one."""
    base = "http://schemas.microsoft.com/office/"
    space = f"{base}spreadsheetml/2018/threadedcomments"
    person = f'<personList xmlns="{space}"><person displayName="{who}" id="P1"/></personList>'
    said = (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="{ref}" dT="2026-12-01T10:00:00" '
        f'personId="P1" id="1"><text>{text}</text></threadedComment></ThreadedComments>'
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    relations = "xl/worksheets/_rels/sheet2.xml.rels"
    link = (
        f'<Relationship Id="rIdT" Type="{base}2017/10/relationships/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    parts[relations] = parts[relations].replace(b"</Relationships>", link.encode())
    parts["xl/threadedComments/threadedComment1.xml"] = said.encode()
    parts["xl/persons/person.xml"] = person.encode()
    people = f'Id="rIdP" Type="{base}2017/10/relationships/person" Target="persons/person.xml"'
    book = "xl/_rels/workbook.xml.rels"
    link = f"<Relationship {people}/></Relationships>"
    parts[book] = parts[book].replace(b"</Relationships>", link.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_thousand_rows_of_their_own_come_along(folder: Folder) -> None:
    """None is lost or doubled, in their order."""

    def fill(sheet: Any) -> None:
        for number in range(1000):
            sheet.append(
                [None, None, f"eigen {number}", None, None, None, None, None, None, "Later"]
            )

    folder.edit(fill)
    folder.report(NEXT)
    said = [row["Stelling"] for row in rows(folder.sheet()) if not row["Nr"]]
    assert said == [f"eigen {number}" for number in range(1000)]


def test_the_first_report_proposes_a_deadline(folder: Folder) -> None:
    """From its own day on."""
    assert folder.row("A1")["Deadline"] == datetime.combine(MONDAY + timedelta(30), time())
