"""The meeting's agenda: all that is not in order, what divides staff most at the top."""

from collections.abc import Mapping, Sequence

from babel.dates import format_date
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from forms.action_list.actions import as_listed
from forms.analysis.rules import Finding, Verdict
from forms.excel.text import TabLink, Value
from forms.percent import cell_value
from forms.report.model import Report, based_on
from forms.report.remark_cells import remarks_cell, remarks_width, short_remark
from forms.report.tabs import Tabs
from forms.workbook import paper
from forms.workbook.group_columns import GroupColumns
from forms.workbook.sheet_writer import SheetWriter

# What a meeting begins with; all else follows in the order of the action list.
_MOST_DIVIDED = 5
# Of a section, in letters each: the agenda is printed, and the section's tab has them all.
_MOST_REMARKS, _REMARK_LENGTH = 12, 300
_DECISION_WIDTH = 13.5
_FIXED = (("id", 5), ("item", 42), ("priority", 10), ("share", 7), ("based", 9.5), ("divided", 9))


def write(workbook: Workbook, report: Report, tabs: Tabs, decisions: Mapping[str, str]) -> None:
    """Write the tab; `decisions` has the cell on the action list where each item's goes."""
    words = report.words
    first, others = _agenda(report)
    groups = GroupColumns.of(report, [*first, *others])
    fixed = [*(width for _, width in _FIXED), remarks_width(report), _DECISION_WIDTH]
    sheet = SheetWriter(workbook, tabs.discuss, [*fixed, *groups.widths()])
    width = groups.turn_pages(sheet, len(fixed))
    sheet.wide(words("discuss.title"), "title")
    sheet.wide(words("discuss.explain" if first or others else "discuss.none"), "dim")
    if not first and not others:
        return
    if groups.shown:
        sheet.wide(words("discuss.groups"), "dim")
    _write_header(sheet, report, groups)
    header = sheet.row - 1
    for key, findings in (("discuss.first", first), (_key_of(others), others)):
        if findings:
            sheet.wide(words(key), "heading")
        for finding in findings:
            _write_row(sheet, report, tabs, finding, groups, decisions[finding.item.id])
    width = paper.width_holding(sheet.height(1, sheet.row), width)
    # On paper a list of one page needs its header once: the remarks that follow have no columns.
    is_long = sheet.height(1, sheet.row) > paper.height_of(width) + 1
    if is_long:
        sheet.ws.print_title_rows = f"{header}:{header}"
    _write_about_groups(sheet, report, groups, [*first, *others])
    begun = _write_remarks_apart(sheet, report, tabs, len(fixed))
    repeated = sheet.height(header, header + 1) if is_long else 0
    sheet.turn_pages(width=width, repeated=repeated, begun=begun)


def _write_remarks_apart(sheet: SheetWriter, report: Report, tabs: Tabs, fixed: int) -> list[int]:
    """Write the remarks; returns the row of a page that begins there, where groups have their own.

    Beside the remarks there are then no groups to print.
    """
    table, has_own_pages = sheet.row, sheet.reach < len(sheet.widths)
    if has_own_pages:
        sheet.reach = fixed
    _write_remarks(sheet, report, tabs)
    if not has_own_pages or sheet.row == table:
        return []
    widest, last = (get_column_letter(count) for count in (len(sheet.widths), fixed))
    sheet.ws.print_area = f"A1:{widest}{table - 1},A{table}:{last}{sheet.row - 1}"
    return [table]


def _agenda(report: Report) -> tuple[list[Finding], list[Finding]]:
    """Return what divides staff most, and all else that is not in order, as in the action list."""
    first = [f for f in report.findings.divided() if f.priority][:_MOST_DIVIDED]
    return first, [f for f in report.findings.actions if f not in first]


def _key_of(others: Sequence[Finding]) -> str:
    """Return the heading above what divides staff less: nobody may call the unknown a fault."""
    unknown = [finding.verdict is Verdict.UNKNOWN for finding in others]
    if not any(unknown):
        return "discuss.others"
    return "discuss.unknown" if all(unknown) else "discuss.others_unknown"


def _write_header(sheet: SheetWriter, report: Report, groups: GroupColumns) -> None:
    words = report.words
    titles = [words(f"actions.{name}") for name, _ in _FIXED]
    titles += [words("actions.remarks"), words("actions.decision")]
    over = {"item": "header"}
    styles = [over.get(name, "header centred") for name, _ in _FIXED] + ["header", "header"]
    styles += ["header centred" if groups.are_lying else "upright"] * len(groups.titles)
    sheet.write_row([*titles, *groups.titles], styles, least=2)
    if points := groups.header_points():
        sheet.ws.row_dimensions[sheet.row - 1].height = points
    sheet.freeze_here(columns=1, printed=False)


def _write_about_groups(
    sheet: SheetWriter, report: Report, groups: GroupColumns, findings: Sequence[Finding]
) -> None:
    """Say what is not shown of the groups, and why: below the list, or its header is far down."""
    words = report.words
    lines = []
    if groups.shown:
        if groups.hides(findings):
            lines.append(words("discuss.why_hidden", least=report.checklist.rules.min_group))
        if groups.hidden:
            lines.append(words("discuss.all_hidden", groups=", ".join(groups.hidden)))
        if report.split_since:
            day = format_date(report.split_since, "d MMMM yyyy", locale=words.language)
            lines.append(words("discuss.split_since", date=day))
        if groups.more:
            lines.append(words("discuss.more_groups", count=groups.more))
    elif report.checklist.split_question() and not report.findings.round_open:
        lines.append(words("discuss.no_groups"))
    sheet.row += bool(lines)
    for line in lines:
        sheet.wide(line, "dim")


def _write_row(
    sheet: SheetWriter,
    report: Report,
    tabs: Tabs,
    finding: Finding,
    groups: GroupColumns,
    decision: str,
) -> None:
    words = report.words
    known, kept = finding.share, report.kept_actions[finding.item.id]
    decided = as_listed(words, kept.decision, kept.decision_text) or words("discuss.decide")
    if kept.is_done:
        decided = words("discuss.done", decision=decided)
    values: list[Value] = [
        finding.item.id,
        finding.item.text,
        words(f"priority.{finding.priority}"),
        None if known is None else cell_value(known),
        based_on(finding, report.findings.rows.used, words),
        words("actions.yes") if finding.divided else None,
        remarks_cell(report, finding, tabs.sections[finding.section.id]),
        TabLink(decided, tabs.actions, decision),
    ]
    styles = ["centred", "cell", str(finding.priority), "percent", "centred", "centred"]
    styles += ["cell", "cell"]
    for value, style in groups.cells(report, finding):
        values.append(value)
        styles.append(style)
    sheet.write_row(values, styles)


def _write_remarks(sheet: SheetWriter, report: Report, tabs: Tabs) -> None:
    """Write what people wrote about the sections, so that the printed agenda holds it too."""
    words = report.words
    for section in report.checklist.sections:
        remarks = report.shown_remarks(section.id)
        if remarks:
            sheet.row += 1
            sheet.wide(words("discuss.remarks", section=section.title), "heading")
        for remark in remarks[:_MOST_REMARKS]:
            sheet.wide(f"• {short_remark(report, remark, _REMARK_LENGTH)}")
        if (more := len(remarks) - _MOST_REMARKS) > 0:
            tab = tabs.sections[section.id]
            sheet.wide(TabLink(words("actions.more", count=more, tab=tab), tab))
