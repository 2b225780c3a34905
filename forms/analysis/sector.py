"""A sector's figures: where organisations stand together, with none of them to be recognised.

Every organisation counts once, by its share of a statement, o/k, in steps of five percents; of
those the quartiles are given, where enough organisations count and none can be found out
(`attribute_disclosure`). Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from pydantic import TypeAdapter

from forms.analysis.attribute_disclosure import discloses
from forms.analysis.quartiles import STEPS, Quartiles, quartiles, step_of
from forms.analysis.rules import share
from forms.checklist.model import Checklist, Rules
from forms.responses.model import Counts, Responses


@dataclass(frozen=True)
class Spread:
    """The quartiles of `count` organisations, in percents; None where they are not given."""

    count: int
    steps: Quartiles | None = None


@dataclass(frozen=True)
class Comparison:
    """What is given of one statement or section: of all organisations, and by size class."""

    whole: Spread
    classes: Mapping[str, Spread]


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

    `texts` has the words of then by the same ids, `least` and `min_group` the rules that held, and
    `least_answers` from how many answers on an organisation counts.
    """

    title: str
    round: str
    made: date
    participation: Participation
    texts: Mapping[str, str]
    items: Mapping[str, Comparison]
    sections: Mapping[str, Comparison]
    least: int
    min_group: int
    least_answers: int

    def of(self, subject: str) -> Comparison | None:
        """Return what is given of a statement or a section, by its id."""
        return self.items.get(subject) or self.sections.get(subject)


@dataclass(frozen=True)
class Contribution:
    """What one organisation brings: its size class, its answers that count, a share by id."""

    size: str
    answers: int
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
    """Return what one organisation brings, once its round is over.

    Of a statement that was asked in other words, or that fewer than `min_group` know, nothing; of
    a section the mean of its statements, where it has a share of each.
    """
    reworded = {column.subject for column in responses.reworded_columns()}
    rules = checklist.rules
    shares: dict[str, Fraction] = {}
    if responses.rows.used >= least_answers(rules.min_group):
        for section in checklist.sections:
            own = {
                item.id: known
                for item in section.items
                if item.id not in reworded
                and (known := _known(responses.counts.get(item.id), rules)) is not None
            }
            shares |= own
            if len(own) == len(section.items):
                shares[section.id] = sum(own.values(), Fraction(0)) / len(own)
    return Contribution(size, responses.rows.used, shares)


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
    counted = [each for each in contributions if each.shares]
    items = {item.id: item.text for item in checklist.items()}
    sections = {section.id: section.title for section in checklist.sections}

    def compared(subject: str) -> Comparison:
        own = [
            (each.size, step_of(each.shares[subject])) for each in counted if subject in each.shares
        ]
        return comparison(own, rules.min_organisations)

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
        texts=items | sections,
        items={subject: compared(subject) for subject in items},
        sections={subject: compared(subject) for subject in sections},
        least=rules.min_organisations,
        min_group=rules.min_group,
        least_answers=least_answers(rules.min_group),
    )


def comparison(steps: Sequence[tuple[str, int]], least: int) -> Comparison:
    """Return what is given of one statement or section: `steps` are organisations' by size class.

    A class has figures of its own only beside as many others, and none does where somebody could be
    found out so.
    """
    every = [step for _, step in steps]
    if len(every) < least or discloses({}, every):
        return Comparison(Spread(len(every)), {})
    sizes: dict[str, list[int]] = {}
    for size, step in sorted(steps):
        if size:
            sizes.setdefault(size, []).append(step)
    large = {
        size: own
        for size, own in sizes.items()
        if len(own) >= least and len(every) - len(own) >= least
    }
    others = [step for size, step in steps if size not in large]
    given = {} if discloses(large, others) else large
    return Comparison(
        Spread(len(every), quartiles(every)),
        {
            size: Spread(len(own), quartiles(own) if size in given else None)
            for size, own in sizes.items()
        },
    )
