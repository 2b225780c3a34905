"""A package: the parts in a zip file, and how one refers to another."""

import io
import posixpath
import zipfile
from dataclasses import dataclass
from typing import IO

from forms.excel.markup import Element, ExcelError, elements


@dataclass(frozen=True)
class Relation:
    """From one part to another: `kind` is the last word of its type, such as `worksheet`."""

    id: str
    kind: str
    part: str


class Package:
    """The parts of one file; their names differ by more than case."""

    def __init__(self, content: bytes) -> None:
        """Open a file, given whole; raises ExcelError for what is no zip file."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise ExcelError(f"the zip file: {error}") from None
        self._entries = {entry.filename.lower(): entry for entry in self._archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._entries

    def open(self, part: str) -> IO[bytes]:
        """Return a part to read from; raises ExcelError when it is not there or locked."""
        try:
            return self._archive.open(self._entries[part.lower()])
        except KeyError:
            raise ExcelError(f"{part}: it is missing") from None
        except (zipfile.BadZipFile, RuntimeError, OSError) as error:
            raise ExcelError(f"{part}: {error}") from None

    def elements(self, part: str) -> list[Element]:
        """Return all elements of a small part, the root first; raises ExcelError."""
        with self.open(part) as file:
            return elements(part, file)

    def relations(self, part: str) -> tuple[Relation, ...]:
        """Return what a part refers to in this file; "" stands for the package as a whole."""
        folder, name = posixpath.split(part)
        index = posixpath.join(folder, "_rels", f"{name}.rels")
        if index not in self:
            return ()
        return tuple(
            _relation(folder, element.attributes)
            for element in self.elements(index)
            if element.name == "Relationship" and element.attributes.get("TargetMode") != "External"
        )

    def related(self, part: str, kind: str) -> str | None:
        """Return the first part of a kind that a part refers to."""
        return next((each.part for each in self.relations(part) if each.kind == kind), None)


def _relation(folder: str, attributes: dict[str, str]) -> Relation:
    target = posixpath.join("/", folder, attributes.get("Target", ""))
    return Relation(
        attributes.get("Id", ""),
        attributes.get("Type", "").rpartition("/")[2],
        posixpath.normpath(target).lstrip("/"),
    )
