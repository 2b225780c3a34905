"""The chart on the overview, with words for who cannot see it."""

from typing import Any, TypeVar

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D

from forms.report.workbook.sheet import Sheet
from forms.text import clean

_WIDTH_CM, _BAR_CM, _FRAME_CM, _ROW_CM = 25.0, 0.95, 2.6, 0.58
_EMU_PER_CM = 360_000
_Label = TypeVar("_Label", DataLabel, DataLabelList)


class _DescribedAnchor(OneCellAnchor):
    """An anchor that gives the chart put on it an alt text, which openpyxl cannot."""

    tagname = OneCellAnchor.tagname
    __elements__ = OneCellAnchor.__elements__

    def __init__(self, alt: str, **place: Any) -> None:
        super().__init__(**place)
        self.__dict__["alt"] = alt

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "graphicFrame" and value is not None:
            value.nvGraphicFramePr.cNvPr.descr = self.__dict__["alt"]
        super().__setattr__(name, value)


def add_stacked_bars(
    sheet: Sheet, data: Reference, names: Reference, colours: list[str], alt: str
) -> None:
    """Put a chart at the next row: a bar per name, a colour per column of data."""
    chart: Any = BarChart()
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
    chart.x_axis.delete = False
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.legend.position = "b"
    height = _FRAME_CM + _BAR_CM * (names.max_row - names.min_row + 1)
    chart.anchor = _DescribedAnchor(
        clean(alt),
        _from=AnchorMarker(col=0, row=sheet.row - 1),
        ext=XDRPositiveSize2D(int(_WIDTH_CM * _EMU_PER_CM), int(height * _EMU_PER_CM)),
    )
    sheet.ws.add_chart(chart)
    sheet.row += int(height / _ROW_CM) + 1


def _labels(values: list[object]) -> DataLabelList:
    """Label what there is to see: a "0" on an invisible piece of bar is noise."""
    shown = [_label(DataLabel(idx=i), show=True) for i, value in enumerate(values) if value]
    return _label(DataLabelList(dLbl=shown), show=False)


def _label(label: _Label, *, show: bool) -> _Label:
    label.showVal = show
    label.showSerName = label.showCatName = label.showLegendKey = label.showPercent = False
    return label
