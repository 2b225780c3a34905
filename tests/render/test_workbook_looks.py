"""How the workbook looks on paper: LibreOffice prints it, and the pages are read."""

import re
from collections import Counter
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, run_vinkje
from office import Convert
from openpyxl import load_workbook
from pypdf import PageObject, PdfReader

from forms.checklist.model import load_checklist
from forms.jobs.made_up import made_up_answers

DAY = date(2026, 11, 30)
# As the workbook's footer has it: the tab's name, then the page of all pages.
_FOOTER = re.compile(r"^\s*(.+?) \d+ / \d+\s*$", re.MULTILINE)


def printed(path: Path, libreoffice: Convert) -> list[str]:
    """Return the text of every page that LibreOffice prints."""
    return [page.extract_text() for page in PdfReader(libreoffice(path, "pdf")).pages]


def letters(page: PageObject) -> Counter[float]:
    """Return how many letters of each size, in points on paper, stand on a page."""
    found: Counter[float] = Counter()

    def note(text: str, place: list[float], line: list[float], _: object, size: float) -> None:
        found[round(abs(size * (line[3] or line[1]) * place[3]), 1)] += len(text.strip())

    page.extract_text(visitor_text=note)
    return found


def tabs_of(path: Path) -> list[str]:
    """Return the names of the tabs that people see."""
    sheets = load_workbook(path).worksheets
    return [sheet.title for sheet in sheets if sheet.sheet_state == "visible"]


def pages_by_tab(pages: list[str], tabs: list[str]) -> Counter[str]:
    """Return how many pages each tab takes, by the name at the foot of the page."""
    found: Counter[str] = Counter()
    for page in pages:
        foot = _FOOTER.search(page)
        found[foot[1] if foot and foot[1] in tabs else "?"] += 1
    return found


@pytest.fixture(scope="module")
def shipped_paper(demo: Path, libreoffice: Convert) -> PdfReader:
    """Return the demo's workbook as it is printed."""
    return PdfReader(libreoffice(demo / "rapport.xlsx", "pdf"))


@pytest.fixture(scope="module")
def shipped_pages(shipped_paper: PdfReader) -> list[str]:
    """Return the texts of its pages."""
    return [page.extract_text() for page in shipped_paper.pages]


def test_all_of_it_can_be_read_on_paper(shipped_paper: PdfReader) -> None:
    """In letters of eight points or nearly; what is smaller is a word here and there."""
    for page in shipped_paper.pages:
        sizes = letters(page)
        small = sum(count for size, count in sizes.items() if size < 7.8)
        assert small < 0.08 * sizes.total(), page.extract_text()[:60]


def test_every_tab_is_printed_on_few_pages(demo: Path, shipped_pages: list[str]) -> None:
    """In their order, none of them empty."""
    tabs = tabs_of(demo / "rapport.xlsx")
    found = pages_by_tab(shipped_pages, tabs)
    assert list(found) == tabs
    assert len(shipped_pages) <= 12
    assert max(found.values()) <= 3
    assert min(len(page.split()) for page in shipped_pages) > 10


def test_the_overview_is_one_page(demo: Path, shipped_pages: list[str]) -> None:
    """With the figures per section and what is asked."""
    tabs = tabs_of(demo / "rapport.xlsx")
    assert pages_by_tab(shipped_pages, tabs)["Overzicht"] == 1
    assert "Stellingen per onderdeel" in shipped_pages[0]
    assert "Wat vragen wij van u?" in shipped_pages[0]


@pytest.fixture(scope="module")
def long_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook with every statement on the action list."""
    folder = tmp_path_factory.mktemp("long")
    items = [item.id for item in load_checklist(ROOT / "checklist.yaml").items()]
    rows = [items, *[["needed"] * len(items)] * 6]
    text = "".join(",".join(row) + "\n" for row in rows)
    (folder / "a.csv").write_text(text, encoding="utf-8")
    done = run_vinkje("report", "a.csv", "--date", DAY.isoformat(), cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "rapport.xlsx"


def test_every_page_of_the_action_list_has_its_header(
    long_list: Path, libreoffice: Convert
) -> None:
    """Else the second page is columns without a name."""
    pages = printed(long_list, libreoffice)
    count = pages_by_tab(pages, tabs_of(long_list))["Actielijst"]
    of_list = pages[1 : 1 + count]
    assert 2 <= count <= 4
    assert [page for page in of_list if "Prioriteit" not in page or "Besluit" not in page] == []


@pytest.fixture(scope="module")
def long_agenda(tmp_path_factory: pytest.TempPathFactory, libreoffice: Convert) -> list[str]:
    """Return the agenda's pages where every statement has remarks of its own."""
    folder = tmp_path_factory.mktemp("agenda")
    text = (ROOT / "checklist.yaml").read_text(encoding="utf-8")
    text = text.replace("remarks: section", "remarks: item")
    (folder / "checklist.yaml").write_text(text, encoding="utf-8")
    arguments = ("--checklist", "checklist.yaml", "--date", DAY.isoformat())
    assert run_vinkje("demo", "d", *arguments, cwd=folder).returncode == 0
    pages = printed(folder / "d" / "rapport.xlsx", libreoffice)
    return [page for page in pages if re.search(r"^\s*Bespreken \d+ / \d+\s*$", page, re.MULTILINE)]


def test_a_long_agenda_has_its_header_on_every_page(long_agenda: list[str]) -> None:
    """And few pages."""
    assert 2 <= len(long_agenda) <= 3
    assert [page for page in long_agenda if "Gebaseerd" not in page] == []


def test_a_long_agenda_leaves_no_heading_at_the_foot_of_a_page(long_agenda: list[str]) -> None:
    """Nor a page with hardly anything on it."""
    assert "Hierover zijn collega's het meest verdeeld" in long_agenda[0]
    assert [page for page in long_agenda if re.search(r"op orde\s+Bespreken \d", page)] == []
    assert min(map(len, long_agenda)) > 500


def test_what_is_not_known_is_marked_as_it_is_typed(
    long_list: Path, tmp_path: Path, libreoffice: Convert
) -> None:
    """By a sign before it, as who prints without colour sees; what counts has none."""
    workbook: Any = load_workbook(long_list)
    for name in tabs_of(long_list):
        if name != "Actielijst":
            workbook[name].sheet_state = "hidden"
    sheet = workbook["Actielijst"]
    places = {cell.value: cell.column for cell in sheet[4]}
    odd = [("Ja doen", "Besluit"), ("klaar", "Status"), ("snel", "Deadline"), (45, "Gereed op")]
    fine: list[tuple[object, str]] = [("wenselijk", "Besluit"), (" Needed ", "Besluit")]
    fine += [("bezig", "Status"), (date(2027, 4, 1), "Deadline"), (None, "Besluit")]
    for row, (value, column) in enumerate([*odd, *fine], 5):
        sheet.cell(row, places[column]).value = value
    workbook.save(tmp_path / "typed.xlsx")
    said = "\n".join(printed(tmp_path / "typed.xlsx", libreoffice))
    # One more stands above the list, to say what it means.
    assert said.count("⚠") == len(odd) + 1
    # A letter that another font has is printed after its cell.
    assert [value for value, _ in odd if not re.search(rf"{value}\s*⚠", said)] == []
    assert [
        value for value in ("wenselijk", "Needed", "bezig", "01-04-2027") if value not in said
    ] == []


@pytest.mark.parametrize("tab", ["Actielijst", "Bespreken", "Signaleren", "Verantwoording"])
def test_rows_are_as_high_as_their_text(long_list: Path, tab: str) -> None:
    """Else the rest of it is there but cannot be seen."""
    sheet = load_workbook(long_list)[tab]
    merged = {area.coord.partition(":")[0] for area in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.coordinate not in merged:
                width = sheet.column_dimensions[cell.column_letter].width
                height = sheet.row_dimensions[cell.row].height or 0
                assert height >= 12 * ceil(len(cell.value) / (1.3 * width)), cell.value


def test_every_statement_of_the_list_is_printed(demo: Path, shipped_pages: list[str]) -> None:
    """Whole: a row too low would cut it."""
    sheet = load_workbook(demo / "rapport.xlsx")["Actielijst"]
    said = "".join("".join(page.split()) for page in shipped_pages)
    texts = [row[2] for row in sheet.iter_rows(min_row=5, values_only=True) if row[2]]
    assert len(texts) > 5
    assert [text for text in texts if "".join(str(text).split()) not in said] == []


@pytest.mark.parametrize("rows", [0, 3, 60], ids=["one answer", "a few", "many"])
def test_an_english_workbook_prints(tmp_path: Path, libreoffice: Convert, rows: int) -> None:
    """With few answers there are fewer tabs, and no empty page."""
    english = ROOT / "examples" / "english.yaml"
    lines = made_up_answers(load_checklist(english), DAY).splitlines(keepends=True)
    answers = tmp_path / "made-up-answers.csv"
    answers.write_text("".join(lines[: rows + 2]), encoding="utf-8")
    arguments = ("--checklist", english, "--date", DAY.isoformat())
    done = run_vinkje("report", answers, *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    tabs = tabs_of(tmp_path / "rapport.xlsx")
    pages = printed(tmp_path / "rapport.xlsx", libreoffice)
    found = pages_by_tab(pages, tabs)
    assert (tabs[0], found["Overview"]) == ("Overview", 1)
    assert list(found) == tabs
    assert len(pages) <= 2 * len(tabs)
