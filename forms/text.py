"""What text from people goes through: compared folded, shown clean."""

import csv
import os
import re
import shlex
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

# What stands between answers in text; the first of those that fit as well is taken.
SEPARATORS = (",", ";", "\t", "|")

# What XML 1.0 and a terminal cannot hold; tab and line feed may stay.
_ILLEGAL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def normalize(text: str) -> str:
    """Return what two texts that differ in case, spaces or punctuation have in common.

    Text of punctuation alone folds to itself, so that `+` and `-` stay apart.
    """
    # NFKC: no-break spaces, ligatures and accents are typed, and exported, in more than one way.
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORD.sub(" ", plain).strip() or "".join(plain.split())


def says_something(text: str) -> bool:
    """Say whether text holds a letter, a digit or a sign such as an emoji: `-` and `...` do not."""
    # Most do with their first.
    return text[:1].isalnum() or any(c.isalnum() or unicodedata.category(c) == "So" for c in text)


def text_of(cell: object) -> str:
    """Return a cell as people would read it: a whole number without `.0`, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def clean(text: str) -> str:
    """Return the text with line feeds as its only breaks, U+FFFD for what no file can hold.

    What that is XML 1.0 says (its production *Char*), and the control characters of a terminal.
    """
    return _ILLEGAL.sub("\ufffd", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Return the text clean and on one line, for headers, tab names and messages."""
    return " ".join(clean(text).split())


def shortened(text: str, length: int) -> str:
    """Return the text on one line, cut to `length` characters with an ellipsis."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def printable(text: str) -> str:
    """Return text without what a terminal would obey, or hide; any space is a plain one."""
    return "".join(c if c == "\n" or c.isprintable() else _instead(c) for c in text)


def _instead(character: str) -> str:
    return " " if unicodedata.category(character) == "Zs" else "\ufffd"


def argument(text: str, *, for_windows: bool = os.name == "nt") -> str:
    """Return a text as it is typed in a command: as it is, or between quotes.

    Double quotes do in cmd.exe, PowerShell and sh alike. Within them sh still reads some signs, so
    there such a text, which is rare, has single ones.
    """
    plain = r"[\w.:/%+\\-][\w.:/%+@\\-]*" if for_windows else r"[\w.:/%+-][\w.:/%+@-]*"
    if re.fullmatch(plain, text):
        return text
    if not for_windows and re.search(r'["$`\\!]', text):
        return shlex.quote(text)
    return f'"{text}"'


def split_by_each(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cells that lines hold, as each separator would tell them apart."""
    for separator in SEPARATORS:
        yield from csv.reader(lines, delimiter=separator)
