"""Builds the tabs anew, of a report alone: the first workbook, or what goes into an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import IntProperty, StringProperty
from openpyxl.worksheet.worksheet import Worksheet

from forms.analysis.released import Snapshot
from forms.excel.markup import ExcelError
from forms.excel.package import Package
from forms.excel.text import cell_text
from forms.report.model import Report
from forms.report.secret import Secret
from forms.report.tabs import section_role
from forms.text import one_line
from forms.workbook import action_list, agenda, hidden_tab, methodology, overview, section
from forms.workbook.layout import Layout
from forms.workbook.packed import packed
from forms.workbook.styles import set_font

# A property of the document, by which a report is known whatever people did to its tabs.
_FORMAT_NAME = "vinkje format"
_PROPERTIES = "docProps/custom.xml"


@dataclass(frozen=True)
class Fresh:
    """A workbook of a report alone; `tabs` has its tabs' names by role, in their order."""

    package: Package
    tabs: Mapping[str, str]


def is_report(content: bytes) -> bool:
    """Say whether a file is a workbook that vinkje made, whatever people did to it since."""
    try:
        return _FORMAT_NAME.encode() in Package(content).read(_PROPERTIES)
    except ExcelError:
        return False


def build(report: Report, layout: Layout) -> Fresh:
    """Build all tabs; the action list's lines stand in the rows that the layout says."""
    tabs = report.tabs
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    set_font(workbook)
    overview.write(workbook, report, tabs)
    written = action_list.write(workbook, report, tabs, layout)
    roles = {"overview": tabs.overview, "actions": tabs.actions}
    if not report.findings.too_few:
        agenda.write(workbook, report, tabs, written.decisions)
        roles["discuss"] = tabs.discuss
        for part in report.checklist.sections:
            section.write(workbook, report, tabs, part)
            roles[section_role(part.id)] = tabs.sections[part.id]
    methodology.write(workbook, report, tabs)
    roles["account"] = tabs.account
    kept = tuple(
        hidden_tab.Tab(name, _filled(workbook[name]), role) for role, name in roles.items()
    )
    title = report.checklist.title
    existing = report.existing
    own = existing.own_tabs if existing else ()
    base = hidden_tab.HiddenTab(
        hidden_tab.FORMAT,
        title,
        kept,
        written.marks,
        report.withheld,
        tuple(dict.fromkeys([Secret(report.key).name, *(existing.keys if existing else ())])),
        report.released.remarks is not None,
        _totals(report),
        next((split.round for split in report.released.splits), None),
        organisation=report.organisation,
    )
    roles["hidden"] = hidden_tab.write(workbook, base, own)
    return Fresh(_packed(workbook, report), roles)


def _totals(report: Report) -> Snapshot | None:
    """Return the totals that stand on the tabs; None for too few answers."""
    if report.findings.too_few or report.released.totals is None:
        return None
    return report.released.totals


def _filled(sheet: Worksheet) -> int:
    """Return how many cells hold something; openpyxl's public way would make every empty one."""
    return sum(cell.value is not None for cell in sheet._cells.values())  # noqa: SLF001


def _packed(workbook: Any, report: Report) -> Package:
    """Return the file's parts, marked as a report of ours."""
    title = cell_text(one_line(report.checklist.title))
    workbook.custom_doc_props.append(IntProperty(name=_FORMAT_NAME, value=hidden_tab.FORMAT))
    workbook.custom_doc_props.append(StringProperty(name="vinkje checklist", value=title))
    return packed(workbook, title, report.words("tabs.actions"), report.today)
