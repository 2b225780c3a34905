"""The workbook's named styles and colours: each legible in print, and none told by colour alone."""

from typing import Any

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils.indexed_list import IndexedList

from forms.analysis.rules import Priority, Verdict

_ORDER = "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme"
INK = "1F2A37"
DIM = "5B6675"
BRAND = "1D4E5F"
PALE = "E8F0F2"
LINE = "C9D3D8"
BLUE = "0B5CAD"
OWN = "FFFBEF"
# Of charts; the paler tints are of cells, which have text on them.
COLOURS = {
    Verdict.IN_ORDER: "86C79B",
    Priority.NEEDED: "E58E84",
    Priority.DESIRABLE: "F3C46B",
    Priority.FIND_OUT: "A3BEE2",
    Priority.NOT_NEEDED: "C6CDD4",
}
TINTS = {
    Verdict.IN_ORDER: "DDF0E3",
    Priority.NEEDED: "F7DAD7",
    Priority.DESIRABLE: "FBE9CD",
    Priority.FIND_OUT: "DDE6F3",
    Priority.NOT_NEEDED: "E9ECEF",
}
# Each dark enough for a line on white; a chart's lines differ in marker and dash as well.
LINES = ("1D4E5F", "B4552D", "6A4C93", "3D7A3A", "8A6D00", "5B6675")
ROSE, FELL = TINTS[Verdict.IN_ORDER], TINTS[Priority.NEEDED]
# Of bars beside each other: one's own, and those of a sector's quartiles.
OWN_BAR, QUARTILE_BARS = LINES[0], ("F4F8F9", "BDD6DD", "74A8B7")
# Of shares, a fifth each: the higher, the darker, and dark ink can be read on all of them.
SHADES = ("F4F8F9", "DCE9ED", "BDD6DD", "9AC0CB", "74A8B7")
LATE = "F4B6AF"
ODD, ODD_INK = "FFE9A8", "7A1F12"
DONE = "D9DEE2"
FONT = "Arial"

_FRAME = Border(*(Side(style="thin", color=LINE),) * 4)
_LEFT = Alignment(vertical="top", wrap_text=True)
_CENTRED = Alignment(vertical="top", wrap_text=True, horizontal="center")
_MIDDLE = Alignment(vertical="center", wrap_text=True)
_OVER_CENTRED = Alignment(vertical="center", wrap_text=True, horizontal="center")
_UPRIGHT = Alignment(vertical="bottom", wrap_text=True, horizontal="center", textRotation=90)
_ONE_LINE = Alignment(vertical="top")


class _OrderedFont(Font):
    """A font as the Open XML schema orders it; strict readers refuse openpyxl's own order."""

    __attrs__, __nested__ = Font.__attrs__, Font.__nested__
    __elements__ = tuple(_ORDER.split(" "))


def solid(colour: str) -> PatternFill:
    """Return a fill of one colour."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def _style(
    name: str,
    font: Font,
    alignment: Alignment = _LEFT,
    *,
    fill: str | None = None,
    frame: bool = True,
    number_format: str = "General",
) -> NamedStyle:
    style = NamedStyle(f"vinkje {name}", font=font, alignment=alignment)
    style.number_format = number_format
    if fill:
        style.fill = solid(fill)
    if frame:
        style.border = _FRAME
    return style


def _font(size: float = 10, *, bold: bool = False, colour: str = INK) -> Font:
    return _OrderedFont(name=FONT, sz=size, b=bold, color=colour)


def _text_styles() -> list[NamedStyle]:
    plain, white = _font(), _font(bold=True, colour="FFFFFF")
    return [
        _style("title", _font(18, bold=True, colour=BRAND), _ONE_LINE, frame=False),
        _style("heading", _font(12, bold=True, colour=BRAND), _ONE_LINE, frame=False),
        _style("plain", plain, frame=False),
        _style("dim", _font(colour=DIM), frame=False),
        _style("plain link", _font(colour=BLUE), frame=False),
        _style("header", white, _MIDDLE, fill=BRAND),
        _style("header centred", white, _OVER_CENTRED, fill=BRAND),
        _style("own header", _font(bold=True), _MIDDLE, fill="F2D98B"),
        _style("own header centred", _font(bold=True), _OVER_CENTRED, fill="F2D98B"),
        _style("upright", _font(9, bold=True, colour="FFFFFF"), _UPRIGHT, fill=BRAND),
        _style("cell", plain),
        _style("cell link", _font(colour=BLUE)),
        _style("own", plain, fill=OWN),
    ]


def _figure_styles() -> list[NamedStyle]:
    plain, bold, small = _font(), _font(bold=True), _font(9, colour=DIM)
    large = _font(20, bold=True, colour=BRAND)
    return [
        _style("number", plain, _CENTRED, number_format="0"),
        _style("number late", bold, _CENTRED, fill=LATE, number_format="0"),
        _style("percent", plain, _CENTRED, number_format="0%"),
        _style("percent at most", plain, _CENTRED, number_format='"≤ "0%'),
        _style("percent at least", plain, _CENTRED, number_format='"≥ "0%'),
        *(
            _style(f"share {i}", plain, _CENTRED, fill=shade, number_format="0%")
            for i, shade in enumerate(SHADES)
        ),
        _style("points", plain, _CENTRED, number_format="+0;-0;0"),
        _style("rose", bold, _CENTRED, fill=ROSE, number_format='"▲ "+0'),
        _style("fell", bold, _CENTRED, fill=FELL, number_format='+0;"▼ "-0'),
        _style("total", bold, fill=PALE),
        _style("total number", bold, _CENTRED, fill=PALE, number_format="0"),
        _style("total percent", bold, _CENTRED, fill=PALE, number_format="0%"),
        _style("total points", bold, _CENTRED, fill=PALE, number_format="+0;-0;0"),
        _style("total rose", bold, _CENTRED, fill=ROSE, number_format='"▲ "+0'),
        _style("total fell", bold, _CENTRED, fill=FELL, number_format='+0;"▼ "-0'),
        _style("total centred", bold, _CENTRED, fill=PALE),
        _style("centred", plain, _CENTRED),
        _style("small", _font(7, colour=DIM), _CENTRED),
        # The codes of remarks: `;;;` is Excel's way to show nothing of a value.
        _style("unseen", _font(7.5, colour="FFFFFF"), frame=False, number_format=";;;"),
        _style("own date", plain, _CENTRED, fill=OWN, number_format="dd-mm-yyyy"),
        _style("tile label", small, _CENTRED, fill=PALE, frame=False),
        _style("tile", large, _CENTRED, fill=PALE, frame=False),
    ]


def _outcome_styles() -> list[NamedStyle]:
    styles = []
    for outcome, tint in TINTS.items():
        large = _font(20, bold=True)
        styles += [
            _style(str(outcome), _font(bold=True), _CENTRED, fill=tint),
            _style(f"tile {outcome}", large, _CENTRED, fill=tint, frame=False),
            _style(f"label {outcome}", _font(9), _CENTRED, fill=tint, frame=False),
        ]
    return styles


def register(workbook: Any) -> None:
    """Give a workbook its named styles, `vinkje …`, and its default font."""
    # The default font is what column widths and empty cells are measured by; openpyxl has no
    # public way to set it.
    workbook._fonts = IndexedList([_font()])  # noqa: SLF001
    workbook._named_styles["Normal"].font = _font()  # noqa: SLF001
    for style in [*_text_styles(), *_figure_styles(), *_outcome_styles()]:
        workbook.add_named_style(style)
