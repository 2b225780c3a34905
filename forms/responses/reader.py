"""From a table to counted responses, with an account of every row, column and cell."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import compress, zip_longest
from operator import not_

from forms.checklist import Checklist
from forms.dates import moment, read_dates
from forms.known_columns import Known
from forms.responses.columns import ColumnReader, Columns, check_columns
from forms.responses.model import (
    Cell,
    Counts,
    Note,
    Responses,
    Row,
    RowCounts,
    Table,
    UnreadCell,
    is_filled,
)
from forms.text import fold, one_line, text_of
from forms.wording import LANGUAGES, Answer, wording

MAX_LISTED = 1000
_REMEMBERED = 10_000
_CHUNK = 5_000

# One byte a cell: empty, the five answers in order, text that is none of them.
_EMPTY, _UNREAD = 0, 6
_CODES = {answer: code for code, answer in enumerate(Answer, 1)}
_TO_ANSWERED = bytes(1 if _EMPTY < code < _UNREAD else 0 for code in range(256))
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_NOBODY = {fold(name) for name in ("anonymous", "anoniem")}


def answer_codes(checklist: Checklist) -> dict[str, Answer]:
    """Return each folded text that is an answer: the checklist's wording goes before defaults."""
    codes: dict[str, Answer] = {}
    for answer, label in checklist.answer_labels().items():
        codes[fold(label)] = answer
    for language in LANGUAGES:
        for answer in Answer:
            codes.setdefault(fold(wording(language).answer(answer)), answer)
    for answer in Answer:
        codes.setdefault(fold(answer), answer)
    return codes


def read_responses(table: Table, checklist: Checklist) -> Responses:
    """Read and count a table.

    Raises HeadersError when its columns are not the checklist's.
    """
    columns = ColumnReader(checklist).read(table.header)
    check_columns(columns, checklist, table.name)
    reading = _Reading(table, checklist, columns)
    for chunk in _chunks(table.rows):
        reading.add(chunk)
    return reading.responses()


class _Codes(dict[Cell, int]):
    """From a cell to its code; every distinct text is folded once."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        super().__init__({None: _EMPTY, "": _EMPTY})
        self.answers = answers

    def __missing__(self, cell: Cell) -> int:
        text = text_of(cell)
        answer = self.answers.get(fold(text))
        code = _CODES[answer] if answer else _UNREAD if text.strip() else _EMPTY
        if len(self) < _REMEMBERED:
            self[cell] = code
        return code


class _Reading:
    """What is gathered while rows go by: a byte per cell, and what cannot be said until the end."""

    def __init__(self, table: Table, checklist: Checklist, columns: Columns) -> None:
        self.table = table
        self.checklist = checklist
        self.columns = columns
        self.items = columns.by_subject("item")
        self.remark_columns = columns.by_subject("remark")
        self.codes = _Codes(answer_codes(checklist))
        self.width = len(columns.all)
        self.read = 0
        self.answers = {item: bytearray() for item in self.items}
        self.answered = bytearray()
        self.blank = 0
        self.persons: list[str] = []
        self.naming_headers: dict[str, None] = {}
        self.times: list[Cell] = []
        self.groups: list[Cell] = []
        self.remarks: list[tuple[int, str, str]] = []
        self.unread_cells: list[UnreadCell] = []
        self.unread_total = 0
        self.differing: Counter[str] = Counter()
        split = checklist.split_question()
        self.group_columns = columns.of("respondent", split.id) if split else []
        self.time_columns = next(
            (
                found
                for known in (Known.COMPLETION, Known.TIME, Known.MODIFIED, Known.START)
                if (found := columns.known(known))
            ),
            [],
        )

    def add(self, chunk: list[Row]) -> None:
        """Take in some rows."""
        cells = list(zip_longest(*chunk, fillvalue=""))[: self.width]
        cells += [("",) * len(chunk)] * (self.width - len(cells))
        answered = 0
        for item, places in self.items.items():
            codes = self._item_codes(item, [cells[place] for place in places])
            self.answers[item] += codes
            answered |= int.from_bytes(codes.translate(_TO_ANSWERED))
        flags = answered.to_bytes(len(chunk))
        self.answered += flags
        unanswered = compress(range(len(chunk)), map(not_, flags)) if 0 in flags else ()
        self.blank += sum(not any(map(is_filled, chunk[i])) for i in unanswered)
        for subject, places in self.remark_columns.items():
            for place in places:
                self._add_remarks(subject, cells[place])
        self._add_persons(cells)
        self.times += self._rightmost(cells, self.time_columns)
        self.groups += self._rightmost(cells, self.group_columns)
        self.read += len(chunk)

    def _item_codes(self, item: str, columns: list[tuple[Cell, ...]]) -> bytes:
        coded = [bytes(map(self.codes.__getitem__, column)) for column in columns]
        for codes, column in zip(coded, columns, strict=True):
            if _UNREAD in codes:
                self._list_unread(item, codes, column)
        if len(coded) == 1:
            return coded[0]
        merged = bytearray()
        for row in zip(*coded, strict=True):
            given = [code for code in row if _EMPTY < code < _UNREAD]
            self.differing[item] += len(set(given)) > 1
            merged.append(given[-1] if given else _EMPTY)
        return bytes(merged)

    def _list_unread(self, item: str, codes: bytes, column: tuple[Cell, ...]) -> None:
        self.unread_total += codes.count(_UNREAD)
        for i in compress(range(len(codes)), map(_UNREAD.__eq__, codes)):
            if len(self.unread_cells) >= MAX_LISTED:
                return
            row = self.table.first_row + self.read + i
            self.unread_cells.append(UnreadCell(row, item, text_of(column[i])))

    def _add_remarks(self, subject: str, column: tuple[Cell, ...]) -> None:
        self.remarks += [
            (self.read + i, subject, text_of(cell))
            for i, cell in enumerate(column)
            if cell != "" and is_filled(cell)
        ]

    def _add_persons(self, cells: list[tuple[Cell, ...]]) -> None:
        """Note who a row is from, and which columns say so that nobody asked to."""
        own = self.columns.known(Known.RESPONDENT)
        addresses = self.columns.known(Known.EMAIL)
        for place in [*addresses, *self.columns.known(Known.NAME)]:
            if any(_names_somebody(cell) for cell in cells[place]):
                self.naming_headers[self.columns.all[place].header] = None
        if own or addresses:
            # Of several columns the rightmost that says who; our own id before an address.
            columns = [map(_own_id, cells[place]) for place in reversed(own)]
            columns += [map(_address, cells[place]) for place in reversed(addresses)]
            self.persons += [next(filter(None, row), "") for row in zip(*columns, strict=True)]

    def _rightmost(self, cells: list[tuple[Cell, ...]], places: list[int]) -> Iterable[Cell]:
        """Return a column's cells; of several columns, each row's rightmost that is filled."""
        if len(places) < 2:  # noqa: PLR2004
            return cells[places[0]] if places else ()
        rows = zip(*(reversed([cells[place] for place in places])), strict=True)
        return [next(filter(is_filled, row), "") for row in rows]

    def responses(self) -> Responses:
        """Return the counted whole."""
        times = read_dates(self.times)
        replaced = self._replaced(times)
        used = bytearray(self.answered)
        for row in replaced:
            used[row] = 0
        used_rows = bytes(used)
        account = RowCounts(
            read=self.read,
            used=used_rows.count(1),
            blank=self.blank,
            replaced=len(replaced),
            unusable=self.read - self.answered.count(1) - self.blank,
        )
        answers = {
            item: bytes(
                codes if not replaced and account.used == self.read else compress(codes, used)
            )
            for item, codes in self.answers.items()
        }
        days = [time.date() for time in compress(times, used_rows) if time] if times else []
        return Responses(
            source=self.table.name,
            rows=account,
            counts={item: counts_of_codes(codes) for item, codes in answers.items()},
            groups=self._group_counts(answers, used_rows),
            remarks=self._remark_texts(replaced),
            columns=self.columns.all,
            notes=(*self.table.notes, *self._notes(account, times)),
            unread_cells=tuple(sorted(self.unread_cells, key=lambda cell: cell.row)),
            unread_total=self.unread_total,
            days=Counter(days),
            used_rows=used_rows,
        )

    def _replaced(self, times: list[datetime | None]) -> set[int]:
        """Return the usable rows that a later one of the same person stands in for."""
        rows_of: dict[str, list[int]] = {}
        for row in compress(range(self.read), self.answered if self.persons else b""):
            if person := self.persons[row]:
                rows_of.setdefault(person, []).append(row)
        replaced: set[int] = set()
        for rows in rows_of.values():
            if len(rows) > 1:
                replaced.update(set(rows) - {_latest(rows, times)})
        return replaced

    def _group_counts(
        self, answers: dict[str, bytes], used_rows: bytes
    ) -> dict[str, dict[str, Counts]]:
        """Count per group: rows laid side by side by group, so that each is a slice."""
        if not self.groups:
            return {}
        names = _Names(self.checklist)
        of_row = [names[cell] for cell in compress(self.groups, used_rows)]
        order = sorted(range(len(of_row)), key=of_row.__getitem__)
        sizes = Counter(of_row)
        sorted_answers = {
            item: bytes(map(codes.__getitem__, order)) for item, codes in answers.items()
        }
        groups: dict[str, dict[str, Counts]] = {}
        start = 0
        for name in sorted(sizes):
            stop = start + sizes[name]
            groups[name] = {
                item: counts_of_codes(codes, start, stop) for item, codes in sorted_answers.items()
            }
            start = stop
        return groups

    def _remark_texts(self, replaced: set[int]) -> dict[str, tuple[str, ...]]:
        """Return the remarks in an order that says nothing about who wrote which."""
        texts: dict[str, list[str]] = {}
        for row, subject, text in self.remarks:
            if row not in replaced:
                texts.setdefault(subject, []).append(text.strip())
        return {
            subject: tuple(sorted(found, key=_telling_nothing)) for subject, found in texts.items()
        }

    def _notes(self, account: RowCounts, times: list[datetime | None]) -> Iterator[Note]:
        for column in self.columns.reworded():
            yield Note("reworded", {"id": column.subject, "header": column.header})
        for item in self.checklist.items():
            if item.id not in self.items:
                yield Note("not_asked", {"id": item.id})
        for item_id, places in self.items.items():
            if len(places) > 1:
                values = {"id": item_id, "columns": len(places), "rows": self.differing[item_id]}
                yield Note("doubled", values)
        pairs = zip(self.times, times, strict=True)
        by_address = self.columns.known(Known.EMAIL)
        totals = {
            "unread_cells": self.unread_total,
            "unusable": account.unusable,
            "replaced" if by_address else "revised": account.replaced,
            "unread_dates": sum(time is None and is_filled(cell) for cell, time in pairs),
        }
        for key, count in totals.items():
            if count:
                yield Note(key, {"count": count})
        if self.naming_headers:
            yield Note("recorded", {"headers": ", ".join(map("'{}'".format, self.naming_headers))})


class _Names(dict[Cell, str]):
    """From a cell to the name of its group: a choice as the checklist writes it, else as typed."""

    def __init__(self, checklist: Checklist) -> None:
        super().__init__()
        split = checklist.split_question()
        self.choices = {fold(choice): choice for choice in (split.choices if split else ())}

    def __missing__(self, cell: Cell) -> str:
        text = one_line(text_of(cell))
        self[cell] = name = self.choices.setdefault(fold(text), text) if text else ""
        return name


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    append: Callable[[Row], None] = chunk.append
    for row in rows:
        append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk.clear()
    if chunk:
        yield chunk


def _names_somebody(cell: Cell) -> bool:
    return is_filled(cell) and fold(str(cell)) not in _NOBODY


def _own_id(cell: Cell) -> str:
    return f"id:{text_of(cell).strip().casefold()}" if is_filled(cell) else ""


def _address(cell: Cell) -> str:
    """Return a real address, folded; nothing for what identifies nobody."""
    text = text_of(cell).strip().casefold()
    return text if _ADDRESS.fullmatch(text) else ""


def _latest(rows: list[int], times: list[datetime | None]) -> int:
    """Return the last completed of a person's rows, or the lowest when a time is missing."""
    found = [times[row] for row in rows] if times else [None]
    known = [moment(time) for time in found if time]
    return max(zip(known, rows, strict=True))[1] if len(known) == len(rows) else rows[-1]


def counts_of_codes(codes: bytes, start: int = 0, stop: int | None = None) -> Counts:
    """Count a slice of one item's cells, a byte each."""
    stop = len(codes) if stop is None else stop
    given = {answer.value: codes.count(code, start, stop) for answer, code in _CODES.items()}
    return Counts(**given, empty=stop - start - sum(given.values()))


def _telling_nothing(text: str) -> tuple[str, str]:
    return (text.casefold(), text)
