"""Which remarks people want shown: the words beside them, on the sections' tabs of a workbook."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from forms.analysis.withheld import CODE, RemarkChoices, is_no, is_understood
from forms.excel.tree import UTF_16
from forms.text import normalize
from forms.wording import LANGUAGES, wording

_HEADERS = {normalize(wording(language)("section.show")) for language in LANGUAGES}
_HEADED = tuple(header.encode() for header in _HEADERS)
_CODED = re.compile(CODE.pattern.encode())
_NUMBER = re.compile(rb">\s*([0-9]+)\s*<")
# Codes and our header are shorter; what people call it else is known by the codes beside it.
_LONGEST = 20
_BESIDE = {normalize(wording(language)("actions.remarks")) for language in LANGUAGES}


def may_ask(cells: Iterable[object]) -> bool:
    """Say whether a tab can ask about remarks: it holds a code, or the header of that column."""
    return any(
        isinstance(cell, str)
        and len(cell) < _LONGEST
        and (CODE.fullmatch(cell) or normalize(cell) in _HEADERS)
        for cell in cells
    )


def may_ask_in(content: bytes, strings: Sequence[str]) -> bool:
    """Say whether a sheet's part can ask about remarks, without reading it cell by cell.

    It can where it holds a code or that header itself, or the number of a shared text that is one.
    """
    if content[:2] in UTF_16:
        return True
    if _CODED.search(content) or any(header in content.lower() for header in _HEADED):
        return True
    numbers = {b"%d" % number for number, text in enumerate(strings) if may_ask([text])}
    return bool(numbers) and any(match[1] in numbers for match in _NUMBER.finditer(content))


def note_choices(rows: Sequence[Sequence[str]], choices: RemarkChoices) -> None:
    """Take note of the words in the rows of a tab, top to bottom."""
    column, is_sure = None, False
    coded: list[Sequence[str]] = []
    others: list[Sequence[str]] = []
    for cells in rows:
        if any(map(CODE.fullmatch, cells)):
            coded.append(cells)
            continue
        titles = [i for i, cell in enumerate(cells) if normalize(cell) in _HEADERS]
        if titles and not coded:
            column, others = titles[-1], []
            # In a tab without codes a header is one only beside that of the remarks: those can be
            # anything, and stand in other tabs too.
            is_sure = any(normalize(cell) in _BESIDE for cell in cells)
        else:
            others.append(cells)
    if column is not None and (coded or is_sure):
        for cells in others:
            if column < len(cells) and is_no(cells[column]):
                # Somebody took the code away; the remark itself still tells.
                choices.texts |= {normalize(cell) for cell in cells if cell}
    if column is None:
        column = _most_words(coded)
    for cells in coded:
        # A remark can look like a code; its own code stands to the right of it.
        place = [i for i, cell in enumerate(cells) if CODE.fullmatch(cell)][-1]
        beside = max(0, place - 1) if column is None else column
        word = cells[beside] if beside < len(cells) else ""
        choices.add(cells[place], word)
        if is_no(word):
            # Nobody sees the code, and may sort without it: what stands beside the word counts too.
            choices.texts.add(normalize(max((*cells[:beside], ""), key=len)))


def _most_words(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column that mostly holds a yes or a no: its header has another name."""
    counts = Counter(i for cells in rows for i, cell in enumerate(cells) if is_understood(cell))
    column, count = max(counts.items(), key=lambda pair: pair[1], default=(None, 0))
    return column if 2 * count > len(rows) else None
