"""The chart on the overview, with words for who cannot see it."""

from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils.units import cm_to_EMU
from openpyxl.worksheet.worksheet import Worksheet

WIDTH_CM, BAR_CM, FRAME_CM = 24.0, 1.1, 3.0


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


def stacked_bars(
    ws: Worksheet,
    data: Reference,
    names: Reference,
    colours: list[str],
    title: str,
    alt: str,
    row: int,
) -> int:
    """Put a chart below `row`: a bar per name, a colour per column of data; return its height."""
    chart = BarChart()
    chart.type = "bar"
    chart.grouping = "stacked"
    chart.overlap = 100
    chart.gapWidth = 60
    chart.title = title
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(names)
    for series, colour in zip(chart.series, colours, strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        # A label "0" on an invisible piece of bar is noise.
        series.dLbls = DataLabelList(showVal=True, numFmt="0;;;")
        for other in ("SerName", "CatName", "LegendKey", "Percent"):
            setattr(series.dLbls, f"show{other}", False)
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = False
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.legend.position = "b"
    height = FRAME_CM + BAR_CM * (names.max_row - names.min_row + 1)
    chart.anchor = _DescribedAnchor(
        alt,
        _from=AnchorMarker(col=0, row=row - 1),
        ext=XDRPositiveSize2D(cm_to_EMU(WIDTH_CM), cm_to_EMU(height)),
    )
    ws.add_chart(chart)
    return int(height / 0.58) + 1
