"""The mail: one content in text and HTML, an envelope that nothing typed can change."""

import re
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, tool
from html5lib import HTMLParser as StrictParser
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from forms.checklist import Checklist, default_checklist, load_checklist
from forms.mail.messages import Message, report_mail
from forms.publish.paper import paper_page
from forms.reading import read_responses
from forms.report.findings import find
from forms.report.report import Report
from forms.responses import Table

NO, MAYBE = "Niet op orde: aanpakken is nodig", "Niet op orde: aanpakken is wenselijk"
HEADERS = {"Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type", "Message-ID"}
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def mail(title: str = "Proef", items: int = 3, url: str | None = None, **item: str) -> Message:
    """Return a mail about a made-up report: item 1 wanted, the rest needed."""
    asked = Checklist.model_validate(
        {
            "title": title,
            "sections": [
                {
                    "id": "A",
                    "title": "Deel",
                    "items": [
                        {"id": f"A{n}", "text": f"Stelling {n}.", "action": "Doe dit.", **item}
                        for n in range(1, items + 1)
                    ],
                }
            ],
        }
    )
    header = [f"A{n}" for n in range(1, items + 1)]
    table = Table("a.csv", header, [[MAYBE, *[NO] * (items - 1)]] * 6)
    responses = read_responses(table, asked)
    day = date(2026, 11, 30)
    return report_mail(
        Report(asked, responses, find(asked, responses, day), day), b"xlsx", "rapport.xlsx", url
    )


def parsed(message: Message) -> EmailMessage:
    """Return a mail as a mail program reads it."""
    found: Any = message_from_bytes(message.eml, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


class _Words(HTMLParser):
    """Collects what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(html.partition("<body")[2])

    def handle_data(self, data: str) -> None:
        """Take in text between tags."""
        self.seen.append(data)


def words(text: str) -> list[str]:
    """Return the words of a text, its punctuation left out."""
    return re.findall(r"\w+", text)


def html_words(html: str) -> list[str]:
    """Return the words that a reader of the page sees."""
    return words(" ".join(_Words(html).seen).partition(">")[2])


def body(message: Message, kind: str) -> str:
    """Return the text or HTML part as it will be read."""
    part: Any = parsed(message).get_body((kind,))
    return str(part.get_content())


def test_the_subject_says_it_all() -> None:
    """As the design words it."""
    subject = "Actielijst Proef: 2 nodig, 1 wenselijk, 0 uitzoeken (6 reacties)"
    assert parsed(mail())["Subject"] == subject


def test_it_opens_as_a_draft_with_a_copy_of_the_workbook() -> None:
    """And says that changes in a copy do not come back."""
    message = parsed(mail())
    (attached,) = message.iter_attachments()
    assert message["X-Unsent"] == "1"
    assert attached.get_filename() == "rapport-kopie.xlsx"
    assert attached.get_payload(decode=True) == b"xlsx"
    assert "kopie" in body(mail(), "plain")


def test_a_link_instead_of_a_copy() -> None:
    """Nothing attached, the link in both."""
    message = mail(url="https://example.org/r.xlsx?a=1&b=2")
    assert list(parsed(message).iter_attachments()) == []
    assert "https://example.org/r.xlsx?a=1&b=2" in body(message, "plain")
    assert 'href="https://example.org/r.xlsx?a=1&amp;b=2"' in body(message, "html")
    assert "kopie" not in body(message, "plain")


@pytest.mark.parametrize("items", [1, 3, 12])
def test_text_and_html_say_the_same(items: int) -> None:
    """Every word, whoever reads which."""
    message = mail(items=items)
    assert sorted(words(message.text)) == sorted(html_words(message.html))
    assert body(message, "html").split() == message.html.split()


def test_the_shipped_mail_says_the_same_twice(demo: Path) -> None:
    """Also with divided statements and figures."""
    found: Any = message_from_bytes((demo / "rapport.eml").read_bytes(), policy=policy.default)
    text = found.get_body(("plain",)).get_content()
    html = (demo / "rapport.html").read_text(encoding="utf-8")
    assert sorted(words(text)) == sorted(html_words(html))
    assert "Hierover zijn collega's verdeeld" in text


def test_it_opens_with_what_is_asked_in_three_lines() -> None:
    """Before any figure."""
    lines = mail().text.split("\n\n")[1].splitlines()
    assert lines[0] == "Wat vragen wij van u?"
    assert len(lines) <= 4
    assert "3 stellingen" in lines[1]


TITLES = [
    "=?UTF-8?Q?x=0ABcc:_boef=40example.org?=",
    "=?UTF-8?B?eApCY2M6IGJvZWZAZXhhbXBsZS5vcmc=?=",
    *("Müller, Zoë <zoe@example.org>", "😀" * 300, "x" * 1900, "a, b; c: d", '"quoted\\"'),
    *("\u202eomgekeerd", "=?x?=", "{{ 7*7 }}", "<script>alert(1)</script>"),
]


@pytest.mark.parametrize("title", TITLES)
def test_no_title_changes_the_envelope(title: str) -> None:
    """Read by a new parser and by the old one, there are our headers alone."""
    message = mail(title)
    assert set(parsed(message).keys()) == HEADERS
    old = message_from_bytes(message.eml, policy=policy.compat32)
    assert set(old.keys()) == HEADERS
    assert b"\nBcc:" not in message.eml
    assert max(map(len, message.eml.splitlines())) <= 998


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1, max_size=80))
def test_any_title_is_safe(title: str) -> None:
    """Whatever can stand in a checklist."""
    if title.strip() and not set(title) & {"\x85", "\u2028", "\u2029"}:
        found = parsed(mail(title, items=1))
        assert set(found.keys()) == HEADERS
        assert "\n" not in found["Subject"]


def test_what_was_typed_is_no_markup() -> None:
    """It is shown, not run."""
    message = mail("<b>T</b>", text="<script>alert(1)</script> {{ 7*7 }} {% x %}", items=1)
    assert "<script" not in message.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {% x %}" in message.html
    assert "<script>alert(1)</script>" in message.text


def test_a_very_long_list_is_cut_and_says_so() -> None:
    """Gmail hides what comes after 102 KB."""
    message = mail(items=400, action="Doe " + "heel " * 60 + "veel.")
    (count,) = re.findall(r"En nog (\d+) stellingen", message.text)
    assert len(message.html.encode()) < 102_000
    assert message.html.count("<b>A") == 400 - int(count)
    assert "399 nodig" in message.subject


def test_the_page_is_valid_html(demo: Path) -> None:
    """By a strict parser."""
    parser = StrictParser(strict=True)
    parser.parse((demo / "rapport.html").read_bytes())
    assert parser.errors == []


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Return an empty page in Debian's Chromium."""
    program = tool("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET.split())
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("width", [320, 375, 800])
def test_it_fits_a_phone_and_asks_for_nothing(page: Page, demo: Path, width: int) -> None:
    """No scrolling sideways, no picture or style from elsewhere."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((demo / "rapport.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [(demo / "rapport.html").as_uri()]


def test_the_paper_form_prints_on_few_pages(page: Page, tmp_path: Path, vinkje: Run) -> None:
    """All statements, helps and answers are on it."""
    assert vinkje("form", "paper", "-o", "p.html").returncode == 0
    page.goto((tmp_path / "p.html").as_uri())
    pdf = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    said = "".join(" ".join(p.extract_text() for p in pdf.pages).split())
    checklist = load_checklist(default_checklist())
    wanted = [text for item in checklist.items() for text in (item.text, item.help or "")]
    assert [text for text in wanted if "".join(text.split()) not in said] == []
    assert said.count("Weetikniet") >= 20
    assert len(pdf.pages) <= 6
    width, height = pdf.pages[0].mediabox[2:]
    assert (round(float(width)), round(float(height))) == (595, 842)


def test_the_paper_form_is_valid_and_escaped() -> None:
    """In English too."""
    asked = Checklist.model_validate(
        {
            "title": "<i>T</i>",
            "language": "en",
            "sections": [
                {"id": "A", "title": "<b>", "items": [{"id": "A1", "text": "</legend>{{ 1 }}"}]}
            ],
        }
    )
    html = paper_page(asked)
    parser = StrictParser(strict=True)
    parser.parse(html)
    assert parser.errors == []
    assert "A1. &lt;/legend&gt;{{ 1 }}" in html
    assert "Not in order: action is needed" in html
