"""Formulas that cells share: each gets its own before rows come to stand apart.

Only the first cell has the text; it reads at the others as if it was copied there (ECMA-376 Part 1,
`f`, Formula).
"""

from gettext import gettext

from forms.excel.markup import ExcelError
from forms.excel.tree import Element, M


def expand(root: Element, naming: str = "") -> bool:
    """Give every cell of a sheet its own formula; returns whether any shared one.

    With `naming` those alone whose text holds it: others stay as they are. Raises ExcelError for
    one that cannot stand where it is shared.
    """
    shared = [
        (cell, formula)
        for cell in root.iter(f"{M}c")
        if (formula := cell.find(f"{M}f")) is not None and formula.get("t") == "shared"
    ]
    masters = {
        formula.get("si"): (cell.get("r", ""), formula.text)
        for cell, formula in shared
        if formula.text and naming in formula.text
    }
    for cell, formula in shared:
        if formula.get("si") not in masters:
            continue
        origin, text = masters[formula.get("si")]
        own = translated(f"={text}", origin, cell.get("r", ""))
        if own is None:
            problem = gettext("cell {cell} cannot share the formula of {first}")
            raise ExcelError("", problem.format(cell=cell.get("r"), first=origin))
        formula.text = own[1:]
        for name in ("t", "si", "ref"):
            formula.attrib.pop(name, None)
    return bool(masters)


def translated(formula: str, origin: str, cell: str) -> str | None:
    """Return a formula of one cell, with its `=`, as it reads at another; None if it cannot."""
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        return str(Translator(formula, origin).translate_formula(cell))
    except (TokenizerError, TranslatorError):
        return None
