"""Comments as today's Excel makes them: conversations, which older programs show as a notice."""

import posixpath
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl.comments import Comment

from forms.workbook.light import Package, part_at

_THREADS = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"


def threads(archive: zipfile.ZipFile, package: Package) -> dict[str, dict[str, str]]:
    """Return, by tab and cell, every conversation as text: a line per person who spoke."""
    names: dict[str | None, str] = {}
    for part in archive.namelist():
        if part.startswith("xl/persons/"):
            people = ET.fromstring(archive.read(part))  # noqa: S314 - expat refuses entity bombs
            names |= {p.get("id"): p.get("displayName", "") for p in people}
    found: dict[str, dict[str, str]] = {}
    for tab, part in package.parts.items():
        for target in related(archive, part, "/threadedComment"):
            spoken = ET.fromstring(archive.read(target))  # noqa: S314 - as above
            cells = found.setdefault(tab, {})
            for said in spoken.iter(f"{_THREADS}threadedComment"):
                who = names.get(said.get("personId")) or ""
                line = f"{who} ({said.get('dT', '')[:10]}): {said.findtext(f'{_THREADS}text', '')}"
                cell = said.get("ref", "")
                cells[cell] = "\n".join(filter(None, [cells.get(cell), line]))
    return found


def put_back(workbook: Any, found: dict[str, dict[str, str]]) -> None:
    """Replace the notice that stands in a conversation's place by what was said."""
    for tab, cells in found.items():
        for place, text in cells.items():
            if workbook[tab][place].comment:
                workbook[tab][place].comment = Comment(text, "vinkje")


def related(archive: zipfile.ZipFile, part: str, kind: str) -> list[str]:
    """Return the parts that a tab refers to, of one kind."""
    folder, name = posixpath.split(part)
    index = f"{folder}/_rels/{name}.rels"
    if index not in archive.namelist():
        return []
    return [
        part_at(folder, relation.get("Target", ""))
        for relation in ET.fromstring(archive.read(index))  # noqa: S314 - as above
        if relation.get("Type", "").endswith(kind)
    ]
