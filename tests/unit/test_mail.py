"""The mail: one content in text and HTML, an envelope that nothing typed can change."""

import re
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from html5lib import HTMLParser as StrictParser
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page
from working import Folder

from forms.analysis.rules import apply_rules
from forms.checklist.model import Checklist, load_checklist
from forms.mail.body import MailBar
from forms.mail.report_mail import Message, report_mail
from forms.report.model import Report
from forms.responses.counting import read_responses
from forms.responses.model import Table
from forms.wording import wording

NO, MAYBE = "Niet op orde: aanpakken is nodig", "Niet op orde: aanpakken is wenselijk"
HEADERS = {"Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type", "Message-ID"}


LONG = "Aansprakelijkheidswaardevaststellingsveranderingen"


def mail(
    title: str = "Proef",
    items: int = 3,
    url: str | None = None,
    name: str = "rapport.xlsx",
    **item: str,
) -> Message:
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
        Report(asked, responses, apply_rules(asked, responses, day), day), b"xlsx", name, url
    )


def parsed(message: Message) -> EmailMessage:
    """Return a mail as a mail program reads it."""
    found: Any = message_from_bytes(message.eml, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


class _Words(HTMLParser):
    """Collects what is read aloud: all but the bars, which are for the eye."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tables: list[bool] = []
        self.feed(html.partition("<body")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a table, and whether it is hidden."""
        if tag == "table":
            self.tables.append(("aria-hidden", "true") in attrs)

    def handle_endtag(self, tag: str) -> None:
        """Note where a table ends."""
        if tag == "table":
            self.tables.pop()

    def handle_data(self, data: str) -> None:
        """Take in text between tags."""
        if not any(self.tables):
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


def test_a_workbook_that_is_too_large_is_not_attached() -> None:
    """Few servers take 25 MB; the mail says so in both, and a link does better."""
    large = b"x" * 18_000_001
    report = REPORTS["one not"]()
    message = report_mail(report, large, "rapport.xlsx")
    assert list(parsed(message).iter_attachments()) == []
    assert len(message.eml) < 100_000
    for kind in ("plain", "html"):
        assert "te groot om mee te sturen" in body(message, kind)
        assert "kopie" not in body(message, kind)
    linked = report_mail(report, large, "rapport.xlsx", "https://example.org/r.xlsx")
    assert "te groot" not in body(linked, "plain")


@pytest.mark.slow
def test_the_largest_that_is_attached_fits_25_mb() -> None:
    """As it leaves, in lines of 76."""
    message = report_mail(REPORTS["one not"](), b"x" * 18_000_000, "rapport.xlsx")
    (attached,) = parsed(message).iter_attachments()
    assert attached.get_filename() == "rapport-kopie.xlsx"
    assert 24_000_000 < len(message.eml) <= 25_000_000


def test_who_made_it_is_told_that_it_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the way out."""
    monkeypatch.setattr("forms.mail.report_mail._MOST_ATTACHED", 1_000)
    folder = Folder(tmp_path)
    (note,) = folder.report().notes
    assert wording("en")(f"note.{note.key}", **note.values).startswith("rapport.xlsx has 0 MB: too")
    assert folder.report(workbook_url="https://example.org/r.xlsx").notes == ()


def all_headers(message: Message) -> list[set[str]]:
    """Return the headers of the mail and of all its parts, as a new and an old parser read them."""
    policies: list[Any] = [policy.default, policy.compat32]
    mails = [message_from_bytes(message.eml, policy=each) for each in policies]
    return [set(part.keys()) for found in mails for part in found.walk()]


def said_by(report: Report) -> Message:
    """Return the mail about a report."""
    return report_mail(report, b"xlsx", "rapport.xlsx")


def shipped(
    rows: list[list[str]], language: str = "nl", today: str = "2027-06-01", items: int = 20
) -> Report:
    """Return a report on rows of answers to the first items of a checklist that ships."""
    file = {"nl": "checklist.yaml", "en": "examples/english.yaml"}[language]
    asked = load_checklist(ROOT / file)
    header = [item.id for item in asked.items()][:items]
    rows = [row[: len(header)] for row in rows]
    responses = read_responses(Table("a.csv", header, rows), asked)
    day = date.fromisoformat(today)
    return Report(asked, responses, apply_rules(asked, responses, day), day)


HARDLY = "Niet op orde: aanpakken hoeft niet"
REPORTS = {
    "no answers": lambda: shipped([]),
    "all priorities": lambda: shipped([[NO, MAYBE, "weet ik niet", HARDLY, *["op orde"] * 16]] * 6),
    "too few": lambda: shipped([["op orde"] * 20]),
    "all in order": lambda: shipped([["op orde"] * 20] * 6),
    "one not": lambda: shipped([[NO, *["op orde"] * 19]] * 6),
    "divided": lambda: shipped([[NO] * 20, ["op orde"] * 20] * 5),
    "not all asked": lambda: shipped([[NO, "op orde"] * 9] * 6, items=18),
    "nobody knows": lambda: shipped([["weet ik niet"] * 20] * 6),
    "english": lambda: shipped([["needed"] * 20, ["in order"] * 20] * 5, "en"),
    "round open": lambda: shipped([["needed"] * 20] * 6, "en", "2027-01-01"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_every_sentence_stands_in_both(name: str) -> None:
    """In whatever state the report is; a label stands apart from its statement in HTML."""
    message = said_by(REPORTS[name]())
    page, plain = (" ".join(w) for w in (html_words(message.html), words(message.text)))
    lines = [re.sub(r"^[^.]*: (?=[A-Z]\d\. )", "", line) for line in message.text.splitlines()]
    assert [line for line in lines if " ".join(words(line)) not in page] == []
    said = " ".join(_Words(message.html).seen).partition(">")[2].splitlines()
    sentences = [part for line in said for part in re.split(r"\xa0|[()]|(?<=[.?!]) ", line)]
    assert [part for part in sentences if " ".join(words(part)) not in plain] == []


@pytest.mark.parametrize("name", REPORTS)
def test_it_never_asks_more_than_three_lines(name: str) -> None:
    """And the page is sound in every state."""
    message = said_by(REPORTS[name]())
    asked = message.text.split("\n\n")[1].splitlines()[1:]
    parser = StrictParser(strict=True)
    parser.parse(message.html)
    assert 1 <= len(asked) <= 3
    assert parser.errors == []


FIRST_LINES = {
    "no answers": "Nog geen reacties: uitkomsten volgen vanaf 5",
    "too few": "Nog te weinig reacties (1): uitkomsten volgen vanaf 5",
    "all in order": "Alle 20 stellingen op orde; 6 reacties",
    "one not": "19 van de 20 stellingen op orde; 1 nodig; 6 reacties",
    "all priorities": "16 van de 20 stellingen op orde; 1 nodig, 1 wenselijk, 1 uitzoeken, "
    "1 niet nodig; 6 reacties",
    "not all asked": "9 van de 18 stellingen op orde; 9 nodig; 6 reacties",
    "nobody knows": (
        "Van alle 20 stellingen niet bekend of ze op orde zijn; 20 uitzoeken; 6 reacties"
    ),
    "english": "None of the 6 statements in order; 6 needed; 10 responses",
    "round open": "None of the 6 statements in order; 6 needed; 6 responses "
    "(so far; open until 31 March 2027)",
}


SUBJECTS = {
    "no answers": "Nog geen reacties",
    "too few": "Nog te weinig reacties (1)",
    "all in order": "Alle 20 op orde",
    "one not": "19 van de 20 op orde; 1 nodig",
    "all priorities": "16 van de 20 op orde; 1 nodig, 1 wenselijk",
    "not all asked": "9 van de 18 op orde; 9 nodig",
    "nobody knows": "Alle 20 nog onbekend; 20 uitzoeken",
    "english": "None of the 6 in order; 6 needed",
    "round open": "So far: none of the 6 in order",
}


@pytest.mark.parametrize("name", FIRST_LINES)
def test_the_result_is_the_first_line_and_the_subject(name: str) -> None:
    """In every state: a list of mails shows both, and so does whoever forwards it.

    Of a subject a phone shows forty letters: what weighs most stands in those.
    """
    report = REPORTS[name]()
    message = said_by(report)
    assert message.text.splitlines()[0] == FIRST_LINES[name]
    assert html_words(message.html)[: len(words(FIRST_LINES[name]))] == words(FIRST_LINES[name])
    assert parsed(message)["Subject"] == f"{SUBJECTS[name]} - {report.checklist.title}"
    assert len(SUBJECTS[name]) <= 42


def test_a_section_has_a_bar_of_cells_and_the_same_in_words() -> None:
    """No picture: seen with pictures off, and in Outlook, which takes widths from attributes."""
    message = said_by(REPORTS["all priorities"]())
    line = "4 van de 8 op orde; 1 nodig, 1 wenselijk, 1 uitzoeken, 1 niet nodig"
    assert f"- Signaleren: {line}\n- Preventie: alle 5 op orde\n" in message.text
    tables = re.findall(
        r'<table aria-hidden="true" role="presentation".*?</table>', message.html, re.DOTALL
    )
    bars = [re.findall(r'width="(\d+)%".*?bgcolor="(#\w+)".*?>(\d+)</td>', bar) for bar in tables]
    assert [[int(count) for *_, count in bar] for bar in bars] == [[4, 1, 1, 1, 1], [5], [7]]
    assert [sum(int(width) for width, *_ in bar) for bar in bars] == [100, 100, 100]
    assert len({colour for _, colour, _ in bars[0]}) == 5
    assert "<img" not in message.html


@pytest.mark.parametrize(
    ("counts", "widths"),
    [((1,), [100]), ((4, 1, 1, 1, 1), [52, 12, 12, 12, 12]), ((399, 1), [99, 1])],
)
def test_the_pieces_of_a_bar_fill_it(counts: tuple[int, ...], widths: list[int]) -> None:
    """Outlook breaks a row of over 100%; at a width of 0 a piece takes what it can get."""
    assert MailBar("Deel", "", tuple((str(n), n) for n in counts)).widths == widths


def test_what_is_not_needed_is_one_short_list() -> None:
    """'Niet nodig' beside 'Doen' would contradict itself."""
    text = said_by(REPORTS["all priorities"]()).text
    (part,) = [p for p in text.split("\n\n") if p.startswith(wording("nl")("mail.let_be"))]
    assert re.fullmatch(r".*\n- S4\. .* \(0% op orde\)", part)
    assert text.count("Doen: ") == 3
    assert "Niet nodig: " not in text


def test_an_english_mail_holds_no_dutch() -> None:
    """Neither body, nor the attachment's name."""
    message = said_by(REPORTS["english"]())
    nl, en = (wording(language).texts for language in ("nl", "en"))
    pieces = {
        piece
        for key, text in nl.items()
        if key.startswith(("mail.", "priority.", "overview.")) and text != en[key]
        for piece in map(str.strip, re.split(r"\{\w+\}", text))
        if len(piece) > 3
    }
    said = message.text + message.html
    assert len(pieces) > 40
    assert [p for p in pieces if re.search(rf"\b{re.escape(p)}\b", said)] == []
    assert b"rapport-copy.xlsx" in message.eml


@pytest.mark.parametrize("items", [1, 3, 12])
def test_text_and_html_say_the_same(items: int) -> None:
    """Every word, whoever reads which."""
    message = mail(items=items)
    assert sorted(words(message.text)) == sorted(html_words(message.html))
    assert body(message, "html").split() == message.html.split()


@pytest.mark.slow
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


@pytest.mark.parametrize(
    "name",
    [
        *(f"{title}.xlsx" for title in TITLES[:2]),
        *(
            "a\nBcc: boef@example.org.xlsx",
            'a"; x="b.xlsx',
            "Müller é 😀.xlsx",
            "x" * 200 + ".xlsx",
        ),
    ],
)
def test_no_file_name_changes_the_envelope(name: str) -> None:
    """Of the attachment either: a mail program may read a Bcc there too."""
    message = mail(name=name)
    allowed = HEADERS | {"Content-Transfer-Encoding", "Content-Disposition"}
    assert set().union(*all_headers(message)) <= allowed
    assert re.search(rb"(?im)^bcc:", message.eml) is None
    (attached,) = parsed(message).iter_attachments()
    assert str(attached.get_filename()).endswith("-kopie.xlsx")


@pytest.mark.slow
@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1, max_size=80))
def test_any_title_is_safe(title: str) -> None:
    """Whatever can stand in a checklist."""
    if title.strip() and not set(title) & {"\x85", "\u2028", "\u2029"}:
        message = mail(title, items=1)
        found = parsed(message)
        allowed = HEADERS | {"Content-Transfer-Encoding", "Content-Disposition"}
        assert set(found.keys()) == HEADERS
        assert set().union(*all_headers(message)) <= allowed
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
    (count,) = re.findall(r"En nog (\d+);", message.text)
    assert len(message.html.encode()) < 102_000
    assert message.html.count("<b>A") == 400 - int(count)
    assert "399 nodig" in message.subject
    assert "- Deel: geen van de 400 op orde; 399 nodig, 1 wenselijk\n" in message.text


@pytest.mark.slow
def test_the_page_is_valid_html(demo: Path) -> None:
    """By a strict parser."""
    parser = StrictParser(strict=True)
    parser.parse((demo / "rapport.html").read_bytes())
    assert parser.errors == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 375, 800])
def test_it_fits_a_phone_and_asks_for_nothing(page: Page, demo: Path, width: int) -> None:
    """No scrolling sideways, no picture or style from elsewhere."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((demo / "rapport.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [(demo / "rapport.html").as_uri()]


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    [
        {"title": LONG},
        {"title": "x" * 200},
        {"text": f"{LONG} {LONG}"},
        {"action": "https://intranet.example.org/" + "a" * 80},
        {"owner": "w" * 70},
        {"url": "https://example.org/" + "a" * 200},
    ],
    ids=["long title", "title without a space", "statement", "action", "owner", "link"],
)
def test_long_words_fit_a_phone(page: Page, typed: dict[str, str]) -> None:
    """Dutch has them, and so has every address."""
    page.set_viewport_size({"width": 375, "height": 800})
    page.set_content(mail(items=1, **typed).html)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.slow
def test_the_attachment_is_the_workbook(demo: Path) -> None:
    """Byte for byte, and the page beside it is the mail's own."""
    found: Any = message_from_bytes((demo / "rapport.eml").read_bytes(), policy=policy.default)
    (attached,) = found.iter_attachments()
    assert attached.get_payload(decode=True) == (demo / "rapport.xlsx").read_bytes()
    html = (demo / "rapport.html").read_text(encoding="utf-8")
    assert found.get_body(("html",)).get_content().split() == html.split()


def test_message_id_and_date_come_from_content_and_day() -> None:
    """The same mail is the same mail; another one is another."""
    first, again, other = mail(), mail(), mail("Anders")
    assert first.eml == again.eml
    assert parsed(first)["Message-ID"] != parsed(other)["Message-ID"]
    assert parsed(first)["Date"] == "Mon, 30 Nov 2026 00:00:00 +0000"
