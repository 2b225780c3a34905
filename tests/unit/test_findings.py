"""The rules, by cases that were worked out by hand and by properties that hold for all answers."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.analysis.rules import (
    Comparison,
    Finding,
    Findings,
    Priority,
    Verdict,
    action_list,
    apply_rules,
    compare,
    is_divided,
    priority,
    share,
    verdict,
)
from forms.checklist.model import Checklist, Rules
from forms.report.model import Report, as_json
from forms.responses.columns import Column, Match
from forms.responses.counting import read_responses
from forms.responses.model import Counts, Responses, RowCounts, SourceAccount, Table
from forms.wording import Answer

RULES = Rules()
TODAY = date(2026, 11, 23)
INCOMPARABLE = Comparison(None, None, comparable=False)
GROUPS = ("Balie", "Monteur", "Anders")
steady = settings(derandomize=True, database=None, deadline=None)

few = st.integers(0, 12)
counted = st.builds(Counts, few, few, few, few, few, empty=few)
rules = st.builds(
    Rules,
    in_order_from=st.sampled_from(["0.5", "0.75", "0.8", "1"]),
    needed_from=st.sampled_from(["0", "0.25", "0.5", "1"]),
    min_group=st.integers(3, 8),
)
group_counts = st.dictionaries(st.sampled_from("ABCDEFGH"), counted, max_size=8)


def checklist(size: int = 3, **others: Any) -> Checklist:
    """Return a checklist of a number of items in one section, split by role."""
    items = [{"id": f"A{n}", "text": f"Stelling {n}."} for n in range(1, size + 1)]
    role = {"id": "role", "label": "Functie?", "choices": list(GROUPS), "split": True}
    return Checklist.model_validate(
        {
            "title": "Lijst",
            "respondent": [role],
            "sections": [{"id": "A", "title": "Een", "items": items}],
            **others,
        }
    )


def responses(
    counts: Mapping[str, Counts],
    groups: Mapping[str, Mapping[str, Counts]] | None = None,
    columns: tuple[Column, ...] = (),
    used: int | None = None,
) -> Responses:
    """Return counted responses as a reader would, all rows used."""
    most = max((c.all - c.empty for c in counts.values()), default=0)
    rows = most if used is None else used
    account = SourceAccount(
        "bron", RowCounts(rows, rows, 0, 0, 0), columns, (), (), 0, None, b"\1" * rows
    )
    return Responses(
        rows=account.rows,
        sources=(account,),
        counts=dict(counts),
        groups={name: dict(own) for name, own in (groups or {}).items()},
        remarks={},
        notes=(),
        days={},
    )


def found(counts: Mapping[str, Counts], **others: Any) -> Findings:
    """Apply the rules to a count per item."""
    return apply_rules(checklist(len(counts), **others), responses(counts), TODAY)


def table(rows: list[tuple[str, ...]]) -> Table:
    """Return rows of a role and answers, as a form would give them."""
    width = len(rows[0]) if rows else 1
    return Table("bron", ["Functie?", *(f"A{n}" for n in range(1, width))], rows)


@pytest.mark.parametrize(
    ("o", "n", "d", "x", "u", "expected"),
    [
        (8, 2, 0, 0, 0, "in_order"),  # exactly 0.8
        (79, 21, 0, 0, 0, "open"),  # 0.79
        (4, 1, 0, 0, 0, "in_order"),
        (3, 1, 0, 0, 0, "open"),
        (0, 0, 0, 0, 0, "unknown"),  # k = 0
        (0, 0, 0, 0, 9, "unknown"),
        (4, 0, 0, 0, 5, "unknown"),  # u > k, k one under min_group
        (4, 0, 0, 0, 4, "in_order"),  # u = k
        (5, 0, 0, 0, 6, "in_order"),  # u > k, k = min_group
        (1, 1, 1, 2, 90, "open"),
        (1, 1, 1, 1, 5, "unknown"),
        (1, 0, 0, 0, 0, "in_order"),  # one who knows, nobody who does not
        (0, 0, 0, 1, 0, "open"),
    ],
)
def test_verdict(o: int, n: int, d: int, x: int, u: int, expected: str) -> None:
    """Those who cannot know do not outvote those who do."""
    assert verdict(Counts(o, n, d, x, u), RULES) == expected


@pytest.mark.parametrize(
    ("share_from", "o", "v", "expected"),
    [
        ("0.7", 7, 3, "in_order"),  # 0.7 is no exact binary number
        ("0.7", 69, 31, "open"),
        ("0.29", 29, 71, "in_order"),
        ("0.333333", 1, 2, "in_order"),
        ("0.333334", 1, 2, "open"),
        ("1", 99, 1, "open"),
        ("1", 99, 0, "in_order"),
    ],
)
def test_verdict_from_another_share(share_from: str, o: int, v: int, expected: str) -> None:
    """The share is taken as it was typed, to the last decimal."""
    own = Rules.model_validate({"in_order_from": share_from})
    assert verdict(Counts(o, v), own) == expected


@pytest.mark.parametrize(
    ("n", "d", "x", "expected"),
    [
        (2, 1, 1, "needed"),  # 2n = v
        (3, 2, 2, "desirable"),  # 2n = v - 1
        (1, 0, 0, "needed"),
        (0, 2, 2, "desirable"),  # 2(n+d) = v
        (1, 1, 2, "desirable"),
        (1, 1, 3, "not_needed"),  # 2(n+d) = v - 1
        (0, 0, 1, "not_needed"),
        (0, 1, 0, "desirable"),
        (5, 0, 5, "needed"),
    ],
)
def test_priority_of_an_open_item(n: int, d: int, x: int, expected: str) -> None:
    """Half is enough, and the more pressing goes first."""
    assert priority(Counts(0, n, d, x), Verdict.OPEN, Rules()) == expected


@pytest.mark.parametrize(
    ("counts", "needed_from", "expected"),
    [
        (Counts(75, 25), "0.25", "needed"),
        (Counts(76, 24), "0.25", "desirable"),
        (Counts(79, 21), "0.25", "desirable"),
        (Counts(79, 21), "0.21", "needed"),
        (Counts(79, 21), "0", "needed"),
        (Counts(0, 1), "1", "needed"),
        (Counts(70, 15, 0, 15), "0.25", "desirable"),
        (Counts(2, 1, 1, 0, 96), "0.25", "needed"),  # who does not know does not count
        (Counts(66, 33, 0, 1), "0.33", "needed"),
    ],
)
def test_needed_takes_enough_of_all_who_know(
    counts: Counts, needed_from: str, expected: str
) -> None:
    """Most of those who see the fault, and a quarter of all: nobody defends 79% and needed."""
    own = Rules.model_validate({"needed_from": needed_from})
    assert priority(counts, Verdict.OPEN, own) == expected


def test_priority_of_the_others() -> None:
    """In order has none; unknown is found out, whatever those few who know say."""
    assert priority(Counts(8, 2), Verdict.IN_ORDER, Rules()) is None
    assert priority(Counts(0, 4, 0, 0, 9), Verdict.UNKNOWN, Rules()) is Priority.FIND_OUT


@pytest.mark.parametrize(
    ("o", "n", "d", "x", "expected"),
    [
        (2, 0, 4, 0, True),  # a third in order
        (4, 0, 2, 0, True),  # two thirds
        (33, 0, 67, 0, False),
        (67, 0, 33, 0, False),
        (2, 0, 2, 0, False),  # half, but k is one under min_group
        (3, 0, 2, 0, True),  # k = min_group
        (0, 2, 2, 2, True),  # n and x a third of v
        (0, 2, 3, 2, False),  # under a third
        (0, 3, 0, 3, True),
        (0, 2, 0, 2, False),  # v is one under min_group
        (0, 2, 1, 2, True),  # v = min_group
        (0, 4, 0, 1, False),
        (0, 0, 0, 0, False),
        (20, 2, 1, 2, True),  # in order by most, yet v of 5 contradict each other
        (10, 0, 0, 0, False),
    ],
)
def test_divided_on_whether_and_on_how_badly(
    o: int, n: int, d: int, x: int, *, expected: bool
) -> None:
    """Two ways to contradict each other, at their thirds."""
    assert is_divided(Counts(o, n, d, x), {}, RULES) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Counts(10), Counts(5, 0, 5), True),  # 100% and 50%
        (Counts(100), Counts(51, 0, 49), False),  # 100% and 51%
        (Counts(9), Counts(0, 0, 10), False),  # nine who know
        (Counts(10), Counts(0, 0, 10), True),
        (Counts(9, unknown=5), Counts(0, 0, 10), False),  # not knowing does not count
        (Counts(10), None, False),  # hidden
    ],
)
def test_divided_group_from_group(one: Counts, other: Counts | None, *, expected: bool) -> None:
    """Two shown groups of ten who know it; the whole alone would not be divided."""
    assert is_divided(Counts(90, 0, 10), {"a": one, "b": other, "c": Counts(8)}, RULES) is expected


def test_order_of_the_action_list() -> None:
    """By priority, then (n+d)/k descending, then the checklist's order."""
    answers = {
        "A1": Counts(0, 0, 1, 9),  # not needed
        "A2": Counts(0, 0, 0, 0, 10),  # find out, k = 0
        "A3": Counts(5, 3, 1, 1),  # needed, 4/10
        "A4": Counts(2, 1, 6, 1),  # desirable, 7/10
        "A5": Counts(1, 8, 1, 0),  # needed, 9/10
        "A6": Counts(10),  # in order
        "A7": Counts(0, 1, 1, 0, 8),  # find out, 2/2
        "A8": Counts(10, 8, 0, 2),  # needed, 8/20 as A3
        "A9": Counts(2, 1, 7, 0),  # desirable, 8/10
    }
    listed = [finding.item.id for finding in found(answers).actions]
    assert listed == ["A5", "A3", "A8", "A9", "A4", "A7", "A2", "A1"]


def test_most_divided_first() -> None:
    """The nearer to half and half the earlier; what staff agree on is not there."""
    answers = {
        "A1": Counts(10),
        "A2": Counts(4, 0, 6),
        "A3": Counts(5, 0, 5),
        "A4": Counts(6, 0, 4),
    }
    assert [f.item.id for f in found(answers).divided()] == ["A3", "A2", "A4"]


def test_an_item_that_was_not_asked_is_null_everywhere() -> None:
    """Verdict, priority and share null; in no list."""
    findings = apply_rules(checklist(2), responses({"A1": Counts(0, 9)}), TODAY)
    missing = findings.items[1]
    assert (missing.verdict, missing.priority, missing.share) == (None, None, None)
    assert (missing.counts, missing.groups, missing.divided) == (None, {}, False)
    assert [f.item.id for f in findings.actions] == ["A1"]


@pytest.mark.parametrize(("used", "shown"), [(0, 0), (4, 0), (5, 2), (6, 2)])
def test_with_few_answers_there_is_their_number_only(used: int, shown: int) -> None:
    """From min_group used rows on there are results."""
    answers = {"A1": Counts(0, used), "A2": Counts(0, used)}
    findings = apply_rules(checklist(2), responses(answers, used=used), TODAY)
    assert (len(findings.items), len(findings.actions)) == (shown, shown)
    assert findings.rows.used == used
    assert findings.too_few is (shown == 0)


@pytest.mark.parametrize(
    ("closes", "round_open"),
    [("2026-11-22", False), ("2026-11-23", True), ("2026-11-24", True), (None, False)],
)
def test_an_open_round_shows_totals_only(closes: str | None, *, round_open: bool) -> None:
    """Two weekly reports could be subtracted; the last day to answer counts as open."""
    own = checklist(1, round={"name": "Najaar", "closes": closes})
    groups = {name: {"A1": Counts(6, 4)} for name in GROUPS}
    findings = apply_rules(own, responses({"A1": Counts(18, 12)}, groups), TODAY)
    assert findings.round_open is round_open
    assert findings.items[0].counts == Counts(18, 12)
    assert findings.group_names() == ([] if round_open else list(GROUPS))


def test_an_open_round_is_not_divided_by_groups() -> None:
    """Else the mark would say what the hidden split says."""
    groups = {"Balie": {"A1": Counts(10)}, "Monteur": {"A1": Counts(0, 0, 10)}}
    answers = responses({"A1": Counts(90, 0, 10)}, groups)
    closed, still_open = (
        apply_rules(checklist(1, round={"name": "R", "closes": closes}), answers, TODAY)
        for closes in ("2026-11-22", "2026-11-23")
    )
    assert (closed.items[0].divided, still_open.items[0].divided) == (True, False)


def test_groups_stand_in_the_choices_order() -> None:
    """Then answers outside the choices, and those who gave none."""
    groups = {name: {"A1": Counts(6)} for name in ("", "Zelf", "Anders", "Directie", "Balie")}
    findings = apply_rules(checklist(1), responses({"A1": Counts(30)}, groups), TODAY)
    assert findings.group_names() == ["Balie", "Anders", "Directie", "Zelf", ""]


def then(counts: Counts | None, *, reworded: bool = False) -> Responses:
    """Return an earlier round's responses to A1."""
    match = Match.ID if reworded else Match.EXACT
    column = Column(1, "A1. Anders gevraagd?", "item", "A1", match)
    return responses({} if counts is None else {"A1": counts}, columns=(column,), used=10)


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        (
            then(Counts(4, 6)),
            Counts(7, 3),
            Comparison(Fraction(2, 5), Fraction(3, 10), comparable=True),
        ),
        (
            then(Counts(9, 1)),
            Counts(1, 2),
            Comparison(Fraction(9, 10), Fraction(-17, 30), comparable=True),
        ),
        (
            then(Counts(4, 6)),
            Counts(4, 6),
            Comparison(Fraction(2, 5), Fraction(0), comparable=True),
        ),
        (then(Counts(4, 6), reworded=True), Counts(7, 3), INCOMPARABLE),
        (then(None), Counts(7, 3), INCOMPARABLE),
        (then(Counts(0)), Counts(7, 3), INCOMPARABLE),  # nobody knew it
        (
            then(Counts(4, 6)),
            None,
            Comparison(Fraction(2, 5), None, comparable=False),
        ),  # not asked now
        (then(Counts(4, 6)), Counts(0), Comparison(Fraction(2, 5), None, comparable=False)),
    ],
)
def test_comparing_with_an_earlier_round(
    earlier: Responses, now: Counts | None, expected: Comparison
) -> None:
    """A difference in share, unless it was another question or not asked."""
    item = next(checklist(1).items())
    assert compare(item, then(now), earlier, RULES) == expected


def test_what_is_reworded_now_is_not_comparable_either() -> None:
    """Two rounds, two questions, whichever of them is the checklist's."""
    item = next(checklist(1).items())
    now = then(Counts(7, 3), reworded=True)
    assert compare(item, now, then(Counts(4, 6)), RULES) == INCOMPARABLE


def test_an_earlier_round_of_a_few_is_not_shown() -> None:
    """A former report would have given their number only."""
    answers = responses({"A1": Counts(5, 5)})
    earlier = responses({"A1": Counts(4)}, used=4)
    findings = apply_rules(checklist(1), answers, TODAY, earlier)
    assert findings.items[0].comparison == INCOMPARABLE
    assert apply_rules(checklist(1), answers, TODAY).items[0].comparison is None


@steady
@given(counted, rules)
def test_another_in_order_never_makes_it_open(counts: Counts, own: Rules) -> None:
    """What is in order stays so when one more says so."""
    more = Counts(**counts.as_dict() | {"in_order": counts[Answer.IN_ORDER] + 1})
    if verdict(counts, own) is Verdict.IN_ORDER:
        assert verdict(more, own) is Verdict.IN_ORDER


@steady
@given(counted, rules)
def test_verdict_and_priority_agree(counts: Counts, own: Rules) -> None:
    """In order has no priority, unknown is found out, open has one of the other three."""
    judged = verdict(counts, own)
    expected: dict[Verdict, set[Priority | None]] = {
        Verdict.IN_ORDER: {None},
        Verdict.UNKNOWN: {Priority.FIND_OUT},
        Verdict.OPEN: {Priority.NEEDED, Priority.DESIRABLE, Priority.NOT_NEEDED},
    }
    assert priority(counts, judged, own) in expected[judged]
    assert judged is Verdict.UNKNOWN or share(counts) is not None


@steady
@given(st.lists(st.none() | counted, min_size=1, max_size=12), rules)
def test_the_action_list_holds_what_is_asked_and_not_in_order(
    given_counts: list[Counts | None], own: Rules
) -> None:
    """Each of them once, and nothing else."""
    asked: dict[str, Counts] = {f"A{n}": c for n, c in enumerate(given_counts, 1) if c is not None}
    findings = apply_rules(
        checklist(len(given_counts), rules=own), responses(asked, used=99), TODAY
    )
    ids = [finding.item.id for finding in findings.actions]
    assert sorted(ids) == sorted(i for i, c in asked.items() if verdict(c, own) != "in_order")
    assert sum(findings.count(p) for p in Priority) == len(ids) == len(set(ids))
    assert [f.item.id for f in findings.items] == [f"A{n}" for n in range(1, len(given_counts) + 1)]


@steady
@given(st.lists(counted, min_size=1, max_size=10))
def test_the_action_list_falls(given_counts: list[Counts]) -> None:
    """Each entry presses at least as much as the next, and ties stand in order."""
    answers = {f"A{n}": c for n, c in enumerate(given_counts, 1)}
    own = checklist(len(answers))
    findings = apply_rules(own, responses(answers, used=99), TODAY)

    def rank(finding: Finding) -> tuple[int, Fraction, int]:
        assert finding.priority is not None
        c = answers[finding.item.id]
        pressing = Fraction(c[Answer.NEEDED] + c[Answer.DESIRABLE], c.knowing or 1)
        place = [item.id for item in own.items()].index(finding.item.id)
        return list(Priority).index(finding.priority), -pressing, place

    assert list(findings.actions) == sorted(findings.actions, key=rank)
    assert action_list(findings.items) == findings.actions


answer = st.sampled_from([*Answer, "", "", "Misschien"])
answer_rows = st.lists(
    st.tuples(st.sampled_from([*GROUPS, "", "Zelf"]), answer, answer, answer), max_size=40
)


@steady
@given(answer_rows)
def test_totals_reconcile(rows: list[tuple[str, ...]]) -> None:
    """Every row is accounted for, every item adds up to used, every group to the total."""
    rows = [*rows, ("", "", "", ""), (GROUPS[0], Answer.IN_ORDER, "", "")]
    read = read_responses(table(rows), checklist())
    account = read.rows
    parts = (account.used, account.blank, account.replaced, account.unusable)
    assert account.read == sum(parts) == len(rows)
    for item, counts in read.counts.items():
        assert counts.all == account.used
        for field, count in counts.as_dict().items():
            split = sum(own[item].as_dict()[field] for own in read.groups.values())
            assert split == count


def recounted(answers: list[str], own: Rules) -> tuple[str, str | None]:
    """Return verdict and priority by the rules as the workbook words them, in integers."""
    o, n, d, x, u = (answers.count(name) for name in ("in_order", *NOT_IN_ORDER, "unknown"))
    k, v = o + n + d + x, n + d + x
    up, down = own.in_order_from.as_integer_ratio()
    if k == 0 or (u > k and k < own.min_group):
        return "unknown", "find_out"
    if o * down >= up * k:
        return "in_order", None
    up, down = own.needed_from.as_integer_ratio()
    if n * 2 >= v and n * down >= up * k:
        return "open", "needed"
    return "open", "desirable" if (n + d) * 2 >= v else "not_needed"


NOT_IN_ORDER = ("needed", "desirable", "not_needed")


@steady
@given(answer_rows, rules)
def test_an_independent_recount_agrees(rows: list[tuple[str, ...]], own: Rules) -> None:
    """From the rows as they stand in the file to verdict and priority, by other code."""
    rows = [*rows, *[(GROUPS[0], Answer.IN_ORDER, "", "")] * own.min_group]
    asked = checklist(rules=own)
    findings = apply_rules(asked, read_responses(table(rows), asked), TODAY)
    for place, finding in enumerate(findings.items, 1):
        used = [row for row in rows if set(row[1:]) & set(map(str, Answer))]
        answers = [str(row[place]) for row in used]
        assert (finding.verdict, finding.priority) == recounted(answers, own)


@steady
@given(st.data(), answer_rows)
def test_the_order_of_rows_never_matters(data: st.DataObject, rows: list[tuple[str, ...]]) -> None:
    """The same answers give the same findings and the same figures."""
    own = checklist()
    rows = [*rows, (GROUPS[0], Answer.IN_ORDER, "", "")]
    shuffled = data.draw(st.permutations(rows))
    one, other = (read_responses(table(given_rows), own) for given_rows in (rows, shuffled))
    assert apply_rules(own, one, TODAY) == apply_rules(own, other, TODAY)
    assert as_json(Report(own, one, apply_rules(own, one, TODAY), TODAY)) == as_json(
        Report(own, other, apply_rules(own, other, TODAY), TODAY)
    )
