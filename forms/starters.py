"""Files to double-click instead of typing a command: `.cmd` on Windows, `.command` on macOS.

They find vinkje, or install it when they are told to, run it in their own folder, and stay open.
"""

import re
import shlex
from collections.abc import Callable

from forms.templates import render
from forms.wording import wording

# What each does with vinkje, and what it then offers to open.
IN_A_FOLDER = ("report", "remind", "prompt")
_TARGETS = {"report": "rapport.xlsx", "remind": "rapport.herinneringen"}


def starters(language: str, *, macos: bool) -> dict[str, bytes]:
    """Return the files of a folder of one's own by name, such as `Rapport maken.cmd`.

    Those for Windows always: a folder that is shared is opened from there, wherever it was made.
    """
    kinds = (windows_starter, *([macos_starter] if macos else []))
    return dict(kind(language, does) for kind in kinds for does in IN_A_FOLDER)


def windows_starter(language: str, does: str) -> tuple[str, bytes]:
    """Return name and content of a batch file that does `report`, `remind`, `prompt` or `install`.

    It is ASCII with CRLF: cmd reads a batch file in whatever code page its window has.
    """
    text = _filled("starters/starter.cmd.j2", language, does, _echo, _in_quotes)
    return f"{_name(language, does)}.cmd", text.replace("\n", "\r\n").encode("ascii")


def macos_starter(language: str, does: str) -> tuple[str, bytes]:
    """Return name and content of a shell script that does the same; it must be executable."""
    text = _filled("starters/starter.command.j2", language, does, _printf, shlex.quote)
    return f"{_name(language, does)}.command", text.encode()


def _name(language: str, does: str) -> str:
    return wording(language)(f"starters.file.{does}")


def _filled(
    template: str,
    language: str,
    does: str,
    say: Callable[[str], str],
    quoted: Callable[[str], str],
) -> str:
    words = wording(language)
    own = {}
    if does in _TARGETS:
        own = {
            "target": _TARGETS[does],
            "done": words(f"starters.done.{does}"),
            "open": words(f"starters.open.{does}"),
            "failed": words(f"starters.failed.{does}"),
        }
    about = words(f"starters.about.{does}")
    return render(template, words=words, does=does, about=about, say=say, quoted=quoted, **own)


def _echo(text: str) -> str:
    """Return lines of batch that say a text, whatever cmd would make of its characters."""
    escaped = re.sub(r"([&|<>^])", r"^\1", text.strip()).replace("%", "%%")
    return "\n".join(f"echo {line}" for line in escaped.split("\n"))


def _in_quotes(text: str) -> str:
    """Return a text for between the double quotes of batch."""
    return text.replace("%", "%%").replace('"', "'")


def _printf(text: str) -> str:
    """Return a line of shell that says a text, a line each."""
    return "printf '%s\\n' " + " ".join(shlex.quote(line) for line in text.strip().split("\n"))
