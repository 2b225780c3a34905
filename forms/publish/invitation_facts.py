"""What every text of an invitation is made from, worked out once for each language."""

import re
from dataclasses import dataclass
from datetime import date
from math import ceil

from babel.dates import format_date

from forms.checklist.model import Checklist
from forms.publish.link import FormLink
from forms.questionnaire import remark_subjects
from forms.text import one_line, shortened
from forms.wording import Wording, wording

# In characters, so that the poster stays one page of A4 whatever the checklist says.
_LONGEST_TITLE, _LONGEST_ABOUT, _LONGEST_LIST = 160, 240, 200
_MINUTES = re.compile(r"\b(\d{1,3})\s+(?:minuten|minuut|minutes?)\b", re.IGNORECASE | re.ASCII)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n")
# Twenty statements and a question about oneself come to five minutes; guessed, not measured.
_SECONDS_AN_ITEM, _SECONDS_OF_OWN = 12, 10


@dataclass(frozen=True)
class Invite:
    """What was asked for: a form's link, and what only its coordinator can know.

    `organisation` is the one of several whose people the link is for.
    """

    checklist: Checklist
    link: FormLink
    today: date
    contact: str = ""
    keep_until: date | None = None
    organisation: str = ""

    @property
    def title(self) -> str:
        """Return what the questionnaire is called; of one of several with its name."""
        title = self.checklist.title
        return f"{title} - {self.organisation}" if self.organisation else title

    @property
    def closes(self) -> date | None:
        """Return the last day to answer; None when the checklist names none."""
        return self.checklist.round.closes if self.checklist.round else None


@dataclass(frozen=True)
class Fill:
    """Something that is known, or a blank that says what to fill in."""

    text: str
    is_blank: bool = False


@dataclass(frozen=True)
class Facts:
    """What one language's texts share, each ready to print.

    `about` is empty in another language than the checklist's, `closes_short` without a last day.
    """

    language: str
    title: str
    title_language: str
    about: str
    subjects: str
    statements: str
    minutes: str
    closes: Fill
    closes_short: str
    keep: Fill
    contact: Fill
    page: Fill
    link: str


def facts(invite: Invite, language: str) -> Facts:
    """Return the facts in a language; the checklist's own words stay as they are."""
    words, checklist = wording(language), invite.checklist
    items = sum(1 for _ in checklist.items())
    return Facts(
        language=language,
        title=shortened(invite.title, _LONGEST_TITLE),
        title_language=checklist.language,
        about=_about(checklist) if language == checklist.language else "",
        subjects=shortened(", ".join(s.title for s in checklist.sections), _LONGEST_LIST),
        statements=words.plural("section.items", items),
        minutes=words.plural("invite.minutes", minutes(checklist)),
        closes=_day(invite.closes, words),
        closes_short=format_date(invite.closes, "d MMMM", locale=language) if invite.closes else "",
        keep=_day(invite.keep_until, words),
        contact=Fill(one_line(invite.contact) or words("invite.blank.contact"), not invite.contact),
        page=blank("page", words),
        link=invite.link.address,
    )


def blank(name: str, words: Wording) -> Fill:
    """Return what only the coordinator knows, for her to fill in."""
    return Fill(words(f"invite.blank.{name}"), is_blank=True)


def minutes(checklist: Checklist) -> int:
    """Return how long answering takes: what the introduction says goes before an estimate."""
    if promised := _MINUTES.search(checklist.introduction or ""):
        return max(1, int(promised[1]))
    items = sum(1 for _ in checklist.items())
    return ceil((items * _SECONDS_AN_ITEM + len(checklist.respondent) * _SECONDS_OF_OWN) / 60)


def asks_remarks(checklist: Checklist) -> bool:
    """Say whether people may write something themselves, in which they may name somebody."""
    return bool(remark_subjects(checklist))


def _about(checklist: Checklist) -> str:
    """Return the introduction's first sentence."""
    first = _SENTENCE_END.split(checklist.introduction or "", maxsplit=1)[0]
    return shortened(first, _LONGEST_ABOUT)


def _day(day: date | None, words: Wording) -> Fill:
    if day is None:
        return blank("day", words)
    pattern = "EEEE d MMMM y"
    return Fill(format_date(day, pattern, locale=words.language))
