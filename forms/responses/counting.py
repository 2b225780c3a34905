"""From what several tables say to one round's responses: each person once, counted per item."""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from itertools import accumulate, chain, compress
from operator import itemgetter
from zoneinfo import ZoneInfo

from forms.checklist.model import Checklist
from forms.dates import read_dates
from forms.responses.coded import CodedTable
from forms.responses.model import (
    Cell,
    Responses,
    RowCounts,
    SourceAccount,
    Table,
)
from forms.responses.notes import part_notes, round_notes
from forms.responses.part import Part, TimedPart
from forms.responses.persons import Latest, Times, latest_rows, rows_by_person
from forms.responses.reader import read_table
from forms.responses.sketch import Sketching
from forms.responses.tally import Tally


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
    # All headers first: the items of all sources are sketched together.
    several: list[CodedTable | list[Part]] = [
        CodedTable(table, table.coded, checklist) if table.coded else read_table(table, checklist)
        for table in tables
    ]
    headed: list[CodedTable | Part] = []
    for source in several:
        headed += [source] if isinstance(source, CodedTable) else source
    items = _items(headed, checklist)
    parts: list[Part] = []
    for source in several:
        if isinstance(source, CodedTable):
            counted = source.part(Tally(checklist, items, sketching))
            parts += [counted] if counted else read_table(source.table, checklist)
        else:
            parts += source
    return count_parts(parts, checklist, today, sketching)


def _items(headed: Iterable[CodedTable | Part], checklist: Checklist) -> list[str]:
    """Return the items that any of some sources has a column for, in the checklist's order."""
    asked = set(chain.from_iterable(source.codes for source in headed))
    return [item.id for item in checklist.items() if item.id in asked]


def count_parts(
    parts: Sequence[Part],
    checklist: Checklist,
    today: date | None = None,
    sketching: Sketching | None = None,
) -> Responses:
    """Count what was read; somebody who answered several times counts once, as they did last.

    A person is a real e-mail address, in whatever source.
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
        # Where each part begins among the rows of all; what was counted already has none.
        self.starts = [0, *accumulate(len(part.answered) for part in parts)]
        self.answered = b"".join(part.answered for part in parts)
        self.items = _items(parts, checklist)
        # Whether any source asks for the groups, and has rows.
        split = checklist.split_question()
        self.is_split = split is not None and any(
            part.read and part.columns.of("respondent", split.id) for part in parts
        )

    def responses(self) -> Responses:
        """Return the counted whole, from all rows in the order of the parts."""
        persons = list(chain.from_iterable(p.persons or [""] * len(p.answered) for p in self.parts))
        rows = compress(range(len(self.answered)), self.answered) if any(persons) else ()
        of_person = rows_by_person(persons, list(rows))
        clocks = [self._clock(number, of_person) for number in range(len(self.parts))]
        times = list(chain.from_iterable(own for _, own in clocks))
        latest = latest_rows(of_person, times, self.zone)
        used = bytearray(self.answered)
        for row in latest.replaced:
            used[row] = 0
        timed = [self._timed(n, *clocks[n], bytes(used), latest) for n in range(len(self.parts))]
        tally = self._tally(timed)
        accounts = [self._account(timed_part) for timed_part in timed]
        if len({part.table.name for part in self.parts}) > 1:
            accounts = [account.named() for account in accounts]
        return Responses(
            rows=RowCounts.total(account.rows for account in accounts),
            sources=tuple(accounts),
            counts=tally.counts(),
            groups=tally.groups() if self.is_split else {},
            remarks=self._remarks(timed, latest.replaced),
            notes=(
                *round_notes(timed, self.checklist, self.items),
                *(n for a in accounts for n in a.notes),
            ),
            days=sum((timed_part.days for timed_part in timed), Counter[date]()),
            sketches=tally.sketches(),
        )

    def _clock(self, number: int, of_person: dict[str, list[int]]) -> tuple[str, Times]:
        """Return a part's times: of a known column, else of one that holds nothing but times.

        Of several such columns only where all of them say the same of everybody.
        """
        part = self.parts[number]
        times = self._read(part.times, is_utc=part.is_utc) or [None] * len(part.answered)
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
            read=part.read + part.table.replaced,
            used=part.usable - timed_part.replaced,
            blank=part.blank,
            replaced=timed_part.replaced + part.table.replaced,
            unusable=part.read - part.blank - part.usable,
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

    def _tally(self, timed: Sequence[TimedPart]) -> Tally:
        """Count the rows that count, beside what was counted already."""
        tally = Tally(self.checklist, self.items, self.sketching)
        for part in self.parts:
            if part.counted:
                tally.include(part.counted.tally)
        answers = {item: _used_codes(item, timed) for item in self.items}
        cells = [cell for own in timed for cell in compress(own.groups(), own.used)]
        # Thousands of rows, and a few groups.
        named = {cell: tally.group_of(cell) if self.is_split else "" for cell in set(cells)}
        groups = list(map(named.__getitem__, cells))
        sizes = sorted(Counter(groups).items())
        if len(sizes) > 1:
            # Rows laid side by side by group, so that each is a slice.
            by_group = itemgetter(*sorted(range(len(groups)), key=groups.__getitem__))
            answers = {item: bytes(by_group(codes)) for item, codes in answers.items()}
        start = 0
        for group, size in sizes:
            own = {item: codes[start : start + size] for item, codes in answers.items()}
            tally.add(group, own, size)
            start += size
        return tally

    def _remarks(
        self, timed: Sequence[TimedPart], replaced: AbstractSet[int]
    ) -> dict[str, tuple[str, ...]]:
        """Return the remarks in an order that says nothing about who wrote which."""
        texts: dict[str, list[str]] = {}
        for section in self.checklist.sections:
            texts |= {section.id: [], **{item.id: [] for item in section.items}}
        for timed_part in timed:
            for subject, text in timed_part.remarks(replaced):
                texts[subject].append(text.strip())
        return {
            # By nothing but the text: the order of rows is that of who answered first.
            subject: tuple(sorted(sorted(written), key=str.casefold))
            for subject, written in texts.items()
            if written
        }


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
