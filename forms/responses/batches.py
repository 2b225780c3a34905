"""Rows that come as codes, many at a time: what a source gives that packs its answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class RowsNeeded(Exception):  # noqa: N818 - it is no fault: the rows say what codes do not
    """Codes do not say all, so that the rows themselves must be read."""


@dataclass(frozen=True)
class Batch:
    """Rows of one day and group, with the same columns filled.

    `texts` has, by the index of each such column and in the order of the bytes, what its codes
    stand for: 0 is an empty cell, n the nth text, and any other a text that is not among them.
    `codes` holds len(texts) bytes a row; `group` is the answer to the question that splits.
    """

    day: date
    group: str
    texts: Mapping[int, Sequence[str]]
    codes: bytes

    def __len__(self) -> int:
        return len(self.codes) // len(self.texts) if self.texts else 0


class Coded(Protocol):
    """A source whose rows can be had as codes. All methods raise SourceError."""

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""

    def batches(self, split: Sequence[int]) -> Iterator[Batch]:
        """Yield all rows; `split` are the columns of the question that splits.

        Raises RowsNeeded.
        """

    def texts(self) -> Iterator[tuple[int, str]]:
        """Yield the texts that are in no batch's codes, such as remarks, each with its column."""

    def close(self) -> None:
        """Let go of the source: nothing more is read from it."""
