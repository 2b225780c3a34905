"""The tab that people work in for months: one flat table, the right part of it theirs."""

from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from forms.action_list.columns import DAYS, GENERATED, USER
from forms.action_list.model import ActionLine, RetainedReason
from forms.excel.text import Value
from forms.report.generated import fingerprints_of, generated
from forms.report.model import Report
from forms.report.tabs import Tabs
from forms.workbook import hidden_tab
from forms.workbook.layout import FIRST_HEADER, Layout
from forms.workbook.sheet_writer import SheetWriter, lines_of
from forms.workbook.table import SPARE_ROWS, help_filling_in, make_table

_STYLES = {
    **dict.fromkeys(GENERATED, "cell"),
    **dict.fromkeys(("id", "based", "divided"), "centred"),
    **dict.fromkeys(DAYS, "own date"),
    "share": "percent",
}
_CENTRED = frozenset(("id", "priority", "share", "based", "divided", *DAYS))


@dataclass(frozen=True)
class Written:
    """By item the cell for its decision, and the marks of what was written.

    `marks` are in the order that the list has without people's sorting.
    """

    decisions: dict[str, str]
    marks: dict[str, dict[str, str]]


def write(workbook: Workbook, report: Report, tabs: Tabs, layout: Layout) -> Written:
    """Write the tab: what the report says, each line in its row; people's own cells are not."""
    words, action_list = report.words, report.action_list
    sheet = SheetWriter(workbook, tabs.actions, [place.width for place in layout.columns])
    sheet.wide(words("actions.title"), "title")
    sheet.wide(words("actions.explain" if action_list.lines else "actions.none"), "dim")
    sheet.row = layout.header
    _write_header(sheet, layout)
    decisions: dict[str, str] = {}
    marks: dict[str, dict[str, str]] = {}
    for line, row in zip(action_list.lines, layout.rows, strict=True):
        if line.id is None:
            continue
        sheet.row = row
        values = _write_line(sheet, report, layout, line)
        decisions.setdefault(line.id, f"{get_column_letter(layout.column('decision'))}{row}")
        marks.setdefault(line.id, fingerprints_of(values) | _proposed(report, line))
    make_table(sheet, words, layout)
    help_filling_in(sheet, words, layout, layout.last + SPARE_ROWS)
    hidden_tab.name_columns(
        workbook, tabs.actions, layout.header, [place.name for place in layout.columns]
    )
    return Written(
        decisions, {item: marks[item] for item in action_list.default_order if item in marks}
    )


def _write_header(sheet: SheetWriter, layout: Layout) -> None:
    styles = [
        ("header" if place.name in GENERATED else "own header")
        + (" centred" if place.name in _CENTRED else "")
        for place in layout.columns
    ]
    sheet.write_row([place.title or None for place in layout.columns], styles, least=2)
    if layout.header == FIRST_HEADER:
        sheet.freeze_here(columns=1 if layout.columns[0].name == "id" else 0)


def _write_line(
    sheet: SheetWriter, report: Report, layout: Layout, line: ActionLine
) -> dict[str, Value]:
    """Write an item's row; returns what the report says in it."""
    values = generated(report, line)
    lines = []
    for column, place in enumerate(layout.columns, 1):
        if place.name is None:
            continue
        value = values.get(place.name)
        if place.name in GENERATED or place.was is None or not line.existing:
            style = _outcome(line) if place.name == "priority" else _STYLES.get(place.name, "own")
            sheet.put(column, value, style)
        if not place.hidden:
            lines.append(lines_of(value, place.width))
    sheet.end_row(max(lines, default=1))
    return values


def _proposed(report: Report, line: ActionLine) -> dict[str, str]:
    """Return the marks from before that still hold: of what was proposed to people then.

    Of an item that the checklist dropped, the cells stand as people left them.
    """
    existing = report.action_list.existing
    before = existing.written.get(str(line.id), {}) if existing and line.existing else {}
    stood = () if line.item else ("section", "item", "action")
    return {name: before[name] for name in (*USER, *stood) if name in before}


def _outcome(line: ActionLine) -> str:
    """Return the style of an item's priority, or of why it is still there."""
    if line.left:
        return "in_order" if line.left is RetainedReason.IN_ORDER else "centred"
    return str(line.finding.priority) if line.finding else "centred"
