"""What the next report must know of this one: a tab that nobody sees, and names that follow cells.

A defined name moves along when people move, insert or rename a column or a tab; the tab holds a
mark of every cell as vinkje wrote it, which tells what people changed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName

from forms.action_list.follow_up import COLUMNS

FORMAT = 1
TAB_NAME, COLUMN_NAME = "vinkje_tab_", "vinkje_column_"
_TITLE = "vinkje"
# What marks are of in a workbook that does not name its columns yet.
_UNNAMED = (
    *("id", "section", "item", "action", "priority", "share", "based", "divided", "remarks"),
    *("decision", "owner", "deadline", "status", "done_on", "note"),
)
_OURS = re.compile(f"{TAB_NAME}[0-9]+|{COLUMN_NAME}({'|'.join(COLUMNS)})")


@dataclass(frozen=True)
class State:
    """What was kept: the tabs, and by item and column the marks of what was written.

    `tabs` has vinkje's own by name, in order, and how many cells of each were filled.
    `withheld` has the codes of remarks that people do not want shown; `columns`, once read, the
    columns that the list was written with.
    """

    format: int = 0
    checklist: str = ""
    tabs: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    columns: tuple[str, ...] = ()


def write(workbook: Workbook, written: State, taken: Iterable[str] = ()) -> None:
    """Add the tab, and a name for every other tab; `taken` are the names of tabs to come."""
    for number, name in enumerate(written.tabs, 1):
        _define(workbook, f"{TAB_NAME}{number}", name, "$A$1")
    sheet: Any = workbook.create_sheet(_free([*workbook.sheetnames, *taken]))
    sheet.sheet_state = "veryHidden"
    rows = [["vinkje", str(written.format), written.checklist, *COLUMNS]]
    rows += [["tab", name, str(count)] for name, count in written.tabs.items()]
    rows += [
        ["item", item, *(marks.get(name, "") for name in COLUMNS)]
        for item, marks in written.marks.items()
    ]
    rows += [["withheld", code] for code in sorted(written.withheld)]
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            cell.data_type = "s"


def name_columns(workbook: Workbook, tab: str, row: int, names: Sequence[str | None]) -> None:
    """Give the header of each of our columns a name."""
    for index, name in enumerate(names, 1):
        if name:
            _define(workbook, COLUMN_NAME + name, tab, f"${get_column_letter(index)}${row}")


def _define(workbook: Any, name: str, tab: str, cell: str) -> None:
    place = f"{quote_sheetname(tab)}!{cell}"
    workbook.defined_names[name] = DefinedName(name, attr_text=place, hidden=True)


def carry_names(workbook: Any, former: Any, moved: Callable[[str], str]) -> None:
    """Take along the names that people gave to cells, of a workbook or of one tab."""
    for name, defined in former.defined_names.items():
        is_ours = _OURS.fullmatch(name) or name in workbook.defined_names
        if defined.attr_text and not is_ours:
            workbook.defined_names[name] = _moved_name(defined, moved)


def _moved_name(defined: DefinedName, moved: Callable[[str], str]) -> DefinedName:
    """Return a name of people's own for where its cells are now."""
    text = moved(defined.attr_text)
    return DefinedName(defined.name, comment=defined.comment, hidden=defined.hidden, attr_text=text)


def _free(names: Sequence[str]) -> str:
    taken = {name.casefold() for name in names}
    number = 1
    while (title := _TITLE + f" {number}" * (number > 1)) in taken:
        number += 1
    return title


def tab_of(workbook: Any) -> str | None:
    """Return the name of the tab that holds the state; None when it is gone."""
    for sheet in workbook.worksheets:
        # To ask openpyxl for a cell adds it, also to people's own tabs.
        cells = sheet._cells  # noqa: SLF001
        first, version, second = (
            cells[place].value if place in cells else None for place in ((1, 1), (1, 2), (2, 1))
        )
        if (first, second) == (_TITLE, "tab") and str(version).isdigit():
            return str(sheet.title)
    return None


def read(workbook: Any) -> State:
    """Return the state that a workbook holds; an empty one when it is gone."""
    tab = tab_of(workbook)
    if tab is None:
        return State()
    columns = _columns(workbook[tab])
    cells = workbook[tab].iter_rows(max_col=2 + len(columns), values_only=True)
    rows = [[str(cell or "") for cell in row] for row in cells]
    return State(
        int(rows[0][1]),
        rows[0][2],
        {row[1]: int(row[2]) if row[2].isdigit() else 0 for row in rows if row[0] == "tab"},
        {row[1]: dict(zip(columns, row[2:], strict=True)) for row in rows if row[0] == "item"},
        frozenset(row[1] for row in rows if row[0] == "withheld"),
        columns,
    )


def _columns(sheet: Any) -> tuple[str, ...]:
    """Return the columns that marks were kept of; an older or later vinkje may have others."""
    cells = sheet._cells  # noqa: SLF001
    places = takewhile(cells.__contains__, ((1, column) for column in count(4)))
    named = takewhile(bool, (str(cells[place].value or "") for place in places))
    return tuple(named) or _UNNAMED
