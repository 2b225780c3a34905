"""The tab that people work in for months: one flat table, the right part of it theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from forms.action_list.follow_up import (
    DAYS,
    OURS,
    THEIRS,
    Formula,
    Kept,
    Left,
    Line,
    Row,
    day_in,
    is_own_link,
)
from forms.report.report import Report
from forms.text import fold
from forms.wording import LANGUAGES, wording
from forms.workbook import state
from forms.workbook.formulas import Moves
from forms.workbook.kept import Looks, add_comment, put_kept
from forms.workbook.listed import (
    Place,
    figures,
    is_theirs_now,
    marks_of,
    places,
    proposals,
)
from forms.workbook.own_rules import carry_rules, dress
from forms.workbook.sheet import Sheet, Value, lines_of
from forms.workbook.table import SPARE_ROWS, help_filling_in, make_table, stays_hidden
from forms.workbook.tabs import Tabs

_STYLES = {
    **dict.fromkeys(OURS, "cell"),
    **dict.fromkeys(("id", "based", "divided"), "centred"),
    **dict.fromkeys(DAYS, "own date"),
    "share": "percent",
}
# Their colours mean something; the format of other cells is people's to change.
_COLOURED_BY_US = ("priority", "remarks")
_OURS_ABOVE = ("actions.title", "actions.explain", "actions.none")


@dataclass(frozen=True)
class Written:
    """Where rows went, and by item the cell for its decision and the marks of what was written.

    `marks` are in the order that the list has without people's sorting; `outcomes` says by cell
    what formulas of people's own last came to.
    """

    moves: Moves
    decisions: dict[str, str]
    marks: dict[str, dict[str, str]]
    outcomes: dict[str, object]


def write(workbook: Workbook, report: Report, tabs: Tabs) -> Written:
    """Write the tab."""
    words, listed, above = report.words, report.listed, _above(report)
    columns = places(report)
    sheet = Sheet(workbook, tabs.actions, [place.width for place in columns])
    sheet.wide(words("actions.title"), "title")
    sheet.wide(words("actions.explain" if listed.lines else "actions.none"), "dim")
    _comment_again(sheet, report)
    header = sheet.row + len(above) + 1
    moves = _moves(report, tabs, columns, header, above)
    writer = _Writer(sheet, report, tabs, columns, moves)
    for row in above:
        writer.write_own(row, in_list=False)
    sheet.row = header
    writer.write_header()
    for line in listed.lines:
        writer.write_line(line)
    last = sheet.row - 1
    make_table(sheet, report, columns, header, last)
    sheet.row += 1
    for row in listed.below:
        writer.write_own(row, in_list=False)
    rows = (header + 1, last + SPARE_ROWS)
    theirs = carry_rules(sheet.ws, report.former, columns, *rows) if report.former else ()
    help_filling_in(sheet, words, columns, rows, theirs)
    if report.former:
        dress(sheet.ws, report.former)
    marks = {item: writer.marks[item] for item in listed.natural if item in writer.marks}
    state.name_columns(workbook, tabs.actions, header, [place.name for place in columns])
    return Written(moves, writer.decisions, marks, writer.outcomes)


def _comment_again(sheet: Sheet, report: Report) -> None:
    """Put comments back on our own words above the list."""
    above = report.former.rest.above if report.former else ()
    for row in above:
        for kept in row.cells:
            if kept.comment and _is_ours_above(kept):
                is_title = fold(kept.typed) in _said_above("actions.title")
                cell = sheet.ws.cell(1 if is_title else 2, 1)
                add_comment(cell, kept.comment, kept.author)


def _is_ours_above(kept: Kept) -> bool:
    return fold(kept.typed) in _said_above(*_OURS_ABOVE)


def _said_above(*keys: str) -> set[str]:
    return {fold(wording(language)(key)) for language in LANGUAGES for key in keys}


def _above(report: Report) -> list[Row]:
    """Return the rows above the headers that hold something of people's own, without our words."""
    if report.former is None:
        return []
    rows = [
        replace(row, cells=tuple(Kept() if _is_ours_above(c) else c for c in row.cells))
        for row in report.former.rest.above
    ]
    return [row for row in rows if not row.is_blank]


def _moves(
    report: Report, tabs: Tabs, columns: Sequence[Place], header: int, above: Sequence[Row]
) -> Moves:
    """Return where every row and column of the former list stands now."""
    former, listed = report.former, report.listed
    if former is None:
        return Moves("", tabs.actions, {}, {})
    below = header + len(listed.lines) + 2
    placed = [
        *((row, header - 1 - len(above) + i) for i, row in enumerate(above)),
        *((line.former, header + i) for i, line in enumerate(listed.lines, 1)),
        *((row, below + i) for i, row in enumerate(listed.below)),
    ]
    rows = {row.number: now for row, now in placed if row} | {former.rest.header_row: header}
    gone = frozenset(row.number for row in former.rows) - rows.keys()
    moved = {place.was + 1: i for i, place in enumerate(columns, 1) if place.was is not None}
    return Moves(former.rest.tab, tabs.actions, rows, moved, gone)


def _outcome(line: Line) -> str:
    """Return the style of an item's priority, or of why it is still there."""
    if line.left:
        return "in_order" if line.left is Left.IN_ORDER else "centred"
    return str(line.finding.priority) if line.finding else "centred"


class _Writer:
    """Writes rows: what the report says where it is ours, what people had where it is theirs."""

    def __init__(
        self,
        sheet: Sheet,
        report: Report,
        tabs: Tabs,
        columns: Sequence[Place],
        moves: Moves,
    ) -> None:
        self.sheet, self.report, self.tabs = sheet, report, tabs
        self.columns, self.moves, self.looks = columns, moves, Looks()
        self.decisions: dict[str, str] = {}
        decision = next(i for i, place in enumerate(columns, 1) if place.name == "decision")
        self.decision_column = get_column_letter(decision)
        self.marks: dict[str, dict[str, str]] = {}
        self.outcomes: dict[str, object] = {}

    def write_header(self) -> None:
        """Write the headers; a name that people gave one stays."""
        styles = ["header" if place.name in OURS else "own header" for place in self.columns]
        self.sheet.line([place.title for place in self.columns], styles, least=2)
        for index, place in enumerate(self.columns, 1):
            cell: Any = self.sheet.ws.cell(self.sheet.row - 1, index)
            if place.header and place.header.comment:
                add_comment(cell, place.header.comment, place.header.author)
            if place.hidden:
                self.sheet.ws.column_dimensions[cell.column_letter].hidden = True
        names = [place.name for place in self.columns]
        self.sheet.freeze_here(columns=1 if names[0] == "id" else 0)

    def write_line(self, line: Line) -> None:
        """Write a row of the list, and remember what is ours in it."""
        if line.id is None:
            if line.former:
                self.write_own(line.former)
            return
        report, former = self.report, self.report.former
        values = figures(report, self.tabs, line) | ({} if line.former else proposals(report, line))
        self._remember(line, values)
        shown = [
            self._item_cell(line, column, place, values)
            for column, place in enumerate(self.columns, 1)
        ]
        if line.former and former and stays_hidden(former, line.former, values):
            self.sheet.ws.row_dimensions[self.sheet.row].hidden = True
        self._end(shown)

    def write_own(self, row: Row, *, in_list: bool = True) -> None:
        """Write a row of people's own as it stood."""
        shown = [
            self._kept_cell(column, place, self._was(place, row), in_list=in_list)
            for column, place in enumerate(self.columns, 1)
        ]
        if row.hidden:
            self.sheet.ws.row_dimensions[self.sheet.row].hidden = True
        self._end(shown)

    def _remember(self, line: Line, values: dict[str, Value]) -> None:
        item, former = str(line.id), self.report.former
        self.decisions.setdefault(item, f"{self.decision_column}{self.sheet.row}")
        before = former.written.get(item, {}) if former and line.former else {}
        # Of an item that the checklist dropped, the cells stand as people left them.
        stood = () if line.item else ("section", "item", "action")
        proposed = {name: before[name] for name in (*THEIRS, *stood) if name in before}
        self.marks.setdefault(item, marks_of(values) | proposed)

    def _item_cell(self, line: Line, column: int, place: Place, values: dict[str, Value]) -> Value:
        """Write one cell of an item's row; returns what it shows."""
        kept = self._was(place, line.former)
        if place.name is None or (place.name in THEIRS and line.former):
            return self._kept_cell(column, place, kept)
        value = values.get(place.name)
        is_theirs = is_theirs_now(self.report, line, place.name, kept, value)
        if place.name == "action" and is_theirs:
            return self._kept_cell(column, place, kept)
        style = _outcome(line) if place.name == "priority" else _STYLES.get(place.name, "own")
        self.sheet.put(column, value, style)
        cell: Any = self.sheet.ws.cell(self.sheet.row, column)
        if kept.look is not None and kept.look.fill.fill_type and place.name not in _COLOURED_BY_US:
            self.looks.copy(kept.look, cell)
        typed = [kept.typed] if is_theirs else []
        typed += [kept.link] if is_own_link(place.name, kept) else []
        said = [self.report.words("actions.typed", text=text) for text in typed]
        if comment := "\n".join(filter(None, [kept.comment, *said])):
            if place.name == "remarks":
                comment = self.report.without_withheld(comment)
            add_comment(cell, comment, kept.author)
        return value

    def _kept_cell(self, column: int, place: Place, kept: Kept, *, in_list: bool = True) -> Value:
        """Write one cell of people's own; a day that was typed becomes one that can be late."""
        cell: Any = self.sheet.ws.cell(self.sheet.row, column)
        name = place.name or ""
        if name == "remarks":
            kept = self._without_withheld(kept)
        if in_list:
            style = "own" if name in OURS else _STYLES.get(name, "own")
            self.sheet.put(cell.column, None, style)
        if kept.look is not None:
            self.looks.copy(kept.look, cell)
        is_typed = name in DAYS and not isinstance(kept.value, Formula | datetime)
        if is_typed and (day := day_in(name, kept.shown, self.report.today)):
            kept = replace(kept, value=datetime.combine(day, time()))
            cell.number_format = "dd-mm-yyyy"
        put_kept(cell, kept, self._moved)
        if isinstance(kept.value, Formula):
            self.outcomes[cell.coordinate] = kept.shown
        return str(kept.value) if isinstance(kept.value, str | list) else None

    def _without_withheld(self, kept: Kept) -> Kept:
        """Return a copy of our remarks, which people made, as our own would be now."""
        without = self.report.without_withheld
        is_text = isinstance(kept.value, str | list)
        value = without(str(kept.value)) if is_text else kept.value
        if value == str(kept.value):
            value = kept.value
        return replace(kept, value=value, comment=without(kept.comment))

    def _moved(self, formula: str) -> str:
        return self.moves.formula(formula, self.moves.tab)

    def _was(self, place: Place, row: Row | None) -> Kept:
        return Kept() if row is None or place.was is None else row.cells[place.was]

    def _end(self, shown: Sequence[Value]) -> None:
        lines = [
            lines_of(value, place.width)
            for value, place in zip(shown, self.columns, strict=True)
            if not place.hidden
        ]
        self.sheet.end_row(max(lines, default=1))
