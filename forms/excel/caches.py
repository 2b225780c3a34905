"""The copies of cells that a workbook keeps out of sight: of pivot tables, charts, lost texts.

A remark that is withheld must be in none of them (docs/threats.md, a stolen workbook).
"""

from collections.abc import Callable, Collection
from copy import deepcopy

from forms.excel.book import Book
from forms.excel.package import Package
from forms.excel.references import cell_place
from forms.excel.strings import strings_used
from forms.excel.tree import Element, M, is_true, local_name, serialize
from forms.excel.values import escaped, unescaped

# Where a chart keeps text, and not figures.
_TEXTS = ("strCache", "strLit", "multiLvlStrCache", "rich")
_PIECES = ("v", "t")


def refresh_pivots(package: Package, sources: Collection[str]) -> None:
    """Have Excel look again at what pivot tables take from some tabs, Tables or names."""
    known = {source.casefold() for source in sources if source}
    for part in _parts(package, "pivotCacheDefinition"):
        root = package.tree(part)
        if is_true(root.get("refreshOnLoad")):
            continue
        named = {
            element.get(key, "").casefold()
            for element in root.iter()
            if local_name(element) == "worksheetSource"
            for key in ("name", "sheet")
        }
        if named & known:
            root.set("refreshOnLoad", "1")
            package.write_tree(part, root)


def clean_copies(package: Package, without: Callable[[str], str]) -> None:
    """Change text in the copies that pivot tables, slicers and charts keep."""
    for part in _parts(package, "pivotCacheDefinition", "pivotCacheRecords"):
        _clean(package, part, without)
    for part in [name for name in package if name.lower().startswith("xl/charts/")]:
        if part.lower().endswith(".xml"):
            _clean(package, part, without)


def clean_cells(book: Book, tab: str, without: Callable[[str], str], column: int = 0) -> None:
    """Change text in the cells of a tab, or of one of its columns, from 1.

    What is changed is shared with no other cell any more.
    """
    package, part = book.package, book.part_of(tab)
    strings = book.related("sharedStrings")
    shared = list(package.tree(strings).iter(f"{M}si")) if strings else []
    root = package.tree(part)
    for cell in root.iter(f"{M}c"):
        if column and cell_place(cell.get("r", ""))[0] != column:
            continue
        kind, value = cell.get("t", "n"), cell.find(f"{M}v")
        if kind == "s" and value is not None and value.text:
            text = deepcopy(shared[int(value.text)])
            if _change_whole(text, without):
                text.tag = f"{M}is"
                cell.set("t", "inlineStr")
                cell.replace(value, text)
        elif kind in {"str", "inlineStr"}:
            _change_whole(cell, without)
    package.write_tree(part, root)


def blank_lost_texts(book: Book) -> None:
    """Empty the shared texts that no cell shows any more; the others keep their number.

    Excel would leave them out by itself, but only once somebody saves the file.
    """
    part = book.related("sharedStrings")
    if not part:
        return
    used = _used(book)
    root = book.package.tree(part)
    lost = [
        text
        for number, text in enumerate(root.iter(f"{M}si"))
        if number not in used and "".join(text.itertext())
    ]
    for text in lost:
        text[:] = [text.makeelement(f"{M}t")]
    if lost:
        book.package.write(part, serialize(root))


def _used(book: Book) -> set[int]:
    """Return the numbers of the shared texts that cells show."""
    numbers: set[int] = set()
    for part in filter(None, map(book.part_of, book.tabs)):
        with book.package.open(part) as file:
            numbers |= strings_used(part, file)
    return numbers


def _parts(package: Package, *kinds: str) -> list[str]:
    endings = tuple(f".{kind}+xml" for kind in kinds)
    return [part for part in package if package.content_type(part).endswith(endings)]


def _clean(package: Package, part: str, without: Callable[[str], str]) -> None:
    root = package.tree(part)
    for element in root.iter():
        name = local_name(element)
        if name in _TEXTS:
            for text in element.iter():
                if local_name(text) in _PIECES and text.text:
                    text.text = _changed(text.text, without)
        elif name == "s" and element.get("v"):
            element.set("v", _changed(element.get("v", ""), without))
    package.write_tree(part, root)


def _change_whole(holder: Element, without: Callable[[str], str]) -> bool:
    """Change a text that may stand in several pieces; it comes in the first of them."""
    pieces = [element for element in holder.iter() if local_name(element) in _PIECES]
    before = "".join(piece.text or "" for piece in pieces)
    now = _changed(before, without)
    if now != before:
        for piece in pieces:
            piece.text = ""
        pieces[0].text = now
    return now != before


def _changed(text: str, without: Callable[[str], str]) -> str:
    """Return a text as a file holds it, changed; one that needs none as it is written."""
    before = unescaped(text)
    now = without(before)
    return text if now == before else escaped(now)
