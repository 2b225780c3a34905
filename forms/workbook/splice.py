"""Puts a report into people's workbook: its tabs in place of those before, figures in the list.

All else stays as it is, byte for byte, but for what names a row that moved.
"""

from gettext import gettext

from forms.errors import WorkbookError
from forms.excel.book import Book
from forms.excel.caches import blank_lost_texts, clean_cells, clean_copies, refresh_pivots
from forms.excel.dependents import follow_elsewhere, follow_names
from forms.excel.markup import EXCEL_FAULTS, fault_text
from forms.excel.package import Package
from forms.excel.styles import Styles
from forms.report.existing import ExistingWorkbook
from forms.report.model import Report
from forms.workbook import hidden_tab
from forms.workbook.build import Fresh
from forms.workbook.fresh_parts import FreshParts
from forms.workbook.layout import Layout
from forms.workbook.list_edit import ListEdit

_PAGES = ("_xlnm.Print_Titles", "_xlnm.Print_Area")


def splice(report: Report, existing: ExistingWorkbook, fresh: Fresh, layout: Layout) -> bytes:
    """Return people's workbook, which the existing list was read from, with a report in it.

    Raises WorkbookError where that cannot be done without harm.
    """
    try:
        return _splice(report, existing, fresh, layout)
    except EXCEL_FAULTS as error:
        problem = gettext("the report cannot be put into the workbook: {reason}")
        raise WorkbookError(problem=problem.format(reason=fault_text(error))) from error


def _splice(report: Report, existing: ExistingWorkbook, fresh: Fresh, layout: Layout) -> bytes:
    """Make every edit; their order matters.

    Tabs come before what follows the list's rows: those made anew have them right already. Styles
    are written once all formats are added, and texts go once no step can use one any more.
    """
    package = Package(existing.content)
    book = Book(package)
    styles_part = book.related("styles")
    styles = Styles(styles_part, package.read(styles_part))
    source = Book(fresh.package).related("styles")
    adopted = styles.adopt(source, fresh.package.read(source))
    ListEdit(report, existing, book, fresh, layout, (styles, adopted)).write()
    _replace_tabs(book, existing, fresh, FreshParts(fresh, book, adopted))
    moves = layout.moves
    if moves is not None and not moves.is_still:
        follow_names(book, moves)
        ours = {book.part_of(name) for role, name in fresh.tabs.items() if role != "hidden"}
        follow_elsewhere(book, moves, {*ours, book.part, styles_part})
    refresh_pivots(package, {existing.tab, existing.table})
    if report.withheld:
        clean_copies(package, report.without_withheld)
        for tab in existing.tabs_built_on:
            clean_cells(book, tab, report.without_withheld)
    _name(book, fresh)
    book.work_out_all()
    book.save()
    package.write(styles_part, styles.content)
    blank_lost_texts(book)
    return package.saved()


def _replace_tabs(book: Book, existing: ExistingWorkbook, fresh: Fresh, parts: FreshParts) -> None:
    """Put vinkje's other tabs in place; new ones come after the one before them."""
    for tab in {*existing.roles.values()} - {*fresh.tabs.values()}:
        book.drop(tab)
    there = {*existing.roles.values(), existing.tab, existing.hidden_tab}
    before = -1
    for role, name in fresh.tabs.items():
        if role == "hidden":
            if existing.hidden_tab:
                parts.replace(name, existing.hidden_tab)
            else:
                parts.add(name, len(book.tabs))
            book.hide(existing.hidden_tab or name)
            continue
        if name not in there:
            parts.add(name, before + 1)
        elif role != "actions":
            parts.replace(name, name)
        before = book.tabs.index(name)


def _forget_pages(book: Book, source: Book, agenda: str) -> None:
    """Forget which header came back on the agenda's pages, where now none does."""
    if agenda not in book.tabs:
        return
    now = {
        name.get("name")
        for name in source.names()
        if name.get("localSheetId") == str(source.tabs.index(agenda))
    }
    place = str(book.tabs.index(agenda))
    for name in list(book.names()):
        title = name.get("name", "")
        if name.get("localSheetId") == place and title in _PAGES and title not in now:
            book.forget(name)


def _name(book: Book, fresh: Fresh) -> None:
    """Let the names lead to our tabs and columns that follow them, whatever people do."""
    names = [name for role, name in fresh.tabs.items() if role != "hidden"]
    for number, tab in enumerate(names, 1):
        book.name(f"{hidden_tab.TAB_NAME}{number}", tab, "$A$1")
    for name in list(book.names()):
        title = name.get("name", "")
        counted = title.removeprefix(hidden_tab.TAB_NAME)
        if title != counted and counted.isdigit() and int(counted) > len(names):
            book.forget(name)
    source = Book(fresh.package)
    _forget_pages(book, source, fresh.tabs.get("discuss", ""))
    for name in source.names():
        place, title = name.get("localSheetId"), name.get("name", "")
        tab = "" if place is None else source.tabs[int(place)]
        if place is not None and tab != fresh.tabs["actions"]:
            book.set_name(title, tab, name.text or "")
        elif title.startswith(hidden_tab.COLUMN_NAME):
            cells = (name.text or "").rpartition("!")[2]
            book.name(title, fresh.tabs["actions"], cells)
