"""Reads, from the sections' tabs of an earlier workbook, which remarks people want shown.

Those tabs can hold thousands of remarks, over which openpyxl takes half a second. So cells are
picked out of the XML; a tab that is written otherwise than programs do today, openpyxl reads.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from openpyxl import load_workbook

from forms.report.withheld import CODE
from forms.report.workbook.light import STRING, Package, shared_strings
from forms.text import fold, text_of
from forms.wording import LANGUAGES, wording

_HEADERS = {fold(wording(language)("section.show")) for language in LANGUAGES}
_CELL = re.compile(
    rb'<c r="([A-Z]+)(\d+)"([^>]*)>(?:<v>([^<]*)</v>|<is><t(?: [^>]*)?>([^<]*)</t></is>)?'
)
_TEXT = re.compile(rb"<t(?: [^>]*)?>([^<]*)</t>")
_HAS_CODE = re.compile(rb">r[0-9a-f]{10}<")


def words_beside_remarks(
    content: bytes, archive: zipfile.ZipFile, package: Package, state_tab: str | None
) -> dict[str, str]:
    """Return, by a remark's code, what stands in the cell that asks whether to show it."""
    part = shared_strings(archive.namelist())
    strings = archive.read(part) if part else b""
    picker = _Picker(STRING.findall(strings))
    found: dict[str, str] = {}
    unread = []
    for tab, part_of_tab in package.parts.items():
        xml = archive.read(part_of_tab) if tab != state_tab else b""
        picked = picker.pick(xml)
        if picked is None and (_HAS_CODE.search(xml) or _HAS_CODE.search(strings)):
            unread.append(tab)
        found |= picked or {}
    return found | dict(_streamed(content, unread) if unread else ())


class _Picker:
    """Knows the shared strings that are codes, and those that are the header."""

    def __init__(self, strings: Sequence[bytes]) -> None:
        self.strings = strings
        self.codes: dict[bytes, str] = {}
        self.headers: set[bytes] = set()
        for index, string in enumerate(strings):
            text = _plain(string)
            if CODE.fullmatch(text):
                self.codes[b"%d" % index] = text
            elif fold(text) in _HEADERS:
                self.headers.add(b"%d" % index)

    def pick(self, xml: bytes) -> dict[str, str] | None:
        """Return the words by code; None when this is no tab with remarks, or not to be read."""
        codes: dict[bytes, str] = {}
        column = None
        cells = _CELL.findall(xml)
        for letters, row, attributes, value, inline in cells:
            is_shared = b't="s"' in attributes
            if (is_shared and value in self.headers) or (inline and _is_header(inline)):
                column = letters
            elif is_shared and value in self.codes:
                codes[row] = self.codes[value]
            elif inline and CODE.fullmatch(inline.decode()):
                codes[row] = inline.decode()
        if column is None or not codes:
            return None
        words = {
            row: self._text(attributes, value, inline)
            for letters, row, attributes, value, inline in cells
            if letters == column and row in codes
        }
        return {code: words.get(row, "") for row, code in codes.items()}

    def _text(self, attributes: bytes, value: bytes, inline: bytes) -> str:
        if b't="s"' in attributes:
            return _plain(self.strings[int(value)])
        if b't="b"' in attributes:
            return "true" if value == b"1" else "no"
        return unescape((inline or value).decode())


def _plain(string: bytes) -> str:
    return unescape(b"".join(_TEXT.findall(string)).decode())


def _is_header(text: bytes) -> bool:
    return len(text) < 20 and fold(unescape(text.decode())) in _HEADERS  # noqa: PLR2004


def _streamed(content: bytes, tabs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Read tabs by openpyxl: where the header has another name, the word is left of the code."""
    workbook: Any = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    for tab in tabs:
        column = None
        for row in workbook[tab].iter_rows(values_only=True):
            cells = [text_of(cell) for cell in row]
            titles = [i for i, cell in enumerate(cells) if fold(cell) in _HEADERS]
            column = titles[0] if titles else column
            for index, cell in enumerate(cells):
                if CODE.fullmatch(cell):
                    yield cell, cells[index - 1 if column is None else column]
