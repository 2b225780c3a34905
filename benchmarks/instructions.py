"""Instructions of a few commands on 2,000 answers, held against figures that were kept.

Where seconds tell a slip of 10% from noise only after many turns, Valgrind counts the same
instructions each time. The figures are in `instructions.toml`, which says how they are renewed.
"""

import os
import platform
import re
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from pathlib import Path

from answers import made
from process import report, vinkje

ROOT = Path(__file__).parent.parent
FIGURES = Path(__file__).with_suffix(".toml")
ROOM = 0.1
ANSWERS = 2_000
TASKS = ("help", "report")
COUNTER = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
# What differs from one environment to the next would be counted too.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": str(ROOT),
    "VINKJE_LANGUAGE": "nl",
}
KEPT = """\
# Millions of instructions that each task of instructions.py takes, counted by Valgrind, on the
# Python and the processor named here. tests/commands/test_instructions.py fails when a task takes
# 10% more, or 10% less: less is a reason to renew the figure, or the next slip hides below it.
# A report reads its answers too, which is a third of it: a slip of a third in reading shows here,
# a smaller one in the benchmarks.
# They are renewed by `python benchmarks/instructions.py --write`, and the commit says why they
# changed.
python = "{python}"
compiled = "{compiled}"
machine = "{machine}"

[millions]
{millions}
"""


def here() -> dict[str, str]:
    """Return the Python, how it was compiled, and the processor that figures hold for."""
    return {
        "python": "{}.{}".format(*platform.python_version_tuple()),
        # The same source takes a fifth more instructions as some build it.
        "compiled": f"{platform.python_compiler()} {sysconfig.get_config_var('OPT') or ''}".strip(),
        "machine": platform.machine(),
    }


def kept() -> tuple[dict[str, str], dict[str, int]]:
    """Return what the kept figures hold for, and the millions of each task."""
    figures = tomllib.loads(FIGURES.read_text("utf-8"))
    millions = figures.pop("millions")
    return figures, millions


def make(folder: Path) -> None:
    """Write the answers that tasks read."""
    made("write_csv", folder, ANSWERS)


def millions_of(task: str, folder: Path) -> int:
    """Return the millions of instructions that a task takes, in a folder with answers."""
    commands = {
        "help": vinkje("--help", program=sys.executable),
        "report": report([folder / "answers.csv"], "--overwrite", program=sys.executable),
    }
    command = commands[task]
    # Else Python compiles modules in the run that counts.
    _run(command)
    refs = re.search(r"I\s+refs:\s+([\d,]+)", _run([*COUNTER, *command]))
    if not refs:
        raise SystemExit("Valgrind tells no number of instructions")
    return round(int(refs[1].replace(",", "")) / 1e6)


def fault(task: str, found: int, figure: int) -> str:
    """Return what is wrong with the millions that a task took; nothing when they are as kept."""
    if abs(found - figure) <= ROOM * figure:
        return ""
    return (
        f"{task} takes {found:,} million instructions, {found / figure - 1:+.0%} of the {figure:,} "
        f"kept in {FIGURES.name}, which says what to do"
    )


def _run(command: list[str]) -> str:
    """Run a command; return what it and Valgrind say on stderr."""
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed\n{done.stderr}")
    return done.stderr


def main(arguments: list[str]) -> None:
    """Count and print; with --write keep the figures."""
    with tempfile.TemporaryDirectory() as name:
        make(Path(name))
        found = {task: millions_of(task, Path(name)) for task in TASKS}
    millions = "\n".join(f"{task} = {figure}" for task, figure in found.items())
    print(millions)
    if arguments == ["--write"]:
        FIGURES.write_text(KEPT.format(**here(), millions=millions), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
