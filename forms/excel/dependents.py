"""What elsewhere in a workbook names cells of a tab whose rows moved, and what is drawn on it."""

from collections.abc import Collection, Iterator

from forms.excel.book import Book
from forms.excel.moves import Moves
from forms.excel.package import Package
from forms.excel.shared_formulas import expand
from forms.excel.sheet import Sheet
from forms.excel.tree import UTF_16, Element, R, local_name

# Elements and attributes that hold a formula: of cells, rules, charts, Tables, form controls.
_TEXTS = frozenset(
    (
        *("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula"),
        # Of a chart that shows less than all; a rule's own is of its own tab, and stays.
        "sqref",
    )
)
_ATTRIBUTES = (
    *("textlink", "fmlaLink", "fmlaRange", "fmlaGroup"),
    *("cellRange", "linkedCell", "listFillRange"),
)
# Where pivot tables and consolidations have their rows from: the tab and the cells apart.
_SOURCES = frozenset(("worksheetSource", "rangeSet", "dataRef"))
# What a sheet's own part says of what is drawn on it.
_DRAWN = ("controls", "oleObjects", "AlternateContent")


def follow_names(book: Book, moves: Moves) -> None:
    """Follow what names mean; what is relative in one goes by the cell that uses it."""
    for name in book.names():
        if name.text:
            name.text = moves.formula(name.text, "", shift=0)


def follow_elsewhere(book: Book, moves: Moves, but: Collection[str]) -> None:
    """Follow rows in every part of the workbook but some."""
    package = book.package
    list_part = book.part_of(moves.tab)
    # These name cells of their own tab without its name.
    controls = {part.lower() for part in package.related(list_part, "ctrlProp", "drawing")}
    passed = {part.lower() for part in but}
    for part in package:
        is_own = part.lower() in controls
        if part.lower() in passed or not part.lower().endswith((".xml", ".rels")):
            continue
        content = package.read(part)
        if not is_own and not _may_name(content, moves.tab):
            continue
        root = package.tree(part)
        _follow(root, moves, moves.tab if is_own else "")
        package.write_tree(part, root)


def follow_drawings(package: Package, sheet: Sheet, moves: Moves) -> None:
    """Let all that is drawn on a sheet stay beside its row, buttons and check boxes too."""
    for group in sheet.root:
        if local_name(group) in _DRAWN:
            _follow_anchors(group, moves)
            _follow(group, moves, moves.tab)
            sheet.is_changed = True
    for part in package.related(sheet.part, "pivotTable", "drawing"):
        root = package.tree(part)
        _follow_anchors(root, moves)
        for place in [element for element in root if local_name(element) == "location"]:
            was = place.get("ref", "")
            place.set("ref", moves.area(was) or was)
        package.write_tree(part, root)


def drawn_on(package: Package, sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Yield the column and row, from 1, of each cell on which something drawn begins."""
    parts = package.related(sheet.part, "drawing")
    groups = [group for group in sheet.root if local_name(group) in _DRAWN]
    for root in [*groups, *map(package.tree, parts)]:
        for start in [element for element in root.iter() if local_name(element) == "from"]:
            column, row = _number(start, "col"), _number(start, "row")
            if column is not None and row is not None:
                yield int(column.text or 0) + 1, int(row.text or 0) + 1


def _follow_anchors(root: Element, moves: Moves) -> None:
    """Move what hangs on a cell."""
    for start in [corner_row for corner_row in root.iter() if local_name(corner_row) == "from"]:
        anchor = start.getparent()
        column, row = _number(start, "col"), _number(start, "row")
        if anchor is None or row is None:
            continue
        if moves.is_beside(1 + int((column is not None and column.text) or 0)):
            continue
        # Rows count from 0 here; what hangs on one that is gone stays where it was.
        was = int(row.text or 0)
        by = (moves.row(was + 1) or was + 1) - was - 1
        for corner in anchor:
            corner_row = _number(corner, "row")
            if corner_row is not None:
                corner_row.text = str(max(0, int(corner_row.text or 0) + by))


def _number(corner: Element, name: str) -> Element | None:
    return next((element for element in corner if local_name(element) == name), None)


def _may_name(content: bytes, tab: str) -> bool:
    """Say whether a part can name a tab; only one that can is parsed."""
    if content[:2] in UTF_16:
        return True
    # What XML need not write as it is can be written in many ways.
    is_plain = not any(character in tab for character in "&<>'\"") and b"&#" not in content
    return tab.encode() in content if is_plain else True


def _follow(root: Element, moves: Moves, on_tab: str) -> None:
    """Follow rows in a part."""
    if local_name(root) == "worksheet":
        expand(root, moves.tab)
    for holder, name, text in list(_formulas(root)):
        # A shape that leads to a cell does so by a relation, such as `#Actielijst!K6`.
        start = "#" if name == "Target" else ""
        now = start + moves.formula(text.removeprefix(start), on_tab)
        if name:
            holder.set(name, now)
        else:
            holder.text = now
    for source in root.iter():
        if local_name(source) in _SOURCES and _is_of(source, moves.tab):
            was = source.get("ref", "")
            source.set("ref", moves.area(was) or was)


def _is_of(source: Element, tab: str) -> bool:
    is_here = source.get("sheet", "").casefold() == tab.casefold() and not source.get(f"{R}id")
    return is_here and bool(source.get("ref"))


def _formulas(root: Element) -> Iterator[tuple[Element, str, str]]:
    """Yield an element, the attribute that holds a formula or "" for its text, and the formula."""
    for element in root.iter():
        name = local_name(element)
        if name in _TEXTS and (element.text or "").strip():
            yield element, "", element.text or ""
        # Of a link to another file the place is in that file.
        if name == "hyperlink" and element.get("location") and not element.get(f"{R}id"):
            yield element, "location", element.get("location", "")
        if name == "Relationship" and element.get("Target", "").startswith("#"):
            yield element, "Target", element.get("Target", "")
        for attribute in _ATTRIBUTES:
            if element.get(attribute):
                yield element, attribute, element.get(attribute, "")
