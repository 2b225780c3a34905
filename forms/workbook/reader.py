"""Reads the action list of an earlier workbook: whatever people did to it in between."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from gettext import gettext
from itertools import islice
from pathlib import Path

from forms.action_list.columns import COLUMNS
from forms.action_list.model import ExistingList, ExistingRow, UserCell
from forms.analysis.released import Released, ReleasedRemarks
from forms.analysis.withheld import RemarkChoices, withheld
from forms.errors import WorkbookError, reason_of
from forms.excel.book import Book
from forms.excel.dependents import drawn_on
from forms.excel.markup import EXCEL_FAULTS, fault_text
from forms.excel.package import Package
from forms.excel.ranges import rows_merged
from forms.excel.reader import SheetPart, Workbook
from forms.excel.references import cell_place
from forms.excel.rows import Uncomputed
from forms.excel.sheet import Sheet
from forms.excel.tables import tables_of
from forms.excel.tree import local_name
from forms.report.existing import ExistingWorkbook
from forms.report.tabs import section_role_then
from forms.text import text_of
from forms.wording import LANGUAGES, wording
from forms.workbook import hidden_tab
from forms.workbook.hidden_tab import HiddenTab
from forms.workbook.list_reader import (
    filtered_columns,
    list_cells,
    list_columns,
    list_rows,
    recognised,
    table_at,
    words_above,
)
from forms.workbook.remark_choices import may_ask, may_ask_in, note_choices
from forms.workbook.tab_roles import role_of

# What people add to a tab, and what else in the workbook can be built on.
_BUILT_ON = ("table", "pivotTable", "slicer", "timeline", "queryTable")
# The overview's own: this round, and the trend.
_MOST_CHARTS = 2
# What people draw, by its element in a drawing: pictures, shapes, and lines between them.
_SHAPES = frozenset(("pic", "sp", "cxnSp"))
# Where no name leads to the list: a row with so many of our headers, among the first of a tab.
_LEAST_HEADERS, _LOOKED_THROUGH = 4, 60
# Of a formula that says whether to show a remark, where nobody knows what it comes to.
_UNKNOWN = "?"
_ONE_CELL = re.compile(r"\$([A-Z]{1,3})\$(\d+)")
# How a file begins that Excel encrypts, and what it holds where a label did that (MS-OFFCRYPTO); an
# old .xls begins so too.
_PROTECTED, _LABELLED = b"\xd0\xcf\x11\xe0", "DRMEncrypted".encode("utf-16-le")


def open_existing(path: Path) -> ExistingWorkbook:
    """Return what a file holds.

    Raises WorkbookError for a file that cannot be read, or is no workbook of vinkje's.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorkbookError(
            str(path),
            gettext("cannot be read: {reason}").format(reason=reason_of(error)),
            _name_the_workbook(),
        ) from None
    return read_existing(str(path), content)


def read_existing(place: str, content: bytes) -> ExistingWorkbook:
    """Return people's workbook: the action list in it, and what else it tells.

    Raises WorkbookError for a file that is no workbook of vinkje's, or that cannot be read.
    """
    _check_unlocked(place, content)
    try:
        return _Reading(place, content).existing()
    except EXCEL_FAULTS as error:
        raise WorkbookError(
            place,
            gettext("cannot be read as an Excel workbook ({reason})").format(
                reason=fault_text(error)
            ),
            gettext(
                "open it in Excel and save it again as 'Excel Workbook (.xlsx)', not Strict, or "
                "put back a copy that works"
            ),
        ) from None


def cells_on(content: bytes, tab: str) -> dict[int, dict[int, UserCell]]:
    """Return what the cells of a tab hold, by row and column; raises ExcelError."""
    reading = _Reading("", content)
    sheet = Sheet(reading.package, reading.book.part_of(tab))
    return list_cells(reading.book, reading.workbook.values, sheet)


def _name_the_workbook() -> str:
    return gettext("name the workbook that 'vinkje report' made")


def _check_unlocked(place: str, content: bytes) -> None:
    """Raise WorkbookError for what Excel opens after it asked for a password, or who you are."""
    if not content.startswith(_PROTECTED):
        return
    if _LABELLED in content:
        raise WorkbookError(
            place,
            gettext("has a sensitivity label that encrypts it"),
            gettext("give it in Excel a label that does not, save it, and try again"),
        )
    raise WorkbookError(
        place,
        gettext("is protected by a password, or is an old .xls"),
        gettext(
            "open it in Excel, take the password off, save it as an Excel workbook (.xlsx), and "
            "try again"
        ),
    )


class _Reading:
    """One file that is being read."""

    def __init__(self, place: str, content: bytes) -> None:
        self.place, self.content = place, content
        self.package = Package(content)
        self.workbook = Workbook(self.package)
        self.book = Book(self.package)
        self.sheets = {sheet.title: sheet for sheet in self.workbook.sheets}

    def existing(self) -> ExistingWorkbook:
        self._check_format()
        tab, header_row, named = self._list_place()
        sheet = Sheet(self.package, self.book.part_of(tab))
        filled = list_cells(self.book, self.workbook.values, sheet)
        table = table_at(tables_of(self.package, sheet.part), header_row)
        columns, beside = list_columns(sheet, filled, header_row, named)
        fills = table.fills() if table else {}
        columns = tuple(
            replace(column, fill=fills.get(n, "")) for n, column in enumerate(columns, 1)
        )
        roles = self._roles(tab)
        built_on = {role: title for role, title in roles.items() if self._is_built_on(title)}
        roles = {role: title for role, title in roles.items() if role not in built_on}
        ours = {tab, self.hidden_title, *roles.values()}
        choices, filled_cells = self._remark_choices(ours)
        return ExistingWorkbook(
            self.content,
            ExistingList(
                columns,
                self._rows_below(header_row, sheet, filled, len(columns)),
                self.written.marks,
                self.written.checklist,
                table.area[3] if table and table.totals else None,
                frozenset(self.written.columns),
                self.written.organisation,
            ),
            tab,
            header_row,
            table=table.name if table else "",
            column_beside=beside,
            filtered=frozenset(filtered_columns(sheet, table)),
            words_above=words_above(filled, header_row),
            roles=roles,
            hidden_tab=self.hidden_title,
            own_tabs=tuple(title for title in self.book.tabs if title not in ours),
            tabs_built_on=tuple(built_on.values()),
            remarks=frozenset(choices.codes),
            withheld=withheld(choices, self.written.withheld),
            keys=self.written.keys,
            marks_odd=self.written.marks_odd,
            released=self._released(),
            refused_texts=frozenset(choices.texts),
            unclear_choices=len(choices.unclear),
            annotated_tabs=tuple(self._annotated_tabs(roles.values(), filled_cells)),
        )

    def _check_format(self) -> None:
        if self.written.format > hidden_tab.FORMAT:
            raise WorkbookError(
                self.place,
                gettext("was made by a newer vinkje than this one"),
                gettext("install that one (uv tool install --upgrade .)"),
            )

    def _rows_below(
        self, header_row: int, sheet: Sheet, filled: Mapping[int, dict[int, UserCell]], width: int
    ) -> tuple[ExistingRow, ...]:
        drawn = {row for column, row in drawn_on(self.package, sheet) if column <= width}
        rows = [row for row in list_rows(sheet, filled, width) if row.number > header_row]
        return tuple(replace(row, is_drawn_on=row.number in drawn) for row in rows)

    def _remark_choices(self, ours: Collection[str]) -> tuple[RemarkChoices, dict[str, int]]:
        """Return which remarks to show, and how many cells of the tabs that say so are filled."""
        choices = RemarkChoices()
        filled = {}
        for title, part in self.sheets.items():
            if title != self.hidden_title and (title in ours or self._may_ask(part)):
                filled[title] = self._look_through(part, choices)
        return choices, filled

    def _annotated_tabs(self, tabs: Collection[str], filled: Mapping[str, int]) -> list[str]:
        """Return vinkje's tabs with what people put on them.

        Of tabs that are known by their words alone, nobody can tell what people added.
        """
        return [
            title
            for title in self.book.tabs
            if title in tabs
            and (
                title not in self.tabs_then
                or filled[title] > self.tabs_then[title].filled
                or self._is_noted_or_drawn_on(title)
            )
        ]

    def _released(self) -> Released:
        totals, split = self.written.released, self.written.split
        if totals is None:
            return Released()
        splits = () if split is None else (replace(totals, counts={}, round=split),)
        remarks = ReleasedRemarks(totals, known=False) if self.written.has_texts else None
        return Released(totals, splits, remarks)

    @cached_property
    def hidden_title(self) -> str:
        """Return the tab that holds what vinkje wrote last; "" when it is gone."""
        # Hidden ones first: there it is, unless people showed it, and others take time to read.
        for sheet in sorted(self.workbook.sheets, key=lambda sheet: not sheet.is_hidden):
            rows = [_texts(row.cells) for row in islice(self.workbook.rows(sheet), 2)]
            if hidden_tab.is_hidden_tab(rows):
                return sheet.title
        return ""

    @cached_property
    def written(self) -> HiddenTab:
        if not self.hidden_title:
            return HiddenTab()
        rows = self.workbook.rows(self.sheets[self.hidden_title])
        return hidden_tab.read([_texts(row.cells) for row in rows if row.cells])

    # -- where the list is -------------------------------------------------------------------------

    def _list_place(self) -> tuple[str, int, dict[int, str]]:
        """Return the tab and row of the headers, and the columns that names of cells lead to."""
        # Names follow a cell wherever people move it, and headers may be anything by now.
        cells = dict(self._named_columns())
        rows = Counter((tab, row) for tab, row, _ in cells.values())
        if rows:
            (tab, row), _ = rows.most_common(1)[0]
            named = {column: name for name, (t, r, column) in cells.items() if (t, r) == (tab, row)}
            return tab, row, named
        best = max(
            (
                (recognised(row.cells), -row.number, sheet.title)
                for sheet in self.workbook.sheets
                for row in islice(self.workbook.rows(sheet), _LOOKED_THROUGH)
            ),
            default=(0, 0, ""),
        )
        if best[0] < _LEAST_HEADERS:
            raise WorkbookError(
                self.place,
                gettext(
                    "holds no action list of vinkje's (no row of headers such as Nr, Stelling, "
                    "Besluit)"
                ),
                gettext(
                    "name the workbook that 'vinkje report' made. If it was saved as 'Strict Open "
                    "XML Spreadsheet', save it as 'Excel Workbook (.xlsx)'"
                ),
            )
        return best[2], -best[1], {}

    def _named_columns(self) -> Iterator[tuple[str, tuple[str, int, int]]]:
        for name in COLUMNS:
            tab, cell = self.book.named(hidden_tab.COLUMN_NAME + name)
            # Of a column that was deleted, Excel keeps the name: it leads to #REF!.
            if tab in self.sheets and _ONE_CELL.fullmatch(cell):
                column, row = cell_place(cell.replace("$", ""))
                yield name, (tab, row, column)

    # -- vinkje's other tabs -----------------------------------------------------------------------

    @cached_property
    def tabs_then(self) -> dict[str, hidden_tab.Tab]:
        """Return what was written down of vinkje's tabs, by what they are called now."""
        then = dict(enumerate(self.written.tabs, 1))
        counted = [
            element.get("name", "").removeprefix(hidden_tab.TAB_NAME)
            for element in self.book.names()
        ]
        numbers = sorted(int(text) for text in counted if text.isdigit())
        named = {number: self.book.named(f"{hidden_tab.TAB_NAME}{number}")[0] for number in numbers}
        if not any(named.values()):
            named = {number: tab.name for number, tab in then.items()}
        return {name: then.get(n, hidden_tab.Tab(name, 0)) for n, name in named.items()}

    def _roles(self, list_tab: str) -> dict[str, str]:
        """Return vinkje's other tabs by what they are, as far as anything tells."""
        roles = {
            tab.role or _role_then(tab.name): title
            for title, tab in self.tabs_then.items()
            if title in self.sheets and title not in {list_tab, self.hidden_title}
        }
        return roles or self._roles_by_words({list_tab, self.hidden_title})

    def _roles_by_words(self, but: Collection[str]) -> dict[str, str]:
        roles: dict[str, str] = {}
        for title in [name for name in self.sheets if name not in but]:
            rows = self.workbook.rows(self.sheets[title])
            role = role_of([text for row in rows for text in _texts(row.cells)])
            if role:
                # Of two tabs that are the same, one is people's copy: no report makes that again.
                is_one = role != "section" and role not in roles
                roles[role if is_one else section_role_then(title)] = title
        return roles

    def _is_built_on(self, tab: str) -> bool:
        return bool(self.package.related(self.book.part_of(tab), *_BUILT_ON))

    def _is_noted_or_drawn_on(self, tab: str) -> bool:
        """Say whether one of vinkje's tabs has notes, or more than vinkje's own charts."""
        part = self.book.part_of(tab)
        if self.package.related(part, "comments"):
            return True
        drawn = [
            local_name(element)
            for drawing in self.package.related(part, "drawing")
            for element in self.package.tree(drawing).iter()
        ]
        charts = sum(name == "graphicFrame" for name in drawn)
        return charts > _MOST_CHARTS or not _SHAPES.isdisjoint(drawn)

    def _may_ask(self, sheet: SheetPart) -> bool:
        """Say whether a tab of people's own can ask whether to show a remark, as a copy does."""
        return may_ask_in(self.package.read(sheet.part), self.workbook.strings)

    def _look_through(self, sheet: SheetPart, choices: RemarkChoices) -> int:
        """Take note of which remarks to show; returns how many cells of a tab are filled."""
        merged: list[str] = []
        # By column, without holes: a row can have a cell at its far end and nothing else.
        read = {
            row.number: {n: cell for n, cell in enumerate(row.cells, 1) if cell is not None}
            for row in self.workbook.rows(sheet, merged)
        }
        if may_ask(cell for cells in read.values() for cell in cells.values()):
            note_choices(_spread(read, merged), choices)
        return sum(map(len, read.values()))


def _role_then(name: str) -> str:
    """Return a tab's role by its name then: a vinkje before this one did not write it down."""
    for role in ("overview", "actions", "discuss", "account"):
        if name in {wording(language)(f"tabs.{role}") for language in LANGUAGES}:
            return role
    return section_role_then(name)


def _texts(cells: Iterable[object]) -> list[str]:
    return [_UNKNOWN if isinstance(cell, Uncomputed) else text_of(cell) for cell in cells]


def _spread(read: Mapping[int, dict[int, object]], merged: Iterable[str]) -> list[list[str]]:
    """Return rows as texts; every row of a merged cell says what stands in it.

    Columns where nothing stands are left out, but for those left of another: a word may lack there.
    """
    rows = {n: dict(zip(r, _texts(r.values()), strict=True)) for n, r in read.items()}
    for left, top, number in rows_merged(merged, rows):
        if first := rows.get(top, {}).get(left):
            rows[number][left] = rows[number].get(left) or first
    used = {column for row in rows.values() for column in row}
    columns = sorted(used | {column - 1 for column in used if column > 1})
    return [[row.get(column, "") for column in columns] for row in rows.values()]
