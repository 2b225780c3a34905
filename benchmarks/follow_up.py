"""What it costs to read and carry over the follow-up, as ratios: a part of `make bench`.

Reading is held against openpyxl loading the whole workbook, whose other tabs are large; once as we
write it and once as LibreOffice saves it, where all text stands in one table. Carrying over is held
against the same report without anything to carry over.
"""

import csv
import gc
import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from process import needed
from ratios import Ratio, conclude, in_turns

from forms.checklist.model import default_checklist, load_checklist
from forms.jobs.made_up import made_up_answers
from forms.jobs.report import ReportRequest, make_report
from forms.workbook.reader import read_existing

TODAY = date(2026, 11, 30)
WITHHELD, OWN_ROWS, REMARKS = 20, 5_000, 5_000


def seconds(task: Callable[[], object]) -> float:
    """Return the CPU time of a task, without that of clearing away what the one before left."""
    gc.collect()
    start = time.process_time()
    task()
    return time.process_time() - start


def answers(folder: Path) -> Path:
    """Write answers with 5,000 different remarks on every section."""
    checklist = load_checklist(default_checklist())
    header, *rows = csv.reader(io.StringIO(made_up_answers(checklist, TODAY)))
    for number in range(REMARKS):
        remarks = [title.endswith(": toelichting") for title in header]
        rows.append(
            [f"{number} on {i}, of some length" if r else "" for i, r in enumerate(remarks)]
        )
    path = folder / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def report(source: Path, output: Path) -> None:
    """Make the report, over the one that is there."""
    make_report(ReportRequest((str(source),), output, default_checklist(), TODAY))


def withhold(output: Path) -> None:
    """Say of a few remarks that they are not to be shown."""
    workbook: Any = load_workbook(output)
    refused = 0
    for row in workbook["Signaleren"].iter_rows(min_col=3, max_col=3):
        if row[0].value == "Ja" and refused < WITHHELD:
            row[0].value, refused = "Nee", refused + 1
    workbook.save(output)


def add_rows(output: Path) -> None:
    """Fill the list with rows of people's own."""
    workbook: Any = load_workbook(output)
    sheet = workbook["Actielijst"]
    for number in range(OWN_ROWS):
        row = [f"row {number}", None, None, None, None, None, "Nodig", f"owner {number % 40}"]
        sheet.append([None, None, *row, TODAY, "Bezig", None, f"note {number}"])
    workbook.save(output)


def saved_by_libreoffice(output: Path, office: str) -> Path:
    """Return the workbook as LibreOffice saves it."""
    folder = output.parent
    arguments = [f"-env:UserInstallation={folder.as_uri()}/lo", "--convert-to", "xlsx"]
    saved = folder / "saved"
    command = [office, "--headless", *arguments, "--outdir", str(saved), str(output)]
    subprocess.run(command, check=True, capture_output=True)
    return saved / output.name


def reading(name: str, path: Path) -> list[Ratio]:
    """Measure what reading costs, beside loading the whole workbook."""
    content = path.read_bytes()

    def turn(_number: int, _is_wanted: object) -> dict[str, float]:
        ours = seconds(lambda: read_existing(path.name, content))
        return {name: ours / seconds(lambda: load_workbook(io.BytesIO(content)))}

    return in_turns(turn)


def carrying(folder: Path) -> list[Ratio]:
    """Measure a report over people's own rows, beside one over none."""
    small, few, many = folder / "small.csv", folder / "few.xlsx", folder / "many.xlsx"
    small.write_text(made_up_answers(load_checklist(default_checklist()), TODAY), "utf-8")
    report(small, few)
    report(small, many)
    add_rows(many)

    def turn(_number: int, _is_wanted: object) -> dict[str, float]:
        more = seconds(lambda: report(small, many))
        return {
            "report with 5,000 own rows / with none": more / seconds(lambda: report(small, few))
        }

    return in_turns(turn)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source, output = answers(folder), folder / "rapport.xlsx"
        report(source, output)
        ratios = reading("read follow-up / openpyxl loading its workbook", output)
        if office := needed("LibreOffice", shutil.which("libreoffice")):
            withhold(output)
            saved = saved_by_libreoffice(output, office)
            ratios += reading("the same, saved by LibreOffice, 20 withheld", saved)
        ratios += carrying(folder)
    conclude(ratios)


if __name__ == "__main__":
    main()
