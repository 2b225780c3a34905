"""The meeting's agenda: all that is not in order, what divides staff most at the top."""

from collections.abc import Mapping

from babel.dates import format_date
from openpyxl import Workbook

from forms.analysis.rules import Finding, share
from forms.excel.text import TabLink, Value
from forms.report.model import Report, based_on
from forms.report.remark_cells import remarks_cell, remarks_width
from forms.report.tabs import Tabs
from forms.responses.model import Counts
from forms.text import shortened
from forms.workbook.sheet_writer import SheetWriter

# How high a header is in which the names of groups stand upright.
_ROTATED_POINTS = 130
_MOST_GROUPS = 30
# What a meeting begins with; all else follows in the order of the action list.
_MOST_DIVIDED = 5
# Of a section, in letters each: the agenda is printed, and the section's tab has them all.
_MOST_REMARKS, _REMARK_LENGTH = 12, 300
_DECISION_WIDTH = 14.5
_FIXED = (("id", 6), ("item", 46), ("priority", 11), ("share", 9), ("based", 11), ("divided", 9))


def write(workbook: Workbook, report: Report, tabs: Tabs, decisions: Mapping[str, str]) -> None:
    """Write the tab; `decisions` has the cell on the action list where each item's goes."""
    words = report.words
    groups = _groups(report)
    width = remarks_width(report)
    widths = [*(width for _, width in _FIXED), width, _DECISION_WIDTH, *[7.0] * len(groups)]
    sheet = SheetWriter(workbook, tabs.discuss, widths)
    sheet.wide(words("discuss.title"), "title")
    first, others = _agenda(report)
    sheet.wide(words("discuss.explain" if first or others else "discuss.none"), "dim")
    if not first and not others:
        return
    if groups:
        least = report.checklist.rules.min_group
        sheet.wide(words("discuss.why_hidden", least=least), "dim")
        if report.split_since:
            day = format_date(report.split_since, "d MMMM yyyy", locale=words.language)
            sheet.wide(words("discuss.split_since", date=day), "dim")
    elif report.checklist.split_question() and not report.findings.round_open:
        sheet.wide(words("discuss.no_groups"), "dim")
    if more := len(report.findings.group_names()) - len(groups):
        sheet.wide(words("discuss.more_groups", count=more), "dim")
    sheet.row += 1
    _write_header(sheet, report, groups)
    header, parts = sheet.row - 1, []
    for key, findings in (("discuss.first", first), ("discuss.others", others)):
        if findings:
            parts.append(sheet.row)
            sheet.wide(words(key), "heading")
        for finding in findings:
            _write_row(sheet, report, tabs, finding, groups, decisions[finding.item.id])
    # On paper a list of one page needs its header once: the remarks that follow have no columns.
    if sheet.height(1, sheet.row) > sheet.page_height():
        sheet.ws.print_title_rows = f"{header}:{header}"
        sheet.turn_page(parts[-1])
    _write_remarks(sheet, report, tabs)


def _agenda(report: Report) -> tuple[list[Finding], list[Finding]]:
    """Return what divides staff most, and all else that is not in order, as in the action list."""
    first = [f for f in report.findings.divided() if f.priority][:_MOST_DIVIDED]
    return first, [f for f in report.findings.actions if f not in first]


def _write_header(sheet: SheetWriter, report: Report, groups: list[str]) -> None:
    words = report.words
    titles = [words(f"actions.{name}") for name, _ in _FIXED]
    titles += [words("actions.remarks"), words("actions.decision")]
    names = [shortened(name, 50) or words("discuss.no_answer") for name in groups]
    sheet.write_row([*titles, *names], ["header"] * len(titles) + ["upright"] * len(names), least=2)
    if groups:
        sheet.ws.row_dimensions[sheet.row - 1].height = _ROTATED_POINTS
    sheet.freeze_here(printed=False)


def _groups(report: Report) -> list[str]:
    """Return the groups to show: choices, and of what people typed only groups with figures.

    Else somebody who typed a function that nobody else has would be named here.
    """
    question = report.checklist.split_question()
    choices = {*question.choices, ""} if question else {""}
    items = report.findings.items
    names = report.findings.group_names()
    shown = [n for n in names if n in choices or any(f.groups.get(n) for f in items)]
    return shown[:_MOST_GROUPS]


def _write_row(
    sheet: SheetWriter,
    report: Report,
    tabs: Tabs,
    finding: Finding,
    groups: list[str],
    decision: str,
) -> None:
    words = report.words
    known, kept = finding.share, report.kept_actions[finding.item.id]
    decided = words("discuss.done", decision=kept.decision_text) if kept.is_done else None
    decided = decided or kept.decision_text or words("discuss.decide")
    values: list[Value] = [
        finding.item.id,
        finding.item.text,
        words(f"priority.{finding.priority}"),
        None if known is None else float(known),
        based_on(finding, report.findings.rows.used, words),
        words("actions.yes") if finding.divided else None,
        remarks_cell(report, finding, tabs.sections[finding.section.id]),
        TabLink(decided, tabs.actions, decision),
    ]
    styles = ["centred", "cell", str(finding.priority), "percent", "centred", "centred"]
    styles += ["cell", "cell"]
    for name in groups:
        value, style = _group(report, finding.groups.get(name))
        values.append(value)
        styles.append(style)
    sheet.write_row(values, styles)


def _write_remarks(sheet: SheetWriter, report: Report, tabs: Tabs) -> None:
    """Write what people wrote about the sections, so that the printed agenda holds it too."""
    words = report.words
    for section in report.checklist.sections:
        texts = list(dict.fromkeys(report.remarks(section.id)))
        if texts:
            sheet.row += 1
            sheet.wide(words("discuss.remarks", section=section.title), "heading")
        for text in texts[:_MOST_REMARKS]:
            sheet.wide(f"• {shortened(text, _REMARK_LENGTH)}")
        if (more := len(texts) - _MOST_REMARKS) > 0:
            tab = tabs.sections[section.id]
            sheet.wide(TabLink(words("actions.more", count=more, tab=tab), tab))


def _group(report: Report, counts: Counts | None) -> tuple[Value, str]:
    """Return a group's cell: its share, or that it is hidden."""
    known = share(counts) if counts else None
    return (report.words("discuss.hidden"), "small") if known is None else (float(known), "percent")
