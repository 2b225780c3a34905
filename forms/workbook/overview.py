"""The first tab: what this is, where we stand, what is asked of the reader."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from babel.dates import format_date
from openpyxl import Workbook
from openpyxl.chart import Reference

from forms.analysis.rules import Finding, Priority, Verdict
from forms.excel.text import TabLink, Value
from forms.percent import percent
from forms.report.model import Report
from forms.report.tabs import Tabs
from forms.workbook.charts import add_stacked_bars, bars_place, below
from forms.workbook.letters import fitting, width_of
from forms.workbook.overview_trend import TrendColumns, trend_columns, write_changed
from forms.workbook.sector_columns import write_sector
from forms.workbook.sheet_writer import SheetWriter
from forms.workbook.styles import COLOURS

_WIDTHS = (34, 16, 16, 16, 16, 16, 16)
_NOT_ASKED_WIDTH = 14
# The first column and each of the others, where the trend needs room too.
_BESIDE_TREND = (32, 13)
# So many sections and their chart fit on one page of A4.
_ON_ONE_PAGE = 7
_OUTCOMES = (Verdict.IN_ORDER, *Priority)
# So many statements are named; the others are on the action list.
_MOST_NAMED = 6


def write(workbook: Workbook, report: Report, tabs: Tabs) -> None:
    """Write the tab."""
    words, findings = report.words, report.findings
    not_asked = _any_not_asked(report)
    columns = trend_columns(report, first=len(_WIDTHS) + 1 + not_asked)
    widths: list[float] = [*_WIDTHS, *([_NOT_ASKED_WIDTH] if not_asked else [])]
    if columns:
        widths = [_BESIDE_TREND[0], *[_BESIDE_TREND[1]] * (len(widths) - 1), *columns.widths()]
    sheet = SheetWriter(workbook, tabs.overview, widths)
    sheet.wide(report.checklist.title, "title")
    for line in _about(report):
        sheet.wide(line, "dim")
    for line, style in zip(report.waits, ("heading", "plain"), strict=False):
        sheet.wide(line, style)
    sheet.gap()
    sheet.wide(words("overview.what"))
    sheet.gap()
    if findings.too_few:
        used, least = findings.rows.used, report.checklist.rules.min_group
        sheet.wide(words("overview.too_few", used=used, least=least), "heading")
        _note_on_reading(sheet, report)
        return
    _tiles(sheet, report)
    _needed(sheet, report, tabs)
    _asked(sheet, report, tabs)
    _standing(sheet, report)
    chart = _per_section(sheet, report, tabs, columns)
    sector = write_sector(sheet, report, tabs)
    write_changed(sheet, report, tabs)
    _note_on_reading(sheet, report)
    many = len(report.checklist.sections) > _ON_ONE_PAGE
    if many or sector:
        # With the empty row above it: the edge of a chart is on that row's side.
        begun = [*([chart - 1] if many else []), *([sector] if sector else [])]
        sheet.turn_pages(begun=begun)
    else:
        sheet.ws.page_setup.fitToHeight = 1


def _about(report: Report) -> list[str]:
    words, checklist = report.words, report.checklist

    def day(when: date | None) -> str:
        return format_date(when, "d MMMM yyyy", locale=words.language)

    lines = [words("overview.made", date=day(report.today))]
    if report.organisation:
        lines.append(words("overview.organisation", name=report.organisation))
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


def _tiles(sheet: SheetWriter, report: Report) -> None:
    """Write the figures, each above its column of the table per section."""
    words = report.words
    tiles: list[tuple[str, str, int]] = [
        ("tile", words("overview.responses"), report.findings.rows.used),
        ("tile", words("overview.items"), len(report.findings.items)),
        ("tile in_order", words("verdict.in_order"), report.in_order()),
    ]
    tiles += [(f"tile {p}", words(f"priority.{p}"), report.findings.count(p)) for p in Priority]
    if _any_not_asked(report):
        not_asked = sum(finding.counts is None for finding in report.findings.items)
        tiles.append(("tile", words("overview.not_asked"), not_asked))
    for column, (style, label, count) in enumerate(tiles, 1):
        sheet.put(column, label, style.replace("tile ", "label ") if " " in style else "tile label")
        sheet.put(column, count, style, sheet.row + 1)
    sheet.end_row()
    sheet.end_row(2)
    sheet.gap()


def _needed(sheet: SheetWriter, report: Report, tabs: Tabs) -> None:
    """Name what staff find needed, so that who reads this page alone knows it."""
    words = report.words
    needed = [f for f in report.findings.actions if f.priority is Priority.NEEDED]
    if not needed:
        return
    sheet.wide(words("overview.needed"), "heading")
    for finding in needed[:_MOST_NAMED]:
        share = percent(finding.share or Fraction(0), words.language)
        ending = words("overview.needed_share", share=share)
        room = sum(sheet.widths) - width_of(f" {ending}")
        named = fitting(f"{finding.item.id}. {finding.item.text}", room)
        sheet.wide(TabLink(f"{named} {ending}", tabs.sections[finding.section.id]))
    if (more := len(needed) - _MOST_NAMED) > 0:
        sheet.wide(TabLink(words("overview.needed_more", count=more), tabs.actions))
    sheet.gap()


def _asked(sheet: SheetWriter, report: Report, tabs: Tabs) -> None:
    words = report.words
    sheet.wide(words("overview.asked"), "heading")
    if wait := report.until_closed:
        sheet.wide(wait)
        sheet.gap()
        return
    stands, asked = report.standing, []
    if stands.undecided:
        asked += [("ask_discuss", tabs.discuss), ("ask_decide", tabs.actions)]
    if stands.undecided or stands.open:
        asked.append(("ask_follow", tabs.actions))
    for number, (key, tab) in enumerate(asked, start=1):
        sheet.wide(TabLink(f"{number}. {words(f'overview.{key}')}", tab))
    if not asked:
        nothing = words("mail.ask_nothing") if report.findings.actions else report.nothing_open
        sheet.wide(nothing)
    sheet.gap()


def _standing(sheet: SheetWriter, report: Report) -> None:
    """Say how far the follow-up is, once there is one."""
    if report.existing is None:
        return
    words, stands = report.words, report.standing
    sheet.wide(words("overview.follow_up"), "heading")
    names = ("undecided", "open", "late", "done", "later", "dropped")
    titles = [words(f"overview.standing.{name}") for name in names]
    sheet.write_row(titles, "header centred")
    counts = [getattr(stands, name) for name in names]
    is_late = {"late": "number late"} if stands.late else {}
    sheet.write_row(counts, [is_late.get(name, "number") for name in names])
    for key, ids in (("added", report.action_list.added()), ("gone", report.action_list.gone())):
        if ids:
            sheet.wide(words(f"note.list_{key}", ids=", ".join(ids)))
    sheet.gap()


def _per_section(
    sheet: SheetWriter, report: Report, tabs: Tabs, columns: TrendColumns | None
) -> int:
    """Write the figures and their chart; returns the row that the chart begins at."""
    words = report.words
    sheet.put(1, words("overview.per_section"), "heading")
    if columns:
        sheet.put(columns.first, words("overview.trend"), "heading")
    sheet.end_row()
    titles = [words("overview.section"), words("overview.items"), *_labels(report)]
    titles += [words("overview.not_asked")] if _any_not_asked(report) else []
    header = sheet.row
    titles += columns.titles() if columns else []
    sheet.write_row(titles, ["header", *["header centred"] * (len(titles) - 1)])
    for section in report.checklist.sections:
        link = TabLink(section.title, tabs.sections[section.id])
        row: list[Value] = [link, *_counts(report, report.section_findings(section.id))]
        styles = ["cell", *["number"] * (len(row) - 1)]
        more = columns.cells(section) if columns else []
        sheet.write_row([*row, *(v for v, _ in more)], [*styles, *(style for _, style in more)])
    if columns and len(report.checklist.sections) > 1:
        whole: list[Value] = [words("overview.whole"), *_counts(report, report.findings.items)]
        more = columns.cells(None)
        styles = ["total", *["total number"] * (len(whole) - 1)]
        sheet.write_row(
            [*whole, *(v for v, _ in more)], [*styles, *(f"total {s}" for _, s in more)]
        )
    sheet.gap()
    chart = sheet.row
    _charts(sheet, report, columns, header)
    return chart


def _charts(sheet: SheetWriter, report: Report, columns: TrendColumns | None, header: int) -> None:
    words, last = report.words, header + len(report.checklist.sections)
    labels = _labels(report)
    figures = []
    for section in report.checklist.sections:
        counts = _counts(report, report.section_findings(section.id))[1 : 1 + len(labels)]
        outcomes = ", ".join(f"{label} {n}" for label, n in zip(labels, counts, strict=True))
        figures.append(words("overview.chart_figures", section=section.title, figures=outcomes))
    bars = last - header
    place = columns.bars_place(bars) if columns else bars_place(bars, len(sheet.widths))
    add_stacked_bars(
        sheet,
        Reference(sheet.ws, min_col=3, max_col=2 + len(labels), min_row=header, max_row=last),
        Reference(sheet.ws, min_col=1, min_row=header + 1, max_row=last),
        [COLOURS[outcome] for outcome in _OUTCOMES],
        words("overview.chart_alt", figures=" ".join(figures)),
        place,
    )
    if columns:
        columns.add_chart(sheet, header, place)
    below(sheet, place)


def _labels(report: Report) -> list[str]:
    words = report.words
    return [words("verdict.in_order"), *(words(f"priority.{p}") for p in Priority)]


def _counts(report: Report, findings: Sequence[Finding]) -> list[int]:
    """Return how many items there are, of each outcome, and not asked if that is a column."""
    outcomes = Counter(finding.priority or finding.verdict for finding in findings)
    counts = [len(findings), *(outcomes[outcome] for outcome in _OUTCOMES)]
    not_asked = sum(finding.counts is None for finding in findings)
    return [*counts, not_asked] if _any_not_asked(report) else counts


def _any_not_asked(report: Report) -> bool:
    return any(finding.counts is None for finding in report.findings.items)


def _note_on_reading(sheet: SheetWriter, report: Report) -> None:
    if notes := report.responses.notes:
        sheet.gap()
        sheet.wide(report.words("overview.notes", count=len(notes)), "plain")
