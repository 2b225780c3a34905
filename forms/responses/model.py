"""What flows between sources, findings and the report: tables and counted responses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from forms.responses.columns import Column, Columns

Cell = object
Row = Sequence[Cell]


@dataclass(frozen=True)
class Note:
    """Something to tell with the figures: a key in the wording's `note` table, and its values."""

    key: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A header and the rows below it, as a source gave them.

    `rows` may be read once. Cells are text, numbers, dates or None; a row may be
    shorter than the header. `first_row` is the number that the first row has in its source;
    `notes` is what stood out while it was read.
    """

    name: str
    header: Sequence[Cell]
    rows: Iterable[Row]
    first_row: int = 2
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows: `read = used + blank + replaced + unusable`."""

    read: int
    used: int
    blank: int
    replaced: int
    unusable: int


@dataclass(frozen=True)
class Counts:
    """How often each answer was given to an item; with `empty` they add up to the used rows."""

    in_order: int = 0
    needed: int = 0
    desirable: int = 0
    not_needed: int = 0
    unknown: int = 0
    empty: int = 0

    @property
    def against(self) -> int:
        """Return how many say that it is not in order."""
        return self.needed + self.desirable + self.not_needed

    @property
    def knowing(self) -> int:
        """Return how many know it."""
        return self.in_order + self.against

    @property
    def all(self) -> int:
        """Return how many were asked."""
        return self.knowing + self.unknown + self.empty


@dataclass(frozen=True)
class UnreadCell:
    """A cell in an item's column that holds none of the answers."""

    row: int
    item: str
    text: str


@dataclass(frozen=True)
class Responses:
    """All that a report needs of the answers; nobody's own set of answers is in it.

    `counts` has an entry per item that was asked; `groups` the same per answer to the question
    that splits; `remarks` the texts per item or section; `days` the used rows per day, where the
    source says when; `used_rows` holds a byte per row read.
    """

    source: str
    rows: RowCounts
    counts: dict[str, Counts]
    groups: dict[str, dict[str, Counts]]
    remarks: dict[str, tuple[str, ...]]
    columns: tuple[Column, ...]
    notes: tuple[Note, ...]
    unread_cells: tuple[UnreadCell, ...]
    unread_total: int
    days: Mapping[date, int]
    used_rows: bytes

    @property
    def period(self) -> tuple[date, date] | None:
        """Return the first and the last day that answers came in."""
        return (min(self.days), max(self.days)) if self.days else None

    def group_sizes(self) -> dict[str, int]:
        """Return how many used rows each group has."""
        return {
            name: next((counts.all for counts in items.values()), 0)
            for name, items in self.groups.items()
        }

    def reworded_columns(self) -> list[Column]:
        """Return a column per item that no column asks in the checklist's own words."""
        return Columns(self.columns).reworded()


def is_filled(cell: Cell) -> bool:
    """Say whether a cell holds more than white space."""
    return cell is not None and bool(str(cell).strip())
