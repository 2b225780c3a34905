"""A report is put into people's workbook: what is theirs stays, whatever Excel lets them make."""

import io
import os
import random
import re
import shutil
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from excel_kept import THINGS, still_there
from excel_made import LIST as OWN_LIST
from excel_made import make, relations, tabs, unpacked, write
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableColumn, TableFormula
from validator import faults
from workbooks import opened
from working import (
    BOOK,
    LIST,
    NICE,
    NO,
    YES,
    Folder,
    Parts,
    begun,
    cell,
    checklist,
    header_row,
    headers,
    in_part,
    numbers,
    put,
    repack,
)

from forms.errors import WorkbookError
from forms.report.list_notes import carried_notes
from forms.wording import wording
from forms.workbook.list_edit import ListEdit
from forms.workbook.reader import open_existing

NEXT = date(2026, 12, 7)
EARLIER = Path(__file__).parent / "earlier" / "rapport-1.xlsx"
REMARK = "Wim zei dit"
WORDS = wording("nl")
ITEMS, IN_ORDER = ("A1", "A2", "A3", "A4", "A5"), "Nu op orde"
# What a report may write in a workbook that people filled: all else stays byte for byte.
WRITTEN = re.compile(
    r"\[Content_Types\]\.xml|xl/(_rels/)?workbook\.xml(\.rels)?|xl/(styles|sharedStrings|calcChain)\.xml"
    r"|xl/comments\d*\.xml|xl/(comments|drawings|tables|threadedComments|worksheets|charts)/.*"
    r"|xl/pivotCache/.*Definition\d*\.xml"
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with a report in it."""
    return begun(_first, tmp_path)


def _first(path: Path) -> Folder:
    made = Folder(path)
    made.report()
    return made


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Folder]:
    """Return a workbook full of what Excel offers, and the folder with a next report in it."""
    made = Folder(tmp_path_factory.mktemp("full"))
    made.report()
    before = make(made.workbook.read_bytes())
    made.workbook.write_bytes(before)
    made.answers |= {"A1": YES, "A2": NICE}
    made.report(NEXT)
    return before, made


@pytest.mark.parametrize("thing", THINGS)
def test_it_is_still_there(full: tuple[bytes, Folder], thing: str) -> None:
    """And wired: every relation leads to a part, every name to what it names."""
    before, folder = full
    assert still_there(before)[thing]
    assert still_there(folder.workbook.read_bytes())[thing]


def test_no_fault_is_added(full: tuple[bytes, Folder], tmp_path: Path) -> None:
    """As Excel's makers judge a file."""
    before, folder = full
    (tmp_path / "before.xlsx").write_bytes(before)
    known = [each["description"] for each in faults(tmp_path / "before.xlsx")]
    assert [e for e in faults(folder.workbook) if e["description"] not in known] == []


def test_what_is_not_ours_stays_byte_for_byte(full: tuple[bytes, Folder]) -> None:
    """Every part but those that a row that moved, or a figure, stands in."""
    before, after = unpacked(full[0]), unpacked(full[1].workbook.read_bytes())
    theirs = [part for part in before if not WRITTEN.fullmatch(part)]
    assert len(theirs) > 15
    assert [part for part in theirs if after.get(part) != before[part]] == []
    pictures = tabs(before)["Beeld"]
    assert after[pictures] == before[pictures]


def test_pivot_tables_and_formulas_are_worked_out_anew(full: tuple[bytes, Folder]) -> None:
    """Once Excel opens the file: the figures changed."""
    parts = unpacked(full[1].workbook.read_bytes())
    (cache,) = [name for name in parts if "pivotCacheDefinition" in name and name.endswith(".xml")]
    assert b'refreshOnLoad="1"' in parts[cache]
    assert b'fullCalcOnLoad="1"' in parts["xl/workbook.xml"]
    assert "xl/calcChain.xml" not in parts


def test_the_same_report_gives_the_same_bytes(full: tuple[bytes, Folder]) -> None:
    """However often it is made."""
    folder = full[1]
    before = folder.workbook.read_bytes()
    for _ in range(2):
        folder.report(NEXT)
        assert folder.workbook.read_bytes() == before


def test_a_workbook_of_an_earlier_vinkje_is_read(tmp_path: Path) -> None:
    """Its marks, its tabs and what somebody said no to; its next report is as ours."""
    shutil.copy(EARLIER, tmp_path / "rapport.xlsx")
    folder = Folder(tmp_path, remarks={"A1": "Wim zei dit", "A2": "gaat goed"})
    before = opened(EARLIER).sheetnames
    folder.answers["A3"] = NICE
    made = folder.report(NEXT)
    assert opened(folder.workbook).sheetnames == before
    assert (folder.row("A2")["Besluit"], folder.row("A2")["Notitie"]) == (
        "Nodig",
        "bel de gemeente",
    )
    assert folder.row("A3")["Prioriteit"] == "Wenselijk"
    assert "hoog" in cell(folder.sheet(), "A3", "Prioriteit").comment.text
    assert {note.key for note in carried_notes(made.report)} == {"typed_over", "days_read"}
    texts = b"".join(unpacked(folder.workbook.read_bytes()).values())
    assert b"gaat goed" in texts
    assert b"Wim zei dit" not in texts
    again = folder.workbook.read_bytes()
    folder.report(NEXT)
    assert folder.workbook.read_bytes() == again


def test_a_list_of_an_earlier_vinkje_marks_what_is_not_known(tmp_path: Path) -> None:
    """From now on, once: whoever takes the rules away has them gone for good."""
    shutil.copy(EARLIER, tmp_path / "rapport.xlsx")
    folder = Folder(tmp_path)
    assert marks(folder) == []
    for _ in range(2):
        folder.report(NEXT)
        assert "⚠" in folder.sheet()["A2"].value
        # Of a day there are two: surely none, and perhaps one.
        assert [cells[:3] for cells in marks(folder)] == ["J5:", "M5:", *["L5:"] * 2, *["N5:"] * 2]

    assert faults(folder.workbook) == []

    def clear(sheet: Any) -> None:
        sheet.conditional_formatting = type(sheet.conditional_formatting)()

    folder.edit(clear)
    folder.report(NEXT)
    assert marks(folder) == []


def marks(folder: Folder) -> list[str]:
    """Return the cells that rules mark when something odd is typed there."""
    groups = folder.sheet().conditional_formatting
    return [
        str(each.sqref)
        for each in groups
        for rule in each.rules
        if rule.formula[0][:8] == "IFERROR("
    ]


def test_a_short_agenda_has_no_header_on_pages_of_remarks(tmp_path: Path) -> None:
    """Also where it was long before, and the header came back on every page."""
    folder = Folder(tmp_path, remarks={"Deel": "Gaat goed"})
    items = {f"A{number}": f"Stelling {number}. " + "Lang. " * 40 for number in range(1, 30)}
    folder.checklist = checklist(items, remarks="section")
    folder.report()
    assert folder.sheet("Bespreken").print_title_rows == "$3:$3"
    folder.answers = dict.fromkeys(list(items)[1:], YES)
    folder.people += 5
    folder.report(NEXT)
    assert folder.sheet("Bespreken").print_title_rows is None


def test_a_remark_that_is_withheld_is_nowhere(tmp_path: Path) -> None:
    """Not in texts that no cell shows, copies for pivot tables and charts, notes or replies."""
    folder = Folder(tmp_path, remarks={"A1": REMARK})
    folder.checklist["remarks"] = "item"
    folder.report()
    # Excel keeps copies of what cells show.
    folder.workbook.write_bytes(make(folder.workbook.read_bytes()))
    existing = open_existing(folder.workbook)
    letters = get_column_letter(1 + [c.name for c in existing.list.columns].index("remarks"))

    def talk(parts: Parts) -> None:
        for name in [n for n in parts if re.search(r"/(threadedC|c)omments?\d*\.xml$", n)]:
            on_remarks = re.sub(r' ref="[A-Z]+', f' ref="{letters}', parts[name].decode())
            said = re.sub("(<(?:text|t)>)([^<])", rf"\1{REMARK}: \2", on_remarks)
            parts[name] = said.encode()
        for name in [n for n in parts if n.startswith("xl/charts/chart")]:
            point = f'<c:pt idx="0"><c:v>{REMARK}</c:v></c:pt>'
            cache = f'<c:strCache><c:ptCount val="1"/>{point}</c:strCache></c:strRef>'
            parts[name] = parts[name].replace(b"</c:strRef>", cache.encode(), 1)

    repack(folder.workbook, talk)
    assert len(_holding(folder.workbook)) == 5
    repack(folder.workbook, _refuse)
    folder.report(NEXT)
    assert _holding(folder.workbook) == []


def _holding(workbook: Path) -> list[str]:
    """Return the parts in which the remark stands."""
    parts = unpacked(workbook.read_bytes())
    return [name for name, content in parts.items() if REMARK.encode() in content]


def _refuse(parts: Parts) -> None:
    """Say no to every remark, as Excel saves it."""
    strings = re.findall(rb"<si>.*?</si>", parts["xl/sharedStrings.xml"], re.DOTALL)
    (yes,) = [n for n, text in enumerate(strings) if b">Ja<" in text]
    for name in list(parts):
        if name.startswith("xl/worksheets/sheet"):
            mark = rb'(<c r="D\d+"[^>]*t="s"[^>]*>)<v>%d</v>' % yes
            parts[name] = re.sub(mark, rb"\1<v>%d</v>" % len(strings), parts[name])
    parts["xl/sharedStrings.xml"] = re.sub(
        rb"</sst>", b"<si><t>Nee</t></si></sst>", parts["xl/sharedStrings.xml"]
    )


def test_a_tab_of_ours_with_a_table_of_theirs_becomes_theirs(folder: Folder) -> None:
    """Others in the workbook can lean on that; ours comes beside it."""

    def add(sheet: Any) -> None:
        tab = sheet.parent["Overzicht"]
        tab["J1"], tab["K1"], tab["J2"], tab["K2"] = "Post", "Geld", "x", 1
        tab.add_table(Table(displayName="Geld", ref="J1:K2"))

    folder.edit(add)
    made = folder.report(NEXT)
    names = opened(folder.workbook).sheetnames
    assert {"Overzicht", "Overzicht (2)"} < set(names)
    assert folder.sheet("Overzicht")["K2"].value == 1
    assert [n.values for n in carried_notes(made.report) if n.key == "tab_kept"] == [
        {"tab": "Overzicht"}
    ]
    again = folder.report(NEXT)
    assert opened(folder.workbook).sheetnames == names
    assert [n.key for n in carried_notes(again.report) if n.key.startswith("tab_")] == []


def test_a_tab_that_became_theirs_shows_no_remark_that_is_withheld(tmp_path: Path) -> None:
    """Also where Excel keeps its text among that of all tabs."""
    folder = Folder(tmp_path, remarks={"A1": REMARK})
    folder.report()

    def add(sheet: Any) -> None:
        tab = sheet.parent["Deel"]
        tab["T1"], tab["U1"], tab["T2"], tab["U2"] = "Post", "Geld", "x", 1
        tab.add_table(Table(displayName="Geld", ref="T1:U2"))
        for row in tab.iter_rows():
            if row[1].value == REMARK:
                row[3].value = "Nee"

    folder.edit(add)
    folder.report(NEXT)
    assert {"Deel", "Deel (2)"} < set(opened(folder.workbook).sheetnames)
    assert _holding(folder.workbook) == []


def test_the_tab_of_a_section_that_is_gone_goes(folder: Folder) -> None:
    """Its part, too; the others keep their place."""
    more = {"id": "B", "title": "Elders", "items": [{"id": "B1", "text": "Nog een."}]}
    folder.checklist["sections"].insert(0, more)
    folder.report(NEXT)
    names = opened(folder.workbook).sheetnames
    folder.checklist["sections"].remove(more)
    folder.report(NEXT)
    assert opened(folder.workbook).sheetnames == [n for n in names if n != "Elders"]
    assert faults(folder.workbook) == []


def test_what_would_be_lost_is_never_written(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cell is named, and all files are as they were."""
    folder.write("A4", Notitie="bel de gemeente", Besluit="Nodig")
    folder.answers["A1"] = YES
    before = {path: path.read_bytes() for path in folder.path.iterdir() if path.suffix != ".csv"}
    monkeypatch.setattr(ListEdit, "_move", lambda _: None)
    with pytest.raises(WorkbookError, match=r"cell A5 of the tab .*Nothing was changed"):
        folder.report(NEXT)
    after = {path: path.read_bytes() for path in folder.path.iterdir() if path.suffix != ".csv"}
    assert after == before


def test_a_note_that_goes_astray_is_never_written(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor a word in a column of their own."""
    folder.edit(lambda s: setattr(cell(s, "A4", "Notitie"), "comment", Comment("bel", "Jan")))
    folder.answers["A1"] = YES
    monkeypatch.setattr("forms.excel.notes.CellNotes.follow", lambda *_: None)
    with pytest.raises(WorkbookError, match=r"cell O\d of the tab 'Actielijst': it would read"):
        folder.report(NEXT)


POINTS = "Actielijst[[#This Row],[% op orde]]*100"


def with_points(sheet: Any) -> None:
    """Add a column that Excel fills in."""
    head = header_row(sheet)
    last = head + sum(map(bool, numbers(sheet)))
    table = next(iter(sheet.tables.values()))
    fill = TableFormula(attr_text=POINTS)
    table.tableColumns.append(TableColumn(id=16, name="Punten", calculatedColumnFormula=fill))
    table.ref = table.autoFilter.ref = f"A{head}:P{last}"
    sheet.cell(head, 16, "Punten")
    for row in range(head + 1, last + 1):
        sheet.cell(row, 16, f"={POINTS}")


def test_a_calculated_column_keeps_no_item_and_fills_new_rows(tmp_path: Path) -> None:
    """What Excel fills in of itself says nothing of an item."""
    folder = Folder(tmp_path, answers={"A5": YES})
    folder.report()
    folder.edit(with_points)
    folder.answers = {"A2": YES}
    folder.report(NEXT)
    assert sorted(folder.order()) == ["A1", "A3", "A4", "A5"]
    assert {folder.row(item)["Punten"] for item in folder.order()} == {f"={POINTS}"}
    folder.edit(lambda sheet: put(sheet, "A1", Punten=7))
    folder.answers = {"A1": YES, "A2": YES, "A3": YES}
    folder.report(NEXT)
    assert sorted(folder.order()) == ["A1", "A4", "A5"]


def test_what_stands_apart_beside_the_list_stays_put(folder: Folder) -> None:
    """It is no part of any row: no item stays for it, and it goes with none."""

    def add(sheet: Any) -> None:
        for row in range(5, 10):
            sheet.cell(row, 18, f"regel {row}")

    folder.edit(add)
    folder.answers = {"A1": YES, "A2": NICE}
    folder.report(NEXT)
    sheet = folder.sheet()
    assert sorted(folder.order())[:5] == ["", "A2", "A3", "A4", "A5"]
    assert [sheet.cell(row, 18).value for row in range(5, 10)] == [
        f"regel {r}" for r in range(5, 10)
    ]


def test_a_column_without_room_is_refused(folder: Folder) -> None:
    """The message says what is in the way, and nothing is changed."""

    def change(sheet: Any) -> None:
        sheet.cell(5, 17, "ernaast")
        sheet.delete_cols(10)
        sheet.tables.clear()

    folder.edit(change)
    repack(folder.workbook, _without_name("decision"))
    before = folder.workbook.read_bytes()
    with pytest.raises(WorkbookError, match=r"misses 'Besluit', and has no room.* column P "):
        folder.report(NEXT)
    assert folder.workbook.read_bytes() == before


def _without_name(column: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        pattern = rb'(vinkje_column_%s"[^>]*>)[^<]*' % column.encode()
        parts["xl/workbook.xml"] = re.sub(pattern, rb"\1Actielijst!#REF!", parts["xl/workbook.xml"])

    return change


def test_a_newer_copy_beside_it_is_named(folder: Folder) -> None:
    """Two people at once, or a browser that gave it another name."""
    copy = folder.workbook.with_name("rapport (1).xlsx")
    other = folder.workbook.with_name("rapport-noord.xlsx")
    shutil.copy(folder.workbook, copy)
    put_in(copy, Notitie="bel de gemeente")
    (folder.path / "elders").mkdir()
    Folder(folder.path / "elders", answers={"A1": YES}).report()
    shutil.copy(folder.path / "elders" / "rapport.xlsx", other)
    for path in (copy, other):
        os.utime(path, (folder.workbook.stat().st_mtime + 60,) * 2)
    made = folder.report(NEXT)
    assert [n.values for n in made.notes if n.key == "newer_copy"] == [
        {"file": "rapport.xlsx", "copy": "rapport (1).xlsx"}
    ]


def put_in(path: Path, **cells: object) -> None:
    """Write in the row of A1 of another file."""
    workbook = opened(path)
    put(workbook["Actielijst"], "A1", **cells)
    workbook.save(path)


@pytest.mark.parametrize(
    ("inside", "said"),
    [("DRMEncryptedTransform", "a sensitivity label"), ("StrongEncryptionTransform", "a password")],
)
def test_a_label_that_encrypts_is_told_from_a_password(
    folder: Folder, inside: str, said: str
) -> None:
    """As the file itself says, in names of what is inside."""
    content = b"\xd0\xcf\x11\xe0" + b"\0" * 600 + inside.encode("utf-16-le")
    folder.workbook.write_bytes(content)
    with pytest.raises(WorkbookError, match=said):
        folder.report(NEXT)
    assert folder.workbook.read_bytes() == content


def test_a_list_that_lost_its_table_gets_one_again(folder: Folder) -> None:
    """With the columns that people added."""

    def change(sheet: Any) -> None:
        sheet.tables.clear()
        sheet.cell(header_row(sheet), 16, "Kosten")

    folder.edit(change)
    folder.report(NEXT)
    (table,) = folder.sheet().tables.values()
    assert (table.ref, table.tableColumns[-1].name) == ("A4:P9", "Kosten")
    assert faults(folder.workbook) == []


def test_the_zip_holds_every_part_once(full: tuple[bytes, Folder]) -> None:
    """And every relation leads to one."""
    with zipfile.ZipFile(io.BytesIO(full[1].workbook.read_bytes())) as archive:
        names = archive.namelist()
    assert len({name.lower() for name in names}) == len(names)
    parts = unpacked(full[1].workbook.read_bytes())
    for part in parts:
        for kind, target in relations(parts, part).values():
            assert target in parts or "://" in target or kind.endswith("/hyperlink"), (part, target)


def test_headers_stay_as_people_named_them(folder: Folder) -> None:
    """Also in the Table."""
    folder.edit(lambda sheet: sheet.cell(header_row(sheet), 11, "Wie"))
    repack(folder.workbook, _renamed_in_table)
    folder.report(NEXT)
    assert headers(folder.sheet())[10] == "Wie"
    assert LIST in unpacked(folder.workbook.read_bytes())


def _renamed_in_table(parts: Parts) -> None:
    (table,) = [name for name in parts if name.startswith("xl/tables/")]
    parts[table] = parts[table].replace(b'name="Actiehouder"', b'name="Wie"')


def test_the_former_file_is_readable_too(full: tuple[bytes, Folder]) -> None:
    """`vinkje actions` reads a workbook full of what Excel offers."""
    existing = open_existing(full[1].workbook)
    assert existing.tab == OWN_LIST


def seen(path: Path) -> dict[str, dict[str, object]]:
    """Return what the list shows, by Nr and header, as another program reads it."""
    with warnings.catch_warnings():
        # openpyxl tells what it would drop on saving.
        warnings.simplefilter("ignore")
        sheet: Any = opened(path)[OWN_LIST]
    head = header_row(sheet)
    titles = [each.value for each in sheet[head]]
    rows = [dict(zip(titles, r, strict=True)) for r in sheet.iter_rows(head + 1, values_only=True)]
    return {str(row["Nr"]): row for row in rows if row["Nr"]}


@pytest.mark.parametrize("seed", range(max(1, int(os.environ.get("VINKJE_MONTHS", "0")) // 10)))
def test_months_of_work_in_excel(full: tuple[bytes, Folder], tmp_path: Path, seed: int) -> None:
    """Answers and words change, week after week, in a file that no other program ever saved."""
    luck = random.Random(seed)
    folder = Folder(tmp_path)
    folder.report()
    folder.workbook.write_bytes(full[0])
    said: dict[str, str] = {}
    for week in range(6):
        items = list(seen(folder.workbook))
        item = luck.choice(items)
        said[item] = f"woord {seed} {week}"
        repack(folder.workbook, partial(note, folder.workbook, item, said[item]))
        before = unpacked(folder.workbook.read_bytes())
        folder.answers |= {luck.choice(ITEMS): luck.choice([YES, NICE, NO]) for _ in range(2)}
        folder.report(NEXT + timedelta(days=7 * week))
        content = folder.workbook.read_bytes()
        assert [thing for thing, is_there in still_there(content).items() if not is_there] == []
        found = seen(folder.workbook)
        assert {i: found[i]["Notitie"] for i in said} == said
        after = unpacked(content)
        theirs = [part for part in before if not WRITTEN.fullmatch(part)]
        assert [part for part in theirs if after.get(part) != before[part]] == []
        shown = {i: a for i, a in folder.answers.items() if i in found}
        wrong = {i for i, a in shown.items() if (a == YES) != (found[i]["Prioriteit"] == IN_ORDER)}
        assert wrong == set()
    assert faults(folder.workbook) == []


def note(path: Path, item: str, text: str, parts: Parts) -> None:
    """Write under Notitie in an item's row, as Excel saves it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet: Any = opened(path)[OWN_LIST]
    head = header_row(sheet)
    titles = {each.value: each.column_letter for each in sheet[head]}
    row = next(r for r in range(head, sheet.max_row) if sheet[f"{titles['Nr']}{r}"].value == item)
    write(parts, tabs(parts)[OWN_LIST], {f"{titles['Notitie']}{row}": text})


def test_a_day_that_was_typed_over_a_share_leaves_a_share(folder: Folder) -> None:
    """Excel shows days in such a cell from then on."""
    folder.edit(lambda sheet: setattr(cell(sheet, "A1", "% op orde"), "value", NEXT))
    folder.report(NEXT)
    there = cell(folder.sheet(), "A1", "% op orde")
    assert (there.value, there.number_format) == (0, "0%")
    assert "2026-12-07" in there.comment.text


def test_a_list_that_was_emptied_fills_again(folder: Folder) -> None:
    """Formulas, names and rules over all of it are over all of it again; also over one row."""

    def add(sheet: Any) -> None:
        own = sheet.parent.create_sheet("Eigen")
        own["A1"], own["A2"] = "=COUNTA(Actielijst!$K$5:$K$9)", "=SUM(Actielijst!P$5:P7)"
        choice = DataValidation(type="list", formula1='"Jan,Wim"')
        choice.add("K5:K9")
        sheet.add_data_validation(choice)

    folder.edit(add)
    every = dict.fromkeys(ITEMS, YES)
    for answers in (every, {}, every | {"A3": NO}, {}):
        folder.answers = answers
        folder.report(NEXT)
    own = folder.sheet("Eigen")
    assert own["A1"].value == "=COUNTA(Actielijst!$K$5:$K$9)"
    rules = folder.sheet().data_validations.dataValidation
    (theirs,) = [str(rule.sqref) for rule in rules if rule.formula1 == '"Jan,Wim"']
    assert theirs in {"K5:K9", "K5:K10"}
    assert faults(folder.workbook) == []


def test_a_link_over_several_cells_stays_on_those(folder: Folder) -> None:
    """Also when they come to stand apart."""
    folder.write("A2", Notitie="blijft")
    folder.write("A3", Notitie="blijft")
    link = '<hyperlinks><hyperlink ref="K6:K7" location="Overzicht!A1"/></hyperlinks><pageMargins'
    repack(folder.workbook, in_part(LIST, "<pageMargins", link))
    folder.answers = {"A2": YES}
    folder.report(NEXT)
    sheet = folder.sheet()
    linked = {item for item in folder.order() if cell(sheet, item, "Actiehouder").hyperlink}
    assert linked == {"A2", "A3"}
    assert faults(folder.workbook) == []


def test_something_drawn_in_a_row_keeps_it(folder: Folder) -> None:
    """It is people's, like a note."""
    folder.edit(lambda sheet: sheet.add_chart(BarChart(), "K5"))
    folder.answers = {"A1": YES, "A2": YES}
    folder.report(NEXT)
    assert sorted(folder.order()) == ["A1", "A3", "A4", "A5"]
    (chart,) = folder.sheet()._charts  # noqa: SLF001
    at = chart.anchor._from.row + 1  # noqa: SLF001
    assert folder.sheet().cell(at, 1).value == "A1"


def test_a_calculated_column_is_filled_where_no_row_stays(tmp_path: Path) -> None:
    """From the rows that left, else from the Table."""
    folder = Folder(tmp_path, answers={"A1": YES, "A2": YES})
    folder.report()
    folder.edit(with_points)
    for answers in (dict.fromkeys(("A3", "A4", "A5"), YES), dict.fromkeys(ITEMS, YES), {}):
        folder.answers = answers
        folder.report(NEXT)
        filled = [folder.row(i)["Punten"] for i in folder.order() if i]
        assert filled == [f"={POINTS}"] * sum(answers.get(i) != YES for i in ITEMS)


def test_the_line_above_the_list_says_what_holds_now(folder: Folder) -> None:
    """Until people write something else there."""
    for answers, key in ((dict.fromkeys(ITEMS, YES), "none"), ({}, "explain")):
        folder.answers = answers
        folder.report(NEXT)
        assert folder.sheet()["A2"].value == WORDS(f"actions.{key}")
    folder.edit(lambda sheet: setattr(sheet["A2"], "value", "Onze lijst"))
    folder.answers = dict.fromkeys(ITEMS, YES)
    folder.report(NEXT)
    assert folder.sheet()["A2"].value == "Onze lijst"


def test_days_count_as_the_workbook_counts_them(tmp_path: Path) -> None:
    """Those of an old Mac from 1904."""
    folder = Folder(tmp_path, answers={"A5": YES})
    folder.report()
    folder.write("A1", Deadline="1 dec")
    repack(folder.workbook, in_part(BOOK, "<workbookPr ?/>", '<workbookPr date1904="1"/>'))
    folder.answers = {}
    folder.report(NEXT)
    assert folder.row("A1")["Deadline"].date() == date(2026, 12, 1)
    assert NEXT < folder.row("A5")["Deadline"].date() < NEXT + timedelta(days=120)


def test_a_column_that_comes_back_helps_filling_in(folder: Folder) -> None:
    """With its words to choose from, colours that look at it, and a width to read it in."""

    def delete(sheet: Any) -> None:
        sheet.delete_cols(10)
        del sheet.column_dimensions["O"]
        sheet.tables.clear()
        sheet.data_validations.dataValidation.clear()
        sheet.conditional_formatting = type(sheet.conditional_formatting)()

    folder.edit(delete)
    repack(folder.workbook, _without_name("decision"))
    folder.report(NEXT)
    sheet = folder.sheet()
    assert headers(sheet)[-1] == "Besluit"
    (choices,) = sheet.data_validations.dataValidation
    assert (str(choices.sqref)[:3], "Nodig" in choices.formula1) == ("O5:", True)
    formulas = [r.formula[0] for each in sheet.conditional_formatting for r in each.rules]
    # One marks what is odd, one colours what is late, and one what is done.
    assert len([formula for formula in formulas if "$O5" in formula and "nodig" in formula]) == 3
    assert sheet.column_dimensions["O"].width == pytest.approx(10.71)
    assert faults(folder.workbook) == []


def test_a_row_is_high_enough_for_what_it_says_now(folder: Folder) -> None:
    """Of a statement that was reworded."""
    height = folder.sheet().row_dimensions[5].height
    folder.checklist["sections"][0]["items"][0]["text"] = "Een heel lange stelling. " * 12
    folder.report(NEXT)
    assert folder.sheet().row_dimensions[5].height > 2 * height


@pytest.mark.parametrize("left", ["Overzicht", "Actielijst"])
def test_one_tab_is_in_view(folder: Folder, left: str) -> None:
    """The one that people left in view: with two, what is typed goes to both."""

    def leave(sheet: Any) -> None:
        sheet.parent.active = sheet.parent.sheetnames.index(left)
        for tab in sheet.parent.worksheets:
            tab.sheet_view.tabSelected = tab.title == left

    folder.edit(leave)
    folder.report(NEXT)
    now = opened(folder.workbook)
    assert [tab.title for tab in now.worksheets if tab.sheet_view.tabSelected] == [left]
