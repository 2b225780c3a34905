"""What the next report must know of this one: a tab that nobody sees, and names that follow cells.

A defined name moves along when people move, insert or rename a column or a tab; the tab holds a
mark of every cell as vinkje wrote it, which tells what people changed.

Its rows are texts, the first of them their kind: `vinkje` (the format, the checklist's title, the
columns), `tab` (name, filled cells, role), `item` (id, a mark a column), `withheld` (a code), `key`
(a name), `given` (a day and the account of rows), `figures` (an item and its counts), `split` (the
round's name), `texts`, `marks` (the list marks what is not known), and `organisation` (of several
the one whose it is). Of kinds that it does not know, a vinkje reads nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from itertools import takewhile

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName

from forms.action_list.columns import COLUMNS
from forms.analysis.released import Snapshot
from forms.responses.model import Counts, RowCounts

# From 2 on every tab is told by its role, from 3 on remarks are known by keyed codes.
FORMAT = 3
TAB_NAME, COLUMN_NAME = "vinkje_tab_", "vinkje_column_"
_TITLE = "vinkje"
# What marks are of in a workbook that does not name its columns yet.
_UNNAMED = (
    *("id", "section", "item", "action", "priority", "share", "based", "divided", "remarks"),
    *("decision", "owner", "deadline", "status", "done_on", "note"),
)
# Of a row, what stands before the marks.
_LEAST = 4


@dataclass(frozen=True)
class Tab:
    """One of vinkje's tabs: its name then, how many of its cells were filled, and its role."""

    name: str
    filled: int
    role: str = ""


@dataclass(frozen=True)
class HiddenTab:
    """What was kept: the tabs, in order, and by item and column the marks of what was written.

    `withheld` has the codes of remarks that people do not want shown, by keys that are called
    `keys`, the newest first; `has_texts` says whether remarks were shown. `released` has the totals
    that readers have, `split` the name of the round of which they have groups' figures, None for
    none; `columns`, once read, the columns that the list was written with; `marks_odd` whether the
    list got the rules that mark what vinkje does not know.
    """

    format: int = 0
    checklist: str = ""
    tabs: tuple[Tab, ...] = ()
    marks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()
    has_texts: bool = False
    released: Snapshot | None = None
    split: str | None = None
    columns: tuple[str, ...] = ()
    marks_odd: bool = True
    organisation: str = ""


def write(workbook: Workbook, written: HiddenTab, taken: Iterable[str] = ()) -> str:
    """Add the tab, and a name for every other tab; `taken` are names that other tabs have.

    Returns the tab's name.
    """
    for number, tab in enumerate(written.tabs, 1):
        _define(workbook, f"{TAB_NAME}{number}", tab.name, "$A$1")
    sheet = workbook.create_sheet(_free([*workbook.sheetnames, *taken]))
    # Such a tab Excel does not offer to show, as it does one that is hidden.
    sheet.sheet_state = "veryHidden"
    rows = [["vinkje", str(written.format), written.checklist, *COLUMNS]]
    rows += [["tab", tab.name, str(tab.filled), tab.role] for tab in written.tabs]
    rows += [
        ["item", item, *(marks.get(name, "") for name in COLUMNS)]
        for item, marks in written.marks.items()
    ]
    rows += [["withheld", code] for code in sorted(written.withheld)]
    rows += [["key", name] for name in written.keys]
    rows += _given_rows(written)
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            cell.data_type = "s"
    return str(sheet.title)


def _given_rows(written: HiddenTab) -> Iterator[list[str]]:
    """Yield the totals as they stand on the tabs, nothing of the groups, and what else is known."""
    if written.released:
        counts = map(str, astuple(written.released.rows))
        yield ["given", written.released.day.isoformat(), *counts]
        for item, own in written.released.counts.items():
            yield ["figures", item, json.dumps(own.as_dict())]
    if written.split is not None:
        yield ["split", written.split]
    if written.has_texts:
        yield ["texts", "given"]
    if written.marks_odd:
        yield ["marks", "odd"]
    if written.organisation:
        yield ["organisation", written.organisation]


def _released(rows: Sequence[list[str]]) -> Snapshot | None:
    """Return the totals; None where there are none, or where somebody damaged them."""
    try:
        figures = [row for row in rows if row[0] == "figures"]
        counts = {item: Counts.from_dict(json.loads(own)) for _, item, own, *_ in figures}
        for kind, day, *numbers in rows:
            if kind == "given":
                account = RowCounts(*map(int, numbers[:5]))
                return Snapshot(date.fromisoformat(day), account, counts)
    except (ValueError, TypeError, AttributeError):
        pass
    return None


def name_columns(workbook: Workbook, tab: str, row: int, names: Sequence[str | None]) -> None:
    """Give the header of each of our columns a name."""
    for index, name in enumerate(names, 1):
        if name:
            _define(workbook, COLUMN_NAME + name, tab, f"${get_column_letter(index)}${row}")


def _define(workbook: Workbook, name: str, tab: str, cell: str) -> None:
    place = f"{quote_sheetname(tab)}!{cell}"
    workbook.defined_names[name] = DefinedName(name, attr_text=place, hidden=True)


def _free(names: Sequence[str]) -> str:
    taken = {name.casefold() for name in names}
    number = 1
    while (title := _TITLE + f" {number}" * (number > 1)) in taken:
        number += 1
    return title


def is_hidden_tab(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first rows of a tab are those of the hidden tab."""
    first, second = rows if len(rows) == 2 else ((), ())  # noqa: PLR2004 - two tell enough
    return (first[:1], second[:1]) == ([_TITLE], ["tab"]) and first[1].isdigit()


def read(rows: Sequence[Sequence[str]]) -> HiddenTab:
    """Return what a tab's rows hold."""
    columns = tuple(takewhile(bool, rows[0][3:])) or _UNNAMED

    def cells(row: Sequence[str]) -> list[str]:
        return [*row, *[""] * (_LEAST + len(columns) - len(row))]

    def of(kind: str) -> list[list[str]]:
        return [cells(row) for row in rows if row[0] == kind]

    return HiddenTab(
        int(rows[0][1]),
        cells(rows[0])[2],
        tuple(Tab(row[1], int(row[2]) if row[2].isdigit() else 0, row[3]) for row in of("tab")),
        {row[1]: dict(zip(columns, row[2:], strict=False)) for row in of("item")},
        frozenset(row[1] for row in of("withheld")),
        tuple(row[1] for row in of("key")),
        bool(of("texts")),
        _released([*of("given"), *of("figures")]),
        next((row[1] for row in of("split")), None),
        columns,
        bool(of("marks")),
        next((row[1] for row in of("organisation")), ""),
    )
