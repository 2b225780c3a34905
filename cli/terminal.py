"""Text that is safe to print."""

import os
import sys
from io import TextIOWrapper

import click


def print_what_can_be() -> None:
    """Show `?` for what the output has no code for, such as a file on an older Windows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def printable(text: str) -> str:
    """Return text without what a terminal would obey, or hide."""
    from forms import text as forms_text

    return forms_text.printable(text)


def sign(wanted: str, instead: str) -> str:
    """Return a sign, or another where the output has no code for it."""
    try:
        wanted.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return instead
    return wanted


def colour() -> bool | None:
    """Return what Click is to do with colours: none where somebody asks so, else on a terminal.

    As no-color.org has it; a `dumb` terminal shows them as signs.
    """
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def strong(text: str) -> str:
    """Return text that stands out on a terminal."""
    return click.style(text, bold=True)
