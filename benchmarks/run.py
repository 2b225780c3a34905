"""Speed and memory as ratios, each to something run beside it: `make bench`.

Every task runs in a process of its own, in turns, so that a busy machine slows both alike; the
lowest CPU time and the highest memory count. Add a number of rows to measure another size:
`python benchmarks/run.py 1000000`.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from process import Cost, lowest, measure

HERE = Path(__file__).parent
TURNS = 3


@dataclass(frozen=True)
class Ratio:
    """What is compared, and the ratio it should stay under."""

    name: str
    task: str
    beside: str
    goal: str
    by_memory: bool = False


RATIOS = (
    Ratio("read .csv / csv.reader", "read_csv", "plain_csv", ""),
    Ratio("read .csv / csv.reader, memory", "read_csv", "plain_csv", "", by_memory=True),
    Ratio("read .xlsx / openpyxl", "read_xlsx", "plain_xlsx", ""),
    Ratio("read .xlsx / openpyxl, memory", "read_xlsx", "plain_xlsx", "", by_memory=True),
    Ratio("read Google Sheet / .csv", "read_sheet", "read_csv", ""),
    Ratio("read Google Sheet / .csv, memory", "read_sheet", "read_csv", "", by_memory=True),
    Ratio("count / Counter per column", "count", "counter", "0.1"),
    Ratio("vinkje report / reading .csv", "report", "read_csv", "2 (1.5 for 1,000,000)"),
    Ratio("vinkje report / pandas", "report", "pandas_way", "1"),
    Ratio("vinkje report / pandas, memory", "report", "pandas_way", "1", by_memory=True),
    Ratio("vinkje --help / bare Python", "help", "bare", "5"),
)


def cost(task: str, folder: Path) -> Cost:
    """Run a task in a process of its own."""
    command = [sys.executable, str(HERE / "tasks.py"), task, str(folder)]
    if task == "bare":
        command = [sys.executable, "-c", "pass"]
    if task == "help":
        command = [sys.executable, "-c", "from cli.main import vinkje; vinkje()", "--help"]
    measured = measure(command)
    # A task that measures a part of its work prints the seconds of that part.
    if task in {"count", "counter"}:
        return replace(measured, seconds=float(measured.printed))
    return measured


@contextmanager
def google(folder: Path) -> Iterator[None]:
    """Let Google stand on loopback, in a process of its own."""
    command = [sys.executable, str(HERE / "tasks.py"), "serve", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        address = server.stdout.readline().decode().strip() if server.stdout else ""
        os.environ["VINKJE_GOOGLE_URL"] = address
        os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = str(folder / "key.json")
        yield
        server.communicate()


def main(rows: int) -> None:
    """Make the files, run all tasks in turns, print the ratios."""
    tasks = list(dict.fromkeys(t for r in RATIOS for t in (r.task, r.beside)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        making = [sys.executable, str(HERE / "tasks.py"), "make", str(folder), str(rows)]
        subprocess.run(making, check=True)
        if not (folder / "answers.xlsx").exists():
            tasks = [task for task in tasks if "xlsx" not in task]
        with google(folder):
            costs = [{task: cost(task, folder) for task in tasks} for _ in range(TURNS)]
    best = {task: lowest([c[task] for c in costs]) for task in tasks}
    print(f"{rows:,} rows x 25 columns, {TURNS} turns")
    for task, own in best.items():
        print(f"  {task:<12} {own.seconds:8.3f} s {own.memory:8.0f} MB")
    for ratio in RATIOS:
        if ratio.task in best:
            mine, other = best[ratio.task], best[ratio.beside]
            found = mine.memory / other.memory if ratio.by_memory else mine.seconds / other.seconds
            goal = f"   goal {ratio.goal}" if ratio.goal else ""
            print(f"  {ratio.name:<36} {found:6.2f}{goal}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
