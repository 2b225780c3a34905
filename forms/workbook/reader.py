"""Reads the action list of an earlier workbook: whatever people did to it in between."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path

from forms.action_list.columns import COLUMNS, THEIRS
from forms.action_list.model import Column, Former, Formula, Kept, Row
from forms.errors import WorkbookError
from forms.excel.book import Book, R
from forms.excel.cells import cells_of
from forms.excel.markup import ExcelError
from forms.excel.notes import Notes
from forms.excel.package import Package
from forms.excel.reader import SheetPart, Workbook
from forms.excel.references import Area, area_of, cell_name, cell_place
from forms.excel.rows import Uncomputed
from forms.excel.sheet import Sheet
from forms.excel.tables import Table, tables_of
from forms.excel.tree import M, is_true, local_name, parse
from forms.report.tabs import section_role_then
from forms.report.withheld import Said, withheld
from forms.text import fold, text_of
from forms.wording import LANGUAGES, wording
from forms.workbook import state
from forms.workbook.recognised import role_of
from forms.workbook.remark_choices import note_choices
from forms.workbook.state import State

# What people add to a tab and others in the workbook lean on.
_LEANED_ON = ("table", "pivotTable", "slicer", "timeline", "queryTable")
_MOST_CHARTS = 2
_SHAPES = frozenset(("pic", "sp", "cxnSp"))
_LEAST_HEADERS, _LOOKED_THROUGH = 4, 60
_BLANK_ROWS_KEPT = 20
_WIDEST = 200
# Of a formula that says whether to show a remark, where nobody knows what it comes to.
_UNKNOWN = "?"
_ONE_CELL = re.compile(r"\$([A-Z]{1,3})\$(\d+)")
_HEADERS = {
    fold(wording(language)(f"actions.{name}")): name for language in LANGUAGES for name in COLUMNS
}
# Our own words above a list, in any language, and which of both they are.
ROLES_ABOVE = {
    fold(wording(language)(f"actions.{name}")): "title" if name == "title" else "explain"
    for language in LANGUAGES
    for name in ("title", "explain", "none")
}
_PROTECTED, _LABELLED = b"\xd0\xcf\x11\xe0", "DRMEncrypted".encode("utf-16-le")


@dataclass(frozen=True)
class Rest:
    """What else a workbook tells, beside its list.

    `tab` and `header_row` say where the list is, `table` what its Table is called, and `taken` the
    first column, from 1, that holds what stands apart beside it; 0 for none. `filtered` has
    the columns, counted from 0, that a filter can be on, and `above` our own words above the list,
    by their cell. `roles` has the names of vinkje's other tabs by what they
    are, `state_tab` that of the hidden one, `own_tabs` those of people's own; of these `leaned_on`
    were vinkje's, and hold what others lean on, such as a pivot table. `is_marked` says whether
    the tab is there that tells what people changed. `withheld` has the codes of
    remarks not to show, `refused` the texts beside a no without a code, and `unclear` says beside
    how many stands neither yes nor no. `lost` names vinkje's tabs with what a new one cannot hold.
    """

    content: bytes = field(repr=False)
    tab: str
    header_row: int
    table: str = ""
    taken: int = 0
    filtered: frozenset[int] = frozenset()
    above: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    state_tab: str = ""
    own_tabs: tuple[str, ...] = ()
    leaned_on: tuple[str, ...] = ()
    is_marked: bool = True
    withheld: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    unclear: int = 0
    lost: tuple[str, ...] = ()


def open_former(path: Path) -> tuple[bytes, Former]:
    """Return what a file holds, and the action list in it; raises WorkbookError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorkbookError(
            f"{path}: cannot be read: {error.strerror}; name the workbook that 'vinkje report' made"
        ) from None
    return content, read_former(str(path), content)


def read_former(place: str, content: bytes) -> Former:
    """Return the action list that an earlier workbook holds; `rest` is a `Rest`.

    Raises WorkbookError for a file that is no workbook of vinkje's, or that cannot be read.
    """
    _refuse_locked(place, content)
    try:
        return _Reading(place, content).former()
    except (ExcelError, ValueError, LookupError) as error:
        raise WorkbookError(
            f"{place}: cannot be read as an Excel workbook ({error}); open it in Excel and save it "
            "again as 'Excel Workbook (.xlsx)', not Strict, or put back a copy that works"
        ) from None


def cells_on(content: bytes, tab: str) -> dict[int, dict[int, Kept]]:
    """Return what the cells of a tab hold, by row and column; raises ExcelError."""
    reading = _Reading("", content)
    return reading.cells(Sheet(reading.package, reading.book.part_of(tab)))


def _refuse_locked(place: str, content: bytes) -> None:
    """Raise WorkbookError for what Excel opens after it asked for a password, or who you are."""
    if not content.startswith(_PROTECTED):
        return
    if _LABELLED in content:
        raise WorkbookError(
            f"{place}: has a sensitivity label that encrypts it; give it in Excel a label that "
            "does not, save it, and try again"
        )
    raise WorkbookError(
        f"{place}: is protected by a password, or is an old .xls; open it in Excel, take the "
        "password off, save it as an Excel workbook (.xlsx), and try again"
    )


class _Reading:
    """One file that is being read."""

    def __init__(self, place: str, content: bytes) -> None:
        self.place, self.content = place, content
        self.package = Package(content)
        self.workbook = Workbook(self.package)
        self.book = Book(self.package)
        self.sheets = {sheet.title: sheet for sheet in self.workbook.sheets}

    def former(self) -> Former:
        written = self.written
        if written.format > state.FORMAT:
            raise WorkbookError(
                f"{self.place}: was made by a newer vinkje than this one; install that one "
                "(uv tool install --upgrade .)"
            )
        tab, header_row, named = self._found()
        sheet = Sheet(self.package, self.book.part_of(tab))
        filled = self.cells(sheet)
        table = table_at(tables_of(self.package, sheet.part), header_row)
        columns, taken = _list_columns(
            _columns(sheet, filled, header_row, named), filled, header_row
        )
        fills = table.fills() if table else {}
        columns = tuple(replace(each, fill=fills.get(n, "")) for n, each in enumerate(columns, 1))
        rows = _rows(sheet, _of_the_list(filled, len(columns)), len(columns))
        listed = tuple(row for row in rows if row.number > header_row)
        return Former(
            columns,
            listed,
            written.marks,
            written.checklist,
            table.area[3] if table and table.totals else None,
            frozenset(written.columns),
            replace(
                self._rest(tab, header_row, sheet, table, _above(filled, header_row)), taken=taken
            ),
        )

    def _rest(
        self,
        tab: str,
        header_row: int,
        sheet: Sheet,
        table: Table | None,
        above: Mapping[str, str],
    ) -> Rest:
        roles = self._roles(tab)
        leaned_on = {role: each for role, each in roles.items() if self._is_leaned_on(each)}
        roles = {role: each for role, each in roles.items() if role not in leaned_on}
        ours = {tab, self.state_tab, *roles.values()}
        said = Said()
        filled = {}
        for title, part in self.sheets.items():
            if title != self.state_tab:
                filled[title] = self._look_through(part, said)
        then = self._filled_then()
        # Of tabs that are known by their words alone, nobody can tell what people added.
        lost = [
            each
            for each in self.book.tabs
            if each in roles.values()
            and (
                each not in then
                or filled.get(each, 0) > then[each]
                or self._is_noted_or_drawn_on(each)
            )
        ]
        return Rest(
            self.content,
            tab,
            header_row,
            table.name if table else "",
            0,
            frozenset(_filtered(sheet, table)),
            above,
            roles,
            self.state_tab,
            tuple(each for each in self.book.tabs if each not in ours),
            tuple(leaned_on.values()),
            bool(self.state_tab),
            withheld(said, self.written.withheld),
            frozenset(said.texts),
            len(said.unclear),
            tuple(lost),
        )

    @cached_property
    def state_tab(self) -> str:
        """Return the tab that holds what vinkje wrote last; "" when it is gone."""
        for sheet in self.workbook.sheets:
            rows = [_texts(row.cells) for row in islice(self.workbook.rows(sheet), 2)]
            if state.is_state(rows):
                return sheet.title
        return ""

    @cached_property
    def written(self) -> State:
        if not self.state_tab:
            return State()
        rows = self.workbook.rows(self.sheets[self.state_tab])
        return state.read([_texts(row.cells) for row in rows if row.cells])

    # -- where the list is -------------------------------------------------------------------------

    def _found(self) -> tuple[str, int, dict[int, str]]:
        """Return the tab and row of the headers, and the columns that names of cells lead to."""
        cells = dict(self._named_columns())
        rows = Counter((tab, row) for tab, row, _ in cells.values())
        if rows:
            (tab, row), _ = rows.most_common(1)[0]
            named = {column: name for name, (t, r, column) in cells.items() if (t, r) == (tab, row)}
            return tab, row, named
        best = max(
            (
                (_recognised(row.cells), -row.number, sheet.title)
                for sheet in self.workbook.sheets
                for row in islice(self.workbook.rows(sheet), _LOOKED_THROUGH)
            ),
            default=(0, 0, ""),
        )
        if best[0] < _LEAST_HEADERS:
            raise WorkbookError(
                f"{self.place}: holds no action list of vinkje's (no row of headers such as Nr, "
                "Stelling, Besluit); name the workbook that 'vinkje report' made. Was it saved as "
                "'Strict Open XML', then save it as an Excel workbook"
            )
        return best[2], -best[1], {}

    def _named_columns(self) -> Iterator[tuple[str, tuple[str, int, int]]]:
        for name in COLUMNS:
            tab, cell = self.book.named(state.COLUMN_NAME + name)
            # Of a column that was deleted, Excel keeps the name: it leads to #REF!.
            if tab in self.sheets and _ONE_CELL.fullmatch(cell):
                column, row = cell_place(cell.replace("$", ""))
                yield name, (tab, row, column)

    # -- vinkje's other tabs -----------------------------------------------------------------------

    def _named_tabs(self) -> dict[int, str]:
        """Return vinkje's tabs by their number, as they are called now."""
        counted = [each.get("name", "").removeprefix(state.TAB_NAME) for each in self.book.names()]
        numbers = {int(each) for each in counted if each.isdigit()}
        named = {n: self.book.named(f"{state.TAB_NAME}{n}")[0] for n in sorted(numbers)}
        if any(named.values()):
            return named
        return {n: tab.name for n, tab in enumerate(self.written.tabs, 1)}

    def _filled_then(self) -> dict[str, int]:
        """Return how many cells vinkje filled on its tabs, by what they are called now."""
        then = dict(enumerate(self.written.tabs, 1))
        named = self._named_tabs().items()
        return {title: then[number].filled for number, title in named if number in then}

    def _roles(self, listed: str) -> dict[str, str]:
        """Return vinkje's other tabs by what they are, as far as anything tells."""
        then = dict(enumerate(self.written.tabs, 1))
        found = {}
        for number, title in self._named_tabs().items():
            tab = then.get(number, state.Tab(title, 0))
            if title in self.sheets and title not in {listed, self.state_tab}:
                found[tab.role or _role_then(tab.name)] = title
        return found or self._roles_by_words({listed, self.state_tab})

    def _roles_by_words(self, but: Collection[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for title in [each for each in self.sheets if each not in but]:
            rows = self.workbook.rows(self.sheets[title])
            role = role_of([text for row in rows for text in _texts(row.cells)])
            if role:
                # Of two tabs that are the same, one is people's copy: no report makes that again.
                is_one = role != "section" and role not in found
                found[role if is_one else section_role_then(title)] = title
        return found

    def _is_leaned_on(self, tab: str) -> bool:
        return bool(self.package.related(self.book.part_of(tab), *_LEANED_ON))

    def _is_noted_or_drawn_on(self, tab: str) -> bool:
        """Say whether one of vinkje's tabs has notes, or more than vinkje's own charts."""
        part = self.book.part_of(tab)
        if self.package.related(part, "comments"):
            return True
        drawn = [
            local_name(each)
            for drawing in self.package.related(part, "drawing")
            for each in parse(drawing, self.package.read(drawing)).iter()
        ]
        charts = sum(name == "graphicFrame" for name in drawn)
        return charts > _MOST_CHARTS or not _SHAPES.isdisjoint(drawn)

    def _look_through(self, sheet: SheetPart, said: Said) -> int:
        """Take note of which remarks to show; returns how many cells of a tab are filled."""
        merged: list[str] = []
        rows, filled = {}, 0
        for row in self.workbook.rows(sheet, merged):
            rows[row.number] = _texts(row.cells)
            filled += sum(cell is not None for cell in row.cells)
        for name in merged:
            _spread(rows, area_of(name))
        note_choices(list(rows.values()), said)
        return filled

    # -- the list's cells --------------------------------------------------------------------------

    def cells(self, sheet: Sheet) -> dict[int, dict[int, Kept]]:
        """Return what cells hold, by row and column."""
        notes, links = Notes(self.book, sheet).read(), self._links(sheet)
        filled: dict[int, dict[int, Kept]] = {}
        for cell in cells_of(sheet, self.workbook.values):
            value = cell.value
            if isinstance(value, str):
                value = value.replace("\r\n", "\n")
            if cell.formula:
                value = Formula(cell.formula, value)
            filled.setdefault(cell.row, {})[cell.column] = Kept(value)
        for name in notes.keys() | links.keys():
            column, row = cell_place(name)
            note, cells = notes.get(name), filled.setdefault(row, {})
            kept = cells.get(column, Kept())
            said = (note.text, note.author) if note else ("", "")
            cells[column] = replace(kept, comment=said[0], author=said[1], link=links.get(name, ""))
        _unmerge(sheet, filled)
        return filled

    def _links(self, sheet: Sheet) -> dict[str, str]:
        outside = {each.id: each.target for each in self.package.relations(sheet.part)}
        return {
            link.get("ref", "").partition(":")[0]: outside.get(link.get(f"{R}id", ""), "")
            + (f"#{link.get('location')}" if link.get("location") else "")
            for link in sheet.root.iter(f"{M}hyperlink")
        }


def table_at(tables: Iterable[Table], row: int) -> Table | None:
    """Return the Table that has its header in a row, from about the left."""
    for table in tables:
        left, top, _, _ = table.area
        if top == row and left <= len(COLUMNS) and table.has_header:
            return table
    return None


def _role_then(name: str) -> str:
    """Return a tab's role by its name then: a vinkje before this one did not write it down."""
    for role in ("overview", "actions", "discuss", "account"):
        if name in {wording(language)(f"tabs.{role}") for language in LANGUAGES}:
            return role
    return section_role_then(name)


def _texts(cells: Sequence[object]) -> list[str]:
    return [_UNKNOWN if isinstance(cell, Uncomputed) else text_of(cell) for cell in cells]


def _spread(rows: dict[int, list[str]], area: Area) -> None:
    """Let every row of a merged cell say what stands in it."""
    left, top, _, bottom = area
    said = rows.get(top, [])
    if bottom == top or len(said) < left:
        return
    for number in rows.keys() & range(top + 1, bottom + 1):
        row = rows[number]
        row.extend([""] * (left - len(row)))
        row[left - 1] = row[left - 1] or said[left - 1]


def _recognised(row: Iterable[object]) -> int:
    """Return how many of the headers in a row are the action list's; 0 for another tab's."""
    names = {_HEADERS.get(fold(str(value))) for value in row if value is not None}
    # The agenda has one of them too: the link to where the decision goes.
    is_list = len(names & set(THEIRS)) > 1 and names & {"id", "item"}
    return len(names - {None}) if is_list else 0


def _columns(
    sheet: Sheet,
    filled: Mapping[int, Mapping[int, Kept]],
    header_row: int,
    named: Mapping[int, str],
) -> tuple[Column, ...]:
    """Say what every column holds: by its header, else by the defined name that moved with it."""
    headers = filled.get(header_row, {})
    # Also what stands above the list, to the right of it, is people's own.
    used = {
        column
        for row in filled.values()
        for column, cell in row.items()
        if cell.value is not None or cell.comment
    }
    last = max(used, default=1)
    said = [_HEADERS.get(fold(str(_header(headers, n)))) for n in range(1, last + 1)]
    names: list[str | None] = [None] * len(said)
    for is_sure in (True, False):
        for index, name in enumerate(said):
            meant = named.get(index + 1)
            if name and name not in names and (meant == name or not is_sure):
                names[index] = name
    for index, name in enumerate(names):
        meant = named.get(index + 1)
        if name is None and meant not in names:
            names[index] = meant
    widths, hidden = _dimensions(sheet)
    return tuple(
        Column(name, headers.get(n, Kept()), widths.get(n), n in hidden)
        for n, name in enumerate(names, 1)
    )


def _list_columns(
    columns: tuple[Column, ...], filled: Mapping[int, Mapping[int, Kept]], header_row: int
) -> tuple[tuple[Column, ...], int]:
    """Return the columns of the list alone, and the first one right of it that holds anything.

    The list ends at the first column right of ours that is empty as far down as ours are filled.
    """
    ours = [number for number, column in enumerate(columns, 1) if column.name]
    named = frozenset(ours)
    listed = [row for row in filled if row > header_row and not named.isdisjoint(filled[row])]
    rows = [filled[row] for row in filled if header_row <= row <= max(listed, default=header_row)]
    used = {number for row in rows for number, cell in row.items() if not cell.is_blank}
    end = next((n for n in range(max(ours), len(columns)) if n + 1 not in used), len(columns))
    return columns[:end], min((n for n in used if n > end), default=0)


def _of_the_list(
    filled: Mapping[int, Mapping[int, Kept]], columns: int
) -> dict[int, dict[int, Kept]]:
    """Return what stands in the first columns alone."""
    cut = {row: {n: c for n, c in cells.items() if n <= columns} for row, cells in filled.items()}
    return {row: cells for row, cells in cut.items() if cells}


def _above(filled: Mapping[int, Mapping[int, Kept]], header_row: int) -> dict[str, str]:
    """Return our own words above the list, by their cell."""
    return {
        cell_name(column, row): cell.typed
        for row, cells in filled.items()
        if row < header_row
        for column, cell in cells.items()
        if fold(cell.typed) in ROLES_ABOVE
    }


def _header(headers: Mapping[int, Kept], column: int) -> object:
    value = headers.get(column, Kept()).value
    return "" if value is None or isinstance(value, Formula) else value


def _dimensions(sheet: Sheet) -> tuple[dict[int, float], set[int]]:
    """Return the columns' own widths, in characters, and which are hidden."""
    widths: dict[int, float] = {}
    hidden: set[int] = set()
    for each in sheet.root.iter(f"{M}col"):
        first, last = int(each.get("min", "1")), int(each.get("max", "1"))
        for column in range(first, min(last, _WIDEST) + 1):
            if each.get("width") and is_true(each.get("customWidth")):
                widths[column] = float(each.get("width", "0"))
            if is_true(each.get("hidden")):
                hidden.add(column)
    return widths, hidden


def _rows(sheet: Sheet, filled: Mapping[int, Mapping[int, Kept]], columns: int) -> list[Row]:
    """Return all rows down to the last that holds anything; a long gap between them is cut."""
    found: list[Row] = []
    for before, number in pairwise([0, *sorted(filled)]):
        blank = range(before + 1, number)[:_BLANK_ROWS_KEPT]
        found += [Row(each, (Kept(),) * columns, sheet.is_hidden(each)) for each in blank]
        cells = filled[number]
        kept = tuple(cells.get(column, Kept()) for column in range(1, columns + 1))
        found.append(Row(number, kept, sheet.is_hidden(number)))
    return found


def _unmerge(sheet: Sheet, filled: dict[int, dict[int, Kept]]) -> None:
    """Give every row of a merged cell what stood in it: a Table has no merged cells."""
    rows = sorted(filled)
    for merged in sheet.root.iter(f"{M}mergeCell"):
        left, top, _, bottom = area_of(merged.get("ref", ""))
        first = filled.get(top, {}).get(left)
        if first is None:
            continue
        for row in rows[bisect_right(rows, top) : bisect_right(rows, bottom)]:
            filled[row].setdefault(left, replace(first, comment=""))


def _filtered(sheet: Sheet, table: Table | None) -> Iterator[int]:
    """Yield the columns, from 0, that a filter can be on.

    LibreOffice can save a filter one column too far to the right.
    """
    filters = table.filters() if table else sheet.root.find(f"{M}autoFilter")
    if filters is None or not filters.get("ref"):
        return
    first = area_of(filters.get("ref", ""))[0] - 1
    for each in filters.iter(f"{M}filterColumn"):
        at = first + int(each.get("colId", "0"))
        yield from (at, max(0, at - 1))
