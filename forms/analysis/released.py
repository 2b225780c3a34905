"""What readers have of former reports, and how many people's answers differ from those. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from forms.checklist.model import Checklist
from forms.notes import Note
from forms.responses.model import Counts, Responses, RowCounts
from forms.responses.sketch import Items, Sketch, Sketching, people_between
from forms.text import normalize


@dataclass(frozen=True)
class Snapshot:
    """Figures as they were counted on a day and given out.

    `counts` and `texts`, folded, are by item, `groups` by group and item; those are by the answers
    to `question` in the round of that name. `sketches` tells how many of the answers differ from
    those of another time.
    """

    day: date
    rows: RowCounts
    counts: Mapping[str, Counts]
    texts: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, Counts]] = field(default_factory=dict)
    question: str = ""
    round: str = ""
    sketches: Mapping[Items, Mapping[str, Sketch]] = field(default_factory=dict)

    def of_item(self, item: str) -> dict[str, Counts]:
        """Return an item's counts by group; nothing where it was not split."""
        return {name: own[item] for name, own in self.groups.items() if item in own}

    def with_groups_of(self, wanted: Callable[[str], bool]) -> "Snapshot":
        """Return the same with the groups' counts of some items only; a group without any goes."""
        groups = {
            name: {item: counts for item, counts in own.items() if wanted(item)}
            for name, own in self.groups.items()
        }
        return replace(self, groups={name: own for name, own in groups.items() if own})

    def kept(self) -> "Snapshot":
        """Return what to remember: other sketches were to compare it with former ones."""
        most = sorted(self.sketches, key=len)[-1:]
        return replace(self, sketches={items: self.sketches[items] for items in most})


@dataclass(frozen=True)
class ReleasedRemarks:
    """The remarks by subject, and the odd cells, that were shown with a snapshot.

    A subject without a remark is there when its question was. Of each cell there is the source, the
    item and the text; `more` is how many others there were. Where nothing is `known`, some were
    shown, and nobody can tell any more which.
    """

    at: Snapshot
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cells: tuple[tuple[str, str, str], ...] = ()
    more: int = 0
    known: bool = True


@dataclass(frozen=True)
class Released:
    """What readers have: all that the next report could be subtracted from.

    Each of `splits` gave the groups of the items in it; one without groups gave nobody knows which.
    `notes` is what stood beside the totals, `earlier` the rounds that were compared with, `past`
    all that was given before.
    """

    totals: Snapshot | None = None
    splits: tuple[Snapshot, ...] = ()
    remarks: ReleasedRemarks | None = None
    notes: tuple[Note, ...] = ()
    earlier: tuple[Snapshot, ...] = ()
    past: tuple[Snapshot, ...] = ()

    def all(self) -> tuple[Snapshot, ...]:
        """Return every snapshot whose figures are out, the totals that stand before all others."""
        totals = [self.totals] if self.totals else []
        return (*totals, *self.splits, *self.earlier, *self.past)

    def merged_with(self, other: "Released", *, same_key: bool) -> "Released":
        """Return what is out by this and by what else is known of it, such as by the workbook.

        Sketches by another key say nothing here.
        """
        if not same_key:
            other = other.with_each(lambda snapshot: replace(snapshot, sketches={}))
        if not self.totals:
            return other
        known = [(snapshot.rows, snapshot.counts) for snapshot in self.all()]
        more = [m for m in other.all() if m.counts and (m.rows, m.counts) not in known]
        return replace(
            self,
            splits=self.splits or other.splits,
            remarks=self.remarks or other.remarks,
            past=(*self.past, *more),
        )

    def with_each(self, change: Callable[[Snapshot], Snapshot]) -> "Released":
        """Return the same with every snapshot in it put through `change`."""
        remarks = self.remarks
        return replace(
            self,
            totals=change(self.totals) if self.totals else None,
            splits=tuple(map(change, self.splits)),
            remarks=replace(remarks, at=change(remarks.at)) if remarks else None,
            earlier=tuple(map(change, self.earlier)),
            past=tuple(map(change, self.past)),
        )

    def sketching(self, key: bytes, *others: Items) -> Sketching:
        """Return how to sketch answers, to tell how many differ from those given."""
        known = {items for snapshot in self.all() for items in snapshot.sketches}
        return Sketching(key, frozenset({*known, *others}))


def snapshot_of(checklist: Checklist, responses: Responses, today: date) -> Snapshot:
    """Return what was counted of responses that were read on a day."""
    question = checklist.split_question()
    return Snapshot(
        today,
        responses.rows,
        responses.counts,
        {
            item.id: normalize(item.text)
            for item in checklist.items()
            if item.id in responses.counts
        },
        responses.groups,
        question.id if question else "",
        checklist.round.name if checklist.round else "",
        responses.sketches,
    )


def people_changed(
    then: Snapshot, now: Snapshot, groups: Collection[str] | None = None, enough: int | None = None
) -> int:
    """Return how many people's answers differ between two times, at least; of some groups alone.

    A person who changed answers is one, and so is one who came while another went. 0 says that no
    figure differs. It is never fewer than the figures themselves show, but that those are not
    looked at once there are `enough`.
    """
    by_rows = [
        people_between(_sketch(then.sketches[items], groups), _sketch(now.sketches[items], groups))
        for items in then.sketches.keys() & now.sketches.keys()
    ]
    if enough and max(by_rows, default=0) >= enough:
        return max(by_rows)
    before, after = _counts(then, groups), _counts(now, groups)
    common = before.keys() & after.keys()
    by_figures = [_moved(before[item], after[item]) for item in common]
    by_number = [] if groups is not None else [abs(then.rows.used - now.rows.used)]
    return max([*by_figures, *by_rows, *by_number], default=0)


def _counts(snapshot: Snapshot, groups: Collection[str] | None) -> Mapping[str, Counts]:
    if groups is None:
        return snapshot.counts
    items = {item for own in snapshot.groups.values() for item in own}
    return {
        item: Counts.total(
            snapshot.groups[g][item] for g in groups if item in snapshot.groups.get(g, ())
        )
        for item in items
    }


def _moved(then: Counts, now: Counts) -> int:
    """Return how many answered otherwise, at least: who left one answer came to another."""
    before, after = then.as_dict(), now.as_dict()
    differences = [after.get(name, 0) - before.get(name, 0) for name in before.keys() | after]
    return max(sum(d for d in differences if d > 0), -sum(d for d in differences if d < 0))


def _sketch(by_group: Mapping[str, Sketch], groups: Collection[str] | None) -> Sketch:
    return Sketch.total(own for name, own in by_group.items() if groups is None or name in groups)
