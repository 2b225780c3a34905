"""How large a table of answers may be: each cell costs time and memory, and each row a little."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from gettext import gettext

from forms.errors import SourceError
from forms.excel.references import MOST_COLUMNS, MOST_ROWS
from forms.language import whole_number
from forms.responses.model import Row

# Of all rows together, up to the last cell of each: a million rows of sixty columns.
_MOST_CELLS = 60_000_000
# As many as a sheet of Excel can have: a format down whole columns is saved as blank rows.
_MOST_BLANK = MOST_ROWS
_MOST_COLUMNS = MOST_COLUMNS


class SizeError(SourceError):
    """A table is far larger than answers of staff can be; raised while it is read."""


@dataclass
class Spent:
    """How many cells were read of a source: the tabs of a workbook may be held together."""

    cells: int = 0


def bounded(place: str, rows: Iterable[Row], spent: Spent | None = None) -> Iterator[Row]:
    """Yield a table's rows; raises SizeError, on the way, once they are more than can be read."""
    spent = spent or Spent()
    blank = 0
    for number, row in enumerate(rows, 1):
        width = len(row)
        spent.cells += width
        if width > _MOST_COLUMNS:
            problem = gettext("row {row} has {width} columns, and a table can have {most}")
            raise _too_large(place, problem, row=number, width=width, most=_MOST_COLUMNS)
        if spent.cells > _MOST_CELLS:
            problem = gettext(
                "up to row {row} there are over {most} cells, empty or not, which is more than can "
                "be read"
            )
            raise _too_large(place, problem, row=number, most=_MOST_CELLS)
        if not any(row):
            blank += 1
            if blank > _MOST_BLANK:
                problem = gettext("more than {most} rows are blank")
                raise _too_large(place, problem, most=_MOST_BLANK)
        yield row


def _too_large(place: str, problem: str, **numbers: int) -> SizeError:
    return SizeError(
        place,
        problem.format(**{name: whole_number(number) for name, number in numbers.items()}),
        gettext(
            "delete what stands empty right of the answers or below them (in Excel Ctrl+End shows "
            "how far that goes), or download the answers again"
        ),
    )
