"""What several mails say in the same words."""

from collections.abc import Collection
from datetime import date

from babel.dates import format_date

from forms.action_list.actions import Action, as_listed
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
    """Return what people decided about an action, and what is to be done if they took it up.

    An owner or deadline that is as vinkje proposed it says so: nobody promised it.
    """
    line = decision_line(action, words, today, proposed=action.proposed)
    return (*to_do(action, words), line) if action.is_decided else (line,)


def decision_line(
    action: Action, words: Wording, today: date, *, proposed: Collection[str] = ()
) -> str:
    """Return what people decided, and of what was taken up by whom it is done, and when."""
    decision = as_listed(words, action.decision, action.decision_text)
    if not action.is_decided:
        return words("mail.decided_alone", decision=decision)
    owner = shortened(action.owner, SHORT) or words("mail.nobody")
    if "owner" in proposed:
        owner = words("mail.proposed", value=owner)
    deadline = shortened(action.deadline_text, SHORT) or words("mail.no_deadline")
    if action.deadline:
        deadline = day_of(action.deadline, words)
    if action.is_late(today):
        deadline = words("mail.late", deadline=deadline)
    elif action.is_open and action.deadline == today:
        deadline = words("mail.today", deadline=deadline)
    elif "deadline" in proposed:
        deadline = words("mail.proposed", value=deadline)
    return words("mail.decided", decision=decision, owner=owner, deadline=deadline)


def span_of(first: date, last: date, words: Wording) -> str:
    """Return the days from one to another, with month and year once where they are the same."""
    if first == last:
        return words("mail.on_day", date=day_of(last, words))
    pattern = "d MMMM yyyy"
    if first.year == last.year:
        pattern = "d" if first.month == last.month else "d MMMM"
    begin = format_date(first, pattern, locale=words.language)
    return words("mail.on_days", first=begin, last=day_of(last, words))
