"""One cell of people's own: from the former workbook to a value, and into the new one."""

from collections.abc import Callable
from copy import copy
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.comments import Comment
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.hyperlink import Hyperlink

from forms.action_list.follow_up import Formula, Kept
from forms.excel.values import escaped
from forms.workbook.text import cell_text

_FORMATS = ("font", "fill", "border", "alignment", "number_format", "protection")
_COMMENT_WIDTH, _LINE_LENGTH, _LINE_HEIGHT = 260, 40, 18


def kept_cell(cell: Any, shown: object = None) -> Kept:
    """Return what a cell holds; `shown` is what a formula in it last came to."""
    value = cell.value
    if isinstance(value, ArrayFormula | DataTableFormula) or cell.data_type == "f":
        # A cell of a what-if table has no text, nor has one that shares another's formula.
        text = None if isinstance(value, DataTableFormula) else getattr(value, "text", value)
        value = Formula(text, shown) if text and text != "=" else shown
    elif type(value) is str:
        # openpyxl has undone the escape of an underscore, and leaves that of a carriage return.
        value = value.replace("_x000D_\n", "\n").replace("_x000D_", "\n")
    link = cell.hyperlink
    return Kept(
        value,
        # Of a comment openpyxl undoes no escapes at all.
        unescape(cell.comment.text) if cell.comment else "",
        unescape(cell.comment.author or "") if cell.comment else "",
        link_of(link),
        cell,
    )


def link_of(link: Any) -> str:
    """Return the address that a link leads to; empty for none."""
    if not link or not (link.target or link.location):
        return ""
    return (link.target or "") + (f"#{link.location}" if link.location else "")


class Looks:
    """Gives cells of a new workbook the format of former ones; a format seen before is quick."""

    def __init__(self) -> None:
        self._seen: dict[tuple[object, ...], Any] = {}

    def copy(self, former: Any, cell: Any) -> None:
        """Dress a cell as a former one; who changed nothing keeps the style of today."""
        if not former.has_style:
            return
        key = (*former._style, cell.style)  # noqa: SLF001
        if key not in self._seen:
            if _look(former) != _look(cell):
                for name in _FORMATS:
                    setattr(cell, name, copy(getattr(former, name)))
            cell.quotePrefix = former.quotePrefix
            self._seen[key] = copy(cell._style)  # noqa: SLF001
        cell._style = copy(self._seen[key])  # noqa: SLF001


def _look(cell: Any) -> tuple[object, ...]:
    """Return what one sees of a format; programs rewrite the rest of it on saving."""
    font, fill, alignment = cell.font, cell.fill, cell.alignment
    colours = [c.rgb if c is not None and c.type == "rgb" else None for c in (font.color,)]
    filled = fill.fill_type and fill.start_color.rgb
    shape = (alignment.horizontal or "general", alignment.vertical, bool(alignment.wrap_text))
    turned = (int(alignment.indent or 0), alignment.textRotation or 0)
    written = (font.name, font.sz, bool(font.b), bool(font.i), bool(font.strike), font.u or "none")
    lines = [_line(getattr(cell.border, side)) for side in ("left", "right", "top", "bottom")]
    locked = bool(cell.protection.locked)
    return (*colours, filled, *shape, *turned, *written, *lines, locked, cell.number_format)


def _line(side: Any) -> tuple[str | None, str | None]:
    """Return what one sees of a side of a border."""
    if side is None or not side.style:
        return None, None
    colour = side.color
    return side.style, colour.rgb if colour is not None and colour.type == "rgb" else None


def put_kept(
    cell: Any, kept: Kept, moved: Callable[[str], str], *, is_in_place: bool = False
) -> None:
    """Write what people had into a cell: text stays text, a formula a formula, moved along.

    `is_in_place` says that all cells around it stay where they were.
    """
    value, before = kept.value, kept.look.value if kept.look is not None else None
    if is_in_place and isinstance(before, DataTableFormula):
        cell.value = before
    elif isinstance(value, Formula) and isinstance(before, ArrayFormula):
        area = before.ref if is_in_place else cell.coordinate
        cell.value = ArrayFormula(area, moved(value.text))
    elif isinstance(value, Formula):
        cell.value = moved(value.text)
    elif type(value) is str:
        cell.value = cell_text(value)
        cell.data_type = "e" if kept.look is not None and kept.look.data_type == "e" else "s"
    elif isinstance(value, CellRichText):
        cell.value = CellRichText(*map(_escaped, value))
    else:
        cell.value = value
    if kept.link:
        link = kept.look.hyperlink
        place = moved(f"={link.location}").removeprefix("=") if link.location else None
        cell.hyperlink = Hyperlink(cell.coordinate, place, link.tooltip, target=link.target)
    if kept.comment:
        add_comment(cell, kept.comment, kept.author)


def _escaped(part: str | TextBlock) -> str | TextBlock:
    return escaped(part) if isinstance(part, str) else TextBlock(part.font, escaped(part.text))


def add_comment(cell: Any, text: str, author: str = "") -> None:
    """Put a note on a cell, in a box that shows all of it."""
    lines = sum(len(line) // _LINE_LENGTH + 1 for line in text.split("\n"))
    height = _LINE_HEIGHT * (lines + 1)
    who = cell_text(author or "vinkje")
    cell.comment = Comment(cell_text(text), who, height=height, width=_COMMENT_WIDTH)
