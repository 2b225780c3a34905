"""How a spreadsheet names columns, cells and ranges: A, B, … Z, AA; numbers count from 1."""

import re
from functools import lru_cache
from gettext import gettext

# Excel's own limits.
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]+)")

# The first column and row of a range, and the last.
Area = tuple[int, int, int, int]


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Return the number of a column by its letters, in whatever case."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


@lru_cache(maxsize=1024)
def column_letters(number: int) -> str:
    """Return a column's letters; text with separators may have more columns than Excel knows."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def cell_name(column: int, row: int) -> str:
    """Return a cell as people write it."""
    return f"{column_letters(column)}{row}"


def cell_place(name: str) -> tuple[int, int]:
    """Return the column and the row of a cell such as `AB12`; raises ValueError for no cell."""
    match = _CELL.fullmatch(name)
    if not match:
        raise ValueError(gettext("there can be no cell '{name}'").format(name=name))
    return column_number(match[1]), int(match[2])


def column_of(name: str) -> int:
    """Return the column, from 1, of a cell such as `AB12`, which is known to be one."""
    return column_number(name.rstrip("0123456789"))


def area_of(name: str) -> Area:
    """Return what a range such as `A1:B2` spans, or one cell; raises ValueError for neither."""
    start, _, end = name.partition(":")
    (left, top), (right, bottom) = cell_place(start), cell_place(end or start)
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def area_name(area: Area) -> str:
    """Return a range as a file writes it; one cell alone has one name."""
    left, top, right, bottom = area
    first, last = cell_name(left, top), cell_name(right, bottom)
    return first if first == last else f"{first}:{last}"


def quoted(tab: str) -> str:
    """Return a tab's name as it stands before a reference: any name may have quotes."""
    return "'{}'".format(tab.replace("'", "''"))


def tab_of(reference: str) -> tuple[str, str]:
    """Return the tab that a reference names, without its quotes, and the cells; "" for none."""
    tab, _, cells = reference.rpartition("!")
    if tab[:1] == tab[-1:] == "'":
        tab = tab[1:-1].replace("''", "'")
    return tab, cells
