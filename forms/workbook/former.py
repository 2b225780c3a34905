"""Reads the action list of an earlier workbook: whatever people did to it in between."""

import io
import re
import warnings
import zipfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.utils.cell import column_index_from_string
from openpyxl.worksheet.cell_range import CellRange

from forms.action_list.follow_up import COLUMNS, THEIRS, Column, Former, Kept, Row
from forms.errors import WorkbookError
from forms.report.withheld import Said, withheld
from forms.text import fold
from forms.wording import LANGUAGES, wording
from forms.workbook import comments, state
from forms.workbook.kept import kept_cell
from forms.workbook.light import Package, lightened, package_of
from forms.workbook.mended import give_numbers_back
from forms.workbook.recognised import is_ours
from forms.workbook.shown import said_beside_remarks
from forms.workbook.state import State
from forms.workbook.table import without_colours

# What stands beside a tab in the file and comes along, or is remade by any printer.
_TAKEN = (
    *("/hyperlink", "/table", "/comments", "/vmlDrawing", "/threadedComment"),
    *("/printerSettings",),
)
_MOST_CHARTS = 2
_SHAPE = re.compile(rb"<(?:\w+:)?(?:pic|sp|cxnSp)[ >]")
_LEAST_HEADERS, _LOOKED_THROUGH = 4, 60
_BLANK_ROWS_KEPT = 20
_WIDEST = 200
_ONE_CELL = re.compile(r"\$([A-Z]{1,3})\$(\d+)")
_HEADERS = {
    fold(wording(language)(f"actions.{name}")): name for language in LANGUAGES for name in COLUMNS
}


@dataclass(frozen=True)
class Rest:
    """What else belongs to an action list: its tab, what stands above it, and people's own tabs.

    `shown` is the workbook with what formulas came to, None where there are none.
    `is_marked` says whether the tab is there that tells what people changed. `withheld` has the
    codes of remarks not to show, `refused` the texts beside a no without a code, `unclear` says
    beside how many stands neither yes nor no, and `lost` names the tabs with what a new workbook
    cannot hold, such as drawings: the file is then kept for good.
    """

    tab: str
    header_row: int
    sheet: Any
    shown: Any = None
    above: tuple[Row, ...] = ()
    table: str = ""
    filter: Any = None
    own_tabs: tuple[str, ...] = ()
    is_marked: bool = True
    withheld: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    unclear: int = 0
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Opened:
    """A file's tabs that matter: as written, and as shown if there are any formulas."""

    workbook: Any
    shown: Any
    package: Package
    written: State
    said: Said


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
    opened = _opened(place, content)
    workbook, package, written = opened.workbook, opened.package, opened.written
    if written.format > state.FORMAT:
        raise WorkbookError(
            f"{place}: was made by a newer vinkje than this one; install that one "
            "(uv tool install --upgrade .)"
        )
    sheet, header_row, by_name = _found(place, workbook, package)
    columns = _columns(sheet, header_row, by_name)
    values = opened.shown[sheet.title] if opened.shown else None
    rows = _rows(sheet, len(columns), values)
    marks_tab = state.tab_of(workbook)
    ours, lost = _tabs(content, opened, sheet.title)
    table = next((t for t in sheet.tables.values() if _begins(t, header_row)), None)
    totals = CellRange(table.ref).max_row if table and table.totalsRowCount else None
    filters = (table and table.autoFilter) or sheet.auto_filter
    rest = Rest(
        sheet.title,
        header_row,
        sheet,
        opened.shown,
        tuple(row for row in rows if row.number < header_row),
        table.displayName if table else "",
        without_colours(filters) if filters and filters.ref else None,
        tuple(s.title for s in workbook.worksheets if s.title not in ours),
        marks_tab is not None,
        withheld(opened.said, written.withheld),
        frozenset(opened.said.texts),
        len(opened.said.unclear),
        lost,
    )
    listed = tuple(row for row in rows if row.number > header_row)
    told = frozenset(written.columns)
    return Former(columns, listed, written.marks, written.checklist, totals, told, rest)


def _tabs(content: bytes, opened: _Opened, listed: str) -> tuple[set[str | None], tuple[str, ...]]:
    """Return vinkje's tabs, and of all tabs those with what a new workbook cannot hold."""
    workbook, package, written = opened.workbook, opened.package, opened.written
    marks_tab = state.tab_of(workbook)
    known = _own(package, written)
    # Of tabs that are known by their words alone, nobody can tell what people added.
    by_words = set() if known else {tab.title for tab in workbook.worksheets if is_ours(tab)}
    ours: set[str | None] = {*known, *by_words, listed, marks_tab}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lost = _lost(archive, package, ours - {listed}, _cells_then(package, written))
        left_out = {*by_words, *lost} - {marks_tab}
    return ours, tuple(tab for tab in package.parts if tab in left_out)


def _opened(place: str, content: bytes) -> _Opened:
    """Load what matters of the file; once more for what its formulas come to, if it has any."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise WorkbookError(
            f"{place}: is protected by a password, or is an old .xls; open it in Excel, take the "
            "password off, save it as an Excel workbook (.xlsx), and try again"
        )
    # It warns of what it would drop on saving, which we never do.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            package = package_of(archive)
            emptied = _own(package) - {_listed(package)} if _listed(package) else set()
            light = lightened(archive, package, emptied)
            threads = comments.threads(archive, package)
            workbook: Any = load_workbook(io.BytesIO(light), rich_text=True)
            give_numbers_back(workbook, archive, package)
            written, marks_tab = state.read(workbook), state.tab_of(workbook)
            said = said_beside_remarks(content, archive, package, marks_tab)
            has_formulas = _has_formulas(archive, package, emptied)
        shown = (
            load_workbook(io.BytesIO(light), data_only=True, keep_links=False)
            if has_formulas
            else None
        )
    except Exception as error:  # noqa: BLE001 - openpyxl fails in as many ways as files can
        raise WorkbookError(
            f"{place}: cannot be read as an Excel workbook ({type(error).__name__}); open it in "
            "Excel and save it again, or put back a copy that works"
        ) from None
    comments.put_back(workbook, threads)
    return _Opened(workbook, shown, package, written, said)


def _has_formulas(archive: zipfile.ZipFile, package: Package, emptied: Collection[str]) -> bool:
    """Say whether a tab that matters has formulas; those of a chart need no second look."""
    kept = (archive.read(part) for tab, part in package.parts.items() if tab not in emptied)
    return any(b"<f>" in xml or b"<f " in xml or b":f>" in xml for xml in kept)


def _own(package: Package, written: State | None = None) -> set[str]:
    """Return the tabs that are vinkje's: by defined names, whatever they are called now."""
    named = {
        tab
        for name in package.names
        if name.startswith(state.TAB_NAME) and (tab := package.tab_of(name))
    }
    return named or set(written.tabs if written else ())


def _cells_then(package: Package, written: State) -> dict[str | None, int]:
    """Return how many cells vinkje filled on each of its tabs, by what they are called now."""
    has_names = bool(_own(package))
    return {
        package.tab_of(f"{state.TAB_NAME}{number}") if has_names else then: count
        for number, (then, count) in enumerate(written.tabs.items(), 1)
    }


def _listed(package: Package) -> str | None:
    """Return the tab that most names of columns lead to."""
    tabs = Counter(tab for _, (tab, _, _) in _named_columns(package))
    return tabs.most_common(1)[0][0] if tabs else None


def _lost(
    archive: zipfile.ZipFile,
    package: Package,
    ours: Collection[str | None],
    then: Mapping[str | None, int],
) -> Iterator[str]:
    """Yield the tabs that hold what cannot be carried over.

    Of people's tabs and the list those are drawings, pictures and Excel's extras; of vinkje's
    others all that people added. `then` says how many cells vinkje filled there.
    """
    for tab, part in package.parts.items():
        xml = archive.read(part)
        if tab not in ours:
            is_list = tab == _listed(package)
            has_tables = is_list and len(comments.related(archive, part, "/table")) > 1
            if has_tables or _left_behind(archive, part) or b"<extLst" in xml:
                yield tab
            continue
        filled = xml.count(b"</v>") + xml.count(b"</is>")
        is_noted = bool(comments.related(archive, part, "/comments"))
        if is_noted or _is_drawn_on(archive, part) or filled > then.get(tab, filled):
            yield tab


def _is_drawn_on(archive: zipfile.ZipFile, part: str) -> bool:
    """Say whether one of vinkje's tabs has more on it than vinkje's own charts."""
    drawings = [archive.read(each) for each in comments.related(archive, part, "/drawing")]
    shapes = sum(len(_SHAPE.findall(xml)) for xml in drawings)
    return shapes > 0 or sum(xml.count(b"graphicFrame>") for xml in drawings) > 2 * _MOST_CHARTS


def _left_behind(archive: zipfile.ZipFile, part: str) -> bool:
    """Say whether a tab has anything beside it that a new workbook does not get: a picture, say."""
    every = comments.related(archive, part, "")
    taken = [each for kind in _TAKEN for each in comments.related(archive, part, kind)]
    return len(every) > len(taken)


def _found(place: str, workbook: Any, package: Package) -> tuple[Any, int, dict[int, str]]:
    """Return the tab and row of the headers, and the columns that defined names lead to."""
    cells = dict(_named_columns(package))
    rows = Counter((tab, row) for tab, row, _ in cells.values())
    if rows and rows.most_common(1)[0][0][0] in workbook.sheetnames:
        (tab, row), _ = rows.most_common(1)[0]
        named = {column: name for name, (t, r, column) in cells.items() if (t, r) == (tab, row)}
        return workbook[tab], row, named
    best = max(
        (
            (_recognised(row), -number, sheet.title)
            for sheet in workbook.worksheets
            for number, row in _top_rows(sheet).items()
        ),
        default=(0, 0, ""),
    )
    if best[0] < _LEAST_HEADERS:
        raise WorkbookError(
            f"{place}: holds no action list of vinkje's (no row of headers such as Nr, Stelling, "
            "Besluit); name the workbook that 'vinkje report' made. Was it saved as 'Strict Open "
            "XML', then save it as an Excel workbook"
        )
    return workbook[best[2]], -best[1], {}


def _begins(table: Any, row: int) -> bool:
    """Say whether a Table has its header in a row, from about the left."""
    area = CellRange(table.ref)
    return bool(area.min_row == row and area.min_col <= len(COLUMNS))


def _top_rows(sheet: Any) -> dict[int, list[Any]]:
    """Return the first rows; openpyxl's own way would add empty ones to a tab of people's own."""
    rows: dict[int, list[Any]] = {}
    for (number, _), cell in sheet._cells.items():  # noqa: SLF001
        if number <= _LOOKED_THROUGH:
            rows.setdefault(number, []).append(cell)
    return rows


def _named_columns(package: Package) -> Iterator[tuple[str, tuple[str, int, int]]]:
    for name in COLUMNS:
        tab = package.tab_of(state.COLUMN_NAME + name)
        if tab:
            cell = package.names[state.COLUMN_NAME + name].rpartition("!")[2]
            # Of a column that was deleted, Excel keeps the name: it leads to #REF!.
            if place := _ONE_CELL.fullmatch(cell):
                yield name, (tab, int(place[2]), column_index_from_string(place[1]))


def _recognised(row: Iterable[Any]) -> int:
    """Return how many of the headers in a row are the action list's; 0 for another tab's."""
    names = {_HEADERS.get(fold(str(cell.value))) for cell in row if cell.value is not None}
    # The agenda has one of them too: the link to where the decision goes.
    is_list = len(names & set(THEIRS)) > 1 and names & {"id", "item"}
    return len(names - {None}) if is_list else 0


def _columns(sheet: Any, header_row: int, named: Mapping[int, str]) -> tuple[Column, ...]:
    """Say what every column holds: by its header, else by the defined name that moved with it."""
    last = max((column for row, column in sheet._cells), default=1)  # noqa: SLF001
    headers = [sheet.cell(header_row, column) for column in range(1, last + 1)]
    said = [_HEADERS.get(fold(str(cell.value or ""))) for cell in headers]
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
    # Also what stands above the list, to the right of it, is people's own.
    filled = _used_columns(sheet)
    used = [i for i in range(len(headers)) if names[i] or i + 1 in filled]
    widths, hidden = _dimensions(sheet)
    return tuple(
        Column(names[i], kept_cell(headers[i]), widths.get(i + 1), i + 1 in hidden)
        for i in range(max(used, default=-1) + 1)
    )


def _used_columns(sheet: Any) -> set[int]:
    return {
        column
        for (_, column), cell in sheet._cells.items()  # noqa: SLF001
        if cell.value is not None or cell.comment
    }


def _dimensions(sheet: Any) -> tuple[dict[int, float], set[int]]:
    widths: dict[int, float] = {}
    hidden: set[int] = set()
    for letter, dimension in sheet.column_dimensions.items():
        first = dimension.min or column_index_from_string(letter)
        for column in range(first, min(dimension.max or first, _WIDEST) + 1):
            if dimension.width and dimension.customWidth:
                widths[column] = dimension.width
            if dimension.hidden:
                hidden.add(column)
    return widths, hidden


def _rows(sheet: Any, columns: int, values: Any) -> list[Row]:
    """Return all rows down to the last that holds anything; a long gap between them is cut."""
    filled: dict[int, dict[int, Kept]] = {}
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001
        if column <= columns and (cell.value is not None or cell.comment):
            shown = values.cell(row, column).value if values and cell.data_type == "f" else None
            filled.setdefault(row, {})[column] = kept_cell(cell, shown)
    _unmerge(sheet, filled)
    found: list[Row] = []
    for former, row in pairwise([0, *sorted(filled)]):
        blank = range(former + 1, row)[:_BLANK_ROWS_KEPT]
        found += [_row(sheet, number, {}, columns) for number in blank]
        found.append(_row(sheet, row, filled[row], columns))
    return found


def _row(sheet: Any, number: int, cells: Mapping[int, Kept], columns: int) -> Row:
    hidden = number in sheet.row_dimensions and bool(sheet.row_dimensions[number].hidden)
    kept = []
    for column in range(1, columns + 1):
        look = sheet._cells.get((number, column))  # noqa: SLF001
        look = None if isinstance(look, MergedCell) else look
        kept.append(cells.get(column) or Kept(look=look))
    return Row(number, tuple(kept), hidden)


def _unmerge(sheet: Any, filled: dict[int, dict[int, Kept]]) -> None:
    """Give every row of a merged cell what stood in it: a Table has no merged cells."""
    rows = sorted(filled)
    for area in sheet.merged_cells.ranges:
        top = filled.get(area.min_row, {}).get(area.min_col)
        if top is None:
            continue
        for row in rows[bisect_right(rows, area.min_row) : bisect_right(rows, area.max_row)]:
            filled[row].setdefault(area.min_col, replace(top, comment=""))
