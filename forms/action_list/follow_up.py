"""What people keep in the action list, and the list that a new report makes of it. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Any

from forms.checklist import Checklist, Item
from forms.dates import typed_day
from forms.errors import WorkbookError
from forms.report.findings import Finding, Findings, Priority, Verdict
from forms.text import fold, one_line, text_of
from forms.wording import LANGUAGES, wording

OURS = ("id", "section", "item", "action", "priority", "share", "based", "divided", "remarks")
THEIRS = ("decision", "owner", "deadline", "status", "done_on", "note")
COLUMNS = OURS + THEIRS
DAYS = ("deadline", "done_on")
# Of a day without a year: a deadline mostly lies ahead.
_AHEAD = timedelta(days=90)
_MARK_LENGTH = 12
_BASED = re.compile(r"\d+ \w+ \d+")


class Left(StrEnum):
    """Why an item is on the list although this report does not ask for it."""

    IN_ORDER = "in_order"
    NOT_ASKED = "not_asked"
    TOO_FEW = "too_few"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Formula:
    """A formula of people's own: never run here; `shown` is what it last came to."""

    text: str
    shown: object = None


@dataclass(frozen=True)
class Kept:
    """A cell as people left it; `look` is what its format is copied from."""

    value: object = None
    comment: str = ""
    author: str = ""
    link: str = ""
    look: Any = field(default=None, compare=False, repr=False)

    @property
    def shown(self) -> object:
        """Return what the cell shows, also where it is worked out, or has parts in bold."""
        if isinstance(self.value, Formula):
            return self.value.shown
        return str(self.value) if isinstance(self.value, list) else self.value

    @property
    def typed(self) -> str:
        """Return what was typed, as text."""
        return self.value.text if isinstance(self.value, Formula) else text_of(self.value)

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was written here."""
        return not self.comment and (self.value is None or not str(self.value).strip())


@dataclass(frozen=True)
class Column:
    """A column as it stands; `name` is None for one of people's own."""

    name: str | None
    header: Kept
    width: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Row:
    """A row as it stands: its number in the tab, and a cell for every column."""

    number: int
    cells: tuple[Kept, ...]
    hidden: bool = False

    @property
    def is_blank(self) -> bool:
        """Say whether it holds nothing."""
        return all(cell.is_blank for cell in self.cells)


@dataclass(frozen=True)
class Former:
    """The action list of an earlier workbook.

    `rows` end with the last that holds anything. `written` gives, by item and column, the mark of
    what vinkje wrote there, in the order that the list had without people's sorting; it is empty
    for a workbook that lost it. `checklist` is the title of the checklist that it was made for,
    `totals` the number of the row in which Excel adds up its Table, if there is one. `told` names
    the columns that vinkje wrote: a vinkje before this one may have had fewer.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    written: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    checklist: str = ""
    totals: int | None = None
    told: frozenset[str] = frozenset(COLUMNS)
    rest: Any = field(default=None, compare=False, repr=False)

    def place(self, name: str) -> int | None:
        """Return where a column stands, counted from 0; None when it is gone."""
        return next((i for i, column in enumerate(self.columns) if column.name == name), None)

    def cell(self, row: Row, name: str) -> Kept:
        """Return a row's cell in one of our columns; an empty one when the column is gone."""
        place = self.place(name)
        return Kept() if place is None else row.cells[place]


@dataclass(frozen=True)
class Line:
    """A row of the new list: an item's, or of people's own (`id` is None).

    `item` is None when the checklist has it no more, `finding` also when answers are too few.
    """

    id: str | None
    item: Item | None = None
    finding: Finding | None = None
    left: Left | None = None
    former: Row | None = None


@dataclass(frozen=True)
class ActionList:
    """The new list, top to bottom; `below` stands under it, apart."""

    lines: tuple[Line, ...]
    below: tuple[Row, ...] = ()
    natural: tuple[str, ...] = ()
    former: Former | None = None

    def gone(self) -> list[str]:
        """Return the items that were on the list and are no longer."""
        listed = {line.id for line in self.lines}
        return [item for item in self.former.written if item not in listed] if self.former else []

    def added(self) -> list[str]:
        """Return the items that are on the list for the first time."""
        return [line.id for line in self.lines if line.id and line.former is None]


def day_in(name: str, value: object, today: date) -> date | None:
    """Return the day that a cell in one of the `DAYS` says; None where it says none."""
    if name == "done_on":
        return typed_day(value, today, LANGUAGES, is_past=True)
    return typed_day(value, today + _AHEAD, LANGUAGES)


def mark(value: object) -> str:
    """Return a short mark that tells one cell's content from another's; empty for an empty one."""
    if isinstance(value, Formula):
        return _hashed(value.text)
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


def action_list(
    checklist: Checklist, findings: Findings, former: Former | None = None
) -> ActionList:
    """Return every item that is not in order, and all that people keep in the former list."""
    asked = {finding.item.id: finding for finding in findings.actions}
    if former is None:
        lines = tuple(Line(i, finding.item, finding) for i, finding in asked.items())
        return ActionList(lines, natural=tuple(asked))
    ids = RowIds(former, checklist.items())
    rows, below = _apart(former, ids)
    parts = _Parts([_line(row, ids, findings, checklist) for row in rows], former)
    left = [line.id for line in parts.items if line.id and line.id not in asked]
    natural = tuple(dict.fromkeys([*asked, *left]))
    new = {i: [Line(i, f.item, f)] for i, f in asked.items() if i not in parts.by_id}
    if parts.sorted_by_people():
        placed = [*new.values(), *parts.all]
    else:
        placed = [(parts.by_id | new)[i] for i in natural]
    lines, apart = _ended([*parts.head, *(line for part in placed for line in part), *parts.tail])
    return ActionList(lines, (*apart, *below), natural, former)


def refuse_another(place: str, former: Former, checklist: Checklist) -> None:
    """Raise WorkbookError when most of a list's statements are not this checklist's."""
    texts = {fold(t): item.id for item in checklist.items() for t in (item.text, *item.aliases)}
    listed = [row for row in former.rows if not former.cell(row, "item").is_blank]
    known = [row for row in listed if fold(str(former.cell(row, "item").shown)) in texts]
    ids = {fold(item.id) for item in checklist.items()}
    numbered = [row for row in listed if fold(text_of(former.cell(row, "id").shown)) in ids]
    same_title = fold(former.checklist) == fold(checklist.title)
    if numbered and (same_title or 2 * len(known) >= len(numbered)):
        return
    if not any(not former.cell(row, "id").is_blank for row in former.rows) or same_title:
        return
    raise WorkbookError(
        f"{place}: is the action list of another checklist"
        + (f" ('{one_line(former.checklist)}')" if former.checklist else "")
        + "; name the right checklist with --checklist, or, where this one was reworded, put the "
        "former texts under 'aliases'"
    )


class RowIds:
    """Knows an item's row: by its Nr, else by the statement that stands in it."""

    def __init__(self, former: Former, items: Iterable[Item] = ()) -> None:
        self.former = former
        listed = list(items)
        self.by_id = {fold(item): item for item in former.written}
        self.by_id |= {fold(item.id): item.id for item in listed}
        self.by_text = {
            fold(text): item.id for item in listed for text in (*item.aliases, item.text)
        }
        self.by_mark = {marks["item"]: item for item, marks in former.written.items()}

    def of(self, row: Row) -> str | None:
        """Return the item that a row is about; None for a row of people's own."""
        number = self.former.cell(row, "id").shown
        by_number = self.by_id.get(fold(text_of(number)))
        # A program can take 1.10 for a number, which is 1.1.
        if by_number and isinstance(number, str):
            return by_number
        return self._by_statement(row) or by_number

    def contradicts(self, row: Row) -> bool:
        """Say whether a row's Nr and its statement are those of two items."""
        by_statement = self._by_statement(row)
        return by_statement is not None and by_statement != self.of(row)

    def _by_statement(self, row: Row) -> str | None:
        statement = self.former.cell(row, "item").shown
        if statement is None:
            return None
        return self.by_text.get(fold(str(statement))) or self.by_mark.get(mark(statement))


def _apart(former: Former, ids: RowIds) -> tuple[list[Row], tuple[Row, ...]]:
    """Return the list's rows, and those below it: after the first empty row under the last item.

    A row of totals comes below too: in the new list it would be one of those that it adds up.
    """
    rows = [row for row in former.rows if row.number != former.totals]
    totals = tuple(row for row in former.rows if row.number == former.totals)
    last = max((i for i, row in enumerate(rows) if ids.of(row)), default=-1)
    for index, row in enumerate(rows):
        if index > last and row.is_blank:
            return rows[:index], (*totals, *rows[index + 1 :])
    return rows, totals


def _ended(lines: list[Line]) -> tuple[tuple[Line, ...], list[Row]]:
    """Return a new list's lines and what now stands apart below: an empty row may have come last.

    A next report would end the list there too.
    """
    last = max((i for i, line in enumerate(lines) if line.id), default=-1)
    for index, line in enumerate(lines):
        if index > last and line.former and line.former.is_blank:
            return tuple(lines[:index]), [each.former for each in lines[index + 1 :] if each.former]
    return tuple(lines), []


def _line(row: Row, ids: RowIds, findings: Findings, checklist: Checklist) -> Line:
    item_id = ids.of(row)
    if item_id is None:
        return Line(None, former=row)
    item = next((item for item in checklist.items() if item.id == item_id), None)
    finding = next((f for f in findings.items if f.item.id == item_id), None)
    return Line(item_id, item, finding, _left(item, finding), row)


def _left(item: Item | None, finding: Finding | None) -> Left | None:
    if item is None:
        return Left.DROPPED
    if finding is None:
        return Left.TOO_FEW
    if finding.verdict is None:
        return Left.NOT_ASKED
    return Left.IN_ORDER if finding.verdict is Verdict.IN_ORDER else None


class _Parts:
    """The former rows that stay, taken apart: each item's row with people's own below it."""

    def __init__(self, lines: Iterable[Line], former: Former) -> None:
        self.former = former
        self.head: list[Line] = []
        self.all: list[list[Line]] = []
        self.seen: list[str] = []
        for line in lines:
            if line.id is None:
                (self.all[-1] if self.all else self.head).append(line)
                continue
            self.seen.append(line.id)
            if line.left is None or has_follow_up(former, line):
                self.all.append([line])
        # What people added under the last item belongs at the foot of the list.
        self.tail = self.all[-1][1:] if self.all else []
        if self.all:
            del self.all[-1][1:]
        self.by_id: dict[str, list[Line]] = {}
        for part in self.all:
            self.by_id.setdefault(str(part[0].id), []).extend(part)

    @property
    def items(self) -> list[Line]:
        """Return the items' rows, in the order they have now."""
        return [part[0] for part in self.all]

    def sorted_by_people(self) -> bool:
        """Say whether the rows stand in another order than vinkje would have given them."""
        # A doubled row that stands elsewhere was put there by somebody too.
        now = [item for item, _ in groupby(self.seen)]
        then = [item for item in self.former.written if item in set(now)]
        return [item for item in now if item in self.former.written] != then or not then


def has_follow_up(former: Former, line: Line) -> bool:
    """Say whether people wrote anything in an item's row, beside what was proposed."""
    row = line.former
    if row is None or line.id is None:
        return False
    written = former.written.get(line.id, {})
    for column, cell in zip(former.columns, row.cells, strict=True):
        if cell.comment or (column.name is None and not cell.is_blank):
            return True
        if column.name in OURS and is_own_link(column.name, cell):
            return True
        if column.name in THEIRS and mark(cell.value) != written.get(column.name, ""):
            return True
        if column.name in OURS and is_typed_over(former, line.id, column.name, cell.value):
            return True
    return False


def is_own_link(name: str, cell: Kept) -> bool:
    """Say whether people put a link on one of our cells; those on remarks are ours."""
    return bool(cell.link) and name != "remarks"


def is_typed_over(former: Former, item_id: str, name: str, value: object) -> bool:
    """Say whether people wrote something of their own in one of our cells."""
    now = mark(value)
    if not now:
        return False
    if name == "id":
        return fold(text_of(value)) != fold(item_id)
    if item_id in former.written:
        return now != former.written[item_id].get(name, "")
    # A row of their own that became an item's; where all marks are lost, figures are taken as ours.
    return bool(former.written) or not _looks_like_ours(name, value)


def _looks_like_ours(name: str, value: object) -> bool:
    """Say whether vinkje itself could have written this in a column of figures."""
    if name == "share":
        return isinstance(value, int | float)
    if name == "based":
        return bool(_BASED.fullmatch(str(value)))
    return name in {"divided", "priority"} and fold(str(value)) in _our_words()


@cache
def _our_words() -> frozenset[str]:
    keys = ["actions.yes", *(f"left.{why}" for why in Left), *(f"priority.{p}" for p in Priority)]
    return frozenset(fold(wording(language)(key)) for language in LANGUAGES for key in keys)
