"""Answers from a file, in whatever wrapping and encoding it comes."""

import io
import random
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from workbooks import workbook_of

from forms.checklist.model import Checklist
from forms.collect.file import file_table
from forms.errors import SourceError
from forms.responses.counting import read_responses
from forms.wording import Answer

HEADER = ["Tijdstempel", "S1. Melders werken.", "S2. Trappen, gangen zijn vrij.", "S1. Toelichting"]
ROW = ["2-1-2026 9:05:07", "Op orde", "Weet ik niet", "Café, trap 3"]
TABLE = [HEADER, ROW]
CHECKLIST = Checklist.model_validate(
    {
        "title": "Brand",
        "sections": [
            {
                "id": "V",
                "title": "Veilig",
                "items": [
                    {"id": "S1", "text": "Melders werken."},
                    {"id": "S2", "text": "Trappen, gangen zijn vrij."},
                ],
            }
        ],
    }
)
TYPED = [
    "x" * 40_000,
    "#N/A",
    "007",
    "1e5",
    "_x0041_",
    "_x000D_",
    "\U0001f469\u200d\U0001f680 \u00e9\u0301",
    "\u202eomgekeerd\u202c",
    "=1+1",
    "@SOM(A1)",
    "+31 6",
    "'tekst",
    'zegt "hoi"',
    "een\ntwee",
    "een; twee, drie\tvier",
    "TRUE",
    "2026-01-02",
    "\u0660\u0661",
]


def separated(rows: list[list[str]], separator: str = ",") -> str:
    """Return rows as text with every cell quoted."""
    lines = (
        separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows
    )
    return "".join(line + "\r\n" for line in lines)


def zip_of(files: dict[str, bytes]) -> bytes:
    """Return a zip of files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def read(folder: Path, name: str, content: bytes, tab: str | None = None) -> list[list[object]]:
    """Write a file and return what is read from it: the header, then the rows."""
    path = folder / name
    path.write_bytes(content)
    table = file_table(path, CHECKLIST, tab)
    return [list(row) for row in (table.header, *table.rows)]


def fault_of(folder: Path, name: str, content: bytes, tab: str | None = None) -> str:
    """Return the message with which a file is refused; it begins with the file's name."""
    with pytest.raises(SourceError) as raised:
        read_responses_of(folder, name, content, tab)
    message = str(raised.value)
    assert message.startswith(str(folder / name))
    return message.removeprefix(str(folder))


def read_responses_of(folder: Path, name: str, content: bytes, tab: str | None = None) -> None:
    """Read a file to its end, as a report does."""
    path = folder / name
    path.write_bytes(content)
    read_responses(file_table(path, CHECKLIST, tab), CHECKLIST)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.txt", "a.xlsx", "a.docx", "a"])
def test_separators(tmp_path: Path, name: str, separator: str) -> None:
    """Comma, semicolon and tab are told apart by what they make of the header."""
    assert read(tmp_path, name, separated(TABLE, separator).encode()) == TABLE


@pytest.mark.parametrize(("name", "separator"), [("a.tsv", "\t"), ("a.csv", ";"), ("a.csv", "\t")])
def test_commas_in_statements_do_not_mislead(tmp_path: Path, name: str, separator: str) -> None:
    """Without quotes too; a .tsv has tabs, whatever commas stand in it."""
    text = "\n".join(separator.join(row) for row in TABLE)
    assert read(tmp_path, name, text.encode()) == TABLE


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("separator", [";", "\t"])
def test_encodings(tmp_path: Path, encoding: str, separator: str) -> None:
    """UTF-8, UTF-16 with its mark, and the Windows-1252 of Dutch Excel."""
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    content = (mark + separated(TABLE, separator)).encode(encoding)
    assert read(tmp_path, "a.csv", content) == TABLE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    """Every second byte is zero, which no other encoding has."""
    assert read(tmp_path, "a.csv", separated(TABLE).encode(encoding)) == TABLE


def test_utf_16_that_was_cut_short(tmp_path: Path) -> None:
    """Half a letter at the end: refused, never half a file."""
    content = separated(TABLE).encode("utf-16")[:-1]
    assert "save it as CSV UTF-8" in fault_of(tmp_path, "a.csv", content)


@pytest.mark.parametrize("before", [0, 3, 200_000])
def test_two_encodings_in_one_file(tmp_path: Path, before: int) -> None:
    """The line where it goes wrong is told, however far down."""
    lines = separated([HEADER, *[ROW] * (before + 1)]).encode()
    content = lines + separated([ROW]).encode("cp1252")
    assert fault_of(tmp_path, "a.csv", content).startswith(f"/a.csv, line {before + 3}: ")


def test_bytes_that_windows_1252_does_not_have(tmp_path: Path) -> None:
    """What was guessed is told, with the line."""
    content = separated(TABLE).encode("cp1252") + b"\x81\x8d,\x90\x9d\n"
    (tmp_path / "a.csv").write_bytes(content)
    [note] = file_table(tmp_path / "a.csv", CHECKLIST).notes
    assert (note.key, note.values["line"]) == ("encoding", 2)


def test_a_letter_over_the_edge_of_a_piece(tmp_path: Path) -> None:
    """Files are looked through in pieces of a megabyte; a letter may lie in two of them."""
    start = separated(TABLE).encode()
    for shift in range(3):
        filler = b"x" * ((1 << 20) - len(start) - shift) + "é€".encode()
        found = read(tmp_path, "a.csv", start + filler)
        assert str(found[-1][0]).endswith("xé€")


def test_a_fault_behind_the_edge_of_a_piece_is_on_its_own_line(tmp_path: Path) -> None:
    """The place is counted right when a letter lies in two pieces."""
    start = separated(TABLE).encode()
    content = start + b"x" * ((1 << 20) - len(start) - 2) + "€".encode() + b"\xff\n\n"
    assert fault_of(tmp_path, "a.csv", content).startswith("/a.csv, line 3: ")


def test_half_an_emoji_is_kept(tmp_path: Path) -> None:
    """Programs write lone surrogates; such an answer is read like any other."""
    content = separated([HEADER, [*ROW[:3], "a\ud83dz"]]).encode("utf-8", "surrogatepass")
    assert read(tmp_path, "a.csv", content)[1][3] == "a\ud83dz"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_breaks_in_answers(tmp_path: Path, ending: str) -> None:
    """Quoted ones belong to the answer; the others end a row."""
    rows = [HEADER, [*ROW[:3], f"een{ending}{ending}twee"], ROW]
    content = separated(rows).replace("\r\n", ending) if ending == "\n" else separated(rows)
    assert read(tmp_path, "a.csv", content.encode()) == rows


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_first_line_that_names_the_separator(tmp_path: Path, mark: str) -> None:
    """Excel's `sep=;` is no header."""
    content = f"{mark}sep=;\r\n{separated(TABLE, ';')}".encode()
    assert read(tmp_path, "a.csv", content) == TABLE


def test_rows_above_the_header_and_blank_ones_between(tmp_path: Path) -> None:
    """Blank lines keep their number, so that a cell is found where it stands in the file."""
    text = f"\n,,,\n{separated([HEADER])}\n,,,\n{separated([[*ROW[:1], 'onzin', *ROW[2:]]])}"
    path = tmp_path / "a.csv"
    path.write_text(text)
    responses = read_responses(file_table(path, CHECKLIST), CHECKLIST)
    assert [cell.row for cell in responses.sources[0].unread_cells] == [6]
    assert (responses.rows.used, responses.rows.blank) == (1, 2)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'{separated(TABLE)}"2-1-2026,Op orde\r\n{separated(TABLE)}', 6),
        (f'{separated(TABLE)}"a" b,Op orde\r\n', 3),
        ('"S1,S2\nOp orde', 2),
    ],
)
def test_quotes_that_do_not_match(tmp_path: Path, text: str, line: int) -> None:
    """Where an answer ends cannot be told: an error, never half a file."""
    message = fault_of(tmp_path, "a.csv", text.encode())
    assert "quotes do not match" in message
    assert 1 <= int(message.split(", line ")[1].split(":")[0]) <= line


@pytest.mark.parametrize("cell", TYPED)
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.zip"])
def test_what_was_typed_in_text_stays(tmp_path: Path, name: str, cell: str) -> None:
    """Nothing becomes a number, a formula, a date or shorter."""
    rows = [HEADER, [*ROW[:3], cell]]
    content = separated(rows, "\t" if name == "a.tsv" else ",").encode()
    content = zip_of({"a.csv": content}) if name == "a.zip" else content
    assert read(tmp_path, name, content) == rows


def test_a_space_before_a_quote_is_no_part_of_an_answer(tmp_path: Path) -> None:
    """As some programs write it; within quotes it is a text like any other."""
    own = f'{separated([HEADER])}2-1-2026,Op orde,  ingesprongen,", "\r\n'
    assert read(tmp_path, "own.csv", own.encode())[1][2:] == ["  ingesprongen", ", "]
    spaced = "".join('"' + '", "'.join(row) + '"\r\n' for row in TABLE)
    assert read(tmp_path, "spaced.csv", spaced.encode()) == TABLE


@pytest.mark.parametrize("cell", ["a\x00b", "\x07", "a\x0bb\x1f", "\x7f\x85\u2028"])
def test_control_characters_stay(tmp_path: Path, cell: str) -> None:
    """Below the header they are part of an answer, and break no row."""
    rows = [HEADER, [*ROW[:3], cell], ROW]
    assert read(tmp_path, "a.csv", separated(rows).encode()) == rows


@pytest.mark.parametrize("cell", [t for t in TYPED if "x00" not in t and len(t) < 32_000])
def test_what_was_typed_in_a_workbook_stays(tmp_path: Path, cell: str) -> None:
    """Text cells are text, also where they look like something else."""
    rows: list[list[object]] = [list(HEADER), [*ROW[:3], cell]]
    assert read(tmp_path, "a.xlsx", workbook_of({"A": rows})) == rows


def test_excels_own_escape_is_read_as_excel_shows_it(tmp_path: Path) -> None:
    """A workbook holds the text `_x0041_` as `_x005F_x0041_`."""
    rows: list[list[object]] = [list(HEADER), [*ROW[:3], "_x005F_x0041_"]]
    assert read(tmp_path, "a.xlsx", workbook_of({"A": rows}))[1][3] == "_x0041_"


def test_a_workbook_has_dates_and_numbers(tmp_path: Path) -> None:
    """Datetimes come through as they are, to the second; TRUE is text, and no 1."""
    time = datetime(2026, 1, 2, 9, 5, 7)  # noqa: DTZ001 - a workbook knows no zones
    content = workbook_of({"A": [list(HEADER), [time, "Op orde", True, 7]]})
    assert read(tmp_path, "a.xlsx", content)[1] == [time, "Op orde", "TRUE", 7]


def test_an_error_in_a_workbook_is_a_cell_like_any_other(tmp_path: Path) -> None:
    """It is listed as no answer, and hides no row."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(HEADER)
    sheet.append([None, "#N/A", "Op orde"])
    assert sheet["B2"].data_type == "e"
    workbook.save(tmp_path / "a.xlsx")
    responses = read_responses(file_table(tmp_path / "a.xlsx", CHECKLIST), CHECKLIST)
    assert [(cell.row, cell.text) for cell in responses.sources[0].unread_cells] == [(2, "#N/A")]


def test_formulas_without_a_result_and_hidden_rows(tmp_path: Path) -> None:
    """The first are refused with their cell, as a program that computes nothing writes them."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in (HEADER, ROW, ROW):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    workbook.save(tmp_path / "a.xlsx")
    responses = read_responses(file_table(tmp_path / "a.xlsx", CHECKLIST), CHECKLIST)
    assert [note.values for note in responses.notes if note.key == "hidden_rows"] == [{"count": 1}]
    sheet["B3"] = "=B2"
    workbook.save(tmp_path / "a.xlsx")
    content = (tmp_path / "a.xlsx").read_bytes()
    assert "cell B3 holds a formula" in fault_of(tmp_path, "a.xlsx", content)


@pytest.mark.parametrize("name", ["a.xlsx", "a.xlsm", "a.XLSX", "a.zip", "a.bin", "a"])
def test_a_workbook_under_any_name(tmp_path: Path, name: str) -> None:
    """What it is counts, not what it is called."""
    assert read(tmp_path, name, workbook_of({"A": [list(row) for row in TABLE]})) == TABLE


def test_rows_of_a_workbook_keep_their_number(tmp_path: Path) -> None:
    """A table that begins lower down and more to the right, with blank rows."""
    path = tmp_path / "a.xlsx"
    rows: list[list[object]] = [[], [], [None, *HEADER], [], [None, "", "onzin", "Op orde"], []]
    path.write_bytes(workbook_of({"A": rows}))
    responses = read_responses(file_table(path, CHECKLIST), CHECKLIST)
    assert [cell.row for cell in responses.sources[0].unread_cells] == [5]
    assert (responses.rows.used, responses.rows.blank) == (1, 1)


@pytest.mark.parametrize("name", ["Reacties", None, " reacties "])
def test_of_several_tabs_the_one_with_most_statements(tmp_path: Path, name: str | None) -> None:
    """Or the one that was named; a chart has a tab without cells."""
    tabs = {"Leeg": [], "Notities": [["Naam", "S1"]], "Reacties": TABLE}
    content = workbook_of({k: [list(r) for r in v] for k, v in tabs.items()}, with_chart=True)
    assert read(tmp_path, "a.xlsx", content, name) == TABLE


@pytest.mark.parametrize(
    ("tabs", "tab", "words"),
    [
        ({"Een": TABLE, "Twee": TABLE}, None, ["'Een', 'Twee' hold", "--tab"]),
        ({"Een": TABLE, "Twee": TABLE}, "Drie", ["no tab 'Drie'", "'Een', 'Twee'"]),
        ({"Een": TABLE}, "Drie", ["no tab 'Drie'", "'Een'"]),
        ({"Een": [["Kleur"]], "Twee": [["Vorm"]]}, None, ["'Een' 0", "'Twee' 0", "--tab"]),
        ({"Een": [["Kleur"]]}, None, ["Found as headers", "Kleur"]),
        ({"Een": []}, None, ["nothing"]),
    ],
)
def test_tabs_that_cannot_be_chosen(
    tmp_path: Path, tabs: dict[str, list[list[str]]], tab: str | None, words: list[str]
) -> None:
    """A tie, an unknown name, nothing of the checklist: each says the way out."""
    content = workbook_of({name: [list(row) for row in rows] for name, rows in tabs.items()})
    message = fault_message(tmp_path, content, tab)
    assert [word for word in words if word not in message] == []


def fault_message(folder: Path, content: bytes, tab: str | None) -> str:
    """Return the message with which a workbook is refused, wherever it begins."""
    with pytest.raises(SourceError) as raised:
        read_responses_of(folder, "a.xlsx", content, tab)
    return str(raised.value)


def test_a_text_file_has_no_tabs(tmp_path: Path) -> None:
    """To name one is a mistake."""
    assert "has no tabs" in fault_of(tmp_path, "a.csv", separated(TABLE).encode(), "Een")


@pytest.mark.parametrize("inner", ["a.csv", "map/a.CSV", "Formulier (reacties).csv", "a.xlsx"])
def test_a_zip_with_one_table(tmp_path: Path, inner: str) -> None:
    """As Google sends it; what a Mac adds to it does not matter."""
    workbook = workbook_of({"A": [list(row) for row in TABLE]})
    content = workbook if inner == "a.xlsx" else separated(TABLE).encode()
    files = {"map/": b"", f"__MACOSX/._{inner}": b"\x00\x05", "lees.pdf": b"%PDF", inner: content}
    assert read(tmp_path, "a.zip", zip_of(files)) == TABLE


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.csv": b"S1\nOp orde", "b.csv": b"S1\nOp orde"}, "'a.csv', 'b.csv'"),
        ({"lees.txt": b"S1", "b.xlsx": b"PK"}, "'lees.txt', 'b.xlsx'"),
        ({"lees.pdf": b"%PDF"}, "lees.pdf: this is a PDF"),
        ({"lees.pdf": b"%PDF", "b.png": b"x"}, "'lees.pdf', 'b.png'"),
        ({"a.csv": b" \n"}, "a.csv: the file is empty"),
        ({"a.xlsx": b"PK\x03\x04rest"}, "damaged"),
        ({"a.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1"}, "a.xlsx"),
        ({"a.csv": b"<!doctype html><title>Aanmelden</title>"}, "web page"),
    ],
)
def test_zips_without_a_table_to_read(tmp_path: Path, files: dict[str, bytes], words: str) -> None:
    """None, more than one, or a bad one."""
    assert words in fault_of(tmp_path, "a.zip", zip_of(files))


def _locked_zip() -> bytes:
    content = bytearray(zip_of({"a.csv": b"S1\nOp orde"}))
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def _flipped(content: bytes) -> bytes:
    at = content.index(b"a.csv") + 8
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


PLAIN_ZIP = zip_of({"a.csv": separated(TABLE).encode()})
PLAIN_WORKBOOK = workbook_of({"A": [list(row) for row in TABLE]})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.xlsx", b"", "is empty"),
        ("a.csv", b" \r\n\t", "is empty"),
        ("a.xlsx", random.Random(1).randbytes(5000), "download the answers again"),
        ("a.zip", random.Random(2).randbytes(5000), "download the answers again"),
        ("a.csv", random.Random(3).randbytes(5000), "a.csv:"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        ("a.csv", b"%PDF-1.7 ...", "download the answers again"),
        ("a.csv", b"<!DOCTYPE html><title>Aanmelden</title>", "web page"),
        ("a.csv", b"\n  <HTML lang=nl><title>Aanmelden</title>", "web page"),
        ("a.xlsx", b"<html><table></table></html>", "web page"),
        ("a.zip", _cut(PLAIN_ZIP), "damaged"),
        ("a.zip", _flipped(PLAIN_ZIP), "damaged"),
        ("a.xlsx", _cut(PLAIN_WORKBOOK), "damaged"),
        ("a.zip", _locked_zip(), "password"),
        ("a.xlsx", zip_of({"[Content_Types].xml": b"<Types/>"}), "a.xlsx"),
        (
            "a.docx",
            zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b""}),
            "a.docx",
        ),
    ],
)
def test_files_that_hold_no_answers(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Each is refused in words, with its name first."""
    assert words in fault_of(tmp_path, name, content)


def test_a_workbook_whose_parts_are_broken(tmp_path: Path) -> None:
    """A sound zip around a sheet that is no XML."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(PLAIN_WORKBOOK)) as good,
        zipfile.ZipFile(file, "w") as bad,
    ):
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, content[:200] if "sheet1" in name else content)
    assert "/a.xlsx" in fault_of(tmp_path, "a.xlsx", file.getvalue())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.absolute, "no such file"),
        (Path.mkdir, "folder"),
    ],
)
def test_names_without_a_file(tmp_path: Path, make: Callable[[Path], object], words: str) -> None:
    """Nothing there, or a folder."""
    path = tmp_path / "a.csv"
    make(path)
    with pytest.raises(SourceError, match=words) as raised:
        file_table(path, CHECKLIST)
    assert str(raised.value).startswith(str(path))


@pytest.mark.parametrize("inner", ["a.csv", "[Content_Types].xml", "a.xlsx"])
def test_a_zip_that_unpacks_to_far_too_much(tmp_path: Path, inner: str) -> None:
    """Refused by its table of contents, before anything is unpacked."""
    bomb = zip_of({"x.csv" if inner == "a.xlsx" else inner: bytes(60_000_000)})
    content = zip_of({inner: bomb}) if inner == "a.xlsx" else bomb
    assert len(content) < 100_000
    assert "far more than answers or a report take" in fault_of(tmp_path, "a.zip", content)


@settings(deadline=None)
@given(
    cells=st.lists(
        st.text(st.characters(exclude_characters="\r"), min_size=1), min_size=1, max_size=5
    ),
    separator=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_comes_through(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], separator: str, encoding: str
) -> None:
    """Whatever people type, in whatever wrapping."""
    rows = [HEADER, *([*ROW[:3], cell] for cell in cells)]
    content = separated(rows, separator).encode(encoding, "surrogatepass")
    assert read(tmp_path_factory.mktemp("any"), "a.csv", content) == rows


@settings(deadline=None)
@given(content=st.binary(min_size=1), name=st.sampled_from(["a.csv", "a.tsv", "a.xlsx", "a.zip"]))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    """Nothing but a SourceError comes out."""
    folder = tmp_path_factory.mktemp("any")
    for start in (b"", b"PK\x03\x04"):
        with pytest.raises(SourceError):
            read_responses_of(folder, name, start + content)


def test_a_table_of_one_column_is_not_cut_at_its_own_separator(tmp_path: Path) -> None:
    """A statement may hold the very mark that another file is cut at."""
    checklist = Checklist.model_validate(
        {
            "title": "T",
            "sections": [{"id": "S", "title": "Een", "items": [{"id": "S1", "text": "Dit; dat"}]}],
        }
    )
    (tmp_path / "a.csv").write_text("S1. Dit; dat\nOp orde\n", encoding="utf-8")
    table = file_table(tmp_path / "a.csv", checklist)
    assert read_responses(table, checklist).counts["S1"][Answer.IN_ORDER] == 1
