"""The workbook: a tab to see where we stand, one to work in, one to discuss, and the details."""

from typing import Any

from openpyxl import Workbook

from forms.report.report import Report
from forms.workbook import (
    account,
    action_list,
    discuss,
    overview,
    own_tabs,
    section,
    state,
)
from forms.workbook.package import saved
from forms.workbook.styles import register
from forms.workbook.tabs import Tabs, tabs_for


def build_workbook(report: Report) -> bytes:
    """Return the .xlsx file; the same report gives the same bytes."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    register(workbook)
    tabs = tabs_for(report)
    overview.write(workbook, report, tabs)
    written = action_list.write(workbook, report, tabs)
    if not report.findings.too_few:
        discuss.write(workbook, report, tabs, written.decisions)
        for each in report.checklist.sections:
            section.write(workbook, report, tabs, each)
    account.write(workbook, report, tabs)
    filled = {sheet.title: _filled(sheet) for sheet in workbook.worksheets}
    title = report.checklist.title
    kept = state.State(state.FORMAT, title, filled, written.marks, report.withheld)
    state.write(workbook, kept, report.former.rest.own_tabs if report.former else ())
    outcomes = {tabs.actions: written.outcomes}
    if report.former:
        rest = report.former.rest
        former = rest.sheet.parent
        state.carry_names(workbook, former, written.moves.reference)
        state.carry_names(workbook[tabs.actions], rest.sheet, written.moves.reference)
        # Formulas name other workbooks by their number.
        vars(workbook)["_external_links"] = former._external_links  # noqa: SLF001
        for name in rest.own_tabs:
            shown = rest.shown[name] if rest.shown else None
            outcomes[name] = own_tabs.carry(workbook, former[name], shown, written.moves)
    return saved(workbook, report, outcomes)


def _filled(sheet: Any) -> int:
    """Return how many cells hold something."""
    return sum(cell.value is not None for cell in sheet._cells.values())  # noqa: SLF001


__all__ = ["Tabs", "build_workbook"]
