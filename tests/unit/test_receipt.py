"""The receipt, rendered once and filled in: pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import html5lib
import pytest

from forms.checklist.model import Checklist
from forms.publish.web.pages import Pages
from forms.publish.web.round_window import RoundWindow
from forms.questionnaire import questionnaire
from forms.store.interface import Submission

KEY = "ab" * 16
LINK = f"https://vragen.example.nl/change#{KEY}"
HOSTILE = "<b>\"'&amp;</dl>\r\n\x00"
SHOWN = "<b>\"'&amp;</dl>\n\ufffd"
NEEDED = "Not in order: action is needed"
# What stands in a checklist is no place to fill in, whatever it looks like.
ASKED = questionnaire(
    Checklist.model_validate(
        {
            "title": "part0 {answer} & <i>",
            "language": "en",
            "remarks": "item",
            "sections": [
                {"id": "A", "title": "key link", "items": [{"id": "A1", "text": "code <at>."}]},
                {"id": "B", "title": "part1", "items": [{"id": "B1", "text": "answer."}]},
            ],
        }
    )
)
PAGES = Pages(ASKED, "", RoundWindow(None, lambda: None, ZoneInfo("Europe/Amsterdam")))


def _receipt(link: str | None, answers: dict[str, str], revision: int = 1) -> str:
    at = datetime(2026, 11, 1, 8, 5, 59, tzinfo=UTC)
    sent = Submission(KEY, answers, ASKED.version, at, revision=revision)
    return PAGES.receipt(sent, link).decode()


def _lines(html: str) -> list[tuple[str, str]]:
    page = html5lib.parse(html, namespaceHTMLElements=False)
    asked, given = page.iter("dt"), page.iter("dd")
    return [(a.text or "", g.text or "") for a, g in zip(asked, given, strict=True)]


def test_what_was_answered_stands_there_as_text() -> None:
    """Each under its own question, a choice by its label; what was not answered does not."""
    html = _receipt(LINK, {"A1": "needed", "remark:B1": HOSTILE, "gone": "x"})
    assert _lines(html) == [
        ("A1. code <at>.", NEEDED),
        ("B1. Remarks", SHOWN),
    ]
    # Another's are another's.
    assert _lines(_receipt(LINK, {"B1": HOSTILE})) == [("B1. answer.", SHOWN)]
    assert _lines(_receipt(LINK, {})) == []


@pytest.mark.parametrize("revision", [1, 2, 20])
def test_what_is_said_around_it(revision: int) -> None:
    """The time, the code, whether it replaces something, and a link while it can be changed."""
    html = _receipt(LINK, {"A1": "needed"}, revision)
    assert "1 November 2026, 09:05" in html
    assert Submission(KEY, {}, "", datetime.now(UTC)).code in html
    assert ("replace what you sent before" in html) == (revision > 1)
    assert (f'<a href="{LINK}">' in html) == (revision < 20)
    assert f'data-sent="{KEY}"' in html


def test_what_is_shown_no_more() -> None:
    """No answer, no key, no link."""
    html = _receipt(None, {"A1": "needed", "remark:A1": "secret"})
    assert _lines(html) == []
    for text in (KEY, NEEDED, "secret", "change#"):
        assert text not in html
