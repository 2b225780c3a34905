"""The rows of a sheet, read while its part is parsed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from gettext import gettext
from typing import IO
from xml.parsers import expat

from forms.excel.markup import ExcelError, endless_text, parsed
from forms.excel.references import MOST_COLUMNS, MOST_ROWS, cell_name, cell_place
from forms.excel.shared_formulas import translated
from forms.excel.values import Values

_DIGITS = "0123456789"
_TRUE = {"1", "true"}
_INLINE = "is"
# Of a text, that the parser gives in pieces of 8 kB at most: Excel takes 32,767 characters.
_MOST_PIECES = 1_000


class RowLimitError(ExcelError):
    """A row lies further down than Excel can go."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with its number, from 1, and its cells from column A on; None where there is none."""

    number: int
    is_hidden: bool
    cells: list[object]


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A formula whose result was not stored: a program wrote it, and Excel never saved it."""

    cell: str
    formula: str

    def __str__(self) -> str:
        return self.formula


def sheet_rows(part: str, file: IO[bytes], values: Values, merged: list[str]) -> Iterator[SheetRow]:
    """Yield the rows that have a cell, from a part that is read in pieces.

    Ranges of merged cells, such as `C4:C6`, stand behind the rows in a part; they are added to
    `merged`. Raises ExcelError, also on the way.
    """
    rows: list[SheetRow] = []
    pieces: list[str] = []

    def attach(parser: expat.XMLParserType, prefix: str) -> None:
        _attach(parser, prefix, values, (rows.append, merged.append), pieces)

    for _ in parsed(part, file, attach):
        if len(pieces) > _MOST_PIECES:
            raise endless_text(part)
        yield from rows
        rows.clear()


def _attach(  # noqa: C901, PLR0915 - names in one closure are what makes it quick
    parser: expat.XMLParserType,
    prefix: str,
    values: Values,
    takes: tuple[Callable[[SheetRow], None], Callable[[str], None]],
    pieces: list[str],
) -> None:
    """Have a parser give each row that has a cell, once it ends; and the merged cells at the end.

    `pieces` holds what was read of the text at hand.
    """
    take, take_merged = takes
    c, v, t, inline = f"{prefix}c", f"{prefix}v", f"{prefix}t", f"{prefix}is"
    shared, convert = values.shared, values.convert
    place, formulas = _Place(), _Formulas()
    columns = place.columns
    more_runs: list[str] = []
    cells: list[object] = []
    cell: dict[str, str] = {}
    column = 0
    text: str | None = None
    is_phonetic = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal cell, text
        if name == c:
            cell = attributes
            text = None
        elif name == v or name == t:  # noqa: PLR1714, SIM109 - quicker
            if pieces:
                pieces.clear()
        elif name == inline:
            cell["t"] = _INLINE
        elif name in starts:
            starts[name](attributes)

    def end(name: str) -> None:  # noqa: C901, PLR0912 - a call a cell costs a tenth of it all
        nonlocal column, text
        if name == c:
            try:
                # Worked out once for a column's letters, by `place`.
                column = columns[cell["r"].rstrip(_DIGITS)]
            except KeyError:
                column = place.column(cell.get("r"), column)
            if text:
                kind = cell.get("t", "n")
                if kind == "s":
                    value: object = shared[text]
                elif kind == _INLINE and "_x" not in text:
                    value = text
                else:
                    value = convert[kind](text, cell.get("s", "0"))
            else:
                value = _without_text(cell, text, formulas, place, column)
            if column == len(cells) + 1:
                cells.append(value)
            elif value is not None:
                # Formats alone may reach to the last column of all.
                _put(cells, column, value)
        elif name == v:
            text = "".join(pieces)
        elif name == t:
            if text is None and not is_phonetic:
                text = "".join(pieces)
            elif not is_phonetic:
                more_runs.append("".join(pieces))
        elif name == inline:
            if more_runs:
                text = "".join([text or "", *more_runs])
                more_runs.clear()
        elif name in ends:
            ends[name]()

    def start_row(attributes: dict[str, str]) -> None:
        nonlocal cells, column
        place.begin_row(attributes)
        cells = []
        column = 0

    def end_row() -> None:
        if cells:
            take(SheetRow(place.number, place.is_hidden, cells))

    def start_formula(attributes: dict[str, str]) -> None:
        pieces.clear()
        formulas.begin(attributes, cell)

    def end_formula() -> None:
        formulas.end("".join(pieces))

    def start_phonetic(_attributes: dict[str, str]) -> None:
        nonlocal is_phonetic
        is_phonetic = True

    def end_phonetic() -> None:
        nonlocal is_phonetic
        is_phonetic = False

    def end_data() -> None:
        _attach_merged(parser, prefix, take_merged)

    starts = {
        f"{prefix}row": start_row,
        f"{prefix}f": start_formula,
        f"{prefix}rPh": start_phonetic,
    }
    ends = {
        f"{prefix}row": end_row,
        f"{prefix}f": end_formula,
        f"{prefix}rPh": end_phonetic,
        f"{prefix}sheetData": end_data,
    }
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append


def _attach_merged(parser: expat.XMLParserType, prefix: str, take: Callable[[str], None]) -> None:
    """Have a parser give the merged cells, which stand behind the rows, and nothing else."""

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == f"{prefix}mergeCell":
            take(attributes.get("ref", ""))

    parser.StartElementHandler = start
    # What follows the rows has to be well-formed, but none of it is text of a cell.
    parser.EndElementHandler = parser.CharacterDataHandler = None


def _without_text(
    cell: dict[str, str], text: str | None, formulas: "_Formulas", place: "_Place", column: int
) -> object:
    """Return what a cell without text holds."""
    kind = cell.get("t")
    if kind == _INLINE:
        return ""
    # A formula that gives no text has an empty result, and says so.
    if formulas.is_in(cell) and (text is None or kind != "str"):
        return formulas.uncomputed(place.cell(column))
    return None


def _put(cells: list[object], column: int, value: object) -> None:
    """Put a cell where it belongs, past a hole or before others."""
    cells.extend([None] * (column - len(cells)))
    cells[column - 1] = value


class _Place:
    """Where rows and cells lie, in a sheet that need not say so."""

    def __init__(self) -> None:
        self.number = 0
        self.is_hidden = False
        self.columns: dict[str, int] = {}

    def begin_row(self, attributes: dict[str, str]) -> None:
        """Begin a row; those without a number follow the one before."""
        written = attributes.get("r")
        number = self.number + 1 if written is None else _row_number(written)
        if number > MOST_ROWS:
            raise RowLimitError("", gettext("it has a row {number}").format(number=number))
        if number <= self.number:
            problem = gettext("row {number} comes after row {before}")
            raise ExcelError("", problem.format(number=number, before=self.number))
        self.number = number
        self.is_hidden = attributes.get("hidden") in _TRUE

    def column(self, reference: str | None, before: int) -> int:
        """Return the column, from 1, of a cell such as `AB12`; without one it is the next."""
        if reference is None:
            number = before + 1
        else:
            number, _ = cell_place(reference)
            self.columns[reference.rstrip(_DIGITS)] = number
        if number > MOST_COLUMNS:
            problem = gettext("row {number} has a cell beyond column XFD")
            raise ExcelError("", problem.format(number=self.number))
        return number

    def cell(self, column: int) -> str:
        """Return a cell of this row as people write it."""
        return cell_name(column, self.number)


def _row_number(written: str) -> int:
    # Some programs write 12.0.
    number = float(written)
    if not number.is_integer():
        raise ExcelError("", gettext("there can be no row '{name}'").format(name=written))
    return int(number)


@dataclass
class _Formula:
    """A formula as it is stored at a cell."""

    cell: str
    text: str = ""


class _Formulas:
    """The formula of the cell at hand, and those that several cells share."""

    def __init__(self) -> None:
        self.shared: dict[str, _Formula] = {}
        self.formula = _Formula("")
        self.holder: dict[str, str] | None = None

    def begin(self, attributes: dict[str, str], cell: dict[str, str]) -> None:
        """Begin the formula of a cell; where it is shared, the first holder has the text."""
        self.holder = cell
        self.formula = _Formula(cell.get("r", ""))
        if attributes.get("t") == "shared":
            self.formula = self.shared.setdefault(attributes.get("si", ""), self.formula)

    def end(self, text: str) -> None:
        """Set the text of the formula that was begun last."""
        self.formula.text = self.formula.text or text

    def is_in(self, cell: dict[str, str]) -> bool:
        """Say whether the formula that was begun last is a cell's."""
        return self.holder is cell

    def uncomputed(self, cell: str) -> Uncomputed:
        """Return it as it reads at a cell."""
        formula = f"={self.formula.text}"
        if self.formula.cell not in {"", cell}:
            # What cannot be there is shown as it is: nothing is done with it.
            formula = translated(formula, self.formula.cell, cell) or formula
        return Uncomputed(cell, formula)
