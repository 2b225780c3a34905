"""A remark that names somebody: kept out of every later report, mail and figures, until undone."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from working import Folder, checklist

from forms.report.withheld import code_of

NAMES = "Jan van de Kerkstraat belde"
OTHER = "Gaat goed"


@pytest.fixture(params=["item", "section"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Folder:
    """Return a folder with a report that shows two remarks."""
    made = Folder(tmp_path, checklist(remarks=request.param))
    subject = "A1" if request.param == "item" else "Deel"
    made.remarks = {subject: NAMES, f"{subject} ": ""}
    made.remarks = {subject: NAMES}
    made.report()
    return made


def answer(folder: Folder, word: object, *, save: Callable[[Any], object] | None = None) -> None:
    """Write a word beside the remark that names somebody."""
    workbook = load_workbook(folder.workbook)
    sheet: Any = workbook["Deel"]
    for row in sheet.iter_rows():
        if row[3].value in {code_of("A1", NAMES), code_of("A", NAMES)}:
            row[2].value = word
    if save:
        save(workbook)
    workbook.save(folder.workbook)


def everything(folder: Folder, path: Path | None = None) -> str:
    """Return all that is in the workbook and the mail, as text."""
    with zipfile.ZipFile(path or folder.workbook) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist()]
    mails = [p.read_text(encoding="utf-8") for p in folder.path.glob("rapport.*ml")]
    return "\n".join([*parts, *mails])


def test_it_is_shown_until_somebody_says_no(folder: Folder) -> None:
    """As it was written."""
    folder.report(date(2026, 12, 7))
    assert NAMES in everything(folder)


@pytest.mark.parametrize("word", ["Nee", "nee", " NEE ", "No", False, "liever niet", "nee, naam"])
def test_a_no_keeps_it_out_for_good(folder: Folder, word: object) -> None:
    """Anything but a yes is a no; the row stays, so that it can be undone."""
    answer(folder, word)
    for week in (7, 14, 21):
        folder.report(date(2026, 12, week))
        assert NAMES not in everything(folder)
        assert "(niet getoond)" in everything(folder)
        assert "Zie Deel (6)" not in everything(folder)


@pytest.mark.parametrize("word", ["Ja", "yes", None, True])
def test_a_yes_shows_it_again(folder: Folder, word: object) -> None:
    """Also an emptied cell."""
    answer(folder, "Nee")
    folder.report(date(2026, 12, 7))
    answer(folder, word)
    folder.report(date(2026, 12, 14))
    assert NAMES in everything(folder)


@pytest.mark.parametrize("gap", ["few", "dropped"])
def test_it_stays_out_when_no_remark_was_shown_in_between(folder: Folder, gap: str) -> None:
    """The workbook remembers, also without a tab of remarks."""
    answer(folder, "Nee")
    folder.report(date(2026, 12, 7))
    remarks = folder.remarks
    if gap == "few":
        folder.people = 2
    else:
        folder.remarks = {}
    folder.report(date(2026, 12, 14))
    folder.people, folder.remarks = 6, remarks
    folder.report(date(2026, 12, 21))
    assert NAMES not in everything(folder)


def renamed(workbook: Any) -> None:
    """Give the header another name."""
    for row in workbook["Deel"].iter_rows():
        if row[2].value == "Tonen":
            row[2].value = "Laten zien?"


def moved(workbook: Any) -> None:
    """Put a column before it, and rows above it."""
    workbook["Deel"].insert_cols(2)
    workbook["Deel"].insert_rows(1, 3)


def titled(workbook: Any) -> None:
    """Give the tab another name; Excel changes the defined name with it."""
    workbook["Deel"].title = "Iets anders"
    for name in workbook.defined_names.values():
        name.attr_text = name.attr_text.replace("'Deel'", "'Iets anders'")


@pytest.mark.parametrize("change", [renamed, moved, titled])
def test_a_no_is_found_wherever_it_went(folder: Folder, change: Callable[[Any], object]) -> None:
    """By the code that stands in the same row."""
    answer(folder, "Nee", save=change)
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)


def test_libreoffice_may_save_it(folder: Folder, libreoffice: Callable[[Path, str], Path]) -> None:
    """Its text then stands in a table of its own."""
    answer(folder, "Nee")
    folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)


def test_a_new_folder_knows_nothing_of_it(folder: Folder) -> None:
    """What was withheld is kept in the workbook; begun anew, it is shown anew."""
    answer(folder, "Nee")
    folder.report(date(2026, 12, 7), overwrite=True)
    assert NAMES in everything(folder)
