"""The texts that cells share: the part `sharedStrings`."""

from gettext import gettext
from typing import IO
from xml.parsers import expat

from forms.excel.markup import endless_text, parsed, too_much
from forms.excel.values import unescaped
from forms.language import whole_number

# Of a million rows, two texts in each; of a text, pieces of 8 kB at most.
_MOST_STRINGS, _MOST_PIECES = 2_000_000, 1_000


def shared_strings(part: str, file: IO[bytes]) -> list[str]:
    """Return the texts in the order that cells count them; raises ExcelError.

    The pieces of a formatted text are joined; how it sounds in Japanese is no part of it.
    """
    strings: list[str] = []
    pieces: list[str] = []

    def attach(parser: expat.XMLParserType, prefix: str) -> None:
        _attach(parser, prefix, strings, pieces)

    for _ in parsed(part, file, attach):
        if len(pieces) > _MOST_PIECES:
            raise endless_text(part)
        if len(strings) > _MOST_STRINGS:
            raise too_much(
                part, gettext("over {count} texts").format(count=whole_number(_MOST_STRINGS))
            )
    return strings


def strings_used(part: str, file: IO[bytes]) -> set[int]:
    """Return the numbers of the shared texts that a sheet's cells hold; raises ExcelError."""
    numbers: set[str] = set()
    pieces: list[str] = []

    def attach(parser: expat.XMLParserType, prefix: str) -> None:
        cell, value = f"{prefix}c", f"{prefix}v"
        is_shared = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal is_shared
            if name == cell:
                is_shared = attributes.get("t") == "s"
            pieces.clear()

        def end(name: str) -> None:
            if is_shared and name == value:
                numbers.add("".join(pieces))

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = pieces.append

    for _ in parsed(part, file, attach):
        if len(pieces) > _MOST_PIECES:
            raise endless_text(part)
    return {int(number) for number in numbers if number.strip()}


def _attach(
    parser: expat.XMLParserType, prefix: str, strings: list[str], pieces: list[str]
) -> None:
    """Have a parser add each text to a list, once it ends; `pieces` are of the text at hand."""
    item, text, phonetic = f"{prefix}si", f"{prefix}t", f"{prefix}rPh"
    runs: list[str] = []
    spoken_from = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal spoken_from
        if name == text:
            pieces.clear()
        elif name == item:
            runs.clear()
        elif name == phonetic:
            spoken_from = len(runs)

    def end(name: str) -> None:
        if name == text:
            runs.append("".join(pieces))
        elif name == item:
            strings.append(unescaped("".join(runs)))
        elif name == phonetic:
            del runs[spoken_from:]

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
