"""How a tab goes on paper: A4 on its side, whole rows, and no heading without what it is above."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

# What is within the margins, in points; programs differ a little in how high they make a page.
WIDTH, _HEIGHT = 806, 500
# How wide a character of a column's width is at most.
CHARACTER = 5.85
# Letters are of 10 points: at this many percent they are of 8, which people still read.
READABLE = 80
# So much smaller it may be where that saves a page; of so many, one more is no matter.
_SAVING, _MANY = 3, 12
# Excel takes 1,026 turned pages on a tab; of more it turns them itself.
_MOST_TURNED = 1_000


@dataclass(frozen=True)
class Rows:
    """How high all rows are, in points; those that stay with the next, and that begin a page.

    Rows count from 1; `repeated` is how high the header is that pages begin with.
    """

    heights: Sequence[float]
    kept: Collection[int]
    begun: Collection[int] = ()
    repeated: float = 0


def set_up(ws: Any) -> None:
    """Fit a worksheet to the width of the paper, on as many pages as it takes."""
    ws.sheet_view.showGridLines = False
    ws.page_setup.paperSize = ws.PAPERSIZE_A4
    ws.page_setup.orientation = "landscape"
    ws.page_setup.fitToWidth = 1
    # To fit the height too would make a long list unreadable.
    ws.page_setup.fitToHeight = 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.page_margins.left = ws.page_margins.right = 0.25
    ws.page_margins.top = 0.5
    ws.page_margins.bottom = 0.65
    ws.page_margins.header = ws.page_margins.footer = 0.3
    ws.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N")
    )


def percent_of(width: float) -> int:
    """Return how much columns, so wide in characters, are shrunk to fit on a page; 100 at most."""
    return max(10, min(100, int(100 * WIDTH / (width * CHARACTER))))


def height_of(width: float) -> float:
    """Return how many points of rows a page holds, when columns so wide fit on it."""
    return _HEIGHT * 100 / percent_of(width)


def width_holding(height: float, width: float) -> float:
    """Return how wide a page must be, in characters, to hold rows that are so high together too.

    As wide as it was where they are too high to be read so.
    """
    percent = int(_HEIGHT * 100 / height)
    return max(width, WIDTH * 100 / (percent * CHARACTER)) if percent >= READABLE else width


def turn_pages(ws: Any, rows: Rows, width: float) -> None:
    """Begin each page at a row, for columns that are so wide together.

    As few pages as can be read, then letters as large as they can be.
    """
    most = percent_of(width)
    found: tuple[list[int], int] | None = None
    for percent in range(most, min(most, READABLE, max(most - _SAVING, 10)) - 1, -1):
        starts = list(_starts(rows, _HEIGHT * 100 / percent))
        if found is None or len(starts) < len(found[0]):
            found = starts, percent
        if len(starts) > _MANY:
            break
    # Where columns have pages of their own, nothing may be fitted on one.
    if found is None or not (found[0] or ws.col_breaks.brk):
        ws.page_setup.fitToHeight = 1
        return
    if len(found[0]) > _MOST_TURNED:
        return
    # Programs that fit a tab to the paper themselves turn no page where they are told to.
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    ws.page_setup.scale = found[1]
    for row in found[0]:
        ws.row_breaks.append(Break(id=row - 1))


def _starts(rows: Rows, room: float) -> Iterator[int]:
    """Yield the rows that a page begins at, after the first."""
    used, first, together = 0.0, 1, 0.0
    for row, height in enumerate(rows.heights, 1):
        together += height
        if row in rows.kept and row < len(rows.heights):
            continue
        if used and (used + together > room or first in rows.begun):
            yield first
            used = rows.repeated
        used += together
        first, together = row + 1, 0.0
