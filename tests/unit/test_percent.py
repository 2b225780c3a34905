"""One share reads the same in every mail, message and cell."""

import csv
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from forms.analysis.rules import apply_rules
from forms.checklist.model import Checklist
from forms.mail.report_mail import report_mail
from forms.percent import percent
from forms.report.model import Report
from forms.responses.counting import read_responses
from forms.responses.model import Table
from forms.workbook import build_workbook

DAY = date(2026, 11, 30)
YES, NO, WHO = "Op orde", "Niet op orde: aanpakken is nodig", "Weet ik niet"
# Of how many who know it: with these and their multiples a share can end in half a percent. Of 200
# these are the ones whose float LibreOffice takes for less.
PEOPLE = 200
HALVES = [(n, of) for of in (8, 40) for n in range(of)] + [(n, PEOPLE) for n in (29, 57, 113, 115)]
# The number of the tab Actielijst, which is the one that LibreOffice saves as text.
ACTIONS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,false,false,2"


@pytest.mark.parametrize(
    ("share", "text"),
    [("21/40", "53%"), ("1/8", "13%"), ("5/8", "63%"), ("1/40", "3%"), ("0", "0%"), ("1", "100%")],
)
def test_a_half_goes_up(share: str, text: str) -> None:
    """As people learn it, whatever a computer makes of 0.525."""
    assert percent(Fraction(share), "nl") == percent(Fraction(share), "en") == text


def test_mail_and_workbook_give_the_same(libreoffice: Callable[..., Path], tmp_path: Path) -> None:
    """Every n/8 and n/40 that is not in order: the mail beside what a spreadsheet shows."""
    asked = [(n, of) for n, of in HALVES if Fraction(n, of) < Fraction(4, 5)]
    report = _report(asked)
    path = tmp_path / "rapport.xlsx"
    path.write_bytes(build_workbook(report))
    text = libreoffice(path, ACTIONS).with_name("rapport-Actielijst.csv")
    rows = csv.reader(text.read_text(encoding="utf-8").splitlines())
    shown = {row[0]: row[5] for row in rows if len(row) > 5 and row[5].endswith("%")}
    mail = report_mail(report, b"xlsx", "rapport.xlsx").text
    assert len(shown) == len(asked)
    wrong = [i for i, share in shown.items() if f": {i}. Stelling.\n  {share} op orde" not in mail]
    assert wrong == []
    cells = (cell.value for row in load_workbook(path)["Overzicht"].iter_rows() for cell in row)
    named = [str(value) for value in cells if str(value).endswith("% op orde)")]
    assert named
    assert all(n.endswith(f"({shown[n.partition('.')[0]]} op orde)") for n in named)


def _report(asked: list[tuple[int, int]]) -> Report:
    """Return a report of 200 people, on an item for each share of those who know it."""
    columns = [[*[YES] * n, *[NO] * (of - n), *[WHO] * (PEOPLE - of)] for n, of in asked]
    header = [f"A{n}" for n in range(1, len(asked) + 1)]
    items = [{"id": name, "text": "Stelling."} for name in header]
    sections = [{"id": "A", "title": "Deel", "items": items}]
    # Whoever does not know it leaves it to those who do, however few: it is not to be found out.
    rules = {"min_group": 5}
    checklist = Checklist.model_validate({"title": "Proef", "rules": rules, "sections": sections})
    rows = [list(row) for row in zip(*columns, strict=True)]
    responses = read_responses(Table("a.csv", header, rows), checklist)
    return Report(checklist, responses, apply_rules(checklist, responses, DAY), DAY)
