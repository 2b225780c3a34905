"""The texts that cells share: the part `sharedStrings`."""

from typing import IO
from xml.parsers import expat

from forms.excel.markup import parsed
from forms.excel.values import unescaped


def shared_strings(part: str, file: IO[bytes]) -> list[str]:
    """Return the texts in the order that cells count them; raises ExcelError.

    The pieces of a formatted text are joined; how it sounds in Japanese is no part of it.
    """
    strings: list[str] = []

    def attach(parser: expat.XMLParserType, prefix: str) -> None:
        _attach(parser, prefix, strings)

    for _ in parsed(part, file, attach):
        pass
    return strings


def _attach(parser: expat.XMLParserType, prefix: str, strings: list[str]) -> None:
    """Have a parser add each text to a list, once it ends."""
    item, text, phonetic = f"{prefix}si", f"{prefix}t", f"{prefix}rPh"
    pieces: list[str] = []
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
