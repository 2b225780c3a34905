"""The action list's own tab, as people left it, with what a report says put in."""

import re
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime

from forms.action_list.columns import DAYS, day_in
from forms.action_list.items import RowIds
from forms.action_list.merge import MergedCell
from forms.action_list.model import (
    ActionLine,
    ExistingRow,
    Formula,
    UserCell,
    fingerprint,
)
from forms.excel.book import Book
from forms.excel.caches import clean_cells
from forms.excel.dependents import follow_drawings
from forms.excel.notes import CellNotes
from forms.excel.references import area_of, cell_name, column_of
from forms.excel.shared_formulas import translated
from forms.excel.sheet import Sheet
from forms.excel.styles import Adopted, Styles
from forms.excel.tables import ExcelTable, add_table, tables_of
from forms.excel.tree import Element, M
from forms.report.existing import ExistingWorkbook
from forms.report.generated import merged
from forms.report.model import Report
from forms.text import normalize
from forms.workbook.build import Fresh
from forms.workbook.layout import SHOWN_LESS, Layout, Place
from forms.workbook.list_reader import ROLES_ABOVE, table_at

_AUTHOR = "vinkje"
# Their colours mean something; the format of other cells is people's to change.
_COLOURED_BY_US = ("priority", "remarks")
_DAY_FORMAT = "dd-mm-yyyy"
# Workbooks of an old Mac count days from 1904.
_DAYS_TO_1904 = 1462
# Excel's day 0, from March 1900 on: it counts a 29 February 1900 that never was.
_NO_DAY = date(1899, 12, 30)


class ListEdit:
    """One edit of the list's tab: rows moved, our cells set, new rows put in."""

    def __init__(
        self,
        report: Report,
        existing: ExistingWorkbook,
        book: Book,
        fresh: Fresh,
        layout: Layout,
        formats: tuple[Styles, Adopted],
    ) -> None:
        self.report, self.existing, self.book, self.layout = report, existing, book, layout
        self.list = existing.list
        self.styles, self.adopted = formats
        self.sheet = Sheet(book.package, book.part_of(existing.tab))
        self.source = Sheet(fresh.package, Book(fresh.package).part_of(fresh.tabs["actions"]))
        self.links = self.source.links()
        self.notes = CellNotes(book, self.sheet)
        self.typed_over: dict[str, str] = {}
        self.wanted_links: dict[str, str | None] = {}

    def write(self) -> None:
        """Make the edit; raises ExcelError for what cannot be moved, with nothing written yet."""
        own = self._own_formats()
        self._move()
        self._write_above()
        for line, number in zip(self.report.action_list.lines, self.layout.rows, strict=True):
            if line.existing is None:
                self._fill_new_row(number, own)
            if line.id is None:
                self._read_days(line, number)
            else:
                self._write_line(line, number)
        self.sheet.link(self.wanted_links)
        self._renew_columns()
        self._mark_odd()
        self._renew_table()
        self._clean()
        self.notes.add(self.typed_over, _AUTHOR, self.report.today)
        self.sheet.save()
        column = self.layout.column("remarks")
        if self.report.withheld and column not in self.layout.renewed:
            clean_cells(self.book, self.existing.tab, self.report.without_withheld, column)

    # -- rows that move --------------------------------------------------------------------------

    def _move(self) -> None:
        moves = self.layout.moves
        if moves is None:
            return
        self.sheet.move(moves)
        if not moves.is_still:
            self.notes.follow(moves)
            follow_drawings(self.book.package, self.sheet, moves)
        tables = tables_of(self.book.package, self.sheet.part)
        own = table_at(tables, self.layout.header)
        for table in tables:
            if table is own or not moves.is_still:
                table.follow(moves, is_list=table is own)
                table.save()

    def _write_above(self) -> None:
        """Say above the list what holds now: in the words that people did not change."""
        keys = {cell_name(1, 1): "title", cell_name(1, 2): "explain"}
        donors = {role: self.source.cell(cell) for cell, role in keys.items()}
        for cell, text in self.existing.words_above.items():
            role = ROLES_ABOVE[normalize(text)]
            donor, old = donors[role], self.sheet.cell(cell)
            key = role if role == "title" or self.report.action_list.lines else "none"
            is_current = normalize(text) == normalize(self.report.words(f"actions.{key}"))
            if donor is not None and old is not None and not is_current:
                self.sheet.put(donor, int(old.get("s", "0")), cell)

    # -- new rows --------------------------------------------------------------------------------

    def _own_formats(self) -> dict[int, int]:
        """Return, for people's columns, the format that most items' cells had there."""
        ids = RowIds(self.list, self.report.checklist.items())
        items = [row.number for row in self.list.rows if ids.of(row)]
        formats = {}
        for column, place in enumerate(self.layout.columns, 1):
            if place.name is None:
                counted = Counter(self.sheet.style_of(cell_name(column, row)) for row in items)
                most = counted.most_common(1)
                if most and most[0][0] is not None:
                    formats[column] = most[0][0]
        return formats

    def _fill_new_row(self, number: int, formats: Mapping[int, int]) -> None:
        """Give a new row the formats, and the formulas, of people's columns."""
        for column, place in enumerate(self.layout.columns, 1):
            if place.name is None and ((fill := self._fill(column, number)) or column in formats):
                name = cell_name(column, number)
                self.sheet.put_formula(name, fill, formats.get(column, 0))

    def _fill(self, column: int, number: int) -> str:
        """Return the formula that Excel would fill in; "" for none.

        It is that of another row, before it moved: how the Table itself writes one that names
        cells is not certain. Without any such row it is the Table's, when that names none.
        """
        was = self.layout.columns[column - 1].was
        fill = "" if was is None else self.list.columns[was].fill
        if was is None or not fill:
            return ""
        here = cell_name(column, number)
        for row in self.list.rows:
            value = row.cells[was].value
            if isinstance(value, Formula):
                return (translated(value.text, cell_name(column, row.number), here) or "")[1:]
        return "" if re.search(r"[A-Za-z$][0-9]", fill) else fill

    # -- an item's row ---------------------------------------------------------------------------

    def _write_line(self, line: ActionLine, number: int) -> None:
        cells = merged(self.report, line)
        is_grown = False
        for column, place in enumerate(self.layout.columns, 1):
            if place.name is None:
                continue
            kept, cell = self._kept(line, place), cells[place.name]
            name = cell_name(column, number)
            if place.name == "remarks":
                self.wanted_links[name] = self.links.get(name)
            if cell.typed_over:
                self.typed_over[name] = self._note_text(place, cell)
            if cell.is_ours or place.was is None:
                is_grown |= self._write_cell(name, place, kept, cell, is_new=line.existing is None)
            else:
                self._read_day(name, place, kept)
        if is_grown:
            self.sheet.set_height(number, self.source.height(number))
        if line.existing and line.existing.hidden and self._is_changed(line.existing, cells):
            self.sheet.show(number)

    def _write_cell(
        self, name: str, place: Place, kept: UserCell, cell: MergedCell, *, is_new: bool
    ) -> bool:
        """Put what the report says in a cell; returns whether it says something else now."""
        donor = self.source.cell(name)
        if donor is None:
            return False
        if is_new or place.was is None or fingerprint(kept.value) != fingerprint(cell.value):
            style = self._style(name, donor, place)
            if place.name in DAYS and isinstance(cell.value, date):
                self.sheet.put_number(name, self._serial(cell.value), style)
            else:
                self.sheet.put(donor, style)
            return True
        if place.name in _COLOURED_BY_US:
            self.sheet.set_style(name, self.adopted.cells[int(donor.get("s", "0"))])
        return False

    def _style(self, name: str, donor: Element, place: Place) -> int:
        """Return the format for a cell of ours: people's own, but where its colour means much."""
        ours, theirs = self.adopted.cells[int(donor.get("s", "0"))], self.sheet.style_of(name)
        if not theirs or place.name in _COLOURED_BY_US:
            return ours
        # A day that was typed over a share made Excel show days there.
        dressed = self.styles.with_numbers_of(theirs, ours)
        return self.styles.with_prefix(dressed, is_prefixed=self.styles.has_prefix(ours))

    def _note_text(self, place: Place, cell: MergedCell) -> str:
        text = self.report.words("actions.typed", text=cell.typed_over)
        return self.report.without_withheld(text) if place.name == "remarks" else text

    def _is_changed(self, row: ExistingRow, cells: Mapping[str, MergedCell]) -> bool:
        """Say whether what people chose a hidden row by reads otherwise now."""
        filtered = self.existing.filtered
        judged = {self.list.columns[n].name for n in filtered if n < len(self.list.columns)}
        return any(
            cells[name].is_ours
            and fingerprint(self.list.cell(row, name).value) != fingerprint(cells[name].value)
            for name in judged | {"priority"}
            if name
        )

    # -- days ------------------------------------------------------------------------------------

    def _read_days(self, line: ActionLine, number: int) -> None:
        for column, place in enumerate(self.layout.columns, 1):
            if place.name in DAYS:
                self._read_day(cell_name(column, number), place, self._kept(line, place))

    def _read_day(self, name: str, place: Place, kept: UserCell) -> None:
        """Make a day of what was typed as one, so that it can be late."""
        if place.name not in DAYS or isinstance(kept.value, Formula | datetime | None):
            return
        day, style = day_in(place.name, kept.shown, self.report.today), self.sheet.style_of(name)
        if day is not None and style is not None:
            dated = self.styles.with_prefix(style, is_prefixed=False)
            dated = self.styles.with_number_format(dated, _DAY_FORMAT)
            self.sheet.put_number(name, self._serial(day), dated)

    def _serial(self, day: date) -> int:
        """Return a day as this workbook counts it."""
        return (day - _NO_DAY).days - (_DAYS_TO_1904 if self.book.is_1904 else 0)

    # -- what was lost ---------------------------------------------------------------------------

    def _renew_columns(self) -> None:
        """Give the list back the columns of ours that people deleted, or whose header is gone."""
        for number, place in enumerate(self.layout.columns, 1):
            name = cell_name(number, self.layout.header)
            donor = self.source.cell(name)
            is_gone = place.was is None or self.list.columns[place.was].header.is_blank
            if place.name and is_gone and donor is not None:
                self.sheet.put(donor, self.adopted.cells[int(donor.get("s", "0"))])
        for number in self.layout.renewed:
            self.sheet.set_width(number, self.layout.columns[number - 1].width + SHOWN_LESS)
        if not self.layout.renewed:
            return
        choices = list(self.source.root.iter(f"{M}dataValidation"))
        self.sheet.add_choices(e for e in choices if self._is_renewed(e.get("sqref", "")))
        # Those that named the column that was deleted say nothing any more.
        self._add_rules()

    def _mark_odd(self) -> None:
        """Let a list of an earlier vinkje mark what is not known, once: people may take it away."""
        if not self.existing.marks_odd and not self.layout.renewed:
            self._add_rules(is_odd=True)

    def _add_rules(self, *, is_odd: bool = False) -> None:
        """Add the rules that colour a fresh list; or of these only what marks what is not known."""
        rules = []
        for group in map(deepcopy, self.source.root.iter(f"{M}conditionalFormatting")):
            for rule in list(group):
                # Marks leave a cell its colour; colours stop at the first that holds.
                if is_odd and rule.get("stopIfTrue"):
                    group.remove(rule)
                rule.set("dxfId", str(self.adopted.rules[int(rule.get("dxfId", "0"))]))
            if len(group):
                rules.append(group)
        self.sheet.add_rules(rules)

    def _is_renewed(self, cells: str) -> bool:
        return all(area_of(area)[0] in self.layout.renewed for area in cells.split())

    def _renew_table(self) -> None:
        """Let the list's Table span all columns that touch it; a list that lost it gets one."""
        package = self.book.package
        table = table_at(tables_of(package, self.sheet.part), self.layout.header)
        if table is not None:
            self._widen(table)
            return
        parts = package.related(self.sheet.part, "table")
        fresh = self.source.package.related(self.source.part, "table")
        # Tables and filters that overlap make Excel repair the file: one of people's own is enough.
        if parts or not fresh or self.sheet.root.find(f"{M}autoFilter") is not None:
            return
        titles = [place.title for place in self.layout.columns]
        # So do two columns of one name, and titles that are no texts.
        folded = {title.casefold() for title in titles}
        if len(folded) < len(titles) or not all(map(self._is_title, range(1, len(titles) + 1))):
            return
        taken = {
            other.name.casefold(): int(other.root.get("id", "0"))
            for tab in self.book.tabs
            for other in tables_of(package, self.book.part_of(tab))
        }
        taken |= {name.get("name", "").casefold(): 0 for name in self.book.names()}
        add_table(self.sheet, self.source.package.read(fresh[0]), taken)

    def _widen(self, table: ExcelTable) -> None:
        titles: list[str] = []
        known = {column.get("name", "").casefold() for column in table.columns}
        for column in range(table.area[2] + 1, len(self.layout.columns) + 1):
            title = self.layout.columns[column - 1].title
            if not self._is_title(column) or title.casefold() in known:
                break
            known.add(title.casefold())
            titles.append(title)
        if titles:
            table.widen(titles)
            table.save()

    def _is_title(self, column: int) -> bool:
        """Say whether a column's header is a text, as a Table demands."""
        place = self.layout.columns[column - 1]
        if place.was is None:
            return True
        value = self.list.columns[place.was].header.value
        return isinstance(value, str) and value == place.title

    def _clean(self) -> None:
        """Take what is withheld out of the notes on remarks."""
        column = self.layout.column("remarks")
        if self.report.withheld:
            self.notes.clean(lambda cell: column_of(cell) == column, self.report.without_withheld)

    def _kept(self, line: ActionLine, place: Place) -> UserCell:
        return (
            UserCell()
            if line.existing is None or place.was is None
            else line.existing.cells[place.was]
        )
