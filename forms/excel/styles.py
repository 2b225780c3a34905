"""The formats of cells: those of another workbook added, none of the file's own moved.

Cells name a format by its number, so what is there keeps its place, and what is there already is
used again: a file that is written every week does not grow.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from forms.excel.tree import Element, M, insert_in_order, is_true, parse, serialize

# The first number that a file may give to a number format of its own.
_FIRST_FORMAT = 164
# As the schema orders them (ECMA-376 Part 1, CT_Stylesheet).
_GROUPS = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"),
    *("tableStyles", "colors", "extLst"),
)
_LOOKS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_Key = tuple[object, ...]


@dataclass(frozen=True)
class Adopted:
    """Where the formats of another workbook are now, by their number there.

    Those of cells are in `cellXfs`, those of rules in `dxfs`.
    """

    cells: Mapping[int, int]
    rules: Mapping[int, int]


class Styles:
    """The styles part of a workbook, and what was added to it."""

    def __init__(self, part: str, content: bytes) -> None:
        """Parse the part; raises ExcelError."""
        self._root, self._content = parse(part, content), content
        self._places: dict[str, dict[_Key, int]] = {}
        self._is_changed = False

    @property
    def content(self) -> bytes:
        """Return the part; byte for byte as it was when nothing was added."""
        return serialize(self._root) if self._is_changed else self._content

    def adopt(self, part: str, content: bytes) -> Adopted:
        """Add the formats of another workbook's styles part; named ones are known by their name.

        Raises ExcelError for a part that cannot be parsed.
        """
        other = parse(part, content)
        codes = {
            element.get("numFmtId", ""): self._number_format(element.get("formatCode", ""))
            for element in _group(other, "numFmts")
        }
        places = {
            attribute: [self._place(group, element) for element in _group(other, group)]
            for attribute, group in _LOOKS.items()
        }

        def renumbered(xf: Element) -> Element:
            copied = deepcopy(xf)
            for attribute, now in places.items():
                copied.set(attribute, str(now[int(xf.get(attribute, "0"))]))
            code = xf.get("numFmtId", "0")
            copied.set("numFmtId", codes.get(code, code))
            return copied

        named = self._adopt_named(other, renumbered)
        cells = {}
        for number, xf in enumerate(_group(other, "cellXfs")):
            copied = renumbered(xf)
            copied.set("xfId", str(named.get(int(xf.get("xfId", "0")), 0)))
            cells[number] = self._place("cellXfs", copied)
        rules = {n: self._place("dxfs", dxf) for n, dxf in enumerate(_group(other, "dxfs"))}
        return Adopted(cells, rules)

    def with_number_format(self, number: int, code: str) -> int:
        """Return a cell's format like another, for numbers that are written in another way."""
        return self._derived(number, numFmtId=self._number_format(code), applyNumberFormat="1")

    def with_numbers_of(self, number: int, other: int) -> int:
        """Return a cell's format like another, with numbers written as in a third."""
        ours, theirs = (self._all("cellXfs")[n].get("numFmtId", "0") for n in (other, number))
        if ours == theirs:
            return number
        return self._derived(number, numFmtId=ours, applyNumberFormat="1")

    def with_prefix(self, number: int, *, is_prefixed: bool) -> int:
        """Return a cell's format like another that keeps text, once edited, from being run."""
        if self.has_prefix(number) == is_prefixed:
            return number
        return self._derived(number, quotePrefix=str(int(is_prefixed)))

    def has_prefix(self, number: int) -> bool:
        """Say whether a cell's format keeps text, once edited, from being run."""
        return is_true(self._all("cellXfs")[number].get("quotePrefix"))

    def _derived(self, number: int, **attributes: str) -> int:
        xf = deepcopy(self._all("cellXfs")[number])
        for name, value in attributes.items():
            xf.set(name, value)
        return self._place("cellXfs", xf)

    def _adopt_named(
        self, other: Element, renumbered: Callable[[Element], Element]
    ) -> dict[int, int]:
        """Return where the named formats are now; of one with a known name, the file's own."""
        known = {s.get("name", ""): int(s.get("xfId", "0")) for s in self._all("cellStyles")}
        formats = _group(other, "cellStyleXfs")
        numbers = {}
        for style in _group(other, "cellStyles"):
            number, name = int(style.get("xfId", "0")), style.get("name", "")
            if name not in known:
                known[name] = len(self._all("cellStyleXfs"))
                self._append("cellStyleXfs", renumbered(formats[number]))
                copied = deepcopy(style)
                copied.set("xfId", str(known[name]))
                self._append("cellStyles", copied)
            numbers[number] = known[name]
        return numbers

    def _number_format(self, code: str) -> str:
        """Return the number of a way to write numbers, added where the file has it not."""
        formats = self._all("numFmts")
        for element in formats:
            if element.get("formatCode") == code:
                return element.get("numFmtId", "")
        last = max((int(element.get("numFmtId", "0")) for element in formats), default=0)
        new = self._root.makeelement(f"{M}numFmt")
        number = str(max(_FIRST_FORMAT, last + 1))
        new.set("numFmtId", number)
        new.set("formatCode", code)
        self._append("numFmts", new)
        return number

    def _place(self, group: str, element: Element) -> int:
        """Return where an element like this stands in a group, added where there is none."""
        if group not in self._places:
            places = self._places[group] = {}
            for number, other in enumerate(self._all(group)):
                places.setdefault(_key(other), number)
        places, key = self._places[group], _key(element)
        if key not in places:
            places[key] = len(self._all(group))
            self._append(group, deepcopy(element))
        return places[key]

    def _append(self, name: str, element: Element) -> None:
        group = self._root.find(f"{M}{name}")
        if group is None:
            group = self._root.makeelement(f"{M}{name}")
            insert_in_order(self._root, group, _GROUPS[_GROUPS.index(name) + 1 :])
        group.append(element)
        group.set("count", str(len(group)))
        self._is_changed = True

    def _all(self, name: str) -> list[Element]:
        return _group(self._root, name)


def _group(root: Element, name: str) -> list[Element]:
    group = root.find(f"{M}{name}")
    # A comment in the XML is no format; lxml gives it a function for its tag.
    return [] if group is None else [element for element in group if isinstance(element.tag, str)]


def _key(element: Element) -> _Key:
    """Return what two elements that mean the same have in common."""
    text = (element.text or "").strip()
    return (element.tag, text, *sorted(element.attrib.items()), *map(_key, element))
