"""A report of a store beside pulling its rows and counting them in Python, as ratios.

On a PostgreSQL of its own, or in the empty database that VINKJE_BENCH_POSTGRESQL names as
`postgresql://…`; and on SQLite. Made-up answers: 20 statements, 7 groups, 2 versions, 3% revised,
5% with a remark. Add a number of submissions to measure another size:
`python benchmarks/counting.py 5000000`.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from process import Cost, measure, needed, python, show_costs
from ratios import conclude, in_turns

HERE = Path(__file__).parent
TASKS = {"report": "report (PostgreSQL)", "report_file": "report (SQLite)", "plain": "in Python"}
START = datetime(2026, 11, 1, tzinfo=UTC)
ROLES = [f"Functie {number}" for number in range(7)]
ITEMS = [f"S{number}" for number in range(1, 21)]
ANSWERS = ["in_order", "needed", "desirable", "not_needed", "unknown"]
# What a user keeps answers in: a row a sending, the answers as JSON.
PLAIN = "CREATE TABLE plain (key text, answers jsonb, at timestamptz)"


def checklist(first: str) -> dict[str, object]:
    """Return a checklist of which the first statement begins with some words."""
    items = [{"id": item, "text": f"Stelling {item} zegt iets."} for item in ITEMS]
    items[0]["text"] = f"{first}de lampen branden."
    role = {"id": "role", "label": "Functie", "choices": ROLES, "split": True}
    return {
        "title": "Proef",
        "respondent": [role],
        "sections": [{"id": "S", "title": "Deel", "items": items}],
    }


def sent(
    rows: int, versions: list[str]
) -> Iterator[tuple[str, int, str, dict[str, str], datetime]]:
    """Yield what was sent: its key, revision, version, answers and moment."""
    chance = random.Random(1)
    step = timedelta(days=20) / rows
    for number in range(rows):
        key = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
        for revision in (1, 2) if number % 33 == 0 else (1,):
            answers = {"role": chance.choice(ROLES)}
            answers |= zip(ITEMS, chance.choices(ANSWERS, (60, 15, 10, 5, 10), k=20), strict=True)
            if number % 20 == 0:
                answers["remark:S"] = f"Een toelichting, nummer {number}"
            yield key, revision, versions[number % 2], answers, START + step * (number + revision)


def make(folder: Path, rows: int) -> None:
    """Fill a store of each kind, and a plain table."""
    from forms.checklist.model import Checklist
    from forms.questionnaire import questionnaire
    from forms.store.interface import QuestionnaireVersion
    from forms.store.open import init_store, open_store

    today = checklist("")
    (folder / "checklist.yaml").write_text(json.dumps(today), encoding="utf-8")
    asked = [questionnaire(Checklist.model_validate(c)) for c in (checklist("Vroeger: "), today)]
    url = os.environ["VINKJE_BENCH_POSTGRESQL"]
    init_store(url)
    for address in (url, file_url(folder)):
        with closing(open_store(address)) as store:
            for each in asked:
                store.remember(QuestionnaireVersion.of(each))
    versions = [each.version for each in asked]
    fill_postgresql(url, sent(rows, versions), asked[0].codebook())
    fill_file(folder, sent(rows, versions))


def fill_postgresql(
    url: str,
    several: Iterable[tuple[str, int, str, dict[str, str], datetime]],
    codebook: dict[str, list[str]],
) -> None:
    """Write rows as the form does, without its wait for the disk at each; and plain ones."""
    import psycopg

    from forms.store.postgresql.codes import Codebook

    book = Codebook(codebook)
    with (
        psycopg.connect(url, autocommit=True) as one,
        psycopg.connect(url, autocommit=True) as other,
    ):
        one.execute(PLAIN)
        ours = "COPY vinkje.submission FROM STDIN"
        with (
            one.cursor().copy(ours) as store,
            other.cursor().copy("COPY plain FROM STDIN") as plain,
        ):
            for key, revision, version, answers, at in several:
                codes, rest = book.encoded(answers)
                bits = bytes.fromhex(key)
                store.write_row(("", bits, revision, bits[::-1], version, at, False, codes, rest))
                plain.write_row((key, json.dumps(answers), at))
        one.execute("VACUUM ANALYZE")


def fill_file(
    folder: Path, several: Iterable[tuple[str, int, str, dict[str, str], datetime]]
) -> None:
    """Write the same into a file, in one transaction."""
    from forms.store.interface import Submission
    from forms.store.open import open_store

    with closing(open_store(file_url(folder))) as store:
        store.restore(
            Submission(key, answers, version, at, revision=revision)
            for key, revision, version, answers, at in several
        )


def file_url(folder: Path) -> str:
    """Return the address of the store in a file."""
    return f"sqlite:///{folder / 'answers.db'}"


def report(folder: Path) -> None:
    """Do the whole command on PostgreSQL."""
    _report(folder, os.environ["VINKJE_BENCH_POSTGRESQL"])


def report_file(folder: Path) -> None:
    """Do the whole command on SQLite."""
    _report(folder, file_url(folder))


def _report(folder: Path, source: str) -> None:
    from cli.main import vinkje

    output, asked = str(folder / "rapport.xlsx"), str(folder / "checklist.yaml")
    vinkje(["report", source, "-o", output, "--checklist", asked, "--overwrite"])


def plain(_folder: Path) -> None:
    """Do what a user would write: pull the rows, keep each one's last, and count."""
    import psycopg

    last: dict[str, tuple[dict[str, str], datetime]] = {}
    with psycopg.connect(os.environ["VINKJE_BENCH_POSTGRESQL"]) as connection:
        for key, answers, at in connection.execute(
            "SELECT key, answers, at FROM plain ORDER BY at"
        ):
            last[key] = answers, at
    counts: Counter[tuple[str, str, str]] = Counter()
    days: Counter[object] = Counter()
    remarks = []
    for answers, at in last.values():
        days[at.date()] += 1
        role = answers.pop("role", "")
        for question, answer in answers.items():
            if question.startswith("remark:"):
                remarks.append(answer)
            else:
                counts[role, question, answer] += 1


@contextmanager
def database(folder: Path) -> Iterator[bool]:
    """Have an empty database: the one that is named, else on a server of our own, if it can be."""
    if "VINKJE_BENCH_POSTGRESQL" in os.environ:
        yield True
        return
    sys.path.insert(0, str(HERE.parent / "tests" / "support"))
    from postgres_server import postgres, postgres_program

    if not needed("PostgreSQL", postgres_program("initdb")):
        yield False
        return
    with postgres(folder / "postgresql", shared_buffers="128MB") as server:
        os.environ["VINKJE_BENCH_POSTGRESQL"] = server.new_database()
        yield True


def main(rows: int) -> None:
    """Make the stores, run all tasks in turns, print the ratios."""
    costs: dict[str, list[Cost]] = {name: [] for name in TASKS.values()}

    def turn(number: int, _is_wanted: object) -> dict[str, float]:
        now = {
            t: measure([python("plain"), __file__, t, place])
            for t in list(TASKS)[:: (-1) ** number]
        }
        for task, each in now.items():
            costs[TASKS[task]].append(each)
        ours, other = now["report"], now["plain"]
        return {
            "report of a store / in Python, by the clock": ours.clock / other.clock,
            "report of a store / in Python": ours.seconds / other.seconds,
            "report of a store, MB": ours.memory,
        }

    with tempfile.TemporaryDirectory() as place, database(Path(place)) as is_there:
        if not is_there:
            return
        subprocess.run([sys.executable, __file__, "make", place, str(rows)], check=True)
        ratios = in_turns(turn)
    print(f"{rows:,} submissions")
    show_costs(costs)
    conclude(ratios)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].isdigit():
        task_, where, *rest = sys.argv[1:]
        globals()[task_](Path(where), *map(int, rest))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
