"""A sector's figures: that they are right, and that nobody follows from them, by solving."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest
from conftest import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.analysis.attribute_disclosure import discloses
from forms.analysis.quartiles import FIRST, LAST, STEPS, Quartiles, quartiles, step_of
from forms.analysis.sector import (
    Comparison,
    Contribution,
    Spread,
    as_text,
    comparison,
    contribution,
    from_text,
    least_answers,
    sector_figures,
)
from forms.checklist.model import load_checklist
from forms.responses.model import Counts, Responses, RowCounts

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


def possible(
    sizes: Mapping[str, int],
    told: Mapping[str, Quartiles],
    known: Sequence[tuple[str, int]],
    steps: Sequence[int],
) -> dict[str, set[int]]:
    """Solve: at which steps others of each class can stand, by all that is told and known.

    Where each class has two of them, those do. `told` has the quartiles of all under "all", and
    those of classes.
    """
    own = {name: Counter(step for size, step in known if size == name) for name in sizes}
    ways: dict[str, list[Counter[int]]] = {}
    for name, count in sizes.items():
        every = worlds(count - own[name].total(), steps)
        fits = (
            name not in told or quartiles((world + own[name]).elements()) == told[name]
            for world in worlds(count - own[name].total(), steps)
        )
        ways[name] = [world for world, is_so in zip(every, fits, strict=True) if is_so]
    known_steps = Counter(step for _, step in known)
    found: dict[str, set[int]] = {name: set() for name in sizes}
    for each in product(*ways.values()):
        everybody = sum(each, known_steps)
        if quartiles(everybody.elements()) == told["all"]:
            for name, world in zip(ways, each, strict=True):
                found[name] |= set(world)
            if all(len(where) > 1 for where in found.values()):
                break
    return found


def assert_nobody_follows(classes: Mapping[str, Sequence[int]], others: Sequence[int]) -> None:
    """Assert it of all whom two organisations do not know, whichever those two are.

    `classes` are those that have figures of their own; all others are alike to whoever looks.
    """
    seen = [(name, step) for name, own in {**classes, "": others}.items() for step in own]
    told = {"all": quartiles(step for _, step in seen)}
    told |= {name: quartiles(own) for name, own in classes.items()}
    sizes = Counter(name for name, _ in seen)
    tried = sorted({FIRST, LAST, *(step for _, step in seen)})
    for known in combinations_with_replacement(sorted(set(seen)), 2):
        if not Counter(known) <= Counter(seen):
            continue
        found = possible(sizes, told, known, tried)
        for name, where in found.items():
            left = sizes[name] - sum(size == name for size, _ in known)
            assert not left or len(where) > 1 or where <= {FIRST, LAST}, (known, name, where)


def standing(least: int, most: int) -> st.SearchStrategy[list[int]]:
    """Make up where organisations stand: many at one step, where they are in danger."""
    ends = st.lists(st.sampled_from([10, 20, 90]), max_size=6)
    middle = st.sampled_from([60, 60, 60, 65])
    rows = st.tuples(ends, st.lists(middle, min_size=least, max_size=most))
    return rows.map(lambda made: (made[0] + made[1])[: max(least, len(made[0]))])


@settings(max_examples=200, deadline=None)
@given(standing(1, 12))
@example([60] * 10)
@example([90] * 10)
@example([10, 10, *[60] * 8])
@example([60] * 7 + [90, 90])
def test_nobody_follows_from_a_sectors_figures(steps: list[int]) -> None:
    """Nor from those beside one's own: two who put theirs together know no other."""
    if not discloses({}, steps):
        assert_nobody_follows({}, steps)
    if len(steps) >= 9:
        assert not discloses({}, steps)


@settings(max_examples=200, deadline=None)
@given(standing(3, 8), standing(3, 8), standing(0, 2))
@example([60] * 8, [10, 10, 60, 60, 60, 90, 90], [])
@example([90, 60, 60, 60, 60, 60], [60, 60, 90, 60], [60])
@example([20, 20, 20, 60, 60, 60, 60, 90, 90, 90], [60] * 7 + [20], [60, 60])
def test_nobody_follows_from_two_of_them(
    small: list[int], large: list[int], others: list[int]
) -> None:
    """The whole sector's, and that of each size class in it."""
    classes = {"klein": small, "groot": large}
    if not discloses(classes, others):
        assert_nobody_follows(classes, others)


def test_the_solver_finds_who_can_be_found() -> None:
    """Of a class whose others fill both ends: so figures of classes are withheld there."""
    full = [20, 20, 20, 60, 60, 60, 60, 90, 90, 90]
    rest = [60] * 8 + [20, 90]
    steps = [("klein", step) for step in full] + [("groot", step) for step in rest]
    told = {
        "all": quartiles(full + rest),
        "klein": quartiles(full),
        "groot": quartiles(rest),
    }
    sizes = {"klein": 10, "groot": 10}
    known = [("groot", 20), ("groot", 90)]
    assert possible(sizes, told, known, [10, 20, 60, 90])["groot"] == {60}
    assert discloses({"klein": full, "groot": rest}, [])
    withheld = comparison(steps, 10)
    assert withheld.whole.steps == (60, 60, 60)
    assert [spread.steps for spread in withheld.classes.values()] == [None, None]
    assert not discloses({}, full + rest)


def test_seven_organisations_are_too_few() -> None:
    """Two of them know where the others stand: hence the least that a checklist can ask."""
    assert discloses({}, [20, 60, 60, 60, 60, 60, 90])
    found = possible({"": 7}, {"all": Quartiles(60, 60, 60)}, [("", 20), ("", 90)], [20, 60, 90])
    assert found == {"": {60}}


def test_a_class_has_figures_beside_as_many_others() -> None:
    """Not where it, or what is left of all, is smaller than what is asked."""

    def classes(small: int, large: int) -> list[bool]:
        mixed = [*STEPS, *STEPS]
        steps = [("klein", step) for step in mixed[:small]]
        steps += [("groot", step) for step in mixed[:large]]
        return [bool(s.steps) for s in comparison(steps, 10).classes.values()]

    assert classes(12, 12) == [True, True]
    assert classes(12, 9) == [False, False]
    assert classes(10, 10) == [True, True]
    assert comparison([("", 50)] * 5 + [("", 20)] * 5, 10).classes == {}


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
    least = least_answers(CHECKLIST.rules.min_group)
    assert contribution(CHECKLIST, counted(5, 2, least), "").shares
    assert not contribution(CHECKLIST, counted(5, 2, least - 1), "").shares


def test_a_sectors_figures() -> None:
    """Every organisation counts once, however many answered there; kept, they are the same."""
    answers = [Contribution("", 1000 if n == 0 else 20, {"S1": Fraction(n, 10)}) for n in range(10)]
    figures = sector_figures(CHECKLIST, TODAY, [*answers, Contribution("", 0, {})])
    assert figures.items["S1"] == Comparison(Spread(10, Quartiles(20, 40, 70)), {})
    assert figures.items["S2"] == Comparison(Spread(0), {})
    assert figures.sections["S"] == Comparison(Spread(0), {})
    assert figures.of("S1") == figures.items["S1"]
    facts = figures.participation
    assert (facts.asked, facts.answered, facts.counted, facts.answers) == (11, 10, 10, 1180)
    assert from_text(as_text(figures)) == figures
    fewer = sector_figures(CHECKLIST, TODAY, answers[1:])
    assert fewer.items["S1"] == Comparison(Spread(9), {})
    with pytest.raises(ValueError, match="JSON"):
        from_text("?")
    assert replace(figures, least=9) != figures
