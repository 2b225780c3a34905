"""The fenced blocks of a page, as whoever shows Markdown sees them.

A page shows as a command whatever Markdown takes for a block, so it is markdown-it (which MyST
reads pages with) that finds them. One that nobody looks at could say anything, and is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

# `console` is run; the others are held against the program, or against what it is that reads them.
KINDS = {"bat", "console", "ini", "powershell", "sh", "sql", "text", "toml", "yaml"}
# What Sphinx makes the text of, and what docs/extension says there that it makes.
_EXTENSION = (Path(__file__).parent / "extension" / "__init__.py").read_text(encoding="utf-8")
MADE = {"include", "toctree", *re.findall(r'^    add\(app, "([\w-]+)"', _EXTENSION, re.MULTILINE)}
_COMMENT = re.compile(r"^ *<!-- *(?P<key>start|file): *(?P<value>\S+) *-->$")


@dataclass(frozen=True)
class Block:
    """A fenced block: what kind it is, its text, the file that it is, and where both stand.

    `line` is that of its fence, from 1; `span` is from where to where on the page its text goes.
    """

    kind: str
    text: str
    file: str
    line: int
    span: tuple[int, int]
    indent: str


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a page.

    Raises ValueError, with its line, at a block that is not understood.
    """
    lines = text.split("\n")
    for token in _tokens(text):
        first, end = token.map or (0, 0)
        if fault := _fault(token, lines[first]):
            raise ValueError(f"line {first + 1}: {fault}: {lines[first].strip()}")
        above = lines[first - 1] or lines[first - 2] if first > 1 else lines[0]
        named = _COMMENT.match(above)
        file = named["value"] if named and named["key"] == "file" else ""
        before, inside = ("\n".join([*part, ""]) for part in (lines[: first + 1], lines[:end]))
        span = (len(before), max(len(before), len(inside) - len(lines[end - 1]) - 1))
        indent = " " * (len(lines[first]) - len(lines[first].lstrip(" ")))
        yield Block(_kind(token), token.content, file, first + 1, span, indent)


@cache  # each link to a page asks for its headings
def _tokens(text: str) -> tuple[Token, ...]:
    shown = MarkdownIt("commonmark").parse(text)
    return tuple(token for token in shown if token.type in {"fence", "code_block"})


def _kind(token: Token) -> str:
    return token.info.strip().partition(" ")[0]


def _fault(token: Token, line: str) -> str:
    """Return why nobody would look at a block, or nothing."""
    if token.type == "code_block":
        return "a block is made by three ticks, not by spaces before it"
    if not line.lstrip(" ").startswith(token.markup):
        return "a block begins on a line of its own"
    if token.map and token.map[1] - token.map[0] != token.content.count("\n") + 2:
        return "this block does not end"
    kind = _kind(token)
    made = re.fullmatch(r"\{(.*)\}", kind)
    if kind not in KINDS and not (made and made[1] in MADE):
        return f"nobody looks at a block of this kind; there are {', '.join(sorted(KINDS))}"
    return ""


def prose(text: str) -> str:
    """Return a page with its blocks empty, line for line."""
    lines = text.split("\n")
    for token in _tokens(text):
        first, end = token.map or (0, 0)
        lines[first:end] = [""] * (end - first)
    return "\n".join(lines)


def start_of(text: str) -> str:
    """Return what a page starts from: `demo`, `init`, `answers`, or nothing."""
    named = filter(None, map(_COMMENT.match, text.split("\n")))
    return next((match["value"] for match in named if match["key"] == "start"), "")
