"""The copies of cells that a workbook keeps out of sight: of pivot tables, charts, lost texts."""

import re
from collections.abc import Callable, Collection
from copy import deepcopy

from forms.excel.book import Book
from forms.excel.package import Package
from forms.excel.references import cell_place
from forms.excel.tree import UTF_16, Element, M, is_true, local_name, parse, serialize
from forms.excel.values import escaped, unescaped

# A cell that holds the number of a shared text, as most programs write it; and the mark of any.
_SHARED = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\bt=["']s["'][^>]*>"""
    rb"(?:<(?:\w+:)?f[^>]*/>|<(?:\w+:)?f[^>]*>[^<]*</(?:\w+:)?f>)?"
    rb"\s*<(?:\w+:)?v>\s*([0-9]+)\s*</"
)
_MARK = re.compile(rb"""\bt\s*=\s*["']s["']""")
# Where a chart keeps text, and not figures.
_TEXTS = ("strCache", "strLit", "multiLvlStrCache", "rich")


def refresh_pivots(package: Package, sources: Collection[str]) -> None:
    """Have Excel look again at what pivot tables take from some tabs, Tables or names."""
    known = {source.casefold() for source in sources if source}
    for part in _parts(package, "pivotCacheDefinition"):
        root = parse(part, package.read(part))
        if is_true(root.get("refreshOnLoad")):
            continue
        said = {
            each.get(key, "").casefold()
            for each in root.iter()
            if local_name(each) == "worksheetSource"
            for key in ("name", "sheet")
        }
        if said & known:
            root.set("refreshOnLoad", "1")
            package.write(part, serialize(root))


def clean_copies(package: Package, without: Callable[[str], str]) -> None:
    """Change text in the copies that pivot tables, slicers and charts keep."""
    for part in _parts(package, "pivotCacheDefinition", "pivotCacheRecords"):
        _clean(package, part, without)
    for part in [each for each in package if each.lower().startswith("xl/charts/")]:
        if part.lower().endswith(".xml"):
            _clean(package, part, without)


def clean_cells(book: Book, tab: str, without: Callable[[str], str], column: int = 0) -> None:
    """Change text in the cells of a tab, or of one of its columns, from 1.

    What is changed is shared with no other cell any more.
    """
    package, part = book.package, book.part_of(tab)
    strings = book.related("sharedStrings")
    shared = list(parse(strings, package.read(strings)).iter(f"{M}si")) if strings else []
    root = parse(part, package.read(part))
    is_changed = False
    for cell in root.iter(f"{M}c"):
        if column and cell_place(cell.get("r", ""))[0] != column:
            continue
        kind, value = cell.get("t", "n"), cell.find(f"{M}v")
        if kind == "s" and value is not None and value.text:
            text = deepcopy(shared[int(value.text)])
            if _change_all(text, without):
                text.tag = f"{M}is"
                cell.set("t", "inlineStr")
                cell.replace(value, text)
                is_changed = True
        elif kind in {"str", "inlineStr"}:
            is_changed |= _change_all(cell, without)
    if is_changed:
        package.write(part, serialize(root))


def blank_lost_texts(book: Book) -> None:
    """Empty the shared texts that no cell shows any more; the others keep their number."""
    part = book.related("sharedStrings")
    if not part:
        return
    used = _used(book)
    root = parse(part, book.package.read(part))
    is_changed = False
    for number, text in enumerate(root.iter(f"{M}si")):
        if number not in used and "".join(text.itertext()):
            text[:] = [text.makeelement(f"{M}t")]
            is_changed = True
    if is_changed:
        book.package.write(part, serialize(root))


def _used(book: Book) -> set[int]:
    """Return the numbers of the shared texts that cells show."""
    numbers: set[int] = set()
    for part in filter(None, map(book.part_of, book.tabs)):
        content = book.package.read(part)
        found = _SHARED.findall(content)
        # Written in an odd way: better a text too many than one too few.
        if content[:2] in UTF_16 or len(found) < len(_MARK.findall(content)):
            cells = parse(part, content).iter(f"{M}c")
            texts = [cell.findtext(f"{M}v") for cell in cells if cell.get("t") == "s"]
            numbers |= {int(text) for text in texts if text}
        else:
            numbers |= set(map(int, found))
    return numbers


def _parts(package: Package, *kinds: str) -> list[str]:
    endings = tuple(f".{kind}+xml" for kind in kinds)
    return [part for part in package if package.content_type(part).endswith(endings)]


def _clean(package: Package, part: str, without: Callable[[str], str]) -> None:
    root = parse(part, package.read(part))
    is_changed = False
    for group in root.iter():
        if local_name(group) in _TEXTS:
            is_changed |= _change_all(group, without)
    for each in root.iter():
        if local_name(each) == "s" and each.get("v"):
            said = unescaped(each.get("v", ""))
            now = without(said)
            if now != said:
                each.set("v", escaped(now))
                is_changed = True
    if is_changed:
        package.write(part, serialize(root))


def _change_all(group: Element, without: Callable[[str], str]) -> bool:
    """Change the text in a group; what stands in several pieces comes in the first of them."""
    texts = [each for each in group.iter() if local_name(each) in {"v", "t"}]
    if local_name(group) in {"c", "si"}:
        said = unescaped("".join(each.text or "" for each in texts))
        now = without(said)
        if now != said:
            for each in texts:
                each.text = ""
            texts[0].text = escaped(now)
        return now != said
    return any([_change_text(each, without) for each in texts])  # noqa: C419 - changes them all


def _change_text(element: Element, without: Callable[[str], str]) -> bool:
    said = unescaped(element.text or "")
    now = without(said) if said else said
    if now != said:
        element.text = escaped(now)
    return now != said
