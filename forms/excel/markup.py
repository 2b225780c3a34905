"""The XML in a workbook's parts, read in pieces; it may come from anybody."""

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from gettext import gettext
from typing import IO, NoReturn
from xml.parsers import expat

from forms.errors import FormsError
from forms.language import whole_number

# Bytes that are parsed at a time.
_PIECE = 1 << 14
# More than any part has that is no sheet, and lists no texts or formats.
_MOST_ELEMENTS = 200_000
# In how many ways a file can be broken. RuntimeError is zipfile's for an entry with a password, or
# packed in a way that it does not know.
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


class ExcelError(FormsError):
    """A workbook is damaged, or holds what none can; its place is the name of the part."""


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
        raise type(error)(part, error.problem, error.remedy) from None
    except FAULTS as error:
        raise ExcelError(part, str(error)) from None
    yield


# What a part that is damaged, or that fits no other, can make of the code that reads it.
EXCEL_FAULTS = (ExcelError, ValueError, LookupError, RecursionError)


def fault_text(error: Exception) -> str:
    """Return in words what is wrong with a workbook."""
    if isinstance(error, ExcelError):
        return str(error)
    problem = gettext("its parts do not fit together, or one is damaged: {reason}")
    return problem.format(reason=f"{type(error).__name__} {error}")


def elements(part: str, file: IO[bytes], most: int = _MOST_ELEMENTS) -> Iterator[Element]:
    """Yield all elements of a part that is no sheet, the root first.

    Raises ExcelError, also on the way, as soon as there are more than so many.
    """
    batch: list[Element] = []
    around: list[str] = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        plain = {local(key): value for key, value in attributes.items()}
        batch.append(Element(local(name), around[-1], plain))
        around.append(local(name))

    def attach(parser: expat.XMLParserType, _prefix: str) -> None:
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda _name: around.pop()

    count = 0
    for _ in parsed(part, file, attach):
        count += len(batch)
        if count > most:
            raise too_much(part, gettext("over {count} elements").format(count=whole_number(most)))
        yield from batch
        batch.clear()


def too_much(part: str, amount: str) -> ExcelError:
    """Return the fault of a part that holds more than people put in a workbook."""
    return ExcelError(
        part,
        gettext("it holds {amount}, more than can be read").format(amount=amount),
        gettext(
            "delete what nobody uses, such as a tab with data or formats that reach far beyond the "
            "cells"
        ),
    )


def endless_text(part: str) -> ExcelError:
    """Return the fault of a part with a text that no cell can hold."""
    return too_much(part, gettext("a text of millions of characters"))


def doctype_fault(part: str = "") -> ExcelError:
    """Return the fault of a part that declares a document type.

    Entities are declared in one: they can swell without end, or name files of ours.
    """
    return ExcelError(part, gettext("it declares a document type, which no part of a workbook has"))


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def _refuse_doctype(*_: object) -> NoReturn:
    raise doctype_fault()
