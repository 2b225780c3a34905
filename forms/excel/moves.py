"""Where rows of a tab went, and what names one of them: a range, a rule, a formula."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from forms.excel.references import (
    MOST_COLUMNS,
    MOST_ROWS,
    area_name,
    area_of,
    column_number,
    tab_of,
)

GONE = "#REF!"
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_ROW = re.compile(r"(\$?)([0-9]{1,7})")
_DIGIT = re.compile("[0-9]")
_AREA = re.compile(r"[A-Za-z]{1,3}[0-9]+(?::[A-Za-z]{1,3}[0-9]+)?")


@dataclass(frozen=True)
class Moves:
    """Rows `first` to `last` of a tab, which end in `new_last` now; all below them shifts along.

    `rows` says where each of them is; one that is not in it is gone. What stands apart beside
    them, from column `beside` on, stays where it is. Rows and columns count from 1.
    """

    tab: str
    first: int
    last: int
    new_last: int
    rows: Mapping[int, int]
    beside: int = MOST_COLUMNS + 1

    @cached_property
    def is_still(self) -> bool:
        """Say whether nothing moved at all."""
        every = range(self.first, self.last + 1)
        return self.last == self.new_last and all(self.rows.get(row) == row for row in every)

    def is_beside(self, column: int) -> bool:
        """Say whether a column stands apart from the rows that move."""
        return column >= self.beside

    def row(self, row: int) -> int | None:
        """Return where a row is now; None when it is gone."""
        if row < self.first:
            return row
        if row <= self.last:
            return self.rows.get(row)
        # A range may reach to the last row of all; for a cell, `Sheet.move` says there is no room.
        return min(MOST_ROWS, row + self.new_last - self.last)

    def span(self, top: int, bottom: int, *, is_range: bool = True) -> tuple[int, int] | None:
        """Return the rows that hold all of some rows; of all rows, those that are all now.

        A range can be all of a list of one row; a cell is only ever that row's.
        """
        if top > self.last or bottom < self.first:
            return self.row(top) or top, self.row(bottom) or bottom
        if is_range and self._is_whole(top, bottom):
            now = [self.first, self.new_last]
        else:
            moved = range(max(top, self.first), min(bottom, self.last) + 1)
            now = [new for row in moved if (new := self.row(row))]
        now += [top] if top < self.first else []
        now += [self.row(bottom) or bottom] if bottom > self.last else []
        return (min(now), max(now)) if now else None

    def area(self, name: str) -> str | None:
        """Return where a range or a cell is now, as one range; None when it is gone."""
        if not _AREA.fullmatch(name):
            return name
        left, top, right, bottom = area_of(name)
        if self.is_beside(left):
            return name
        rows = self.span(top, bottom, is_range=":" in name)
        return rows and area_name((left, rows[0], right, rows[1]))

    def areas(self, names: str) -> str:
        """Return where the cells of a rule are now, such as `A5:B7 D9`; empty when all are gone.

        They come as ranges that hold no other rows.
        """
        return " ".join(name for area in names.split() for name in self._parts(area))

    def takes_apart(self, name: str) -> bool:
        """Say whether a range of several rows can come apart."""
        if not _AREA.fullmatch(name):
            return False
        left, top, _, bottom = area_of(name)
        return top < bottom and bottom >= self.first and top <= self.last and left < self.beside

    def formula(self, text: str, on_tab: str, shift: int | None = None) -> str:
        """Return a formula, without its `=`, that stands on a tab, with what it names followed.

        A rule's formula is written for the first of its cells: what is relative in it goes by how
        many rows that one went, `shift`. A cell that is gone reads `#REF!`.
        """
        # Without a figure it names no row, and need not be taken apart.
        if not _DIGIT.search(text):
            return text
        return "".join(
            self._reference(piece, on_tab, shift) if is_reference else piece
            for piece, is_reference in _tokens(text)
        )

    def loses(self, text: str, on_tab: str) -> bool:
        """Say whether a formula names a cell that is gone now."""
        return self.formula(text, on_tab).count(GONE) > text.count(GONE)

    def _is_whole(self, top: int, bottom: int) -> bool:
        return top <= self.first and bottom >= self.last

    def _parts(self, name: str) -> Iterator[str]:
        # Whole columns go nowhere.
        if not _AREA.fullmatch(name):
            yield name
            return
        left, top, right, bottom = area_of(name)
        if self.is_beside(left):
            yield name
            return
        for first, last in self._runs(top, bottom, is_range=":" in name):
            yield area_name((left, first, right, last))

    def _runs(self, top: int, bottom: int, *, is_range: bool) -> Iterator[tuple[int, int]]:
        """Yield the rows of a rule: those of all the list as one run, else as they lie now."""
        if is_range and self._is_whole(top, bottom):
            first, last = self.span(top, bottom) or (top, bottom)
            # A range of one cell has the name of a cell: it would be all of the list no more.
            yield first, max(last, first + 1)
            return
        within = range(max(top, self.first), min(bottom, self.last) + 1)
        runs = [(now, now) for row in within if (now := self.row(row))]
        if top < self.first:
            runs.append((top, min(bottom, self.first - 1)))
        if bottom > self.last:
            # A rule may reach to the last row of all.
            runs.append(self.span(max(top, self.last + 1), bottom) or (top, bottom))
        yield from _joined(runs)

    def _reference(self, text: str, on_tab: str, shift: int | None) -> str:
        """Return a cell, a range or rows; a name, and cells of another tab, as they are."""
        ends = _ends(text)
        if len(ends) > 2 or (len(ends) == 2 and _is_of_several_tabs(*ends)):  # noqa: PLR2004
            return text
        read = [_Piece.of(end, on_tab) for end in ends]
        if read[0].tab.casefold() != self.tab.casefold():
            return text
        if len(read) == 2 and all(piece.is_place for piece in read):  # noqa: PLR2004
            return self._range(read[0], read[1], shift)
        # Beside a function's outcome, as in `A5:INDEX(…)`, each end goes by itself.
        return ":".join(self._end(piece, shift) for piece in read)

    def _end(self, piece: "_Piece", shift: int | None) -> str:
        if not piece.is_place:
            return piece.text
        now = self._row_of(piece, shift)
        return piece.at(now) if now else GONE

    def _row_of(self, piece: "_Piece", shift: int | None) -> int | None:
        if shift is not None and not piece.is_fixed:
            return piece.row + shift
        return piece.row if self.is_beside(piece.column) else self.row(piece.row)

    def _range(self, start: "_Piece", end: "_Piece", shift: int | None) -> str:
        if start.is_fixed and not end.is_fixed and start.row == self.first:
            # From the top of the list down to a row, such as a running total.
            down = self._row_of(end, shift)
            return f"{start.text}:{end.at(down)}" if down else GONE
        if shift is not None and not (start.is_fixed and end.is_fixed):
            now = self._row_of(start, shift), self._row_of(end, shift)
            return f"{start.at(now[0])}:{end.at(now[1])}" if now[0] and now[1] else GONE
        if self.is_beside(start.column):
            return f"{start.text}:{end.text}"
        rows = self.span(*sorted((start.row, end.row)))
        return f"{start.at(rows[0])}:{end.at(rows[1])}" if rows else GONE


@dataclass(frozen=True)
class _Piece:
    """One end of a range as a formula writes it: a cell, or a row with column 0."""

    text: str
    tab: str
    before: str = ""
    column: int = 0
    row: int = 0
    is_fixed: bool = False

    @classmethod
    def of(cls, text: str, on_tab: str) -> "_Piece":
        tab, cells = tab_of(text)
        named = tab if "!" in text else on_tab
        start = text[: len(text) - len(cells)]
        if match := _CELL.fullmatch(cells):
            before = start + match[1] + match[2] + match[3]
            return cls(text, named, before, column_number(match[2]), int(match[4]), bool(match[3]))
        if match := _ROW.fullmatch(cells):
            return cls(text, named, start + match[1], 0, int(match[2]), bool(match[1]))
        return cls(text, named)

    @property
    def is_place(self) -> bool:
        """Say whether it is a cell or a row."""
        return self.row > 0

    def at(self, row: int | None) -> str:
        """Return it as it reads in another row."""
        return f"{self.before}{row}"


def _joined(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return runs of rows in their order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(runs):
        if joined and first == joined[-1][1] + 1:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined


def _ends(text: str) -> list[str]:
    """Split a reference at its colons, but for those in a tab's name."""
    pieces = text.split("'")
    last = len(pieces) - 1
    protected = [p if (last - n) % 2 else p.replace(":", "\0") for n, p in enumerate(pieces)]
    return "'".join(protected).split("\0")


def _is_of_several_tabs(first: str, second: str) -> bool:
    """Say whether a range is of tabs, as in `Blad1:Blad3!A1`, or its ends are on two."""
    if "!" in second:
        return "!" not in first or tab_of(first)[0].casefold() != tab_of(second)[0].casefold()
    return False


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a formula's pieces, and whether each is a reference; unreadable, it is one piece."""
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import Token, TokenizerError

    try:
        tokens = Tokenizer(f"={text}").items
    except TokenizerError:
        yield text, False
        return
    for token in tokens:
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            # What stands before the colon in `A5:INDEX(` is a reference too.
            before, colon, name = token.value.rpartition(":")
            if colon:
                yield before, True
            yield colon + name, False
        else:
            yield token.value, token.type == Token.OPERAND and token.subtype == Token.RANGE
