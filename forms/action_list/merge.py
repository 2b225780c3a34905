"""The merge of what vinkje wrote, what people left and what a report says now. Pure.

Of the rows `merge_list` decides which stay and where new ones go, of their cells `merge_row`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from forms.action_list.columns import COLUMN_POLICIES, GENERATED, USER, Policy
from forms.action_list.items import RowIds
from forms.action_list.model import (
    ActionLine,
    ActionList,
    ExistingList,
    ExistingRow,
    Formula,
    RetainedReason,
    UserCell,
    fingerprint,
)
from forms.analysis.rules import Finding, Findings, Priority, Verdict
from forms.checklist.model import Checklist, Item
from forms.text import normalize, text_of
from forms.wording import LANGUAGES, wording

# What stands under 'Gebaseerd op' in any language, such as `12 van 42`.
_BASED = re.compile(r"\d+ \w+ \d+")


@dataclass(frozen=True)
class MergedCell:
    """What becomes of a cell: a report says it anew, or it stays as people left it.

    `typed_over` is what they wrote where a report now says something else: it becomes a note.
    """

    is_ours: bool
    value: object = None
    typed_over: str = ""


def merge_list(
    checklist: Checklist, findings: Findings, existing: ExistingList | None = None
) -> ActionList:
    """Return every item that is not in order, and all that people keep in the existing list.

    Where people sorted the list their order stays, and new items come at the top of it; else the
    order is that of the rules (`analysis/rules.py`).
    """
    asked = {finding.item.id: finding for finding in findings.actions}
    if existing is None:
        lines = tuple(ActionLine(i, finding.item, finding) for i, finding in asked.items())
        return ActionList(lines, default_order=tuple(asked))
    ids = RowIds(existing, checklist.items())
    rows, below = _apart(existing, ids)
    parts = _Parts([_line(row, ids, findings, checklist) for row in rows], existing)
    left = [line.id for line in parts.items if line.id and line.id not in asked]
    default_order = tuple(dict.fromkeys([*asked, *left]))
    new = {i: [ActionLine(i, f.item, f)] for i, f in asked.items() if i not in parts.by_id}
    if parts.sorted_by_people():
        placed = [*new.values(), *parts.all]
    else:
        placed = [(parts.by_id | new)[i] for i in default_order]
    lines, apart = _ended([*parts.head, *(line for part in placed for line in part), *parts.tail])
    return ActionList(lines, (*apart, *below), default_order, existing)


def merge_row(
    existing: ExistingList | None, line: ActionLine, ours: Mapping[str, object]
) -> dict[str, MergedCell]:
    """Return what becomes of the cells of an item's row, by column.

    `ours` has what the report says and, for a new row, what it proposes; the base is in `existing`.
    """
    theirs = line.existing
    return {
        name: _merge_cell(existing, line, name, existing.cell(theirs, name), ours.get(name))
        if existing and theirs
        else MergedCell(is_ours=True, value=ours.get(name))
        for name in COLUMN_POLICIES
    }


def _merge_cell(
    existing: ExistingList, line: ActionLine, name: str, theirs: UserCell, ours: object
) -> MergedCell:
    """Merge a cell three ways: what vinkje wrote, what stands there, what it says now."""
    policy = COLUMN_POLICIES[name]
    if policy is Policy.USER:
        return MergedCell(is_ours=False)
    is_current = fingerprint(theirs.value) == fingerprint(ours)
    is_theirs = not is_current and is_edited(existing, str(line.id), name, theirs.value)
    if policy is Policy.OVERRIDABLE and is_theirs:
        return MergedCell(is_ours=False)
    return MergedCell(is_ours=True, value=ours, typed_over=theirs.typed if is_theirs else "")


def _apart(
    existing: ExistingList, ids: RowIds
) -> tuple[list[ExistingRow], tuple[ExistingRow, ...]]:
    """Return the list's rows, and those below it: after the first empty row under the last item.

    A row of totals comes below too: in the new list it would be one of those that it adds up.
    """
    rows = [row for row in existing.rows if row.number != existing.totals]
    totals = tuple(row for row in existing.rows if row.number == existing.totals)
    last = max((i for i, row in enumerate(rows) if ids.of(row)), default=-1)
    for index, row in enumerate(rows):
        if index > last and row.is_blank:
            return rows[:index], (*totals, *rows[index + 1 :])
    return rows, totals


def _ended(lines: list[ActionLine]) -> tuple[tuple[ActionLine, ...], list[ExistingRow]]:
    """Return a new list's lines and what now stands apart below: an empty row may have come last.

    A next report would end the list there too.
    """
    last = max((i for i, line in enumerate(lines) if line.id), default=-1)
    for index, line in enumerate(lines):
        if index > last and line.existing and line.existing.is_blank:
            return tuple(lines[:index]), [
                below.existing for below in lines[index + 1 :] if below.existing
            ]
    return tuple(lines), []


def _line(row: ExistingRow, ids: RowIds, findings: Findings, checklist: Checklist) -> ActionLine:
    item_id = ids.of(row)
    if item_id is None:
        return ActionLine(None, existing=row)
    item = next((item for item in checklist.items() if item.id == item_id), None)
    finding = next((f for f in findings.items if f.item.id == item_id), None)
    return ActionLine(item_id, item, finding, _left(item, finding), row)


def _left(item: Item | None, finding: Finding | None) -> RetainedReason | None:
    if item is None:
        return RetainedReason.DROPPED
    if finding is None:
        return RetainedReason.TOO_FEW
    if finding.verdict is None:
        return RetainedReason.NOT_ASKED
    return RetainedReason.IN_ORDER if finding.verdict is Verdict.IN_ORDER else None


class _Parts:
    """The existing rows that stay, taken apart: each item's row with people's own below it."""

    def __init__(self, lines: Iterable[ActionLine], existing: ExistingList) -> None:
        self.existing = existing
        self.head: list[ActionLine] = []
        self.all: list[list[ActionLine]] = []
        self.seen: list[str] = []
        for line in lines:
            if line.id is None:
                (self.all[-1] if self.all else self.head).append(line)
                continue
            self.seen.append(line.id)
            if line.left is None or has_follow_up(existing, line):
                self.all.append([line])
        # What people added under the last item belongs at the foot of the list.
        self.tail = self.all[-1][1:] if self.all else []
        if self.all:
            del self.all[-1][1:]
        self.by_id: dict[str, list[ActionLine]] = {}
        for part in self.all:
            self.by_id.setdefault(str(part[0].id), []).extend(part)

    @property
    def items(self) -> list[ActionLine]:
        """Return the items' rows, in the order they have now."""
        return [part[0] for part in self.all]

    def sorted_by_people(self) -> bool:
        """Say whether the rows stand in another order than vinkje would have given them."""
        # A doubled row that stands elsewhere was put there by somebody too.
        now = [item for item, _ in groupby(self.seen)]
        then = [item for item in self.existing.written if item in set(now)]
        return [item for item in now if item in self.existing.written] != then or not then


def has_follow_up(existing: ExistingList, line: ActionLine) -> bool:
    """Say whether people wrote anything in an item's row, beside what was proposed."""
    row = line.existing
    if row is None or line.id is None or row.is_drawn_on:
        return row is not None and row.is_drawn_on
    written = existing.written.get(line.id, {})
    for column, cell in zip(existing.columns, row.cells, strict=True):
        # What Excel fills in of itself says nothing of the item.
        is_filled = bool(column.fill) and isinstance(cell.value, Formula)
        if cell.comment or (column.name is None and not cell.is_blank and not is_filled):
            return True
        if column.name in GENERATED and is_own_link(column.name, cell):
            return True
        if column.name in USER and fingerprint(cell.value) != written.get(column.name, ""):
            return True
        if column.name in GENERATED and is_edited(existing, line.id, column.name, cell.value):
            return True
    return False


def is_own_link(name: str, cell: UserCell) -> bool:
    """Say whether people put a link on one of our cells; those on remarks are ours."""
    return bool(cell.link) and name != "remarks"


def is_edited(existing: ExistingList, item_id: str, name: str, value: object) -> bool:
    """Say whether people wrote something of their own in one of our cells."""
    now = fingerprint(value)
    # Emptied, it holds nothing that could be lost.
    if not now:
        return False
    if name == "id":
        return normalize(text_of(value)) != normalize(item_id)
    if item_id in existing.written:
        return now != existing.written[item_id].get(name, "")
    # A row of their own that became an item's; where all marks are lost, figures are taken as ours.
    return bool(existing.written) or not _looks_like_ours(name, value)


def _looks_like_ours(name: str, value: object) -> bool:
    """Say whether vinkje itself could have written this in a column of figures."""
    if name == "share":
        return isinstance(value, int | float)
    if name == "based":
        return bool(_BASED.fullmatch(str(value)))
    return name in {"divided", "priority"} and normalize(str(value)) in _our_words()


@cache
def _our_words() -> frozenset[str]:
    keys = [
        "actions.yes",
        *(f"left.{reason}" for reason in RetainedReason),
        *(f"priority.{p}" for p in Priority),
    ]
    return frozenset(normalize(wording(language)(key)) for language in LANGUAGES for key in keys)
