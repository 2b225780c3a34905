"""The workbook's named styles and colours: each legible in print, and none told by colour alone."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class _CellStyle:
    """What a style is made of; a colour fills the cell, and a frame is a thin line around it."""

    font: Font
    alignment: Alignment = _LEFT
    fill: str | None = None
    has_frame: bool = True
    number_format: str = "General"

    def named(self, name: str) -> NamedStyle:
        """Return it as a style of a workbook."""
        style = NamedStyle(name, font=self.font, alignment=self.alignment)
        style.number_format = self.number_format
        if self.fill:
            style.fill = solid(self.fill)
        if self.has_frame:
            style.border = _FRAME
        return style


def _font(size: float = 10, *, bold: bool = False, colour: str = INK) -> Font:
    return _OrderedFont(name=FONT, sz=size, b=bold, color=colour)


_PLAIN, _BOLD, _WHITE = _font(), _font(bold=True), _font(bold=True, colour="FFFFFF")
_STYLES = {
    "title": _CellStyle(_font(18, bold=True, colour=BRAND), _ONE_LINE, has_frame=False),
    "heading": _CellStyle(_font(12, bold=True, colour=BRAND), _ONE_LINE, has_frame=False),
    "plain": _CellStyle(_PLAIN, has_frame=False),
    "dim": _CellStyle(_font(colour=DIM), has_frame=False),
    "plain link": _CellStyle(_font(colour=BLUE), has_frame=False),
    "header": _CellStyle(_WHITE, _MIDDLE, BRAND),
    "header centred": _CellStyle(_WHITE, _OVER_CENTRED, BRAND),
    "own header": _CellStyle(_BOLD, _MIDDLE, "F2D98B"),
    "own header centred": _CellStyle(_BOLD, _OVER_CENTRED, "F2D98B"),
    "upright": _CellStyle(_font(9, bold=True, colour="FFFFFF"), _UPRIGHT, BRAND),
    "cell": _CellStyle(_PLAIN),
    "cell link": _CellStyle(_font(colour=BLUE)),
    "own": _CellStyle(_PLAIN, fill=OWN),
    "number": _CellStyle(_PLAIN, _CENTRED, number_format="0"),
    "number late": _CellStyle(_BOLD, _CENTRED, LATE, number_format="0"),
    "percent": _CellStyle(_PLAIN, _CENTRED, number_format="0%"),
    "percent at most": _CellStyle(_PLAIN, _CENTRED, number_format='"≤ "0%'),
    "percent at least": _CellStyle(_PLAIN, _CENTRED, number_format='"≥ "0%'),
    **{
        f"share {number}": _CellStyle(_PLAIN, _CENTRED, shade, number_format="0%")
        for number, shade in enumerate(SHADES)
    },
    "points": _CellStyle(_PLAIN, _CENTRED, number_format="+0;-0;0"),
    "rose": _CellStyle(_BOLD, _CENTRED, ROSE, number_format='"▲ "+0'),
    "fell": _CellStyle(_BOLD, _CENTRED, FELL, number_format='+0;"▼ "-0'),
    "total": _CellStyle(_BOLD, fill=PALE),
    "total number": _CellStyle(_BOLD, _CENTRED, PALE, number_format="0"),
    "total percent": _CellStyle(_BOLD, _CENTRED, PALE, number_format="0%"),
    "total points": _CellStyle(_BOLD, _CENTRED, PALE, number_format="+0;-0;0"),
    "total rose": _CellStyle(_BOLD, _CENTRED, ROSE, number_format='"▲ "+0'),
    "total fell": _CellStyle(_BOLD, _CENTRED, FELL, number_format='+0;"▼ "-0'),
    "total centred": _CellStyle(_BOLD, _CENTRED, PALE),
    "centred": _CellStyle(_PLAIN, _CENTRED),
    "small": _CellStyle(_font(7, colour=DIM), _CENTRED),
    # The codes of remarks: `;;;` is Excel's way to show nothing of a value.
    "unseen": _CellStyle(_font(7.5, colour="FFFFFF"), has_frame=False, number_format=";;;"),
    "own date": _CellStyle(_PLAIN, _CENTRED, OWN, number_format="dd-mm-yyyy"),
    "tile label": _CellStyle(_font(9, colour=DIM), _CENTRED, PALE, has_frame=False),
    "tile": _CellStyle(_font(20, bold=True, colour=BRAND), _CENTRED, PALE, has_frame=False),
    **{
        f"{prefix}{outcome}": _CellStyle(font, _CENTRED, tint, has_frame)
        for outcome, tint in TINTS.items()
        for prefix, font, has_frame in (
            ("", _BOLD, True),
            ("tile ", _font(20, bold=True), False),
            ("label ", _font(9), False),
        )
    },
}


def set_font(workbook: Any) -> None:
    """Give a workbook its default font, by which column widths and empty cells are measured.

    It is the first of all fonts, so this comes before any style.
    """
    # openpyxl has no public way to set it.
    workbook._fonts = IndexedList([_PLAIN])  # noqa: SLF001
    workbook._named_styles["Normal"].font = _PLAIN  # noqa: SLF001


def named_style(workbook: Any, name: str) -> str:
    """Return what a workbook calls a style, `vinkje …`; one that it lacks it gets.

    Excel's gallery of styles shows all of them, between people's own.
    """
    whole = f"vinkje {name}"
    if whole not in workbook.named_styles:
        workbook.add_named_style(_STYLES[name].named(whole))
    return whole
