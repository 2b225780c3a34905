"""Answers as text with separators, in whatever encoding and with whatever separator they came."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import IO

from forms.checklist import Checklist
from forms.collect.tables import table_of_rows
from forms.errors import SourceError
from forms.responses.columns import ColumnReader
from forms.responses.model import Row, Table

_PIECE = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# The longest that one answer may be, in characters: an unclosed quote must not eat all memory.
_LONGEST = 10_000_000


def text_table(
    place: str, open_: Callable[[], IO[bytes]], checklist: Checklist, *, tabs_only: bool = False
) -> Table:
    """Return the table in a text file, with the separator that makes most of its header.

    Raises SourceError for text in no known encoding, and, while rows are read, for a quote that
    is never closed.
    """
    csv.field_size_limit(_LONGEST)
    encoding = _encoding(place, open_)
    reader = ColumnReader(checklist)

    def table(delimiter: str) -> Table:
        return table_of_rows(place, _rows(place, open_, encoding, delimiter))

    tables: list[tuple[tuple[int, int, int], Table]] = []
    fault: SourceError | None = None
    for delimiter in ["\t"] if tabs_only else [",", ";", "\t"]:
        try:
            found = table(delimiter)
        except SourceError as error:
            fault = fault or error
        else:
            columns = reader.read(found.header)
            score = (len(columns.by_subject("item")), -len(columns.reworded()), len(found.header))
            tables.append((score, found))
    if not tables:
        raise fault or SourceError(f"{place}: the file is empty; download the answers again")
    best = max(tables, key=lambda scored: scored[0])[1]
    if any("\0" in str(cell) for cell in best.header):
        raise SourceError(f"{place}:1: the text's encoding is unknown; save it as CSV UTF-8")
    return best


def _rows(
    place: str, open_: Callable[[], IO[bytes]], encoding: str, delimiter: str
) -> Iterator[Row]:
    errors = "surrogatepass" if encoding.startswith("utf") else "strict"
    with io.TextIOWrapper(open_(), encoding=encoding, errors=errors, newline="") as text:
        rows = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            first = next(rows, [])
            if not "".join(first).startswith("sep="):
                yield first
            yield from rows
        except csv.Error as error:
            raise SourceError(
                f"{place}:{rows.line_num}: the quotes do not match ({error}), so where an answer "
                "ends cannot be told; download the answers again, or mend the quotes"
            ) from None
        except UnicodeError as error:
            raise SourceError(f"{place}:{rows.line_num}: {error}; save it as CSV UTF-8") from None


def _encoding(place: str, open_: Callable[[], IO[bytes]]) -> str:
    """Return the encoding of the whole text: UTF-8, UTF-16 with a mark, else Windows-1252."""
    with open_() as file:
        start = file.read(4)
        for mark, name in _MARKS.items():
            if start.startswith(mark):
                if name.startswith("utf-16"):
                    return name
                break
        file.seek(0)
        position, has_multibyte = _first_bad_utf8(file)
        if position is None:
            return "utf-8-sig"
        file.seek(0)
        line = file.read(position).count(b"\n") + 1
        file.seek(0)
        if has_multibyte or not _is_windows_1252(file):
            raise SourceError(
                f"{place}:{line}: the text is neither UTF-8 nor Windows-1252 throughout; "
                "save it as CSV UTF-8 and try again"
            )
    return "cp1252"


def _first_bad_utf8(file: IO[bytes]) -> tuple[int | None, bool]:
    """Return where UTF-8 ends to be UTF-8, and whether letters beyond ASCII came before it."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
    has_multibyte = False
    before = 0
    while True:
        piece = file.read(_PIECE)
        try:
            has_multibyte = not decoder.decode(piece, final=not piece).isascii() or has_multibyte
        except UnicodeDecodeError as error:
            pending = len(error.object) - len(piece)
            good = error.object[: error.start]
            return before - pending + error.start, has_multibyte or not good.isascii()
        if not piece:
            return None, has_multibyte
        before += len(piece)


def _is_windows_1252(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("cp1252")()
    try:
        while piece := file.read(_PIECE):
            if "\0" in decoder.decode(piece):
                return False
    except UnicodeDecodeError:
        return False
    return True
