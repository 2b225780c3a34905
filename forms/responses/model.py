"""What flows between sources, analysis and the report: tables and counted responses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import date

from forms.notes import Note
from forms.responses.batches import Coded
from forms.responses.columns import Column, Columns
from forms.responses.sketch import Items, Sketch
from forms.wording import Answer

Cell = object
Row = Sequence[Cell]
# There are thousands of counts, and going through an enum is slow.
_ANSWERS = tuple(Answer)
_NONE_GIVEN = dict.fromkeys(_ANSWERS, 0)


@dataclass
class Observed:
    """What a source sees while its rows go by; complete once they have all been read.

    `hidden` is how many rows that hold anything are hidden; `uncomputed` names, by a column's
    index, the first cell with a formula that has no stored result, and how many there are;
    `merged` has the ranges of cells that were merged, such as `C4:C6`.
    """

    hidden: int = 0
    uncomputed: dict[int, tuple[str, int]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """A header and the rows below it, as a source gave them.

    `rows` may be read once. Cells are text, numbers, dates or None; a row may be
    shorter than the header. `first_row` is the number that the first row has in its source;
    `notes` is what stood out while the header was found. `is_text` says that cells were told
    apart by separators alone, so that one too many moves all that follow; `above` are the rows
    that stand above the header. `header_row` is the header's number where it is a second one.
    `is_keyed` says that each row is another person's and each cell was kept under its question, so
    that no row is doubled and no cell has moved; `replaced` is how many more rows a later one of
    the same person took the place of. `coded` has the same rows as codes, where the source can
    give them: the rows need not be read then.
    """

    name: str
    header: Sequence[Cell]
    rows: Iterable[Row]
    first_row: int = 2
    notes: tuple[Note, ...] = ()
    is_text: bool = False
    above: tuple[Row, ...] = ()
    header_row: int = 0
    is_keyed: bool = False
    replaced: int = 0
    coded: Coded | None = None
    observed: Observed = field(default_factory=Observed)


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows: `read = used + blank + replaced + unusable`."""

    read: int
    used: int
    blank: int
    replaced: int
    unusable: int

    @classmethod
    def total(cls, several: Iterable["RowCounts"]) -> "RowCounts":
        """Return what became of all rows of several sources; zeros for none."""
        rows = [astuple(counts) for counts in several]
        return cls(*(sum(column) for column in zip(*rows, strict=True))) if rows else cls(*[0] * 5)


class Counts:
    """How often each answer was given to an item; with `empty` they add up to the used rows.

    `counts[Answer.NEEDED]` is one of them. Made in the answers' order, as `Counts(8, 2)`, or by
    their names, as `Counts(needed=2, empty=1)`.
    """

    __slots__ = ("empty", "given")

    def __init__(self, *in_order: int, empty: int = 0, **named: int) -> None:
        self.given = _NONE_GIVEN.copy()
        for answer, count in zip(_ANSWERS[: len(in_order)], in_order, strict=True):
            self.given[answer] = count
        for name, count in named.items():
            self.given[Answer(name)] = count
        self.empty = empty

    @classmethod
    def from_dict(cls, counts: Mapping[str, int]) -> "Counts":
        """Return what `as_dict` was made from; raises ValueError or TypeError for what is none."""
        if not all(type(count) is int for count in counts.values()):
            raise TypeError(counts)
        return cls(**counts)

    @classmethod
    def total(cls, several: Iterable["Counts"]) -> "Counts":
        """Return how often each answer was given in several groups together."""
        whole = cls()
        for counts in several:
            whole.empty += counts.empty
            for answer, count in counts.given.items():
                whole.given[answer] += count
        return whole

    def __getitem__(self, answer: Answer) -> int:
        return self.given[answer]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counts) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash(tuple(self.as_dict().items()))

    def __repr__(self) -> str:
        filled = [f"{name}={count}" for name, count in self.as_dict().items() if count]
        return f"Counts({', '.join(filled)})"

    def as_dict(self) -> dict[str, int]:
        """Return every count by its answer's name, `empty` last: as `--json` has them."""
        return {answer.value: count for answer, count in self.given.items()} | {"empty": self.empty}

    @property
    def against(self) -> int:
        """Return v = n + d + x: how many say that it is not in order."""
        return sum(count for answer, count in self.given.items() if answer.is_against)

    @property
    def knowing(self) -> int:
        """Return k = o + n + d + x: how many know it, so all but `unknown` and `empty`."""
        return sum(count for answer, count in self.given.items() if answer.knows)

    @property
    def all(self) -> int:
        """Return how many were asked, whether they answered it or not."""
        return sum(self.given.values()) + self.empty


@dataclass(frozen=True)
class UnreadCell:
    """A cell in an item's column that holds none of the answers: its row's number in the source."""

    row: int
    item: str
    text: str


@dataclass(frozen=True)
class SourceAccount:
    """What became of one source's rows, columns and cells; of each table in it, if it has more.

    `header_row` is the number of the header of a table that begins further down in its source.
    `used_rows` holds a byte per row read; `unread_cells` the first of the `unread_total` cells in
    items' columns that are no answer; `period` the first and last day that used rows came in.
    """

    name: str
    rows: RowCounts
    columns: tuple[Column, ...]
    notes: tuple[Note, ...]
    unread_cells: tuple[UnreadCell, ...]
    unread_total: int
    period: tuple[date, date] | None
    used_rows: bytes
    header_row: int = 0

    def named(self) -> "SourceAccount":
        """Return the same with the source's name at every note, for where there are several."""
        return replace(self, notes=tuple(replace(n, source=self.name) for n in self.notes))


@dataclass(frozen=True)
class Responses:
    """All that a report needs of the answers; nobody's own set of answers is in it.

    `rows` is what became of the rows of all sources together; `counts` has an entry per item that
    was asked; `groups` the same per answer to the question that splits; `remarks` the texts per
    item or section; `days` the used rows per day, where the sources say when; `sources` an account
    of each source; `sketches`, where they were asked for, one per group of the answers to some
    items.
    """

    rows: RowCounts
    sources: tuple[SourceAccount, ...]
    counts: dict[str, Counts]
    groups: dict[str, dict[str, Counts]]
    remarks: dict[str, tuple[str, ...]]
    notes: tuple[Note, ...]
    days: Mapping[date, int]
    sketches: Mapping[Items, Mapping[str, Sketch]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return where the answers come from: each source by name, once, with commas between."""
        return ", ".join(dict.fromkeys(source.name for source in self.sources))

    @property
    def period(self) -> tuple[date, date] | None:
        """Return the first and the last day that answers came in; None where nothing says when."""
        return (min(self.days), max(self.days)) if self.days else None

    def group_sizes(self) -> dict[str, int]:
        """Return how many used rows each group has; nothing where no question splits."""
        return {
            name: next((counts.all for counts in items.values()), 0)
            for name, items in self.groups.items()
        }

    def reworded_columns(self) -> list[Column]:
        """Return, of each source, a column per item that none asks in the checklist's words."""
        return [c for source in self.sources for c in Columns(source.columns).reworded()]


def has_content(row: Row) -> bool:
    """Say whether any cell of a row is filled; quick also where thousands are not."""
    return any(map(is_filled, filter(None, row))) or 0 in row


def is_filled(cell: Cell) -> bool:
    """Say whether a cell holds more than white space; a 0 is something."""
    return cell is not None and bool(str(cell).strip())
