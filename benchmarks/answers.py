"""Made-up answers of any number, for benchmarks; each task a process, as tasks.py has them.

Whoever measures has them made by a process of its own: a child's peak memory is never told as less
than what its parent held when it began.
"""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

TODAY = date(2026, 11, 30)
# In the two weeks before; whoever answers after today would be pointed out.
SPAN = timedelta(days=14)
START = datetime.combine(TODAY - SPAN, time())
# To make one up takes longer than to read it, so from here on the same answers come again, later.
MOST_DISTINCT = 100_000
# What a sheet of Excel can hold; vinkje refuses a table of more than 60,000,000 cells.
MOST_IN_A_FILE = 1_000_000


def made(task: str, folder: Path, *arguments: int) -> None:
    """Have a task of this file done in a process of its own."""
    command = [sys.executable, __file__, task, str(folder), *map(str, arguments)]
    subprocess.run(command, check=True)


def files(folder: Path) -> list[Path]:
    """Return the files that hold the answers: one, or for millions more."""
    return sorted(folder.glob("answers*.csv"))


def write_csv(folder: Path, rows: int) -> None:
    """Write answers to the shipped checklist as Google Sheets would download them."""
    from forms.checklist.model import default_checklist, load_checklist
    from forms.jobs.made_up import made_up_answers

    text = made_up_answers(load_checklist(default_checklist()), TODAY, min(rows, MOST_DISTINCT))
    header, *people = csv.reader(io.StringIO(text, newline=""))
    remarks = [n for n, title in enumerate(header[1:]) if title.endswith(": toelichting")]
    for first in range(0, rows, MOST_IN_A_FILE):
        name = f"answers-{first}.csv" if first else "answers.csv"
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for number in range(first, min(rows, first + MOST_IN_A_FILE)):
                at = START + SPAN * number / rows
                person = people[number % len(people)][1:]
                # Nobody writes the same as somebody else.
                for column in remarks:
                    person[column] += f" ({number})" if person[column] else ""
                writer.writerow([f"{at:%d-%m-%Y %H:%M:%S}", *person])


def _rows(folder: Path) -> Iterator[list[str]]:
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def write_xlsx(folder: Path) -> None:
    """Write the rows of answers.csv as a workbook."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in _rows(folder):
        sheet.append(row)
    workbook.save(folder / "answers.xlsx")


def read(folder: Path) -> None:
    """Read, recognise and count, and do nothing with it."""
    from forms.checklist.model import default_checklist, load_checklist
    from forms.collect.source import open_sources
    from forms.responses.counting import read_sources

    checklist = load_checklist(default_checklist())
    tables = open_sources(list(map(str, files(folder))), checklist)
    read_sources(tables, checklist, TODAY)


def write_submissions(folder: Path) -> None:
    """Write answers.csv as KoboToolbox has it: a survey, and submissions by name and value."""
    from forms.checklist.model import default_checklist, load_checklist
    from forms.questionnaire import questionnaire

    asked = questionnaire(load_checklist(default_checklist()))
    survey, choices, known = [], [], []
    for question in asked.questions():
        name = question.id.replace(":", "_")
        kind = f"select_one {name}" if question.choices else "text"
        survey.append({"type": kind, "name": name, "label": question.title})
        choices += [
            {"list_name": name, "name": each.value, "label": each.label}
            for each in question.choices
        ]
        known.append((name, {each.label: each.value for each in question.choices}))
    form = {"title": "Proef", "version": "1", "content": {"survey": survey, "choices": choices}}
    (folder / "survey.json").write_text(json.dumps(form), encoding="utf-8")
    rows = _rows(folder)
    next(rows)
    with (folder / "submissions.jsonl").open("w", encoding="utf-8") as out:
        for at, *cells in rows:
            given = zip(known, cells, strict=True)
            sent = {name: values.get(cell, cell) for (name, values), cell in given if cell}
            out.write(json.dumps({"_submission_time": at, "__version__": "1", **sent}) + "\n")


if __name__ == "__main__":
    name, where, *rest = sys.argv[1:]
    globals()[name](Path(where), *map(int, rest))
