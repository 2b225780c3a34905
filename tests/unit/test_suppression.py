"""Nobody can work out a hidden group, or a person in it: an attacker who knows all else tries."""

from collections.abc import Iterator, Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.analysis.suppression import shown_groups
from forms.checklist.model import Rules
from forms.responses.model import Counts
from forms.wording import Answer

RULES = Rules()
# What is shown of a group is a share: of who knows it, how many say in order.
KINDS = ("in_order", "against", "unknowing")
ANSWER = {"in_order": Answer.IN_ORDER, "against": Answer.NEEDED, "unknowing": Answer.UNKNOWN}
Table = dict[str, dict[str, int]]


def counted(group: Mapping[str, int]) -> Counts:
    """Return a group's counts."""
    return Counts(**{ANSWER[kind].value: count for kind, count in group.items()})


def shown(table: Table) -> dict[str, Counts | None]:
    """Return what a report shows of a table."""
    return shown_groups({name: counted(group) for name, group in table.items()}, RULES)


def share(group: Mapping[str, int]) -> float | None:
    """Return the figure itself."""
    knowing = group["in_order"] + group["against"]
    return group["in_order"] / knowing if knowing else None


def tables(number: int, seed: int = 20261130) -> Iterator[Table]:
    """Yield made-up answers to one item: 12 to 80 people in 3 to 8 groups, extreme ones too."""
    random = Random(seed)
    for _ in range(number):
        people, groups = random.randint(12, 80), random.randint(3, 8)
        sizes = [random.random() ** random.choice([1, 4]) + 0.01 for _ in range(groups)]
        of = random.choices(range(groups), sizes, k=people)
        chance = random.choice([(90, 5, 5), (50, 30, 20), (80, 20, 0), (98, 1, 1), (3, 94, 3)])
        table = {f"g{n}": dict.fromkeys(KINDS, 0) for n in sorted({*of})}
        for group in of:
            table[f"g{group}"][random.choices(KINDS, chance)[0]] += 1
        yield table


def insiders(table: Table) -> Iterator[tuple[str, str]]:
    """Yield everybody who knows what they answered themselves, by group and answer."""
    for name, group in table.items():
        yield from ((name, kind) for kind in KINDS if group[kind])


def others(table: Table, hidden: list[str], insider: tuple[str, str]) -> Table:
    """Return the answers in hidden groups, but for the insider's own."""
    found = {name: dict(table[name]) for name in hidden}
    if insider[0] in found:
        found[insider[0]][insider[1]] -= 1
    return found


def could_be(table: Table, hidden: list[str], insider: tuple[str, str]) -> Iterator[Table]:
    """Yield other tables that look the same: two answers in hidden groups changed places.

    The attacker knows the rules as well: with those answers the same groups must be hidden.
    """
    unknown, seen = others(table, hidden, insider), shown(table)
    for one in hidden:
        for two in hidden:
            for kind in KINDS:
                for other in KINDS:
                    if one < two and kind != other and unknown[one][kind] and unknown[two][other]:
                        guess = {name: dict(group) for name, group in table.items()}
                        for name, less, more in ((one, kind, other), (two, other, kind)):
                            guess[name][less] -= 1
                            guess[name][more] += 1
                        if shown(guess) == seen:
                            yield guess


def certain(table: Table) -> tuple[set[str], set[str]]:
    """Return the hidden groups whose figure some insider knows for sure, or anybody's answer.

    Without a split all groups are hidden. No rule hides what totals say: where all but the insider
    say the same, or are of one group.
    """
    seen = shown(table)
    hidden = [name for name in table if not seen.get(name)]
    figures, persons = set(), set()
    for insider in insiders(table):
        rest = others(table, list(table), insider)
        said = [sum(group[kind] for group in rest.values()) for kind in KINDS[:2]]
        if not all(said) or sum(any(group.values()) for group in rest.values()) < 2:
            continue
        guesses = list(could_be(table, hidden, insider))
        for name in hidden:
            # Who is alone in a group knows its figure: it is their own answer.
            if not any(rest[name].values()):
                continue
            if all(share(guess[name]) == share(table[name]) for guess in guesses):
                figures.add(name)
            kinds = {kind for kind in KINDS if rest[name][kind]}
            for guess in guesses:
                kinds |= {kind for kind in KINDS if others(guess, hidden, insider)[name][kind]}
            if len(kinds) == 1:
                persons.add(name)
    return figures, persons


def test_nothing_hidden_is_certain() -> None:
    """Neither a hidden group's figure nor the answer of anybody in it, in 400 tables."""
    hidden = 0
    for table in tables(400):
        assert certain(table) == (set(), set()), table
        seen = shown(table)
        hidden += None in seen.values()
        for name, counts in seen.items():
            assert counts is None or counts.knowing >= RULES.min_group, (name, table)
    assert hidden > 50


def counts_of(**groups: tuple[int, ...]) -> dict[str, Counts]:
    """Return groups by how many say in order and how many say not."""
    return {name: Counts(o, a) for name, (o, a) in groups.items()}


@pytest.mark.parametrize(
    ("groups", "hidden"),
    [
        ({}, ""),
        ({"A": (9, 0)}, ""),
        ({"A": (5, 0), "B": (5, 0)}, ""),
        ({"A": (2, 2), "B": (10, 10), "C": (3, 3)}, "AC"),  # one is too few: the smallest joins it
        ({"A": (2, 1), "B": (1, 2), "C": (9, 1), "D": (6, 1)}, "AB"),  # two of six people
        ({"A": (2, 0), "B": (0, 2), "C": (9, 1), "D": (6, 2)}, "ABD"),  # two of four people
        ({"A": (2, 2), "B": (1, 0), "C": (9, 1), "D": (6, 1)}, "ABD"),  # somebody is alone
        ({"A": (2, 2), "B": (3, 0), "C": (9, 1), "D": (6, 1)}, "ABD"),  # two say not: too few
        ({"A": (2, 2), "B": (0, 3), "C": (1, 9), "D": (1, 6)}, "ABD"),  # two say so: too few
    ],
)
def test_which_groups_are_hidden(groups: dict[str, tuple[int, ...]], hidden: str) -> None:
    """The small ones, then smallest first until what is hidden can be shared out otherwise."""
    counts = counts_of(**groups)
    assert shown_groups(counts, RULES) == {n: None if n in hidden else c for n, c in counts.items()}


@pytest.mark.parametrize(
    "groups",
    [
        {"A": (2, 2)},
        {"A": (1, 1), "B": (1, 1)},  # four people in all
        {"A": (0, 1), "B": (9, 9)},  # who is alone knows all others are one group
        {"A": (2, 2), "B": (9, 0), "C": (8, 0)},  # all but two say the same
    ],
)
def test_no_split_when_nothing_can_be_hidden_safely(groups: dict[str, tuple[int, ...]]) -> None:
    """Then there are totals only."""
    assert shown_groups(counts_of(**groups), RULES) == {}


def test_an_empty_group_hides_nobody() -> None:
    """Nobody stands behind it: what is left over would be one group."""
    groups = {"A": Counts(3, 3), "B": Counts(), "C": Counts(9, 9), "D": Counts(8, 8)}
    assert [name for name, counts in shown_groups(groups, RULES).items() if counts] == ["C"]


def test_the_order_of_choices_hides_no_other_groups() -> None:
    """Two reports with the same answers would show one of two that are as large, and the other."""
    groups = counts_of(A=(2, 2), B=(3, 2), C=(2, 3), D=(9, 9))
    turned = dict(reversed(groups.items()))
    assert shown_groups(groups, RULES) == shown_groups(turned, RULES)


def test_as_many_people_are_hidden_as_the_rules_say() -> None:
    """Where these ask for more than seven."""
    groups = counts_of(A=(2, 2), B=(2, 1), C=(9, 9), D=(8, 8))
    hidden = {
        least: {n for n, c in shown_groups(groups, Rules(min_group=least)).items() if c is None}
        for least in (7, 8)
    }
    assert hidden == {7: {"A", "B"}, 8: {"A", "B", "D"}}


group_counts = st.dictionaries(
    st.sampled_from("ABCDEFGH"),
    st.builds(Counts, *[st.integers(0, 12)] * 5, empty=st.integers(0, 5)),
    max_size=8,
)


@given(group_counts, st.builds(Rules, min_group=st.integers(3, 8)))
def test_what_is_shown_is_large_enough_and_unchanged(groups: dict[str, Counts], own: Rules) -> None:
    """All groups or none are in it, in the order they came; the largest are shown."""
    seen = shown_groups(groups, own)
    assert list(seen) in ([], list(groups))
    hidden = [groups[name] for name, counts in seen.items() if counts is None]
    for name, counts in seen.items():
        if counts is not None:
            assert counts == groups[name]
            assert counts.knowing >= max([own.min_group, *(each.knowing for each in hidden)])
    if hidden:
        assert sum(each.knowing for each in hidden) >= own.min_group
        assert sum(each.against for each in hidden) >= 3
        assert sum(each[Answer.IN_ORDER] for each in hidden) >= 3
