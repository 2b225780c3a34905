"""A sector's figures: where organisations stand together, with none of them to be recognised.

Every organisation counts once, by its share of a statement, o/k, in steps of five percents; of
those the quartiles are given, where enough organisations count. Each organisation is in one group:
all of them, or those of its size. Groups that have somebody in common would let two figures be
subtracted, and to leave some figures out by what they say would tell that. Pure.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from pydantic import TypeAdapter

from forms.analysis.quartiles import STEPS, Quartiles, quartiles, step_of
from forms.analysis.rules import share
from forms.checklist.model import Checklist, Rules
from forms.responses.model import Counts, Responses
from forms.text import normalize


@dataclass(frozen=True)
class Spread:
    """How many organisations count, and their quartiles in percents; None where those are few."""

    count: int | None = None
    steps: Quartiles | None = None


# By group: a size, or "" for all, or for all whose size is none of the others.
Spreads = Mapping[str, Spread]
NOTHING = Spread()


@dataclass(frozen=True)
class Participation:
    """How many organisations were asked, how many answered, and how many count."""

    asked: int
    answered: int
    counted: int
    answers: int


@dataclass(frozen=True)
class SectorFigures:
    """All that a sector is told, of one moment: by the ids of statements and of sections.

    `groups` names what organisations are put together by, `texts` has the words of then by the same
    ids, `least` and `min_group` the rules that held, and `least_answers` from how many answers on
    an organisation counts.
    """

    title: str
    round: str
    made: date
    participation: Participation
    groups: tuple[str, ...]
    texts: Mapping[str, str]
    items: Mapping[str, Spreads]
    sections: Mapping[str, Spreads]
    least: int
    min_group: int
    least_answers: int

    def group_of(self, size: str) -> str:
        """Return the group that an organisation of a size is in."""
        return _group_of(size, self.groups)

    def of(self, subject: str, group: str) -> Spread:
        """Return what is given of a statement or a section, by its id, and of a group."""
        spreads = self.items.get(subject) or self.sections.get(subject) or {}
        return spreads.get(group, NOTHING)


@dataclass(frozen=True)
class Contribution:
    """What one organisation brings: its size, its answers, if those are enough, shares by id."""

    size: str
    answers: int
    is_enough: bool
    shares: Mapping[str, Fraction]


@cache
def least_answers(min_group: int) -> int:
    """Return from how many answers on every step could be an organisation's own.

    Nobody else knows how many of those know a statement: `min_group`, all of them, or between.
    """
    reached: set[int] = set()
    known = min_group
    while True:
        reached |= {step_of(Fraction(count, known)) for count in range(known + 1)}
        if reached.issuperset(STEPS):
            return known
        known += 1


def contribution(checklist: Checklist, responses: Responses, size: str) -> Contribution:
    """Return what one organisation brings, once its round is over."""
    answers = responses.rows.used
    is_enough = answers >= least_answers(checklist.rules.min_group)
    shares = shares_of(checklist, responses) if is_enough else {}
    return Contribution(size, answers, is_enough, shares)


def shares_of(checklist: Checklist, responses: Responses) -> dict[str, Fraction]:
    """Return an organisation's shares, by the ids of statements and of sections.

    Of a statement that was asked in other words, or that fewer than `min_group` know, it has none;
    of a section the mean of its statements, where it has a share of each.
    """
    reworded = {column.subject for column in responses.reworded_columns()}
    shares: dict[str, Fraction] = {}
    for section in checklist.sections:
        own = {
            item.id: known
            for item in section.items
            if item.id not in reworded
            and (known := _known(responses.counts.get(item.id), checklist.rules)) is not None
        }
        shares |= own
        if len(own) == len(section.items):
            shares[section.id] = sum(own.values(), Fraction(0)) / len(own)
    return shares


def _known(counts: Counts | None, rules: Rules) -> Fraction | None:
    return share(counts) if counts and counts.knowing >= rules.min_group else None


@cache
def _kept() -> TypeAdapter[SectorFigures]:
    return TypeAdapter(SectorFigures)


def as_text(figures: SectorFigures) -> str:
    """Return a sector's figures as a store keeps them: JSON."""
    return _kept().dump_json(figures).decode()


def from_text(text: str) -> SectorFigures:
    """Return the figures that a store keeps; raises ValueError for what is none."""
    return _kept().validate_json(text)


def sector_figures(
    checklist: Checklist, made: date, contributions: Sequence[Contribution]
) -> SectorFigures:
    """Work out all that a sector is told of organisations, whether they answered or not."""
    rules = checklist.rules
    counted = [each for each in contributions if each.is_enough]
    items = {item.id: item.text for item in checklist.items()}
    sections = {section.id: section.title for section in checklist.sections}
    groups = groups_of([each.size for each in counted], rules.min_organisations)

    def spreads(subject: str) -> dict[str, Spread]:
        own: dict[str, list[int]] = {group: [] for group in groups}
        for each in counted:
            if subject in each.shares:
                own[_group_of(each.size, groups)].append(step_of(each.shares[subject]))
        return {group: spread(steps, rules.min_organisations) for group, steps in own.items()}

    return SectorFigures(
        title=checklist.title,
        round=checklist.round.name if checklist.round else "",
        made=made,
        participation=Participation(
            asked=len(contributions),
            answered=sum(each.answers > 0 for each in contributions),
            counted=len(counted),
            answers=sum(each.answers for each in contributions),
        ),
        groups=groups,
        texts=items | sections,
        items={subject: spreads(subject) for subject in items},
        sections={subject: spreads(subject) for subject in sections},
        least=rules.min_organisations,
        min_group=rules.min_group,
        least_answers=least_answers(rules.min_group),
    )


def groups_of(sizes: Sequence[str], least: int) -> tuple[str, ...]:
    """Return what organisations of these sizes are put together by: no group is smaller than least.

    By size where each is large enough, those that are not being together; else all are.
    """
    spellings: dict[str, str] = {}
    for size in sorted(sizes):
        spellings.setdefault(normalize(size), size)
    counts = Counter(map(normalize, sizes))
    large = [spellings[size] for size, count in counts.items() if size and count >= least]
    others = sum(counts.values()) - sum(counts[normalize(size)] for size in large)
    groups = (*sorted(large), *([""] if others else []))
    return groups if len(groups) > 1 and not 0 < others < least else ("",)


def _group_of(size: str, groups: Sequence[str]) -> str:
    return {normalize(group): group for group in groups}.get(normalize(size), "")


def spread(steps: Sequence[int], least: int) -> Spread:
    """Return what is given of organisations that stand at these steps."""
    # Of few not even how many: that these are so few who know a statement says it of the others.
    return Spread(len(steps), quartiles(steps)) if len(steps) >= least else NOTHING
