"""Text in a .csv that a spreadsheet would run, made inert; and the same text again when read.

What is run is what OWASP lists under *CSV Injection*: a cell that begins with `=`, `+`, `-`, `@`
(also as wide as an ideograph), a tab or a line break. An apostrophe goes before it. A file that has
any says so in its header, and no other is unescaped.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from forms.responses.model import Row, Table

MARK = "vinkje:escaped"
# Where a cell can begin, also for a spreadsheet that splits by another separator or by each line,
# as it does where the country's own is `;`. What begins so is run; some look past spaces.
_RUN = r"(?:^|(?<=[,;|\t\r\n\"]))(?={0}[' \u00a0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])"
_BEFORE, _ESCAPE = re.compile(_RUN.format("")), re.compile(_RUN.format("'") + "'")


def escape_lines(lines: Sequence[Sequence[str]], why: str) -> list[Sequence[str]]:
    """Return the lines of a table, the header first, with nothing that a spreadsheet would run.

    Where that changed anything, one more column has a title that says so, and `why`.
    """
    safe: list[Sequence[str]] = [[escaped(cell) for cell in line] for line in lines]
    if safe == [list(line) for line in lines]:
        return safe
    titles = [f"{MARK} ({why})", *[""] * (len(safe) - 1)]
    return [[*line, title] for line, title in zip(safe, titles, strict=True)]


def unescape_table(table: Table) -> Table:
    """Return a table with its texts as they were, where vinkje made them inert."""
    if not any(_is_mark(cell) for cell in table.header):
        return table
    header = ["" if _is_mark(cell) else cell for cell in _row_as_typed(table.header)]
    return replace(table, header=header, rows=map(_row_as_typed, table.rows))


def escaped(text: str) -> str:
    """Return a text of which no part is run: an apostrophe before each that would be.

    A text that has apostrophes there gets one more, so that `unescaped` gives it back.
    """
    return _BEFORE.sub("'", text)


def unescaped(text: str) -> str:
    """Return the text that `escaped` was given; only for a file that says it was escaped."""
    return _ESCAPE.sub("", text)


def _row_as_typed(row: Row) -> Row:
    return [unescaped(cell) if isinstance(cell, str) else cell for cell in row]


def _is_mark(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith(MARK)
