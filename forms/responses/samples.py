"""What a column holds, told by some of its filled cells: by all of them it would cost too much."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from forms.responses.model import Cell, is_filled

# Filled cells that are looked at, the first of every so many rows: further down a column may hold
# something else.
_LOOKED_AT, _ROWS = 200, 5_000


class Samples:
    """Looks for columns, by index, of which `holds` says that a sample is what is looked for."""

    def __init__(self, holds: Callable[[Sequence[Cell]], bool]) -> None:
        self.holds = holds
        self.found: set[int] = set()
        self._rows = 0
        self._cells: dict[int, list[Cell]] = {}

    def add(self, columns: Iterable[tuple[int, Sequence[Cell]]], rows: int) -> None:
        """Take in the next rows' cells of some columns; one that is left out is empty there."""
        for index, cells in columns:
            if index in self.found:
                continue
            sample = self._cells.setdefault(index, [])
            if len(sample) < _LOOKED_AT:
                sample += islice(filter(is_filled, cells), _LOOKED_AT - len(sample))
        self._rows += rows
        if self._rows >= _ROWS:
            self.judge()

    def judge(self) -> set[int]:
        """Look at what was taken in since the last time; return all columns that were found."""
        self.found |= {index for index, sample in self._cells.items() if self.holds(sample)}
        self._rows, self._cells = 0, {}
        return self.found
