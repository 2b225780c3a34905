"""Excel's Tables: how far they go, what their columns are called, and how they follow rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from forms.excel.moves import Moves
from forms.excel.package import Package
from forms.excel.ranges import follow_filter
from forms.excel.references import Area, area_name, area_of
from forms.excel.sheet import Sheet
from forms.excel.tree import OFFICE, Element, M, local_name, parse, serialize

_TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
_FORMULAS = ("calculatedColumnFormula", "totalsRowFormula")


@dataclass
class ExcelTable:
    """A Table, by its part."""

    package: Package
    part: str

    @cached_property
    def root(self) -> Element:
        """Return the part as a tree."""
        return self.package.tree(self.part)

    @property
    def name(self) -> str:
        """Return the name that formulas know it by."""
        return self.root.get("displayName", "")

    @property
    def area(self) -> Area:
        """Return what it spans, with its header and its totals."""
        return area_of(self.root.get("ref", "A1"))

    @property
    def has_header(self) -> bool:
        """Say whether its first row has the titles of its columns."""
        return self.root.get("headerRowCount", "1") != "0"

    @property
    def totals(self) -> int:
        """Return how many rows at its foot add it up: 0 or 1."""
        return int(self.root.get("totalsRowCount", "0"))

    @property
    def columns(self) -> list[Element]:
        """Return its columns, left to right."""
        group = self.root.find(f"{M}tableColumns")
        return [] if group is None else list(group)

    def fills(self) -> dict[int, str]:
        """Return the formulas, without `=`, that fill columns of a sheet, by their number."""
        left = self.area[0]
        formulas = {}
        for number, column in enumerate(self.columns, left):
            formula = column.find(f"{M}calculatedColumnFormula")
            if formula is not None and formula.text and not formula.get("array"):
                formulas[number] = formula.text
        return formulas

    def filters(self) -> Element | None:
        """Return its filter."""
        return self.root.find(f"{M}autoFilter")

    def follow(self, moves: Moves, *, is_list: bool) -> None:
        """Follow rows of its sheet; that of the list itself spans all of it, whatever moved."""
        left, top, right, bottom = self.area
        if moves.is_beside(left):
            self._follow_formulas(moves)
            return
        if is_list:
            lowest = (moves.row(bottom) or 0) if bottom > moves.last else moves.new_last
            bottom = max(lowest, moves.new_last)
        elif (rows := moves.span(top, bottom)) is not None:
            top, bottom = rows
        self.root.set("ref", area_name((left, top, right, bottom)))
        for element in self.root:
            if local_name(element) == "autoFilter":
                for below in element:
                    follow_filter(below, moves)
                element.set("ref", area_name((left, top, right, bottom - self.totals)))
            elif local_name(element) == "sortState":
                follow_filter(element, moves)
        self._follow_formulas(moves)

    def widen(self, titles: Sequence[str]) -> None:
        """Add columns at its right end, by their titles, which no other column of it may have."""
        group = self.root.find(f"{M}tableColumns")
        if group is None:
            return
        left, top, right, bottom = self.area
        # Slicers know a column by this number, so no other is changed or given away.
        last = max(int(column.get("id", "0")) for column in group)
        for more, title in enumerate(titles, 1):
            column = group.makeelement(f"{M}tableColumn")
            column.set("id", str(last + more))
            column.set("name", column_name(title))
            group.append(column)
        group.set("count", str(len(group)))
        right += len(titles)
        self.root.set("ref", area_name((left, top, right, bottom)))
        if (filters := self.filters()) is not None:
            filters.set("ref", area_name((left, top, right, bottom - self.totals)))

    def save(self) -> None:
        """Put it back in the package; what was not changed stays byte for byte."""
        self.package.write_tree(self.part, self.root)

    def _follow_formulas(self, moves: Moves) -> None:
        for formula in self.root.iter():
            if local_name(formula) in _FORMULAS and formula.text:
                formula.text = moves.formula(formula.text, moves.tab)


def column_name(title: str) -> str:
    """Return what a Table calls the column of a header: Excel writes a line break as a code."""
    return title.replace("\n", "_x000a_")


def tables_of(package: Package, sheet: str) -> list[ExcelTable]:
    """Return the Tables on a sheet, by its part."""
    return [ExcelTable(package, part) for part in package.related(sheet, "table")]


def add_table(sheet: Sheet, content: bytes, taken: Mapping[str, int]) -> None:
    """Put a Table of another workbook on a sheet that has none there.

    `taken` has the names of the Tables that are there, folded, and their numbers.
    """
    package = sheet.package
    part = package.free_name("xl/tables/table{}.xml")
    root = parse(part, content)
    # Excel repairs a file in which a Table is called as another Table, or as a name of cells.
    name = base = root.get("displayName", "")
    number = 2
    while name.casefold() in taken:
        name = f"{base}_{number}"
        number += 1
    root.set("displayName", name)
    root.set("name", name)
    root.set("id", str(max(taken.values(), default=0) + 1))
    package.add(part, serialize(root), _TABLE_TYPE)
    sheet.add_table(package.relate(sheet.part, f"{OFFICE}/table", part))
