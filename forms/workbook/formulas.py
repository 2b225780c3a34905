"""Formulas of people's own, whose references move along with the rows and columns they name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import column_index_from_string, get_column_letter, quote_sheetname

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_AREA = re.compile(f"{_CELL.pattern}:{_CELL.pattern}")
_COLUMNS = re.compile(r"(\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})")
_ROWS = re.compile(r"(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7})")
GONE = "#REF!"


@dataclass(frozen=True)
class Moves:
    """Where the rows and columns of a tab went; a row that is gone is in `gone`."""

    tab: str
    new_tab: str
    rows: Mapping[int, int]
    columns: Mapping[int, int]
    gone: frozenset[int] = frozenset()

    def formula(self, text: str, on_tab: str) -> str:
        """Return a formula that stands on a tab, with what it refers to followed."""
        try:
            tokens = Tokenizer(text).items
        except TokenizerError:
            return text
        moved = [
            self._operand(token.value, on_tab)
            if token.type == Token.OPERAND and token.subtype == Token.RANGE
            else token.value
            for token in tokens
        ]
        return "=" + "".join(moved)

    def reference(self, text: str) -> str:
        """Return what a defined name refers to, followed."""
        return self.formula("=" + text, "").removeprefix("=")

    def _operand(self, text: str, on_tab: str) -> str:
        tab, mark, cells = text.rpartition("!")
        named = tab.strip("'").replace("''", "'") if mark else on_tab
        if named.casefold() != self.tab.casefold():
            return text
        if match := _AREA.fullmatch(cells):
            cells = self._area(match)
        elif _CELL.fullmatch(cells):
            cells = _CELL.sub(self._cell, cells)
        elif _COLUMNS.fullmatch(cells):
            cells = _COLUMNS.sub(self._whole_columns, cells)
        elif _ROWS.fullmatch(cells):
            cells = _ROWS.sub(self._whole_rows, cells)
        tab = quote_sheetname(self.new_tab) + mark if mark and cells != GONE else ""
        return tab + cells

    def _cell(self, match: re.Match[str]) -> str:
        row = int(match[4])
        if row in self.gone:
            return GONE
        return match[1] + self._letters(match[2]) + match[3] + str(self.rows.get(row, row))

    def _area(self, match: re.Match[str]) -> str:
        """Return the range that holds all rows of a former one, which may stand apart now."""
        first, last = sorted((int(match[4]), int(match[8])))
        now = {new for row, new in self.rows.items() if first <= row <= last}
        now |= {row for row in (first, last) if row not in self.gone and row not in self.rows}
        if not now:
            return GONE
        start = match[1] + self._letters(match[2]) + match[3]
        return f"{start}{min(now)}:{match[5]}{self._letters(match[6])}{match[7]}{max(now)}"

    def _whole_columns(self, match: re.Match[str]) -> str:
        return f"{match[1]}{self._letters(match[2])}:{match[3]}{self._letters(match[4])}"

    def _whole_rows(self, match: re.Match[str]) -> str:
        first, last = (self.rows.get(int(n), int(n)) for n in (match[2], match[4]))
        return f"{match[1]}{first}:{match[3]}{last}"

    def _letters(self, letters: str) -> str:
        column = column_index_from_string(letters)
        return get_column_letter(self.columns.get(column, column))
