"""The action list's columns, and whose is what stands in them."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from forms.dates import typed_day
from forms.wording import LANGUAGES


class Policy(StrEnum):
    """Who has the last word in a column."""

    GENERATED = "generated"
    """Every report says it anew; what people type over it becomes a note."""
    OVERRIDABLE = "overridable"
    """A report says it until people write something else."""
    USER = "user"
    """A report proposes it in a new row; from then on it is people's."""


# In the order of the list, left to right: a new column goes where readers are to find it.
COLUMN_POLICIES: Mapping[str, Policy] = {
    **dict.fromkeys(("id", "section", "item"), Policy.GENERATED),
    "action": Policy.OVERRIDABLE,
    **dict.fromkeys(("priority", "share", "based", "divided", "remarks"), Policy.GENERATED),
    **dict.fromkeys(("decision", "owner", "deadline", "status", "done_on", "note"), Policy.USER),
}
COLUMNS = tuple(COLUMN_POLICIES)
GENERATED = tuple(name for name, policy in COLUMN_POLICIES.items() if policy is not Policy.USER)
USER = tuple(name for name, policy in COLUMN_POLICIES.items() if policy is Policy.USER)
DAYS = ("deadline", "done_on")
# A day without a year is the one nearest to this far ahead: deadlines mostly lie there.
_AHEAD = timedelta(days=90)


def day_in(name: str, value: object, today: date) -> date | None:
    """Return the day that a cell in one of the `DAYS` says; None where it says none."""
    if name == "done_on":
        return typed_day(value, today, LANGUAGES, is_past=True)
    return typed_day(value, today + _AHEAD, LANGUAGES)
