"""The workbook: what stands where, that it helps, and that nothing in it does harm."""

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from time import sleep
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from conftest import ROOT, run_vinkje
from office import Convert
from openpyxl import load_workbook

from forms.analysis.rules import apply_rules
from forms.analysis.trend import EarlierRound, earlier_rounds
from forms.checklist.model import Checklist, load_checklist
from forms.jobs.made_up import made_up_answers
from forms.report.model import Report
from forms.responses.counting import read_responses
from forms.responses.model import Table
from forms.wording import wording
from forms.workbook import build_workbook

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
    *(
        "\x00\x07bel",
        "\ud800 half",
        "\ufffe x",
        "]]> x",
        "&amp;",
        "=cmd|'/c calc'!A1",
        "0,5",
        "12-11",
    ),
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
    return Report(checklist, responses, apply_rules(checklist, responses, today), today)


def opened(report: Report) -> Any:
    """Return the workbook of a report, as openpyxl reads it."""
    return load_workbook(io.BytesIO(build_workbook(report)))


def texts(workbook: Any) -> Iterator[str]:
    """Yield every text in a workbook."""
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield from (cell for cell in row if isinstance(cell, str))


def visible(workbook: Any) -> list[str]:
    """Return the names of the tabs that people see."""
    return [sheet.title for sheet in workbook.worksheets if sheet.sheet_state == "visible"]


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
    assert visible(shipped) == [
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


@pytest.mark.parametrize(
    ("answer", "priority", "days"),
    [
        (NO, "Nodig", 30),
        ("Niet op orde: aanpakken is wenselijk", "Wenselijk", 90),
        ("Weet ik niet", "Uitzoeken", 14),
        ("Niet op orde: aanpakken hoeft niet", "Niet nodig", None),
    ],
)
def test_the_deadline_is_the_day_and_the_days_of_its_priority(
    answer: str, priority: str, days: int | None
) -> None:
    """What staff think need not be taken up gets none."""
    sheet = opened(report(checklist(), [("X", answer, YES, "")] * 6))["Actielijst"]
    row = dict(zip(HEADERS, (c.value for c in sheet[header_row(sheet) + 1]), strict=True))
    wanted = None if days is None else datetime.combine(TODAY + timedelta(days), time())
    assert (row["Prioriteit"], row["Deadline"]) == (priority, wanted)
    assert (row["Besluit"], row["Gereed op"], row["Notitie"]) == (None, None, None)


def test_nobody_elses_cells_are_filled(shipped: Any) -> None:
    """Below the table is nothing; right of it neither; no row is merged in it."""
    sheet = shipped["Actielijst"]
    first = header_row(sheet)
    assert first <= 15
    assert sheet.max_column == len(HEADERS)
    assert all(sheet.cell(row, 1).value for row in range(first, sheet.max_row + 1))
    assert max(part.max_row for part in sheet.merged_cells.ranges) < first
    assert not sheet.protection.sheet


def test_checks_and_colours_begin_at_the_first_row_and_outlive_the_last(shipped: Any) -> None:
    """So that rows which people add are checked and coloured as well."""
    sheet = shipped["Actielijst"]
    first = header_row(sheet) + 1
    ranges = [area for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges]
    ranges += [area for format_ in sheet.conditional_formatting for area in format_.sqref.ranges]
    assert len(ranges) == 10
    assert {area.min_row for area in ranges} == {first}
    assert min(area.max_row for area in ranges) >= sheet.max_row + 100


def test_a_new_row_proposes_and_decides_nothing() -> None:
    """Owner and deadline proposed, Status Open, Besluit empty."""
    sheet = opened(report(checklist()))["Actielijst"]
    row = dict(zip(HEADERS, (c.value for c in sheet[header_row(sheet) + 1]), strict=True))
    assert str(row["Deadline"]) == "2026-12-30 00:00:00"
    assert (row["Actiehouder"], row["Status"], row["Besluit"]) == ("Baas", "Open", None)
    assert (row["Nr"], row["Prioriteit"], row["% op orde"]) == ("A1", "Nodig", 0)
    assert row["Gebaseerd op"] == "8 van 8"


def test_filling_in_is_helped(shipped: Any) -> None:
    """Lists and dates are checked with a warning."""
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


def test_every_tab_prints_on_a4_landscape_and_keeps_its_header(shipped: Any) -> None:
    """One page wide, in letters of 8 points or nearly; the action list repeats its header."""
    for sheet in map(shipped.__getitem__, visible(shipped)):
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToWidth) == (9, "landscape", 1)
        if not sheet.sheet_properties.pageSetUpPr.fitToPage:
            width = sum(column.width for column in sheet.column_dimensions.values())
            assert 76 <= setup.scale <= 80_600 / (width * 5.85)
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


def test_the_gallery_of_styles_has_those_that_are_used() -> None:
    """Excel shows people every style that a workbook names, and theirs stand between ours."""
    workbook = opened(report(checklist()))
    rows = (row for sheet in workbook.worksheets for row in sheet.iter_rows())
    used = {cell.style for row in rows for cell in row}
    assert "vinkje cell" in used
    assert set(workbook.named_styles) == used | {"Normal"}


def test_properties(shipped: Any) -> None:
    """What it is, and which program made it in which form."""
    assert shipped.properties.title.startswith("Checklist kwetsbare bewoners")
    assert shipped.properties.creator == "vinkje"
    assert {p.name: p.value for p in shipped.custom_doc_props.props}["vinkje format"] == 3


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
    assert visible(workbook) == ["Overzicht", "Actielijst", "Verantwoording"]
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
    """The word, and the reason once; what few people typed themselves is named nowhere."""
    mixed = [("Y", YES, NO, ""), ("Y", NO, YES, "")] * 2 + [("Z", YES, NO, ""), ("Z", NO, YES, "")]
    rows = [("X", NO, NO, "")] * 9 + mixed
    agenda = opened(report(checklist(), rows))["Bespreken"]
    said = list(texts(agenda.parent))
    assert not any("Z" in text.split() for text in said)
    assert sum("weten te weinig mensen" in text for text in said) == 1
    (folded,) = (text for text in said if "bij elke stelling het cijfer verborgen" in text)
    assert folded.endswith(": Y.")
    assert "Y" not in [cell.value for row in agenda.iter_rows() for cell in row]


def test_a_figure_that_is_hidden_says_so_in_small_print() -> None:
    """In a column that has others; those are the darker, the more people say that it is so."""
    mixed = [("Y", YES, "Weet ik niet", ""), ("Y", NO, "Weet ik niet", "")] * 5
    some = [("Y", YES, NO, ""), ("Y", NO, YES, "")] * 2
    rows = [("X", NO, YES, "")] * 4 + [("X", NO, NO, "")] * 9 + [("X", YES, NO, "")] * 2
    agenda = opened(report(checklist(), rows + mixed + some))["Bespreken"]
    found = {
        c.value: c for row in agenda.iter_rows() for c in row if str(c.style).endswith("small")
    }
    shades = {
        cell.value: cell.fill.start_color.rgb[2:]
        for row in agenda.iter_rows()
        for cell in row
        if "share" in str(cell.style)
    }
    assert list(found) == ["verborgen"]
    assert found["verborgen"].font.sz < 8
    darkness = [int(shades[value], 16) for value in sorted(shades)]
    assert darkness == sorted(darkness, reverse=True)
    assert len(set(darkness)) > 1


def test_without_a_split_it_says_why() -> None:
    """Where all but two of a small group say the same, there is none."""
    rows = [("X", NO, NO, "")] * 9 + [("Y", NO, NO, "")] * 3 + [("Z", YES, YES, "")] * 2
    said = list(texts(opened(report(checklist(), rows))))
    assert "verborgen" not in said
    assert sum("geen cijfers per groep" in text for text in said) == 1


def test_groups_that_people_typed_leave_the_tab_usable() -> None:
    """Hundreds of groups of one, each in words of its own."""
    rows = [(f"=groep {n}" + "x" * 5000, (NO, YES)[n % 2], YES, "") for n in range(300)]
    rows += [("X", NO, YES, "")] * 9
    sheet = opened(report(checklist(), rows))["Bespreken"]
    assert sheet.max_column == 9
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


# What is typed, and what stands in the cell when it is not the same.
CHANGED = {
    "\t=1": "=1",
    "  voor": "voor",
    "een\r\ntwee": "een\ntwee",
    "\x00\x07bel": "\ufffd\ufffdbel",
    "\ud800 half": "\ufffd half",
    "\ufffe x": "\ufffd x",
}


def unescaped(text: object) -> str:
    """Return a cell's text as Excel shows it, which openpyxl does for shared strings alone."""
    return str(text).replace("_x005F_", "_")


def test_the_parts_of_a_font_stand_in_the_order_of_the_schema() -> None:
    """Which openpyxl's own do not; strict readers then say that the file is damaged."""
    with zipfile.ZipFile(io.BytesIO(build_workbook(report(checklist())))) as archive:
        fonts = re.findall(r"<font>(.*?)</font>", archive.read("xl/styles.xml").decode())
    order = ["b", "i", "u", "sz", "color", "name", "family", "charset", "scheme"]
    for parts in (re.findall(r"<(\w+)", font) for font in fonts):
        assert parts == sorted(parts, key=order.index)
    assert any("<b" in font and "<name" in font for font in fonts)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook with all payloads as remarks."""
    path = tmp_path_factory.mktemp("typed") / "r.xlsx"
    rows = [("X", NO, NO, payload) for payload in PAYLOADS]
    path.write_bytes(build_workbook(report(checklist(), rows)))
    return path


@pytest.fixture(scope="module", params=["as made", "as LibreOffice saves it"])
def typed_cells(
    request: pytest.FixtureRequest, typed: Path, libreoffice: Convert
) -> dict[str, Any]:
    """Return the cells of the tab that shows them, by their text."""
    path = typed if request.param == "as made" else libreoffice(typed, "xlsx")
    sheet: Any = load_workbook(path)["Deel"]
    return {unescaped(c.value): c for row in sheet.iter_rows() for c in row if c.value is not None}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_typed_stays_text(typed_cells: dict[str, Any], payload: str) -> None:
    """No formula, number, error or link; every character that a file can hold."""
    cell = typed_cells[CHANGED.get(payload, payload)]
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_no_cell_runs_anything(typed_cells: dict[str, Any]) -> None:
    """Nor was any other text taken for a formula."""
    assert {cell.data_type for cell in typed_cells.values()} == {"s", "n"}
    assert [text for text, cell in typed_cells.items() if cell.hyperlink] == ["Naar Actielijst"]


def test_as_text_nothing_was_computed(typed: Path, libreoffice: Convert) -> None:
    """LibreOffice writes every tab as CSV: what was typed stands there, not its outcome."""
    made = libreoffice(typed, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,,,,-1")
    (of_section,) = made.parent.glob("*-Deel.csv")
    rows = list(csv.reader(io.StringIO(of_section.read_text(encoding="utf-8"), newline="")))
    found = {row[1] for row in rows if len(row) > 1}
    assert [p for p in PAYLOADS if CHANGED.get(p, p) not in found] == []


RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org","x")', "#N/A"]


@pytest.mark.parametrize("payload", RISKY)
def test_text_is_inert_wherever_it_stands(payload: str) -> None:
    """As a group, a header, a cell that is no answer, a file's name, and in the checklist."""
    asked = checklist(payload).model_copy(update={"title": payload})
    rows = [(payload, NO, payload if n % 2 else YES, payload) for n in range(12)]
    rows += [("X", YES, NO, "")] * 6
    table = Table(payload, ["Team?", "A1", "A2", "A1. Toelichting", payload], rows)
    responses = read_responses(table, asked)
    findings = apply_rules(asked, responses, TODAY, responses)
    made = opened(Report(asked, responses, findings, TODAY, (EarlierRound(payload, responses),)))
    cells = [c for sheet in made.worksheets for row in sheet.iter_rows() for c in row if c.value]
    found = [cell for cell in cells if cell.value == payload]
    assert len(found) >= 6
    assert {cell.data_type for cell in found} == {"s"}
    assert not {"f", "e"} & {cell.data_type for cell in cells}


@pytest.mark.parametrize(
    "letters", ["x" * 40_000, "een twee " * 4_500, "😀" * 20_000, "\n" + "é" * 9_999]
)
def test_no_character_of_a_long_remark_is_lost(letters: str) -> None:
    """Whatever Excel's limits on cells and rows."""
    sheet = opened(report(checklist(), [("X", NO, NO, letters)] * 6))["Deel"]
    cells = [row[1] for row in sheet.iter_rows(values_only=True) if isinstance(row[1], str)]
    found = "".join(cell.removeprefix("(vervolg) ") for cell in cells)
    rare = letters.strip()[0]
    surplus = "".join(cells[: next(i for i, c in enumerate(cells) if len(c) > 1000)]).count(rare)
    assert found.count(rare) - surplus == letters.count(rare)
    assert max(len(cell.encode("utf-16-le")) // 2 for cell in cells) <= 32_767


def test_a_very_long_remark_is_all_there() -> None:
    """Cut over rows that Excel can show, each within its limits."""
    words = " ".join(f"woord{n}" for n in range(5000))
    emoji = "😀" * 20_000
    rows = [("X", NO, NO, words), ("X", NO, NO, emoji)] * 3
    sheet = opened(report(checklist(), rows))["Deel"]
    pieces = [row[1] for row in sheet.iter_rows(values_only=True) if isinstance(row[1], str)]
    found = "".join(p.removeprefix("(vervolg) ") for p in pieces if "woord" in p or "😀" in p)
    assert found.count("woord4999") == 1
    assert found.replace("😀", "").replace(" ", "") == words.replace(" ", "")
    assert found.count("😀") == 20_000
    assert max(len(p.encode("utf-16-le")) // 2 for p in pieces) <= 32_767
    assert max(d.height or 0 for d in sheet.row_dimensions.values()) <= 409


def dutch_words() -> set[str]:
    """Return every piece of Dutch text that English words otherwise, without placeholders."""
    nl, en = (wording(language).texts for language in ("nl", "en"))
    english = " ".join(en.values())
    pieces = {
        re.sub(r"^\W+|\W+$", "", piece)
        for key, text in nl.items()
        if text != en[key] and not key.startswith("demo.")
        for piece in re.split(r"\{\w*\}|\n", text)
    }
    return {piece for piece in pieces if len(piece) > 3 and piece not in english}


@pytest.mark.parametrize("day", [date(2027, 3, 1), date(2027, 4, 1)], ids=["open", "closed"])
@pytest.mark.parametrize("rows", [2, 60])
def test_the_english_workbook_holds_no_dutch(rows: int, day: date) -> None:
    """On no tab, and in no list, message, chart, footer or property."""
    asked = load_checklist(ROOT / "examples" / "english.yaml")
    header, *answers = csv.reader(io.StringIO(made_up_answers(asked, TODAY)))
    answers[0][5:] = ["what is this"] * len(answers[0][5:])
    odd = Table("made-up", [*header[:-1], "Else"], answers[:rows])
    responses = read_responses(odd, asked)
    earlier = earlier_rounds([responses, responses], asked.language)
    made = Report(asked, responses, apply_rules(asked, responses, day, responses), day, earlier)
    with zipfile.ZipFile(io.BytesIO(build_workbook(made))) as archive:
        parts = [unescape(archive.read(n).decode()) for n in archive.namelist()]
    # Nobody reads the rules that colour cells: they know words of both languages.
    parts = [re.sub(r"<cfRule.*?</cfRule>", "", part, flags=re.DOTALL) for part in parts]
    # The Table's name is for formulas, the same in every language.
    said = "\n".join(parts) + "\n".join(texts(opened(made)))
    assert len(dutch_words()) > 100
    # A plain search first: the other takes a hundred times as long.
    found = [word for word in dutch_words() if word in said]
    assert [word for word in found if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said)] == []
    assert "Action list" in said


def test_the_same_input_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    """Seconds later, in another process, place, time zone and order of hashes."""
    shutil.copy(demo / "antwoorden-demo.csv", tmp_path / "a.csv")
    settings = {"PYTHONHASHSEED": "4321", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    made = []
    # The first mail leaves out what nobody has read.
    for env in ({}, {}, settings):
        if env:
            # A zip counts in steps of two seconds.
            sleep(2.5)
        done = run_vinkje(
            *("report", "a.csv", "--overwrite", "--date", "2026-11-30", "--json", "a.json"),
            cwd=tmp_path,
            **env,
        )
        assert done.returncode == 0, done.stderr
        made.append({p.name: p.read_bytes() for p in tmp_path.iterdir()})
    assert len(made[1]) == 6
    assert made[1] == made[2]
    assert made[0]["rapport.xlsx"] == made[1]["rapport.xlsx"]


def test_the_source_is_named_without_its_folder(tmp_path: Path, demo: Path) -> None:
    """A path says whose machine it was, and the same file elsewhere would give other bytes."""
    source, out = demo / "antwoorden-demo.csv", tmp_path / "r.xlsx"
    previous = demo / "earlier.csv"
    previous.write_bytes(source.read_bytes())
    done = run_vinkje("report", source, "-o", out, "--previous", previous, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = list(texts(load_workbook(out)))
    assert "Bestand of tabblad: antwoorden-demo.csv" in said
    assert [text for text in said if str(demo) in text] == []


@pytest.mark.parametrize("title", ["it's", "a[b]", "x" * 40, "Overzicht", "'", "!", "é 😀", "$A$1"])
def test_links_to_any_tab_lead_there(title: str) -> None:
    """Whatever its name."""
    made = opened(report(checklist(title)))
    cells = [c for sheet in made.worksheets for row in sheet.iter_rows() for c in row]
    places = [c.hyperlink.location for c in cells if c.hyperlink]
    named = {"'{}'".format(name.replace("'", "''")) for name in made.sheetnames}
    assert len(places) >= 4
    assert {place.rpartition("!")[0] for place in places} <= named


def agenda(made: Any) -> list[tuple[Any, ...]]:
    """Return the rows of the agenda: a heading, or a statement's Nr, and the link beside it."""
    sheet = made["Bespreken"]
    header = next(n for n in range(1, 15) if sheet.cell(n, 1).value == "Nr")
    found = sheet.iter_rows(min_row=header + 1)
    return [(row[0].value, row[7].hyperlink and row[7].hyperlink.location) for row in found]


def test_the_agenda_begins_with_what_divides_most(shipped: Any) -> None:
    """Five at most; then the rest, in the action list's order, nothing twice or left out."""
    said = [first for first, _ in agenda(shipped)]
    others = said.index("Ook niet op orde")
    first, rest = said[1:others], said[others + 1 : said.index(None)]
    assert said[0].startswith("Hierover zijn collega's het meest verdeeld (bovenaan:")
    assert 1 <= len(first) <= 5
    sheet = shipped["Actielijst"]
    listed = [sheet.cell(n, 1).value for n in range(header_row(sheet) + 1, sheet.max_row + 1)]
    assert rest == [item for item in listed if item not in first]
    assert sorted([*first, *rest]) == sorted(listed)


def test_the_agenda_leads_to_where_the_decision_goes(shipped: Any) -> None:
    """The cell under Besluit, in the statement's own row."""
    places = {item: place for item, place in agenda(shipped) if place and item}
    sheet = shipped["Actielijst"]
    for item, place in places.items():
        cell = sheet[place.rpartition("!")[2]]
        assert sheet.cell(cell.row, 1).value == item
        assert sheet.cell(header_row(sheet), cell.column).value == "Besluit"
    assert len(places) == sheet.max_row - header_row(sheet)


def test_remarks_on_a_section_are_counted_and_led_to() -> None:
    """`Onderdeel: 2`, and they stand there without group, in order of the alfabet."""
    rows = [("X", NO, NO, text) for text in ("zus", "zo", "", "", "", "")]
    made = opened(report(checklist(remarks="section"), rows))
    sheet = made["Actielijst"]
    cell = sheet.cell(header_row(sheet) + 1, HEADERS.index("Toelichting") + 1)
    assert (cell.value, cell.hyperlink.location) == ("Onderdeel: 2", "'Deel'!A1")
    said = [row[1] for row in made["Deel"].iter_rows(values_only=True) if row[1] in {"zus", "zo"}]
    assert said == ["zo", "zus"]


def test_remarks_of_signs_alone_are_left_out_and_counted() -> None:
    """`-` says nothing; a word does, and so does an emoji."""
    rows = [("X", NO, NO, text) for text in ("-", "...", " ?! ", "geen", "👍", "-1")]
    made = opened(report(checklist(remarks="section"), rows))
    said = [row[1] for row in made["Deel"].iter_rows(values_only=True) if row[3] == "Ja"]
    assert sorted(said) == ["-1", "geen", "👍"]
    told = list(texts(made))
    assert sum(text.startswith("3 toelichtingen bestaan alleen uit tekens") for text in told) == 1
    assert "Onderdeel: 3" in told
    assert [text for text in told if text.strip("• ") in {"-", "...", "?!"}] == []


def test_the_same_remark_is_written_once_with_how_often() -> None:
    """In the spelling that most people gave it; what a sign makes different stays apart."""
    said = ("Te druk", "te  druk.", "Te druk", "+1", "-1", "Te druk?")
    rows = [("X", NO, NO, text) for text in said]
    of_all = report(checklist(remarks="section"), rows)
    made = opened(of_all)
    # Who leaves some of them out must know them all.
    assert sorted(set(of_all.responses.remarks["A"])) == sorted(set(said))
    found = [row[1:3] for row in made["Deel"].iter_rows(values_only=True) if row[3] == "Ja"]
    assert sorted(found) == [("+1", 1), ("-1", 1), ("Te druk", 3), ("Te druk?", 1)]
    agenda = [row[0] for row in made["Bespreken"].iter_rows(values_only=True)]
    assert "• Te druk (3\u00d7)" in agenda


def test_a_remark_on_several_statements_names_them_all() -> None:
    """In one row, with one word beside it; three or more in a row as a range."""
    asked = checklist(items=6)
    ids = [item.id for item in asked.items()]
    header = [*ids, *(f"{name}. Toelichting" for name in ids)]
    told = ["druk", "druk", "druk", "", "druk", "eigen"]
    rows = [[*[NO] * 6, *told] for _ in range(6)]
    responses = read_responses(Table("a.csv", header, rows), asked)
    made = opened(Report(asked, responses, apply_rules(asked, responses, TODAY), TODAY))
    found = [row[:3] for row in made["Deel"].iter_rows(values_only=True) if row[3] == "Ja"]
    assert found == [("A1-A3\nA5", "druk", 24), ("A6", "eigen", 6)]


@pytest.mark.parametrize(("groups", "pages"), [(3, 1), (9, 1), (20, 3)])
def test_headers_of_groups_leave_room_for_the_agenda(groups: int, pages: int) -> None:
    """A fifth of a page at most; so many that they do not fit are on pages of their own."""
    names = [f"Medewerker schuldhulpverlening en incasso {n:02}" for n in range(groups)]
    rows = [(name, answer, NO, "") for name in names for answer in [NO, YES] * 5]
    sheet = opened(report(checklist(), rows))["Bespreken"]
    header = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Nr")
    assert sheet.row_dimensions[header].height < 120
    assert len(sheet.col_breaks.brk) == pages - 1
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is (pages == 1)
    assert (sheet.print_title_cols == "$A:$B") is (pages > 1)
    shown = [cell.value for cell in sheet[header]][8:]
    assert shown == names


def test_nobodys_set_of_answers_is_in_it() -> None:
    """No tab has as many rows of answers as there were people, and no time or address."""
    header = ["Tijdstempel", "E-mailadres", "Team?", "A1", "A2"]
    people = [f"p{n}@example.org" for n in range(30)]
    rows = [[f"{n + 1}-11-2026 9:00:00", who, "X", NO, YES] for n, who in enumerate(people)]
    asked = checklist()
    responses = read_responses(Table("a.csv", header, rows), asked)
    data = build_workbook(Report(asked, responses, apply_rules(asked, responses, TODAY), TODAY))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        said = "\n".join(archive.read(name).decode() for name in archive.namelist())
    assert [who for who in people if who in said] == []
    assert "9:00" not in said
    assert "12-11-2026" not in said


def test_every_part_is_well_formed(shipped: Any, demo: Path) -> None:
    """As XML, with every relation leading to a part that is there."""
    assert shipped
    with zipfile.ZipFile(demo / "rapport.xlsx") as archive:
        names = archive.namelist()
        assert len(names) == len(set(names))
        for name in names:
            ET.fromstring(archive.read(name))  # noqa: S314 - our own file
        assert "xl/vbaProject.bin" not in names
        assert not [name for name in names if "externalLink" in name]


def test_a_sections_tab_says_what_divides_staff(demo: Path) -> None:
    """Also where a statement is in order: the agenda has only what is not."""
    workbook: Any = load_workbook(demo / "rapport.xlsx")
    agenda = {row[0] for row in workbook["Bespreken"].values if "Verdeeld" in row[1:]}
    marked = {
        row[0]
        for name in ("Signaleren", "Preventie", "Oplossen")
        for row in workbook[name].values
        if str(row[2]).endswith("\nVerdeeld")
    }
    divided = {each for each in agenda if each != "Nr"}
    assert divided
    assert divided <= marked
    assert len(marked) < 20


def test_the_overview_names_what_is_needed() -> None:
    """In the list's order, six at most, each with its share; then how many more there are."""
    asked = checklist(items=9)
    rows = [("X", *[NO] * 9, "")] * 5 + [("X", YES, *[NO] * 8, "")]
    made = opened(report(asked, rows))["Overzicht"]
    said = [row[0] for row in made.iter_rows(values_only=True)]
    named = said[said.index("Nodig volgens medewerkers") + 1 :][:7]
    assert named[0] == "A2. Stelling 2. (0% op orde)"
    assert named[5:] == ["A7. Stelling 7. (0% op orde)", "… en nog 3: zie Actielijst"]


def test_the_overviews_figures_stand_above_their_columns(shipped: Any) -> None:
    """And its chart is as wide as the table, whatever a program makes of a column's width."""
    sheet = shipped["Overzicht"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    tiles = next(row for row in rows if row[0] == "Reacties")
    header = next(row for row in rows if row[0] == "Onderdeel")
    assert tiles[1:] == header[1:]
    anchor = sheet._charts[0].anchor  # noqa: SLF001 - openpyxl has no public way to read it
    assert (anchor._from.col, anchor.to.col) == (0, len(header))  # noqa: SLF001


def test_what_nobody_knows_is_not_called_a_fault() -> None:
    """By the agenda nor by the overview."""
    unknown = "Weet ik niet"
    made = opened(report(checklist(), [("X", unknown, unknown, "")] * 8))
    agenda = [row[0] for row in made["Bespreken"].iter_rows(values_only=True)]
    assert "Nog onbekend of dit op orde is" in agenda
    assert "Ook niet op orde" not in agenda
    mixed = opened(report(checklist(), [("X", unknown, NO, "")] * 8))["Bespreken"]
    assert "Ook niet op orde, of nog onbekend" in [row[0].value for row in mixed.iter_rows()]


def test_a_column_that_would_be_empty_is_left_out() -> None:
    """That of numbers, beside remarks that are all about the section."""
    rows = [("X", NO, NO, "te druk")] * 6
    about_section = opened(report(checklist(remarks="section"), rows))["Deel"]
    headers = [row[:2] for row in about_section.iter_rows(values_only=True) if row[3] == "Tonen"]
    about_item = opened(report(checklist(), rows))["Deel"]
    headers += [row[:2] for row in about_item.iter_rows(values_only=True) if row[3] == "Tonen"]
    assert headers == [(None, "Toelichting"), ("Nr", "Toelichting")]
