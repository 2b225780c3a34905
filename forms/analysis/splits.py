"""Whose groups' figures are shown: none that tell on a few beside those of former reports. Pure."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from gettext import gettext

from forms.analysis.released import Released, Snapshot, people_changed
from forms.analysis.suppression import shown_groups
from forms.checklist.model import Checklist, Rules
from forms.errors import ChecklistError
from forms.responses.model import Counts


def splits_of(
    checklist: Checklist, totals: Snapshot, now: Snapshot | None, released: Released
) -> tuple[tuple[Snapshot, ...], tuple[Snapshot, ...]]:
    """Return whose groups are out now, and which of these are shown.

    Per item those of the answers as they are now, or as they stand; `now` is None while the answers
    are not those that the totals are of.
    """
    question = checklist.split_question()
    if question is None:
        return released.splits, ()
    of_now = now or totals
    first = (of_now,) if of_now.groups and of_now.question == question.id else ()
    former = (*released.splits, *(snapshot for snapshot in released.past if snapshot.groups))
    out = [split for split in former if not _is_of_another_round(split, of_now)]
    if not out:
        return first, first
    if other := next((s for s in out if s.question != question.id and s.groups), None):
        raise ChecklistError(
            problem=gettext(
                "the figures by '{other}' are out, so those by '{question}' are not given: two "
                "splits of the same answers beside each other show what single people said"
            ).format(other=other.question, question=question.id),
            remedy=gettext(
                "put 'split: true' back at '{other}' in the checklist, or give a round of other "
                "answers a name of its own (round: name)"
            ).format(other=other.question),
        )
    if any(not split.groups for split in out):
        return released.splits, ()
    if now is None or not first:
        return released.splits, released.splits
    # What is out is then what is shown: of each item one split, as it is now or as it stands.
    return (parts := _per_item(now, released, out, checklist.rules)), parts


def _per_item(
    now: Snapshot, released: Released, out: Iterable[Snapshot], rules: Rules
) -> tuple[Snapshot, ...]:
    """Return each item's groups as they are now, where they may be shown, else as they stand."""
    # What changed in a group is the same for every item.
    compared = [
        (then, cache(partial(people_changed, then, now, enough=rules.min_group))) for then in out
    ]
    stand = merged_groups(released.splits)
    anew = {
        item
        for item in now.counts
        if now.of_item(item) != {g: own[item] for g, own in stand.items() if item in own}
        and all(
            _may_split(then.of_item(item), now.of_item(item), changed, rules)
            for then, changed in compared
            if then.of_item(item)
        )
    }
    parts = [split.with_groups_of(lambda item: item not in anew) for split in released.splits]
    parts.append(now.with_groups_of(lambda item: item in anew))
    return tuple(part for part in parts if part.groups)


def _is_of_another_round(then: Snapshot, now: Snapshot) -> bool:
    """Say whether a round has another name, and for the most part other answers."""
    return then.round != now.round and 2 * people_changed(then, now) >= then.rows.used


def _may_split(
    then: Mapping[str, Counts],
    now: Mapping[str, Counts],
    changed: Callable[[frozenset[str]], int],
    rules: Rules,
) -> bool:
    """Say whether an item's groups of two times do not tell on a few when they are laid together.

    Of each group that either shows, enough people changed, or none. Where the same groups are
    hidden that goes for those together; else a group in which nobody changed would still be known,
    and those hidden beside it could be worked out.
    """
    shown, hidden = [], []
    for groups in (then, now):
        by_group = shown_groups(groups, rules)
        shown.append({name for name, counts in by_group.items() if counts})
        hidden.append(frozenset(groups.keys() - shown[-1]))
    changes = [changed(frozenset({name})) for name in shown[0] | shown[1]]
    if hidden[0] == hidden[1]:
        changes.append(changed(hidden[0]))
        return all(people == 0 or people >= rules.min_group for people in changes)
    return all(people >= rules.min_group for people in changes)


def merged_groups(splits: Iterable[Snapshot]) -> dict[str, dict[str, Counts]]:
    """Return the counts by group and item of several splits, of which each has its own items."""
    groups: dict[str, dict[str, Counts]] = {}
    for split in splits:
        for name, own in split.groups.items():
            groups.setdefault(name, {}).update(own)
    return groups
