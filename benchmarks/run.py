"""Commands beside what a user would write, in time and memory: a part of `make bench`.

Every task runs in a process of its own. Add a number of answers to measure another size:
`python benchmarks/run.py 3000`.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import urlopen

from answers import MOST_IN_A_FILE, made
from process import Cost, lowest, measure, peer, python, report, show_costs, vinkje
from ratios import Ratio, conclude, in_turns

TASKS = str(Path(__file__).parent / "tasks.py")
SIZES = (100_000, 1_000_000)
# More answers than this are counted in a report and beside it only, or it takes hours.
MOST = 200_000
# A process that is done at once is measured as often in a turn, of which the lowest counts.
SHORT_RUNS = 5
SHORT = {"bare", "help", "web", "libraries", "again"}


@dataclass(frozen=True)
class Pair:
    """What is compared with what, and of which sizes."""

    name: str
    task: str
    beside: str
    by_memory: bool = False
    most: int = MOST

    def ratio(self, costs: Mapping[str, Cost]) -> float:
        """Return ours divided by the other."""
        mine, other = costs[self.task], costs[self.beside]
        return mine.memory / other.memory if self.by_memory else mine.seconds / other.seconds


BEGIN = (
    Pair("vinkje --help / bare Python", "help", "bare"),
    Pair("vinkje form web, ready / bare Python", "web", "bare"),
    Pair("report of 60 answers, again / its libraries", "again", "libraries"),
)
BY_SIZE = (
    Pair("read .csv / csv.reader", "read_csv", "plain_csv"),
    Pair("read .csv / csv.reader, memory", "read_csv", "plain_csv", by_memory=True),
    Pair("read Google Sheet / .csv", "read_sheet", "read_csv"),
    Pair("read Google Sheet / .csv, memory", "read_sheet", "read_csv", by_memory=True),
    Pair("count / Counter per column", "count", "counter"),
    Pair("report .csv / reading it", "report", "read_csv", most=sys.maxsize),
    Pair("report .csv / pandas", "report", "pandas", most=sys.maxsize),
    Pair("report .csv / pandas, memory", "report", "pandas", by_memory=True, most=sys.maxsize),
    # What plain Python takes that looks at no cell: so much there is left to gain.
    Pair("csv, openpyxl / pandas", "openpyxl", "pandas", most=sys.maxsize),
    Pair("report .xlsx / openpyxl reading it", "report_xlsx", "plain_xlsx"),
    Pair("report .xlsx / openpyxl, memory", "report_xlsx", "plain_xlsx", by_memory=True),
)


def command(task: str, folder: Path) -> list[str]:
    """Return what runs a task, which is vinkje as people have it unless it says otherwise."""
    plain = python("plain")
    store = f"sqlite:///{folder / 'form.db'}"
    commands = {
        "bare": [plain, "-c", "pass"],
        "libraries": [plain, "-c", "import lxml.etree, openpyxl, pydantic"],
        "help": vinkje("--help"),
        "web": vinkje("form", "web", "--port", "0", "--store", store),
        "report": report([folder / "answers.csv"], "--overwrite"),
        "report_xlsx": report([folder / "answers.xlsx"], "--overwrite"),
        "again": report([folder / "answers.csv"]),
        "pandas": peer("pandas", folder),
        "openpyxl": peer("openpyxl", folder),
    }
    return commands.get(task, [plain, TASKS, task, str(folder)])


def is_answered(line: str) -> bool:
    """Open the form whose address a line says, if it does; return whether it was there."""
    link = re.search(r"http://\S+", line)
    if not link:
        return False
    with urlopen(link[0]) as page:  # noqa: S310 - our own, on loopback
        return bool(page.status == 200)


def cost(task: str, folder: Path) -> Cost:
    """Run a task in a process of its own, a short one several times."""
    runs = SHORT_RUNS if task in SHORT else 1
    until = is_answered if task == "web" else None
    measured = lowest([measure(command(task, folder), until) for _ in range(runs)])
    # A task that measures a part of its work prints the seconds of that part.
    if task in {"count", "counter"}:
        return replace(measured, seconds=float(measured.printed))
    return measured


@contextmanager
def google(folder: Path) -> Iterator[None]:
    """Let Google stand on loopback, in a process of its own."""
    serving = [sys.executable, TASKS, "serve", str(folder)]
    with subprocess.Popen(serving, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        address = server.stdout.readline().decode().strip() if server.stdout else ""
        os.environ["VINKJE_GOOGLE_URL"] = address
        os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = str(folder / "key.json")
        yield
        server.communicate()


def compared(pairs: Mapping[str, Pair], folder: Path) -> list[Ratio]:
    """Run the tasks of all pairs in turns; print what they cost, return the ratios."""
    costs: defaultdict[str, list[Cost]] = defaultdict(list)

    def turn(number: int, is_wanted: Callable[[str], bool]) -> dict[str, float]:
        wanted = {name: pair for name, pair in pairs.items() if is_wanted(name)}
        tasks = list(dict.fromkeys(t for p in wanted.values() for t in (p.task, p.beside)))
        # Forth and back, so that what slows or speeds up as it goes favours nobody.
        now = {task: cost(task, folder) for task in tasks[:: (-1) ** number]}
        for task, each in now.items():
            costs[task].append(each)
        return {name: pair.ratio(now) for name, pair in wanted.items()}

    ratios = in_turns(turn)
    show_costs(costs)
    return ratios


def of_size(rows: int) -> list[Ratio]:
    """Measure what grows with the answers."""
    if rows > MOST_IN_A_FILE:
        raise SystemExit(f"pandas reads one file, of {MOST_IN_A_FILE:,} answers at most")
    print(f"{rows:,} answers, 25 columns", flush=True)
    pairs = {f"{rows:,} answers: {p.name}": p for p in BY_SIZE if rows <= p.most}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made("write_csv", folder, rows)
        if rows > MOST:
            return compared(pairs, folder)
        made("write_xlsx", folder)
        with google(folder):
            return compared(pairs, folder)


def begin() -> list[Ratio]:
    """Measure what everybody waits for, however few the answers are."""
    print(f"Begin, and 60 answers: the lowest of {SHORT_RUNS} a turn", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made("write_csv", folder, 60)
        measure(command("report", folder))
        return compared({pair.name: pair for pair in BEGIN}, folder)


if __name__ == "__main__":
    sizes = map(int, sys.argv[1:]) if sys.argv[1:] else SIZES
    conclude([*begin(), *(ratio for rows in sizes for ratio in of_size(rows))])
