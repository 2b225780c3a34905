"""The questionnaire on paper: one HTML page, to print on A4."""

from babel.dates import format_date

from forms.checklist.model import Checklist
from forms.questionnaire import questionnaire
from forms.templates import render
from forms.text import clean
from forms.wording import wording


def paper_page(checklist: Checklist) -> str:
    """Return the page as HTML to print on A4; it needs no other file and no network."""
    words = wording(checklist.language)
    closes = checklist.round.closes if checklist.round else None
    return clean(
        render(
            "paper/form.html.j2",
            questionnaire=questionnaire(checklist),
            source=checklist.source,
            closes=closes and format_date(closes, "d MMMM yyyy", locale=checklist.language),
            words=words,
        )
    )
