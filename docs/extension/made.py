"""Parts of pages that are made from the program, each time anew."""

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$])")
# A command, or a file, between quotes in a sentence.
_QUOTED_COMMAND = re.compile(r"'(vinkje [^']+|--?[a-z][^']*)'")


@cache
def all_words() -> dict[str, Any]:
    """Return what is said between, by language; and the rooms."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """Return a text as Markdown that shows it as it is, commands in it as code."""
    pieces = _QUOTED_COMMAND.split(" ".join(text.split()))
    return "".join(
        f"`{piece}`" if odd else _MARKS.sub(r"\\\1", piece)
        for piece, odd in zip(pieces, [False, True] * len(pieces), strict=False)
    )


def defined(term: str, *said: str) -> str:
    """Return a term with what is said of it below, as Markdown."""
    return f"{term}\n: " + "\n\n  ".join(filter(None, said)) + "\n"


def made_by(build: Callable[[dict[str, str], str], str]) -> type[SphinxDirective]:
    """Return a directive whose content is what `build` returns, as Markdown.

    It is given the words of the page's language, and the name of that.
    """

    class Made(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            language = self.env.srcdir.name
            lines = build(all_words()[language], language).splitlines()
            made = nodes.Element()
            made.document = self.state.document
            self.state.nested_parse(StringList(lines, build.__module__), 0, made, match_titles=True)
            return made.children

    return Made


def add(app: Sphinx, name: str, build: Callable[[dict[str, str], str], str]) -> None:
    """Let pages have a part made by `build`, by a directive of this name."""
    app.add_directive(name, made_by(build))
