"""Reads, from the sections' tabs of an earlier workbook, which remarks people want shown.

Those tabs can hold thousands of remarks, over which openpyxl takes a second. So two columns are
picked out of the XML; what is not as programs write it today, openpyxl reads.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from html import unescape
from typing import Any

from openpyxl import load_workbook

from forms.report.withheld import CODE, Said, is_no, is_understood
from forms.text import fold, text_of
from forms.wording import LANGUAGES, wording
from forms.workbook.light import Package

_HEADERS = {fold(wording(language)("section.show")) for language in LANGUAGES}
_BESIDE = {fold(wording(language)("actions.remarks")) for language in LANGUAGES}
_LONGEST_HEADER = 20
_TEXT = re.compile(rb"<t(?: [^>]*)?>([^<]*)</t>")
_VALUE = re.compile(rb"<v(?: [^>]*)?>([^<]*)</v>")
_CODE = re.compile(rb">(r[0-9a-f]{10})<")
# Text is in the cell itself, or the cell holds its number in the table that all tabs share.
_CELL = (
    rb'<c r="%s(\d+)"[^>]*? t="(?:s"[^>]*><v>(\d+)</v>'
    rb'|inlineStr"[^>]*><is><t(?: [^>]*)?>(%s)</t></is>)'
)
_ANY_CELL = re.compile(_CELL % (b"([A-Z]+)", b"[^<]*"))
_MERGED = re.compile(rb"""mergeCell\s+ref=["']([A-Z]+)([0-9]{1,6}):[A-Z]+([0-9]{1,6})["']""")
_UNKNOWN = "?"


def said_beside_remarks(
    content: bytes, archive: zipfile.ZipFile, package: Package, state_tab: str | None
) -> Said:
    """Return what the cells say that ask whether to show a remark."""
    strings = _Strings(archive.read(package.strings) if package.strings else b"")
    said = Said()
    seen: set[bytes] = set()
    tabs = [tab for tab in package.parts if tab != state_tab]
    slow = [t for t in tabs if not strings.pick(archive.read(package.parts[t]), said, seen)]
    if state_tab:
        state = archive.read(package.parts[state_tab])
        seen |= {number for _, _, number, _ in _ANY_CELL.findall(state) if number in strings.codes}
    # Were codes found in no column, then the cells are not where they are looked for.
    if strings.is_odd or seen != strings.codes.keys():
        said, slow = Said(), tabs
    if slow:
        _stream(content, slow, said)
    return said


class _Strings:
    """The text that all tabs share, and which of it are codes; numbers are as in the XML."""

    def __init__(self, xml: bytes) -> None:
        self.each = xml.split(b"<si")[1:]
        self.codes: dict[bytes, str] = {}
        parts = iter(_CODE.split(xml))
        number = -1
        for before, code in zip(parts, parts, strict=False):
            number += before.count(b"<si")
            self.codes[b"%d" % number] = code.decode()
        self.is_odd = b"-1" in self.codes

    def text(self, number: bytes) -> str:
        """Return the text with a number."""
        return unescape(b"".join(_TEXT.findall(self.each[int(number)])).decode())

    def pick(self, xml: bytes, said: Said, seen: set[bytes]) -> bool:
        """Take note of a tab's words; False when it takes more to read it."""
        inline = len(_CODE.findall(xml))
        header, below, column = self._columns(xml)
        if column is None:
            return not inline and header is None
        if header is None:
            return False
        cells = re.findall(_CELL % (column, CODE.pattern.encode()), xml)
        codes = {row: text.decode() for row, _, text in cells if text}
        if inline != len(codes):
            return False
        shared = {row: number for row, number, _ in cells if number in self.codes}
        seen |= set(shared.values())
        codes |= {row: self.codes[number] for row, number in shared.items()}
        said.codes |= set(codes.values())
        merged = _merged(xml)
        for row, word in self._refusals(xml, header):
            area = merged.get((header, row))
            refused = [at for at in codes if int(at) in area] if area else [row]
            if int(row) > below and not codes.keys() >= set(refused):
                # Somebody took the code away; the remark itself still tells.
                return False
            for at in refused:
                if at in codes:
                    said.add(codes[at], word)
        return True

    def _refusals(self, xml: bytes, column: bytes) -> list[tuple[bytes, str]]:
        """Return rows and words where something else than a yes stands."""
        # A cell without anything in it ends at once.
        pattern = rb'<c r="%s(\d+)"([^>]*?(?:/>|>.*?</c>))' % column
        cells = re.findall(pattern, xml, re.DOTALL)
        # There are few that differ.
        words = {cell: self._word(*cell.split(b">", 1)) for cell in {cell for _, cell in cells}}
        refusals = {cell: word for cell, word in words.items() if is_no(word)}
        return [(row, refusals[cell]) for row, cell in cells if cell in refusals]

    def _word(self, attributes: bytes, inside: bytes) -> str:
        value = _VALUE.search(inside)
        if value is None or not value[1]:
            texts = _TEXT.findall(inside)
            # A formula of which nobody knows what it comes to.
            is_unknown = not texts and b"<f" in inside
            return _UNKNOWN if is_unknown else unescape(b"".join(texts).decode())
        if b't="s"' in attributes:
            return self.text(value[1])
        if b't="b"' in attributes:
            return "true" if value[1] == b"1" else "no"
        return unescape(value[1].decode())

    def _columns(self, xml: bytes) -> tuple[bytes | None, int, bytes | None]:
        """Return the column of the words and the row of its header, and the column of the codes.

        In a tab without codes a header is one only beside that of the remarks: those can be
        anything, and stand in other tabs too.
        """
        above: list[tuple[bytes, bytes]] = [(b"", b"0")]
        beside = {b"0"}
        for match in _ANY_CELL.finditer(xml):
            column, row, number, text = match.groups()
            if self._code(number, text):
                # A remark can read as the header does; in the header's row stands no code.
                header, at = [each for each in above if each[1] != row][-1]
                return header or None, int(at), column
            if self._is_one_of(_HEADERS, number, text):
                above.append((column, row))
            if self._is_one_of(_BESIDE, number, text):
                beside.add(row)
        header, at = [each for each in above if each[1] in beside][-1]
        return header or None, int(at), None

    def _code(self, number: bytes | None, text: bytes | None) -> str | None:
        if number:
            return self.codes.get(number)
        code = (text or b"").decode()
        return code if CODE.fullmatch(code) else None

    def _is_one_of(self, headers: set[str], number: bytes | None, text: bytes | None) -> bool:
        said = self.text(number) if number else unescape((text or b"").decode())
        return len(said) < _LONGEST_HEADER and fold(said) in headers


def _merged(xml: bytes) -> dict[tuple[bytes, bytes], range]:
    """Return the rows of each merged cell, by the column and row of what stands in it."""
    return {
        (column, first): range(int(first), int(last) + 1)
        for column, first, last in _MERGED.findall(xml)
    }


def _stream(content: bytes, tabs: Sequence[str], said: Said) -> None:
    """Read tabs by openpyxl, cell by cell."""
    workbook: Any = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    charts = {chart.title for chart in workbook.chartsheets}
    for tab in tabs:
        if tab not in charts:
            rows = workbook[tab].iter_rows(values_only=True)
            _take_note([[text_of(cell) for cell in row] for row in rows], said)


def _take_note(rows: Sequence[Sequence[str]], said: Said) -> None:
    """Take note of the words in the rows of a tab."""
    column, is_sure = None, False
    coded: list[Sequence[str]] = []
    others: list[Sequence[str]] = []
    for cells in rows:
        if any(map(CODE.fullmatch, cells)):
            coded.append(cells)
            continue
        titles = [i for i, cell in enumerate(cells) if fold(cell) in _HEADERS]
        if titles and not coded:
            column, others = titles[-1], []
            is_sure = any(fold(cell) in _BESIDE for cell in cells)
        else:
            others.append(cells)
    if column is not None and (coded or is_sure):
        for cells in [cells for cells in others if is_no(cells[column])]:
            said.texts |= {fold(cell) for cell in cells if cell}
    if column is None:
        column = _most_words(coded)
    for cells in coded:
        # A remark can look like a code; its own code stands to the right of it.
        place = [i for i, cell in enumerate(cells) if CODE.fullmatch(cell)][-1]
        beside = max(0, place - 1) if column is None else column
        said.add(cells[place], cells[beside] if beside < len(cells) else "")


def _most_words(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column that mostly holds a yes or a no: its header has another name."""
    counts = Counter(i for cells in rows for i, cell in enumerate(cells) if is_understood(cell))
    column, count = max(counts.items(), key=lambda each: each[1], default=(None, 0))
    return column if 2 * count > len(rows) else None
