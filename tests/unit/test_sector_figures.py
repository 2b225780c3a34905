"""A sector's figures: that they are right, and that nobody follows from them, by solving."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from conftest import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.analysis.quartiles import FIRST, LAST, STEPS, Quartiles, quartiles, step_of
from forms.analysis.sector import (
    NOTHING,
    Contribution,
    Spread,
    as_text,
    contribution,
    from_text,
    groups_of,
    least_answers,
    sector_figures,
    spread,
)
from forms.checklist.model import Rules, load_checklist
from forms.responses.columns import Column, Match
from forms.responses.model import Counts, Responses, RowCounts, SourceAccount
from forms.text import normalize

CHECKLIST = load_checklist(ROOT / "checklist.yaml")
TODAY = date(2026, 11, 30)
LEAST = CHECKLIST.rules.min_organisations


@pytest.mark.parametrize(
    ("share", "step"),
    [
        (Fraction(0), 10),
        (Fraction(124, 1000), 10),
        (Fraction(125, 1000), 15),
        (Fraction(1, 2), 50),
        (Fraction(525, 1000), 55),
        (Fraction(874, 1000), 85),
        (Fraction(875, 1000), 90),
        (Fraction(1), 90),
    ],
)
def test_a_share_has_a_step(share: Fraction, step: int) -> None:
    """Of five percents, a half going up; those at either end are wide."""
    assert step_of(share) == step


def test_quartiles_are_those_at_a_place() -> None:
    """As far from either end; of two in the middle the lower one."""
    assert quartiles([50]) == Quartiles(50, 50, 50)
    assert quartiles([90, 80, 70, 60, 50, 40, 30, 20, 10, 10]) == Quartiles(20, 40, 70)
    assert quartiles([10, 20, 30, 40, 50, 60, 70, 80, 90]) == Quartiles(30, 50, 70)


@given(st.integers(3, 40))
def test_every_step_can_be_that_of_who_counts(least: int) -> None:
    """Whatever of its answers know the statement, and not with one answer fewer."""

    def reached(answers: int) -> set[int]:
        return {
            step_of(Fraction(count, known))
            for known in range(least, answers + 1)
            for count in range(known + 1)
        }

    assert reached(least_answers(least)) == set(STEPS)
    assert reached(least_answers(least) - 1) != set(STEPS)


def worlds(unknown: int, steps: Sequence[int]) -> Iterator[Counter[int]]:
    """Yield every way in which so many can stand at these steps."""
    yield from map(Counter, combinations_with_replacement(steps, unknown))


def possible(count: int, told: Quartiles, known: Sequence[int], steps: Sequence[int]) -> set[int]:
    """Solve: at which steps the others of a group can stand, by all that is told and known.

    Two are enough to know that it does not follow.
    """
    found: set[int] = set()
    for world in worlds(count - len(known), steps):
        if quartiles((world + Counter(known)).elements()) == told:
            found |= set(world)
        if len(found) > 1:
            break
    return found


def followers(steps: Sequence[int]) -> list[tuple[int, ...]]:
    """Return which two of a group know where all others of it stand.

    At either end they may: those steps are wide, and are meant to say "few" and "nearly all".
    """
    tried = sorted({FIRST, LAST, *steps})
    return [
        known
        for known in combinations_with_replacement(sorted(set(steps)), 2)
        if Counter(known) <= Counter(steps)
        and len(where := possible(len(steps), quartiles(steps), known, tried)) == 1
        and not where <= {FIRST, LAST}
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([10, 20, 60, 60, 60, 60, 65, 90]), min_size=9, max_size=13))
@example([60] * 10)
@example([90] * 10)
@example([10, 10, *[60] * 8])
@example([60] * 7 + [90, 90])
def test_nobody_follows_from_a_sectors_figures(steps: list[int]) -> None:
    """Nor from those beside one's own: two who put theirs together know no other.

    Nobody is in two groups, so that two groups' figures tell no more than each by itself.
    """
    assert followers(steps) == []


@pytest.mark.parametrize("steps", [[20, *[60] * 5, 90], [20, *[60] * 6, 90]])
def test_of_seven_or_eight_two_know_the_others(steps: list[int]) -> None:
    """Hence the least that a checklist can ask for is nine."""
    assert followers(steps) == [(20, 90)]
    with pytest.raises(ValueError, match="greater than or equal to 9"):
        Rules(min_organisations=len(steps))


def test_figures_of_all_beside_a_groups_would_tell() -> None:
    """Solved: with both, two of a group know the others of it; hence there are never both."""
    small, large = [20, 20, 20, 60, 60, 60, 60, 90, 90, 90], [60] * 8 + [20, 90]
    told = quartiles(small + large)
    found: set[int] = set()
    for world in worlds(8, [10, 20, 60, 90]):
        own = world + Counter([20, 90])
        if quartiles(own.elements()) != quartiles(large):
            continue
        for other in worlds(10, [10, 20, 60, 90]):
            if (
                quartiles(other.elements()) == quartiles(small)
                and quartiles((own + other).elements()) == told
            ):
                found |= set(world)
    assert found == {60}


@given(st.lists(st.sampled_from(["", "klein", "Klein ", "groot", "midden"]), max_size=60))
def test_everybody_is_in_one_group_that_is_large_enough(sizes: list[str]) -> None:
    """Of one size, or of all others together; else all are one group."""
    groups = groups_of(sizes, 10)
    folded = [normalize(group) for group in groups]
    assert len(set(folded)) == len(folded)
    members = Counter(n if (n := normalize(size)) in folded else "" for size in sizes)
    if groups != ("",):
        assert len(groups) > 1
        assert {*members} == {*folded}
        assert min(members.values()) >= 10


def test_groups_by_size() -> None:
    """As they are spelled first; those that are few are put together, or all are."""
    assert groups_of(["klein"] * 10 + ["Groot"] * 9 + ["groot"] * 3, 10) == ("Groot", "klein")
    assert groups_of(["a"] * 10 + ["b"] * 6 + ["c"] * 4, 10) == ("a", "")
    assert groups_of(["a"] * 10 + ["b"] * 6 + ["c"] * 3, 10) == ("",)
    assert groups_of(["a"] * 30, 10) == ("",)


def counted(known: int = 20, in_order: int = 10, used: int = 20) -> Responses:
    """Make up the answers of one organisation, alike to each statement."""
    counts = Counts(in_order, known - in_order, empty=used - known)
    by_item = {item.id: counts for item in CHECKLIST.items()}
    return Responses(RowCounts(used, used, 0, 0, 0), (), by_item, {}, {}, (), {})


def test_what_an_organisation_brings() -> None:
    """A share of each statement that enough of its people know; of each section the mean."""
    brought = contribution(CHECKLIST, counted(), "klein")
    ids = [section.id for section in CHECKLIST.sections]
    assert set(brought.shares) == {*(item.id for item in CHECKLIST.items()), *ids}
    assert set(brought.shares.values()) == {Fraction(1, 2)}
    few = counted()
    few.counts["S1"] = Counts(4, empty=16)
    assert {"S1", "S"}.isdisjoint(contribution(CHECKLIST, few, "").shares)
    assert "S2" in contribution(CHECKLIST, few, "").shares
    column = Column(1, "S1. Anders gezegd.", "item", "S1", Match.ID)
    asked = SourceAccount("a.csv", few.rows, (column,), (), (), 0, None, b"")
    otherwise = contribution(CHECKLIST, replace(counted(), sources=(asked,)), "")
    assert {"S1", "S"}.isdisjoint(otherwise.shares)
    least = least_answers(CHECKLIST.rules.min_group)
    assert contribution(CHECKLIST, counted(5, 2, least), "").shares
    assert not contribution(CHECKLIST, counted(5, 2, least - 1), "").shares


def test_a_sectors_figures() -> None:
    """Every organisation counts once, however many answered there; kept, they are the same."""
    shares = [{"S1": Fraction(n, 10)} for n in range(10)]
    answers = [
        Contribution("", 20 + 980 * (not n), is_enough=True, shares=own)
        for n, own in enumerate(shares)
    ]
    nobody = Contribution("", 0, is_enough=False, shares={})
    figures = sector_figures(CHECKLIST, TODAY, [*answers, nobody])
    assert figures.of("S1", "") == Spread(10, Quartiles(20, 40, 70))
    assert figures.of("S2", "") == figures.of("S", "") == NOTHING
    facts = figures.participation
    assert (facts.asked, facts.answered, facts.counted, facts.answers) == (11, 10, 10, 1180)
    assert from_text(as_text(figures)) == figures
    fewer = sector_figures(CHECKLIST, TODAY, answers[1:])
    # Not even how many: of so few who know a statement it would be known of the others.
    assert fewer.of("S1", "") == spread([50] * 9, 10) == NOTHING
    with pytest.raises(ValueError, match="JSON"):
        from_text("?")


def test_each_is_told_of_its_own_group() -> None:
    """By its size, however that is spelled; a size that is no group is among the others."""
    answers = [
        Contribution(size, 20, is_enough=True, shares={"S1": Fraction(n, 20)})
        for size, first in (("klein", 0), ("groot", 10))
        for n in range(first, first + 10)
    ]
    figures = sector_figures(CHECKLIST, TODAY, answers)
    assert figures.groups == ("groot", "klein")
    assert figures.of("S1", figures.group_of("KLEIN ")).steps == Quartiles(10, 20, 35)
    assert figures.of("S1", figures.group_of("groot")).steps == Quartiles(60, 70, 85)
    assert figures.of("S1", figures.group_of("midden")) == NOTHING
