"""Answers as text with separators, in whatever encoding and with whatever separator they came."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from gettext import gettext
from itertools import count
from typing import IO

from forms.collect.limits import SizeError, bounded
from forms.errors import SourceError
from forms.language import whole_number
from forms.notes import Note
from forms.responses.columns import ColumnReader
from forms.responses.header import table_of_rows
from forms.responses.model import Row, Table
from forms.responses.note_kinds import Encoding
from forms.text import SEPARATORS

# Bytes that are decoded at once, so that a large file is never held whole.
_PIECE = 1 << 20
# The longest mark first: UTF-32's begins as UTF-16's.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Lines with letters beyond ASCII, as many as it takes to tell an encoding by.
# In bytes (and characters, where the start of a text is looked at).
_TELLING = 60_000
_WESTERN = ("cp1252", "mac_roman", "cp850")
_NAMES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS (850)"}
# The part of the characters beyond ASCII that a right guess may find odd.
_MOST_ODD = 0.2
# Beyond ASCII: no letter or sign of Western Europe, or a sign within or right behind a word.
_ODD = re.compile(
    r"[^\x00-\x7f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153"
    r"\u2018\u2019\u201c-\u201e\u2013\u2014\u2026\u20ac\u2022\u00a0\u00ab\u00bb\u00b0\u00b7\u00bd]"
    r"|(?<=[^\W\d_])[\u2018\u201c-\u201e\u2022\u20ac\u00ab\u00b7](?=[^\W\d_])"
    r"|(?<=[^\W\d_])[\u2013\u2014]{2,}"
    r"|(?<=[^\W\d_])[\u2018\u201c\u201e\u2022]"
    r"|(?<=[a-z])[\u00c0-\u00d6\u00d8-\u00de]"
)
# The longest that a line may be, and one answer: an unclosed quote must not eat all memory.
_LONGEST = 10_000_000


@dataclass(frozen=True)
class _Text:
    """A text file that can be opened again and again, and the encoding of all of it."""

    place: str
    open: Callable[[], IO[bytes]]
    encoding: str

    def opened(self) -> io.TextIOWrapper:
        """Return it from its start, to look at: what is in no code of the encoding is replaced."""
        return io.TextIOWrapper(self.open(), self.encoding, errors="replace")

    def start(self) -> str:
        """Return enough of it to see how it is written."""
        with self.opened() as lines:
            return lines.read(_TELLING)


def text_table(place: str, open_: Callable[[], IO[bytes]], reader: ColumnReader) -> Table:
    """Return the table in a text file, with the separator that makes most of its header.

    Raises SourceError for text in no known encoding, and, while rows are read, for a quote that
    is never closed.
    """
    # The library's own limit, 131,072, holds for the whole process: it is set before each file.
    csv.field_size_limit(_LONGEST)
    encoding, notes = _encoding(place, open_)
    text = _Text(place, open_, encoding)
    tables: list[tuple[tuple[int, int, int], Table]] = []
    fault: SourceError | None = None
    for separator in SEPARATORS:
        try:
            table = table_of_rows(place, bounded(place, _rows(text, separator)), reader)
        except SourceError as error:
            fault = fault or error
        else:
            columns = reader.read(table.header)
            # The most statements; of as many those whose words are whole, since a wrong separator
            # cuts them; then the widest, since by a wrong separator a line is one cell.
            items, width = len(columns.by_subject("item")), len(table.header)
            tables.append(((items, -len(columns.reworded()), width), table))
    if not tables:
        raise fault or SourceError(
            place, gettext("the file is empty"), gettext("download the answers again")
        )
    (items, *_), best = max(tables, key=lambda scored: scored[0])
    # By another separator the same lines are narrow, and say nothing.
    if isinstance(fault, SizeError) and not items:
        raise fault
    if any("\0" in str(cell) for cell in best.header):
        raise SourceError(
            place, gettext("the text's encoding is unknown"), gettext("save it as CSV UTF-8")
        )
    return replace(best, is_text=True, notes=(*notes, *best.notes))


def rows_by_each_separator(place: str, open_: Callable[[], IO[bytes]]) -> Iterator[Iterator[Row]]:
    """Yield the rows of a text as each separator tells them apart.

    Raises what `text_table` does, also while rows are read.
    """
    csv.field_size_limit(_LONGEST)
    encoding, _ = _encoding(place, open_)
    text = _Text(place, open_, encoding)
    for separator in SEPARATORS:
        yield bounded(place, _rows(text, separator))


def _rows(text: _Text, separator: str) -> Iterator[Row]:
    # Some programs write half of an emoji; that is no reason to refuse everybody's answers.
    errors = "surrogatepass" if text.encoding.startswith("utf") else "strict"
    with io.TextIOWrapper(text.open(), encoding=text.encoding, errors=errors, newline="") as opened:
        rows = csv.reader(
            _lines(text.place, opened),
            delimiter=separator,
            strict=True,
            quoting=csv.QUOTE_NONE if _is_unquoted(text, separator) else csv.QUOTE_MINIMAL,
            skipinitialspace=_is_spaced(text, separator),
        )
        try:
            first = next(rows, [])
            # Excel's own first line, which names the separator and is no header.
            if not "".join(first).startswith("sep="):
                yield first
            yield from rows
        except csv.Error as error:
            raise SourceError(
                _at_line(text.place, rows.line_num),
                gettext(
                    "the quotes do not match ({reason}), so where an answer ends cannot be told"
                ).format(reason=error),
                gettext("download the answers again, or mend the quotes"),
            ) from None
        except UnicodeError as error:
            raise SourceError(
                _at_line(text.place, rows.line_num),
                gettext("a character cannot be read ({reason})").format(reason=error),
                gettext("save it as CSV UTF-8"),
            ) from None


def _lines(place: str, opened: IO[str]) -> Iterator[str]:
    """Yield the lines of a text, line breaks and all; raises SizeError for one without end."""
    for number in count(1):
        line = opened.readline(_LONGEST)
        if len(line) == _LONGEST:
            raise SizeError(
                _at_line(place, number),
                gettext(
                    "the line is longer than {count} characters, far more than answers take"
                ).format(count=whole_number(_LONGEST)),
                gettext("download the answers again"),
            )
        if not line:
            return
        yield line


def _at_line(place: str, number: int) -> str:
    """Return a place in words: no editor opens a table at a line, so people must read it."""
    return gettext("{place}, line {number}").format(place=place, number=number)


def _is_unquoted(text: _Text, separator: str) -> bool:
    """Say whether quotes are plain characters: tabs need none, and some programs never write any.

    So it is where quotes make no sense, and without them every line is as wide as the first.
    """
    if separator != "\t":
        return False
    if "\t" not in text.start() or not _has_odd_quotes(text):
        return False
    with text.opened() as opened:
        lines = _lines(text.place, opened)
        widths = {line.count("\t") for line in lines if line.strip()}
    return len(widths) == 1 and widths != {0}


def _has_odd_quotes(text: _Text) -> bool:
    with text.opened() as opened:
        try:
            for _ in csv.reader(_lines(text.place, opened), delimiter="\t", strict=True):
                pass
        except csv.Error:
            return True
    return False


def _is_spaced(text: _Text, separator: str) -> bool:
    """Say whether a space stands between separators and quotes, as some programs write it.

    Within a text in quotes it is people's own.
    """
    cell = rf'(?:^|{re.escape(separator)})(?:"(?:[^"]|"")*(?:"|\Z)|(?P<spaced> +"))'
    return any(found["spaced"] for found in re.finditer(cell, text.start(), re.MULTILINE))


def _encoding(place: str, open_: Callable[[], IO[bytes]]) -> tuple[str, tuple[Note, ...]]:
    """Return the encoding of the whole text, with a note where it is no more than likely."""
    with open_() as file:
        start = file.read(4096)
        for mark, name in _MARKS.items():
            if start.startswith(mark) and name != "utf-8-sig":
                return name, ()
        if zeros := _zeros(start):
            return zeros, ()
        file.seek(0)
        position, has_multibyte = _first_bad_utf8(file)
        if position is None:
            return "utf-8-sig", ()
        file.seek(0)
        line = file.read(position).count(b"\n") + 1
        file.seek(0)
        telling = _telling_lines(file)
    guess = None if has_multibyte else _likely(telling)
    if guess is None:
        raise SourceError(
            _at_line(place, line),
            gettext("the text is not UTF-8 throughout, nor in any encoding that can be told"),
            gettext(
                "open it in Excel or LibreOffice, save it as .xlsx or as CSV UTF-8, and try again"
            ),
        )
    return guess, (Note(Encoding(_NAMES.get(guess, guess), line)),)


def _zeros(start: bytes) -> str:
    """Return which UTF-16 a text without a mark is in, by where its zero bytes stand."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 < len(start):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


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


def _telling_lines(file: IO[bytes]) -> bytes:
    """Return the lines with bytes beyond ASCII: all others look alike in every encoding."""
    telling = bytearray()
    for line in file:
        if not line.isascii():
            telling += line
        if len(telling) > _TELLING:
            break
    return bytes(telling)


def _likely(telling: bytes) -> str | None:
    """Return the likeliest encoding of some lines; None when nothing fits.

    charset-normalizer takes a few accents in Dutch for Polish or Chinese, so what Windows, a Mac
    and DOS write goes first: whichever reads as fewest characters that Dutch or English has not.
    """
    odd = {name: _odd_share(telling, name) for name in _WESTERN}
    best = min(odd, key=odd.__getitem__)
    if odd[best] < _MOST_ODD:
        return best
    from charset_normalizer import from_bytes

    guess = from_bytes(telling).best()
    return guess.encoding if guess and "\0" not in str(guess) else None


def _odd_share(telling: bytes, encoding: str) -> float:
    """Return which part of the characters beyond ASCII does not belong where it stands."""
    try:
        text = telling.decode(encoding)
    except UnicodeDecodeError:
        return 1.0
    beyond = sum(not character.isascii() for character in text)
    return len(_ODD.findall(text)) / beyond if beyond else 0.0
