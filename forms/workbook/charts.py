"""The charts on the overview, with words for who cannot see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal, TypeVar

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor

from forms.text import clean
from forms.workbook.sheet_writer import SheetWriter
from forms.workbook.styles import LINE, LINES

# As high as a bar; what the legend and the edges take; and between two charts.
_BAR_CM, _FRAME_CM, _GAP_CM = 0.8, 2.0, 0.7
_ROW_POINTS, _CM_PER_POINT = 15, 2.54 / 72
# Drawings are measured in English Metric Units (ECMA-376 Part 1, DrawingML): 12,700 to a point.
_EMU_PER_CM = 360_000
_LINE_WIDTH = 28_575
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "star")
_DASHES: tuple[Literal["solid", "dash", "sysDot", "dashDot", "sysDash", "lgDash"], ...] = (
    *("solid", "dash", "sysDot", "dashDot", "sysDash", "lgDash"),
)
# With more lines, or with one nearer than this, a label would hide what it labels.
_LABELLED, _APART = 3, 0.08
_Label = TypeVar("_Label", DataLabel, DataLabelList)


class _DescribedAnchor(TwoCellAnchor):
    """An anchor that gives the chart put on it an alt text, which openpyxl cannot."""

    tagname = TwoCellAnchor.tagname
    __elements__ = TwoCellAnchor.__elements__

    def __init__(self, alt: str, **place: Any) -> None:
        super().__init__(**place)
        self.__dict__["alt"] = alt

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "graphicFrame" and value is not None:
            value.nvGraphicFramePr.cNvPr.descr = self.__dict__["alt"]
        super().__setattr__(name, value)


@dataclass(frozen=True)
class ChartPlace:
    """Where a chart stands: its first column, from 0, the one after its last, its height in rows.

    Programs differ in how wide columns are; so it is as wide as the table above it in all of them.
    """

    first: int
    end: int
    rows: int


def rows_of(centimetres: float) -> int:
    """Return how many rows below a table are so high."""
    return ceil(centimetres / (_ROW_POINTS * _CM_PER_POINT))


def bars_place(bars: int, columns: int) -> ChartPlace:
    """Return the place of a chart that is as wide as the first columns."""
    return ChartPlace(0, columns, rows_of(_FRAME_CM + _BAR_CM * bars))


def below(sheet: SheetWriter, place: ChartPlace) -> None:
    """Go to the row below the charts that were put at the next row."""
    sheet.keep_together(sheet.row, sheet.row + place.rows)
    # Rows without a height of their own are not equally high in every program.
    for _ in range(place.rows):
        sheet.ws.row_dimensions[sheet.row].height = _ROW_POINTS
        sheet.row += 1


def add_stacked_bars(
    sheet: SheetWriter,
    data: Reference,
    names: Reference,
    colours: list[str],
    alt: str,
    place: ChartPlace,
) -> None:
    """Put a chart at the next row: a bar per name, a colour per column of data."""
    chart = BarChart()
    chart.type = "bar"
    chart.grouping = "stacked"
    chart.overlap = 100
    chart.gapWidth = 60
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(names)
    rows = range(names.min_row, names.max_row + 1)
    for column, (series, colour) in enumerate(
        zip(chart.series, colours, strict=True), data.min_col
    ):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.dLbls = _labels([sheet.ws.cell(row, column).value for row in rows])
    chart.x_axis.scaling.orientation = "maxMin"
    # openpyxl says nothing of an axis, and Excel then shows none.
    chart.x_axis.delete = False
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.legend.position = "b"
    _put(sheet, chart, alt, place)


def add_clustered_bars(
    sheet: SheetWriter,
    data: Reference,
    names: Reference,
    colours: Sequence[str],
    alt: str,
    place: ChartPlace,
) -> None:
    """Put a chart of shares at the next row: bars beside each other for each name."""
    chart: Any = BarChart()
    chart.type = "bar"
    chart.gapWidth, chart.overlap = 60, 0
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(names)
    for series, colour in zip(chart.series, colours, strict=True):
        series.graphicalProperties = GraphicalProperties(
            solidFill=colour, ln=LineProperties(solidFill=LINES[0])
        )
        series.dLbls = _label(DataLabelList(), show=True)
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = False
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.legend.position = "b"
    _put(sheet, chart, alt, place)


def add_lines(
    sheet: SheetWriter, rows: Sequence[int], shares: Reference, alt: str, place: ChartPlace
) -> None:
    """Put a chart at the next row: a line per row of shares, named by the row's first cell.

    `shares` is the header of the columns that hold them, one a point.
    """
    chart: Any = LineChart()
    ws, columns = sheet.ws, range(shares.min_col, shares.max_col + 1)
    for number, row in enumerate(rows):
        values = Reference(ws, shares.min_col, row, shares.max_col, row)
        series: Any = Series(values)
        named = Reference(ws, 1, row)
        series.tx = SeriesLabel(strRef=StrRef(str(named)))
        _draw(series, number)
        if len(rows) <= _LABELLED:
            places = [_beside(sheet, row, rows, column) for column in columns]
            series.dLbls = _labels_at(places)
        chart.series.append(series)
    chart.set_categories(shares)
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.majorUnit = 0.25
    chart.y_axis.number_format = "0%"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.legend.position = "b"
    _put(sheet, chart, alt, place)


def most_lines() -> int:
    """Return how many lines a chart holds before nobody can tell them apart."""
    return len(LINES)


def _draw(series: Any, number: int) -> None:
    """Tell a line from the others by marker and dash, for who sees no colours."""
    colour = LINES[number]
    line = LineProperties(solidFill=colour, w=_LINE_WIDTH, prstDash=_DASHES[number])
    series.graphicalProperties = GraphicalProperties(ln=line)
    series.marker.symbol, series.marker.size = _MARKERS[number], 8
    solid = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
    series.marker.graphicalProperties = solid
    series.smooth = False


def _beside(sheet: SheetWriter, row: int, rows: Sequence[int], column: int) -> str | None:
    """Return where a point's label is free of the other lines: above, below, right or nowhere."""
    values: dict[int, Any] = {number: sheet.ws.cell(number, column).value for number in rows}
    ordered = sorted(rows, key=lambda number: -values[number])
    if row in {ordered[0], ordered[-1]}:
        return "t" if row == ordered[0] else "b"
    apart = min(abs(values[row] - values[other]) for other in rows if other != row)
    return "r" if apart >= _APART else None


def _labels_at(places: Sequence[str | None]) -> DataLabelList:
    labels = [DataLabel(idx=i, dLblPos=where) for i, where in enumerate(places) if where]
    shown = [_label(label, show=True) for label in labels]
    return _label(DataLabelList(dLbl=shown), show=False)


def _put(sheet: SheetWriter, chart: Any, alt: str, place: ChartPlace) -> None:
    top = sheet.row - 1
    gap = int(_GAP_CM * _EMU_PER_CM) if place.first else 0
    chart.anchor = _DescribedAnchor(
        clean(alt),
        editAs="oneCell",
        _from=AnchorMarker(col=place.first, colOff=gap, row=top),
        to=AnchorMarker(col=place.end, row=top + place.rows),
    )
    sheet.ws.add_chart(chart)


def _labels(values: list[object]) -> DataLabelList:
    """Label what there is to see: a "0" on an invisible piece of bar is noise."""
    shown = [_label(DataLabel(idx=i), show=True) for i, value in enumerate(values) if value]
    return _label(DataLabelList(dLbl=shown), show=False)


def _label(label: _Label, *, show: bool) -> _Label:
    label.showVal = show
    label.showSerName = label.showCatName = label.showLegendKey = label.showPercent = False
    return label
