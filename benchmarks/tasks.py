"""The work that benchmarks/run.py measures, one task a process."""

import csv
import sys
import time
from collections import Counter
from pathlib import Path

from answers import TODAY

SHEET = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-abcdE"


def plain_csv(folder: Path) -> None:
    """Read the rows, and nothing else."""
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        list(csv.reader(file))


def plain_xlsx(folder: Path) -> None:
    """Read the rows, and nothing else."""
    from openpyxl import load_workbook

    workbook = load_workbook(folder / "answers.xlsx", read_only=True)
    list(workbook.worksheets[0].iter_rows(values_only=True))


def _read(path: Path) -> None:
    from forms.checklist.model import default_checklist, load_checklist
    from forms.collect.source import open_source
    from forms.responses.counting import read_responses

    checklist = load_checklist(default_checklist())
    read_responses(open_source(str(path), checklist), checklist, TODAY)


def read_csv(folder: Path) -> None:
    """Read, recognise and count."""
    _read(folder / "answers.csv")


def serve(folder: Path) -> None:
    """Be Google with the answers in a Sheet, until nobody listens."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
    from google_resources import Sheet
    from google_server import google_server

    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with google_server() as google:
        google.sheets[SHEET] = Sheet("Answers", {"Form Responses 1": rows})
        google.key_file(folder / "key.json")
        print(google.url, flush=True)
        sys.stdin.read()


def read_sheet(_folder: Path) -> None:
    """Read, recognise and count what Google serves."""
    _read(Path(SHEET))


def _columns(folder: Path) -> list[tuple[str, ...]]:
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [column for column in zip(*rows, strict=True) if len(set(column[:1000])) == 5]


def counter(folder: Path) -> None:
    """Count each item's column with a Counter; print the seconds of the counting alone."""
    columns = _columns(folder)
    start = time.process_time()
    for column in columns:
        Counter(column)
    print(time.process_time() - start)


def count(folder: Path) -> None:
    """Count each item's column as we do, a byte a cell."""
    from forms.responses.tally import counts_of_codes

    columns = [bytes(hash(cell) % 5 + 1 for cell in column) for column in _columns(folder)]
    start = time.process_time()
    for column in columns:
        counts_of_codes(column)
    print(time.process_time() - start)


if __name__ == "__main__":
    name, where, *rest = sys.argv[1:]
    globals()[name](Path(where), *map(int, rest))
