"""The pages of the docs, and the commands that they name."""

import re
import shlex
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path

import click
from page_blocks import blocks

from cli.main import vinkje

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
SITE = sorted(page for tree in ("nl", "en") for page in (DOCS / tree).rglob("*.md"))
READMES = sorted(ROOT.glob("README*.md"))
OTHERS = [ROOT / name for name in ("SECURITY.md", "CONTRIBUTING.md", "ARCHITECTURE.md")]
# Where a line of commands starts vinkje; behind a prompt, or another program.
_STARTS = re.compile(
    r"(?:(?:^|bin/|&& |> |\$ |^uv run )vinkje|\bmanage) (?=[a-z-])(?P<rest>.*)$", re.MULTILINE
)
_FOR_SHELLS = {"sh", "bat", "powershell"}


def name_of(page: Path) -> str:
    """Return how a test calls a page."""
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    """Return a page."""
    return page.read_text(encoding="utf-8")


def blocks_of(page: Path, *kinds: str) -> list[str]:
    """Return the texts of the blocks of a kind on a page."""
    return [block.text for block in blocks(text_of(page)) if block.kind in kinds]


def commands_in(text: str) -> Iterator[list[str]]:
    """Yield the arguments of each `vinkje` in lines of commands."""
    for match in _STARTS.finditer(text):
        yield shlex.split(match["rest"].rstrip('"'))


def typed_commands(page: Path) -> list[list[str]]:
    """Return each command that a page has its reader type in a shell, and that is not run here."""
    return [each for text in blocks_of(page, *_FOR_SHELLS) for each in commands_in(text)]


def shown_commands(page: Path) -> list[list[str]]:
    """Return each command in a sentence, or in a block that explains; words may stand behind it."""
    text = " ".join(text_of(page).split())
    shown = re.findall(r"(?<!`)`vinkje ([^`]+)`(?!`)", text)
    for block in blocks_of(page, "text"):
        # What is set off by spaces is said about it.
        shown += [re.split(r' {2,}|"', each["rest"])[0] for each in _STARTS.finditer(block)]
    return [each.split() for each in shown]


def parse(arguments: Sequence[str]) -> None:
    """Read a command's arguments as Click does when it is run."""
    here: click.Command = vinkje
    while isinstance(here, click.Group):
        if arguments[0] == "--version":
            return
        here, arguments = here.commands[arguments[0]], arguments[1:]
    # A copy: Click keeps with a command the help option in the language of that moment.
    copy(here).make_context(here.name, list(arguments))


def unknown_in(words: list[str]) -> set[str]:
    """Return what no command has of a command's words: its name, else options."""
    here: click.Command = vinkje
    while isinstance(here, click.Group) and words and not words[0].startswith("-"):
        if words[0] not in here.commands:
            return {words[0]}
        here, words = here.commands[words[0]], words[1:]
    known = {"-h", "--help", "--version"} | {name for param in here.params for name in param.opts}
    return {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)} - known


def all_options(command: click.Command = vinkje) -> set[str]:
    """Return every option that some command has."""
    found = {name for param in command.params for name in param.opts if name.startswith("-")}
    if isinstance(command, click.Group):
        return found.union(*map(all_options, command.commands.values()))
    return found | {"--help", "--version"}


def all_commands(
    group: click.Group = vinkje, path: str = ""
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by how it is called."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command
