"""How the cost of a report grows with the answers: `python benchmarks/growth.py`.

From a thousand answers to three million, which are three files: `vinkje report` of .csv, reading
that alone, and a report of an .xlsx as far as that takes no hours. Each in a process of its own,
in turns. The figures are printed, and kept in growth.json, which the docs show and
docs/draw_growth.py draws. Numbers of answers may be named, and are then printed alone:
`python benchmarks/growth.py 1000`.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from answers import files, made
from machine import keep, rounded
from process import lowest, measure, python, report

HERE = Path(__file__).parent
FIGURES = HERE / "growth.json"
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)
MOST_XLSX = 100_000
# What takes minutes is measured once: what disturbs a short run is little of a long one.
MOST_IN_TURNS, TURNS = 100_000, 2


def commands(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield what is measured of the answers in a folder: its name, and what does it."""
    yield "reading", [python("plain"), str(HERE / "answers.py"), "read", str(folder)]
    for kind, sources in (("csv", files(folder)), ("xlsx", list(folder.glob("answers.xlsx")))):
        if sources:
            yield f"report .{kind}", report(sources, "--overwrite")


def figures(rows: int) -> Iterator[dict[str, object]]:
    """Yield what each costs for a number of answers, and print it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made("write_csv", folder, rows)
        if rows <= MOST_XLSX:
            made("write_xlsx", folder)
        turns = TURNS if rows <= MOST_IN_TURNS else 1
        costs = [{task: measure(c) for task, c in commands(folder)} for _ in range(turns)]
    for task in costs[0]:
        cost = lowest([each[task] for each in costs])
        print(f"{rows:>9,} {task:<12} {cost.seconds:8.2f} s {cost.memory:6.0f} MB", flush=True)
        yield {"rows": rows, "task": task, **rounded(cost)}


def main(*sizes: int) -> None:
    """Measure and print; keep the figures of all sizes."""
    found = [each for rows in sizes or SIZES for each in figures(rows)]
    if not sizes:
        keep(FIGURES, found)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
