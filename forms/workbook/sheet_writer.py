"""One worksheet being written from the top: text inert, rows as high as what they hold."""

from collections.abc import Collection, Sequence
from copy import copy
from math import ceil
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from forms.excel.references import quoted
from forms.excel.text import TabLink, Value, cell_text
from forms.workbook import paper
from forms.workbook.layout import SHOWN_LESS
from forms.workbook.letters import width_of
from forms.workbook.styles import named_style

# How high a line is, and as high as a row can be made: Excel's own limit is 409.
_LINE_POINTS = 12.75
_MOST_POINTS = 400
# What stands above something, and says little at the foot of a page.
_ABOVE = frozenset(("title", "heading", "dim", "header", "header centred"))
# A person who edits such a cell would else make a formula or a number of it.
_RISKY = frozenset("=+-@\t'0123456789")


class SheetWriter:
    """A worksheet and the row that is written next; widths of columns are in characters."""

    def __init__(self, workbook: Workbook, name: str, widths: Sequence[float]) -> None:
        self.ws: Worksheet = workbook.create_sheet(name)
        self.widths = list(widths)
        self.row = 1
        # How many columns running text spans.
        self.reach = len(self.widths)
        self._styles: dict[str, Any] = {}
        self._kept: set[int] = set()
        for index, width in enumerate(widths, 1):
            self.ws.column_dimensions[get_column_letter(index)].width = width + SHOWN_LESS
        paper.set_up(self.ws)

    def put(self, column: int, value: Value, style: str, row: int | None = None) -> None:
        """Write one cell; text is text, whatever it begins with."""
        cell = self.ws.cell(row or self.row, column)
        self._dress(cell, f"{style} link" if isinstance(value, TabLink) else style)
        if isinstance(value, TabLink):
            place = f"{quoted(value.tab)}!{value.cell}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
            value = value.text
        if isinstance(value, str):
            cell.value = text = cell_text(value)
            # openpyxl makes a formula of what begins with `=`, and an error of `#N/A`.
            cell.data_type = "s"
            cell.quotePrefix = text[:1] in _RISKY
        else:
            cell.value = value

    def _dress(self, cell: Any, style: str) -> None:
        """Give a cell a named style; looking one up by name is slow, copying it is not."""
        if style in self._styles:
            cell._style = copy(self._styles[style])  # noqa: SLF001
        else:
            cell.style = named_style(self.ws.parent, style)
            self._styles[style] = copy(cell._style)  # noqa: SLF001

    def write_row(
        self, values: Sequence[Value], styles: Sequence[str] | str, least: int = 1
    ) -> None:
        """Write a row, as high as its longest text needs, and go to the next."""
        if isinstance(styles, str):
            styles = [styles] * len(values)
        for column, (value, style) in enumerate(zip(values, styles, strict=True), 1):
            self.put(column, value, style)
        lines = [
            lines_of(value, self.widths[i])
            for i, value in enumerate(values)
            if styles[i] != "unseen"
        ]
        if not _ABOVE.isdisjoint(styles):
            self._kept.add(self.row)
        self.end_row(max([least, *lines]))

    def end_row(self, lines: int = 1) -> None:
        """Set the height of the row that was written, in lines of text, and go to the next."""
        points = min(_MOST_POINTS, lines * _LINE_POINTS + 3)
        self.ws.row_dimensions[self.row].height = points
        self.row += 1

    def wide(self, text: str | TabLink, style: str = "plain", gap: int = 0) -> None:
        """Write text over the sheet's whole width, then leave some rows."""
        self.put(1, text, style)
        # `merge_cells` would dress every cell of it for a border, of which running text has none.
        self.ws.merged_cells.add(CellRange(None, 1, self.row, self.reach, self.row))
        height = 2 if style == "title" else lines_of(text, sum(self.widths[: self.reach]))
        if style in _ABOVE:
            self._kept.add(self.row)
        self.end_row(height)
        self.row += gap

    def gap(self) -> None:
        """Leave half a row, where a page must hold much."""
        self.ws.row_dimensions[self.row].height = _LINE_POINTS / 2
        self.row += 1

    def freeze_here(self, *, columns: int = 0, printed: bool = True) -> None:
        """Keep the header just written in view, and some columns; and on every printed page."""
        self.ws.freeze_panes = f"{get_column_letter(columns + 1)}{self.row}"
        if printed:
            self.ws.print_title_rows = f"{self.row - 1}:{self.row - 1}"

    def keep_together(self, first: int, end: int) -> None:
        """Have rows on one page, where they fit; `end` is not one of them."""
        self._kept.update(range(first, end - 1))

    def height(self, first: int, end: int) -> float:
        """Return how high rows are together, in points; `end` is not one of them."""
        return sum(map(self._height, range(first, end)))

    def _height(self, row: int) -> float:
        return float(self.ws.row_dimensions[row].height or _LINE_POINTS + 3)

    def turn_pages(
        self, *, width: float | None = None, repeated: float = 0, begun: Collection[int] = ()
    ) -> None:
        """Say at which rows the pages begin, once all is written; those in `begun` surely do.

        `width` is that of the columns of one page, in characters, where not all are beside each
        other; `repeated` how high the header is that comes back on every page.
        """
        heights = [self._height(row) for row in range(1, self.row)]
        rows = paper.Rows(heights, self._kept, begun, repeated)
        paper.turn_pages(self.ws, rows, width or self.width())

    def width(self, first: int = 0, end: int | None = None) -> float:
        """Return how wide columns are together, from 0, as a file says it; `end` is not one."""
        return sum(width + SHOWN_LESS for width in self.widths[first:end])


def lines_of(value: Value, width: float) -> int:
    """Return how many lines a cell's text takes at a width in characters, broken at spaces."""
    if isinstance(value, TabLink):
        value = value.text
    if not isinstance(value, str):
        return 1
    return sum(_lines_of_paragraph(paragraph, width) for paragraph in value.split("\n"))


def _lines_of_paragraph(text: str, fitting: float) -> int:
    fitting, space = max(1.0, fitting), width_of(" ")
    lines, used = 1, 0.0
    for word in text.split(" "):
        length = width_of(word)
        room = length + space * (used > 0)
        if used + room <= fitting:
            used += room
            continue
        broken = max(1, ceil(length / fitting))
        lines += broken - (used == 0)
        used = length - (broken - 1) * fitting
    return max(1, lines)
