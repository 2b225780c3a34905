"""vinkje beside what others would use, in one run: `python benchmarks/peers.py`.

`vinkje report` beside Polars, DuckDB, pandas, and Python's csv with openpyxl; `vinkje pull` of an
.xlsx beside formpack, which writes KoboToolbox's archives. Each in a process of its own, in turns,
after all of them were seen to count alike. The figures are printed, and kept in peers.json, which
the docs show. Numbers of answers to measure may be named, and are then printed alone:
`python benchmarks/peers.py 2000`.

formpack is on no package index and is no part of this: whoever wants it beside ours brings it into
`.venv-peers`, by `pip install git+https://github.com/kobotoolbox/formpack` with that Python. What
is not there is left out, and said.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answers import MOST_IN_A_FILE, made
from machine import keep, rounded, versions
from openpyxl import load_workbook
from process import lowest, measure, peer, peer_python, python, report, vinkje

HERE = Path(__file__).parent
FIGURES = HERE / "peers.json"
# How often each is measured, of which the lowest counts: what disturbs only adds.
TURNS = {2_000: 3, 100_000: 2, 1_000_000: 2}
SIZES = tuple(TURNS)
# A million rows are all that a sheet of Excel holds, and take either archive a quarter of an hour.
MOST_ARCHIVED = 100_000
PACKAGES = ("polars", "duckdb", "pandas", "openpyxl", "xlsxwriter", "formpack")


@dataclass(frozen=True)
class Way:
    """One way to do a job, `report` or `pull`: of which package, and the file that it makes."""

    job: str
    name: str
    package: str
    file: str

    def command(self, folder: Path) -> list[str]:
        """Return what does it, in a process."""
        if self.package != "vinkje":
            return peer(self.package, folder)
        answers = folder / "answers.csv"
        if self.job == "report":
            return report([answers], "--overwrite", "--json", str(folder / "report.json"))
        return vinkje("pull", str(answers), "-o", str(folder / self.file), "--overwrite")


WAYS = (
    Way("report", "vinkje", "vinkje", "report.xlsx"),
    Way("report", "Polars", "polars", "polars.xlsx"),
    Way("report", "DuckDB", "duckdb", "duckdb.xlsx"),
    Way("report", "pandas", "pandas", "pandas.xlsx"),
    Way("report", "csv, openpyxl", "openpyxl", "openpyxl.xlsx"),
    Way("pull", "vinkje", "vinkje", "archive.xlsx"),
    Way("pull", "formpack", "formpack", "formpack.xlsx"),
)


def is_here(way: Way) -> bool:
    """Say whether a way can be measured, and print why not."""
    if way.package == "vinkje" or versions(peer_python(way.package), [way.package]):
        return True
    print(f"{way.name} is left out: .venv-peers lacks it; {Path(__file__).name} says how")
    return False


def counted(way: Way, folder: Path) -> object:
    """Return what a way counted: of each item its counts, of an archive its rows and cells."""
    if way.file == "report.xlsx":
        items = json.loads((folder / "report.json").read_text(encoding="utf-8"))["items"]
        return {item["id"]: sorted(filter(None, item["counts"].values())) for item in items}
    book = load_workbook(folder / way.file, read_only=True)
    cells = book.worksheets[0].iter_rows(values_only=True)
    rows: list[list[Any]] = [[cell for cell in row if cell] for row in cells]
    if way.job == "pull":
        return len(rows), sum(map(len, rows))
    return {row[0].split(".")[0]: sorted(row[1:]) for row in rows[1:]}


def check_alike(ways: Sequence[Way]) -> None:
    """Raise SystemExit where a way counts an item, or an archive's rows and cells, otherwise."""
    with answered(SIZES[0]) as folder:
        for way in ways:
            measure(way.command(folder))
        for job in ("report", "pull"):
            first, *others = [counted(way, folder) for way in ways if way.job == job]
            if any(other != first for other in others):
                raise SystemExit(f"{job}: these count otherwise: {[first, *others]}")


@contextmanager
def answered(rows: int) -> Iterator[Path]:
    """Give a folder with answers, and the same as KoboToolbox has them."""
    with tempfile.TemporaryDirectory() as name:
        made("write_csv", Path(name), rows)
        made("write_submissions", Path(name))
        yield Path(name)


def figures(rows: int, ways: Sequence[Way]) -> Iterator[dict[str, object]]:
    """Yield what each way costs for a number of answers, and print it."""
    if rows > MOST_IN_A_FILE:
        raise SystemExit(f"the peers read one file, of {MOST_IN_A_FILE:,} answers at most")
    ways = [way for way in ways if way.job == "report" or rows <= MOST_ARCHIVED]
    turns = TURNS.get(rows, 1)
    with answered(rows) as folder:
        orders = [ways[:: (-1) ** turn] for turn in range(turns)]
        costs = [{way: measure(way.command(folder)) for way in order} for order in orders]
    for way in ways:
        cost = lowest([each[way] for each in costs])
        took = f"{cost.clock:.2f} s | {cost.seconds:.2f} s | {cost.memory:.0f} MB"
        print(f"| {rows:,} | {way.name} | {took} |")
        yield {"rows": rows, "job": way.job, "way": way.name, **rounded(cost)}


def main(*sizes: int) -> None:
    """Check, measure, print; keep the figures of all sizes."""
    ways = [way for way in WAYS if is_here(way)]
    check_alike(ways)
    print("| answers | way | by the clock | CPU | memory |\n|--:|---|--:|--:|--:|")
    found = [each for rows in sizes or SIZES for each in figures(rows, ways)]
    # Without one of the ways the page would say of it what nobody sees.
    if not sizes and len(ways) == len(WAYS):
        keep(FIGURES, found, versions=versions(python("peers"), PACKAGES))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
