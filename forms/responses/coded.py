"""From rows that come as codes to a part that is counted, where that is certain to be equal."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from forms.checklist.model import Checklist
from forms.known_columns import Known
from forms.questionnaire import remark_subjects
from forms.responses.answers import EMPTY, UNREAD, CellCodes, answered_rows
from forms.responses.batches import Batch, Coded, RowsNeeded
from forms.responses.columns import Column, ColumnReader
from forms.responses.header import check_header
from forms.responses.model import Table, is_filled
from forms.responses.part import Counted, Part
from forms.responses.persons import LEAST_ADDRESSES, address_of
from forms.responses.reader import surest
from forms.responses.tally import Tally
from forms.responses.unread_columns import UnreadColumns

# Rows that are counted together: enough that a block costs more than a call, and few to hold.
_AT_ONCE = 50_000

# Columns by their index, with the texts that their codes stand for.
_Columns = tuple[tuple[int, tuple[str, ...]], ...]


class CodedTable:
    """A table that has its rows as codes too; raises what `read_table` does for its header."""

    def __init__(self, table: Table, coded: Coded, checklist: Checklist) -> None:
        self.table, self.coded, self.checklist = table, coded, checklist
        self.reader = ColumnReader(checklist)
        check_header(table, checklist, self.reader)
        self.columns = self.reader.read(table.header)
        self.codes = self.columns.by_subject("item")

    def part(self, tally: Tally) -> Part | None:
        """Count all rows; None where rows may tell what codes do not. Raises SourceError."""
        try:
            part = _Counting(self, tally).part()
        except RowsNeeded:
            return None
        self.coded.close()
        return part


class _Counting:
    """Counts batch by batch; whatever is not as our own form keeps it raises RowsNeeded."""

    def __init__(self, source: CodedTable, tally: Tally) -> None:
        self.source, self.columns = source, source.columns.all
        self.cells = CellCodes(source.checklist)
        # Most batches are of one version, and so are their texts.
        self.table_of = lru_cache(self._table_of)
        self.split = source.columns.of("respondent", source.reader.split)
        self.counted = Counted(tally, Counter(), [])
        self.rows = 0
        self.waiting: dict[tuple[str, _Columns], bytearray] = {}
        self.answers: Counter[int] = Counter()
        self.addresses: Counter[int] = Counter()
        self.unread = UnreadColumns(source.columns, source.reader, self.cells, wants_times=False)
        known = [column.subject for column in self.columns if column.kind == "known"]
        # Any other tells who answered or when: rows that are one person's, or another day.
        if known != [Known.TIME.value] or not all(column.header for column in self.columns):
            raise RowsNeeded

    def part(self) -> Part:
        """Return the part, once all rows have been counted."""
        source = self.source
        for batch in source.coded.batches(self.split):
            self._add(batch)
        for (group, columns), codes in self.waiting.items():
            if codes:
                self._count(group, columns, bytes(codes))
        if self.rows != source.coded.rows:
            raise RowsNeeded
        for index, text in source.coded.texts():
            if is_filled(text):
                self._add_text(self.columns[index], text)
        self._check_texts()
        part = Part(
            source.table,
            source.columns,
            self.unread,
            read=self.rows,
            codes={item: bytearray() for item in source.codes},
            counted=self.counted,
        )
        self._settle(part)
        return part

    def _add(self, batch: Batch) -> None:
        """Take in a batch: when, and from which group; its codes wait for more like them."""
        if not batch.texts:
            # Of so many rows as nobody can tell.
            raise RowsNeeded
        self.counted.days[batch.day] += len(batch)
        self.rows += len(batch)
        for index in self.split:
            self.addresses[index] += len(batch) if address_of(batch.group) else 0
        columns = tuple((index, tuple(texts)) for index, texts in batch.texts.items())
        for start in range(0, len(batch.codes), len(columns) * _AT_ONCE):
            block = batch.codes[start : start + len(columns) * _AT_ONCE]
            waiting = self.waiting.setdefault((batch.group, columns), bytearray())
            waiting += block
            if len(waiting) >= len(columns) * _AT_ONCE:
                self._count(batch.group, columns, bytes(waiting))
                waiting.clear()

    def _count(self, group: str, columns: _Columns, codes: bytes) -> None:
        """Count a block: what its items were answered, and what its other columns hold."""
        width, rows = len(columns), len(codes) // len(columns)
        items: dict[str, bytes] = {}
        for place, (index, texts) in enumerate(columns):
            column, own = self.columns[index], codes[place::width]
            if column.kind != "item":
                self._add_column(column, texts, own)
                continue
            if column.subject in items:
                # Which of two columns counts is told row by row.
                raise RowsNeeded
            items[column.subject] = own = own.translate(self.table_of(texts))
            if UNREAD in own:
                raise RowsNeeded
            self.answers[index] += rows - own.count(EMPTY)
        if not all(answered_rows(items.values(), rows)):
            raise RowsNeeded
        tally = self.counted.tally
        tally.add(tally.group_of(group), items, rows)

    def _table_of(self, texts: tuple[str, ...]) -> bytes:
        """Return what translates codes for texts into those of cells."""
        table = bytes([EMPTY]) + self.cells.of(texts)
        return table.ljust(256, bytes([UNREAD]))

    def _add_column(self, column: Column, texts: tuple[str, ...], codes: bytes) -> None:
        """Take in a column that is no item's, by how often each of its texts stands there."""
        if column.index in self.split:
            return
        counts = {text: codes.count(code) for code, text in enumerate(texts, 1)}
        if sum(counts.values()) + codes.count(EMPTY) < len(codes):
            raise RowsNeeded
        if column.kind == "remark" and any(counts.values()):
            raise RowsNeeded
        self._look_at(column, {text: count for text, count in counts.items() if count})

    def _add_text(self, column: Column, text: str) -> None:
        if column.kind == "item":
            raise RowsNeeded
        if column.kind == "remark":
            self.counted.remarks.append((column.subject, text))
        else:
            self._look_at(column, {text: 1})

    def _look_at(self, column: Column, counts: Mapping[str, int]) -> None:
        """Take note of texts that are nobody's answer or remark, and how often they stand there."""
        found = sum(count for text, count in counts.items() if address_of(text))
        self.addresses[column.index] += found
        if column.kind == "unread":
            self.unread.add_texts(column.index, counts)

    def _check_texts(self) -> None:
        """Raise RowsNeeded where the order of rows would decide what a column is."""
        lacks_remarks = any(
            not self.source.columns.of("remark", subject.id)
            for subject in remark_subjects(self.source.checklist)
        )
        if max(self.addresses.values(), default=0) >= LEAST_ADDRESSES:
            raise RowsNeeded
        if lacks_remarks and self.unread.mixed:
            raise RowsNeeded

    def _settle(self, part: Part) -> None:
        """Let a doubtful column count, if it holds answers at all: no surer one has its rows."""
        for own in self.source.columns.columns("item").values():
            sure = surest(own)
            for column in own:
                if column in sure:
                    continue
                if answers := self.answers[column.index]:
                    part.beside[column.index] = answers
                else:
                    part.columns = part.columns.without(column)
                    part.unread.add_column(column.index, answers=0, filled=0)
