"""Text that people typed, as a cell can hold it: never a formula, a link or a broken file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from forms.excel.values import escaped
from forms.text import clean, one_line


@dataclass(frozen=True)
class TabLink:
    """Text that leads to a cell on another tab of the workbook."""

    text: str
    tab: str
    cell: str = "A1"


# What a report writes in a cell.
Value = str | float | date | TabLink | None

# Excel's limit for a cell; a row as high as Excel allows shows far less.
MOST_UNITS = 32_767
PIECE = 1_800
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
# In UTF-16 units, as Excel counts a tab's name.
_TAB_LENGTH = 31


def cell_text(text: str) -> str:
    """Return text for one cell, cut with an ellipsis where Excel would refuse it."""
    safe = clean(text)
    # To a half, since any character may take two units.
    return escaped(safe if fits(safe) else safe[: MOST_UNITS // 2 - 2].rstrip() + " …")


def fits(text: str) -> bool:
    """Say whether Excel takes this text in one cell."""
    return _units(text) <= MOST_UNITS


def pieces(text: str) -> list[str]:
    """Cut a long text into pieces that a row each can show; together they are the whole text."""
    rest = clean(text)
    cut_off = []
    while len(rest) > PIECE:
        cut = max(rest.rfind(" ", PIECE // 2, PIECE), rest.rfind("\n", PIECE // 2, PIECE))
        cut = PIECE if cut < 0 else cut + 1
        cut_off.append(rest[:cut])
        rest = rest[cut:]
    return [*cut_off, rest]


def tab_names(titles: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Return a name that Excel takes for each title, all different, whatever the case."""
    # Excel keeps "History" for itself.
    used = {name.casefold() for name in taken} | {"history"}
    names = []
    for title in titles:
        plain = one_line(_FORBIDDEN.sub(" ", title)).strip("' ") or "-"
        name = _cut(plain, _TAB_LENGTH)
        number = 2
        while name.casefold() in used:
            mark = f" ({number})"
            name = _cut(plain, _TAB_LENGTH - len(mark)) + mark
            number += 1
        used.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, units: int) -> str:
    while _units(text) > units:
        text = text[:-1]
    return text.strip("' ") or "-"


def _units(text: str) -> int:
    """Return how long Excel finds a text: in UTF-16, where an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
