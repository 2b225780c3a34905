"""The meeting's agenda: all that is not in order, what divides staff most at the top."""

from openpyxl import Workbook

from forms.report.findings import Finding, by_division, share
from forms.report.report import Report, based_on
from forms.report.workbook.remarks import remarks_cell, remarks_width
from forms.report.workbook.sheet import Sheet, Value
from forms.report.workbook.tabs import Tabs
from forms.responses import Counts
from forms.text import shortened

_ROTATED_POINTS = 130
_MOST_GROUPS = 30
_FIXED = (("id", 6), ("item", 46), ("priority", 11), ("share", 9), ("based", 11), ("divided", 9))


def write(workbook: Workbook, report: Report, tabs: Tabs) -> None:
    """Write the tab."""
    words = report.words
    groups = _groups(report)
    widths = [*(width for _, width in _FIXED), remarks_width(report), *[7.0] * len(groups)]
    sheet = Sheet(workbook, tabs.discuss, widths)
    sheet.wide(words("discuss.title"), "title")
    actions = by_division(report.findings.actions)
    sheet.wide(words("discuss.explain" if actions else "discuss.none"), "dim")
    if not actions:
        return
    if groups:
        least = report.checklist.rules.min_group
        sheet.wide(words("discuss.why_hidden", least=least), "dim")
    if more := len(report.findings.group_names()) - len(groups):
        sheet.wide(words("discuss.more_groups", count=more), "dim")
    sheet.row += 1
    titles = [words(f"actions.{name}") for name, _ in _FIXED] + [words("actions.remarks")]
    names = [shortened(name, 50) or words("discuss.no_answer") for name in groups]
    sheet.line([*titles, *names], ["header"] * len(titles) + ["upright"] * len(names), least=2)
    if groups:
        sheet.ws.row_dimensions[sheet.row - 1].height = _ROTATED_POINTS
    sheet.freeze_here()
    for finding in actions:
        _write_row(sheet, report, tabs, finding, groups)


def _groups(report: Report) -> list[str]:
    """Return the groups to show; of very many, as when people typed them, those with figures."""
    names = report.findings.group_names()
    if len(names) <= _MOST_GROUPS:
        return names
    items = report.findings.items
    return [n for n in names if any(f.groups.get(n) for f in items)][:_MOST_GROUPS]


def _write_row(
    sheet: Sheet, report: Report, tabs: Tabs, finding: Finding, groups: list[str]
) -> None:
    words = report.words
    tab = tabs.sections[finding.section.id]
    known = finding.share
    values: list[Value] = [
        finding.item.id,
        finding.item.text,
        words(f"priority.{finding.priority}"),
        None if known is None else float(known),
        based_on(finding, report.findings.account.used, words),
        words("actions.yes") if finding.divided else None,
        remarks_cell(report, finding, tab),
    ]
    styles = ["centred", "cell", str(finding.priority), "percent", "centred", "centred", "cell"]
    for name in groups:
        value, style = _group(report, finding.groups.get(name))
        values.append(value)
        styles.append(style)
    sheet.line(values, styles)


def _group(report: Report, counts: Counts | None) -> tuple[Value, str]:
    """Return a group's cell: its share, or that it is hidden."""
    known = share(counts) if counts else None
    return (report.words("discuss.hidden"), "small") if known is None else (float(known), "percent")
