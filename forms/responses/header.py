"""Which row of a table is its header: the one that names the statements, not always the first."""

from collections.abc import Iterable, Sequence
from gettext import gettext
from itertools import chain, islice

from forms.checklist.model import Checklist
from forms.errors import HeadersError
from forms.notes import Note
from forms.responses.columns import ColumnReader, check_columns
from forms.responses.model import Cell, Row, Table, is_filled
from forms.responses.note_kinds import HeaderRow
from forms.text import normalize, shortened, split_by_each, text_of

# Rows that may stand above the header: a title, a legend, names of groups. The docs say ten.
_MOST_ABOVE = 10
# Characters of what stands above it.
_SHOWN = 80
# Rows that are read on, only to say better why none of the first is the header.
_MOST_LOOKED_AT = 10_000
# A legend above the header may name an answer or two.
_LEAST_ANSWERS = 3


def table_of_rows(name: str, rows: Iterable[Row], reader: ColumnReader) -> Table:
    """Return a table whose header is the row that names most statements, of the first eleven.

    Empty rows at the top do not count; without any row the header is empty. What stands above a
    header further down is told in a note.
    """
    rest = iter(rows)
    number, row = 1, next(rest, ())
    while not any(map(is_filled, row)) and (below := next(rest, None)) is not None:
        number, row = number + 1, below
    if not any(map(is_filled, row)):
        return Table(name, (), rest, 1)
    if reader.is_header(row):
        return Table(name, row, rest, number + 1)
    start = [row, *islice(rest, _MOST_ABOVE)]
    headers = [_with_above(start[: n + 1], reader) for n in range(len(start))]
    scores = [reader.recognised(header) for header in headers]
    at = scores.index(max(scores))
    above = " ".join(text_of(cell) for line in start[:at] for cell in line if is_filled(cell))
    note = Note(HeaderRow(number + at, shortened(above, _SHOWN)))
    return Table(
        name,
        headers[at],
        chain(start[at + 1 :], rest),
        number + at + 1,
        (note,) if at else (),
        above=tuple(start[:at]),
    )


def _with_above(lines: Sequence[Row], reader: ColumnReader) -> Row:
    """Return a row as a header: where it is empty, what stands above it, if that is known.

    A cell that is merged over two rows holds its text in the upper one.
    """
    row = list(lines[-1])
    for line in reversed(lines[:-1]):
        for index, cell in enumerate(line):
            row += [None] * (index + 1 - len(row))
            if is_filled(cell) and not is_filled(row[index]):
                kind = reader.read([cell]).all[0].kind
                row[index] = None if kind == "unread" else cell
    return row


def check_header(table: Table, checklist: Checklist, reader: ColumnReader) -> None:
    """Refuse a table whose header is not this checklist's; where it is seen why, say so.

    Reads on in the table's rows to see whether a header stands further down. Raises HeadersError.
    """
    columns = reader.read(table.header)
    if items := columns.by_subject("item"):
        check_columns(columns, checklist, table.name)
        _check_above(table, [index for own in items.values() for index in own], reader)
        return
    answers = 0
    for number, row in enumerate(
        chain([table.header], islice(table.rows, _MOST_LOOKED_AT)), table.first_row - 1
    ):
        if reader.is_header(row):
            if answers:
                raise _sunk(table.name, number)
            raise HeadersError(
                table.name,
                gettext(
                    "row {row} holds the statements, but the header must be one of the first "
                    "{count} rows"
                ).format(row=number, count=_MOST_ABOVE + 1),
                gettext("delete the rows above it, and try again"),
            )
        answers += sum(normalize(text_of(cell)) in reader.answers for cell in row) >= _LEAST_ANSWERS
        if _is_unsplit(row, reader):
            raise HeadersError(
                table.name,
                gettext(
                    "row {row} holds all statements in one cell: the columns were not split"
                ).format(row=number),
                gettext(
                    "in Excel select the first column and choose Data, Text to Columns (Gegevens, "
                    "Tekst naar kolommen), with the separator between the statements; in "
                    "LibreOffice Data, Text to Columns. Save that, or download the answers again"
                ),
            )
    check_columns(columns, checklist, table.name)


def _check_above(table: Table, items: Sequence[int], reader: ColumnReader) -> None:
    """Refuse a header that sank below answers, as sorting does: none of them may be left out."""
    for row in table.above:
        if _is_response(row, items, reader):
            raise _sunk(table.name, table.first_row - 1)


def _sunk(name: str, number: int) -> HeadersError:
    return HeadersError(
        name,
        gettext("row {row} holds the statements, but answers stand above it").format(row=number),
        gettext("were the rows sorted, the header too? Put that row at the top, and try again"),
    )


def _is_response(row: Row, items: Sequence[int], reader: ColumnReader) -> bool:
    """Say whether a row holds answers, be it in other words: a second row of headers has none."""
    texts = [normalize(text_of(cell)) for cell in row]
    filled = [texts[index] for index in items if index < len(row) and texts[index]]
    has_doubles = 2 * len(set(filled)) <= len(filled)
    answers = sum(text in reader.answers for text in texts)
    is_half = 2 * len(filled) >= len(items)
    return answers >= min(_LEAST_ANSWERS, len(items)) or (is_half and has_doubles)


def _is_unsplit(row: Sequence[Cell], reader: ColumnReader) -> bool:
    filled = [text_of(cell) for cell in row if is_filled(cell)]
    if not filled or len(filled) * 2 > len(reader.items):
        return False
    text = max(filled, key=len)
    return any(map(reader.is_header, split_by_each([text])))
