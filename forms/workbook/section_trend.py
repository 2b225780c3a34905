"""Earlier rounds on a section's tab: each statement's share then, and what rose and fell."""

from fractions import Fraction

from forms.analysis.rules import Comparison, Finding, compare
from forms.analysis.trend import (
    LEAST_POINTS,
    EarlierRound,
    TrendLine,
    changes,
    points,
)
from forms.checklist.model import Section
from forms.excel.text import Value
from forms.percent import cell_value, whole_points
from forms.report.model import Report
from forms.wording import Answer
from forms.workbook.sheet_writer import SheetWriter

_Cell = tuple[Value, str]
# Nr and statement, verdict and priority, then this round's share; a count for each answer, and of
# empty cells.
_BEFORE_SHARE, _COUNTS = 4, len(Answer) + 1


def earlier_widths(report: Report) -> list[float]:
    """Return the widths of the columns about earlier rounds; none when there are none."""
    return [*[10.0] * len(_before_last(report)), 11.0, 13.0] if report.earlier else []


def earlier_titles(report: Report) -> list[str]:
    """Return the titles of those columns, earliest first."""
    if not report.earlier:
        return []
    words = report.words
    last = f"{words('section.previous')}\n{report.earlier[-1].name}"
    return [*(earlier.name for earlier in _before_last(report)), last, words("section.difference")]


def earlier_cells(report: Report, finding: Finding) -> list[_Cell]:
    """Return what those columns hold for an item."""
    if not report.earlier:
        return []
    rules = report.checklist.rules
    cells = []
    for earlier in _before_last(report):
        then = compare(finding.item, report.responses, earlier.responses, rules)
        cells.append(_then(report, then))
    change = points(finding.comparison)
    return [*cells, _then(report, finding.comparison), (change, style_of(change))]


def style_of(change: int | None) -> str:
    """Return the style of a difference: marked from the least that counts as a change."""
    if change is None or abs(change) < LEAST_POINTS:
        return "points"
    return "rose" if change > 0 else "fell"


def write_change(sheet: SheetWriter, report: Report, section: Section) -> None:
    """Write how many statements rose and fell since the last time."""
    if not report.earlier:
        return
    findings = report.section_findings(section.id)
    rose, fell = changes(findings)
    counts = {"rose": len(rose), "fell": len(fell), "least": LEAST_POINTS}
    since = report.earlier[-1].name
    text = report.words("section.changed", since=since, **counts)
    if other := sum(points(finding.comparison) is None for finding in findings):
        text = f"{text} {report.words('section.changed_other', count=other)}"
    sheet.wide(text, "dim")


def write_means(sheet: SheetWriter, report: Report, section: Section) -> None:
    """Write below the items the means that the trend shows, to be checked with a pencil."""
    trend = report.trend
    line = next((one for one in trend.lines if one.section == section), None) if trend else None
    if line is None or not line.shares:
        return
    *then, now = line.shares
    label = report.words.plural("section.mean", len(line.items), asked=line.asked)
    values: list[Value] = [None, label, *[None] * (_BEFORE_SHARE - 2), cell_value(now)]
    values += [*[None] * _COUNTS, *map(cell_value, then)]
    styles = ["total"] * _BEFORE_SHARE + ["total percent"] * (1 + _COUNTS + len(then))
    if gives_figures(report, report.earlier[-1]):
        values.append(mean_difference(line))
    else:
        values += [None, None]
        styles.append("total percent")
    sheet.write_row(values, [*styles, "total points"])


def mean_difference(line: TrendLine) -> int | None:
    """Return by how many points a section's mean differs from the round before."""
    *_, before, now = line.shares or (Fraction(0), Fraction(0))
    return whole_points(now - before) if line.shares else None


def gives_figures(report: Report, earlier: EarlierRound) -> bool:
    """Say whether a round has answers enough."""
    return report.trend is not None and earlier.name not in report.trend.too_few


def _before_last(report: Report) -> list[EarlierRound]:
    return [earlier for earlier in report.earlier[:-1] if gives_figures(report, earlier)]


def _then(report: Report, then: Comparison | None) -> _Cell:
    if then is None or not then.comparable or then.share is None:
        return report.words("section.not_comparable"), "centred"
    return cell_value(then.share), "percent"
