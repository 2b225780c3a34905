"""The lines of a checklist as a person sees them: dashes, a key, a text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from gettext import gettext
from typing import Literal

from forms.text import shortened

# Characters of a line that a message shows.
_SHOWN = 60

# As YAML counts lines, so that its numbers and ours agree.
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_LINE = re.compile(
    r"""(?P<indent>\s*)
        (?P<dashes>(?:-(?:\s+|$))*)
        (?:(?P<key>[^\W\d][\w.-]*):(?:\s+|$))?
        (?P<value>.*)""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_BLOCK = re.compile(r"[|>][-+\d]*$")
QUOTES = frozenset("\"'")
DOUBLE, SINGLE = '"\u201c\u201d\u201e\u201f', "'\u2018\u2019\u201a\u201b"
# As in "'s avonds" and "huurders'": no quotes.
APOSTROPHE_FIRST = re.compile(f"[{SINGLE}][a-z]{{1,2}}\\b")
APOSTROPHE_LAST = re.compile(f"[sxz][{SINGLE}]$")


@dataclass(frozen=True)
class Line:
    """One line, taken apart; `number` counts from 1, `dashes` has the spaces behind each."""

    number: int
    indent: str
    dashes: str
    key: str
    value: str

    @property
    def text(self) -> str:
        """Return what stands on the line, without the spaces around it."""
        return self.with_value(self.value).strip()

    @property
    def unspaced(self) -> str:
        """Return the text with one space behind each dash, without those before it."""
        return replace(self, dashes="- " * self.dashes.count("-")).with_value(self.value)

    @property
    def column(self) -> int:
        """Return where the key or text begins, behind the dashes, in characters from 0."""
        return len(self.indent) + len(self.dashes)

    @property
    def plain(self) -> str:
        """Return the value without the comment behind it, as if it had no quotes."""
        return _COMMENT.sub("", self.value).strip()

    @property
    def opens(self) -> bool:
        """Say whether something may stand below it: a key or a dash without more."""
        return not self.plain and bool(self.key or self.dashes)

    @property
    def opens_text(self) -> bool:
        """Say whether the lines below it are one text, by `|` or `>` (YAML's block scalars)."""
        return bool(_BLOCK.match(self.plain))

    @property
    def open_quote(self) -> str:
        """Return the quote that opens the text and is not closed on this line, if there is one."""
        first = self.value[:1]
        return first if first in QUOTES and closing_quote(self.value) < 0 else ""

    @property
    def begins_entry(self) -> bool:
        """Say whether it begins with a dash or a key, as all but loose text does."""
        return bool(self.dashes or self.key)

    def with_quotes(self) -> str:
        """Return the line as it is right, its whole text between quotes."""
        return self.with_value(quoted(self.plain))

    def with_value(self, value: str) -> str:
        """Return the line with another text: whole, since people copy it."""
        key = f"{self.key}: " if self.key else ""
        return f"{self.dashes}{key}{value}"


def lines_of(text: str) -> list[Line]:
    """Return every line of a file that holds something, in order, comments left out."""
    lines = (_line(n, line) for n, line in enumerate(_split(text), start=1))
    return [line for line in lines if line.text and not line.text.startswith("#")]


def line_at(text: str, number: int) -> Line:
    """Return one line, counted from 1; an empty one where nothing is."""
    return _line(number, text_at(text, number))


def text_at(text: str, number: int) -> str:
    """Return the text of one line, counted from 1, with the spaces around it."""
    lines = _split(text)
    return lines[number - 1] if number <= len(lines) else ""


# Each fault asks for its line, of one file at a time.
@lru_cache(maxsize=1)
def _split(text: str) -> list[str]:
    return _BREAK.split(text)


def _line(number: int, text: str) -> Line:
    parts = _LINE.match(text)
    given = parts.groupdict("") if parts else {"value": text}
    return Line(number, *(given.get(name, "") for name in ("indent", "dashes", "key", "value")))


def quoted(text: str) -> str:
    """Return a text between quotes, without the stray ones that stand at its edges."""
    bare = _bare(text.strip()).strip() or text
    if '"' not in bare and "\\" not in bare:
        return f'"{bare}"'
    if "'" not in bare:
        return f"'{bare}'"
    escaped = bare.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bare(text: str) -> str:
    """Return a text without a pair of quotes around it, or the one that has no partner."""
    for family in (DOUBLE, SINGLE):
        at = [n for n, char in enumerate(text) if char in family]
        if len(at) > 1 and {0, len(text) - 1} <= set(at):
            return text[1:-1]
        if at == [0] and not APOSTROPHE_FIRST.match(text):
            return text[1:]
        if at == [len(text) - 1] and not APOSTROPHE_LAST.search(text):
            return text[:-1]
    return text


def closing_quote(text: str, start: int = 0) -> int:
    """Return where the quote that opens at `start` closes, -1 where it does not."""
    mark, at = text[start], start + 1
    while at < len(text):
        if mark == '"' and text[at] == "\\":
            at += 1
        elif text[at] == mark:
            if mark == '"' or text[at + 1 : at + 2] != mark:
                return at
            at += 1
        at += 1
    return -1


def outside_quotes(text: str) -> Iterator[str]:
    """Yield the characters of a line with brackets that stand outside quotes.

    Ends with the quote that nothing closes, if there is one.
    """
    at = 0
    while at < len(text):
        if text[at] in "\"'" and (at == 0 or text[at - 1] in " [{,:"):
            end = closing_quote(text, at)
            if end < 0:
                yield text[at]
                return
            at = end
        else:
            yield text[at]
        at += 1


@dataclass(frozen=True)
class Mistake:
    """What is wrong on a line, and what to write; `before` says what of that stands before it."""

    line: Line
    wrong: str
    remedy: str
    before: Literal["", "no spaces", "other spaces"] = ""

    def __str__(self) -> str:
        return f"'{shortened(self.line.text, _SHOWN)}': {self.wrong}; {self.remedy}"


def own_lines(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that are no further part of a text of several lines."""
    inside, quote = -1, ""
    for line in lines:
        if quote and not line.begins_entry:
            quote = "" if quote in line.text else quote
            continue
        if inside >= 0 and len(line.indent) > inside:
            continue
        inside = len(line.indent) if line.opens_text else -1
        quote = line.open_quote
        yield line


def write_so(whole: str) -> str:
    """Return the remedy that is a whole line, as it should be."""
    return gettext("write: {line}").format(line=whole)
