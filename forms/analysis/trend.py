"""How this round compares with earlier ones. Pure; the workbook's last tab says it in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import count
from pathlib import Path

from babel.dates import format_date

from forms.analysis.rules import Comparison, Finding, Findings, compare
from forms.checklist.model import Checklist, Section
from forms.notes import Note
from forms.percent import whole_points
from forms.responses.model import Responses
from forms.responses.note_kinds import LaterRound
from forms.text import shortened

# Fewer percentage points than this is no change worth a meeting's time.
LEAST_POINTS = 5
# Of what rose, and of what fell: the tab Overzicht names no more, and says so.
MOST_CHANGES = 5
# Of a round's name, which heads a column of Overzicht beside others.
_MOST_LETTERS = 24


@dataclass(frozen=True)
class EarlierRound:
    """An earlier time that staff were asked, by a name that people understand."""

    name: str
    responses: Responses


@dataclass(frozen=True)
class TrendLine:
    """The mean share per round of the items that every round asked in the same words.

    `section` is None for all sections together; without such items there are no shares.
    """

    section: Section | None
    asked: int
    items: tuple[Finding, ...]
    shares: tuple[Fraction, ...]


@dataclass(frozen=True)
class Trend:
    """The rounds that give figures, earliest first and this one last, and a line per section.

    `too_few` names the rounds that give none.
    """

    rounds: tuple[str, ...]
    lines: tuple[TrendLine, ...]
    whole: TrendLine
    too_few: tuple[str, ...]


def earlier_rounds(given: Sequence[Responses], language: str) -> tuple[EarlierRound, ...]:
    """Put earlier rounds in the order of their answers, where all have dates, and name them."""
    days = [middle_day(responses) for responses in given]
    ordered = list(given)
    if all(days):
        dated = zip(days, (r.period for r in given), given, strict=True)
        ordered = [r for *_, r in sorted(dated, key=lambda one: one[:2])]
    rounds: list[EarlierRound] = []
    for responses in ordered:
        day, file = middle_day(responses), shortened(Path(responses.name).name, _MOST_LETTERS)
        names = _dated(day, language) if day else [file]
        rounds.append(EarlierRound(_free(names, [r.name for r in rounds]), responses))
    return tuple(rounds)


def name_now(
    checklist: Checklist, responses: Responses, earlier: Iterable[EarlierRound], today: date
) -> str:
    """Return what this round is called: by the checklist, else by when it was answered."""
    names = _dated(middle_day(responses) or today, checklist.language)
    own = [shortened(checklist.round.name, _MOST_LETTERS)] if checklist.round else []
    return _free([*own, *names], [r.name for r in earlier])


def middle_day(responses: Responses) -> date | None:
    """Return the day by which half of the dated answers were in: one stray answer moves nothing."""
    seen, total = 0, sum(responses.days.values())
    for day in sorted(responses.days):
        seen += responses.days[day]
        if 2 * seen >= total:
            return day
    return None


def later_rounds(responses: Responses, earlier: Iterable[EarlierRound]) -> tuple[Note, ...]:
    """Return a note on every 'earlier' round that was answered after this one."""
    now = middle_day(responses)
    dated = [(former.name, middle_day(former.responses)) for former in earlier]
    return tuple(Note(LaterRound(name)) for name, day in dated if now and day and day > now)


def trend(
    checklist: Checklist,
    responses: Responses,
    findings: Findings,
    earlier: Sequence[EarlierRound],
    now: str,
) -> Trend:
    """Work out a line per section, over what all rounds with figures can be compared on.

    An item counts where every round asked it in the same words and somebody knew it in each; each
    such item counts the same. `now` is this round's name.
    """
    least = checklist.rules.min_group
    shown = [former for former in earlier if former.responses.rows.used >= least]
    compared = [
        (f, [compare(f.item, responses, former.responses, checklist.rules) for former in shown])
        for f in findings.items
    ]
    return Trend(
        (*(former.name for former in shown), now),
        tuple(
            _line(section, [one for one in compared if one[0].section.id == section.id])
            for section in checklist.sections
        ),
        _line(None, compared),
        tuple(former.name for former in earlier if former not in shown),
    )


def _line(section: Section | None, compared: list[tuple[Finding, list[Comparison]]]) -> TrendLine:
    shares = [
        (finding, [*(one.share for one in then if one.share is not None), finding.share])
        for finding, then in compared
        if then and all(one.comparable for one in then)
    ]
    by_round = zip(*(own for _, own in shares), strict=True)
    means = (sum((s for s in own if s is not None), Fraction(0)) / len(own) for own in by_round)
    return TrendLine(section, len(compared), tuple(finding for finding, _ in shares), tuple(means))


def changes(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return what rose and what fell since the last time, most first, ties as they come.

    By `LEAST_POINTS` percentage points at least; items that cannot be compared are in neither.
    """
    moved = [(points(f.comparison), f) for f in findings]
    known = [(change, f) for change, f in moved if change is not None]
    known.sort(key=lambda one: -abs(one[0]))
    rose = [f for change, f in known if change >= LEAST_POINTS]
    return rose, [f for change, f in known if change <= -LEAST_POINTS]


def points(comparison: Comparison | None) -> int | None:
    """Return a difference in whole percentage points; None when not comparable."""
    if comparison is None or comparison.difference is None:
        return None
    return whole_points(comparison.difference)


def _dated(day: date, language: str) -> list[str]:
    return [format_date(day, how, locale=language) for how in ("MMM yyyy", "d MMM yyyy")]


def _free(names: Sequence[str], taken: Sequence[str]) -> str:
    """Return the first name that no other round has."""

    # Two rounds can share a day, or a file's name.
    def numbered() -> Iterator[str]:
        yield from names
        yield from (f"{names[-1]} ({number})" for number in count(2))

    return next(name for name in numbered() if name not in taken)
