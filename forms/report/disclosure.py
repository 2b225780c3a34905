"""What a report may say of new answers, so that no two reports can be subtracted. Pure.

Figures are given anew when the answers of enough people were added, changed or taken away since;
until then those that were given stand. Every output is made from what is decided here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from forms.checklist import Checklist, Rules
from forms.errors import ChecklistError
from forms.report.findings import is_round_open
from forms.report.suppression import shown_groups
from forms.report.withheld import code_of
from forms.responses.model import Counts, Note, Responses, RowCounts, SourceAccount
from forms.responses.sketch import Items, Sketch, Sketching, people_between


@dataclass(frozen=True)
class Moment:
    """What was counted on a day that figures were given.

    `counts` is by item, `groups` by group and item; those are by the answers to `question` in the
    round of that name. `sketches` tells how many of the answers differ from those of another time.
    """

    day: date
    rows: RowCounts
    counts: Mapping[str, Counts]
    groups: Mapping[str, Mapping[str, Counts]] = field(default_factory=dict)
    question: str = ""
    round: str = ""
    sketches: Mapping[Items, Mapping[str, Sketch]] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """What readers have: all that the next report could be subtracted from.

    The first of `moments` gave the totals, the others gave items that were new then. `split` gave
    the groups; one without groups is known to have been given, and no more. `texts` are the codes
    of remarks and odd cells: None before any were shown, none where they are unknown. `notes` is
    what stood beside the totals, `earlier` the rounds that were compared with, `past` all totals
    that were given before.
    """

    moments: tuple[Moment, ...] = ()
    split: Moment | None = None
    texts: tuple[str, ...] | None = None
    notes: tuple[Note, ...] = ()
    earlier: tuple[Moment, ...] = ()
    past: tuple[Moment, ...] = ()

    def all(self) -> tuple[Moment, ...]:
        """Return every moment whose figures are out."""
        split = [self.split] if self.split else []
        return (*self.moments, *split, *self.earlier, *self.past)

    def and_also(self, other: "Given", *, same_key: bool) -> "Given":
        """Return what is out by this and by what else is known of it, such as by the workbook.

        Sketches by another key say nothing here.
        """
        if not same_key:
            other = other.without_sketches()
        if not self.moments:
            return other
        known = [(moment.rows, moment.counts) for moment in self.all()]
        more = [m for m in other.moments if (m.rows, m.counts) not in known]
        return replace(self, split=self.split or other.split, past=(*self.past, *more))

    def without_sketches(self) -> "Given":
        """Return what is out, as far as another key can tell."""

        def bare(moments: Iterable[Moment]) -> tuple[Moment, ...]:
            return tuple(replace(moment, sketches={}) for moment in moments)

        split = replace(self.split, sketches={}) if self.split else None
        return replace(
            self,
            moments=bare(self.moments),
            split=split,
            texts=None if self.texts is None else (),
            earlier=bare(self.earlier),
            past=bare(self.past),
        )

    def sketching(self, key: bytes, *others: Items) -> Sketching:
        """Return how to sketch answers, to tell how many differ from those given."""
        known = {items for moment in self.all() for items in moment.sketches}
        return Sketching(key, frozenset({*known, *others}))


@dataclass(frozen=True)
class Waiting:
    """How many people's answers wait for new figures, from how many these come, and since when."""

    people: int
    least: int
    since: date


@dataclass(frozen=True)
class Disclosed:
    """The answers as a report may show them, and what readers have once it is out.

    `split_since` is the day of the groups' figures where those are older than the totals; `notes`
    is for who makes the report.
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
    key: bytes,
    today: date,
) -> Disclosed:
    """Decide what is given anew, and put what stands in place of the rest.

    Both kinds of responses were read with `given.sketching`. Raises ChecklistError when the round
    is to be split by another question than the one whose figures are out.
    """
    rules = checklist.rules
    now = _moment(checklist, responses, today)
    waiting = _waiting(now, given, rules)
    is_anew = waiting is None and not _is_the_same(now, given)
    if is_anew and responses.rows.used < rules.min_group:
        # Their number only: what readers have stays what it was.
        return Disclosed(responses, tuple(earlier), given)
    moments = (now,) if is_anew else (*given.moments, *_of_new_items(now, given))
    split = _split(checklist, moments[0], given, today, is_anew=is_anew)
    texts = given.texts
    if not is_round_open(checklist, today) and (is_anew or texts is None):
        texts = tuple(sorted(code for code, _ in _coded(responses, key)))
    notes = given.notes if waiting else responses.notes
    standing, compared, alike = _earlier(earlier, moments[0], given, checklist, today)
    out = Given(
        tuple(map(_kept, moments)),
        _kept(split) if split else given.split,
        texts,
        tuple(replace(note, rows="", texts="") for note in notes),
        tuple(map(_kept, compared)),
        (*given.past, *(replace(m, groups={}) for m in given.moments)) if is_anew else given.past,
    )
    shown = replace(
        _only(responses, texts or (), key),
        rows=moments[0].rows,
        counts={item: counts for each in moments for item, counts in each.counts.items()},
        groups={name: dict(own) for name, own in split.groups.items()} if split else {},
        notes=notes,
    )
    since = split.day if split and split != moments[0] else None
    return Disclosed(shown, standing, out, waiting, since, alike)


def people_changed(then: Moment, now: Moment, groups: Collection[str] | None = None) -> int:
    """Return how many people's answers differ between two times, at least; of some groups alone.

    0 says that no figure differs. It is never fewer than the figures themselves show.
    """
    before, after = _counts(then, groups), _counts(now, groups)
    common = before.keys() & after.keys()
    by_figures = [_moved(before[item], after[item]) for item in common]
    by_rows = [
        people_between(_sketch(then.sketches[items], groups), _sketch(now.sketches[items], groups))
        for items in then.sketches.keys() & now.sketches.keys()
    ]
    by_number = [] if groups is not None else [abs(then.rows.used - now.rows.used)]
    return max([*by_figures, *by_rows, *by_number], default=0)


def _counts(moment: Moment, groups: Collection[str] | None) -> Mapping[str, Counts]:
    if groups is None:
        return moment.counts
    items = {item for own in moment.groups.values() for item in own} | moment.counts.keys()
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
        responses.groups,
        question.id if question else "",
        checklist.round.name if checklist.round else "",
        responses.sketches,
    )


def _kept(moment: Moment) -> Moment:
    """Return a moment with the sketch of most items; others were to compare it with former ones."""
    most = sorted(moment.sketches, key=len)[-1:]
    return replace(moment, sketches={items: moment.sketches[items] for items in most})


def _waiting(now: Moment, given: Given, rules: Rules) -> Waiting | None:
    """Return how many people wait, when they are too few for new figures."""
    if not given.moments:
        return None
    changes = [people_changed(each, now) for each in given.all()]
    few = [people for people in changes if 0 < people < rules.min_group]
    return Waiting(max(few), rules.min_group, given.moments[0].day) if few else None


def _is_the_same(now: Moment, given: Given) -> bool:
    return bool(given.moments) and not people_changed(given.moments[0], now)


def _of_new_items(now: Moment, given: Given) -> Iterator[Moment]:
    """Yield what gives the items that no former report gave: they are given at once.

    Not while one that was given is gone: it may be the same, by another id.
    """
    known = {item for each in given.moments for item in each.counts}
    new = {item: counts for item, counts in now.counts.items() if item not in known}
    if new and known <= now.counts.keys():
        yield replace(now, counts=new, groups={})


def _split(
    checklist: Checklist, totals: Moment, given: Given, today: date, *, is_anew: bool
) -> Moment | None:
    """Return whose groups are shown: those of the totals, or of the last time they might be."""
    question = checklist.split_question()
    if question is None or is_round_open(checklist, today):
        return None
    out = given.split
    if out is None or out.round != (checklist.round.name if checklist.round else ""):
        return totals if totals.groups and totals.question == question.id else None
    if not out.groups:
        return None
    if out.question != question.id:
        raise ChecklistError(
            f"the figures by '{out.question}' are out, so those by '{question.id}' are not given: "
            "two splits of one round beside each other show what single people said; put 'split: "
            f"true' back at '{out.question}' in the checklist, or give a new round another name"
        )
    return totals if is_anew and _may_split(out, totals, checklist.rules) else out


def _may_split(then: Moment, now: Moment, rules: Rules) -> bool:
    """Say whether in every group, and in all that are never shown, enough changed or nothing."""
    shown = _ever_shown(then, rules) | _ever_shown(now, rules)
    hidden = (then.groups.keys() | now.groups.keys()) - shown
    changes = [people_changed(then, now, each) for each in (*({name} for name in shown), hidden)]
    return all(people == 0 or people >= rules.min_group for people in changes)


def _ever_shown(moment: Moment, rules: Rules) -> set[str]:
    found: set[str] = set()
    for item in moment.counts:
        of_item = {name: own[item] for name, own in moment.groups.items() if item in own}
        found |= {name for name, counts in shown_groups(of_item, rules).items() if counts}
    return found


def _coded(responses: Responses, key: bytes) -> Iterator[tuple[str, str]]:
    """Yield the code and text of every remark and every odd cell."""
    for subject, texts in responses.remarks.items():
        yield from ((code_of(key, subject, text), text) for text in texts)
    for source in responses.sources:
        yield from ((_cell_code(key, c.item, c.text), c.text) for c in source.unread_cells)


def _cell_code(key: bytes, item: str, text: str) -> str:
    return code_of(key, f"cell {item}", text)


def _only(responses: Responses, texts: Iterable[str], key: bytes) -> Responses:
    """Return responses with no other remarks and odd cells than those given, each as often."""
    left = Counter(texts)

    def is_given(code: str) -> bool:
        left[code] -= 1
        return left[code] >= 0

    def of(source: SourceAccount) -> SourceAccount:
        cells = [c for c in source.unread_cells if is_given(_cell_code(key, c.item, c.text))]
        more = source.unread_total - len(source.unread_cells)
        is_whole = len(cells) == len(source.unread_cells)
        total = len(cells) + (more if is_whole else 0)
        return replace(source, unread_cells=tuple(cells), unread_total=total)

    remarks = {
        subject: tuple(text for text in said if is_given(code_of(key, subject, text)))
        for subject, said in responses.remarks.items()
    }
    return replace(responses, remarks=remarks, sources=tuple(map(of, responses.sources)))


def _earlier(
    earlier: Sequence[Responses],
    totals: Moment,
    given: Given,
    checklist: Checklist,
    today: date,
) -> tuple[tuple[Responses, ...], tuple[Moment, ...], tuple[Note, ...]]:
    """Return the earlier rounds as they may be compared with, and notes on those that may not be.

    Not with one that holds nearly the same answers as another that is shown.
    """
    least = checklist.rules.min_group

    def is_alike(one: Moment, other: Moment) -> bool:
        return 0 < people_changed(one, other) < least

    shown: list[tuple[Responses, Moment]] = []
    notes = []
    for each in earlier:
        now = _moment(checklist, each, today)
        stands = next((m for m in given.earlier if is_alike(m, now)), now)
        if each.rows.used >= least and any(
            is_alike(other, stands) for other in (totals, *(m for _, m in shown))
        ):
            notes.append(Note("nearly_alike", {"name": each.name, "least": least}))
            continue
        standing = replace(each, rows=stands.rows, counts=dict(stands.counts))
        shown.append((standing, stands))
    return (
        tuple(responses for responses, _ in shown),
        tuple(moment for responses, moment in shown if responses.rows.used >= least),
        tuple(notes),
    )
