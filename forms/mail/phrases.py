"""What several mails say in the same words."""

from datetime import date

from babel.dates import format_date

from forms.action_list.actions import Action
from forms.text import shortened
from forms.wording import Wording

# What people typed can fill a page; the workbook has all of it.
LONG, SHORT = 300, 80


def day_of(day: date | None, words: Wording) -> str:
    """Return a day as people say it."""
    return format_date(day, "d MMMM yyyy", locale=words.language)


def to_do(action: Action, words: Wording) -> tuple[str, ...]:
    """Return what is to be done, when that is said."""
    return (words("mail.do", action=shortened(action.do, LONG)),) if action.do else ()


def decided(action: Action, words: Wording, today: date) -> tuple[str, ...]:
    """Return what is to be done, and what people decided about it."""
    return (*to_do(action, words), decision_line(action, words, today))


def decision_line(action: Action, words: Wording, today: date) -> str:
    """Return what people decided: by whom it is done, and when."""
    deadline = shortened(action.deadline_text, SHORT) or words("mail.no_deadline")
    if action.deadline:
        deadline = day_of(action.deadline, words)
    if action.is_late(today):
        deadline = words("mail.late", deadline=deadline)
    elif action.is_open and action.deadline == today:
        deadline = words("mail.today", deadline=deadline)
    owner = shortened(action.owner, SHORT) or words("mail.nobody")
    decision = action.decision_text
    return words("mail.decided", decision=decision, owner=owner, deadline=deadline)
