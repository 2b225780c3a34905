"""A package: the parts in a zip file, and how one refers to another (ECMA-376 Part 2).

What is not asked for is never unpacked, and what is not written stays byte for byte.
"""

import io
import posixpath
import shutil
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from gettext import gettext
from itertools import count
from typing import IO

from forms.excel.markup import FAULTS, Element, ExcelError, elements, too_much
from forms.excel.tree import Element as TreeElement
from forms.excel.tree import parse, serialize
from forms.language import whole_number
from forms.unpacking import size_fault

_PKG = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_INDEX = "[Content_Types].xml"
_NO_RELATIONS = f'<Relationships xmlns="{_PKG[1:-1]}"/>'.encode()
# The most, in bytes, that a part may hold to be looked at whole; larger ones are streamed.
_MOST_WHOLE = 150_000_000


@dataclass(frozen=True)
class Relation:
    """From one part to another, or to an address outside.

    `kind` is the last word of its type, such as `worksheet`. One that leads outside has an address
    as its `target`, and no `part`.
    """

    id: str
    type: str
    part: str
    target: str = ""

    @property
    def kind(self) -> str:
        """Return what the other part is to this one."""
        return self.type.rpartition("/")[2]


class Package:
    """The parts of one file; their names differ by more than case, as ECMA-376 Part 2 has it."""

    def __init__(self, content: bytes) -> None:
        """Open a file, given whole; raises ExcelError for what is no zip file, or far too much."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise ExcelError(gettext("the zip file"), str(error)) from None
        if fault := size_fault(self._archive):
            raise ExcelError(gettext("the zip file"), fault)
        entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
        self._entries = {entry.filename.lower(): entry for entry in entries}
        self._names = {key: entry.filename for key, entry in self._entries.items()}
        self._written: dict[str, bytes] = {}
        self._small: dict[str, list[Element]] = {}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def __iter__(self) -> Iterator[str]:
        """Yield the names of all parts, in the file's order."""
        return iter(list(self._names.values()))

    def open(self, part: str) -> IO[bytes]:
        """Return a part to read from; raises ExcelError when it is not there or locked."""
        if (key := part.lower()) in self._written:
            return io.BytesIO(self._written[key])
        try:
            return self._archive.open(self._entries[key])
        except KeyError:
            name = part or gettext("the part with the workbook's tabs or formats")
            raise ExcelError(name, gettext("it is missing")) from None
        except FAULTS as error:
            raise ExcelError(part, str(error)) from None

    def read(self, part: str) -> bytes:
        """Return a part; raises ExcelError, also for one that is too large to be held."""
        if self._size(part) > _MOST_WHOLE:
            size = self._size(part) // 1_000_000
            raise too_much(part, gettext("{size} MB").format(size=whole_number(size)))
        try:
            with self.open(part) as file:
                return file.read()
        except FAULTS as error:
            raise ExcelError(part, str(error)) from None

    def elements(self, part: str) -> list[Element]:
        """Return all elements of a small part, the root first; raises ExcelError."""
        if (key := part.lower()) not in self._small:
            with self.open(part) as file:
                self._small[key] = list(elements(part, file))
        return self._small[key]

    def relations(self, part: str) -> tuple[Relation, ...]:
        """Return what a part refers to; "" stands for the package as a whole."""
        index = _index_of(part)
        if index not in self:
            return ()
        folder = posixpath.dirname(part)
        return tuple(
            _relation(folder, element.attributes)
            for element in self.elements(index)
            if element.name == "Relationship"
        )

    def related(self, part: str, *kinds: str) -> tuple[str, ...]:
        """Return the parts of some kinds that a part refers to, in their order."""
        relations = (relation for relation in self.relations(part) if relation.kind in kinds)
        return tuple(relation.part for relation in relations if relation.part)

    def write(self, part: str, content: bytes) -> None:
        """Put content in a part that is there."""
        self._written[part.lower()] = content
        self._small.pop(part.lower(), None)

    def tree(self, part: str) -> TreeElement:
        """Return a part as a tree to edit; raises ExcelError."""
        return parse(part, self.read(part))

    def write_tree(self, part: str, root: TreeElement) -> None:
        """Put an edited tree in its part; where nothing was changed, that stays byte for byte."""
        content = serialize(root)
        if content != serialize(self.tree(part)):
            self.write(part, content)

    def add(self, part: str, content: bytes, content_type: str) -> None:
        """Add a part."""
        self._names[part.lower()] = part
        self.write(part, content)
        root = self.tree(_INDEX)
        override = root.makeelement(f"{_TYPES}Override")
        override.set("PartName", f"/{part}")
        override.set("ContentType", content_type)
        root.append(override)
        self.write(_INDEX, serialize(root))

    def drop(self, part: str) -> None:
        """Take a part out, with what it alone refers to; one that is not there is out already."""
        below = [relation.part for relation in self.relations(part) if relation.part]
        for key in (part.lower(), _index_of(part).lower()):
            for known in (self._names, self._entries, self._written, self._small):
                known.pop(key, None)
        root = self.tree(_INDEX)
        for override in [e for e in root if e.get("PartName", "").lower() == f"/{part}".lower()]:
            root.remove(override)
        self.write(_INDEX, serialize(root))
        for other in below:
            if other in self and not self.is_referred_to(other):
                self.drop(other)

    def is_referred_to(self, part: str) -> bool:
        """Say whether any part refers to this one."""
        return self.times_referred_to(part) > 0

    def times_referred_to(self, part: str) -> int:
        """Return how often parts refer to this one."""
        indexes = [name for name in self if name.lower().endswith(".rels")]
        return sum(
            part.lower() == relation.part.lower() for i in indexes for relation in self._in_index(i)
        )

    def relate(self, part: str, relation_type: str, target: str) -> str:
        """Let a part refer to another; returns the relation's id."""
        index = _index_of(part)
        root = parse(index, self.read(index) if index in self else _NO_RELATIONS)
        self._names.setdefault(index.lower(), index)
        taken = {relation.get("Id") for relation in root}
        name = next(f"rId{n}" for n in count(1) if f"rId{n}" not in taken)
        relation = root.makeelement(f"{_PKG}Relationship")
        # From the root, so that it holds in whatever folder the part lies.
        for key, value in (("Id", name), ("Type", relation_type), ("Target", f"/{target}")):
            relation.set(key, value)
        root.append(relation)
        self.write(index, serialize(root))
        return name

    def unrelate(self, part: str, ids: Collection[str]) -> None:
        """Take relations of a part out."""
        index = _index_of(part)
        if not ids or index not in self:
            return
        root = self.tree(index)
        for relation in [element for element in root if element.get("Id") in ids]:
            root.remove(relation)
        self.write(index, serialize(root))

    def content_type(self, part: str) -> str:
        """Return what a part holds, by its own name, else by its ending."""
        ending = part.rpartition(".")[2].lower()
        types = [element.attributes for element in self.elements(_INDEX)]
        named = [e for e in types if e.get("PartName", "").lower() == f"/{part}".lower()]
        by_ending = [e for e in types if e.get("Extension", "").lower() == ending]
        return next((e.get("ContentType", "") for e in (*named, *by_ending)), "")

    def know_ending(self, ending: str, content_type: str) -> None:
        """Say what parts with an ending hold, where the file does not yet."""
        root = self.tree(_INDEX)
        if any(element.get("Extension", "").lower() == ending for element in root):
            return
        default = root.makeelement(f"{_TYPES}Default")
        default.set("Extension", ending)
        default.set("ContentType", content_type)
        root.insert(0, default)
        self.write(_INDEX, serialize(root))

    def free_name(self, pattern: str) -> str:
        """Return a part's name that is not taken, such as of `xl/drawings/drawing{}.xml`."""
        return next(name for n in count(1) if (name := pattern.format(n)) not in self)

    def saved(self) -> bytes:
        """Return the file; the same parts give the same bytes.

        Raises ExcelError for a part that was damaged all along.
        """
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in self:
                # Dated 1980 unless told otherwise: when it was written changes no byte.
                entry = zipfile.ZipInfo(name)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.file_size = self._size(name)
                try:
                    with self.open(name) as part, archive.open(entry, "w") as to:
                        shutil.copyfileobj(part, to)
                except FAULTS as error:
                    raise ExcelError(name, str(error)) from None
        return out.getvalue()

    def _size(self, part: str) -> int:
        """Return how many bytes a part holds; 0 where it is missing."""
        if (key := part.lower()) in self._written:
            return len(self._written[key])
        return self._entries[key].file_size if key in self._entries else 0

    def _in_index(self, index: str) -> Iterator[Relation]:
        folder, _, name = index.rpartition("_rels/")
        yield from self.relations(folder + name.removesuffix(".rels"))


def _index_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relation(folder: str, attributes: dict[str, str]) -> Relation:
    target = attributes.get("Target", "")
    is_outside = attributes.get("TargetMode") == "External"
    # `..` ends at the root: no name leads out of the package, to a file of whoever reads it.
    part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    id_and_type = attributes.get("Id", ""), attributes.get("Type", "")
    return Relation(*id_and_type, "", target) if is_outside else Relation(*id_and_type, part)
