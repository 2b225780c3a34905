"""How many have answered so far: per day and per group, as a share of those invited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from gettext import gettext

from forms.checklist.model import Checklist
from forms.errors import SettingsError
from forms.responses.model import Responses
from forms.text import normalize

# Days that are shown one by one, a month of them; a longer round goes by week.
_MOST_BARS = 31


@dataclass(frozen=True)
class Group:
    """One group: how many answered at least, how many were invited if known.

    `answered` is a multiple of `min_group`: from one day to the next, nobody sees who came in.
    """

    name: str
    answered: int
    invited: int | None
    more_than_invited: bool


@dataclass(frozen=True)
class Participation:
    """Answers so far; `days` holds every day or week from the first to the last, empty ones too.

    `groups` is empty without a question that splits.
    """

    answered: int
    invited: int | None
    days: tuple[tuple[date, int], ...]
    by_week: bool
    groups: tuple[Group, ...]


def participation(
    checklist: Checklist, responses: Responses, invited: Sequence[str] = ()
) -> Participation:
    """Count who answered; `invited` holds `GROUP=N`, or `N` for all together.

    Raises SettingsError for a group that does not exist or a number that is none.
    """
    asked = _invited(checklist, invited)
    total = asked.pop("", None)
    if total is None and asked and len(asked) == len(_choices(checklist)):
        total = sum(asked.values())
    days = _days(responses.days)
    by_week = len(days) > _MOST_BARS
    return Participation(
        responses.rows.used,
        total,
        _weeks(days) if by_week else days,
        by_week,
        _groups(checklist, responses, asked),
    )


def _groups(
    checklist: Checklist, responses: Responses, invited: Mapping[str, int]
) -> tuple[Group, ...]:
    choices = _choices(checklist)
    if not choices:
        return ()
    sizes = responses.group_sizes()
    # Those who did not say come last.
    unlisted = sorted((name for name in sizes if name not in choices), key=lambda name: not name)
    step = checklist.rules.min_group
    groups = []
    for name in (*choices, *unlisted):
        size, asked = sizes.get(name, 0), invited.get(name)
        is_more = asked is not None and size > asked
        groups.append(Group(name, size // step * step, asked, is_more))
    return tuple(groups)


def _choices(checklist: Checklist) -> tuple[str, ...]:
    question = checklist.split_question()
    return question.choices if question else ()


def _invited(checklist: Checklist, given: Sequence[str]) -> dict[str, int]:
    """Return how many were invited by group; the empty name is all together."""
    names = {normalize(choice): choice for choice in _choices(checklist)}
    invited: dict[str, int] = {}
    for one in given:
        group, _, number = one.rpartition("=")
        name = names.get(normalize(group)) if group.strip() else ""
        if name is None:
            known = ", ".join(f"'{choice}'" for choice in names.values()) or gettext("none")
            raise SettingsError(
                f"'{one}'",
                gettext("there is no such group (--invited)"),
                gettext("known: {names}").format(names=known),
            )
        if not number.strip().isdecimal():
            raise SettingsError(
                f"'{one}'",
                gettext("this is no group and number"),
                gettext('write them as --invited "GROUP=12"'),
            )
        invited[name] = int(number)
    return invited


def _days(days: Mapping[date, int]) -> tuple[tuple[date, int], ...]:
    if not days:
        return ()
    first, last = min(days), max(days)
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple((day, days.get(day, 0)) for day in every)


def _weeks(days: Sequence[tuple[date, int]]) -> tuple[tuple[date, int], ...]:
    """Return the same by week, each named by its Monday."""
    weeks: dict[date, int] = {}
    for day, count in days:
        monday = day - timedelta(days=day.weekday())
        weeks[monday] = weeks.get(monday, 0) + count
    return tuple(weeks.items())
