"""One's own shares beside a sector's quartiles: columns on a section's tab, and in the overview.

No colour says which is good: that is for the reader to find out.
"""

from collections.abc import Iterator

from openpyxl.chart import Reference

from forms.analysis.quartiles import FIRST, LAST, NAMES
from forms.analysis.rules import Finding
from forms.analysis.sector import Spread
from forms.checklist.model import Section
from forms.excel.text import TabLink, Value
from forms.percent import cell_value, percent
from forms.report.model import Report
from forms.report.sector_comparison import (
    Beside,
    of_item,
    of_section,
    said_group,
    said_steps,
    sector_of,
)
from forms.report.tabs import Tabs
from forms.workbook.charts import add_clustered_bars, bars_place, below
from forms.workbook.sheet_writer import SheetWriter
from forms.workbook.styles import OWN_BAR, QUARTILE_BARS

Cell = tuple[Value, str]
_WIDTH = 10.0
# A section's own bar and those of the quartiles; as high together as two of another chart.
_BARS, _BARS_HIGH = 4, 2


def step_cell(step: int) -> Cell:
    """Return a step as a cell: a share, at either end with a sign that says how far it reaches."""
    return step / 100, {FIRST: "percent at most", LAST: "percent at least"}.get(step, "percent")


def spread_cells(spread: Spread | None) -> list[Cell]:
    """Return the quartiles as cells; a question mark where they are not given."""
    if spread is None or spread.steps is None:
        return [("?", "centred")] * len(NAMES)
    return [step_cell(step) for step in spread.steps]


def sector_widths(report: Report) -> list[float]:
    """Return the widths of the columns about the sector; none where nothing is known of it."""
    return [_WIDTH] * len(sector_titles(report))


def sector_titles(report: Report) -> list[str]:
    """Return the titles of those columns."""
    words = report.words
    if sector_of(report) is None:
        return []
    return [words(f"sector.{name}") for name in NAMES]


def sector_cells(report: Report, beside: Beside | None) -> list[Cell]:
    """Return what those columns hold; nothing where nothing is known of the sector."""
    if sector_of(report) is None:
        return []
    return spread_cells(beside.spread if beside else None)


def item_cells(report: Report, finding: Finding) -> list[Cell]:
    """Return what those columns hold for an item."""
    return sector_cells(report, of_item(report, finding))


def section_lines(report: Report, section: Section) -> Iterator[str]:
    """Yield where a section stands in the sector; nothing where nothing is known of it."""
    words, beside = report.words, of_section(report, section)
    if beside and (steps := beside.spread.steps):
        own = "?" if beside.own is None else percent(beside.own, words.language)
        count = beside.spread.count
        yield words("sector.section", own=own, count=count, **said_steps(steps))


def write_sector(sheet: SheetWriter, report: Report, tabs: Tabs) -> int | None:
    """Write in the overview where each section stands, with a chart.

    Returns the row that it begins at; None where nothing is known of a sector.
    """
    figures, words = sector_of(report), report.words
    if figures is None:
        return None
    sheet.row += 1
    begins = sheet.row
    sheet.wide(words("sector.beside"), "heading")
    sheet.wide(words("sector.beside_explain", counted=figures.participation.counted), "dim")
    if group := said_group(figures, figures.group_of(report.size), words):
        sheet.wide(words("sector.beside_group", group=group), "dim")
    titles = [words("overview.section"), words("sector.own"), *sector_titles(report)]
    header = sheet.row
    sheet.write_row(titles, ["header", *["header centred"] * (len(titles) - 1)])
    drawn = [
        said
        for section in report.checklist.sections
        if (said := _write_section(sheet, report, tabs, section))
    ]
    sheet.gap()
    if len(drawn) == len(report.checklist.sections):
        _draw(sheet, header, words("sector.chart_alt", figures=" ".join(drawn)), len(drawn))
    return begins


def _write_section(sheet: SheetWriter, report: Report, tabs: Tabs, section: Section) -> str:
    """Write a section's row; returns the same in words, "" where a figure lacks."""
    words, beside = report.words, of_section(report, section)
    own = beside.own if beside else None
    cells: list[Cell] = [(TabLink(section.title, tabs.sections[section.id]), "cell")]
    cells.append(("?", "centred") if own is None else (cell_value(own), "percent"))
    cells += sector_cells(report, beside)
    sheet.write_row([value for value, _ in cells], [style for _, style in cells])
    if beside is None or own is None or beside.spread.steps is None:
        return ""
    shown = {"own": percent(own, words.language), **said_steps(beside.spread.steps)}
    return words("sector.chart_figures", section=section.title, **shown)


def _draw(sheet: SheetWriter, header: int, alt: str, sections: int) -> None:
    """Put the chart of the rows below a header at the next row."""
    place = bars_place(_BARS_HIGH * sections, len(sheet.widths))
    last = header + sections
    add_clustered_bars(
        sheet,
        Reference(sheet.ws, min_col=2, max_col=1 + _BARS, min_row=header, max_row=last),
        Reference(sheet.ws, min_col=1, min_row=header + 1, max_row=last),
        [OWN_BAR, *QUARTILE_BARS],
        alt,
        place,
    )
    below(sheet, place)
