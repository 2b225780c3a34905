"""What a report may say of new answers, so that no two reports can be subtracted. Pure.

Figures are given anew when the answers of enough people were added, changed or taken away since;
until then those that were given stand. Every output is made from what is decided here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial

from forms.checklist import Checklist, Rules
from forms.errors import ChecklistError
from forms.report.findings import is_round_open
from forms.report.suppression import shown_groups
from forms.responses.model import Counts, Note, Responses, RowCounts, UnreadCell
from forms.responses.sketch import Items, Sketch, Sketching, people_between
from forms.text import fold


@dataclass(frozen=True)
class Moment:
    """What was counted on a day that figures were given.

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


@dataclass(frozen=True)
class Remarks:
    """The remarks by subject, and the odd cells, that were shown at a moment.

    A subject without a remark is there when its question was. Of each cell there is the source, the
    item and the text; `more` is how many others there were. Where nothing is `known`, some were
    shown, and nobody can tell any more which.
    """

    at: Moment
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cells: tuple[tuple[str, str, str], ...] = ()
    more: int = 0
    known: bool = True


@dataclass(frozen=True)
class Given:
    """What readers have: all that the next report could be subtracted from.

    Each of `splits` gave the groups of the items in it; one without groups gave nobody knows which.
    `notes` is what stood beside the totals, `earlier` the rounds that were compared with, `past`
    all that was given before.
    """

    totals: Moment | None = None
    splits: tuple[Moment, ...] = ()
    remarks: Remarks | None = None
    notes: tuple[Note, ...] = ()
    earlier: tuple[Moment, ...] = ()
    past: tuple[Moment, ...] = ()

    def all(self) -> tuple[Moment, ...]:
        """Return every moment whose figures are out."""
        totals = [self.totals] if self.totals else []
        return (*totals, *self.splits, *self.earlier, *self.past)

    def and_also(self, other: "Given", *, same_key: bool) -> "Given":
        """Return what is out by this and by what else is known of it, such as by the workbook.

        Sketches by another key say nothing here.
        """
        if not same_key:
            other = other.without_sketches()
        if not self.totals:
            return other
        known = [(moment.rows, moment.counts) for moment in self.all()]
        more = [m for m in other.all() if m.counts and (m.rows, m.counts) not in known]
        return replace(
            self,
            splits=self.splits or other.splits,
            remarks=self.remarks or other.remarks,
            past=(*self.past, *more),
        )

    def without_sketches(self) -> "Given":
        """Return what is out, as far as another key can tell."""

        def bare(moments: Iterable[Moment]) -> tuple[Moment, ...]:
            return tuple(replace(moment, sketches={}) for moment in moments)

        said = self.remarks
        return Given(
            replace(self.totals, sketches={}) if self.totals else None,
            bare(self.splits),
            replace(said, at=replace(said.at, sketches={})) if said else None,
            self.notes,
            bare(self.earlier),
            bare(self.past),
        )

    def sketching(self, key: bytes, *others: Items) -> Sketching:
        """Return how to sketch answers, to tell how many differ from those given."""
        known = {items for moment in self.all() for items in moment.sketches}
        return Sketching(key, frozenset({*known, *others}))


@dataclass(frozen=True)
class Waiting:
    """How many answers more or fewer there are, and from how many new figures come.

    `since` is the day of those that stand.

    The number of those who changed theirs is not told: somebody could try answers until it fits.
    """

    people: int
    least: int
    since: date


@dataclass(frozen=True)
class Disclosed:
    """The answers as a report may show them, and what readers have once it is out.

    `split_since` is the day of the groups' figures where any are older than the totals; `notes` is
    for who makes the report.
    """

    responses: Responses
    earlier: tuple[Responses, ...]
    given: Given
    waiting: Waiting | None = None
    split_since: date | None = None
    notes: tuple[Note, ...] = ()


def disclose(
    checklist: Checklist,
    responses: Responses,
    earlier: Sequence[Responses],
    given: Given,
    today: date,
) -> Disclosed:
    """Decide what is given anew, and put what stands in place of the rest.

    Both kinds of responses were read with `given.sketching`. Raises ChecklistError when the round
    is to be split by another question than the one whose figures are out.
    """
    least = checklist.rules.min_group
    now = _moment(checklist, responses, today)
    waiting = _waiting(now, given, least)
    held = _held(checklist, now, given, waiting=waiting is not None)
    now = _without(now, held)
    if waiting:
        totals = _nearest(now, given)
    elif given.totals and not people_changed(given.totals, now):
        totals = replace(now, day=given.totals.day, counts={**given.totals.counts, **now.counts})
    elif responses.rows.used < least:
        # Their number only: what readers have stays what it was.
        return Disclosed(responses, tuple(earlier), given)
    else:
        totals = now
    # The answers, where they are those that the totals are of.
    in_step = now if waiting is None else None
    is_open = is_round_open(checklist, today)
    splits, remarks = given.splits, given.remarks
    shown_splits: tuple[Moment, ...] = ()
    if not is_open:
        splits, shown_splits = _splits(checklist, totals, in_step, given)
        remarks = _remarks(responses, now, in_step, given.remarks, least)
    notes = given.notes if waiting else responses.notes
    said_of_held = (Note("held", {"ids": ", ".join(held), "least": least}),) if held else ()
    compared, of_earlier, alike = _earlier(earlier, totals, given, checklist, today)
    out = Given(
        _kept(totals),
        tuple(map(_kept, splits)),
        replace(remarks, at=_kept(remarks.at)) if remarks else None,
        tuple(replace(note, rows="", texts="") for note in notes),
        _each_once([*map(_kept, of_earlier), *given.earlier]),
        _each_once([*given.past, *_no_more(given, totals, splits)]),
    )
    shown = replace(
        _with_remarks(responses, remarks) if remarks and not is_open else responses,
        rows=totals.rows,
        counts=dict(totals.counts),
        groups=_merged_groups(shown_splits),
        notes=(*notes, *said_of_held),
    )
    older = [split.day for split in shown_splits if split.day < totals.day]
    return Disclosed(
        shown, compared, out, waiting, min(older, default=None), (*alike, *said_of_held)
    )


def people_changed(
    then: Moment, now: Moment, groups: Collection[str] | None = None, enough: int | None = None
) -> int:
    """Return how many people's answers differ between two times, at least; of some groups alone.

    0 says that no figure differs. It is never fewer than the figures themselves show, but that
    those are not looked at once there are `enough`.
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


def _counts(moment: Moment, groups: Collection[str] | None) -> Mapping[str, Counts]:
    if groups is None:
        return moment.counts
    items = {item for own in moment.groups.values() for item in own}
    return {
        item: Counts.total(
            moment.groups[g][item] for g in groups if item in moment.groups.get(g, ())
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


def _moment(checklist: Checklist, responses: Responses, today: date) -> Moment:
    question = checklist.split_question()
    return Moment(
        today,
        responses.rows,
        responses.counts,
        {item.id: fold(item.text) for item in checklist.items() if item.id in responses.counts},
        responses.groups,
        question.id if question else "",
        checklist.round.name if checklist.round else "",
        responses.sketches,
    )


def _kept(moment: Moment) -> Moment:
    """Return a moment with the sketch of most items; others were to compare it with former ones."""
    most = sorted(moment.sketches, key=len)[-1:]
    return replace(moment, sketches={items: moment.sketches[items] for items in most})


def _each_once(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    found: list[Moment] = []
    for moment in moments:
        if moment not in found:
            found.append(moment)
    return tuple(found)


def _no_more(given: Given, totals: Moment, splits: Sequence[Moment]) -> Iterator[Moment]:
    """Yield what readers have of former reports and this one does not give again."""
    former = given.totals
    if former and (former.rows, former.counts) != (totals.rows, totals.counts):
        yield replace(former, groups={})
    yield from (split for split in given.splits if split not in splits)


def _waiting(now: Moment, given: Given, least: int) -> Waiting | None:
    """Return how many people wait, when they are too few for new figures."""
    if not given.totals:
        return None
    if not any(0 < people_changed(each, now) < least for each in given.all()):
        return None
    stands = _nearest(now, given)
    return Waiting(abs(now.rows.used - stands.rows.used), least, stands.day)


def _nearest(now: Moment, given: Given) -> Moment:
    """Return the totals that stand: of all that were given those with the most of these answers.

    They are the last, but where another source was read in between.
    """
    known = [*([given.totals] if given.totals else []), *reversed(given.past)]
    whole = [moment for moment in known if moment.counts and not moment.groups] or known
    whole = [*known[:1], *whole]
    return min(whole, key=lambda moment: people_changed(moment, now))


def _held(checklist: Checklist, now: Moment, given: Given, *, waiting: bool) -> list[str]:
    """Return the items that are new, and not given yet: not while answers wait, nor of a few.

    Raises ChecklistError for one that was given by another id: that would give it twice.
    """
    if given.totals is None:
        return []
    known, least = given.totals.counts, checklist.rules.min_group
    gone = {
        given.totals.texts.get(item, ""): item
        for item in known
        if item not in {each.id for each in checklist.items()}
    }
    for item, text in now.texts.items():
        if item not in known and text in gone:
            raise ChecklistError(
                f"'{item}' is what '{gone[text]}' was in the report before; ids stay the same for "
                f"ever, as figures by both would show what single people said: call it "
                f"'{gone[text]}' again in the checklist"
            )
    new = [item for item in now.counts if item not in known]
    return [i for i in new if waiting or now.counts[i].all - now.counts[i].empty < least]


def _without(moment: Moment, items: Collection[str]) -> Moment:
    counts = {item: counts for item, counts in moment.counts.items() if item not in items}
    return replace(_only_items(moment, lambda item: item not in items), counts=counts)


def _splits(
    checklist: Checklist, totals: Moment, now: Moment | None, given: Given
) -> tuple[tuple[Moment, ...], tuple[Moment, ...]]:
    """Return whose groups are out now, and which of these are shown.

    Per item those of the answers as they are now, or as they stand; `now` is None while the answers
    are not those that the totals are of.
    """
    question = checklist.split_question()
    if question is None:
        return given.splits, ()
    of_now = now or totals
    first = (of_now,) if of_now.groups and of_now.question == question.id else ()
    out = [s for s in (*given.splits, *given.past) if s.groups or s in given.splits]
    out = [s for s in out if not _is_of_another_round(s, of_now)]
    if not out:
        return first, first
    if other := next((s for s in out if s.question != question.id and s.groups), None):
        raise ChecklistError(
            f"the figures by '{other.question}' are out, so those by '{question.id}' are not "
            "given: two splits of the same answers beside each other show what single people said; "
            f"put 'split: true' back at '{other.question}' in the checklist, or give a round of "
            "other answers a name of its own (round: name)"
        )
    if any(not split.groups for split in out):
        return given.splits, ()
    if now is None or not first:
        return given.splits, given.splits
    # What changed in a group is the same for every item.
    least = checklist.rules.min_group
    compared = [(then, cache(partial(people_changed, then, now, enough=least))) for then in out]
    stand = _merged_groups(given.splits)
    anew = {
        item
        for item in now.counts
        if _of_item(now, item) != {g: own[item] for g, own in stand.items() if item in own}
        and all(
            _may_split(_of_item(then, item), _of_item(now, item), changed, checklist.rules)
            for then, changed in compared
            if _of_item(then, item)
        )
    }
    stands = [_only_items(s, lambda item: item not in anew) for s in given.splits]
    parts = [*stands, _only_items(now, lambda item: item in anew)]
    shown = tuple(part for part in parts if part.groups)
    return shown, shown


def _is_of_another_round(then: Moment, now: Moment) -> bool:
    """Say whether a round has another name, and for the most part other answers."""
    return then.round != now.round and 2 * people_changed(then, now) >= then.rows.used


def _only_items(moment: Moment, wanted: Callable[[str], bool]) -> Moment:
    groups = {
        name: {item: counts for item, counts in own.items() if wanted(item)}
        for name, own in moment.groups.items()
    }
    return replace(moment, groups={name: own for name, own in groups.items() if own})


def _of_item(moment: Moment, item: str) -> dict[str, Counts]:
    return {name: own[item] for name, own in moment.groups.items() if item in own}


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
        found = shown_groups(groups, rules)
        shown.append({name for name, counts in found.items() if counts})
        hidden.append(frozenset(groups.keys() - shown[-1]))
    changes = [changed(frozenset({name})) for name in shown[0] | shown[1]]
    if hidden[0] == hidden[1]:
        changes.append(changed(hidden[0]))
        return all(people == 0 or people >= rules.min_group for people in changes)
    return all(people >= rules.min_group for people in changes)


def _merged_groups(splits: Iterable[Moment]) -> dict[str, dict[str, Counts]]:
    groups: dict[str, dict[str, Counts]] = {}
    for split in splits:
        for name, own in split.groups.items():
            groups.setdefault(name, {}).update(own)
    return groups


def _remarks(
    responses: Responses,
    now: Moment,
    in_step: Moment | None,
    given: Remarks | None,
    least: int,
) -> Remarks:
    """Return the remarks to show: all when none were out, or enough people changed; else those.

    Of a question that was not there before, none were out.
    """
    texts = {
        column.subject: responses.remarks.get(column.subject, ())
        for source in responses.sources
        for column in source.columns
        if column.kind == "remark"
    } | responses.remarks
    cells = tuple((s.name, c.item, c.text) for s in responses.sources for c in s.unread_cells)
    more = sum(source.unread_total for source in responses.sources) - len(cells)
    if given is None or (in_step and people_changed(given.at, in_step) >= least):
        return Remarks(now, texts, cells, more)
    if in_step and given.known:
        return replace(given, texts=texts | dict(given.texts))
    return given


def _with_remarks(responses: Responses, remarks: Remarks) -> Responses:
    """Return responses with those remarks and odd cells, and no others."""
    names = [source.name for source in responses.sources]
    sources = []
    for number, source in enumerate(responses.sources):
        is_last = number == len(names) - 1
        cells = tuple(
            UnreadCell(0, item, text)
            for name, item, text in remarks.cells
            if name == source.name or (is_last and name not in names)
        )
        total = len(cells) + (remarks.more if is_last else 0)
        sources.append(replace(source, unread_cells=cells, unread_total=total))
    texts = {subject: said for subject, said in remarks.texts.items() if said}
    return replace(responses, remarks=texts, sources=tuple(sources))


def _earlier(
    earlier: Sequence[Responses],
    totals: Moment,
    given: Given,
    checklist: Checklist,
    today: date,
) -> tuple[tuple[Responses, ...], tuple[Moment, ...], tuple[Note, ...]]:
    """Return the earlier rounds as they may be compared with, and notes on those that may not be.

    Not with one that holds nearly the same answers as another that is out.
    """
    least = checklist.rules.min_group

    def is_alike(one: Moment, other: Moment) -> bool:
        return 0 < people_changed(one, other) < least

    out = [totals, *(m for m in given.all() if m not in given.earlier)]
    shown: list[tuple[Responses, Moment]] = []
    notes = []
    for each in earlier:
        now = _moment(checklist, each, today)
        stands = next((m for m in given.earlier if is_alike(m, now) or m.counts == now.counts), now)
        others = [*out, *(m for _, m in shown)]
        if each.rows.used >= least and any(is_alike(other, stands) for other in others):
            notes.append(Note("nearly_alike", {"name": each.name, "least": least}))
            continue
        standing = replace(each, rows=stands.rows, counts=dict(stands.counts))
        shown.append((standing, stands))
    return (
        tuple(responses for responses, _ in shown),
        tuple(moment for responses, moment in shown if responses.rows.used >= least),
        tuple(notes),
    )
