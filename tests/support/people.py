"""People who work in rapport.xlsx for months, as in Excel, and who know what they wrote.

Rows and columns are things here, not numbers: cells hang on them while they move, and only saving
gives them a place, with formulas, defined names and the Table following as in Excel.
"""

import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.filters import AutoFilter, FilterColumn, Filters
from openpyxl.worksheet.table import TableColumn
from workbooks import opened

from forms.action_list.columns import COLUMNS, USER
from forms.wording import wording

WORDS = wording("nl")
TITLES = {WORDS(f"actions.{name}"): name for name in COLUMNS}


@dataclass(eq=False)
class Col:
    """A column: vinkje's name for it, or None for people's own."""

    name: str | None
    header: str
    width: float | None = None
    hidden: bool = False


@dataclass(eq=False)
class Row:
    """A row: `id` is the Nr in it, `token` a text that knows one of their own, once it has one.

    `wrote` is what people wrote in their own cells, `over` what they typed in vinkje's.
    """

    area: str
    id: str = ""
    token: str = ""
    wrote: dict[Col, Any] = field(default_factory=dict)
    over: dict[Col, str] = field(default_factory=dict)
    notes: dict[Col, str] = field(default_factory=dict)
    emptied: set[Col] = field(default_factory=set)
    hidden: bool = False


@dataclass(frozen=True)
class Ref:
    """One cell, or cells below each other in a column, that a formula names; None is #REF!."""

    first: Row | None
    last: Row | None
    col: Col | None
    fixed: bool = False

    @property
    def is_area(self) -> bool:
        """Say whether it is a range."""
        return self.first is not self.last


@dataclass(frozen=True)
class Formula:
    """A formula: text with a hole for what it refers to."""

    text: str
    ref: Ref


def escape(text: str) -> str:
    """Return text as Excel puts it in a file, where `_x0041_` is an A."""
    return re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def typed(value: Any) -> Any:
    """Return what a file holds of what a person typed, without the file's own escapes."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return unescape(value) if isinstance(value, str) else value


class People:
    """The workbook as it stands open in Excel."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[Row] = []
        self.cols: list[Col] = []
        self.tabs: dict[str, dict[str, Any]] = {}
        self.names: dict[str, Any] = {}
        self.has_names = self.has_marks = True
        # What vinkje proposed, by item, as long as its marks tell so.
        self.proposed: dict[str, dict[str, Any]] = {}
        self.natural: list[str] = []
        self.filtered: tuple[Col, list[str]] | None = None
        self.written = self.looked_for = 0

    def open(self) -> None:
        """Open the file anew; the rows and columns are for the caller to know again."""
        self.book: Any = opened(self.path)
        self.has_names = self.has_marks = True
        cell = self.book.defined_names["vinkje_column_id"].attr_text
        self.sheet = self.book[unquoted(cell)]
        self.header = int(cell.rpartition("$")[2])
        self.table = next(iter(self.sheet.tables.values()), None)

    def take(self, rows: list[Row], cols: list[Col]) -> None:
        """Hold the cells of the file by their rows and columns."""
        self.rows, self.cols = rows, cols
        for area in list(self.sheet.merged_cells.ranges):
            self.sheet.unmerge_cells(str(area))
        self.grid: dict[tuple[Row, Col], Any] = {
            (rows[r - 1], cols[c - 1]): cell
            for (r, c), cell in self.sheet._cells.items()  # noqa: SLF001
            if c <= len(cols) and not isinstance(cell, MergedCell)
        }
        self.names = {
            name: self.book[unquoted(found.attr_text)]
            for name, found in self.book.defined_names.items()
            if name.startswith("vinkje_tab_")
        }

    def dimension(self, col: Col) -> Any:
        """Return the width and the like of a column, as the file has it."""
        return self.sheet.column_dimensions[get_column_letter(self.cols.index(col) + 1)]

    def list_rows(self) -> list[Row]:
        """Return the rows of the list, blank ones too."""
        return [row for row in self.rows if row.area == "list"]

    def own_cols(self) -> list[Col]:
        """Return people's own columns."""
        return [col for col in self.cols if col.name is None]

    def col(self, name: str) -> Col:
        """Return one of vinkje's columns."""
        return next(col for col in self.cols if col.name == name)

    def cell(self, row: Row, col: Col) -> Any:
        """Return a cell, made where there is none."""
        if (row, col) not in self.grid:
            self.grid[row, col] = Cell(self.sheet, row=1, column=1)
        return self.grid[row, col]

    def value(self, row: Row, col: Col) -> Any:
        """Return what a cell holds."""
        return typed(self.grid[row, col].value) if (row, col) in self.grid else None

    def gaps(self) -> list[Col]:
        """Return columns that are empty in the list: what stands right of one stands apart."""
        head = next(n for n, row in enumerate(self.rows) if row.area == "head")
        ours = [col for col in self.cols if col.name]
        rows = self.rows[head:]
        last = max(n for n, row in enumerate(rows) if any(self.holds(row, c) for c in ours))
        right = self.cols[max(map(self.cols.index, ours)) + 1 :]
        wide = max(
            (n for n, c in enumerate(right, 1) if any(self.holds(r, c) for r in rows)), default=0
        )
        listed = rows[: last + 1]
        return [c for c in right[:wide] if not any(self.holds(row, c) for row in listed)]

    def holds(self, row: Row, col: Col) -> bool:
        """Say whether a cell holds anything."""
        cell = self.grid.get((row, col))
        return cell is not None and bool(str(cell.value or "").strip() or cell.comment)

    def put(self, row: Row, col: Col, value: Any) -> None:
        """Type something; text stays text, as with an apostrophe before it."""
        cell = self.cell(row, col)
        if isinstance(value, Formula):
            cell.value = "=0"
        elif isinstance(value, str):
            cell.value = escape(value)
            cell.data_type = "s"
            cell.quotePrefix = value[:1] in "=+-@"
        else:
            cell.value = value
        self.written += 1

    def write(self, row: Row, col: Col, value: Any) -> None:
        """Write in a cell of people's own, or over one of vinkje's."""
        if value == self.value(row, col) or (row.token and self.value(row, col) == row.token):
            return
        self.put(row, col, value)
        row.emptied.discard(col)
        row.wrote.pop(col, None)
        row.over.pop(col, None)
        if row.id and col.name and col.name not in USER:
            row.over[col] = str(value)
        elif value is None:
            row.emptied.add(col)
        else:
            row.wrote[col] = value

    def note(self, row: Row, col: Col, text: str) -> None:
        """Put a note on a cell."""
        self.cell(row, col).comment = Comment(escape(text), "Wim")
        row.notes[col] = text
        self.written += 1

    def insert(self, at: int, row: Row, token: str, col: Col) -> None:
        """Insert a row of their own, told by a text in one of its cells."""
        self.rows.insert(at, row)
        row.token = token
        self.put(row, col, token)
        row.wrote[col] = token
        if row.id:
            self.put(row, self.col("id"), row.id)

    def delete(self, row: Row) -> None:
        """Delete a row; what referred to it is #REF!, a range shrinks."""
        at, by_number = self.rows.index(row), self.rows

        def without(ref: Ref) -> Ref:
            first, last = ref.first, ref.last
            if row is first is last:
                return replace(ref, first=None, last=None)
            if row is first:
                first = by_number[at + 1]
            elif row is last:
                last = by_number[at - 1]
            return replace(ref, first=first, last=last)

        self.refer(without)
        self.rows.remove(row)

    def double(self, row: Row, token: str) -> None:
        """Copy a row and insert it below; a formula on its own row then refers to the copy."""
        twin = Row(row.area, row.id, "", hidden=row.hidden)
        twin.wrote, twin.over, twin.notes = dict(row.wrote), dict(row.over), dict(row.notes)
        twin.emptied = set(row.emptied)
        self.rows.insert(self.rows.index(row) + 1, twin)
        for (which, col), cell in list(self.grid.items()):
            if which is row:
                new = self.cell(twin, col)
                new.value, new.data_type, new._style = cell.value, cell.data_type, copy(cell._style)  # noqa: SLF001
                new.comment = cell.comment and Comment(cell.comment.text, "Wim")
        for col, value in twin.wrote.items():
            if isinstance(value, Formula) and value.ref.first is value.ref.last is row:
                if not value.ref.fixed:
                    twin.wrote[col] = replace(value, ref=replace(value.ref, first=twin, last=twin))
            elif row.token and value == row.token:
                twin.token = token
                self.put(twin, col, token)
                twin.wrote[col] = token

    def arrange(self, rows: list[Row]) -> None:
        """Sort or move the list's rows; a formula keeps the place it names, or its own row."""
        before = list(self.rows)
        new = iter(rows)
        self.rows = [next(new) if row.area == "list" else row for row in before]
        at = {row: self.rows[number] for number, row in enumerate(before)}
        for row, _, formula, put in list(self.formulas()):
            ref = formula.ref
            if ref.first and ref.last and (ref.fixed or ref.is_area or row is not ref.first):
                put(replace(formula, ref=replace(ref, first=at[ref.first], last=at[ref.last])))

    def move(self, row: Row, to: int) -> None:
        """Cut a row and insert it elsewhere; what refers to it follows, ranges stay in place."""
        rows = self.list_rows()
        rows.remove(row)
        rows.insert(to, row)
        before, new = list(self.rows), iter(rows)
        self.rows = [next(new) if each.area == "list" else each for each in before]
        at = {each: self.rows[number] for number, each in enumerate(before)}
        self.refer(
            lambda r: (
                replace(r, first=at[r.first], last=at[r.last])
                if r.is_area and r.first and r.last
                else r
            )
        )

    def formulas(self) -> Iterator[tuple[Row | None, Any, Formula, Callable[[Formula], None]]]:
        """Yield every formula: its row and column, or its tab and cell, and what changes it."""
        for row in self.rows:
            for col, value in list(row.wrote.items()):
                if isinstance(value, Formula):
                    yield row, col, value, partial(row.wrote.__setitem__, col)
        for title, cells in self.tabs.items():
            for place, value in list(cells.items()):
                if isinstance(value, Formula):
                    yield None, (title, place), value, partial(cells.__setitem__, place)

    def refer(self, change: Callable[[Ref], Ref]) -> None:
        """Change what formulas refer to."""
        for *_, formula, put in list(self.formulas()):
            put(replace(formula, ref=change(formula.ref)))

    def shown(self, formula: Formula, *, on_tab: bool) -> str:
        """Return a formula as it stands in a cell now."""
        ref, places = formula.ref, {row: n for n, row in enumerate(self.rows, 1)}
        if ref.col is None or ref.first is None or ref.last is None:
            return formula.text.format("#REF!")
        sign = "$" * ref.fixed
        letter = sign + get_column_letter(self.cols.index(ref.col) + 1) + sign
        cells = f"{letter}{places[ref.first]}"
        if ref.is_area:
            cells += f":{letter}{places[ref.last]}"
        tab = quote_sheetname(self.sheet.title) + "!" if on_tab else ""
        return formula.text.format(tab + cells)

    def drop_col(self, col: Col) -> None:
        """Delete a column of their own; the people forget what was in it."""
        self.cols.remove(col)
        if self.filtered and self.filtered[0] is col:
            self.filtered = None
            self._filter_of().filterColumn = []
        for row in self.rows:
            for kept in (row.wrote, row.over, row.notes):
                kept.pop(col, None)
            row.emptied.discard(col)
        self.refer(lambda ref: replace(ref, col=None) if ref.col is col else ref)

    def lose(self, *, names: bool, marks: bool, table: bool) -> None:
        """Play a program that keeps no defined names, no hidden tab, or no Table."""
        if table and self.table:
            del self.sheet.tables[self.table.displayName]
            self.table = self.filtered = None
        if names:
            self.has_names = False
            self.book.defined_names.clear()
            for col in self.cols:
                # Its name was all that told which column it was: from here on it is their own.
                if col.name and col.header not in TITLES:
                    col.name = None
                    self._adopt(col)
        if marks and self.has_marks:
            self.has_marks = False
            del self.book["vinkje"]
            for col in self.cols:
                if col.name in USER:
                    self._adopt(col)
            for row in self.rows:
                # Without marks only these two can be told from what vinkje wrote.
                row.over = {c: t for c, t in row.over.items() if c.name in ("action", "remarks")}

    def _adopt(self, col: Col) -> None:
        for row in self.list_rows():
            value = self.value(row, col)
            row.over.pop(col, None)
            if value is not None:
                row.wrote.setdefault(col, value)

    def filter(self, col: Col, words: list[str]) -> None:
        """Filter on words in a column: other rows go out of view."""
        for row in self.list_rows():
            row.hidden = str(self.value(row, col) or "") not in words
        chosen = FilterColumn(colId=self.cols.index(col), filters=Filters(filter=words))
        self._filter_of().filterColumn = [chosen]
        self.filtered = (col, words)

    def _filter_of(self) -> Any:
        if self.table:
            return self.table.autoFilter
        if not self.sheet.auto_filter.ref:
            self.sheet.auto_filter = AutoFilter(ref="A1:A2")
        return self.sheet.auto_filter

    def save(self) -> None:
        """Save, every cell in its place and all that refers to it along."""
        sheet, at = self.sheet, {row: n for n, row in enumerate(self.rows, 1)}
        across = {col: n for n, col in enumerate(self.cols, 1)}
        sheet._cells = {}  # noqa: SLF001
        for (row, col), cell in self.grid.items():
            if row in at and col in across:
                cell.row, cell.column = at[row], across[col]
                sheet._cells[cell.row, cell.column] = cell  # noqa: SLF001
                if cell.hyperlink:
                    cell.hyperlink.ref = cell.coordinate
        self._save_formulas()
        sheet.row_dimensions.clear()
        sheet.column_dimensions.clear()
        for row, number in at.items():
            if row.hidden:
                sheet.row_dimensions[number].hidden = True
        for col in self.cols:
            dimension = self.dimension(col)
            dimension.hidden = col.hidden
            if col.width:
                dimension.width = col.width
        self._save_names()
        self._save_table(at)
        self.book.save(self.path)

    def _save_formulas(self) -> None:
        for row, place, formula, _ in self.formulas():
            if row is not None:
                self.cell(row, place).value = self.shown(formula, on_tab=False)
        for title, cells in self.tabs.items():
            for place, value in cells.items():
                if isinstance(value, Formula):
                    self.book[title][place].value = self.shown(value, on_tab=True)
                else:
                    text = escape(value) if isinstance(value, str) else value
                    self.book[title][place].value = text

    def _save_names(self) -> None:
        title = quote_sheetname(self.sheet.title)
        head = next(n for n, row in enumerate(self.rows, 1) if row.area == "head")
        self.header = head
        for name, found in self.book.defined_names.items():
            if name in self.names:
                is_there = self.names[name] in self.book.worksheets
                tab = quote_sheetname(self.names[name].title)
                found.attr_text = f"{tab}!$A$1" if is_there else "#REF!$A$1"
        for number, col in enumerate(self.cols, 1):
            if col.name and self.has_names:
                place = f"{title}!${get_column_letter(number)}${head}"
                self.book.defined_names[f"vinkje_column_{col.name}"].attr_text = place

    def _save_table(self, at: dict[Row, int]) -> None:
        if self.filtered:
            found = self._filter_of().filterColumn
            for chosen in found:
                chosen.colId = self.cols.index(self.filtered[0])
        listed = [at[row] for row in self.list_rows()]
        wide = max(n for n, col in enumerate(self.cols, 1) if col.header)
        ref = f"A{self.header}:{get_column_letter(wide)}{max(listed, default=self.header + 1)}"
        if self.table:
            self.table.ref = self.table.autoFilter.ref = ref
            titles = [col.header or f"Kolom{n}" for n, col in enumerate(self.cols[:wide], 1)]
            self.table.tableColumns = [
                TableColumn(id=n, name=title) for n, title in enumerate(titles, 1)
            ]
        elif self.sheet.auto_filter.ref:
            self.sheet.auto_filter.ref = ref


def unquoted(place: str) -> str:
    """Return the tab that a reference names."""
    return place.rpartition("!")[0].strip("'").replace("''", "'")


def day(value: Any) -> Any:
    """Return a day as one, and anything else as it is."""
    return value.date() if isinstance(value, datetime) and value.time() == time() else value
