"""What costs far more than answers or a report can be is refused in words, before it is held."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from excel_made import relate
from workbooks import workbook, workbook_of
from working import BOOK, LIST, MONDAY, Folder, Parts, begun

from cli.main import _explained
from forms import unpacking
from forms.checklist.model import default_checklist, load_checklist
from forms.collect import csv_file, limits
from forms.collect.file import file_table
from forms.errors import FormsError, SourceError, WorkbookError
from forms.excel import notes, package, ranges, reader, rows, strings, tree
from forms.excel.markup import ExcelError
from forms.excel.moves import Moves
from forms.excel.package import Package
from forms.excel.reader import Workbook
from forms.responses.counting import read_responses
from forms.responses.model import has_content
from forms.responses.reader import _CHUNK
from forms.workbook import list_reader
from forms.workbook.reader import open_existing

CHECKLIST = load_checklist(default_checklist())
HEADER = ",".join(item.id for item in CHECKLIST.items())
ROW = ",".join("Op orde" for _ in CHECKLIST.items())
TABLE = f"{HEADER}\n{ROW}\n"
WIDTH = HEADER.count(",") + 1


def read(tmp_path: Path, text: str) -> int:
    """Read answers; returns how many rows are used."""
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_responses(file_table(path, CHECKLIST), CHECKLIST).rows.used


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a file of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def unpacked(path: Path) -> Parts:
    """Return a file's parts."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with a report in it."""
    return begun(_first, tmp_path)


def _first(path: Path) -> Folder:
    found = Folder(path)
    found.report(MONDAY)
    return found


# -- answers as text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADER + "," * 1_000_000 + f"\n{ROW}\n", "row 1 has 1,000,020 columns"),
        (
            TABLE + "," * 44_000_000 + "\n",
            ", line 3: the line is longer than 10,000,000 characters",
        ),
        ((TABLE + ("," * 20_000 + "\n") * 50), "row 3 has 20,001 columns"),
        (TABLE + "," * 9_000_000 + "\n", "row 3 has 9,000,001 columns"),
    ],
    ids=["header", "line", "rows", "row"],
)
def test_a_table_that_is_far_too_wide(tmp_path: Path, text: str, words: str) -> None:
    """Its real sizes: refused by the first line that is too wide."""
    with pytest.raises(SourceError) as raised:
        read(tmp_path, text)
    assert words in str(raised.value)
    assert str(raised.value).startswith(str(tmp_path))


def test_a_remark_may_hold_any_number_of_separators(tmp_path: Path) -> None:
    """By one separator its row is far too wide, and by the right one it is not."""
    header = HEADER.replace(",", ";") + ";Toelichting"
    row = ROW.replace(",", ";")
    assert read(tmp_path, f"{header}\n{row};{',' * 30_000}\n") == 1
    assert read(tmp_path, f'{HEADER},Toelichting\n{ROW},"{"," * 30_000}"\n') == 1


def test_blank_rows_and_cells_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the limit they cost little; beyond, they are refused with the way out."""
    monkeypatch.setattr(limits, "_MOST_BLANK", 10)
    assert read(tmp_path, TABLE + "\n" * 5 + "," * (WIDTH - 1) + "\n" * 5) == 1
    with pytest.raises(SourceError, match=r"more than 10 rows are blank; delete what"):
        read(tmp_path, TABLE + "\n" * 5 + ("," * (WIDTH - 1) + "\n") * 6)
    with pytest.raises(SourceError, match="more than 10 rows are blank"):
        read(tmp_path, "x\n" + "\n" * 11 + TABLE)
    monkeypatch.setattr(limits, "_MOST_CELLS", 10 * WIDTH)
    assert read(tmp_path, TABLE + f"{ROW}\n" * 8) == 9
    with pytest.raises(SourceError, match="up to row 11 there are over 200 cells, empty or not"):
        read(tmp_path, TABLE + f"{ROW}\n" * 9)


@pytest.mark.parametrize("quotes", ["", 'a\tb"c\n'])
def test_a_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quotes: str) -> None:
    """Also where it is looked at to see what quotes mean."""
    monkeypatch.setattr(csv_file, "_LONGEST", 1_000)
    with pytest.raises(SourceError, match="the line is longer than 1,000 characters"):
        read(tmp_path, quotes + TABLE.replace(",", "\t") + "\t" * 1_000)


def test_a_cell_far_to_the_right_is_cheap(tmp_path: Path) -> None:
    """As many cells as are held together stay the same, however wide the rows are."""
    wide = "," * 16_000 + "\n"
    assert read(tmp_path, TABLE + wide * 200 + f"{ROW}\n" * 5_000) == 5_001
    # Excel's widest row, in all that is held at once.
    assert _CHUNK * 16_384 < 4_000_000


def test_a_nought_is_content() -> None:
    """It is no empty cell, though quick looks take it for one."""
    assert has_content([None, "", 0])
    assert not has_content([None, "", " "])


def test_tabs_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To see which has most answers they are held together."""
    table: list[list[object]] = [list(line.split(",")) for line in TABLE.splitlines()]
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_of({"Een": table * 3, "Twee": [*table, table[1]]}))
    assert "tab 'Een'" in file_table(path, CHECKLIST).name
    monkeypatch.setattr(limits, "_MOST_CELLS", 8 * WIDTH)
    with pytest.raises(SourceError, match="tab 'Twee': up to row 3 there are over 160 cells"):
        file_table(path, CHECKLIST)


# -- workbooks -------------------------------------------------------------------------------------


def fault(content: bytes) -> str:
    """Return why a workbook cannot be read, all of its rows."""
    with pytest.raises(ExcelError) as raised:
        _ = [list(book.rows(s)) for book in [Workbook(Package(content))] for s in book.sheets]
    return str(raised.value)


def test_a_part_that_swells() -> None:
    """By its own packed size: photos beside it excuse nothing, and many small ones add up."""
    swollen = {"xl/worksheets/sheet1.xml": b" " * 60_000_000}
    assert "unpacks to 60 MB" in fault(packed(swollen))
    stored = io.BytesIO(packed(swollen))
    with zipfile.ZipFile(stored, "a") as archive:
        archive.writestr("xl/media/a.bin", bytes(5_000_000))
    assert "unpacks to 65 MB" in fault(stored.getvalue())
    small = packed({f"xl/media/{n}.bin": bytes(10_000_000) for n in range(6)})
    assert "unpacks to 60 MB" in fault(small)


def test_parts_and_tabs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the index of the file, and of the workbook."""
    monkeypatch.setattr(unpacking, "_MOST_PARTS", 4)
    assert "holds 5 parts" in fault(packed({str(n): b"" for n in range(5)}))
    monkeypatch.undo()
    monkeypatch.setattr(reader, "_MOST_TABS", 0)
    assert "xl/workbook.xml: it holds over 0 tabs" in fault(workbook("<c/>"))


@pytest.mark.parametrize(
    ("module", "limit", "part", "words"),
    [
        (strings, "_MOST_STRINGS", "xl/sharedStrings.xml", "over 2 texts"),
        (reader, "_MOST_IN_STYLES", "xl/styles.xml", "over 2 elements"),
        (strings, "_MOST_PIECES", "xl/sharedStrings.xml", "a text of millions of characters"),
        (rows, "_MOST_PIECES", "xl/worksheets/sheet1.xml", "a text of millions of characters"),
    ],
)
def test_texts_and_formats_are_counted(
    monkeypatch: pytest.MonkeyPatch, module: object, limit: str, part: str, words: str
) -> None:
    """While they are read: no part is held before."""
    monkeypatch.setattr(module, limit, 2)
    long = "x" * 50_000
    many: dict[str, bytes | None] = {
        "xl/sharedStrings.xml": f"<sst><si><t>{long}</t></si></sst>".encode()
    }
    cells = f'<c t="s"><v>0</v></c><c t="str"><v>{long * (module is rows)}</v></c>'
    content = workbook(cells, parts=many if limit == "_MOST_PIECES" else {})
    assert fault(content).startswith(f"{part}: it holds {words}, more than can be read; delete")


def test_what_is_held_whole_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that is edited costs by its tags, one that is looked at by its bytes."""
    monkeypatch.setattr(tree, "_MOST_NODES", 10)
    opened = Package(workbook("<c/>"))
    with pytest.raises(ExcelError, match="it holds over 10 tags and attributes"):
        opened.tree("xl/styles.xml")
    monkeypatch.setattr(package, "_MOST_WHOLE", 10)
    with pytest.raises(ExcelError, match=r"^xl/styles\.xml: it holds 0 MB, more than"):
        opened.read("xl/styles.xml")
    assert opened.saved()


# -- a former workbook -----------------------------------------------------------------------------


def with_own_tab(folder: Folder, cells: str, merged: str = "") -> None:
    """Put a tab that asks whether to show remarks, as people's copy of ours does."""
    told = '<c r="A1" t="inlineStr"><is><t>Tonen</t></is></c>'
    folder.edit(lambda sheet: sheet.parent.create_sheet("Eigen"))
    parts = unpacked(folder.workbook)
    part = max((n for n in parts if n.startswith("xl/worksheets/sheet")), key=_number)
    data = f'<sheetData><row r="1">{told}</row>{cells}</sheetData>{merged}'.encode()
    parts[part] = re.sub(rb"<sheetData>.*</sheetData>|<sheetData ?/>", lambda _: data, parts[part])
    assert data in parts[part]
    folder.workbook.write_bytes(packed(parts))


def _number(name: str) -> int:
    return int(re.sub(r"\D", "", name))


def test_what_people_do_is_cheap(folder: Folder) -> None:
    """Whole columns merged, a cell in XFD on thousands of rows: the report is made again."""
    cells = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 3_000))
    columns = "".join(f'<mergeCell ref="{c}1:{c}1048576"/>' for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    with_own_tab(folder, cells, f"<mergeCells>{columns}</mergeCells>")
    assert folder.report(MONDAY).written


def test_merged_cells_over_far_too_many_rows(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All columns of a long tab, one by one: nobody does that."""
    monkeypatch.setattr(ranges, "_MOST_MERGED", 50)
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 40))
    merged = "<mergeCells>{}</mergeCells>"
    with_own_tab(folder, cells, merged.format('<mergeCell ref="A1:A1048576"/>'))
    before = unpacked(folder.workbook)
    assert folder.report(MONDAY).written
    one = b'<mergeCell ref="A1:A1048576"/>'
    twice = {name: part.replace(one, one * 2) for name, part in before.items()}
    folder.workbook.write_bytes(packed(twice))
    with pytest.raises(WorkbookError, match=r"merged over 50 filled rows; unmerge them"):
        folder.report(MONDAY)


def test_rows_far_apart_in_the_list(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the gaps between thousands of rows, one empty row each is enough."""
    monkeypatch.setattr(list_reader, "_MANY_ROWS", 100)

    def scatter(sheet: object) -> None:
        for row in range(50, 10_000, 50):
            sheet[f"C{row}"] = "x"  # type: ignore[index]

    folder.edit(scatter)
    existing = open_existing(folder.workbook)
    assert 199 < len(existing.list.rows) < 600
    folder.report(MONDAY)
    assert sum(cell.value == "x" for cell in folder.sheet()["C"]) == 199


def test_a_pattern_again_and_again(folder: Folder) -> None:
    """In a comment, where nothing ends it: read once."""
    parts = unpacked(folder.workbook)
    parts[LIST] += b"<!--" + b'<c t="s" ' * 20_000 + b"-->"
    folder.workbook.write_bytes(packed(parts))
    folder.report(MONDAY)
    moves = Moves("Blad", 1, 3, 3, {1: 2, 2: 1, 3: 3})
    for pattern in (b"<v:shape ", b"idmap ", b"<v:rect><!", b"<idmap data="):
        boxes = b"<xml><!--" + pattern * 20_000 + b"--></xml>"
        assert notes._moved_boxes(boxes, moves) == boxes  # noqa: SLF001
        assert notes._numbers(notes._MAP, boxes) == []  # noqa: SLF001
    assert moves.formula("A1:" * 5_000, "Blad")
    assert moves.formula("'a:b'!A1:A2", "'a") == "'a:b'!A1:A2"


def test_shared_texts_in_use() -> None:
    """Of cells that say so alone, whatever a comment says."""
    cells = '<c t="s"><f>A1</f><v>2</v></c><c><v>7</v></c><c t="s"><v/></c><!--<c t="s"><v>1</v>-->'
    sheet = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>".encode()
    assert strings.strings_used("a", io.BytesIO(sheet)) == {2}


DAMAGE = (
    *(
        "worksheet",
        "styles",
        "sharedStrings",
        "theme",
        "comments",
        "table",
        "drawing",
        "vmlDrawing",
    ),
    *("pivotTable", "ctrlProp", "calcChain", "person", "threadedComment", "officeDocument"),
)


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("of", ["", BOOK, LIST])
def test_a_relation_to_a_part_that_is_missing(folder: Folder, kind: str, of: str) -> None:
    """The report is made, or refused in words with the file as it was."""
    parts = unpacked(folder.workbook)
    relate(parts, of, kind, "xl/weg.xml")
    _made_or_refused(folder, parts)


@pytest.mark.parametrize("way", ["gone", "cut"])
def test_a_damaged_part(folder: Folder, way: str) -> None:
    """Each part in turn; never what nobody understands."""
    whole = unpacked(folder.workbook)
    for name in whole:
        parts = dict(whole)
        parts[name] = whole[name][: len(whole[name]) // 2]
        if way == "gone":
            del parts[name]
        _made_or_refused(folder, parts)


def test_formats_in_formats_in_formats(folder: Folder) -> None:
    """Deeper than code can follow."""
    parts = unpacked(folder.workbook)
    deep = b"<xf>" + b"<a>" * 1_500 + b"</a>" * 1_500 + b"</xf></cellXfs>"
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b"</cellXfs>", deep)
    folder.workbook.write_bytes(packed(parts))
    with pytest.raises(WorkbookError, match="parts do not fit together, or one is damaged"):
        folder.report(MONDAY)


def test_too_little_memory_is_said_in_words() -> None:
    """It is no fault of the program that people can report."""
    assert "not enough memory" in _explained(MemoryError())


def _made_or_refused(folder: Folder, parts: Parts) -> None:
    content = packed(parts)
    folder.workbook.write_bytes(content)
    try:
        folder.report(MONDAY)
    except FormsError as error:
        said = str(error)
        assert "Nothing was changed. Otherwise, name another file with -o" in said
        assert folder.workbook.read_bytes() == content
        if "Error" in said:
            assert "its parts do not fit together, or one is damaged" in said
