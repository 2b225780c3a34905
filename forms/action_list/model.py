"""The action list as values: the one that people left, and the one that a report makes of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property

from forms.action_list.columns import COLUMNS
from forms.analysis.rules import Finding
from forms.checklist.model import Item
from forms.text import one_line, text_of

# Hexadecimal digits, 48 bits: a mark is only compared with that of the same cell.
_MARK_LENGTH = 12


class RetainedReason(StrEnum):
    """Why an item is on the list although this report does not ask for it."""

    IN_ORDER = "in_order"
    NOT_ASKED = "not_asked"
    TOO_FEW = "too_few"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Formula:
    """A formula of people's own, with its `=`: never run here; `shown` is what it last came to."""

    text: str
    shown: object = None


@dataclass(frozen=True)
class UserCell:
    """A cell as people left it; `link` is the address that it leads to."""

    value: object = None
    comment: str = ""
    link: str = ""

    @property
    def shown(self) -> object:
        """Return what the cell shows, also where it is worked out."""
        return self.value.shown if isinstance(self.value, Formula) else self.value

    @property
    def typed(self) -> str:
        """Return what was typed, as text."""
        return self.value.text if isinstance(self.value, Formula) else text_of(self.value)

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was written here."""
        return not self.comment and (self.value is None or not str(self.value).strip())


@dataclass(frozen=True)
class ListColumn:
    """A column as it stands; `name` is None for one of people's own.

    `fill` is the formula with which Excel fills it in every new row, without its `=`.
    """

    name: str | None
    header: UserCell
    width: float | None = None
    hidden: bool = False
    fill: str = ""


@dataclass(frozen=True)
class ExistingRow:
    """A row as it stands: its number in the tab, and a cell for every column.

    `is_drawn_on` says whether something drawn begins in it, such as a check box.
    """

    number: int
    cells: tuple[UserCell, ...]
    hidden: bool = False
    is_drawn_on: bool = False

    @property
    def is_blank(self) -> bool:
        """Say whether it holds nothing."""
        return all(cell.is_blank for cell in self.cells)


@dataclass(frozen=True)
class ExistingList:
    """The action list of an earlier workbook.

    `rows` end with the last that holds anything. `written` gives, by item and column, the mark of
    what vinkje wrote there, in the order that the list had without people's sorting; it is empty
    for a workbook that lost it. `checklist` is the title of the checklist that it was made for,
    `organisation` whose it is of several, `totals` the number of the row in which Excel adds up its
    Table, if there is one. `columns_written` names the columns that vinkje wrote: an earlier one
    may have had fewer.
    """

    columns: tuple[ListColumn, ...]
    rows: tuple[ExistingRow, ...]
    written: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    checklist: str = ""
    totals: int | None = None
    columns_written: frozenset[str] = frozenset(COLUMNS)
    organisation: str = ""

    @cached_property
    def _places(self) -> dict[str | None, int]:
        return {column.name: index for index, column in enumerate(self.columns)}

    def place(self, name: str) -> int | None:
        """Return where a column stands, counted from 0; None when it is gone."""
        return self._places.get(name)

    def cell(self, row: ExistingRow, name: str) -> UserCell:
        """Return a row's cell in one of our columns; an empty one when the column is gone."""
        place = self.place(name)
        return UserCell() if place is None else row.cells[place]


@dataclass(frozen=True)
class ActionLine:
    """A row of the new list: an item's, or of people's own (`id` is None).

    `item` is None when the checklist has it no more, `finding` also when answers are too few.
    """

    id: str | None
    item: Item | None = None
    finding: Finding | None = None
    left: RetainedReason | None = None
    existing: ExistingRow | None = None


@dataclass(frozen=True)
class ActionList:
    """The new list, top to bottom; `below` stands under it, apart.

    `default_order` has the items' ids as the list would have them, had nobody sorted it: the next
    report tells by it whether somebody did. `existing` is None for a first list.
    """

    lines: tuple[ActionLine, ...]
    below: tuple[ExistingRow, ...] = ()
    default_order: tuple[str, ...] = ()
    existing: ExistingList | None = None

    def gone(self) -> list[str]:
        """Return the items that were on the list and are no longer."""
        there = {line.id for line in self.lines}
        return (
            [item for item in self.existing.written if item not in there] if self.existing else []
        )

    def added(self) -> list[str]:
        """Return the items that are on the list for the first time."""
        return [line.id for line in self.lines if line.id and line.existing is None]


def fingerprint(value: object) -> str:
    """Return a short mark that tells one cell's content from another's; empty for an empty one."""
    if isinstance(value, Formula):
        return _hashed(value.text)
    # In Excel a day is a moment: midnight.
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date):
        return _hashed(value.isoformat())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _hashed(text_of(round(float(value), 6)))
    text = "" if value is None else one_line(str(value))
    return _hashed(text) if text else ""


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK_LENGTH]
