"""What else in a sheet's part names its rows: rules, filters, links, breaks, sparklines."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from gettext import gettext

from forms.excel.markup import ExcelError
from forms.excel.moves import Moves
from forms.excel.references import area_of
from forms.excel.tree import Element, R, is_true, local_name
from forms.language import whole_number

# Of all merged ranges of a tab together, counted for each anew: a hundred columns of Excel's length
# with something in every hundredth row.
_MOST_MERGED = 1_000_000
_RULES = ("conditionalFormatting", "dataValidation")
_FORMULAS = ("formula", "formula1", "formula2", "f")
_COUNTED = frozenset(("rowBreaks", "mergeCells", "dataValidations"))
# Elements that hold for cells, by the attribute that names these, and whether as one range.
_HELD = {
    **dict.fromkeys(("ignoredError", "protectedRange"), ("sqref", False)),
    "mergeCell": ("ref", True),
    **dict.fromkeys(("cellWatch", "inputCells"), ("r", True)),
}


def rows_merged(ranges: Iterable[str], rows: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the first column and row of each merged range, and every other row that it spans.

    Only of `rows`: whole columns can be merged. Raises ExcelError for far too many.
    """
    there = sorted(rows)
    count = 0
    for name in ranges:
        left, top, _, bottom = area_of(name)
        for row in there[bisect_right(there, top) : bisect_right(there, bottom)]:
            count += 1
            if count > _MOST_MERGED:
                problem = gettext("cells are merged over {count} filled rows")
                remedy = gettext("unmerge them")
                raise ExcelError("", problem.format(count=whole_number(_MOST_MERGED)), remedy)
            yield left, top, row


def follow_ranges(root: Element, moves: Moves) -> Collection[str]:
    """Let all but a sheet's cells follow; returns the ids of relations that nothing uses now."""
    ids: set[str] = set()
    groups = [group for group in root if local_name(group) != "sheetData"]
    for element in [element for group in groups for element in group.iter()]:
        name = local_name(element)
        if name in _RULES:
            _follow_rule(element, moves)
        elif name == "sparkline":
            _follow_sparkline(element, moves)
        elif name == "brk" and _is_between_rows(element):
            now = moves.row(int(element.get("id", "0")))
            _set_or_remove(element, "id", str(now) if now else "")
        elif name in _HELD:
            attribute, is_one = _HELD[name]
            was = element.get(attribute, "")
            now_there = (moves.area(was) or "") if is_one else moves.areas(was)
            if not now_there and element.get(f"{R}id"):
                ids.add(element.get(f"{R}id", ""))
            _set_or_remove(element, attribute, now_there)
        if name == "hyperlink" and not _follow_link(element, moves):
            ids.add(element.get(f"{R}id", ""))
    for group in groups:
        if local_name(group) in {"autoFilter", "sortState"}:
            follow_filter(group, moves)
        _count(group)
    return ids


def follow_filter(element: Element, moves: Moves) -> None:
    """Let a filter, or an order, and what is under it go along."""
    for named in element.iter():
        if was := named.get("ref"):
            named.set("ref", moves.area(was) or was)


def _follow_rule(rule: Element, moves: Moves) -> None:
    """Follow colours and drop-downs, those of Excel 2007 and those of later ones."""
    later = next((element for element in rule if local_name(element) == "sqref"), None)
    was = (rule.get("sqref") if later is None else later.text) or ""
    now = moves.areas(was)
    if not now:
        _remove(rule)
        return
    if later is None:
        rule.set("sqref", now)
    else:
        later.text = now
    shift = _top(now) - _top(was)
    for formula in rule.iter():
        if local_name(formula) in _FORMULAS and (formula.text or "").strip():
            formula.text = moves.formula(formula.text or "", moves.tab, shift)


def _follow_link(link: Element, moves: Moves) -> bool:
    """Follow a link over one cell or more, that can come apart; returns whether any is left."""
    if not link.get(f"{R}id") and link.get("location"):
        link.set("location", moves.formula(link.get("location", ""), ""))
    now = moves.areas(link.get("ref", "")).split()
    for more in now[1:]:
        again = deepcopy(link)
        again.set("ref", more)
        link.addnext(again)
    _set_or_remove(link, "ref", now[0] if now else "")
    return bool(now)


def _follow_sparkline(line: Element, moves: Moves) -> None:
    for element in list(line):
        if local_name(element) == "f":
            element.text = moves.formula(element.text or "", moves.tab)
        elif local_name(element) == "sqref":
            element.text = moves.areas(element.text or "")
            if not element.text:
                _remove(line)


def _is_between_rows(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent) == "rowBreaks"


def _top(cells: str) -> int:
    """Return the first row of a rule's cells; of whole columns that is the first of all."""
    return min(area_of(area)[1] if re.search("[0-9]", area) else 1 for area in cells.split())


def _set_or_remove(element: Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    else:
        _remove(element)


def _remove(element: Element) -> None:
    """Take an element out, and those around it that hold nothing then."""
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    if not len(parent) and parent.getparent() is not None:
        _remove(parent)


def _count(group: Element) -> None:
    """Say how many a group holds, where it does say so."""
    for element in group.iter():
        if local_name(element) in _COUNTED and element.get("count"):
            element.set("count", str(len(element)))
        if element.get("manualBreakCount"):
            element.set("manualBreakCount", str(sum(is_true(b.get("man")) for b in element)))
