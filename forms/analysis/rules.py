"""The rules: from counted responses to findings. Pure, and small enough to check with a pencil.

Per item, over the used rows, o, n, d, x and u are how many say in order, needed, desirable, not
needed and unknown; k = o + n + d + x know it, v = n + d + x say that it is not in order. The same
stands in words under `[account]` in `templates/wording`, and so in every workbook.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from forms.analysis.suppression import shown_groups
from forms.checklist.model import Checklist, Item, Rules, Section
from forms.responses.model import Counts, Responses, RowCounts
from forms.wording import Answer

# Fractions, since 0.8 is no number of a computer's: 4 of 5 has to be 80% and no less.
HALF = Fraction(1, 2)
THIRD = Fraction(1, 3)
# Of so many in a group who know the item: `rule_divided` tells people the same number.
_GROUPS_DIFFER_FROM = 10


class Verdict(StrEnum):
    """What all answers together say of an item: `verdict` works it out."""

    IN_ORDER = "in_order"
    OPEN = "open"
    UNKNOWN = "unknown"


class Priority(StrEnum):
    """Staff's advice on an item that is not in order, most pressing first."""

    NEEDED = "needed"
    DESIRABLE = "desirable"
    FIND_OUT = "find_out"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Comparison:
    """An item's share in an earlier round; not comparable when it was reworded or not asked."""

    share: Fraction | None
    difference: Fraction | None
    comparable: bool


@dataclass(frozen=True)
class Finding:
    """What was found on one item; `counts` is None when no column asked it.

    `groups` holds a count per group, None where it is hidden, and nothing when there is no split.
    """

    item: Item
    section: Section
    counts: Counts | None
    verdict: Verdict | None
    priority: Priority | None
    divided: bool
    groups: dict[str, Counts | None]
    comparison: Comparison | None = None

    @property
    def share(self) -> Fraction | None:
        """Return the share, of those who know, that say in order; None when nobody does."""
        return share(self.counts) if self.counts else None


@dataclass(frozen=True)
class Findings:
    """All that a report says, apart from remarks; items in the checklist's order."""

    rows: RowCounts
    items: tuple[Finding, ...]
    actions: tuple[Finding, ...]
    round_open: bool
    too_few: bool

    def count(self, priority: Priority) -> int:
        """Return how many actions have this priority; 0 where the report gives a number alone."""
        return sum(action.priority is priority for action in self.actions)

    def divided(self) -> list[Finding]:
        """Return what staff contradict each other on, most evenly first."""
        return sorted((f for f in self.items if f.divided), key=_unevenness)

    def group_names(self) -> list[str]:
        """Return the names of the groups that any figure is split by, hidden ones too."""
        return list(dict.fromkeys(name for finding in self.items for name in finding.groups))


def is_round_open(checklist: Checklist, today: date) -> bool:
    """Say whether staff can still answer: the last day to do so counts as open."""
    closes = checklist.round.closes if checklist.round else None
    return closes is not None and today <= closes


def apply_rules(
    checklist: Checklist,
    responses: Responses,
    today: date,
    previous: Responses | None = None,
) -> Findings:
    """Apply the rules to one round's responses.

    `previous` is the round to compare with, the last one before. With fewer than `min_group` used
    rows there are no items and no actions, since so few could be told apart (`too_few`).
    """
    round_open = is_round_open(checklist, today)
    too_few = responses.rows.used < checklist.rules.min_group
    if too_few:
        return Findings(responses.rows, (), (), round_open, too_few)
    # While the round is open nobody sees groups.
    groups = [] if round_open else _in_order_of_choices(checklist, responses)
    items = tuple(
        _finding(checklist.rules, section, item, responses, previous, groups)
        for section in checklist.sections
        for item in section.items
    )
    return Findings(responses.rows, items, action_list(items), round_open, too_few)


def _finding(
    rules: Rules,
    section: Section,
    item: Item,
    responses: Responses,
    previous: Responses | None,
    group_names: Sequence[str],
) -> Finding:
    counts = responses.counts.get(item.id)
    comparison = compare(item, responses, previous, rules) if previous else None
    if counts is None:
        return Finding(
            item, section, None, None, None, divided=False, groups={}, comparison=comparison
        )
    of_item = {name: responses.groups[name].get(item.id) for name in group_names}
    groups = shown_groups({g: counts for g, counts in of_item.items() if counts}, rules)
    judgement = verdict(counts, rules)
    return Finding(
        item,
        section,
        counts,
        judgement,
        priority(counts, judgement, rules),
        divided=is_divided(counts, groups, rules),
        groups=groups,
        comparison=comparison,
    )


def _in_order_of_choices(checklist: Checklist, responses: Responses) -> list[str]:
    question = checklist.split_question()
    choices = list(question.choices) if question else []
    # As the form offers them; then what people typed, and last those who did not say.
    given = [choice for choice in choices if choice in responses.groups]
    others = sorted(name for name in responses.groups if name and name not in given)
    return [*given, *others, *([""] if "" in responses.groups else [])]


def share(counts: Counts) -> Fraction | None:
    """Return o/k, 0 to 1, exact; None when nobody knows (k = 0)."""
    return Fraction(counts[Answer.IN_ORDER], counts.knowing) if counts.knowing else None


def verdict(counts: Counts, rules: Rules) -> Verdict:
    """Judge an item; those who cannot know do not outvote those who do.

    UNKNOWN if k = 0, or u > k and k < `min_group`; else IN_ORDER if o/k >= `in_order_from`; else
    OPEN.
    """
    known = share(counts)
    if known is None or (
        counts[Answer.UNKNOWN] > counts.knowing and counts.knowing < rules.min_group
    ):
        return Verdict.UNKNOWN
    return Verdict.IN_ORDER if known >= Fraction(rules.in_order_from) else Verdict.OPEN


def priority(counts: Counts, judgement: Verdict, rules: Rules) -> Priority | None:
    """Return staff's advice on an item; None for one in order.

    NEEDED if 2n >= v and n/k >= `needed_from`: most of those who see the fault, and enough of all
    who know it, so that nobody has to defend "79% in order, needed". Else DESIRABLE if
    2(n + d) >= v; else NOT_NEEDED. Of an unknown one FIND_OUT.
    """
    if judgement is Verdict.IN_ORDER:
        return None
    if judgement is Verdict.UNKNOWN:
        return Priority.FIND_OUT
    needed, desirable = counts[Answer.NEEDED], counts[Answer.DESIRABLE]
    is_enough = Fraction(needed, counts.knowing) >= Fraction(rules.needed_from)
    if 2 * needed >= counts.against and is_enough:
        return Priority.NEEDED
    if 2 * (needed + desirable) >= counts.against:
        return Priority.DESIRABLE
    return Priority.NOT_NEEDED


def action_list(items: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return what is not in order: by priority, then by (n+d)/k, then the checklist's order."""
    order = list(Priority)
    actions = [(order.index(f.priority), -_pressing(f), f) for f in items if f.priority]
    return tuple(f for *_, f in sorted(actions, key=lambda action: action[:2]))


def _pressing(finding: Finding) -> Fraction:
    counts = finding.counts
    if counts is None or not counts.knowing:
        return Fraction(0)
    return Fraction(counts[Answer.NEEDED] + counts[Answer.DESIRABLE], counts.knowing)


def is_divided(counts: Counts, groups: Mapping[str, Counts | None], rules: Rules) -> bool:
    """Say whether staff contradict each other: on whether, on how badly, or group from group.

    k >= `min_group` and 1/3 <= o/k <= 2/3; or v >= `min_group` and both n and x >= v/3; or two
    shown groups of ten or more who know it differ by 1/2 or more in o/k. `groups` has None for a
    hidden one: a verdict that needed its figures would tell them.
    """
    known = share(counts)
    if known is not None and counts.knowing >= rules.min_group and THIRD <= known <= 2 * THIRD:
        return True
    if counts.against >= rules.min_group and (
        3 * min(counts[Answer.NEEDED], counts[Answer.NOT_NEEDED]) >= counts.against
    ):
        return True
    shares = [
        Fraction(group[Answer.IN_ORDER], group.knowing)
        for group in groups.values()
        if group and group.knowing >= _GROUPS_DIFFER_FROM
    ]
    return bool(shares) and max(shares) - min(shares) >= HALF


def _unevenness(finding: Finding) -> Fraction:
    return Fraction(1) if finding.share is None else abs(finding.share - HALF)


def compare(item: Item, responses: Responses, previous: Responses, rules: Rules) -> Comparison:
    """Hold an item's share against an earlier round's.

    Not comparable where either round asked it in other words or not at all, where the earlier one
    had fewer than `min_group` used rows, or where nobody knew it in one of them.
    """
    counts, earlier = responses.counts.get(item.id), previous.counts.get(item.id)
    reworded = any(
        column.subject == item.id
        for column in (*responses.reworded_columns(), *previous.reworded_columns())
    )
    if earlier is None or reworded or previous.rows.used < rules.min_group:
        return Comparison(None, None, comparable=False)
    then, now = share(earlier), share(counts) if counts else None
    difference = now - then if now is not None and then is not None else None
    return Comparison(then, difference, comparable=difference is not None)
