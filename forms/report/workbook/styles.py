"""The workbook's named styles and colours: each legible in print, and none told by colour alone."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils.indexed_list import IndexedList

from forms.report.findings import Priority, Verdict

# As the Open XML schema orders them; openpyxl's own order is refused by strict readers.
Font.__elements__ = tuple(
    "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()
)

INK = "1F2A37"
DIM = "5B6675"
BRAND = "1D4E5F"
PALE = "E8F0F2"
LINE = "C9D3D8"
COLOURS = {
    Verdict.IN_ORDER: "3C8D5A",
    Priority.NEEDED: "B3372C",
    Priority.DESIRABLE: "D98E1F",
    Priority.FIND_OUT: "4A6FA5",
    Priority.NOT_NEEDED: "8A94A0",
}
TINTS = {
    Verdict.IN_ORDER: "DDF0E3",
    Priority.NEEDED: "F7DAD7",
    Priority.DESIRABLE: "FBE9CD",
    Priority.FIND_OUT: "DDE6F3",
    Priority.NOT_NEEDED: "E9ECEF",
}
LATE = "F4B6AF"
DONE = "D9DEE2"
FONT = "Arial"

_FRAME = Border(*(Side(style="thin", color=LINE),) * 4)
_TOP = {"vertical": "top", "wrap_text": True}


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


def _style(
    name: str,
    *,
    size: float = 10,
    bold: bool = False,
    colour: str = INK,
    fill: str | None = None,
    frame: bool = True,
    number_format: str = "General",
    **alignment: object,
) -> NamedStyle:
    style = NamedStyle(f"vinkje {name}")
    style.font = Font(name=FONT, sz=size, b=bold, color=colour)
    style.alignment = Alignment(**(_TOP | alignment))
    style.number_format = number_format
    if fill:
        style.fill = _fill(fill)
    if frame:
        style.border = _FRAME
    return style


def register(workbook: Workbook) -> None:
    """Give the workbook its named styles, `vinkje …`, and its default font."""
    # The default font is what column widths and empty cells are measured by.
    plain = Font(name=FONT, sz=10)
    workbook._fonts = IndexedList([plain])  # noqa: SLF001 - openpyxl has no other way
    workbook._named_styles["Normal"].font = plain  # noqa: SLF001
    centred = {"horizontal": "center"}
    styles = [
        _style("title", size=18, bold=True, colour=BRAND, frame=False, wrap_text=False),
        _style("heading", size=12, bold=True, colour=BRAND, frame=False, wrap_text=False),
        _style("plain", frame=False),
        _style("dim", colour=DIM, frame=False),
        _style("link", colour="0B5CAD", frame=False),
        _style("header", bold=True, colour="FFFFFF", fill=BRAND, vertical="center"),
        _style("own header", bold=True, colour=INK, fill="F2D98B", vertical="center"),
        _style("upright", bold=True, colour="FFFFFF", fill=BRAND, textRotation=90, vertical="bottom"),
        _style("cell"),
        _style("cell link", colour="0B5CAD"),
        _style("number", number_format="0", **centred),
        _style("percent", number_format="0%", **centred),
        _style("points", number_format="+0;-0;0", **centred),
        _style("date", number_format="yyyy-mm-dd", **centred),
        _style("centred", **centred),
        _style("small", size=7.5, colour=DIM, **centred),
        _style("own", fill="FFFBEF"),
        _style("own date", fill="FFFBEF", number_format="dd-mm-yyyy", **centred),
        _style("tile label", size=9, colour=DIM, fill=PALE, frame=False, **centred),
        _style("tile", size=20, bold=True, colour=BRAND, fill=PALE, frame=False, **centred),
    ]
    for verdict, tint in TINTS.items():
        styles.append(_style(str(verdict), bold=True, fill=tint, **centred))
        styles.append(
            _style(f"tile {verdict}", size=20, bold=True, fill=tint, frame=False, **centred)
        )
        styles.append(_style(f"label {verdict}", size=9, fill=tint, frame=False, **centred))
    for style in styles:
        workbook.add_named_style(style)
