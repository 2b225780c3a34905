"""What a round of many organisations costs: `python benchmarks/shared_round.py`.

28 organisations and 280, of a thousand made-up people each, in a file: taking the list, status,
the sector's figures, one report and all reports. Each in a process of its own; beside the sector's
figures stands reading all of those answers once, and counting them. Numbers of organisations may be
named, and then how many people each has: `python benchmarks/shared_round.py 28 100`.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from answers import TODAY
from process import ROOT, Cost, measure, python, vinkje
from shared_answers import close_long_ago, fill_round

from forms.checklist.model import load_checklist
from forms.store.interface import Organisation
from forms.store.open import read_store

SIZES, PEOPLE = (28, 280), 1_000
CHECKLIST = ROOT / "checklist.yaml"
# What somebody would write who needs no privacy: every answer to every statement, counted.
COUNTED = """
import sys
from collections import Counter
from forms.store.open import read_store
with read_store(sys.argv[1]) as reader:
    counts = Counter()
    for each in reader.submissions():
        counts.update((each.organisation, *answer) for answer in each.answers.items())
print(len(counts))
"""


def commands(folder: Path, organisations: int) -> Iterator[tuple[str, list[str]]]:
    """Yield what is measured of a round in a folder: its name, and what does it."""
    store = f"sqlite:///{folder / 'answers.db'}"
    day = ["--date", str(TODAY), "--checklist", str(CHECKLIST)]
    listed = str(folder / "list.csv")
    link = ["--public-url", "https://questions.example.org/", "-o", str(folder / "links.csv")]
    yield "list", vinkje("organisations", listed, "--store", store, *link)
    yield "status", vinkje("status", store, "--checklist", str(CHECKLIST))
    yield "reading all", [python("plain"), "-c", COUNTED, store]
    yield "sector", vinkje("sector", "--store", store, "-o", str(folder / "s.xlsx"), *day)
    own = ["--organisation", f"Organisation {organisations // 2}"]
    report = vinkje("report", store, "-o", str(folder / "all" / "report.xlsx"), *day)
    (folder / "all").mkdir()
    yield "one report", [*report, *own]
    yield "all reports", [*report, "--each"]


def figures(organisations: int, people: int) -> Iterator[tuple[str, Cost]]:
    """Yield what each step costs, and print it."""
    several = [Organisation(f"Organisation {n}", size="sml"[n % 3]) for n in range(organisations)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'answers.db'}"
        answers = fill_round(url, load_checklist(CHECKLIST), several, people, TODAY)
        names = "".join(f"{each.name},{each.size}\n" for each in several)
        (folder / "list.csv").write_text(f"name,size\n{names}", encoding="utf-8")
        close_long_ago(folder / "answers.db")
        print(f"{organisations} organisations, {answers:,} answers", flush=True)
        for task, command in commands(folder, organisations):
            cost = measure(command)
            print(
                f"  {task:<12} {cost.clock:8.2f} s {cost.seconds:8.2f} s of CPU "
                f"{cost.memory:6.0f} MB",
                flush=True,
            )
            yield task, cost
        with read_store(url) as reader:
            if not reader.figures():
                raise SystemExit("no figures were kept")


def main(*numbers: int) -> None:
    """Measure and print, with how a step grows and what it is of reading all."""
    sizes, people = (numbers[:1], numbers[-1]) if numbers else (SIZES, PEOPLE)
    found = {size: dict(figures(size, people)) for size in sizes}
    for size, costs in found.items():
        ratio = costs["sector"].seconds / costs["reading all"].seconds
        print(f"{size}: sector / reading all {ratio:.2f}")
    if len(found) > 1:
        first, last = found[sizes[0]], found[sizes[-1]]
        for task, cost in last.items():
            print(f"{task}: {cost.seconds / first[task].seconds:.1f} x")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
