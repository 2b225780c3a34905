"""The tab that people work in for months: one flat table, the right part of it theirs."""

from collections.abc import Sequence
from datetime import date, timedelta

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from forms.report.findings import Finding, Priority
from forms.report.report import Report, based_on
from forms.report.workbook.remarks import remarks_cell, remarks_width
from forms.report.workbook.sheet import Sheet, Value
from forms.report.workbook.styles import DIM, DONE, LATE, solid
from forms.report.workbook.tabs import Tabs
from forms.wording import Wording

COLUMNS = (
    ("id", 5, "centred"),
    ("section", 11.5, "cell"),
    ("item", 34, "cell"),
    ("action", 31, "cell"),
    ("priority", 10, ""),
    ("share", 7.5, "percent"),
    ("based", 9.5, "centred"),
    ("divided", 8.5, "centred"),
    ("remarks", None, "cell"),
    ("decision", 11, "own"),
    ("owner", 16, "own"),
    ("deadline", 10.5, "own date"),
    ("status", 8, "own"),
    ("done_on", 10.5, "own date"),
    ("note", 20, "own"),
)
FOLLOW_UP_FROM = [name for name, *_ in COLUMNS].index("decision")
DECISIONS = ("needed", "desirable", "dropped", "later")
STATUSES = ("open", "busy", "done")
# Rows that people add below the table are coloured and checked too.
_SPARE_ROWS = 500


def write(workbook: Workbook, report: Report, tabs: Tabs) -> None:
    """Write the tab."""
    words = report.words
    widths = [width or remarks_width(report) for _, width, _ in COLUMNS]
    sheet = Sheet(workbook, tabs.actions, widths)
    actions = report.findings.actions
    sheet.wide(words("actions.title"), "title")
    sheet.wide(words("actions.explain" if actions else "actions.none"), "dim", gap=1)
    header = sheet.row
    titles = [words(f"actions.{name}") for name, *_ in COLUMNS]
    own = len(COLUMNS) - FOLLOW_UP_FROM
    sheet.line(titles, ["header"] * FOLLOW_UP_FROM + ["own header"] * own, least=2)
    sheet.freeze_here(columns=1)
    for finding in actions:
        _write_row(sheet, report, tabs, finding)
    if actions:
        _make_table(sheet, words("actions.table"), titles, header)
    _help_filling_in(sheet, words, header + 1, sheet.row - 1 + _SPARE_ROWS)


def _write_row(sheet: Sheet, report: Report, tabs: Tabs, finding: Finding) -> None:
    words, share = report.words, finding.share
    tab = tabs.sections[finding.section.id]
    values: dict[str, Value] = {
        "id": finding.item.id,
        "section": finding.section.title,
        "item": finding.item.text,
        "action": finding.item.action,
        "priority": words(f"priority.{finding.priority}"),
        "share": None if share is None else float(share),
        "based": based_on(finding, report.findings.account.used, words),
        "divided": words("actions.yes") if finding.divided else None,
        "remarks": remarks_cell(report, finding, tab),
        "owner": finding.item.owner,
        "deadline": proposed_deadline(report, finding.priority),
        "status": words("status.open"),
    }
    styles = [style or str(finding.priority) for *_, style in COLUMNS]
    sheet.line([values.get(name) for name, *_ in COLUMNS], styles)


def proposed_deadline(report: Report, priority: Priority | None) -> date | None:
    """Return the report's day plus the days that the checklist gives this priority."""
    days = report.checklist.rules.due.model_dump().get(str(priority))
    return None if days is None else report.today + timedelta(days=days)


def _make_table(sheet: Sheet, name: str, titles: Sequence[str], first: int) -> None:
    """Make it an Excel Table; its columns are named here, or openpyxl would make every cell."""
    ref = f"A{first}:{get_column_letter(len(titles))}{sheet.row - 1}"
    table = Table(displayName=name, ref=ref)
    table.tableColumns = [TableColumn(id=i, name=title) for i, title in enumerate(titles, 1)]
    table.autoFilter = AutoFilter(ref=ref)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.ws.add_table(table)


def _help_filling_in(sheet: Sheet, words: Wording, first: int, last: int) -> None:
    letters = {name: get_column_letter(i) for i, (name, *_) in enumerate(COLUMNS, 1)}
    choices = {
        "decision": [words(f"decision.{name}") for name in DECISIONS],
        "status": [words(f"status.{name}") for name in STATUSES],
    }
    for name, words_to_choose in choices.items():
        rule = DataValidation(type="list", formula1=f'"{",".join(words_to_choose)}"')
        rule.errorTitle, rule.error = words("actions.pick_title"), words("actions.pick")
        _add(sheet, rule, f"{letters[name]}{first}:{letters[name]}{last}")
    for name in ("deadline", "done_on"):
        rule = DataValidation(type="date", operator="greaterThan", formula1="36526")
        rule.errorTitle, rule.error = words("actions.date_title"), words("actions.date_help")
        _add(sheet, rule, f"{letters[name]}{first}:{letters[name]}{last}")
    decided = " ,".join(
        f'${letters["decision"]}{first}="{words(f"decision.{name}")}"' for name in DECISIONS[:2]
    ).replace(" ,", ",")
    is_done = f'${letters["status"]}{first}="{words("status.done")}"'
    deadline = f"${letters['deadline']}{first}"
    rows = f"A{first}:{get_column_letter(len(COLUMNS))}{last}"
    late = f"AND(OR({decided}),NOT({is_done}),ISNUMBER({deadline}),{deadline}<TODAY())"
    sheet.ws.conditional_formatting.add(
        f"{letters['decision']}{first}:{letters['note']}{last}",
        _coloured(late, DifferentialStyle(fill=solid(LATE))),
    )
    done = f"AND(OR({decided}),{is_done})"
    sheet.ws.conditional_formatting.add(
        rows, _coloured(done, DifferentialStyle(fill=solid(DONE), font=Font(color=DIM)))
    )


def _coloured(formula: str, style: DifferentialStyle) -> Rule:
    return Rule(type="expression", formula=[formula], dxf=style, stopIfTrue=True)


def _add(sheet: Sheet, rule: DataValidation, cells: str) -> None:
    rule.allow_blank = True
    # A warning lets people write "begin december" all the same.
    rule.errorStyle = "warning"
    rule.showErrorMessage = True
    rule.add(cells)
    sheet.ws.add_data_validation(rule)
