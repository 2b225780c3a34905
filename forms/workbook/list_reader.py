"""Reads the action list's own tab: its cells, its columns, its rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from forms.action_list.columns import COLUMNS, USER
from forms.action_list.model import ExistingRow, Formula, ListColumn, UserCell
from forms.excel.book import Book
from forms.excel.cells import cells_of
from forms.excel.notes import CellNotes
from forms.excel.package import Package
from forms.excel.ranges import rows_merged
from forms.excel.references import area_of, cell_name, cell_place
from forms.excel.sheet import Sheet
from forms.excel.tables import ExcelTable
from forms.excel.tree import M, R, is_true
from forms.excel.values import Values
from forms.text import normalize
from forms.wording import LANGUAGES, wording

# What cells hold, by row and column, from 1.
Cells = Mapping[int, Mapping[int, UserCell]]

_EMPTY = UserCell()
# Of a gap between rows; of each once there are so many rows, one alone: the list ends at one.
_BLANK_ROWS_KEPT, _MANY_ROWS = 20, 20_000
# People link, and format, whole columns or rows: so many columns and rows of that are looked at.
_WIDEST, _MOST_LINKED = 200, 5_000
_HEADERS = {
    normalize(wording(language)(f"actions.{name}")): name
    for language in LANGUAGES
    for name in COLUMNS
}
# Our own words above a list, in any language, of this vinkje and of earlier ones, and which of both
# they are.
ROLES_ABOVE = {
    normalize(wording(language)(f"actions.{name}")): "title" if name == "title" else "explain"
    for language in LANGUAGES
    for name in ("title", "explain", "explain_before", "none")
}


def list_cells(book: Book, values: Values, sheet: Sheet) -> dict[int, dict[int, UserCell]]:
    """Return what cells hold, by row and column."""
    notes, links = CellNotes(book, sheet).read(), _links(book.package, sheet)
    filled: dict[int, dict[int, UserCell]] = {}
    for cell in cells_of(sheet, values):
        value = cell.value
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")
        if cell.formula:
            value = Formula(cell.formula, value)
        filled.setdefault(cell.row, {})[cell.column] = UserCell(value)
    for name in notes.keys() | links.keys():
        column, row = cell_place(name)
        note, cells = notes.get(name), filled.setdefault(row, {})
        kept = cells.get(column, UserCell())
        comment = note.text if note else ""
        cells[column] = replace(kept, comment=comment, link=links.get(name, ""))
    _unmerge(sheet, filled)
    return filled


def _links(package: Package, sheet: Sheet) -> dict[str, str]:
    outside = {relation.id: relation.target for relation in package.relations(sheet.part)}
    addresses = {}
    for link in sheet.root.iter(f"{M}hyperlink"):
        place = f"#{link.get('location')}" if link.get("location") else ""
        left, top, right, bottom = area_of(link.get("ref", ""))
        for row in range(top, min(bottom, top + _MOST_LINKED) + 1):
            for column in range(left, min(right, left + _WIDEST) + 1):
                address = outside.get(link.get(f"{R}id", ""), "") + place
                addresses[cell_name(column, row)] = address
    return addresses


def table_at(tables: Iterable[ExcelTable], row: int) -> ExcelTable | None:
    """Return the Table that has its header in a row, from about the left."""
    for table in tables:
        left, top, _, _ = table.area
        if top == row and left <= len(COLUMNS) and table.has_header:
            return table
    return None


def recognised(row: Iterable[object]) -> int:
    """Return how many of the headers in a row are the action list's; 0 for another tab's."""
    names = {_HEADERS.get(normalize(str(value))) for value in row if value is not None}
    # The agenda has one of them too: the link to where the decision goes.
    is_list = len(names & set(USER)) > 1 and names & {"id", "item"}
    return len(names - {None}) if is_list else 0


def list_columns(
    sheet: Sheet, filled: Cells, header_row: int, named: Mapping[int, str]
) -> tuple[tuple[ListColumn, ...], int]:
    """Return the list's columns, and the first one right of it that holds anything, or 0.

    `named` says which columns defined names lead to.
    """
    return _cut(_all_columns(sheet, filled, header_row, named), filled, header_row)


def _all_columns(
    sheet: Sheet,
    filled: Cells,
    header_row: int,
    named: Mapping[int, str],
) -> tuple[ListColumn, ...]:
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
    titles = [_HEADERS.get(normalize(str(_header(headers, n)))) for n in range(1, last + 1)]
    names: list[str | None] = [None] * len(titles)
    for is_sure in (True, False):
        for index, name in enumerate(titles):
            meant = named.get(index + 1)
            if name and name not in names and (meant == name or not is_sure):
                names[index] = name
    for index, name in enumerate(names):
        meant = named.get(index + 1)
        if name is None and meant not in names:
            names[index] = meant
    widths, hidden = _dimensions(sheet)
    return tuple(
        ListColumn(name, headers.get(n, UserCell()), widths.get(n), n in hidden)
        for n, name in enumerate(names, 1)
    )


def _cut(
    columns: tuple[ListColumn, ...], filled: Cells, header_row: int
) -> tuple[tuple[ListColumn, ...], int]:
    """Return the columns of the list alone, and the first one right of it that holds anything.

    The list ends at the first column right of ours that is empty as far down as ours are filled.
    """
    ours = [number for number, column in enumerate(columns, 1) if column.name]
    named = frozenset(ours)
    filled_rows = [row for row in filled if row > header_row and not named.isdisjoint(filled[row])]
    last = max(filled_rows, default=header_row)
    rows = [filled[row] for row in filled if header_row <= row <= last]
    used = {number for row in rows for number, cell in row.items() if not cell.is_blank}
    end = next((n for n in range(max(ours), len(columns)) if n + 1 not in used), len(columns))
    return columns[:end], min((n for n in used if n > end), default=0)


def _of_the_list(filled: Cells, columns: int) -> dict[int, dict[int, UserCell]]:
    """Return what stands in the first columns alone."""
    cut = {row: {n: c for n, c in cells.items() if n <= columns} for row, cells in filled.items()}
    return {row: cells for row, cells in cut.items() if cells}


def words_above(filled: Cells, header_row: int) -> dict[str, str]:
    """Return our own words above the list, by their cell."""
    return {
        cell_name(column, row): cell.typed
        for row, cells in filled.items()
        if row < header_row
        for column, cell in cells.items()
        if normalize(cell.typed) in ROLES_ABOVE
    }


def _header(headers: Mapping[int, UserCell], column: int) -> object:
    value = headers.get(column, UserCell()).value
    return "" if value is None or isinstance(value, Formula) else value


def _dimensions(sheet: Sheet) -> tuple[dict[int, float], set[int]]:
    """Return the columns' own widths, in characters, and which are hidden."""
    widths: dict[int, float] = {}
    hidden: set[int] = set()
    for element in sheet.root.iter(f"{M}col"):
        first, last = int(element.get("min", "1")), int(element.get("max", "1"))
        for column in range(first, min(last, _WIDEST) + 1):
            if element.get("width") and is_true(element.get("customWidth")):
                widths[column] = float(element.get("width", "0"))
            if is_true(element.get("hidden")):
                hidden.add(column)
    return widths, hidden


def list_rows(sheet: Sheet, cells: Cells, columns: int) -> list[ExistingRow]:
    """Return all rows down to the last that holds anything; a long gap between them is cut."""
    filled = _of_the_list(cells, columns)
    rows: list[ExistingRow] = []
    for before, number in pairwise([0, *sorted(filled)]):
        kept_blank = _BLANK_ROWS_KEPT if len(rows) < _MANY_ROWS else 1
        blank = range(before + 1, number)[:kept_blank]
        rows += [
            ExistingRow(empty, (UserCell(),) * columns, sheet.is_hidden(empty)) for empty in blank
        ]
        here = filled[number]
        kept = tuple(here.get(column, _EMPTY) for column in range(1, columns + 1))
        rows.append(ExistingRow(number, kept, sheet.is_hidden(number)))
    return rows


def _unmerge(sheet: Sheet, filled: dict[int, dict[int, UserCell]]) -> None:
    """Give every row of a merged cell what stood in it: a Table has no merged cells."""
    merged = [element.get("ref", "") for element in sheet.root.iter(f"{M}mergeCell")]
    for left, top, row in rows_merged(merged, filled):
        if first := filled.get(top, {}).get(left):
            filled[row].setdefault(left, replace(first, comment=""))


def filtered_columns(sheet: Sheet, table: ExcelTable | None) -> Iterator[int]:
    """Yield the columns, from 0, that a filter can be on.

    LibreOffice can save a filter one column too far to the right.
    """
    filters = table.filters() if table else sheet.root.find(f"{M}autoFilter")
    if filters is None or not filters.get("ref"):
        return
    first = area_of(filters.get("ref", ""))[0] - 1
    for element in filters.iter(f"{M}filterColumn"):
        at = first + int(element.get("colId", "0"))
        yield from (at, max(0, at - 1))
