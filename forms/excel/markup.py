"""The XML in a workbook's parts, read in pieces; it may come from anybody."""

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, NoReturn
from xml.parsers import expat

_PIECE = 1 << 14
# More than any part has that is no sheet, and lists no texts or formats.
_MOST_ELEMENTS = 200_000
# In how many ways a file can be broken.
FAULTS = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)

# What is set on a parser once its root, and so its prefix for our own elements, is known.
Attach = Callable[[expat.XMLParserType, str], None]


class ExcelError(Exception):
    """A workbook is damaged, or holds what none can; the message begins with the part's name."""


@dataclass(frozen=True)
class Element:
    """An element's own name, that of the one around it, and its attributes without prefixes."""

    name: str
    parent: str
    attributes: dict[str, str]


def parsed(part: str, file: IO[bytes], attach: Attach) -> Iterator[None]:
    """Parse a part, and yield after every piece.

    `attach` gets the parser, and the prefix that the root has: `x:` or nothing. Elements of
    another vocabulary have another one. Raises ExcelError.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype

    def root(name: str, attributes: dict[str, str]) -> None:
        parser.StartElementHandler = None
        attach(parser, name[: -len(local(name))])
        if parser.StartElementHandler:
            parser.StartElementHandler(name, attributes)

    parser.StartElementHandler = root
    try:
        while piece := file.read(_PIECE):
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes no names
            yield
        parser.Parse(b"", True)  # noqa: FBT003
    except ExcelError as error:
        raise type(error)(f"{part}: {error}") from None
    except FAULTS as error:
        raise ExcelError(f"{part}: {error}") from None
    yield


# What a part that is damaged, or that fits no other, can make of the code that reads it.
EXCEL_FAULTS = (ExcelError, ValueError, LookupError, RecursionError)


def fault_text(error: Exception) -> str:
    """Return in words what is wrong with a workbook."""
    if isinstance(error, ExcelError):
        return str(error)
    return f"its parts do not fit together, or one is damaged: {type(error).__name__} {error}"


def elements(part: str, file: IO[bytes], most: int = _MOST_ELEMENTS) -> Iterator[Element]:
    """Yield all elements of a part that is no sheet, the root first.

    Raises ExcelError, also on the way, as soon as there are more than so many.
    """
    found: list[Element] = []
    around: list[str] = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        plain = {local(key): value for key, value in attributes.items()}
        found.append(Element(local(name), around[-1], plain))
        around.append(local(name))

    def attach(parser: expat.XMLParserType, _prefix: str) -> None:
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda _name: around.pop()

    count = 0
    for _ in parsed(part, file, attach):
        count += len(found)
        if count > most:
            raise ExcelError(f"{part}: {too_much(f'over {most:,} elements')}")
        yield from found
        found.clear()


def too_much(amount: str) -> str:
    """Return what is said of a part that holds more than people put in a workbook."""
    return (
        f"it holds {amount}, more than can be read; delete what nobody uses, such as a tab with "
        "data or formats that reach far beyond the cells"
    )


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def _refuse_doctype(*_: object) -> NoReturn:
    # Entities are declared in one: they can swell without end, or name files of ours.
    raise ExcelError("it declares a document type, which no part of a workbook has")
