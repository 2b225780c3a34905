"""What a report may say of new answers, so that no two reports can be subtracted. Pure.

Figures are given anew when the answers of enough people were added, changed or taken away since;
until then those that were given stand. Every output is made from what is decided here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext

from forms.analysis.released import Released, ReleasedRemarks, Snapshot, people_changed, snapshot_of
from forms.analysis.rules import is_round_open
from forms.analysis.splits import merged_groups, splits_of
from forms.checklist.model import Checklist
from forms.errors import ChecklistError
from forms.notes import Note
from forms.responses.model import Responses, UnreadCell
from forms.responses.note_kinds import Held, NearlyAlike


@dataclass(frozen=True)
class Waiting:
    """How many answers more or fewer there are, and from how many new figures come.

    `since` is the day of those that stand. How many changed theirs is not told: somebody could try
    answers until it fits.
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
    released: Released
    waiting: Waiting | None = None
    split_since: date | None = None
    notes: tuple[Note, ...] = ()


def disclose(
    checklist: Checklist,
    responses: Responses,
    earlier: Sequence[Responses],
    released: Released,
    today: date,
) -> Disclosed:
    """Decide what is given anew, and put what stands in place of the rest.

    New figures of fewer than `min_group` rows are none: then all comes back as it came, and
    `apply_rules` gives their number alone. While the round is open there are neither groups nor
    remarks. Both kinds of responses were read with `released.sketching`. Raises ChecklistError when
    the round is to be split by another question than the one whose figures are out, or when an item
    that is out has another id.
    """
    least, is_open = checklist.rules.min_group, is_round_open(checklist, today)
    now = snapshot_of(checklist, responses, today)
    stands = _standing(now, released, least)
    held = _held(checklist, now, released, is_waiting=stands is not None)
    now = _without(now, held)
    totals = stands or _totals(now, released)
    if totals is now and now.rows.used < least:
        # Their number only: what readers have stays what it was.
        return Disclosed(responses, tuple(earlier), released)
    # The answers, where they are those that the totals are of.
    in_step = None if stands else now
    splits, shown_splits, remarks = released.splits, tuple[Snapshot, ...](), released.remarks
    if not is_open:
        splits, shown_splits = splits_of(checklist, totals, in_step, released)
        remarks = _remarks(responses, now, in_step, released.remarks, least)
    notes = released.notes if stands else responses.notes
    compared, of_earlier, notes_on_earlier = _earlier(earlier, totals, released, checklist, today)
    note_on_held = (Note(Held(", ".join(held), least)),) if held else ()
    shown = replace(
        _with_remarks(responses, remarks) if remarks and not is_open else responses,
        rows=totals.rows,
        counts=dict(totals.counts),
        groups=merged_groups(shown_splits),
        notes=(*notes, *note_on_held),
    )
    return Disclosed(
        shown,
        compared,
        _released_after(released, totals, splits, remarks, notes, of_earlier),
        Waiting(abs(now.rows.used - stands.rows.used), least, stands.day) if stands else None,
        min((split.day for split in shown_splits if split.day < totals.day), default=None),
        (*notes_on_earlier, *note_on_held),
    )


def _standing(now: Snapshot, released: Released, least: int) -> Snapshot | None:
    """Return the totals that stand, while too few people's answers differ for new figures.

    Of all that were given those with the most of these answers: the last, but where another source
    was read in between.
    """
    if not released.totals or not any(
        0 < people_changed(then, now) < least for then in released.all()
    ):
        return None
    past = (
        snapshot for snapshot in reversed(released.past) if snapshot.counts and not snapshot.groups
    )
    return min((released.totals, *past), key=lambda snapshot: people_changed(snapshot, now))


def _totals(now: Snapshot, released: Released) -> Snapshot:
    """Return the totals of the answers as they are: those that were given, if nobody's differ."""
    former = released.totals
    if former is None or people_changed(former, now):
        return now
    return replace(now, day=former.day, counts={**former.counts, **now.counts})


def _released_after(
    released: Released,
    totals: Snapshot,
    splits: tuple[Snapshot, ...],
    remarks: ReleasedRemarks | None,
    notes: Sequence[Note],
    earlier: Sequence[Snapshot],
) -> Released:
    """Return what readers have once this report is out, former reports and all.

    Of notes no rows and no texts: those were for the maker's console, never in a report.
    """
    return Released(
        totals,
        splits,
        remarks,
        tuple(replace(note, rows="", texts="") for note in notes),
        _distinct([*earlier, *released.earlier]),
        _distinct([*released.past, *_no_longer_shown(released, totals, splits)]),
    ).with_each(Snapshot.kept)


def _distinct(snapshots: Iterable[Snapshot]) -> tuple[Snapshot, ...]:
    # By comparison, since what a snapshot holds has no hash.
    distinct: list[Snapshot] = []
    for snapshot in snapshots:
        if snapshot not in distinct:
            distinct.append(snapshot)
    return tuple(distinct)


def _no_longer_shown(
    released: Released, totals: Snapshot, splits: Sequence[Snapshot]
) -> Iterator[Snapshot]:
    """Yield what readers have of former reports and this one does not give again."""
    former = released.totals
    if former and (former.rows, former.counts) != (totals.rows, totals.counts):
        yield replace(former, groups={})
    yield from (split for split in released.splits if split not in splits)


def _held(
    checklist: Checklist, now: Snapshot, released: Released, *, is_waiting: bool
) -> list[str]:
    """Return the items that are new, and not given yet: not while answers wait, nor of a few.

    Raises ChecklistError for one that was given by another id: that would give it twice.
    """
    if released.totals is None:
        return []
    known, least = released.totals.counts, checklist.rules.min_group
    gone = {
        released.totals.texts.get(item, ""): item
        for item in known
        if item not in {own.id for own in checklist.items()}
    }
    for item, text in now.texts.items():
        if item not in known and text in gone:
            raise ChecklistError(
                problem=gettext(
                    "'{id}' is what '{former}' was in the report before: figures by both would "
                    "show what single people said, so ids stay the same for ever"
                ).format(id=item, former=gone[text]),
                remedy=gettext("call it '{former}' again in the checklist").format(
                    former=gone[text]
                ),
            )
    new = [item for item in now.counts if item not in known]
    return [i for i in new if is_waiting or now.counts[i].all - now.counts[i].empty < least]


def _without(snapshot: Snapshot, items: Sequence[str]) -> Snapshot:
    counts = {item: counts for item, counts in snapshot.counts.items() if item not in items}
    return replace(snapshot.with_groups_of(lambda item: item not in items), counts=counts)


def _remarks(
    responses: Responses,
    now: Snapshot,
    in_step: Snapshot | None,
    released: ReleasedRemarks | None,
    least: int,
) -> ReleasedRemarks:
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
    if released is None or (in_step and people_changed(released.at, in_step) >= least):
        return ReleasedRemarks(now, texts, cells, more)
    if in_step and released.known:
        return replace(released, texts=texts | dict(released.texts))
    return released


def _with_remarks(responses: Responses, remarks: ReleasedRemarks) -> Responses:
    """Return responses with those remarks and odd cells, and no others."""
    names = [source.name for source in responses.sources]
    sources = []
    for number, source in enumerate(responses.sources):
        # What stood in a source that is not read now stands with the last one.
        is_last = number == len(names) - 1
        cells = tuple(
            # Without a row: in a report that would lead to whoever typed it.
            UnreadCell(0, item, text)
            for name, item, text in remarks.cells
            if name == source.name or (is_last and name not in names)
        )
        total = len(cells) + (remarks.more if is_last else 0)
        sources.append(replace(source, unread_cells=cells, unread_total=total))
    texts = {subject: own for subject, own in remarks.texts.items() if own}
    return replace(responses, remarks=texts, sources=tuple(sources))


def _earlier(
    earlier: Sequence[Responses],
    totals: Snapshot,
    released: Released,
    checklist: Checklist,
    today: date,
) -> tuple[tuple[Responses, ...], tuple[Snapshot, ...], tuple[Note, ...]]:
    """Return the earlier rounds as they may be compared with, and notes on those that may not be.

    Not with one that holds nearly the same answers as another that is out.
    """
    least = checklist.rules.min_group

    def is_alike(one: Snapshot, other: Snapshot) -> bool:
        return 0 < people_changed(one, other) < least

    out = [totals, *(m for m in released.all() if m not in released.earlier)]
    shown: list[tuple[Responses, Snapshot]] = []
    notes = []
    for responses in earlier:
        now = snapshot_of(checklist, responses, today)
        stands = next(
            (m for m in released.earlier if is_alike(m, now) or m.counts == now.counts), now
        )
        others = [*out, *(m for _, m in shown)]
        if responses.rows.used >= least and any(is_alike(other, stands) for other in others):
            notes.append(Note(NearlyAlike(responses.name, least)))
            continue
        standing = replace(responses, rows=stands.rows, counts=dict(stands.counts))
        shown.append((standing, stands))
    return (
        tuple(standing for standing, _ in shown),
        tuple(snapshot for standing, snapshot in shown if standing.rows.used >= least),
        tuple(notes),
    )
