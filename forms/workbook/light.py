"""A workbook with only the tabs that matter: to load the rest would cost ten times as much."""

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EMPTY = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData/></worksheet>"
)
# A cell that holds the number of a shared string, and what follows the last of those.
_SHARED = re.compile(
    rb'(<c [^>]*?\bt="s"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>)(\d+)(</v>)', re.DOTALL
)
_ODD_SHARED = re.compile(rb"""\bt='s'|\bt\s+=|\bt=\s""")
_AFTER_STRINGS = re.compile(rb"</sst>|<extLst")
_REFERENCE = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!")


@dataclass(frozen=True)
class Package:
    """What a workbook's own index says: the part of each tab, and the defined names.

    `strings` is the part that holds the text of all tabs; None when each cell holds its own.
    """

    parts: Mapping[str, str]
    names: Mapping[str, str]
    strings: str | None = None

    def tab_of(self, name: str) -> str | None:
        """Return the tab that a defined name leads to; None when it leads nowhere any more."""
        match = _REFERENCE.match(self.names.get(name, ""))
        tab = match and (match[1] or match[2]).replace("''", "'")
        return tab if tab in self.parts else None


def package_of(archive: zipfile.ZipFile) -> Package:
    """Read the index; raises what zipfile and ElementTree raise for a broken file."""
    root = _xml(archive, "_rels/.rels")
    kind = "/officeDocument"
    book = part_at("", next(r.get("Target", "") for r in root if r.get("Type", "").endswith(kind)))
    folder, name = posixpath.split(book)
    relations = _xml(archive, f"{folder}/_rels/{name}.rels")
    targets = {r.get("Id"): part_at(folder, r.get("Target", "")) for r in relations}
    strings = [r.get("Id") for r in relations if r.get("Type", "").endswith("/sharedStrings")]
    index = _xml(archive, book)
    parts = {
        sheet.get("name", ""): targets[sheet.get(f"{_OFFICE}id")]
        for sheet in index.iterfind(f"{_MAIN}sheets/{_MAIN}sheet")
    }
    names = {
        name.get("name", ""): name.text or ""
        for name in index.iterfind(f"{_MAIN}definedNames/{_MAIN}definedName")
        if name.get("localSheetId") is None
    }
    return Package(parts, names, targets[strings[0]] if strings else None)


def part_at(folder: str, target: str) -> str:
    """Return the part that a relation in a folder leads to."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def lightened(archive: zipfile.ZipFile, package: Package, emptied: Collection[str]) -> bytes:
    """Return the workbook with some tabs emptied, and without the text that only they show."""
    parts = {package.parts[tab] for tab in emptied}
    relations = {f"{posixpath.dirname(p)}/_rels/{posixpath.basename(p)}.rels" for p in parts}
    contents = {
        part: _EMPTY if part in parts else archive.read(part)
        for part in archive.namelist()
        if part not in relations
    }
    if package.strings in contents:
        kept = {part for tab, part in package.parts.items() if tab not in emptied}
        _drop_strings(contents, package.strings, kept)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as light:
        for part, content in contents.items():
            light.writestr(part, content)
    return out.getvalue()


def _drop_strings(contents: dict[str, bytes], strings: str, kept: Collection[str]) -> None:
    """Renumber the shared strings that the kept tabs use, and drop the others."""
    if not contents[strings].lstrip(b"\xef\xbb\xbf").lstrip().startswith((b"<?xml", b"<sst")):
        return
    # Nothing else begins so; a pattern for whole strings takes six times as long.
    every = _AFTER_STRINGS.split(contents[strings])[0].split(b"<si")[1:]
    numbers: dict[bytes, int] = {}

    def renumbered(match: re.Match[bytes]) -> bytes:
        return match[1] + b"%d" % numbers.setdefault(match[2], len(numbers)) + match[3]

    written = {part: _SHARED.sub(renumbered, contents[part]) for part in kept}
    counted = sum(content.count(b't="s"') for content in written.values())
    found = sum(len(_SHARED.findall(contents[part])) for part in kept)
    is_odd = any(_ODD_SHARED.search(content) for content in written.values())
    if is_odd or found != counted or any(int(n) >= len(every) for n in numbers):
        return
    contents |= written
    body = b"".join(b"<si" + every[int(number)] for number in numbers)
    head, _, rest = contents[strings].partition(b"<sst")
    attributes = rest.partition(b">")[0].rstrip(b"/")
    contents[strings] = head + b"<sst" + attributes + b">" + body + b"</sst>"


def _xml(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314 - expat refuses entity bombs itself
