"""The merge of what vinkje wrote, what people left and what a report says now. Pure.

Of the rows `action_list` decides which stay and where new ones go, of their cells `merge_row`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from forms.action_list.columns import OURS, POLICIES, THEIRS, Policy
from forms.action_list.items import RowIds
from forms.action_list.model import ActionList, Former, Formula, Kept, Left, Line, Row, mark
from forms.analysis.rules import Finding, Findings, Priority, Verdict
from forms.checklist.model import Checklist, Item
from forms.text import fold, text_of
from forms.wording import LANGUAGES, wording

_BASED = re.compile(r"\d+ \w+ \d+")


@dataclass(frozen=True)
class MergedCell:
    """What becomes of a cell: a report says it anew, or it stays as people left it.

    `typed_over` is what they wrote where a report now says something else: it becomes a note.
    """

    is_ours: bool
    value: object = None
    typed_over: str = ""


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


def merge_row(
    former: Former | None, line: Line, ours: Mapping[str, object]
) -> dict[str, MergedCell]:
    """Return what becomes of the cells of an item's row, by column.

    `ours` has what the report says and, for a new row, what it proposes; the base is in `former`.
    """
    theirs = line.former
    return {
        name: _merge_cell(former, line, name, former.cell(theirs, name), ours.get(name))
        if former and theirs
        else MergedCell(is_ours=True, value=ours.get(name))
        for name in POLICIES
    }


def _merge_cell(former: Former, line: Line, name: str, theirs: Kept, ours: object) -> MergedCell:
    policy = POLICIES[name]
    if policy is Policy.USER:
        return MergedCell(is_ours=False)
    is_said = mark(theirs.value) == mark(ours)
    is_edited = not is_said and is_typed_over(former, str(line.id), name, theirs.value)
    if policy is Policy.OVERRIDABLE and is_edited:
        return MergedCell(is_ours=False)
    return MergedCell(is_ours=True, value=ours, typed_over=theirs.typed if is_edited else "")


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
    if row is None or line.id is None or row.is_drawn_on:
        return row is not None and row.is_drawn_on
    written = former.written.get(line.id, {})
    for column, cell in zip(former.columns, row.cells, strict=True):
        # What Excel fills in of itself says nothing of the item.
        is_filled = bool(column.fill) and isinstance(cell.value, Formula)
        if cell.comment or (column.name is None and not cell.is_blank and not is_filled):
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
