"""Run the commands on pages, and compare what they print: `python docs/run_blocks.py PAGE`.

In a block of the kind console a line `$ …` is run, and what follows is what it prints; `...` stands
for what differs each time, never for all of it. A command that fails shows its `Error: ` or
`Fout: `, or its code by `; echo $?`. All blocks of a page are run one after another in a folder
that begins as a comment of the page says: <!-- start: demo -->, init, answers, round, or nothing.
Above a block <!-- file: checklist.yaml --> has it written to that file. `--write` puts what is
printed now in the page, where it differs.

`vinkje` is run in this process, which takes a tenth of the time; all else by `sh`.
"""

from __future__ import annotations

import argparse
import difflib
import doctest
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from click.testing import CliRunner

ROOT = Path(__file__).parent.parent
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from page_blocks import Block, blocks, start_of  # noqa: E402 - beside this file
from shared_answers import fill_demo_round  # noqa: E402 - run as a script, it is found by a line above

from cli.main import vinkje  # noqa: E402 - likewise
from forms.checklist.model import load_checklist  # noqa: E402

# The day that it is on every page.
TODAY = "2026-11-30"
# Seconds that a command may take.
_LONGEST = 60
# How a command that fails says so, in both languages.
_ERROR = re.compile(r"^(Error|Fout): ", re.MULTILINE)
# What a shell would do something with; without these, Python splits the words alike.
_FOR_THE_SHELL = re.compile(r"[|&;<>$`*?()~#]")


@dataclass(frozen=True)
class Said:
    """What a command was said to print, and what it did; `line` is where on the page it stands."""

    line: int
    command: str
    wanted: str
    printed: str
    code: int

    @property
    def fault(self) -> str:
        """Return what the page has wrong, or nothing."""
        wanted, printed = _tidy(self.wanted), _tidy(self.printed)
        if wanted and not wanted.replace("...", "").strip():
            return "the page shows nothing of what it prints but ..."
        if not doctest.OutputChecker().check_output(wanted, printed, doctest.ELLIPSIS):
            return "it prints something else"
        if self.code and not _ERROR.search(wanted):
            return f"it fails with {self.code}, and the page does not show that"
        return ""

    @property
    def agrees(self) -> bool:
        """Return whether it is so, save where the page has `...` beside lines that it shows."""
        return not self.fault

    @property
    def agrees_once_written(self) -> bool:
        """Return whether it is so when the page has what is printed now."""
        return replace(self, wanted=self.printed).agrees

    def difference(self) -> str:
        """Return what is wrong, and the two, one above the other."""
        wanted, printed = (_tidy(each).splitlines() for each in (self.wanted, self.printed))
        lines = difflib.unified_diff(wanted, printed, "on the page", "printed", lineterm="")
        return "\n".join([f"line {self.line}: $ {self.command}: {self.fault}", *lines])


def _tidy(text: str) -> str:
    # Editors take away spaces at the end of a line.
    return "".join(f"{line.rstrip()}\n" for line in text.strip("\n").splitlines())


def language_of(page: Path) -> str:
    """Return the language that a page is in."""
    dutch = page.name.endswith(".nl.md") or "nl" in page.relative_to(ROOT).parts
    return "nl" if dutch else "en"


def environment(language: str, programs: Path) -> dict[str, str]:
    """Return what commands are run with: `vinkje` on the path, a day, a language, a width."""
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    fixed = {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    return fixed | {"VINKJE_LANGUAGE": language, "PYTHONUTF8": "1"} | dict(_days(vinkje, "VINKJE"))


def _days(command: click.Command, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the variable by which each command is told what day it is."""
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from _days(each, f"{prefix}_{name.upper()}")
    elif any(param.name == "date" for param in command.params):
        yield f"{prefix}_DATE", TODAY


@dataclass
class Shell:
    """Somebody at a prompt: in which folder they are, and with which variables."""

    folder: Path
    variables: dict[str, str]

    def run(self, line: str) -> tuple[str, int]:
        """Run a line; return all that it prints, as on a terminal, and the code it ends with."""
        words = [] if _FOR_THE_SHELL.search(line) else shlex.split(line)
        if words[:1] == ["cd"]:
            self.folder = (self.folder / words[1]).resolve(strict=True)
            return "", 0
        if words[:1] == ["vinkje"]:
            with chdir(self.folder), _within(_LONGEST):
                runner = CliRunner(env=self.variables)
                done = runner.invoke(vinkje, words[1:], prog_name="vinkje")
            return done.output, done.exit_code
        ran = subprocess.run(  # noqa: S603 - what a page says, as its reader types it
            ["sh", "-c", line],  # noqa: S607 - the system's own
            cwd=self.folder,
            env=os.environ | self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            timeout=_LONGEST,
            check=False,
        )
        return ran.stdout, ran.returncode


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """End what goes on for too long, such as a form that is served, where the system can."""

    def end(*_: object) -> None:
        raise TimeoutError(f"not done within {seconds} seconds")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run_page(text: str, shell: Shell) -> Iterator[tuple[Block, list[Said]]]:
    """Run the blocks of a page; yield each block of commands, and what came of it."""
    for block in blocks(text):
        if block.file:
            (shell.folder / block.file).write_text(block.text, encoding="utf-8")
        if block.kind == "console":
            yield (
                block,
                [
                    Said(line, command, wanted, *shell.run(command))
                    for line, command, wanted in _commands(block)
                ],
            )


def _commands(block: Block) -> Iterator[tuple[int, str, str]]:
    """Yield each command of a block with its line on the page, and what it is said to print."""
    first, *others = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    if first:
        raise ValueError(f"line {block.line}: a block of commands begins with '$ '")
    line = block.line + 1
    for each in others:
        command, _, wanted = each.partition("\n")
        yield line, command, wanted
        line += each.count("\n")


def make_start(kind: str, shell: Shell, play_demo: Callable[[Shell], object]) -> None:
    """Fill the folder that a page starts from."""
    if kind == "demo":
        play_demo(shell)
    elif kind in {"init", "answers", "round"}:
        shell.run("vinkje init")
    elif kind:
        raise ValueError(f"start: {kind} is none of demo, init, answers and round")
    if kind == "answers":
        shutil.copy(ROOT / "examples" / "antwoorden-verzonnen.csv", shell.folder)
    if kind == "round":
        _make_round(shell)


def _make_round(shell: Shell) -> None:
    """Let made-up people of twelve organisations answer, in a round that closed two hours ago.

    A page can give them links afterwards: what comes in between is not what it is about.
    """
    asked = load_checklist(shell.folder / "checklist.yaml")
    language = shell.variables["VINKJE_LANGUAGE"]
    fill_demo_round(shell.folder / "answers.db", asked, date.fromisoformat(TODAY), language)


def _play_demo(shell: Shell) -> None:
    shell.run("vinkje demo .")


def make_programs(folder: Path) -> None:
    """Write a `vinkje` that shells find, which runs the code beside this file."""
    program = folder / "vinkje"
    code = "from cli.main import vinkje; vinkje(prog_name='vinkje')"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{code}" "$@"\n', "utf-8")
    program.chmod(0o755)


def rewritten(text: str, ran: list[tuple[Block, list[Said]]]) -> str:
    """Return a page with what was printed now, in those blocks alone where it differs."""
    for block, said in reversed(ran):
        if all(each.agrees for each in said):
            continue
        lines = [
            f"$ {each.command}\n" + (each.wanted if each.agrees else _tidy(each.printed))
            for each in said
        ]
        inside = re.sub(r"^(?=.)", block.indent, "".join(lines), flags=re.MULTILINE)
        text = text[: block.span[0]] + inside + text[block.span[1] :]
    return text


def main() -> None:
    """Run pages as their reader would, and say what differs, or write it into them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE")
    parser.add_argument("--write", action="store_true", help="put what is printed in the pages")
    given = parser.parse_args()
    differ = False
    for page in (path.resolve() for path in given.pages):
        text = page.read_text(encoding="utf-8")
        with TemporaryDirectory() as programs, TemporaryDirectory() as folder:
            make_programs(Path(programs))
            shell = Shell(Path(folder), environment(language_of(page), Path(programs)))
            make_start(start_of(text), shell, _play_demo)
            ran = list(run_page(text, shell))
        wrong = [each for _, said in ran for each in said if not each.agrees]
        differences = (f"{page.name}, {each.difference()}" for each in wrong)
        print(*differences, sep="\n\n")  # noqa: T201
        if given.write and wrong:
            page.write_text(rewritten(text, ran), encoding="utf-8")
        differ = differ or not all(given.write and each.agrees_once_written for each in wrong)
    sys.exit(differ)


if __name__ == "__main__":
    main()
