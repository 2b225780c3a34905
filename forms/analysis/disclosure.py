"""What a report may say of new answers, so that no two reports can be subtracted. Pure.

Figures are given anew when the answers of enough people were added, changed or taken away since;
until then those that were given stand. Every output is made from what is decided here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext

from forms.analysis.released import Moment, Released, Remarks, moment_of, people_changed
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
    given: Released
    waiting: Waiting | None = None
    split_since: date | None = None
    notes: tuple[Note, ...] = ()


def disclose(
    checklist: Checklist,
    responses: Responses,
    earlier: Sequence[Responses],
    given: Released,
    today: date,
) -> Disclosed:
    """Decide what is given anew, and put what stands in place of the rest.

    Both kinds of responses were read with `given.sketching`. Raises ChecklistError when the round
    is to be split by another question than the one whose figures are out, or when an item that is
    out has another id.
    """
    least, is_open = checklist.rules.min_group, is_round_open(checklist, today)
    now = moment_of(checklist, responses, today)
    stands = _standing(now, given, least)
    held = _held(checklist, now, given, is_waiting=stands is not None)
    now = _without(now, held)
    totals = stands or _totals(now, given)
    if totals is now and now.rows.used < least:
        # Their number only: what readers have stays what it was.
        return Disclosed(responses, tuple(earlier), given)
    # The answers, where they are those that the totals are of.
    in_step = None if stands else now
    splits, shown_splits, remarks = given.splits, tuple[Moment, ...](), given.remarks
    if not is_open:
        splits, shown_splits = splits_of(checklist, totals, in_step, given)
        remarks = _remarks(responses, now, in_step, given.remarks, least)
    notes = given.notes if stands else responses.notes
    compared, of_earlier, notes_on_earlier = _earlier(earlier, totals, given, checklist, today)
    note_on_held = (Note(Held(", ".join(held), least)),) if held else ()
    out = Released(
        totals,
        splits,
        remarks,
        tuple(replace(note, rows="", texts="") for note in notes),
        _each_once([*of_earlier, *given.earlier]),
        _each_once([*given.past, *_no_more(given, totals, splits)]),
    ).with_each(Moment.kept)
    shown = replace(
        _with_remarks(responses, remarks) if remarks and not is_open else responses,
        rows=totals.rows,
        counts=dict(totals.counts),
        groups=merged_groups(shown_splits),
        notes=(*notes, *note_on_held),
    )
    older = [split.day for split in shown_splits if split.day < totals.day]
    waiting = None
    if stands:
        waiting = Waiting(abs(now.rows.used - stands.rows.used), least, stands.day)
    since = min(older, default=None)
    return Disclosed(shown, compared, out, waiting, since, (*notes_on_earlier, *note_on_held))


def _standing(now: Moment, given: Released, least: int) -> Moment | None:
    """Return the totals that stand, while too few people's answers differ for new figures.

    Of all that were given those with the most of these answers: the last, but where another source
    was read in between.
    """
    if not given.totals or not any(0 < people_changed(each, now) < least for each in given.all()):
        return None
    past = (moment for moment in reversed(given.past) if moment.counts and not moment.groups)
    return min((given.totals, *past), key=lambda moment: people_changed(moment, now))


def _totals(now: Moment, given: Released) -> Moment:
    """Return the totals of the answers as they are: those that were given, if nobody's differ."""
    former = given.totals
    if former is None or people_changed(former, now):
        return now
    return replace(now, day=former.day, counts={**former.counts, **now.counts})


def _each_once(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    once: list[Moment] = []
    for moment in moments:
        if moment not in once:
            once.append(moment)
    return tuple(once)


def _no_more(given: Released, totals: Moment, splits: Sequence[Moment]) -> Iterator[Moment]:
    """Yield what readers have of former reports and this one does not give again."""
    former = given.totals
    if former and (former.rows, former.counts) != (totals.rows, totals.counts):
        yield replace(former, groups={})
    yield from (split for split in given.splits if split not in splits)


def _held(checklist: Checklist, now: Moment, given: Released, *, is_waiting: bool) -> list[str]:
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


def _without(moment: Moment, items: Sequence[str]) -> Moment:
    counts = {item: counts for item, counts in moment.counts.items() if item not in items}
    return replace(moment.with_groups_of(lambda item: item not in items), counts=counts)


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
    texts = {subject: own for subject, own in remarks.texts.items() if own}
    return replace(responses, remarks=texts, sources=tuple(sources))


def _earlier(
    earlier: Sequence[Responses],
    totals: Moment,
    given: Released,
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
        now = moment_of(checklist, each, today)
        stands = next((m for m in given.earlier if is_alike(m, now) or m.counts == now.counts), now)
        others = [*out, *(m for _, m in shown)]
        if each.rows.used >= least and any(is_alike(other, stands) for other in others):
            notes.append(Note(NearlyAlike(each.name, least)))
            continue
        standing = replace(each, rows=stands.rows, counts=dict(stands.counts))
        shown.append((standing, stands))
    return (
        tuple(responses for responses, _ in shown),
        tuple(moment for responses, moment in shown if responses.rows.used >= least),
        tuple(notes),
    )
