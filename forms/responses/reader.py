"""From a table to what its rows say: a code a cell, who answered and when, and what stood out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, islice, zip_longest
from operator import not_

from forms.checklist import Checklist
from forms.dates import is_time
from forms.errors import SourceError
from forms.known_columns import PERSONAL, Known
from forms.responses.answers import EMPTY, TO_ANSWERED, UNREAD, CellCodes
from forms.responses.columns import Column, ColumnReader, Columns, Match
from forms.responses.header import check_header
from forms.responses.misfit import Misfits
from forms.responses.model import Cell, Note, Row, Table, UnreadCell, is_filled
from forms.responses.persons import address_of, names_somebody, own_id_of
from forms.text import fold, shortened, text_of

MAX_LISTED = 1000
_CHUNK = 5_000
# Enough to see that a column holds addresses.
_LOOKED_AT, _LEAST_ADDRESSES = 200, 3
# An item's odd texts are counted up to here: who has more has them in most rows.
_MOST_COUNTED = 10_000
_SHOWN_TEXTS, _SHOWN = 5, 40
_TIMES = (Known.COMPLETION, Known.TIME, Known.MODIFIED, Known.START)


@dataclass
class Part:
    """What the rows under one header say: a code a row for every item, and all else they tell.

    `persons` has who each row is from, nothing where nobody knows; it is empty without such a
    column, and so are `times` and `groups`. `other_times` has, by index, the columns without a
    known header that hold nothing but times. `beside` has how many rows were answered only in a
    column that is less sure. Of columns that are no question's, by index, `lost` has how many
    answers stand there, `texts` how many remarks if that is what they look like, `chosen` how many
    choices of the question that splits. `unanswered` are the rows with text and no sure answer;
    `headers` are the places of rows that repeat the header; `suspects` has the numbers of rows
    with an answer where none is asked and none where one is, and that answer. `rows` are kept
    when asked for.
    """

    table: Table
    columns: Columns
    read: int = 0
    blank: int = 0
    codes: dict[str, bytearray] = field(default_factory=dict)
    answered: bytearray = field(default_factory=bytearray)
    persons: list[str] = field(default_factory=list)
    times: list[Cell] = field(default_factory=list)
    other_times: dict[int, list[Cell]] = field(default_factory=dict)
    groups: list[Cell] = field(default_factory=list)
    remarks: list[tuple[int, str, str]] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    unread_cells: list[UnreadCell] = field(default_factory=list)
    unread_total: int = 0
    unread_texts: dict[str, Counter[str]] = field(default_factory=dict)
    differing: Counter[str] = field(default_factory=Counter)
    beside: dict[int, int] = field(default_factory=dict)
    lost: Counter[int] = field(default_factory=Counter)
    texts: Counter[int] = field(default_factory=Counter)
    chosen: Counter[int] = field(default_factory=Counter)
    personal: dict[str, None] = field(default_factory=dict)
    headers: list[int] = field(default_factory=list)
    suspects: dict[int, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def number(self, row: int) -> int:
        """Return the number that a row, counted from 0, has in its source."""
        return self.table.first_row + row + sum(at <= row for at in self.headers)


def read_table(table: Table, checklist: Checklist, *, keep_rows: bool = False) -> Iterator[Part]:
    """Read a table; a row that reads as a header with other columns begins a part of its own.

    Raises SourceError when the table is not the checklist's, when it has text and no answers, and
    where it is not certain which answer belongs to which question.
    """
    reader = ColumnReader(checklist)
    check_header(table, checklist, reader)
    codes = CellCodes(checklist)
    part = _PartReader(table, reader, codes, keep_rows=keep_rows)
    rows = iter(table.rows)
    while chunk := list(islice(rows, _CHUNK)):
        while chunk and (taken := part.add(chunk)) < len(chunk):
            header, chunk = chunk[taken], chunk[taken + 1 :]
            if not part.repeats(header):
                yield part.finished()
                part = _PartReader(part.second(header), reader, codes, keep_rows=keep_rows)
    yield part.finished()


class _PartReader:
    """Takes in rows under one header, chunk by chunk."""

    def __init__(
        self, table: Table, reader: ColumnReader, codes: CellCodes, *, keep_rows: bool
    ) -> None:
        columns = _without_loose(reader.read(table.header))
        self.part = part = Part(table, columns)
        self.reader, self.codes, self.keep_rows = reader, codes, keep_rows
        self.width = len(columns.all)
        self.misfits = Misfits(table, columns, codes)
        self.others = [c.index for c in columns.all if c.kind in {"remark", "respondent"}]
        # Of each item the columns that count, surest first; and those that may count beside them.
        self.sure = {item: _surest(own) for item, own in columns.columns("item").items()}
        self.doubtful = {
            column.index: bytearray()
            for item, own in columns.columns("item").items()
            for column in own
            if column not in self.sure[item]
        }
        part.codes = {item: bytearray() for item in self.sure}
        self.remark_columns = columns.by_subject("remark")
        self.choices = () if columns.of("respondent", reader.split) else reader.choices
        self.group_columns = columns.of("respondent", reader.split) if reader.split else []
        self.time_columns = next(filter(None, map(columns.known, _TIMES)), [])
        self.own_ids, self.addresses = columns.known(Known.RESPONDENT), columns.known(Known.EMAIL)
        self.unread = [column.index for column in columns.all if column.kind == "unread"]
        is_timeless = not self.time_columns and (self.own_ids or self.addresses)
        part.other_times = {index: [] for index in self.unread} if is_timeless else {}

    def add(self, chunk: list[Row]) -> int:
        """Take in rows up to one that reads as a header; returns how many that were."""
        cells = list(zip_longest(*chunk, fillvalue=""))
        cells += [("",) * len(chunk)] * (self.width - len(cells))
        coded = {
            item: [self.codes.of(cells[column.index]) for column in columns]
            for item, columns in self.sure.items()
        }
        flags = _any(coded, TO_ANSWERED, len(chunk))
        unanswered = list(compress(range(len(chunk)), map(not_, flags))) if 0 in flags else []
        for place in unanswered:
            if self.reader.is_header(chunk[place]):
                return self.add(chunk[:place]) if place else 0
        number = self.part.number(self.part.read)
        self.misfits.look_at_widths(chunk, number)
        self._look_for_strays(chunk, cells, coded)
        for item, columns in self.sure.items():
            self.part.codes[item] += self._resolved(item, columns, coded[item], cells)
        for index in self.doubtful:
            self.doubtful[index] += self.codes.of(cells[index])
        self.part.answered += flags
        filled = [place for place in unanswered if any(map(is_filled, chunk[place]))]
        self.part.blank += len(unanswered) - len(filled)
        self.part.unanswered += (self.part.read + place for place in filled)
        self._add_others(cells)
        self.part.read += len(chunk)
        if self.keep_rows:
            self.part.rows += chunk
        return len(chunk)

    def repeats(self, header: Row) -> bool:
        """Say whether a row is this part's own header once more, and take note of it."""
        if not self.part.columns.reads_alike(_without_loose(self.reader.read(header))):
            return False
        self.part.headers.append(self.part.read)
        return True

    def second(self, header: Row) -> Table:
        """Return the table that begins with another header."""
        number = self.part.number(self.part.read)
        note = Note("second_header", {"row": number})
        table = replace(self.part.table, header=header, header_row=number, above=())
        return replace(table, first_row=number + 1, notes=(note,))

    def finished(self) -> Part:
        """Return the part, once it is certain that cells stand under their headers."""
        part = self.part
        self.misfits.check()
        part.suspects = self.misfits.suspects
        for index, codes in self.doubtful.items():
            self._settle(part.columns.all[index], codes)
        if part.read > part.blank and not any(part.answered):
            raise SourceError(_nothing_recognised(part, self.reader))
        return part

    def _look_for_strays(
        self, chunk: list[Row], cells: list[tuple[Cell, ...]], coded: dict[str, list[bytes]]
    ) -> None:
        """Have rows judged that hold answers where none is asked, and lack one where one is."""
        strays: dict[int, list[str]] = {}
        for index in self.others:
            # Of thousands of cells only a few differ, and mostly none is an answer.
            if not any(map(self.codes.is_answer, set(cells[index]))):
                continue
            flags = self.codes.of(cells[index]).translate(TO_ANSWERED)
            for place in compress(range(len(chunk)), flags):
                strays.setdefault(place, []).append(text_of(cells[index][place]))
        for place, texts in strays.items():
            given = (max(TO_ANSWERED[codes[place]] for codes in own) for own in coded.values())
            if not all(given):
                number = self.part.number(self.part.read + place)
                self.misfits.look_at_row(chunk[place], texts, number)

    def _resolved(
        self, item: str, columns: list[Column], coded: list[bytes], cells: list[tuple[Cell, ...]]
    ) -> bytes:
        """Return an item's codes: of several columns the surest that is answered."""
        for column, codes in zip(columns, coded, strict=True):
            if UNREAD in codes:
                self._list_unread(item, codes, cells[column.index])
        if len(coded) == 1:
            return coded[0]
        merged = bytearray()
        for row in zip(*coded, strict=True):
            given = [code for code in row if EMPTY < code < UNREAD]
            self.part.differing[item] += len(set(given)) > 1
            merged.append(given[0] if given else EMPTY)
        return bytes(merged)

    def _list_unread(self, item: str, codes: bytes, column: Sequence[Cell]) -> None:
        part = self.part
        part.unread_total += codes.count(UNREAD)
        texts = part.unread_texts.setdefault(item, Counter())
        for place in compress(range(len(codes)), map(UNREAD.__eq__, codes)):
            is_listed = len(part.unread_cells) < MAX_LISTED
            if not is_listed and texts.total() >= _MOST_COUNTED:
                return
            text, number = text_of(column[place]), part.number(part.read + place)
            if part.table.is_text and "\n" in text:
                self.misfits.look_at_text(text, number)
            texts[shortened(text, _SHOWN)] += 1
            if is_listed:
                part.unread_cells.append(UnreadCell(number, item, text))

    def _settle(self, column: Column, codes: bytearray) -> None:
        """Let a doubtful column count where nothing surer is filled, if it holds answers at all.

        What holds other texts, such as remarks, or an answer only where a surer column has one
        too, is no former wording of the statement.
        """
        part = self.part
        flags = codes.translate(TO_ANSWERED)
        answers = flags.count(1) - codes.count(UNREAD)
        own = part.codes[column.subject]
        rows = [row for row in compress(range(part.read), flags) if not EMPTY < own[row] < UNREAD]
        if answers <= 0 or not rows:
            part.columns = part.columns.without(column)
            part.lost[column.index] += answers
            return
        for row in rows:
            own[row] = codes[row]
            part.answered[row] = 1
        part.beside[column.index] = len(rows)

    def _add_others(self, cells: list[tuple[Cell, ...]]) -> None:
        for subject, places in self.remark_columns.items():
            for place in places:
                self._add_remarks(subject, cells[place])
        self._add_persons(cells)
        self.part.times += _rightmost(cells, self.time_columns)
        self.part.groups += _rightmost(cells, self.group_columns)
        for index in [*self.unread, *range(self.width, len(cells))]:
            codes = self.codes.of(cells[index])
            self.part.lost[index] += sum(codes.translate(TO_ANSWERED)) - codes.count(UNREAD)
            if self.part.texts[index] or _is_prose(cells[index]):
                self.part.texts[index] += len(codes) - codes.count(EMPTY)
            for cell, count in Counter(cells[index]).items() if self.choices else ():
                self.part.chosen[index] += count if fold(text_of(cell)) in self.choices else 0
        for index in list(self.part.other_times):
            if all(map(is_time, filter(is_filled, cells[index]))):
                self.part.other_times[index] += cells[index]
            else:
                del self.part.other_times[index]

    def _add_remarks(self, subject: str, column: Sequence[Cell]) -> None:
        for place, cell in enumerate(column):
            if cell != "" and is_filled(cell):
                text, row = text_of(cell), self.part.read + place
                if self.part.table.is_text and "\n" in text:
                    self.misfits.look_at_text(text, self.part.number(row))
                self.part.remarks.append((row, subject, text))

    def _add_persons(self, cells: list[tuple[Cell, ...]]) -> None:
        """Note who a row is from, and which columns say so though nobody asked."""
        part = self.part
        for column in part.columns.all:
            if column.header not in part.personal and _is_personal(column, cells[column.index]):
                part.personal[column.header] = None
        if self.own_ids or self.addresses:
            # Of several columns the rightmost that says who; our own id before an address.
            columns = [map(own_id_of, cells[place]) for place in reversed(self.own_ids)]
            columns += [map(address_of, cells[place]) for place in reversed(self.addresses)]
            part.persons += [next(filter(None, row), "") for row in zip(*columns, strict=True)]


def _without_loose(columns: Columns) -> Columns:
    """Leave out what only begins with an item's id, such as "S1 oordeel MT", beside a surer one."""
    for own in columns.columns("item").values():
        for column in own:
            if column.match is Match.LOOSE and min(own, key=_match).match < Match.LOOSE:
                columns = columns.without(column)
    return columns


def _match(column: Column) -> Match:
    return column.match


def _surest(columns: list[Column]) -> list[Column]:
    """Return the columns that count for an item: those in its own words, else by its id.

    The first one that is answered counts: of columns that are as sure, the rightmost.
    """
    best = min(column.match for column in columns)
    limit = max(best, Match.NEAR)
    return sorted(
        (column for column in columns if column.match <= limit),
        key=lambda column: (column.match, -column.index),
    )


def _any(coded: dict[str, list[bytes]], table: bytes, count: int) -> bytes:
    """Return a byte a row: 1 where any item's code is turned into 1."""
    flags = 0
    for columns in coded.values():
        for codes in columns:
            flags |= int.from_bytes(codes.translate(table))
    return flags.to_bytes(count)


def _rightmost(cells: list[tuple[Cell, ...]], places: list[int]) -> Sequence[Cell]:
    """Return a column's cells; of several columns, each row's rightmost that is filled."""
    if len(places) < 2:  # noqa: PLR2004
        return cells[places[0]] if places else ()
    rows = zip(*(reversed([cells[place] for place in places])), strict=True)
    return [next(filter(is_filled, row), "") for row in rows]


def _is_personal(column: Column, cells: Sequence[Cell]) -> bool:
    """Say whether a column tells who answered: by its header, or being full of addresses."""
    if column.kind == "known":
        return Known(column.subject) in PERSONAL and any(map(names_somebody, cells))
    if column.kind not in {"unread", "respondent"}:
        return False
    filled = list(islice(filter(is_filled, cells), _LOOKED_AT))
    addresses = sum(bool(address_of(cell)) for cell in filled)
    return addresses >= _LEAST_ADDRESSES and 2 * addresses >= len(filled)


def _is_prose(cells: Sequence[Cell]) -> bool:
    """Say whether cells are texts of several words, as remarks are."""
    filled = list(islice(filter(is_filled, cells), _LOOKED_AT))
    prose = [c for c in filled if isinstance(c, str) and " " in c.strip() and not is_time(c)]
    return 3 * len(prose) > len(filled)


def _nothing_recognised(part: Part, reader: ColumnReader) -> str:
    """Return why a table gives no answer at all, and what to do."""
    texts: Counter[str] = sum(part.unread_texts.values(), Counter())
    rows = part.read - part.blank
    if not texts:
        return (
            f"{part.table.name}: {rows} rows hold text, but none an answer to a statement. Is it "
            "the right file or tab (--tab)?"
        )
    shown = ", ".join(f"'{text}' ({count})" for text, count in texts.most_common(_SHOWN_TEXTS))
    known = "; ".join(reader.labels_of_answers)
    return (
        f"{part.table.name}: none of the answers in {rows} rows is recognised; found: {shown}. "
        f"Known are: {known}. Download the answers with their full wording, not as codes; or put "
        "the wording that you used in the checklist, such as 'answers': "
        f'{{in_order: "{texts.most_common(1)[0][0]}", …}}'
    )
