"""What shows that cells do not stand under their header: then no figure of a table is certain."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import gettext

from forms.errors import SourceError
from forms.responses.answers import CellCodes
from forms.responses.columns import Columns
from forms.responses.model import Row, Table, has_content, is_filled
from forms.responses.unread_columns import UnreadColumns
from forms.text import shortened, split_by_each, text_of

# Characters of a cell that a message quotes.
_SHOWN = 40
# A remark may quote an answer or two; a line with as many as this is a response.
_ANSWERS_OF_A_ROW = 3
# Rows that are kept, to be judged when it is known what the columns they are in hold.
_MOST_STRAYS = 1000
_FEW_CELLS = 2


@dataclass
class _Stray:
    """A row with answers where none is asked, by column, and none where one is."""

    is_odd: bool
    is_short: bool
    is_wide: bool
    answers: dict[int, str] = field(default_factory=dict)


class Misfits:
    """Looks for rows that were moved aside, or swallowed by a quote that was not closed."""

    def __init__(self, table: Table, columns: Columns, codes: CellCodes) -> None:
        self.table, self.columns, self.codes = table, columns, codes
        self.width = _filled_width(table.header)
        self.widest, self.first_wider, self.any_fits = 0, 0, False
        self.short = 0
        self.strays: dict[int, _Stray] = {}
        self.least = min(_ANSWERS_OF_A_ROW, len(columns.by_subject("item")))

    def add_stray(self, row: Row, number: int, index: int, *, is_odd: bool) -> None:
        """Take note of a row that holds an answer in a column where none is asked, and lacks one.

        `is_odd` says that text which is no answer stands where one is asked.
        """
        if number not in self.strays and len(self.strays) >= _MOST_STRAYS:
            return
        is_short = self.table.is_text and len(row) < len(self.table.header)
        stray = self.strays.setdefault(
            number, _Stray(is_odd, is_short, _filled_width(row) > self.width)
        )
        stray.answers[index] = text_of(row[index])

    def look_at_unanswered(self, row: Row, number: int) -> None:
        """Refuse a row that holds all its answers in one cell. Raises SourceError."""
        filled = [text_of(cell) for cell in filter(None, row) if is_filled(cell)]
        if 0 < len(filled) <= _FEW_CELLS and self._holds_rows(max(filled, key=len)):
            raise SourceError(
                self.table.name,
                gettext(
                    "row {row} holds its answers in one cell: the columns were not split there"
                ).format(row=number),
                gettext(
                    "are two files with other separators put together? Give each as a source of "
                    "its own, or download the answers again"
                ),
            )

    def look_at_texts(self, cells: Sequence[object], number: int) -> None:
        """Refuse a text that holds whole rows, since a quote was not closed. Raises SourceError.

        `number` is the first cell's row.
        """
        for place, cell in enumerate(cells):
            if isinstance(cell, str) and "\n" in cell and self._holds_rows(cell):
                raise SourceError(
                    self.table.name,
                    gettext(
                        "a text in row {row} holds whole rows of answers, from '{text}' on: a "
                        'quote (") is not closed there'
                    ).format(row=number + place, text=shortened(cell, _SHOWN)),
                    gettext("download the answers again, or mend that quote"),
                )

    def look_at_widths(self, chunk: Sequence[Row], number: int) -> None:
        """Refuse a line of text whose filled cells reach past the header. Raises SourceError."""
        if not self.table.is_text:
            return
        header = len(self.table.header)
        widths = list(map(len, chunk))
        self.short += sum(rows for width, rows in Counter(widths).items() if 0 < width < header)
        self.widest = max(self.widest, *widths)
        self.any_fits = self.any_fits or any(
            width <= header and has_content(row) for width, row in zip(widths, chunk, strict=True)
        )
        if max(widths) <= header:
            return
        for place, row in enumerate(chunk):
            if len(row) > header and has_content(row):
                self.first_wider = self.first_wider or number + place
                if has_content(row[header:]):
                    raise self._too_wide(number + place, len(row))

    def check(self, unread: UnreadColumns, answers: int) -> dict[int, str]:
        """Refuse the table when cells did not stand under their headers.

        `answers` is how many stand in items' columns. Returns the rows that may have moved, by
        number, with what stands in them. Raises SourceError.
        """
        self._check_nameless(unread, answers)
        self._check_formulas()
        self._check_header()
        if self.first_wider and self.any_fits:
            raise self._too_wide(self.first_wider, self.widest)
        # A column of people's own that holds answers, such as a verdict of theirs, is no sign.
        own = {
            i
            for i in unread.of_answers(one_in=2)
            if not unread.is_nameless(i) and i in unread.indexes
        }
        suspects: dict[int, str] = {}
        short = sum(stray.is_short for stray in self.strays.values())
        for number, stray in self.strays.items():
            stands = [text for index, text in stray.answers.items() if index not in own]
            # All other lines are as wide as the header.
            is_alone = stray.is_short and short == self.short
            if len(stands) > 1 or (stands and (stray.is_odd or stray.is_wide or is_alone)):
                raise self._moved(number, stands[0])
            suspects |= {number: stands[0]} if stands else {}
        return suspects

    def _moved(self, number: int, stray: str) -> SourceError:
        return SourceError(
            self.table.name,
            gettext(
                "the cells of row {row} do not stand under their headers: '{text}' stands where "
                "no answer is asked, and none where one is"
            ).format(row=number, text=shortened(stray, _SHOWN)),
            gettext(
                "was a cell deleted or put in there, or is there a comma, semicolon or tab in a "
                "text without quotes? Mend that row, or download the answers again"
            ),
        )

    def _too_wide(self, number: int, width: int) -> SourceError:
        return SourceError(
            self.table.name,
            gettext(
                "row {row} has {width} cells, and the header {header}: separators (such as "
                "commas) inside a text were not quoted, so which answer belongs to which question "
                "cannot be told"
            ).format(row=number, width=width, header=len(self.table.header)),
            _quoting(),
        )

    def _check_header(self) -> None:
        """Refuse a header that has more cells than any row, with pieces that are no question."""
        known = [c.index for c in self.columns.all if c.kind != "unread"]
        pieces = [
            c for c in self.columns.all if c.kind == "unread" and c.header and c.index < max(known)
        ]
        if self.table.is_text and 0 < self.widest < self.width and pieces:
            raise SourceError(
                self.table.name,
                gettext(
                    "row {row}, the header, has {width} cells, and no row below it more than "
                    "{widest}; '{text}' is a piece of a question: separators (such as commas) "
                    "inside a text were not quoted, so which answer belongs to which question "
                    "cannot be told"
                ).format(
                    row=self.table.first_row - 1,
                    width=self.width,
                    widest=self.widest,
                    text=shortened(pieces[0].header, _SHOWN),
                ),
                _quoting(),
            )

    def _check_nameless(self, unread: UnreadColumns, answers: int) -> None:
        """Refuse columns without a header that hold many answers. Raises SourceError."""
        lost = [index for index in unread.of_answers() if unread.is_nameless(index)]
        if len(lost) > 1 and 2 * sum(unread.answers[index] for index in lost) > answers:
            raise SourceError(
                self.table.name,
                gettext(
                    "{count} columns hold answers and have no header, so which answer belongs to "
                    "which question cannot be told"
                ).format(count=len(lost)),
                gettext(
                    "download the answers with a column for each question (not for each choice), "
                    "and one row of headers"
                ),
            )

    def _check_formulas(self) -> None:
        """Refuse formulas without a stored result where answers are asked. Raises SourceError."""
        uncomputed = self.table.observed.uncomputed
        read = [c for c in self.columns.all if c.kind != "unread" and c.index in uncomputed]
        if read:
            first, _ = uncomputed[read[0].index]
            count = sum(uncomputed[column.index][1] for column in read)
            raise SourceError(
                self.table.name,
                gettext(
                    "cell {cell} holds a formula whose result is not in the file (cells like it: "
                    "{count})"
                ).format(cell=first, count=count),
                gettext("open the file in Excel or LibreOffice, save it, and try again"),
            )

    def _holds_rows(self, text: str) -> bool:
        return any(
            sum(map(self.codes.is_answer, cells)) >= self.least
            for cells in split_by_each(text.splitlines())
        )


def _quoting() -> str:
    return gettext(
        "download the answers again, as .xlsx if you can, or put quotes around the texts that hold "
        "a separator"
    )


def _filled_width(row: Row) -> int:
    """Return how many cells a row has, up to its last filled one."""
    width = len(row)
    while width and not is_filled(row[width - 1]):
        width -= 1
    return width
