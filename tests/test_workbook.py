"""The workbook: what stands where, that it helps, and that nothing in it does harm."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from openpyxl import load_workbook
from pypdf import PdfReader

from forms.checklist import Checklist, load_checklist
from forms.demo import made_up_answers
from forms.reading import read_responses
from forms.report.findings import find
from forms.report.report import Report
from forms.report.workbook import build_workbook
from forms.responses import Table
from forms.wording import wording

YES, NO = "Op orde", "Niet op orde: aanpakken is nodig"
TODAY = date(2026, 11, 30)
HEADERS = [
    *("Nr", "Onderdeel", "Stelling", "Actie", "Prioriteit", "% op orde", "Gebaseerd op"),
    *("Verdeeld", "Toelichting", "Besluit", "Actiehouder", "Deadline", "Status", "Gereed op"),
    "Notitie",
]
PAYLOADS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "#N/A", "007", "1e5", "TRUE", "NaN", "  voor"),
    *("_x0041_", "👩‍🚀 é́", "\u202eomgekeerd\u202c", "<script>alert(1)</script>", "{{ 7*7 }}"),
    *("http://example.org", "a@example.org", "een\r\ntwee", "'quote", '=HYPERLINK("x")', "{% x %}"),
    *("\x00\x07bel", "\ud800 half", "\ufffe", "]]>", "&amp;", "=cmd|'/c calc'!A1", "0,5", "12-11"),
]


def checklist(title: str = "Deel", *, remarks: str = "item", items: int = 2) -> Checklist:
    """Return a small checklist of one section."""
    return Checklist.model_validate(
        {
            "title": "Proef",
            "remarks": remarks,
            "respondent": [{"id": "team", "label": "Team?", "choices": ["X", "Y"], "split": True}],
            "sections": [
                {
                    "id": "A",
                    "title": title,
                    "items": [
                        {"id": f"A{n}", "text": f"Stelling {n}.", "owner": "Baas", "action": "Doe."}
                        for n in range(1, items + 1)
                    ],
                }
            ],
        }
    )


def report(
    checklist: Checklist, rows: Sequence[tuple[str, ...]] | None = None, today: date = TODAY
) -> Report:
    """Return a report on rows of: team, an answer to each item, a remark on A1."""
    items = [item.id for item in checklist.items()]
    remark = "A1. Toelichting" if checklist.remarks == "item" else "Deel: toelichting"
    rows = rows or [("X", *[NO] * len(items), "")] * 8
    table = Table("proef.csv", ["Team?", *items, remark], rows)
    responses = read_responses(table, checklist)
    return Report(checklist, responses, find(checklist, responses, today), today)


def opened(report: Report) -> Any:
    """Return the workbook of a report, as openpyxl reads it."""
    return load_workbook(io.BytesIO(build_workbook(report)))


def texts(workbook: Any) -> Iterator[str]:
    """Yield every text in a workbook."""
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield from (cell for cell in row if isinstance(cell, str))


def header_row(sheet: Any) -> int:
    """Return the number of the action list's header row."""
    return next(row for row in range(1, 16) if sheet.cell(row, 1).value in ("Nr", "No."))


@pytest.fixture(scope="module")
def shipped(demo: Path) -> Any:
    """Return the demo's workbook."""
    return load_workbook(demo / "rapport.xlsx")


def test_the_tabs(shipped: Any) -> None:
    """In the order in which they are read."""
    sections = ["Signaleren", "Preventie", "Oplossen"]
    assert shipped.sheetnames == [
        *("Overzicht", "Actielijst", "Bespreken"),
        *sections,
        "Verantwoording",
    ]


def test_the_action_list_is_one_flat_table(shipped: Any) -> None:
    """The design's columns, an Excel Table over exactly the rows, nothing below."""
    sheet = shipped["Actielijst"]
    first = header_row(sheet)
    headers = [cell.value for cell in sheet[first]]
    table = next(iter(sheet.tables.values()))
    assert headers == HEADERS
    assert [column.name for column in table.tableColumns] == headers
    assert table.ref == f"A{first}:O{sheet.max_row}"
    assert table.autoFilter.ref == table.ref


def test_a_new_row_proposes_and_decides_nothing() -> None:
    """Owner and deadline proposed, Status Open, Besluit empty."""
    sheet = opened(report(checklist()))["Actielijst"]
    row = dict(zip(HEADERS, (c.value for c in sheet[header_row(sheet) + 1]), strict=True))
    assert str(row["Deadline"]) == "2026-12-30 00:00:00"
    assert (row["Actiehouder"], row["Status"], row["Besluit"]) == ("Baas", "Open", None)
    assert (row["Nr"], row["Prioriteit"], row["% op orde"]) == ("A1", "Nodig", 0)
    assert row["Gebaseerd op"] == "8 van 8"


def test_filling_in_is_helped(shipped: Any) -> None:
    """Lists and dates are checked with a warning; late and done rows have a colour."""
    sheet = shipped["Actielijst"]
    checked: dict[str, list[tuple[str, str, str]]] = {
        rule.type: [] for rule in sheet.data_validations.dataValidation
    }
    for rule in sheet.data_validations.dataValidation:
        checked[rule.type].append((str(rule.sqref)[0], rule.formula1, rule.errorStyle))
    assert checked["list"] == [
        ("J", '"Nodig,Wenselijk,Niet oppakken,Later"', "warning"),
        ("M", '"Open,Bezig,Gereed"', "warning"),
    ]
    assert [letter for letter, *_ in checked["date"]] == ["L", "N"]
    formulas = [r.formula[0] for rs in sheet.conditional_formatting for r in rs.rules]
    assert len(formulas) == 2
    assert all('"Nodig"' in f and '"Wenselijk"' in f and "Later" not in f for f in formulas)


def test_every_tab_prints_on_a4_landscape_and_keeps_its_header(shipped: Any) -> None:
    """One page wide; the action list repeats its header."""
    for sheet in shipped.worksheets:
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToWidth) == (9, "landscape", 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    sheet = shipped["Actielijst"]
    first = header_row(sheet)
    assert sheet.freeze_panes == f"B{first + 1}"
    assert sheet.print_title_rows.replace("$", "") == f"{first}:{first}"


def test_links_lead_to_tabs_that_exist(shipped: Any) -> None:
    """There are many, and none is broken."""
    places = [
        cell.hyperlink.location
        for sheet in shipped.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    assert len(places) > 10
    assert {place.rpartition("!")[0].strip("'") for place in places} <= set(shipped.sheetnames)


def test_the_chart_says_in_words_what_it_shows(demo: Path) -> None:
    """For who cannot see it."""
    with zipfile.ZipFile(demo / "rapport.xlsx") as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    alt = re.search(r'descr="([^"]+)"', drawing)
    assert alt
    assert "Signaleren: Op orde" in alt[1]


def test_properties(shipped: Any) -> None:
    """What it is, and which program made it in which form."""
    assert shipped.properties.title.startswith("Checklist kwetsbare bewoners")
    assert shipped.properties.creator == "vinkje"
    assert {p.name: p.value for p in shipped.custom_doc_props.props}["vinkje format"] == 1


def test_nothing_in_the_file_says_when_it_was_made(demo: Path) -> None:
    """The report's day stands in it, never the moment; so the same input gives the same bytes."""
    with zipfile.ZipFile(demo / "rapport.xlsx") as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core) == ["2026-11-30T00:00:00Z"] * 2


def test_all_in_order_leaves_an_empty_list_and_no_table() -> None:
    """A Table of a header alone makes Excel repair the file."""
    workbook = opened(report(checklist(), [("X", YES, YES, "")] * 6))
    sheet = workbook["Actielijst"]
    assert not sheet.tables
    assert sheet.max_row == header_row(sheet)


def test_few_answers_show_their_number_alone() -> None:
    """No tab but those that hold no figure."""
    workbook = opened(report(checklist(), [("X", NO, NO, "geheim")] * 4))
    assert workbook.sheetnames == ["Overzicht", "Actielijst", "Verantwoording"]
    assert "geheim" not in " ".join(texts(workbook))


def test_an_open_round_shows_no_remarks_and_no_groups() -> None:
    """The day after it closes it does."""
    asked = checklist().model_dump() | {"round": {"name": "R", "closes": TODAY}}
    rows = [(team, answer, NO, "geheim") for team in "XY" for answer in (YES, NO, NO, NO, NO, NO)]
    for day, shown in ((TODAY, False), (date(2026, 12, 1), True)):
        workbook = opened(report(Checklist.model_validate(asked), rows, day))
        said = set(texts(workbook))
        assert ("geheim" in said) is shown
        assert ({"X", "Y"} <= said) is shown


def test_small_groups_are_hidden_and_it_says_why() -> None:
    """The word, and the reason once."""
    rows = [("X", YES, NO, "")] * 9 + [("Y", NO, NO, "")] * 3 + [("Z", NO, NO, "")] * 2
    said = list(texts(opened(report(checklist(), rows))))
    assert said.count("verborgen") == 4
    assert sum("weten te weinig mensen" in text for text in said) == 1


def test_groups_that_people_typed_leave_the_tab_usable() -> None:
    """Hundreds of groups of one, each in words of its own."""
    rows = [(f"=groep {n}" + "x" * 5000, NO, YES, "") for n in range(300)] + [
        ("X", NO, YES, "")
    ] * 9
    sheet = opened(report(checklist(), rows))["Bespreken"]
    assert sheet.max_column == 8
    assert any("300 groepen" in text for text in texts(sheet.parent))


@pytest.mark.parametrize(
    ("title", "tab"),
    [
        ("a[b]c:d*e?f/g\\h", "a b c d e f g h"),
        ("Overzicht", "Overzicht (2)"),
        ("ACTIELIJST", "ACTIELIJST (2)"),
        ("History", "History (2)"),
        ("[]:*?/\\", "-"),
        ("'quoted'", "quoted"),
        ("x" * 40, "x" * 31),
        ("😀" * 20, "😀" * 15),
    ],
)
def test_a_title_that_excel_forbids_becomes_one_it_takes(title: str, tab: str) -> None:
    """Unlike every other tab's, and still linked to."""
    workbook = opened(report(checklist(title, remarks="none")))
    assert workbook.sheetnames[3] == tab
    assert title in set(texts(workbook))


def test_sections_alike_get_names_of_their_own() -> None:
    """Whatever the case."""
    section = checklist().sections[0]
    others = [
        section.model_copy(update={"id": i, "title": t, "items": (section.items[n],)})
        for n, (i, t) in enumerate((("A", "Deel"), ("B", "DEEL")))
    ]
    asked = checklist().model_copy(update={"sections": tuple(others)})
    assert opened(report(asked)).sheetnames[3:5] == ["Deel", "DEEL (2)"]


@pytest.mark.parametrize("kind", ["read", "saved", "as text"])
def test_what_people_typed_stays_text(
    tmp_path: Path, libreoffice: Callable[[Path, str], Path], kind: str
) -> None:
    """No formula, number, link or markup, also when LibreOffice has saved it."""
    rows = [("X", NO, NO, payload) for payload in PAYLOADS]
    path = tmp_path / "r.xlsx"
    path.write_bytes(build_workbook(report(checklist(), rows)))
    if kind == "as text":
        everything = libreoffice(path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,,,,,,-1")
        found = "\n".join(p.read_text(encoding="utf-8") for p in everything.parent.glob("*.csv"))
        assert "=1+1" in found
        assert "\n2\n" not in found
        return
    workbook: Any = load_workbook(path if kind == "read" else libreoffice(path, "xlsx"))
    cells = [c for row in workbook["Deel"].iter_rows() for c in row if c.value is not None]
    found_texts = {c.value for c in cells if c.data_type == "s"}
    assert {"=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "007", "1e5", "{{ 7*7 }}"} <= found_texts
    assert not any(c.data_type in "fe" for c in cells)
    assert [c.value for c in cells if c.hyperlink] == ["Naar Actielijst"]
    assert any("_x005F_x0041_" in str(c.value) or c.value == "_x0041_" for c in cells)


def test_a_very_long_remark_is_all_there() -> None:
    """Cut over rows that Excel can show, each within its limits."""
    words = " ".join(f"woord{n}" for n in range(5000))
    emoji = "😀" * 20_000
    rows = [("X", NO, NO, words), ("X", NO, NO, emoji)] * 3
    sheet = opened(report(checklist(), rows))["Deel"]
    pieces = [row[1] for row in sheet.iter_rows(values_only=True) if isinstance(row[1], str)]
    found = "".join(p.removeprefix("(vervolg) ") for p in pieces if "woord" in p or "😀" in p)
    assert found.count("woord4999") == 3
    assert found.replace("😀", "").replace(" ", "") == words.replace(" ", "") * 3
    assert found.count("😀") == 60_000
    assert max(len(p.encode("utf-16-le")) // 2 for p in pieces) <= 32_767
    assert max(d.height or 0 for d in sheet.row_dimensions.values()) <= 409


def test_the_english_workbook_holds_no_dutch() -> None:
    """Nothing is Dutch by accident."""
    asked = load_checklist(ROOT / "examples" / "english.yaml")
    rows = list(csv.reader(io.StringIO(made_up_answers(asked, TODAY))))
    responses = read_responses(Table("made-up", rows[0], rows[1:]), asked)
    closed = date(2027, 4, 1)
    made = Report(asked, responses, find(asked, responses, closed, responses), closed, "made-up")
    said = " \n".join(texts(opened(made)))
    english = set(wording("en").texts.values())
    dutch = {
        text
        for key, text in wording("nl").texts.items()
        if len(text) > 4 and "{" not in text and text not in english and "demo" not in key
    }
    assert [text for text in dutch if re.search(rf"\b{re.escape(text)}\b", said)] == []
    assert "Action list" in said


def test_every_tab_can_be_printed(demo: Path, libreoffice: Callable[[Path, str], Path]) -> None:
    """LibreOffice opens it and prints few pages; Overzicht is one of them, whole."""
    printed = PdfReader(libreoffice(demo / "rapport.xlsx", "pdf"))
    pages = [page.extract_text() for page in printed.pages]
    assert len(pages) <= 12
    assert "Stellingen per onderdeel" in pages[0]
    assert "Actielijst" in pages[1]
    assert "Toelichtingen" in pages[3]
    assert "verborgen" in " ".join(pages)
