"""No two reports can be subtracted: figures wait until the answers of enough people changed."""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from email import message_from_bytes
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import pytest
from conftest import Run
from workbooks import opened

from forms.analysis.disclosure import Disclosed, disclose
from forms.analysis.released import Released
from forms.analysis.rules import apply_rules
from forms.checklist.model import Checklist
from forms.errors import ChecklistError
from forms.report.secret import SUFFIX, find_secret, new_secret, saved_secret
from forms.responses.counting import read_sources
from forms.responses.model import Counts, Responses, Table
from forms.responses.sketch import Sketch, Sketcher, people_between
from forms.wording import Answer

KEY = b"made up"
DAY, NEXT, LAST = date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)
ROLES = ("Balie", "Wijk", "Techniek", "Incasso", "Zorg")
Row = list[str]


def asked(items: int = 4, **more: object) -> Checklist:
    """Return a checklist that splits by role."""
    listed = [{"id": f"A{n}", "text": f"Stelling {n}."} for n in range(1, items + 1)]
    respondent = [
        {"id": "role", "label": "Functie?", "choices": ROLES, "split": True},
        {"id": "team", "label": "Team?", "choices": ["Noord", "Zuid"]},
    ]
    sections = [{"id": "A", "title": "Deel", "items": listed}]
    whole = {"title": "Proef", "respondent": respondent, "sections": sections} | more
    return Checklist.model_validate(whole)


def people(number: int, seed: int = 1, roles: Sequence[str] = ROLES, items: int = 4) -> list[Row]:
    """Return made-up answers: a role, a team, an answer to each item."""
    random = Random(seed)
    answers = [str(answer) for answer in Answer]
    return [
        [roles[n % len(roles)], "Noord", *random.choices(answers, (6, 2, 2, 1, 1), k=items)]
        for n in range(number)
    ]


def told(
    rows: Sequence[Row],
    given: Released | None = None,
    today: date = DAY,
    *,
    checklist: Checklist | None = None,
    previous: Sequence[Sequence[Row]] = (),
    items: int = 4,
) -> Disclosed:
    """Return what a report of these answers may show, after what was given before."""
    checklist, given = checklist or asked(items), given or Released()
    header = ["role", "team", *(f"A{n}" for n in range(1, items + 1))]

    def read(of: Sequence[Row]) -> Responses:
        known = tuple(sorted(f"A{n}" for n in range(1, items + 1)))
        return read_sources(
            [Table("bron", header, of)], checklist, today, given.sketching(KEY, known)
        )

    return disclose(checklist, read(rows), [read(r) for r in previous], given, today)


def known(report: Disclosed) -> dict[str, Counts]:
    """Return the totals that it shows."""
    return dict(report.responses.counts)


# -- how many people's answers differ --------------------------------------------------------------


def sketched(rows: Sequence[str]) -> Sketch:
    """Return the sketch of rows of four answers, a digit each."""
    answers = {f"A{n}": bytes(int(row[n]) for row in rows) for n in range(4)}
    sketcher = Sketcher(KEY, tuple(answers))
    sketcher.add("", answers, len(rows))
    return sketcher.sketches().get("", Sketch({}))


@pytest.mark.parametrize(
    ("then", "now", "differ"),
    [
        ([], [], 0),
        (["1111"], ["1111"], 0),
        (["1111", "2222"], ["2222", "1111"], 0),  # in another order
        (["1111"], ["1111", "1111"], 1),  # one more who says the same
        (["1111", "2222"], ["1111"], 1),
        (["1111"], ["1112"], 1),  # changed: one person, not two
        (["1111", "2222"], ["1112", "2221", "3333"], 3),
        (["1111"] * 7, ["2222"] * 7, 7),
    ],
)
def test_how_many_people_differ(then: list[str], now: list[str], differ: int) -> None:
    """An added, a changed and a removed row are one person each."""
    assert people_between(sketched(then), sketched(now)) == differ


def test_rows_in_one_bucket() -> None:
    """As many as before, and another; fewer than before; more."""
    one, two = (5 << 32) | 1, (7 << 32) | 1
    assert people_between(Sketch({3: one}), Sketch({3: two})) == 1
    assert people_between(Sketch({3: one + two}), Sketch({3: two})) == 1
    assert people_between(Sketch({3: one}), Sketch({3: one + 3 * two})) == 3


@pytest.mark.parametrize("size", [30, 300, 3000])
def test_never_more_people_than_there_are(size: int) -> None:
    """Rows that fall in one bucket make it fewer, never more; a handful is counted exactly."""
    random = Random(size)
    rows = ["".join(random.choices("1234", k=4)) for _ in range(size)]
    for changed in (1, 2, 4, 5, 20):
        now = [*rows[changed:], *("".join(random.choices("56", k=4)) for _ in range(changed))]
        differ = people_between(sketched(rows), sketched(now))
        assert differ <= changed
        if changed < 20:
            assert differ == changed


# -- what stands, and what is given anew -----------------------------------------------------------


def test_one_more_answer_gives_nothing() -> None:
    """Else one report minus the other is all that one person said."""
    first = told(people(20))
    second = told([*people(20), people(1, seed=9)[0]], first.released, NEXT)
    assert known(second) == known(first)
    assert second.responses.rows == first.responses.rows
    assert second.waiting is not None
    assert (second.waiting.people, second.waiting.least, second.waiting.since) == (1, 5, DAY)


@pytest.mark.parametrize(
    ("more", "anew"), [(0, False), (1, False), (4, False), (5, True), (9, True)]
)
def test_from_five_on_there_are_new_figures(more: int, *, anew: bool) -> None:
    """And then of all of them."""
    first = told(people(20))
    second = told([*people(20), *people(more, seed=9)], first.released, NEXT)
    assert (second.responses.rows.used == 20 + more) is (anew or not more)
    assert (second.waiting is None) is (anew or not more)


def test_they_add_up_over_several_reports() -> None:
    """Two this week and three the next are five since the figures that were given."""
    first = told(people(20))
    second = told(people(22), first.released, NEXT)
    third = told(people(25), second.released, LAST)
    assert (known(second) == known(first), third.responses.rows.used) == (True, 25)


@pytest.mark.parametrize(("changed", "anew"), [(1, False), (4, False), (5, True)])
def test_a_changed_answer_counts_as_one(changed: int, *, anew: bool) -> None:
    """The number of answers says nothing then."""
    rows = people(20)
    first = told(rows)
    other = [[r[0], r[1], "not_needed", "unknown", "unknown", "desirable"] for r in rows[:changed]]
    second = told([*other, *rows[changed:]], first.released, NEXT)
    assert (known(second) != known(first)) is anew


@pytest.mark.parametrize(("gone", "anew"), [(1, False), (4, False), (5, True)])
def test_an_answer_that_was_taken_away_counts_as_one(gone: int, *, anew: bool) -> None:
    """As after `store purge`, or when somebody withdraws."""
    first = told(people(20))
    second = told(people(20)[gone:], first.released, NEXT)
    assert (second.responses.rows.used == 20 - gone) is anew


def test_one_who_comes_while_another_goes() -> None:
    """As many answers as before, and other ones."""
    rows = people(20)
    first = told(rows)
    second = told([*rows[1:], *people(1, seed=9)], first.released, NEXT)
    assert (known(second), second.waiting is not None) == (known(first), True)


def test_of_few_answers_there_is_the_number_only() -> None:
    """Then nothing was given, and the first figures come when they are enough."""
    few = told(people(4))
    assert few.released == Released()
    assert told(people(5), few.released).responses.rows.used == 5


def test_when_too_few_are_left_what_was_given_is_remembered() -> None:
    """Whoever kept the old report could else subtract once more people come."""
    first = told(people(12))
    second = told(people(4), first.released, NEXT)
    assert (second.responses.rows.used, second.released) == (4, first.released)
    third = told(people(13), second.released, LAST)
    assert known(third) == known(first)


def test_an_item_that_is_new_is_given_when_nothing_waits() -> None:
    """Nothing is out that it could be subtracted from; yet its figures are of the same people."""
    rows = people(22, items=5)
    first = told([row[:6] for row in rows[:20]])
    waits = told(rows, first.released, NEXT, items=5)
    assert (known(waits), [note.key for note in waits.notes]) == (known(first), ["held"])
    second = told(rows[:20], first.released, NEXT, items=5)
    assert known(second)["A5"].all == 20
    assert {item: counts for item, counts in known(second).items() if item != "A5"} == known(first)
    third = told(rows, second.released, LAST, items=5)
    assert known(third) == known(second)
    assert (
        told([*rows, *people(3, seed=9, items=5)], second.released, LAST, items=5).waiting is None
    )


@pytest.mark.parametrize("renamed", [("A1",), ("A1", "A2", "A3", "A4")])
def test_another_id_is_refused(renamed: Sequence[str]) -> None:
    """The same statement by two ids is given twice: what differs is what somebody said."""
    ids = [f"B{item[1]}" if item in renamed else item for item in ("A1", "A2", "A3", "A4")]
    listed = [{"id": item, "text": f"STELLING {item[1]}"} for item in ids]
    other = asked(sections=[{"id": "A", "title": "Deel", "items": listed}])
    first = told(people(20))
    read = read_sources([Table("bron", ["role", "team", *ids], people(21))], other, NEXT)
    with pytest.raises(ChecklistError, match="'B1' is what 'A1' was"):
        disclose(other, read, (), first.released, NEXT)


def test_with_a_new_item_those_who_changed_are_still_counted() -> None:
    """By their answers to what was asked before: the figures alone say that nobody changed."""
    rows = people(20, items=5)
    first = told([row[:6] for row in rows])
    rotated = [[*r[:2], other[2], *r[3:]] for r, other in pairwise([*rows, rows[0]])]
    second = told(rotated, first.released, NEXT, items=5)
    assert known(second)["A1"] == known(first)["A1"]
    assert second.released.totals is not None
    assert (second.waiting, second.released.totals.day) == (None, NEXT)


def test_a_column_that_is_gone_makes_nobody_new() -> None:
    """All rows look otherwise then, and one person came."""
    rows = people(21, items=5)
    first = told(rows[:20], items=5)
    second = told([row[:6] for row in rows], first.released, NEXT)
    assert second.responses.rows.used == 20


def test_figures_that_were_out_long_ago_count_too() -> None:
    """Five came and were purged again, and one is new: the first report is still in a mailbox."""
    rows = people(26)
    first = told(rows[:20])
    second = told(rows[:25], first.released, NEXT)
    third = told([*rows[:20], rows[25]], second.released, LAST)
    assert known(third) == known(first) != known(second)


def test_after_a_wrong_source_the_right_figures_stand() -> None:
    """They are those with the most of these answers, and readers have them already."""
    first = told(people(20))
    wrong = told(people(60, seed=5), first.released, NEXT)
    third = told(people(21), wrong.released, LAST)
    assert known(third) == known(first)
    assert third.waiting is not None
    assert (third.waiting.people, third.waiting.since) == (1, DAY)


def test_a_new_item_waits_for_five_who_answered_it() -> None:
    """Of one answer everybody who knows who came knows whose it is."""
    rows = [[*row, ""] for row in people(20)]
    first = told(people(20))
    few = [*rows, *people(4, seed=9, items=5)]
    assert "A5" not in known(told(few, first.released, NEXT, items=5))
    more = [*rows, *people(5, seed=9, items=5)]
    assert "A5" in known(told(more, first.released, NEXT, items=5))
    # Also where all other figures are new.
    new = [[*row, ""] for row in people(25)]
    new[-1][-1] = "needed"
    report = told(new, first.released, NEXT, items=5)
    assert (report.waiting, "A5" in known(report)) == (None, False)


# -- groups ----------------------------------------------------------------------------------------

SIZES = ("Balie",) * 12 + ("Wijk",) * 12 + ("Techniek",) * 12


def grouped(**more: int) -> list[Row]:
    """Return 36 people in three groups, and some more in each."""
    rows = people(36, roles=SIZES)
    return [*rows, *(r for role, n in more.items() for r in people(n, seed=7, roles=[role]))]


@pytest.mark.parametrize(
    ("more", "anew"),
    [
        ({"Balie": 5}, True),
        ({"Balie": 5, "Wijk": 6}, True),
        ({"Balie": 5, "Wijk": 1}, False),  # of Wijk alone it would be one person's
        ({"Balie": 3, "Wijk": 3}, False),
    ],
)
def test_a_split_waits_for_every_group(more: dict[str, int], *, anew: bool) -> None:
    """The totals are new, the groups' figures stand, and it says since when."""
    first = told(grouped())
    second = told(grouped(**more), first.released, NEXT)
    assert second.responses.rows.used == 36 + sum(more.values())
    assert (second.responses.groups != first.responses.groups) is anew
    assert second.split_since == (None if anew else DAY)


def alike(role: str, in_order: int, needed: int) -> list[Row]:
    """Return people of a role who say the same of every item."""
    said = ["in_order"] * in_order + ["needed"] * needed
    return [[role, "Noord", *[one] * 4] for one in said]


def test_a_group_in_which_nobody_changed_is_still_known() -> None:
    """Hidden now and shown then: what is hidden beside it would be worked out."""
    rows = [*alike("Balie", 2, 2), *alike("Wijk", 2, 3), *alike("Techniek", 4, 4)]
    first = told(rows)
    assert shown_roles(first) == {"Techniek"}
    second = told([*rows, *alike("Wijk", 3, 3)], first.released, NEXT)
    assert second.responses.rows.used == 23
    assert second.responses.groups == first.responses.groups


def test_a_split_of_long_ago_is_still_known() -> None:
    """Another source was read in between; one of Balie came since the first."""
    first = told(grouped())
    second = told(people(36, seed=50, roles=SIZES), first.released, NEXT)
    assert second.responses.groups != first.responses.groups
    third = told(grouped(Balie=1, Wijk=5), second.released, LAST)
    assert third.responses.groups == second.responses.groups


def test_the_first_split_is_of_the_totals_that_stand() -> None:
    """A round closes and two more came: their groups' figures beside former totals tell on them."""
    closes = asked(round={"name": "Najaar", "closes": DAY.isoformat()})
    first = told(grouped(), checklist=closes)
    assert first.responses.groups == {}
    second = told(grouped(Wijk=2), first.released, NEXT, checklist=closes)
    assert sum(next(iter(own.values())).all for own in second.responses.groups.values()) == 36
    assert known(second) == known(first)


def test_a_split_that_comes_later_is_of_the_same_answers() -> None:
    """A column that was found, or `split: true` that was added, gives groups when nothing waits."""
    none = asked(respondent=[{"id": "role", "label": "Functie?", "choices": ROLES}])
    first = told(grouped(), checklist=none)
    assert first.responses.groups == {}
    assert told(grouped(Wijk=1), first.released, NEXT).responses.groups == {}
    assert list(told(grouped(), first.released, NEXT).responses.groups) == [
        "Balie",
        "Techniek",
        "Wijk",
    ]


def test_what_did_not_change_is_not_kept_twice() -> None:
    """Week after week the same answers: what is remembered stays as it is."""
    first = told(grouped(), previous=[people(30, seed=5)])
    for _ in range(3):
        again = told(grouped(), first.released, NEXT, previous=[people(30, seed=5)])
        assert (again.released, again.split_since) == (first.released, None)


def test_who_is_alone_does_not_hold_up_all_groups() -> None:
    """One of a function that nobody else has, while everybody else doubled."""
    first = told(grouped())
    second = told(grouped(Balie=6, Wijk=7, Techniek=8, Zorg=1), first.released, NEXT)
    assert second.split_since is None


def test_a_round_that_was_open_again_shows_what_came() -> None:
    """Totals were renewed meanwhile; groups and remarks follow when it closes."""
    day = DAY.isoformat()
    closed, again = (asked(round={"name": "N", "closes": d}) for d in (day, NEXT.isoformat()))
    first = told(grouped(), today=NEXT, checklist=closed)
    second = told(grouped(Balie=5, Wijk=5, Techniek=5), first.released, NEXT, checklist=again)
    assert (second.responses.rows.used, second.responses.groups) == (51, {})
    third = told(grouped(Balie=5, Wijk=5, Techniek=5), second.released, LAST, checklist=again)
    assert third.split_since is None
    assert sum(own["A1"].all for own in third.responses.groups.values()) == 51


def test_another_split_of_the_same_round_is_refused() -> None:
    """Two of them beside each other are tables of single people."""
    first = told(grouped())
    questions = [
        {"id": "role", "label": "Functie?", "choices": ROLES},
        {"id": "team", "label": "Team?", "choices": ["Noord", "Zuid"], "split": True},
    ]
    other = asked(respondent=questions)
    with pytest.raises(ChecklistError, match="the figures by 'role' are out"):
        told(grouped(), first.released, NEXT, checklist=other)
    new = asked(respondent=questions, round={"name": "Voorjaar"})
    # Another name makes no other answers.
    with pytest.raises(ChecklistError, match="the figures by 'role' are out"):
        told(grouped(), first.released, NEXT, checklist=new)
    others = told(people(40, seed=3), first.released, NEXT, checklist=new)
    assert list(others.responses.groups) == ["Noord"]


# -- earlier rounds --------------------------------------------------------------------------------


@pytest.mark.parametrize(("fewer", "compared"), [(0, True), (1, False), (4, False), (5, True)])
def test_nearly_the_same_people_are_no_earlier_round(fewer: int, *, compared: bool) -> None:
    """The difference with last week's download is what one person said."""
    report = told(people(20), previous=[people(20)[fewer:]])
    assert (len(report.earlier) == 1) is compared
    assert [note.key for note in report.notes] == ([] if compared else ["nearly_alike"])


def test_two_earlier_rounds_are_not_nearly_the_same_either() -> None:
    """Each of them is shown, so they too can be subtracted."""
    then = people(30, seed=5)
    report = told(people(20), previous=[then, then[1:]])
    assert len(report.earlier) == 1


def test_an_earlier_round_is_held_against_all_that_was_given() -> None:
    """Last week's download with one late answer, beside this week's report."""
    first = told(people(20))
    second = told(people(27), first.released, NEXT, previous=[people(21)])
    assert [note.key for note in second.notes] == ["nearly_alike"]


def test_an_earlier_round_that_was_left_out_once_is_remembered() -> None:
    """Its figures are in the first report still."""
    then = people(30, seed=5)
    first = told(people(20), previous=[then[:29]])
    second = told(people(20), first.released, NEXT)
    third = told(people(20), second.released, LAST, previous=[then])
    assert third.earlier[0].counts == first.earlier[0].counts


def test_a_late_answer_to_an_earlier_round_waits() -> None:
    """Two reports with it beside each other would tell it."""
    then = people(30, seed=5)
    first = told(people(20), previous=[then[:29]])
    second = told(people(20), first.released, NEXT, previous=[then])
    assert second.earlier[0].counts == first.earlier[0].counts
    third = told(people(20), first.released, NEXT, previous=[[*then, *people(4, seed=6)]])
    assert third.earlier[0].rows.used == 34


# -- an attacker with every report -----------------------------------------------------------------


def differing(one: Sequence[Row], other: Sequence[Row]) -> int:
    """Return how many people's answers two reports differ by, at the very least."""
    before, after = (Counter(tuple(row[2:]) for row in of) for of in (one, other))
    return max((after - before).total(), (before - after).total())


def of_role(rows: Sequence[Row], *roles: str) -> list[Row]:
    """Return the rows of some groups."""
    return [row for row in rows if row[0] in roles]


class Attacker:
    """Who keeps every report, knows when which group answered, and works out what follows.

    Of one item: unknown is what each group says, anew whenever anybody in it changed; known are
    sums, of all groups at a time, and of each group that is shown.
    """

    def __init__(self) -> None:
        self.known: list[dict[tuple[str, int], Fraction]] = []
        self.said: dict[str, list[list[Row]]] = {role: [] for role in ROLES}
        self.hidden: set[tuple[str, int]] = set()

    def hears(self, rows: Sequence[Row], shown: Collection[str], *, is_split: bool) -> None:
        """Take note of one report."""
        now = []
        for role, said in self.said.items():
            own = of_role(rows, role)
            known = [n for n, former in enumerate(said) if not differing(own, former)]
            if not known:
                said.append(own)
            now.append((role, known[0] if known else len(said) - 1))
        self.known.append(dict.fromkeys(now, Fraction(1)))
        for unknown in now if is_split else ():
            if unknown[0] in shown:
                self.known.append({unknown: Fraction(1)})
            elif self.said[unknown[0]][unknown[1]]:
                self.hidden.add(unknown)

    def works_out(self, sought: dict[tuple[str, int], Fraction]) -> bool:
        """Say whether a sum follows from what is known: it is left with nothing."""
        rows = [dict(row) for row in self.known]
        left = dict(sought)
        while rows:
            row = rows.pop()
            if not row:
                continue
            pivot, value = next(iter(row.items()))
            for other in (*rows, left):
                if factor := other.get(pivot, Fraction(0)) / value:
                    for unknown, number in row.items():
                        other[unknown] = other.get(unknown, Fraction(0)) - factor * number
                        if not other[unknown]:
                            del other[unknown]
        return not left

    def learns(self) -> list[object]:
        """Return the hidden figures that follow, and the differences that are of a few people."""
        found: list[object] = [
            unknown for unknown in self.hidden if self.works_out({unknown: Fraction(1)})
        ]
        for role, said in self.said.items():
            for one, other in combinations(range(len(said)), 2):
                difference = {(role, one): Fraction(1), (role, other): Fraction(-1)}
                if differing(said[one], said[other]) < 5 and self.works_out(difference):
                    found.append((role, one, other))
        return found


def test_what_an_attacker_works_out() -> None:
    """The attacker itself: a group that is hidden alone; a small one, from two reports."""
    alone = Attacker()
    alone.hears(people(20), ROLES[1:], is_split=True)
    assert alone.learns() == [("Balie", 0)]
    rows, more = people(20), [*people(20), *people(6, 7, ["Wijk"])]
    two = Attacker()
    two.hears(rows, ["Techniek", "Incasso", "Zorg"], is_split=True)
    assert two.learns() == []
    two.hears(more, ["Wijk", "Incasso", "Zorg"], is_split=True)
    assert ("Balie", 0) in two.learns()


def shown_roles(report: Disclosed) -> set[str]:
    """Return the groups of which any figure is shown."""
    findings = apply_rules(asked(), report.responses, DAY).items
    return {name for finding in findings for name, counts in finding.groups.items() if counts}


def weeks(random: Random) -> Iterator[list[Row]]:
    """Yield the answers of made-up people, week after week: they come, change, move and go."""
    number = random.randint(10, 60)
    weights = [random.random() ** random.choice([1, 4]) + 0.01 for _ in ROLES]
    rows = people(number, random.randrange(10**6), random.choices(ROLES, weights, k=number))
    for _ in range(12):
        yield rows
        rows = [*rows]
        for _ in range(random.choice([0, 1, 2, 4, 6, 9])):
            role = random.choices(ROLES, weights, k=1)
            new = people(1, random.randrange(10**6), role)[0]
            at = random.randrange(len(rows) + 1)
            kind = random.choice(["comes", "comes", "changes", "moves", "goes"])
            if kind == "comes" or at == len(rows):
                rows.insert(at, new)
            elif kind == "goes":
                rows.pop(at)
            else:
                rows[at] = new if kind == "changes" else [role[0], *rows[at][1:]]


@pytest.mark.parametrize("seed", range(40))
def test_nothing_follows_from_all_reports_together(seed: int) -> None:
    """Neither a hidden group's figure, nor what one to four people said."""
    given, out = Released(), list[list[Row]]()
    then: Disclosed | None = None
    attackers = {f"A{n}": Attacker() for n in (1, 2)}
    for rows in weeks(Random(seed)):
        report = told(rows, given)
        given = report.released
        if report.responses.rows.used < 5:
            continue
        is_new = then is None or known(report) != known(then)
        if is_new:
            assert all(differing(rows, former) not in range(1, 5) for former in out)
            out.append(rows)
        findings = {f.item.id: f for f in apply_rules(asked(), report.responses, DAY).items}
        for item, attacker in attackers.items():
            split, former = (
                {name: own[item] for name, own in of.responses.groups.items() if item in own}
                for of in (report, then or report)
            )
            shown = {name for name, counts in findings[item].groups.items() if counts}
            is_split = bool(findings[item].groups) and (then is None or split != former)
            if is_new or is_split:
                attacker.hears(rows, shown, is_split=is_split)
        then = report
    assert len(out) > 1
    assert [attacker.learns() for attacker in attackers.values()] == [[], []]


# -- the command -----------------------------------------------------------------------------------

HEADER = "role,team,A1,A2,A3,A4,Deel: toelichting"
REMARK = "Mevrouw Bakker belde hierover"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a checklist and 20 answers."""
    (tmp_path / "checklist.yaml").write_text(asked().model_dump_json(), encoding="utf-8")
    answered(tmp_path, people(20))
    return tmp_path


def answered(folder: Path, rows: Sequence[Row], *remarks: str) -> None:
    """Write the answers, the last ones with a remark."""
    said = [""] * (len(rows) - len(remarks)) + list(remarks)
    lines = [",".join([*row, remark]) for row, remark in zip(rows, said, strict=True)]
    (folder / "a.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def figures(vinkje: Run, *more: str) -> dict[str, object]:
    """Make the report; return its figures."""
    done = vinkje("report", "a.csv", "--json", "f.json", *more)
    assert done.returncode == 0, done.stderr
    return {"stdout": done.stdout, "stderr": done.stderr}


def cells(folder: Path) -> list[str]:
    """Return all texts of the workbook, hidden ones too."""
    workbook = opened(folder / "rapport.xlsx")
    return [str(c) for s in workbook for row in s.values for c in row if c is not None]


def test_it_says_first_that_answers_wait(folder: Path, vinkje: Run) -> None:
    """In the workbook, in the mail, on the console; and the figures for programs stand too."""
    figures(vinkje, "--date", "2026-11-02")
    before = (folder / "f.json").read_bytes()
    answered(folder, [*people(20), *people(2, seed=9)], REMARK)
    said = figures(vinkje, "--date", "2026-11-09")
    assert (
        str(said["stdout"])
        .splitlines()[1]
        .startswith("  2 new or changed responses do not count yet")
    )
    assert (folder / "f.json").read_bytes() == before
    sentence = "2 nieuwe of gewijzigde reacties tellen nog niet mee; bij 5 komen er nieuwe cijfers."
    assert [text for text in cells(folder) if sentence in text]
    assert sentence in (folder / "rapport.html").read_text(encoding="utf-8")
    assert "20 reacties" in (folder / "rapport.html").read_text(encoding="utf-8")
    for path in folder.glob("rapport.[!s]*"):
        assert REMARK.encode() not in path.read_bytes()
    assert not [text for text in cells(folder) if REMARK in text]


def test_items_that_wait_are_not_called_in_order(folder: Path, vinkje: Run) -> None:
    """All statements that have figures are; of the new one nobody knows."""
    answered(folder, [[*row[:2], *["in_order"] * 4] for row in people(20)])
    figures(vinkje)
    (folder / "checklist.yaml").write_text(asked(5).model_dump_json(), encoding="utf-8")
    said = figures(vinkje)
    assert "A5" in str(said["stderr"])
    texts = "\n".join(cells(folder)) + (folder / "rapport.html").read_text(encoding="utf-8")
    assert "Alle stellingen zijn op orde" not in texts
    assert texts.count("nog niets bekend") == 2


def test_new_remarks_come_with_new_figures(folder: Path, vinkje: Run) -> None:
    """Of one new answer everybody would know whose remark it is."""
    answered(folder, people(20), "Eerste toelichting")
    figures(vinkje)
    answered(folder, [*people(20), *people(5, seed=9)], "Eerste toelichting", *[""] * 4, "Nieuwe")
    figures(vinkje)
    assert {"Eerste toelichting", "Nieuwe"} <= set(cells(folder))


def remarks_of(folder: Path) -> list[str]:
    """Return the remarks on the section's tab."""
    rows = opened(folder / "rapport.xlsx")["Deel"].values
    return [str(row[1]) for row in rows if row[3] == "Ja"]


def test_a_remark_that_somebody_took_back_stands_while_figures_wait(
    folder: Path, vinkje: Run
) -> None:
    """Else what vanishes is what the one who changed had written; Nee takes it away at once."""
    answered(folder, people(20), "Eerste", "Tweede")
    figures(vinkje)
    answered(folder, people(20)[:19], "Eerste")
    figures(vinkje)
    assert remarks_of(folder) == ["Eerste", "Tweede"]
    answered(folder, people(15), "Eerste")
    figures(vinkje)
    assert remarks_of(folder) == ["Eerste"]


def test_a_column_of_remarks_that_was_found_gives_them(folder: Path, vinkje: Run) -> None:
    """None of them was out, so none can be told from others."""
    answered(folder, people(20), "Eerste", "Tweede")
    text = (folder / "a.csv").read_text(encoding="utf-8")
    (folder / "a.csv").write_text(text.replace("Deel: toelichting", "Opm"), encoding="utf-8")
    figures(vinkje)
    assert remarks_of(folder) == []
    (folder / "a.csv").write_text(text, encoding="utf-8")
    figures(vinkje)
    assert remarks_of(folder) == ["Eerste", "Tweede"]


@pytest.mark.parametrize(
    "loss",
    [
        lambda folder: (folder / "rapport.sleutel").unlink(),
        lambda folder: (folder / "rapport.sleutel").write_bytes(saved_secret(new_secret())),
    ],
    ids=["gone", "another's"],
)
def test_without_the_secret_the_workbook_still_knows(
    folder: Path, vinkje: Run, loss: Callable[[Path], object]
) -> None:
    """Its totals are on its own tabs; of the groups nothing is given any more."""
    figures(vinkje)
    before = (folder / "f.json").read_bytes()
    loss(folder)
    answered(folder, [*people(20), *people(2, seed=9)])
    said = figures(vinkje)
    assert (folder / "f.json").read_bytes() == before
    assert "rapport.sleutel" in str(said["stderr"])


def test_a_report_that_is_renamed_finds_its_secret(folder: Path, vinkje: Run) -> None:
    """People give a workbook another name."""
    figures(vinkje)
    before = (folder / "f.json").read_bytes()
    (folder / "rapport.xlsx").rename(folder / "najaar.xlsx")
    answered(folder, [*people(20), *people(2, seed=9)])
    said = figures(vinkje, "-o", "najaar.xlsx", "--overwrite")
    assert (folder / "f.json").read_bytes() == before
    assert "sleutel" not in str(said["stderr"])


def test_beginning_the_list_anew_gives_no_figures_anew(folder: Path, vinkje: Run) -> None:
    """The file before is kept, so it can be subtracted."""
    figures(vinkje)
    before = (folder / "f.json").read_bytes()
    answered(folder, [*people(20), *people(2, seed=9)])
    figures(vinkje, "--overwrite")
    assert (folder / "f.json").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is damaged; put back a copy"),
        (b"{}", "is damaged; put back a copy"),
        (b"\xff\xfe", "is damaged; put back a copy"),
        (b'{"vinkje": 1, "key": "zz", "given": {}}', "is damaged; put back a copy"),
        (b'{"vinkje": 1, "key": "", "given": {}}', "is damaged; put back a copy"),
        (b'{"vinkje": 2}', "was made by a newer vinkje"),
    ],
)
def test_a_secret_that_cannot_be_read_is_explained(
    folder: Path, vinkje: Run, content: bytes, said: str
) -> None:
    """And nothing was written."""
    figures(vinkje)
    (folder / "rapport.sleutel").write_bytes(content)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = vinkje("report", "a.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"rapport{SUFFIX}: {said}" in done.stderr
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_damaged_secret_of_another_report_is_no_fault_of_this_one(
    folder: Path, vinkje: Run
) -> None:
    """A report that was given another name finds its own beside that one."""
    figures(vinkje)
    for suffix in (".xlsx", SUFFIX):
        (folder / "rapport").with_suffix(suffix).rename((folder / "nieuw").with_suffix(suffix))
    (folder / f"nieuw{SUFFIX}").rename(folder / f"b{SUFFIX}")
    (folder / f"a{SUFFIX}").write_bytes(b"{")
    key = find_secret(folder / "b.xlsx")
    done = vinkje("report", "a.csv", "-o", "nieuw.xlsx")
    assert done.returncode == 0, done.stderr
    found = find_secret(folder / "nieuw.xlsx")
    assert key
    assert found
    assert found.key == key.key


def test_an_old_secret_that_was_put_back_knows_less_than_the_workbook(
    folder: Path, vinkje: Run
) -> None:
    """As from a backup: the workbook's own totals count too."""
    figures(vinkje)
    old = (folder / "rapport.sleutel").read_bytes()
    answered(folder, people(26))
    figures(vinkje)
    (folder / "rapport.sleutel").write_bytes(old)
    answered(folder, people(27))
    figures(vinkje)
    assert json.loads((folder / "f.json").read_bytes())["responses"]["used"] != 27


def emptied(folder: Path) -> None:
    """Blank what the hidden tab tells of figures and keys, as somebody may who edits the file."""
    workbook = opened(folder / "rapport.xlsx")
    for row in workbook["vinkje"].iter_rows():
        if row[0].value in {"given", "figures", "split", "texts"}:
            for cell in row:
                cell.value = None
        if row[0].value == "key":
            row[1].value = "0123456789ab"
    workbook.save(folder / "rapport.xlsx")


def test_what_lies_beside_a_report_counts_whatever_the_workbook_says(
    folder: Path, vinkje: Run
) -> None:
    """Who may edit the workbook cannot make it forget."""
    figures(vinkje)
    before = (folder / "f.json").read_bytes()
    emptied(folder)
    answered(folder, [*people(20), *people(1, seed=9)])
    figures(vinkje)
    assert (folder / "f.json").read_bytes() == before


def test_a_secret_of_somebody_else_is_refused(folder: Path, vinkje: Run) -> None:
    """They would know the key."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to somebody else")
    planted = folder / "rapport.sleutel"
    planted.write_bytes(saved_secret(new_secret()))
    os.chown(planted, 65534, 65534)
    done = vinkje("report", "a.csv")
    assert (done.returncode, "rapport.sleutel" in done.stderr) == (1, True)
    assert not (folder / "rapport.xlsx").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"empty":0', '"empty":"x"'),
        ('"used":20', '"used":"many"'),
        ('"notes":[', '"notes":[{"key":"no_such","values":{},"source":"","rows":"","texts":""}'),
        ('"notes":[', '"notes":' + "[" * 100_000),
        ('"day":"', '"day":"x'),
    ],
    ids=["a count", "a number of rows", "a note", "very deep", "a day"],
)
def test_a_secret_that_was_edited_is_explained(
    folder: Path, vinkje: Run, old: str, new: str
) -> None:
    """Whatever is wrong in it."""
    figures(vinkje)
    path = folder / "rapport.sleutel"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    done = vinkje("report", "a.csv")
    assert (done.returncode, "is damaged; put back" in done.stderr) == (1, True), done.stderr


def test_what_a_secret_holds_comes_back(folder: Path, vinkje: Run) -> None:
    """Written and read, it is the same."""
    figures(vinkje)
    secret = find_secret(folder / "rapport.xlsx")
    assert secret is not None
    assert secret.released.totals
    assert saved_secret(secret) == (folder / "rapport.sleutel").read_bytes()
    assert json.loads(saved_secret(secret))["key"] == secret.key.hex()


def test_the_workbook_holds_nothing_of_what_is_hidden(folder: Path, vinkje: Run) -> None:
    """Neither the key, nor how many of which group said what."""
    figures(vinkje)
    secret = find_secret(folder / "rapport.xlsx")
    assert secret is not None
    assert not [text for text in cells(folder) if secret.key.hex() in text]
    told_ = [str(c) for row in opened(folder / "rapport.xlsx")["vinkje"].values for c in row]
    assert [text for text in told_ if text.startswith('{"in_order"')]
    assert not [text for text in told_ if any(role in text for role in ROLES)]


def test_news_is_only_what_is_given(folder: Path, vinkje: Run) -> None:
    """That one more waits is no news: by the name of what it says, nobody gets the mail again."""
    names = set()
    for more in (0, 1, 2):
        answered(folder, [*people(20), *people(more, seed=9)])
        figures(vinkje, "--date", f"2026-11-0{2 + more}")
        draft = message_from_bytes((folder / "rapport.eml").read_bytes())
        names.add(draft["Message-ID"].split(".")[1])
    assert len(names) == 1


def test_sources_are_accounted_for_with_the_totals(folder: Path, vinkje: Run) -> None:
    """While former figures stand, the rows of each source do not add up to them."""
    answered(folder, people(20, seed=3))
    (folder / "a.csv").rename(folder / "b.csv")
    for more, said in ((0, 2), (2, 0)):
        answered(folder, [*people(20), *people(more, seed=9)])
        done = vinkje("report", "a.csv", "b.csv")
        assert done.returncode == 0, done.stderr
        assert len([text for text in cells(folder) if re.match("[ab].csv: ", text)]) == said
