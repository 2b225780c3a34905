"""The overview's part on earlier rounds: the trend per section, and what rose and fell most."""

from dataclasses import dataclass

from openpyxl.chart import Reference

from forms.analysis.rules import Finding
from forms.analysis.trend import LEAST_POINTS, MOST_CHANGES, Trend, TrendLine, changes, points
from forms.checklist.model import Section
from forms.excel.text import TabLink, Value
from forms.percent import cell_value, percent
from forms.report.model import Report
from forms.report.tabs import Tabs
from forms.workbook.charts import ChartPlace, add_lines, bars_place, most_lines, rows_of
from forms.workbook.letters import fitting
from forms.workbook.section_trend import gives_figures, mean_difference, style_of
from forms.workbook.sheet_writer import SheetWriter

# Two things stand side by side here: the second begins after this many columns.
_HALF = 5
# How high charts are, in cm.
_LEAST_HEIGHT, _MOST_HEIGHT = 6.3, 9.0


@dataclass(frozen=True)
class TrendColumns:
    """The columns right of those that a report without earlier rounds has."""

    report: Report
    trend: Trend
    first: int

    def widths(self) -> list[float]:
        """Return how wide they are."""
        return [13.0] * len(self.titles())

    def titles(self) -> list[str]:
        """Return a title per round, and those of the difference and of what it rests on."""
        words = self.report.words
        difference = [words("section.difference")] if self._has_difference() else []
        return [*self.trend.rounds, *difference, words("overview.based")]

    def cells(self, section: Section | None) -> list[tuple[Value, str]]:
        """Return what they hold for a section, or for all together."""
        words, line = self.report.words, self._line(section)
        based = words("actions.based_on", known=len(line.items), used=line.asked)
        rounds = len(self.trend.rounds)
        cells: list[tuple[Value, str]] = [(cell_value(share), "percent") for share in line.shares]
        cells = cells or [(words("section.not_comparable"), "centred")]
        cells += [(None, "centred")] * (rounds - len(cells))
        if self._has_difference():
            change = mean_difference(line)
            cells.append((change, style_of(change)))
        return [*cells, (based, "centred")]

    def bars_place(self, bars: int) -> ChartPlace:
        """Return the place of the chart on the left."""
        return ChartPlace(0, _HALF, max(rows_of(_LEAST_HEIGHT), bars_place(bars, _HALF).rows))

    def add_chart(self, sheet: SheetWriter, header: int, left: ChartPlace) -> None:
        """Put the chart of all rounds on the right, of the rows below the header."""
        sections = self.report.checklist.sections
        rows = {header + n: self._line(section) for n, section in enumerate(sections, 1)}
        if len(sections) > most_lines():
            rows = {header + len(sections) + 1: self.trend.whole}
        rows = {row: line for row, line in rows.items() if line.shares}
        if not rows:
            return
        last = self.first + len(self.trend.rounds) - 1
        add_lines(
            sheet,
            list(rows),
            Reference(sheet.ws, min_col=self.first, max_col=last, min_row=header),
            self._alt(list(rows.values())),
            ChartPlace(_HALF, len(sheet.widths), min(left.rows, rows_of(_MOST_HEIGHT))),
        )

    def _alt(self, lines: list[TrendLine]) -> str:
        words = self.report.words
        rows = [
            words(
                "overview.chart_figures",
                section=line.section.title if line.section else words("overview.whole"),
                figures=", ".join(
                    f"{name} {percent(share, words.language)}"
                    for name, share in zip(self.trend.rounds, line.shares, strict=True)
                ),
            )
            for line in lines
        ]
        return words("overview.trend_alt", figures=" ".join(rows))

    def _line(self, section: Section | None) -> TrendLine:
        if section is None:
            return self.trend.whole
        return next(line for line in self.trend.lines if line.section is section)

    def _has_difference(self) -> bool:
        return gives_figures(self.report, self.report.earlier[-1])


def trend_columns(report: Report, first: int) -> TrendColumns | None:
    """Return the columns that show the trend; None where there is none."""
    trend = report.trend
    return TrendColumns(report, trend, first) if trend and len(trend.rounds) > 1 else None


def write_changed(sheet: SheetWriter, report: Report, tabs: Tabs) -> None:
    """Write what changed since the last time; nothing without one."""
    if not report.trend:
        return
    words, since = report.words, report.earlier[-1]
    sheet.row += 1
    sheet.wide(words("overview.changed", since=since.name), "heading")
    least = report.checklist.rules.min_group
    for name in report.trend.too_few:
        sheet.wide(words("overview.few_then", name=name, least=least), "dim")
    if not gives_figures(report, since):
        return
    explanation = words("overview.changed_explain", most=MOST_CHANGES, least=LEAST_POINTS)
    if other := sum(points(finding.comparison) is None for finding in report.findings.items):
        explanation = f"{explanation} {words('section.changed_other', count=other)}"
    sheet.wide(explanation, "dim")
    rose, fell = changes(report.findings.items)
    titles = [words("overview.rose", count=len(rose)), words("overview.fell", count=len(fell))]
    for half, title in zip(_halves(sheet), titles, strict=True):
        _merged(sheet, half, title, "header")
    sheet.end_row()
    for row in range(max(1, min(MOST_CHANGES, max(len(rose), len(fell))))):
        _change_row(sheet, report, tabs, [own[row : row + 1] for own in (rose, fell)], row)


def _change_row(
    sheet: SheetWriter, report: Report, tabs: Tabs, beside: list[list[Finding]], row: int
) -> None:
    """Write one that rose and one that fell, either of which may be missing."""
    for (first, last), findings in zip(_halves(sheet), beside, strict=True):
        if not findings:
            nothing = None if row else report.words("overview.nothing")
            _merged(sheet, (first, last), nothing, "cell")
            continue
        finding, change = findings[0], points(findings[0].comparison)
        width = sum(sheet.widths[first - 1 : last - 1])
        text = fitting(f"{finding.item.id}. {finding.item.text}", width)
        _merged(sheet, (first, last - 1), TabLink(text, tabs.sections[finding.section.id]), "cell")
        sheet.put(last, change, style_of(change))
    sheet.end_row()


def _halves(sheet: SheetWriter) -> list[tuple[int, int]]:
    """Return the first and the last column of what stands left and right."""
    return [(1, _HALF), (_HALF + 1, len(sheet.widths))]


def _merged(sheet: SheetWriter, columns: tuple[int, int], value: Value, style: str) -> None:
    first, last = columns
    for column in range(first, last + 1):
        sheet.put(column, value if column == first else None, style)
    row = sheet.row
    sheet.ws.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
