"""Where the action list stands: its columns, the row of each line, and where existing rows went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext

from forms.action_list.columns import COLUMNS
from forms.action_list.model import ActionList, ListColumn
from forms.errors import WorkbookError
from forms.excel.moves import Moves
from forms.excel.references import column_letters
from forms.report.existing import ExistingWorkbook
from forms.report.model import Report
from forms.report.remark_cells import remarks_width
from forms.text import clean, text_of

# In characters, as Excel gives the width of a column: together as many as A4 holds in letters of
# 8 points, since this list is printed.
WIDTHS: Mapping[str, float] = {
    "id": 4.5,
    "section": 9.5,
    "item": 27,
    "action": 24,
    "priority": 9.5,
    "share": 6.5,
    "based": 9.5,
    "divided": 8.5,
    "decision": 10,
    "owner": 13,
    "deadline": 10,
    "status": 7.5,
    "done_on": 10,
    "note": 11,
}
_OWN_WIDTH = 14
# Excel shows so much less than a file says: five pixels of padding, where a digit takes seven
# (ECMA-376 Part 1, col).
SHOWN_LESS = 0.71
# The title, a line of explanation and an empty row stand above a list.
FIRST_HEADER = 4


@dataclass(frozen=True)
class Place:
    """A column of the list, its width in characters.

    `name` is None for one of people's own; `was` is its place in the existing list, counted from 0,
    None where it was not there.
    """

    name: str | None
    title: str
    width: float
    hidden: bool = False
    was: int | None = None


@dataclass(frozen=True)
class Layout:
    """The columns, left to right, the row of the headers, and the row of each of the list's lines.

    `moves` says where the existing list's rows are now, None for a first list.
    """

    columns: Sequence[Place]
    header: int
    rows: Sequence[int]
    moves: Moves | None = None

    @property
    def renewed(self) -> list[int]:
        """Return the columns, from 1, that people deleted and that come back at the right end."""
        return [i for i, place in enumerate(self.columns, 1) if self.moves and place.was is None]

    def column(self, name: str) -> int:
        """Return where one of our columns stands, from 1."""
        return next(i for i, place in enumerate(self.columns, 1) if place.name == name)

    @property
    def last(self) -> int:
        """Return the row of the last line, that of the headers when there is none."""
        return self.rows[-1] if self.rows else self.header


def layout_of(report: Report) -> Layout:
    """Return where a report's list goes; raises WorkbookError where there is no room for it."""
    existing, action_list = report.existing, report.action_list
    if existing is None:
        columns = [_new(report, name) for name in COLUMNS]
        first = FIRST_HEADER + 1
        return Layout(columns, FIRST_HEADER, range(first, first + len(action_list.lines)))
    header = existing.header_row
    first = header + 1
    last = _last_row(existing, action_list)
    columns = _columns(report, existing)
    rows = range(first, first + len(action_list.lines))
    # A row that came to stand apart stays within the list's reach, after a gap.
    apart = [row for row in action_list.below if row.number <= last]
    now = {
        line.existing.number: at
        for line, at in zip(action_list.lines, rows, strict=True)
        if line.existing
    }
    now |= {row.number: first + len(rows) + 1 + i for i, row in enumerate(apart)}
    end = max([header + len(rows), first, *now.values()])
    beside = len(columns) + 1
    moves = Moves(existing.tab, first, max(last, first), end, now, beside)
    return Layout(columns, header, rows, moves)


def _last_row(existing: ExistingWorkbook, action_list: ActionList) -> int:
    """Return the list's last row as it is: not blank ones at its foot, nor totals."""
    below = {row.number for row in action_list.below}
    stayed = {line.existing.number for line in action_list.lines if line.existing}
    inside = [
        row.number
        for row in existing.list.rows
        if row.number != existing.list.totals
        and (row.number in stayed or (row.number not in below and not row.is_blank))
    ]
    return max(inside, default=existing.header_row)


def _columns(report: Report, existing: ExistingWorkbook) -> list[Place]:
    """Return the columns as they stand; those of ours that are gone come right of the list."""
    kept = [_kept(report, column, i) for i, column in enumerate(existing.list.columns)]
    missing = [_new(report, name) for name in COLUMNS if existing.list.place(name) is None]
    beside, filled = len(kept) + 1, existing.column_beside
    if missing and filled and filled - beside <= len(missing):
        names = ", ".join(f"'{place.title}'" for place in missing)
        raise WorkbookError(
            gettext("the tab '{tab}'").format(tab=existing.tab),
            gettext("it misses {columns}, and has no room for it right of the list").format(
                columns=names
            ),
            gettext(
                "move what stands from column {column} on to the right, by at least {count} columns"
            ).format(column=column_letters(filled), count=len(missing) + 1),
        )
    return [*kept, *missing]


def _new(report: Report, name: str) -> Place:
    width = WIDTHS.get(name) or remarks_width(report)
    return Place(name, report.words(f"actions.{name}"), width)


def _kept(report: Report, column: ListColumn, index: int) -> Place:
    title = clean(text_of(column.header.shown) or column.header.typed).strip()
    if column.name and not title:
        title = report.words(f"actions.{column.name}")
    width = column.width - SHOWN_LESS if column.width else _OWN_WIDTH
    return Place(column.name, title, width, column.hidden, index)
