"""From a table to what its rows say: a code a cell, who answered and when, and what stood out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, compress, islice, repeat, zip_longest
from operator import ne, not_

from forms.checklist.model import Checklist
from forms.known_columns import PERSONAL, Known, is_in_utc
from forms.notes import Note
from forms.responses.answers import (
    EMPTY,
    TO_ANSWERED,
    TO_CODE,
    UNREAD,
    CellCodes,
    answered_rows,
    is_answer,
    lacking_rows,
)
from forms.responses.columns import Column, ColumnReader, Match
from forms.responses.header import check_header
from forms.responses.misfit import Misfits
from forms.responses.model import Cell, Row, Table, UnreadCell, has_content, is_filled
from forms.responses.mojibake import is_mojibake
from forms.responses.note_kinds import SecondHeader
from forms.responses.part import Part
from forms.responses.persons import LEAST_ADDRESSES, address_of, names_somebody
from forms.responses.samples import Samples
from forms.responses.unread_columns import UnreadColumns
from forms.responses.unrecognised import check_recognised, check_wording
from forms.text import shortened, text_of

# Cells that a report lists by their text; all of them are counted.
MAX_LISTED = 1000
# Rows that are looked at together, column by column. So few stay in the processor's cache until all
# has been asked of them: 5,000 took 1.7 times as long.
_CHUNK = 200
# Different odd texts of an item that are counted.
_MOST_COUNTED = 10_000
_SHOWN = 40
# The first of these that holds anything says when somebody answered: sending goes before starting.
_TIMES = (Known.COMPLETION, Known.TIME, Known.MODIFIED, Known.START)


def read_table(table: Table, checklist: Checklist, *, keep_rows: bool = False) -> list[Part]:
    """Read a table; a row that reads as a header with other columns begins a part of its own.

    The parts stand in the order of their rows. `keep_rows` keeps those as they came, for an
    archive. Raises SourceError when the table is not the checklist's, when it has text and no
    answers, and where it is not certain which answer belongs to which question.
    """
    reader = ColumnReader(checklist)
    check_header(table, checklist, reader)
    codes = CellCodes(checklist)
    parts: list[Part] = []
    part = _PartReader(table, reader, codes, keep_rows=keep_rows)
    rows = iter(table.rows)
    while chunk := list(islice(rows, _CHUNK)):
        # Rows that a part did not take begin with a header, of its own once more or of another
        # part.
        while chunk and (taken := part.add(chunk)) < len(chunk):
            header, chunk = chunk[taken], chunk[taken + 1 :]
            if not part.repeats(header):
                parts.append(part.finished())
                part = _PartReader(part.second(header), reader, codes, keep_rows=keep_rows)
    parts.append(part.finished())
    check_recognised(parts, list(checklist.answer_labels().values()))
    return parts


class _PartReader:
    """Takes in rows under one header, chunk by chunk."""

    def __init__(
        self, table: Table, reader: ColumnReader, codes: CellCodes, *, keep_rows: bool
    ) -> None:
        columns = reader.read(table.header)
        self.reader, self.codes, self.keep_rows = reader, codes, keep_rows
        self.width = len(columns.all)
        self.misfits = Misfits(table, columns, codes)
        self.others = [c.index for c in columns.all if c.kind in {"remark", "respondent"}]
        self.item_columns = [c.index for c in columns.all if c.kind == "item"]
        # Of each item the columns that count, surest first; and those that may count beside them.
        self.sure = {item: surest(own) for item, own in columns.columns("item").items()}
        self.doubtful = {
            column.index: _Doubtful(column)
            for item, own in columns.columns("item").items()
            for column in own
            if column not in self.sure[item]
        }
        self.remark_columns = columns.by_subject("remark")
        self.group_columns = columns.of("respondent", reader.split) if reader.split else []
        self.times: dict[Known, list[Cell]] = {k: [] for k in _TIMES if columns.known(k)}
        self.addresses = [] if table.is_keyed else columns.known(Known.EMAIL)
        # Columns that say who a row is from: by their header, or being full of addresses.
        self.naming: set[int] = set()
        self.of_addresses = Samples(_are_addresses)
        unread = UnreadColumns(columns, reader, codes, wants_times=bool(self.addresses))
        self.part = Part(table, columns, unread, codes={item: bytearray() for item in self.sure})
        number = table.header_row or table.first_row - 1
        for column, header in zip(columns.all, table.header, strict=True):
            # As it stands there: on one line a no-break space is a plain one.
            if is_mojibake(text_of(header)) and not table.is_keyed:
                self.part.damaged.add(f"{column.letter}{number}")

    def add(self, chunk: list[Row]) -> int:
        """Take in rows up to one that reads as a header; returns how many that were."""
        cells = self._cells(chunk)
        marked = {index: self.codes.marked(cells[index]) for index in self.item_columns}
        coded = {
            item: [marked[column.index].translate(TO_CODE) for column in columns]
            for item, columns in self.sure.items()
        }
        flags = answered_rows(chain.from_iterable(coded.values()), len(chunk))
        unanswered = list(compress(range(len(chunk)), map(not_, flags))) if 0 in flags else []
        for place in unanswered:
            if not self.part.table.is_keyed and self.reader.begins_table(chunk[place]):
                return self.add(chunk[:place]) if place else 0
        self._look_at(chunk, unanswered)
        self._look_for_rows(cells, coded)
        self._look_for_damage(cells, marked)
        self._look_for_strays(chunk, cells, coded)
        for item, columns in self.sure.items():
            self.part.codes[item] += self._resolved(item, columns, coded[item], cells)
        for index, doubtful in self.doubtful.items():
            doubtful.add(marked[index].translate(TO_CODE), cells[index])
        self.part.answered += flags
        self._add_others(cells)
        self.part.read += len(chunk)
        if self.keep_rows:
            self.part.rows += chunk
        return len(chunk)

    def repeats(self, header: Row) -> bool:
        """Say whether a row is this part's own header once more, and take note of it."""
        if not self.part.columns.reads_alike(self.reader.read(header)):
            return False
        self.part.headers.append(self.part.read)
        return True

    def second(self, header: Row) -> Table:
        """Return the table that begins with another header, at the row that comes next."""
        number = self.part.number(self.part.read)
        note = Note(SecondHeader(number))
        table = replace(self.part.table, header=header, header_row=number, above=())
        return replace(table, first_row=number + 1, notes=(note,))

    def finished(self) -> Part:
        """Return the part, once it is certain that cells stand under their headers."""
        part = self.part
        part.suspects = self.misfits.check(part.unread, part.answers)
        for doubtful in self.doubtful.values():
            self._settle(doubtful)
        filled = ((k, cells) for k, cells in self.times.items() if any(map(is_filled, cells)))
        known, part.times = next(filled, (None, []))
        headers = [c.header for c in part.columns.all if known and c.subject == known.value]
        part.is_utc = any(map(is_in_utc, headers))
        part.unread.prose.judge()
        naming = self.naming | self.of_addresses.judge()
        part.personal = tuple(
            dict.fromkeys(c.header for c in part.columns.all if c.index in naming)
        )
        # Last, since a doubtful column that is settled has texts of its own.
        check_wording(part)
        return part

    def _cells(self, chunk: list[Row]) -> list[tuple[Cell, ...]]:
        """Return rows as columns; of text, cells beyond the header are empty or refused."""
        rows: Iterable[Row] = chunk
        if self.part.table.is_text and max(map(len, chunk)) > self.width:
            rows = (row[: self.width] for row in chunk)
        cells = list(zip_longest(*rows, fillvalue=""))
        return cells + [("",) * len(chunk)] * (self.width - len(cells))

    def _look_at(self, chunk: list[Row], unanswered: list[int]) -> None:
        """Have the width of rows looked at, and rows without an answer."""
        part = self.part
        self.misfits.look_at_widths(chunk, part.number(part.read))
        for place in unanswered:
            if has_content(chunk[place]):
                part.unanswered.append(part.read + place)
                self.misfits.look_at_unanswered(chunk[place], part.number(part.read + place))
            else:
                part.blank += 1

    def _look_for_rows(self, cells: list[tuple[Cell, ...]], coded: dict[str, list[bytes]]) -> None:
        """Have texts of several lines looked at, that a quote may have made of whole rows."""
        if not self.part.table.is_text:
            return
        answers = {
            column.index
            for item, columns in self.sure.items()
            for column, codes in zip(columns, coded[item], strict=True)
            if UNREAD not in codes
        }
        for column in self.part.columns.all:
            own = cells[column.index]
            if column.index not in answers and any(own) and "\n" in "".join(map(str, own)):
                self.misfits.look_at_texts(own, self.part.number(self.part.read))

    def _look_for_damage(self, cells: list[tuple[Cell, ...]], marked: dict[int, bytes]) -> None:
        """Find letters that are damaged, in whatever is read."""
        part = self.part
        if part.table.is_keyed:
            return
        damaged: list[tuple[int, int]] = []
        for column in part.columns.all:
            own = cells[column.index]
            has_accents = column.index in marked and not marked[column.index].isascii()
            if not has_accents and column.index not in self.others:
                continue
            texts = {text for text in set(own) if isinstance(text, str) and is_mojibake(text)}
            flags = map(texts.__contains__, own) if texts else ()
            damaged += ((place, column.index) for place in compress(range(len(own)), flags))
        for place, index in sorted(damaged):
            letter = part.columns.all[index].letter
            part.damaged.add(f"{letter}{part.number(part.read + place)}")

    def _look_for_strays(
        self, chunk: list[Row], cells: list[tuple[Cell, ...]], coded: dict[str, list[bytes]]
    ) -> None:
        """Find rows that hold answers where none is asked, and lack one where one is."""
        strays = self.part.unread.add(cells, len(chunk))
        lacking = lacking_rows(coded.values(), len(chunk))
        if self.part.table.is_keyed or 1 not in lacking:
            return
        for index in self.others:
            # Every remark is another, which few rows need to be asked of.
            if any(map(self.codes.is_answer, set(compress(cells[index], lacking)))):
                flags = self.codes.of(cells[index]).translate(TO_ANSWERED)
                strays += ((place, index) for place in compress(range(len(chunk)), flags))
        for place, index in strays:
            if lacking[place]:
                given = [_given(own, place) for own in coded.values()]
                number = self.part.number(self.part.read + place)
                self.misfits.add_stray(chunk[place], number, index, is_odd=UNREAD in given)

    def _resolved(
        self, item: str, columns: list[Column], coded: list[bytes], cells: list[tuple[Cell, ...]]
    ) -> bytes:
        """Return an item's codes: of several columns the surest that is answered."""
        for column, codes in zip(columns, coded, strict=True):
            odd = map(UNREAD.__eq__, codes) if UNREAD in codes else ()
            for place in compress(range(len(codes)), odd):
                self._list_unread(item, self.part.read + place, text_of(cells[column.index][place]))
        if len(coded) == 1:
            return coded[0]
        merged = bytearray()
        for row in zip(*coded, strict=True):
            given = list(filter(is_answer, row))
            self.part.differing[item] += len(set(given)) > 1
            merged.append(given[0] if given else EMPTY)
        return bytes(merged)

    def _list_unread(self, item: str, row: int, text: str) -> None:
        """Take note of a cell that is no answer."""
        part = self.part
        part.unread_total += 1
        if len(part.unread_cells) < MAX_LISTED:
            part.unread_cells.append(UnreadCell(part.number(row), item, text))
        texts = part.unread_texts.setdefault(item, Counter())
        shown = shortened(text, _SHOWN)
        if shown in texts or len(texts) < _MOST_COUNTED:
            texts[shown] += 1

    def _settle(self, doubtful: "_Doubtful") -> None:
        """Let a doubtful column count where nothing surer is filled, if it holds answers at all.

        What holds other texts, such as remarks, or an answer only where a surer column has one
        too, is no former wording of the statement.
        """
        part, column, codes = self.part, doubtful.column, doubtful.codes
        flags = codes.translate(TO_ANSWERED)
        answers, own = flags.count(1), part.codes[column.subject]
        rows = [row for row in compress(range(part.read), flags) if not is_answer(own[row])]
        if answers <= codes.count(UNREAD) or not rows:
            part.columns = part.columns.without(column)
            filled = answers + codes.count(UNREAD)
            part.unread.add_column(column.index, answers=answers, filled=filled)
            return
        for row, text in doubtful.texts:
            if own[row] == EMPTY:
                self._list_unread(column.subject, row, text)
        for row in rows:
            own[row] = codes[row]
            part.answered[row] = 1
        part.beside[column.index] = len(rows)

    def _add_others(self, cells: list[tuple[Cell, ...]]) -> None:
        part = self.part
        for subject, places in self.remark_columns.items():
            part.remarks += [
                (row, subject, text_of(cell))
                for place in places
                for row, cell in _not_empty(cells[place], part.read)
                if is_filled(cell)
            ]
        self._add_persons(cells, len(cells[0]))
        for known in self.times:
            self.times[known] += _rightmost(cells, part.columns.known(known))
        part.groups += _rightmost(cells, self.group_columns)

    def _add_persons(self, cells: list[tuple[Cell, ...]], rows: int) -> None:
        """Note who a row is from, and which columns say so though nobody asked."""
        part = self.part
        filled = [(c, cells[c.index]) for c in part.columns.all if any(cells[c.index])]
        for column, own in filled:
            is_naming = column.kind == "known" and Known(column.subject) in PERSONAL
            if is_naming and column.index not in self.naming and any(map(names_somebody, own)):
                self.naming.add(column.index)
        others = [(c.index, own) for c, own in filled if c.kind in {"unread", "respondent"}]
        self.of_addresses.add(others, rows)
        if self.addresses:
            # Of several columns the rightmost that says who.
            columns = [map(address_of, cells[place]) for place in reversed(self.addresses)]
            part.persons += [next(filter(None, row), "") for row in zip(*columns, strict=True)]


class _Doubtful:
    """A column that may be a statement's former wording: its codes, and its texts that are none."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.codes = bytearray()
        self.texts: list[tuple[int, str]] = []

    def add(self, codes: bytes, cells: Sequence[Cell]) -> None:
        """Take in the column's next cells with their codes; of texts the first `MAX_LISTED`."""
        for place in compress(range(len(codes)), map(UNREAD.__eq__, codes)):
            if len(self.texts) < MAX_LISTED:
                self.texts.append((len(self.codes) + place, text_of(cells[place])))
        self.codes += codes


def surest(columns: list[Column]) -> list[Column]:
    """Return the columns that count for an item: those in its own words, else by its id.

    The first one that is answered counts: of columns that are as sure, the rightmost.
    """
    best = min(column.match for column in columns)
    limit = max(best, Match.NEAR)
    return sorted(
        (column for column in columns if column.match <= limit),
        key=lambda column: (column.match, -column.index),
    )


def _given(coded: list[bytes], place: int) -> int:
    """Return the code that counts in a row: of an item's columns the first that is answered."""
    codes = [codes[place] for codes in coded]
    return next(filter(is_answer, codes), codes[0])


def _not_empty(cells: Sequence[Cell], start: int) -> Iterator[tuple[int, Cell]]:
    """Yield place, counted from `start`, and cell of what is no empty text: remarks mostly are."""
    return compress(enumerate(cells, start), map(ne, cells, repeat("")))


def _rightmost(cells: list[tuple[Cell, ...]], places: list[int]) -> Sequence[Cell]:
    """Return a column's cells; of several columns, each row's rightmost that is filled."""
    if len(places) < 2:  # noqa: PLR2004
        return cells[places[0]] if places else ()
    rows = zip(*(reversed([cells[place] for place in places])), strict=True)
    return [next(filter(is_filled, row), "") for row in rows]


def _are_addresses(filled: Sequence[Cell]) -> bool:
    addresses = sum(bool(address_of(cell)) for cell in filled)
    return addresses >= LEAST_ADDRESSES and 2 * addresses >= len(filled)
