"""What stood out while answers were read, for whoever makes the report. Pure."""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import accumulate, chain, compress, groupby, islice

from forms.checklist.model import Checklist
from forms.dates import are_ambiguous
from forms.excel.references import column_letters, column_number
from forms.notes import Note
from forms.questionnaire import remark_subjects, remark_title
from forms.responses.answers import EMPTY, UNREAD, is_answer
from forms.responses.model import is_filled
from forms.responses.note_kinds import (
    Alike,
    AmbiguousDays,
    Beside,
    DamagedTexts,
    Doubled,
    FutureTimes,
    HeaderRepeated,
    HiddenRows,
    ItemUnread,
    LatestByColumn,
    LatestByOrder,
    LostColumns,
    MergedCells,
    MixedTimes,
    NamelessColumns,
    NotAsked,
    NotAskedHere,
    Recorded,
    RemarksMissing,
    Replaced,
    Revised,
    Reworded,
    SplitMissing,
    SplitRenamed,
    SuspectRows,
    UnreadCells,
    UnreadDates,
    UnreadOften,
    Unusable,
)
from forms.responses.part import Part, TimedPart
from forms.text import normalize, shortened, text_of
from forms.wording import wording

_RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
# An item with as many answers, none of them known, has another wording than the checklist's.
_MANY = 10
# As often is no slip of the pen.
_OFTEN = 5
# Rows and texts that one note names, and characters of a text: enough to find them by.
_SHOWN_ROWS, _SHOWN_TEXTS, _SHOWN = 5, 3, 40
_NO_TIME = datetime(1, 1, 1)  # noqa: DTZ001 - only to sort by


def round_notes(
    timed: Sequence[TimedPart], checklist: Checklist, asked: Collection[str]
) -> Iterator[Note]:
    """Yield what holds for all sources together; `asked` are the items that any of them has."""
    if not any(timed_part.part.unread.of_answers() for timed_part in timed):
        for item in checklist.items():
            if item.id not in asked:
                yield Note(NotAsked(item.id))
    if alike := list(_alike(timed, asked)):
        several = len({timed_part.part.table.name for timed_part in timed}) > 1
        rows = (
            f"{part.table.name} {part.number(row)}" if several else f"{part.number(row)}"
            for part, row in alike
        )
        yield Note(Alike(len(alike)), rows=_some(rows, len(alike)))


def part_notes(
    timed_part: TimedPart, checklist: Checklist, asked: Collection[str], today: date | None
) -> Iterator[Note]:
    """Yield what stood out in one table; `asked` are the items that any table of the round has."""
    part = timed_part.part
    yield from _question_notes(part, checklist)
    lacking = [item for item in asked if item not in part.codes]
    if lacking and not part.unread.of_answers():
        yield Note(NotAskedHere(", ".join(lacking)))
    if part.headers:
        numbers = [part.number(at) - 1 for at in part.headers]
        yield Note(HeaderRepeated(len(numbers)), rows=_some(map(str, numbers), len(numbers)))
    yield from _column_notes(part, checklist)
    yield from _answer_notes(part)
    yield from _person_notes(timed_part)
    yield from _time_notes(timed_part, today)
    if merged := [ref for ref in part.table.observed.merged if _covers_answers(ref, part)]:
        yield Note(MergedCells(len(merged)), rows=_some(merged, len(merged)))
    if part.damaged.count:
        yield Note(
            DamagedTexts(part.damaged.count), texts=_some(part.damaged.places, part.damaged.count)
        )
    if part.table.observed.hidden:
        yield Note(HiddenRows(part.table.observed.hidden))
    if part.personal:
        yield Note(Recorded(", ".join(map("'{}'".format, part.personal))))


def _covers_answers(ref: str, part: Part) -> bool:
    """Say whether a range of merged cells, such as `C4:C6`, reaches below an item's header."""
    match = _RANGE.fullmatch(ref)
    if not match or int(match[4]) < part.table.first_row:
        return False
    columns = range(column_number(match[1]), column_number(match[3]) + 1)
    return any(c.kind == "item" and c.index + 1 in columns for c in part.columns.all)


def _question_notes(part: Part, checklist: Checklist) -> Iterator[Note]:
    """Yield what is asked besides the items and has no column, and which columns it may be."""
    split = checklist.split_question()
    if split and part.read and not part.columns.of("respondent", split.id):
        likely = part.unread.of_choices(part.read - part.blank)
        kind = SplitRenamed if likely else SplitMissing
        yield Note(kind(split.label, split.id, _columns(part, likely, part.unread.chosen)))
    words = wording(checklist.language)
    missing = [
        f"'{remark_title(subject, words)}'"
        for subject in remark_subjects(checklist)
        if not part.columns.of("remark", subject.id)
    ]
    texts = part.unread.of_remarks()
    if missing and texts:
        columns = _columns(part, texts, part.unread.filled)
        yield Note(RemarksMissing(", ".join(missing), columns))


def _column_notes(part: Part, checklist: Checklist) -> Iterator[Note]:
    for column in part.columns.reworded():
        yield Note(Reworded(column.subject, column.header))
    for item, columns in part.columns.columns("item").items():
        sure = [column for column in columns if column.index not in part.beside]
        if len(sure) > 1:
            yield Note(Doubled(item, len(sure), part.differing[item]))
        for column in columns:
            if column.index in part.beside:
                rows = part.beside[column.index]
                yield Note(Beside(item, sure[-1].header, column.header, rows))
    if lost := part.unread.of_answers():
        missing = [item.id for item in checklist.items() if item.id not in part.codes]
        kind = LostColumns if missing else NamelessColumns
        yield Note(kind(", ".join(missing), _columns(part, lost, part.unread.answers)))


def _columns(part: Part, indexes: Iterable[int], counts: Mapping[int, int]) -> str:
    """Return columns by letter, header and how much of something they hold."""
    headers = {column.index: column.header for column in part.columns.all}
    columns = []
    for index in indexes:
        header = headers.get(index, "")
        shown = f"'{shortened(header, _SHOWN)}'" if header else "\u2014"
        columns.append(f"{column_letters(index + 1)} {shown} ({counts[index]})")
    return "; ".join(columns)


def _answer_notes(part: Part) -> Iterator[Note]:
    for item, codes in part.codes.items():
        texts = part.unread_texts.get(item, Counter[str]())
        if texts.total() >= _MANY and not any(map(is_answer, set(codes))):
            shown = ", ".join(f"'{t}' ({n})" for t, n in texts.most_common(_SHOWN_TEXTS))
            yield Note(ItemUnread(item, codes.count(UNREAD)), texts=shown)
    if part.suspects:
        stray = (f"{row} '{shortened(text, _SHOWN)}'" for row, text in part.suspects.items())
        rows = _some(stray, len(part.suspects))
        yield Note(SuspectRows(len(part.suspects)), rows=rows)
    if often := [
        f"'{t}' ({n})" for t, n in part.all_unread.most_common(_SHOWN_TEXTS) if n >= _OFTEN
    ]:
        yield Note(UnreadOften(), texts=", ".join(often))
    if part.unread_total:
        # Not what they say: that goes into a log too.
        cells = sorted(part.unread_cells, key=lambda cell: cell.row)
        places = _some((f"{cell.row} ({cell.item})" for cell in cells), part.unread_total)
        yield Note(UnreadCells(part.unread_total), rows=places)
    if unusable := [row for row in part.unanswered if not part.answered[row]]:
        rows = _some((str(part.number(row)) for row in unusable), len(unusable))
        yield Note(Unusable(len(unusable)), rows=rows)


def _person_notes(timed_part: TimedPart) -> Iterator[Note]:
    if timed_part.part.table.replaced:
        yield Note(Revised(timed_part.part.table.replaced))
    if timed_part.replaced:
        yield Note(Replaced(timed_part.replaced))
    if timed_part.clock and timed_part.replaced:
        yield Note(LatestByColumn(timed_part.clock))
    if timed_part.by_order:
        yield Note(LatestByOrder(timed_part.by_order))


def _alike(timed: Sequence[TimedPart], items: Collection[str]) -> Iterator[tuple[Part, int]]:
    """Yield the rows that are like an earlier one in everything, to the second, in any source."""
    timed = [timed_part for timed_part in timed if not timed_part.part.table.is_keyed]
    starts = list(accumulate((len(each.used) for each in timed), initial=0))
    times = list(chain.from_iterable(each.times for each in timed))
    used = b"".join(each.used for each in timed)
    rows = [row for row in compress(range(len(times)), used) if times[row]]
    # To sort by: of a bare clock and one with a zone nobody can say which is first.
    known = (time or _NO_TIME for time in times)
    moments = [time.replace(tzinfo=None) if time.tzinfo else time for time in known]
    moment = moments.__getitem__

    def placed(row: int) -> tuple[TimedPart, int]:
        number = bisect(starts, row) - 1
        return timed[number], row - starts[number]

    # All of one second side by side: to remember every row until the last would take more memory
    # than all that is read.
    rows.sort(key=moment)
    several = (run for _, own in groupby(rows, moment) if len(run := list(own)) > 1)
    found = (row for run in several for row in _repeated(run, placed, items))
    yield from ((each.part, row) for each, row in map(placed, sorted(found)))


def _repeated(
    rows: Sequence[int], placed: Callable[[int], tuple[TimedPart, int]], items: Collection[str]
) -> Iterator[int]:
    """Yield the rows, of those of one moment, that are like an earlier one in everything."""
    here = list(map(placed, rows))
    # A column that no header says to hold times may hold any.
    known = Counter(each.times[row] for each, row in here if not each.clock)
    seen: set[tuple[object, ...]] = set()
    for number, (timed_part, row) in zip(rows, here, strict=True):
        part, time = timed_part.part, timed_part.times[row]
        if known[time] < 2:  # noqa: PLR2004
            continue
        codes = bytes(part.codes[item][row] if item in part.codes else EMPTY for item in items)
        person = part.persons[row] if part.persons else ""
        group = normalize(text_of(part.groups[row])) if part.groups else ""
        key = (time, codes, group, person)
        if key in seen:
            yield number
        seen.add(key)


def _time_notes(timed_part: TimedPart, today: date | None) -> Iterator[Note]:
    part = timed_part.part
    if part.counted and today and (late := sum(n for d, n in timed_part.days.items() if d > today)):
        yield Note(FutureTimes(late))
    if timed_part.clock or not part.times:
        return
    without = [
        row for row, time in enumerate(timed_part.times) if time is None and timed_part.used[row]
    ]
    if unread := [row for row in without if is_filled(part.times[row])]:
        yield Note(UnreadDates(len(unread)), rows=_cells(part, unread))
    if set(map(type, part.times)) - {str, type(None)}:
        texts = [r for r, c in enumerate(part.times) if isinstance(c, str) and is_filled(c)]
        if texts:
            yield Note(MixedTimes(len(texts)), rows=_cells(part, texts))
    first = next(filter(is_filled, part.times), "")
    # Only slashes leave open which is the month: `dates.read_dates`.
    if "/" in text_of(first) and are_ambiguous(part.times, today):
        yield Note(AmbiguousDays(), texts=text_of(first))
    if today and any(day > today for day in timed_part.days):
        rows = [
            r
            for r, t in enumerate(timed_part.times)
            if t and t.date() > today and timed_part.used[r]
        ]
        yield Note(FutureTimes(len(rows)), rows=_cells(part, rows))


def _cells(part: Part, rows: Sequence[int]) -> str:
    """Return what stands in the time column of some rows."""
    shown = (f"{part.number(r)} '{shortened(text_of(part.times[r]), _SHOWN)}'" for r in rows)
    return _some(shown, len(rows))


def _some(texts: Iterable[str], count: int) -> str:
    """Return the first of `count` texts and how many more there are; few need be made for that."""
    more = [f"… (+{count - _SHOWN_ROWS})"] if count > _SHOWN_ROWS else []
    return ", ".join([*islice(texts, _SHOWN_ROWS), *more])
