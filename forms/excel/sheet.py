"""A worksheet's part, to edit: its rows and their cells."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from gettext import gettext

from lxml import etree

from forms.excel.markup import ExcelError
from forms.excel.moves import Moves
from forms.excel.package import Package
from forms.excel.ranges import follow_ranges, rows_merged
from forms.excel.references import (
    area_name,
    area_of,
    cell_name,
    cell_place,
    column_letters,
    column_of,
)
from forms.excel.shared_formulas import expand
from forms.excel.tree import Element, M, R, insert_in_order, is_true, local_name, serialize

# What the schema (ECMA-376 Part 1, CT_Worksheet) wants behind the rows, the rules and the links of
# a sheet, from the back: Excel repairs a file that has them in another order.
_BEHIND_DRAWINGS = (
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"),
    *("tableParts", "extLst"),
)
_BEHIND_LINKS = (
    *("printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
    *_BEHIND_DRAWINGS,
)
_BEHIND = {
    "conditionalFormatting": ("dataValidations", "hyperlinks", *_BEHIND_LINKS),
    "dataValidations": ("hyperlinks", *_BEHIND_LINKS),
    "hyperlinks": _BEHIND_LINKS,
    "legacyDrawing": _BEHIND_DRAWINGS,
    "tableParts": ("extLst",),
}


class Sheet:
    """A worksheet as a tree; `rows` are its rows by their number, from 1, in order.

    Cells go by names such as `B7`, formats by their number in `cellXfs` of the styles.
    """

    def __init__(self, package: Package, part: str) -> None:
        """Read a part; raises ExcelError, also for rows or cells that stand in no order."""
        self.package, self.part = package, part
        self.root = package.tree(part)
        data = self.root.find(f"{M}sheetData")
        if data is None:
            raise ExcelError(part, gettext("it has no rows that can be edited"))
        self._data = data
        self.rows = _numbered(part, data)
        self.is_changed = False

    def move(self, moves: Moves) -> None:
        """Put every row where it is now, and let all that names one here follow.

        Raises ExcelError for what cannot come apart, and for a row that has no room to go down.
        """
        self._unmerge(moves)
        if moves.is_still:
            return
        self.is_changed = True
        # While rows are where they were: what is shared goes by how far a cell is from the first.
        expand(self.root)
        self._move_rows(moves)
        for formula in self._data.iter(f"{M}f"):
            _follow_formula(formula, moves)
        self.package.unrelate(self.part, follow_ranges(self.root, moves))

    def row(self, number: int) -> Element:
        """Return a row; made where there is none."""
        if number not in self.rows:
            row = self._data.makeelement(f"{M}row")
            row.set("r", str(number))
            self._put_rows(self.rows | {number: row})
            self.is_changed = True
        return self.rows[number]

    def cell(self, name: str) -> Element | None:
        """Return a cell; None when the file has none there."""
        row = self.rows.get(cell_place(name)[1])
        return None if row is None else next((c for c in row if c.get("r") == name), None)

    def style_of(self, name: str) -> int | None:
        """Return the number of a cell's format; None when the file has no cell there."""
        cell = self.cell(name)
        return None if cell is None else int(cell.get("s", "0"))

    def put(self, cell: Element, style: int, at: str = "") -> None:
        """Put a copy of a cell, of this sheet or of another, in its place or in one given."""
        copied = deepcopy(cell)
        copied.tail = None
        etree.cleanup_namespaces(copied)
        copied.set("s", str(style))
        name = at or copied.get("r", "")
        copied.set("r", name)
        old = self.cell(name)
        if old is not None and _same(old, copied):
            return
        self.is_changed = True
        if (row := None if old is None else old.getparent()) is not None and old is not None:
            row.replace(old, copied)
            return
        column, number = cell_place(name)
        row = self.row(number)
        row.insert(sum(column_of(other.get("r", "")) < column for other in row), copied)

    def put_number(self, name: str, number: float, style: int) -> None:
        """Put a number in a cell."""
        cell = _new_cell(self._data, name)
        value = cell.makeelement(f"{M}v")
        value.text = str(number)
        cell.append(value)
        self.put(cell, style)

    def put_formula(self, name: str, formula: str, style: int) -> None:
        """Put a formula in a cell, without its `=`; Excel works it out."""
        cell = _new_cell(self._data, name)
        if formula:
            own = cell.makeelement(f"{M}f")
            own.text = formula
            cell.append(own)
        self.put(cell, style)

    def set_style(self, name: str, style: int) -> None:
        """Give a cell another format."""
        cell = self.cell(name)
        if cell is not None and cell.get("s") != str(style):
            cell.set("s", str(style))
            self.is_changed = True

    def set_height(self, number: int, least: float) -> None:
        """Make a row high enough, in points, for what it holds now."""
        row = self.rows[number]
        if float(row.get("ht", "0")) < least:
            row.set("ht", f"{least:g}")
            # Else it is Excel's own, to change as it likes.
            row.set("customHeight", "1")
            self.is_changed = True

    def height(self, number: int) -> float:
        """Return a row's own height in points; 0 when it has none."""
        return float(self.rows[number].get("ht", "0")) if number in self.rows else 0.0

    def is_hidden(self, number: int) -> bool:
        """Say whether a row is out of view."""
        return number in self.rows and is_true(self.rows[number].get("hidden"))

    def show(self, number: int) -> None:
        """Take a row out of hiding."""
        if self.rows[number].attrib.pop("hidden", None):
            self.is_changed = True

    def links(self) -> dict[str, str]:
        """Return the places in the workbook that cells lead to."""
        links = self.root.iter(f"{M}hyperlink")
        return {e.get("ref", ""): e.get("location", "") for e in links if not e.get(f"{R}id")}

    def link(self, places: Mapping[str, str | None]) -> None:
        """Let cells lead to places in the workbook; None leads nowhere.

        A link to somewhere else stays.
        """
        group = self.root.find(f"{M}hyperlinks")
        there = {} if group is None else {link.get("ref"): link for link in group}
        for cell, place in places.items():
            old = there.get(cell)
            if old is not None and (old.get(f"{R}id") or old.get("location") == place):
                continue
            if old is not None and old in (parent := self.group("hyperlinks")):
                parent.remove(old)
            elif place is None:
                continue
            if place is not None:
                new = self.root.makeelement(f"{M}hyperlink")
                new.set("ref", cell)
                new.set("location", place)
                self.group("hyperlinks").append(new)
            self.is_changed = True
        if group is not None and not len(group):
            self.root.remove(group)

    def group(self, name: str) -> Element:
        """Return an element right under the root; made, where the schema wants it."""
        group = self.root.find(f"{M}{name}")
        if group is None:
            group = self.root.makeelement(f"{M}{name}")
            insert_in_order(self.root, group, _BEHIND[name])
        return group

    def add_rules(self, rules: Iterable[Element]) -> None:
        """Add rules that colour cells, after those that are there."""
        last = max((int(e.get("priority", "0")) for e in self.root.iter(f"{M}cfRule")), default=0)
        for rule in map(deepcopy, rules):
            for element in rule.iter(f"{M}cfRule"):
                element.set("priority", str(last := last + 1))
            insert_in_order(self.root, rule, _BEHIND["conditionalFormatting"])
            self.is_changed = True

    def add_choices(self, choices: Iterable[Element]) -> None:
        """Add rules for what may be filled in."""
        for choice in map(deepcopy, choices):
            group = self.group("dataValidations")
            group.append(choice)
            group.set("count", str(len(group)))
            self.is_changed = True

    def set_width(self, column: int, width: float) -> None:
        """Set a column's width in characters, where the file says nothing of it."""
        group = self.root.find(f"{M}cols")
        if group is None:
            group = self.root.makeelement(f"{M}cols")
            insert_in_order(self.root, group, ("sheetData",))
        if any(int(e.get("min", "0")) <= column <= int(e.get("max", "0")) for e in group):
            return
        new = group.makeelement(f"{M}col")
        for name, value in (("min", column), ("max", column), ("width", width), ("customWidth", 1)):
            new.set(name, f"{value:g}")
        group.insert(sum(int(other.get("min", "0")) < column for other in group), new)
        self.is_changed = True

    def add_table(self, relation: str) -> None:
        """Let the sheet hold a Table, by its relation's id."""
        group = self.group("tableParts")
        part = group.makeelement(f"{M}tablePart")
        part.set(f"{R}id", relation)
        group.append(part)
        group.set("count", str(len(group)))
        self.is_changed = True

    def save(self) -> None:
        """Put it back in the package; what was not changed stays byte for byte."""
        if not self.is_changed:
            return
        dimension = self.root.find(f"{M}dimension")
        if dimension is not None:
            dimension.set("ref", self._dimension(dimension.get("ref", "A1")))
        self.package.write(self.part, serialize(self.root))

    def _dimension(self, was: str) -> str:
        left, top, right, bottom = area_of(was)
        cells = [cell_place(row[-1].get("r", "")) for row in self.rows.values() if len(row)]
        widest = max([right, *(column for column, _ in cells)])
        lowest = max((row for _, row in cells), default=bottom)
        return area_name((left, min(top, lowest), widest, lowest))

    def _move_rows(self, moves: Moves) -> None:
        rows: dict[int, Element] = {}
        stay: dict[int, list[Element]] = {}
        for number, row in self.rows.items():
            now = moves.row(number)
            if now != number and (beside := _beside(row, moves)):
                stay[number] = beside
                for cell in beside:
                    row.remove(cell)
            if now is None:
                continue
            if now in rows:
                problem = gettext("row {number} has no room to go down; it is the last one of all")
                raise ExcelError(self.part, problem.format(number=number))
            rows[now] = row
            if now != number:
                row.set("r", str(now))
                # A hint for readers, that need not hold any more.
                row.attrib.pop("spans", None)
                for cell in row:
                    cell.set("r", cell_name(column_of(cell.get("r", "")), now))
        for number, cells in stay.items():
            if number not in rows:
                rows[number] = self._data.makeelement(f"{M}row")
                rows[number].set("r", str(number))
            rows[number].extend(cells)
        self._put_rows(rows)

    def _put_rows(self, rows: Mapping[int, Element]) -> None:
        self.rows = dict(sorted(rows.items()))
        self._data[:] = list(self.rows.values())

    def _unmerge(self, moves: Moves) -> None:
        """Give every row of a merged cell what stood in it: rows can come to stand apart."""
        group = self.root.find(f"{M}mergeCells")
        if group is None:
            return
        apart = [
            element
            for element in group.iterfind(f"{M}mergeCell")
            if moves.takes_apart(element.get("ref", ""))
        ]
        ranges = [element.get("ref", "") for element in apart]
        for left, top, row in rows_merged(ranges, [n for n in self.rows if n <= moves.last]):
            if (first := self.cell(cell_name(left, top))) is not None:
                self.put(first, int(first.get("s", "0")), cell_name(left, row))
        for merged in apart:
            self.is_changed = True
            group.remove(merged)
            group.set("count", str(len(group)))
        if not len(group):
            self.root.remove(group)


def _numbered(part: str, data: Element) -> dict[int, Element]:
    """Return the rows by number, after saying of rows and cells where they are.

    A file need not say so, where they follow each other.
    """
    rows: dict[int, Element] = {}
    number = 0
    for row in [element for element in data if local_name(element) == "row"]:
        before, number = number, int(row.get("r", number + 1))
        if number <= before:
            problem = gettext("row {number} comes after row {before}")
            raise ExcelError(part, problem.format(number=number, before=before))
        row.set("r", str(number))
        rows[number] = row
        column = 0
        for cell in row:
            name = cell.get("r")
            at = column_of(name) if name else column + 1
            if at <= column:
                problem = gettext("cell {cell} comes after column {column}")
                raise ExcelError(part, problem.format(cell=name, column=column_letters(column)))
            column = at
            if not name:
                cell.set("r", cell_name(column, number))
    return rows


def _beside(row: Element, moves: Moves) -> list[Element]:
    return [cell for cell in row if moves.is_beside(column_of(cell.get("r", "")))]


def _follow_formula(formula: Element, moves: Moves) -> None:
    if formula.text:
        formula.text = moves.formula(formula.text, moves.tab)
    for name in ("ref", "r1", "r2"):
        if not (was := formula.get(name)):
            continue
        now = moves.area(was)
        if now is None or (moves.takes_apart(was) and _size(now) != _size(was)):
            raise ExcelError(
                "",
                gettext("the formula over {cells} stands in rows that come to stand apart").format(
                    cells=was
                ),
                gettext("move it to another place, such as a tab of its own"),
            )
        formula.set(name, now)


def _size(name: str) -> int:
    _, top, _, bottom = area_of(name)
    return bottom - top


def _new_cell(near: Element, name: str) -> Element:
    cell = near.makeelement(f"{M}c")
    cell.set("r", name)
    return cell


def _same(one: Element, other: Element) -> bool:
    return _canonical(one) == _canonical(other)


def _canonical(element: Element) -> bytes:
    # Exclusive: prefixes that are only declared further up are no part of a cell.
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
