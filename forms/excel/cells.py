"""What the cells of a sheet that can be edited hold: a value, and the formula behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from forms.excel.references import column_of
from forms.excel.shared_formulas import translated
from forms.excel.sheet import Sheet
from forms.excel.tree import Element, M, text_in
from forms.excel.values import Values

_VALUE, _INLINE, _FORMULA = f"{M}v", f"{M}is", f"{M}f"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something, by its column and row, from 1.

    `value` is what a person sees; None for a formula that was never worked out. `formula` begins
    with its `=`, and is empty where there is none.
    """

    column: int
    row: int
    value: object
    formula: str = ""


def cells_of(sheet: Sheet, values: Values) -> Iterator[Cell]:
    """Yield the cells that hold something, row by row; raises what `Values` does."""
    shared: dict[str, tuple[str, str]] = {}
    for number, row in sheet.rows.items():
        for cell in row:
            value: object = None
            text = ""
            for part in cell:
                if part.tag == _VALUE:
                    value = _value(cell, part.text or "", values)
                elif part.tag == _INLINE:
                    value = values.convert["str"](text_in(part), "")
                elif part.tag == _FORMULA:
                    text = _formula(cell, part, shared)
            if value is not None or text:
                yield Cell(column_of(cell.get("r", "")), number, value, text)


def _value(cell: Element, text: str, values: Values) -> object:
    kind = cell.get("t", "n")
    if kind == "s":
        return values.shared[text]
    # A formula that gives no text has an empty result, and says so.
    if not text:
        return "" if kind == "str" else None
    return values.convert[kind](text, cell.get("s", "0"))


def _formula(cell: Element, formula: Element, shared: dict[str, tuple[str, str]]) -> str:
    """Return a cell's own formula; that of a what-if table has no text."""
    if formula.get("t") == "dataTable":
        return ""
    text, number = formula.text, formula.get("si", "")
    if formula.get("t") != "shared":
        return f"={text}" if text else ""
    if text:
        shared[number] = cell.get("r", ""), text
        return f"={text}"
    if number not in shared:
        return ""
    origin, master = shared[number]
    return translated(f"={master}", origin, cell.get("r", "")) or ""
