"""Puts vinkje's other tabs into people's workbook, each in the place of the one before it.

Formulas, slicers and links go by a tab's name, place or number, so a tab keeps all three.
"""

from collections.abc import Mapping

from forms.excel.book import Book
from forms.excel.package import Package, Relation
from forms.excel.styles import Adopted
from forms.excel.tree import Element, R, is_true, local_name
from forms.workbook.build import Fresh

_EMPTY = b""


class FreshParts:
    """Copies parts of a fresh workbook, in the formats of another one."""

    def __init__(self, fresh: Fresh, book: Book, formats: Adopted) -> None:
        self._new, self._book = fresh.package, book
        self._package: Package = book.package
        self._formats = formats
        self._fresh_book = Book(fresh.package)

    def replace(self, tab: str, old: str) -> None:
        """Put a fresh tab where another of vinkje's stands; it keeps that one's name and place."""
        part = self._book.part_of(old)
        is_selected = _is_selected(self._package.tree(part))
        self._write(self._fresh_book.part_of(tab), part, is_selected=is_selected)

    def add(self, tab: str, at: int) -> None:
        """Put a fresh tab before the one that is number `at`, from 0."""
        part = self._book.add(tab, at, _EMPTY)
        self._write(self._fresh_book.part_of(tab), part, is_selected=False)

    def _write(self, source: str, part: str, *, is_selected: bool | None = None) -> None:
        """Write a part, and what it refers to: in the parts that the former one had, where alike.

        So a report that is made again gives the same bytes.
        """
        former = list(self._package.relations(part))
        ids: dict[str, str] = {}
        for relation in self._new.relations(source):
            again = next(
                (candidate for candidate in former if self._is_alike(candidate, relation)), None
            )
            if again is None:
                name = self._package.free_name(_pattern(relation.part))
                kind = self._new.content_type(relation.part)
                self._package.add(name, _EMPTY, kind)
                ids[relation.id] = self._package.relate(part, relation.type, name)
                self._write(relation.part, name)
            else:
                former.remove(again)
                ids[relation.id] = again.id
                self._write(relation.part, again.part)
        self._package.unrelate(part, {relation.id for relation in former})
        for relation in former:
            if relation.part in self._package and not self._package.is_referred_to(relation.part):
                self._package.drop(relation.part)
        # What needs no change stays as it was written, byte for byte.
        self._package.write(part, self._new.read(source))
        self._package.write_tree(part, self._adapted(source, ids, is_selected=is_selected))

    def _is_alike(self, former: Relation, new: Relation) -> bool:
        """Say whether a former part can be written over: it is of the same kind, and ours alone."""
        is_there = former.part in self._package and former.type == new.type
        return is_there and self._package.times_referred_to(former.part) == 1

    def _adapted(self, source: str, ids: Mapping[str, str], *, is_selected: bool | None) -> Element:
        """Return a fresh part with the relations and formats that it has here."""
        root = self._new.tree(source)
        for element in root.iter():
            for name, value in element.attrib.items():
                element.set(name, self._renumbered(element, str(name), str(value), ids))
        if is_selected is not None:
            _select(root, is_selected=is_selected)
        return root

    def _renumbered(self, element: Element, name: str, value: str, ids: Mapping[str, str]) -> str:
        if name.startswith(R):
            return ids.get(value, value)
        holder = local_name(element)
        if (holder, name) in {("c", "s"), ("row", "s"), ("col", "style")}:
            return str(self._formats.cells[int(value)])
        if (holder, name) == ("cfRule", "dxfId"):
            return str(self._formats.rules[int(value)])
        return value


def _pattern(part: str) -> str:
    stem, _, ending = part.rpartition(".")
    return stem.rstrip("0123456789") + "{}." + ending


def _is_selected(root: Element) -> bool:
    return any(is_true(view.get("tabSelected")) for view in _views(root))


def _select(root: Element, *, is_selected: bool) -> None:
    """Let a tab be among those in view, or not: two of them would both get what is typed."""
    if _is_selected(root) == is_selected:
        return
    for view in _views(root):
        if is_selected:
            view.set("tabSelected", "1")
        else:
            view.attrib.pop("tabSelected", None)


def _views(root: Element) -> list[Element]:
    return [element for element in root.iter() if local_name(element) == "sheetView"]
