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


def pandas_way(folder: Path) -> None:
    """Do what a user would write for the same workbook: read, count, to_excel."""
    import pandas as pd

    frame = pd.read_csv(folder / "answers.csv")
    role = frame.columns[1]
    items = [name for name in frame.columns if name[:1] in "SPO" and name[1:2].isdigit()]
    remarks = [name for name in frame.columns[2:] if name not in items]
    with pd.ExcelWriter(folder / "pandas.xlsx", engine="openpyxl") as writer:
        frame[items].apply(lambda column: column.value_counts()).T.to_excel(
            writer, sheet_name="all"
        )
        groups = {name: pd.crosstab(frame[role], frame[name]) for name in items}
        pd.concat(groups).to_excel(writer, sheet_name="groups")
        for number, name in enumerate(remarks):
            sheet = f"remarks {number}"
            frame[name].dropna().sort_values().head(1000).to_excel(writer, sheet_name=sheet)


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
