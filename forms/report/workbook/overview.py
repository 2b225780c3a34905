"""The first tab: what this is, where we stand, what is asked of the reader."""

from datetime import date

from babel.dates import format_date
from openpyxl import Workbook
from openpyxl.chart import Reference

from forms.report.findings import Finding, Priority, Verdict
from forms.report.report import Report
from forms.report.workbook.chart import add_stacked_bars
from forms.report.workbook.sheet import Link, Sheet
from forms.report.workbook.styles import COLOURS
from forms.report.workbook.tabs import Tabs

_WIDTHS = (34, 16, 16, 16, 16, 16, 16)
_NOT_ASKED_WIDTH = 14
_ON_ONE_PAGE = 12
_OUTCOMES = (Verdict.IN_ORDER, *Priority)


def write(workbook: Workbook, report: Report, tabs: Tabs) -> None:
    """Write the tab."""
    words, findings = report.words, report.findings
    not_asked = any(finding.counts is None for finding in findings.items)
    widths = [*_WIDTHS, *([_NOT_ASKED_WIDTH] if not_asked else [])]
    sheet = Sheet(workbook, tabs.overview, widths)
    if len(report.checklist.sections) <= _ON_ONE_PAGE:
        sheet.ws.page_setup.fitToHeight = 1
    sheet.wide(report.checklist.title, "title")
    for line in _about(report):
        sheet.wide(line, "dim")
    sheet.row += 1
    sheet.wide(words("overview.what"), gap=1)
    if findings.too_few:
        used, least = findings.account.used, report.checklist.rules.min_group
        sheet.wide(words("overview.too_few", used=used, least=least), "heading")
        _note_on_reading(sheet, report)
        return
    _tiles(sheet, report)
    _asked(sheet, report, tabs)
    _per_section(sheet, report, tabs)
    _note_on_reading(sheet, report)


def _about(report: Report) -> list[str]:
    words, checklist = report.words, report.checklist

    def day(when: date | None) -> str:
        return format_date(when, "d MMMM yyyy", locale=words.language)

    lines = [words("overview.made", date=day(report.today))]
    if checklist.round:
        lines.append(words("overview.round", name=checklist.round.name))
    if checklist.source:
        name = checklist.source.name
        if checklist.source.date:
            name = f"{name}, {day(checklist.source.date)}"
        lines.append(words("overview.source", name=name))
    if report.findings.round_open and checklist.round:
        lines.append(words("overview.round_open", date=day(checklist.round.closes)))
    return lines


def _tiles(sheet: Sheet, report: Report) -> None:
    words = report.words
    tiles: list[tuple[str, str, int]] = [
        ("tile", words("overview.responses"), report.findings.account.used),
        ("tile in_order", words("verdict.in_order"), report.in_order()),
    ]
    tiles += [(f"tile {p}", words(f"priority.{p}"), report.findings.count(p)) for p in Priority]
    for column, (style, label, count) in enumerate(tiles, 1):
        sheet.put(column, label, style.replace("tile ", "label ") if " " in style else "tile label")
        sheet.put(column, count, style, sheet.row + 1)
    sheet.end_row()
    sheet.end_row(2)
    sheet.row += 1


def _asked(sheet: Sheet, report: Report, tabs: Tabs) -> None:
    words = report.words
    sheet.wide(words("overview.asked"), "heading")
    if not report.findings.actions:
        sheet.wide(words("overview.all_in_order"), gap=1)
        return
    for key, tab in (
        ("ask_discuss", tabs.discuss),
        ("ask_decide", tabs.actions),
        ("ask_follow", tabs.actions),
    ):
        sheet.wide(Link(words(f"overview.{key}"), tab))
    sheet.row += 1


def _per_section(sheet: Sheet, report: Report, tabs: Tabs) -> None:
    words = report.words
    sheet.wide(words("overview.per_section"), "heading")
    not_asked = any(finding.counts is None for finding in report.findings.items)
    labels = [words("verdict.in_order"), *(words(f"priority.{p}") for p in Priority)]
    extra = [words("overview.not_asked")] if not_asked else []
    header = sheet.row
    sheet.line([words("overview.section"), words("overview.items"), *labels, *extra], "header")
    figures = []
    for section in report.checklist.sections:
        found = report.section_findings(section.id)
        counts = [_outcomes(found).get(outcome, 0) for outcome in _OUTCOMES]
        row: list[int] = [len(found), *counts]
        if not_asked:
            row.append(sum(finding.counts is None for finding in found))
        said = ", ".join(f"{label} {n}" for label, n in zip(labels, counts, strict=True))
        figures.append(words("overview.chart_figures", section=section.title, figures=said))
        link = Link(section.title, tabs.sections[section.id])
        sheet.line([link, *row], ["cell", *["number"] * len(row)])
    last = sheet.row - 1
    sheet.row += 1
    add_stacked_bars(
        sheet,
        Reference(sheet.ws, min_col=3, max_col=2 + len(labels), min_row=header, max_row=last),
        Reference(sheet.ws, min_col=1, min_row=header + 1, max_row=last),
        [COLOURS[outcome] for outcome in _OUTCOMES],
        words("overview.chart_alt", figures=" ".join(figures)),
    )


def _outcomes(findings: list[Finding]) -> dict[Verdict | Priority, int]:
    counts: dict[Verdict | Priority, int] = {}
    for finding in findings:
        outcome = finding.priority or finding.verdict
        if outcome:
            counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def _note_on_reading(sheet: Sheet, report: Report) -> None:
    if notes := report.responses.notes:
        sheet.row += 1
        sheet.wide(report.words("overview.notes", count=len(notes)), "plain")
