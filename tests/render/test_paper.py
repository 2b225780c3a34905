"""The questionnaire on paper: all of it, on few pages, and nothing typed is markup."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run
from html5lib import HTMLParser as StrictParser
from playwright.sync_api import Page
from pypdf import PdfReader

from forms.checklist.model import Checklist, load_checklist
from forms.publish.paper import paper_page

A4_POINTS = (595, 842)
EVIL = '</legend><script>alert(1)</script>{{ 7*7 }}&amp;"'
SHOWN = "&lt;/legend&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}&amp;amp;&#34;"
CHECKLISTS = {"nl": ROOT / "checklist.yaml", "en": ROOT / "examples" / "english.yaml"}


def small(**keys: Any) -> Checklist:
    """Return a checklist of one item, with some keys of its own."""
    item = {"id": "A1", "text": "Stelling."}
    return Checklist.model_validate(
        {"title": "T", "sections": [{"id": "A", "title": "Deel", "items": [item]}]} | keys
    )


def printed(page: Page, path: Path) -> PdfReader:
    """Return a page as Chromium prints it."""
    page.goto(path.as_uri())
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))


def squeezed(text: str) -> str:
    """Return text without white space, since a PDF breaks lines where it likes."""
    return "".join(text.split())


def strict_errors(html: str) -> list[Any]:
    """Return what a strict parser finds wrong."""
    parser = StrictParser(strict=True)
    parser.parse(html)
    return list(parser.errors)


@pytest.mark.parametrize("language", CHECKLISTS)
def test_all_of_it_is_printed(page: Page, tmp_path: Path, vinkje: Run, language: str) -> None:
    """Every statement and help, and the five answers at each."""
    checklist = load_checklist(CHECKLISTS[language])
    done = vinkje("form", "paper", "-o", "p.html", "--checklist", CHECKLISTS[language])
    assert done.returncode == 0, done.stderr
    said = squeezed("".join(p.extract_text() for p in printed(page, tmp_path / "p.html").pages))
    items = list(checklist.items())
    wanted = [text for item in items for text in (f"{item.id}. {item.text}", item.help or "")]
    assert [text for text in wanted if squeezed(text) not in said] == []
    labels = map(squeezed, checklist.answer_labels().values())
    assert [label for label in labels if said.count(label) < len(items)] == []


@pytest.mark.parametrize(("language", "most"), [("nl", 6), ("en", 4)])
def test_it_takes_few_pages_of_a4(page: Page, tmp_path: Path, language: str, most: int) -> None:
    """And more than one: what is squeezed is not read."""
    (tmp_path / "p.html").write_text(
        paper_page(load_checklist(CHECKLISTS[language])), encoding="utf-8"
    )
    pdf = printed(page, tmp_path / "p.html")
    assert 2 <= len(pdf.pages) <= most
    sizes = {tuple(round(float(x)) for x in sheet.mediabox[2:]) for sheet in pdf.pages}
    assert sizes == {A4_POINTS}


def test_it_asks_for_no_other_file(page: Page, tmp_path: Path) -> None:
    """It can be mailed, and printed without a network."""
    asked: list[str] = []
    path = tmp_path / "p.html"
    path.write_text(paper_page(load_checklist(CHECKLISTS["nl"])), encoding="utf-8")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]


@pytest.mark.parametrize(
    "keys",
    [
        {"title": EVIL},
        {"introduction": f"Een\n{EVIL}"},
        {"round": {"name": EVIL, "closes": "2026-11-30"}},
        {"source": {"name": EVIL}},
        {"answers": {"unknown": EVIL}},
        {"respondent": [{"id": "r", "label": EVIL, "choices": [EVIL, "B"]}]},
        {"sections": [{"id": "A", "title": EVIL, "items": [{"id": "A1", "text": "a"}]}]},
        {"sections": [{"id": "A", "title": "a", "items": [{"id": "A1", "text": EVIL}]}]},
        {
            "sections": [
                {"id": "A", "title": "a", "items": [{"id": "A1", "text": "a", "help": EVIL}]}
            ]
        },
    ],
    ids=lambda keys: next(iter(keys)),
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_a_checklist_says_is_no_markup(keys: dict[str, Any], language: str) -> None:
    """Wherever it stands; and the page stays sound."""
    html = paper_page(small(language=language, **keys))
    assert "<script" not in html
    assert SHOWN in html
    assert strict_errors(html) == []


@pytest.mark.parametrize(
    ("remarks", "there", "absent"),
    [
        ("item", ["A1. Toelichting"], ["Deel: toelichting"]),
        ("section", ["Deel: toelichting"], ["A1. Toelichting"]),
        ("none", [], ["Toelichting", "toelichting"]),
    ],
)
def test_remarks_are_asked_as_the_checklist_says(
    remarks: str, there: list[str], absent: list[str]
) -> None:
    """With the warning to name nobody."""
    html = paper_page(small(remarks=remarks))
    assert [title for title in there if title not in html] == []
    assert [title for title in absent if title in html] == []
    assert ("Noem geen namen of adressen" in html) is bool(there)


def test_it_names_the_round_and_its_last_day() -> None:
    """In the checklist's language."""
    html = paper_page(small(round={"name": "Najaar", "closes": "2026-11-30"}))
    assert "Najaar · Invullen kan tot en met 30 november 2026." in html


def test_it_never_promises_anonymity() -> None:
    """It says that no name is asked, which is all that can be promised."""
    for path in CHECKLISTS.values():
        html = paper_page(load_checklist(path)).casefold()
        assert "anoniem" not in html
        assert "anonymous" not in html
