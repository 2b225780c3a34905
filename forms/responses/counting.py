"""From what several tables say to one round's responses: each person once, counted per item."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from itertools import accumulate, chain, compress
from zoneinfo import ZoneInfo

from forms.checklist.model import Checklist
from forms.dates import read_dates
from forms.responses.answers import CODES
from forms.responses.model import (
    Cell,
    Counts,
    Responses,
    RowCounts,
    SourceAccount,
    Table,
)
from forms.responses.notes import part_notes, round_notes
from forms.responses.part import Part, TimedPart
from forms.responses.persons import Latest, Times, latest_rows, rows_by_person
from forms.responses.reader import read_table
from forms.responses.sketch import Sketching, sketches
from forms.text import normalize, one_line, text_of


def read_responses(table: Table, checklist: Checklist, today: date | None = None) -> Responses:
    """Read and count one table; raises what `read_sources` does."""
    return read_sources([table], checklist, today)


def read_sources(
    tables: Iterable[Table],
    checklist: Checklist,
    today: date | None = None,
    sketching: Sketching | None = None,
) -> Responses:
    """Read and count the tables of one round; times after `today` are pointed out.

    With `sketching` the responses can be held against those of another time. Raises SourceError
    when one of them is not the checklist's, or is not certain.
    """
    parts = [part for table in tables for part in read_table(table, checklist)]
    return count_parts(parts, checklist, today, sketching)


def count_parts(
    parts: Sequence[Part],
    checklist: Checklist,
    today: date | None = None,
    sketching: Sketching | None = None,
) -> Responses:
    """Count what was read; somebody who answered several times counts once, as they did last.

    A person is a real e-mail address, in whatever source, or an id of our own within one.
    """
    return _Round(parts, checklist, today, sketching).responses()


class _Round:
    """The rows of all parts, one after another."""

    def __init__(
        self,
        parts: Sequence[Part],
        checklist: Checklist,
        today: date | None,
        sketching: Sketching | None,
    ) -> None:
        self.parts, self.checklist, self.today = parts, checklist, today
        self.sketching = sketching
        self.zone = ZoneInfo(checklist.time_zone)
        self.starts = [0, *accumulate(part.read for part in parts)]
        self.answered = bytes(chain.from_iterable(part.answered for part in parts))
        self.items = [i.id for i in checklist.items() if any(i.id in p.codes for p in parts)]

    def responses(self) -> Responses:
        """Return the counted whole, from all rows in the order of the parts."""
        persons = list(chain.from_iterable(map(self._persons, self.parts)))
        rows = compress(range(len(self.answered)), self.answered) if any(persons) else ()
        of_person = rows_by_person(persons, list(rows))
        clocks = [self._clock(number, of_person) for number in range(len(self.parts))]
        times = list(chain.from_iterable(own for _, own in clocks))
        latest = latest_rows(of_person, times, self.zone)
        used = bytearray(self.answered)
        for row in latest.replaced:
            used[row] = 0
        timed = [self._timed(n, *clocks[n], bytes(used), latest) for n in range(len(self.parts))]
        answers = {item: _used_codes(item, timed) for item in self.items}
        accounts = [self._account(timed_part) for timed_part in timed]
        if len({part.table.name for part in self.parts}) > 1:
            accounts = [account.named() for account in accounts]
        of_row = self._group_of_rows(timed)
        return Responses(
            rows=RowCounts.total(account.rows for account in accounts),
            sources=tuple(accounts),
            counts={item: counts_of_codes(codes) for item, codes in answers.items()},
            groups=_group_counts(answers, of_row),
            remarks=_remark_texts(timed, latest.replaced),
            notes=(
                *round_notes(timed, self.checklist, self.items),
                *(n for a in accounts for n in a.notes),
            ),
            days=Counter(day for timed_part in timed for day in timed_part.days),
            sketches=sketches(self.sketching, answers, of_row or [""] * used.count(1))
            if self.sketching
            else {},
        )

    def _persons(self, part: Part) -> Iterable[str]:
        """Return who each row is from; our own ids are known within one source alone."""
        if not part.persons:
            return ("",) * part.read
        name = part.table.name
        return (f"{name} {who}" if who.startswith("id:") else who for who in part.persons)

    def _clock(self, number: int, of_person: dict[str, list[int]]) -> tuple[str, Times]:
        """Return a part's times: of a known column, else of one that holds nothing but times.

        Of several such columns only where all of them say the same of everybody.
        """
        part = self.parts[number]
        times = self._read(part.times, is_utc=part.is_utc) if part.times else [None] * part.read
        if any(times) or not of_person:
            return "", times
        others = {index: self._read(cells) for index, cells in part.unread.times.items()}
        start, stop = self.starts[number], self.starts[number + 1]
        own = {
            who: [row - start for row in rows if start <= row < stop]
            for who, rows in of_person.items()
        }
        several = {who: rows for who, rows in own.items() if len(rows) > 1}
        latest = {i: latest_rows(several, other, self.zone) for i, other in others.items()}
        if len(set(latest.values())) == 1:
            first = next(iter(latest))
            return part.columns.all[first].header, others[first]
        return "", times

    def _read(self, cells: Sequence[Cell], *, is_utc: bool = False) -> list[datetime | None]:
        return read_dates(cells, self.zone, self.today, is_utc=is_utc)

    def _timed(
        self, number: int, clock: str, times: Times, used: bytes, latest: Latest
    ) -> TimedPart:
        start, stop = self.starts[number], self.starts[number + 1]
        replaced = sum(start <= row < stop for row in latest.replaced)
        by_order = sum(start <= row < stop for row in latest.by_order)
        return TimedPart(
            self.parts[number], times, start, used[start:stop], replaced, by_order, clock
        )

    def _account(self, timed_part: TimedPart) -> SourceAccount:
        part = timed_part.part
        rows = RowCounts(
            read=part.read,
            used=timed_part.used.count(1),
            blank=part.blank,
            replaced=timed_part.replaced,
            unusable=part.read - part.blank - part.answered.count(1),
        )
        days = timed_part.days
        return SourceAccount(
            name=part.table.name,
            rows=rows,
            columns=part.columns.all,
            notes=(
                *part.table.notes,
                *part_notes(timed_part, self.checklist, self.items, self.today),
            ),
            unread_cells=tuple(sorted(part.unread_cells, key=lambda cell: cell.row)),
            unread_total=part.unread_total,
            period=(min(days), max(days)) if days else None,
            used_rows=timed_part.used,
            header_row=part.table.header_row,
        )

    def _group_of_rows(self, timed: Sequence[TimedPart]) -> list[str]:
        """Return the group of every row that counts; nothing where no source asks for it."""
        if not any(timed_part.part.groups for timed_part in timed):
            return []
        names = _Names(self.checklist)
        return [
            names[cell]
            for timed_part in timed
            for cell in compress(timed_part.groups(), timed_part.used)
        ]


def _group_counts(
    answers: Mapping[str, bytes], of_row: Sequence[str]
) -> dict[str, dict[str, Counts]]:
    """Count per group: rows laid side by side by group, so that each is a slice."""
    order = sorted(range(len(of_row)), key=of_row.__getitem__)
    sizes = Counter(of_row)
    sorted_answers = {item: bytes(map(codes.__getitem__, order)) for item, codes in answers.items()}
    groups: dict[str, dict[str, Counts]] = {}
    start = 0
    for name in sorted(sizes):
        stop = start + sizes[name]
        groups[name] = {
            item: counts_of_codes(codes, start, stop) for item, codes in sorted_answers.items()
        }
        start = stop
    return groups


def _used_codes(item: str, timed: Sequence[TimedPart]) -> bytes:
    """Return an item's codes in the rows that count; empty where a table did not ask it."""
    pieces: list[bytes] = []
    for timed_part in timed:
        codes = timed_part.part.codes.get(item)
        if codes is None:
            pieces.append(bytes(timed_part.used.count(1)))
        else:
            pieces.append(
                bytes(compress(codes, timed_part.used) if 0 in timed_part.used else codes)
            )
    return b"".join(pieces)


def _remark_texts(
    timed: Sequence[TimedPart], replaced: AbstractSet[int]
) -> dict[str, tuple[str, ...]]:
    """Return the remarks in an order that says nothing about who wrote which."""
    texts: dict[str, list[str]] = {}
    for timed_part in timed:
        for row, subject, text in timed_part.part.remarks:
            if timed_part.start + row not in replaced:
                texts.setdefault(subject, []).append(text.strip())
    return {s: tuple(sorted(written, key=_alphabetical)) for s, written in texts.items()}


# By nothing but the text: the order of rows is that of who answered first.
def _alphabetical(text: str) -> tuple[str, str]:
    return (text.casefold(), text)


def counts_of_codes(codes: bytes, start: int = 0, stop: int | None = None) -> Counts:
    """Count rows `start` to `stop` (to the end without) of one item's cells, a code a row.

    Texts that are no answer count as empty.
    """
    stop = len(codes) if stop is None else stop
    given = {answer.value: codes.count(code, start, stop) for answer, code in CODES.items()}
    return Counts(**given, empty=stop - start - sum(given.values()))


class _Names(dict[Cell, str]):
    """From a cell to the name of its group: a choice as the checklist writes it, else as typed."""

    def __init__(self, checklist: Checklist) -> None:
        super().__init__()
        split = checklist.split_question()
        self.choices = {normalize(choice): choice for choice in (split.choices if split else ())}

    def __missing__(self, cell: Cell) -> str:
        text = one_line(text_of(cell))
        self[cell] = name = self.choices.setdefault(normalize(text), text) if text else ""
        return name
