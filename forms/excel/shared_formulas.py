"""Formulas that cells share: each gets its own before rows come to stand apart."""

from forms.excel.tree import Element, M


def expand(root: Element, naming: str = "") -> bool:
    """Give every cell of a sheet its own formula; returns whether any shared one.

    With `naming` those alone whose text holds it: others stay as they are.
    """
    from openpyxl.formula.translate import Translator

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
        formula.text = Translator(f"={text}", origin).translate_formula(cell.get("r"))[1:]
        for name in ("t", "si", "ref"):
            formula.attrib.pop(name, None)
    return bool(masters)
