"""What vinkje makes of a cell that people typed in, as formulas of Excel: without a new report.

They say the same as `forms.action_list` reads, but for signs that no keyboard has, of which a
formula cannot name all; whether text is a day is more than a formula can tell.
"""

from collections.abc import Iterable
from enum import StrEnum
from string import punctuation

from forms.action_list.actions import spellings
from forms.text import normalize

# 1 January 2000, and the day after 31 December 2099, as Excel counts days and as 20261201 does.
FIRST_DAY = "36526"
_DAYS = ((FIRST_DAY, "73051"), ("20000101", "20991232"))
# What `normalize` takes for a space. A formula must name them all: what a keyboard types, and what
# Office makes of it. Excel takes 64 functions within each other.
_BLANKS = ('"\u00a0"', "CHAR(9)", "CHAR(10)")
_SIGNS = tuple('"' + sign.replace('"', '""') + '"' for sign in punctuation + "…–—‘’“”")  # noqa: RUF001


def is_blank(cell: str) -> str:
    """Return the formula that says whether nothing is in a cell but spaces."""
    return f'{_spaced(cell, _BLANKS)}=""'


def says_one_of(cell: str, members: Iterable[StrEnum]) -> str:
    """Return the formula that says whether a cell holds a word for one of these."""
    # In one text, since a rule takes no list; no sign is left that could end a word in it.
    texts = dict.fromkeys(normalize(text) for member in members for text in spellings(member))
    words = "|".join(texts)
    return f'ISNUMBER(FIND("|"&LOWER({_spaced(cell, (*_BLANKS, *_SIGNS))})&"|","|{words}|"))'


def is_day(cell: str) -> str:
    """Return the formula that says whether a cell is a day that Excel counts with."""
    return _is_between(cell, *_DAYS[0])


def is_no_day(cell: str) -> str:
    """Return the formula that says whether a cell surely holds something else than a day.

    Text with a figure in it may be one: that is what `may_be_day` says.
    """
    days = ",".join(_is_between(cell, *days) for days in _DAYS)
    return f"NOT(OR({is_blank(cell)},{days},{may_be_day(cell)}))"


def may_be_day(cell: str) -> str:
    """Return the formula that says whether a cell is text that vinkje may read as a day."""
    figures = ",".join(f'FIND("{figure}",{cell})' for figure in range(10))
    return f"AND(ISTEXT({cell}),COUNT({figures})>0)"


def _is_between(cell: str, first: str, end: str) -> str:
    return f"AND(ISNUMBER({cell}),{cell}>={first},{cell}<{end})"


def _spaced(cell: str, signs: Iterable[str]) -> str:
    """Return the formula for a cell's text with one space for each run of spaces and signs."""
    text = cell
    for sign in signs:
        text = f'SUBSTITUTE({text},{sign}," ")'
    return f"TRIM({text})"
