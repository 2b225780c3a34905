"""Answers from a Google Sheet, read as they are typed: two requests, in chunks when it is large."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from gettext import gettext
from itertools import zip_longest
from typing import Any, cast

import requests
from gspread.http_client import HTTPClient
from gspread.utils import DateTimeOption, ValueRenderOption, absolute_range_name

from forms.checklist.model import Checklist
from forms.collect.access import Access, Progress
from forms.collect.tab_choice import choose_tab
from forms.errors import SourceError
from forms.google.credentials import READ_SHEET, sign_in
from forms.google.session import TIMEOUT, Google
from forms.responses.columns import ColumnReader
from forms.responses.header import table_of_rows
from forms.responses.model import Cell, Observed, Row, Table, is_filled

# 8,000 answers: little to hold while they are unpacked. The ten million cells that a Sheet can have
# are some 50 reads, of the 60 that Google allows in a minute; more where texts were kept as days.
_CELLS_A_READ = 200_000
# A field mask: of `data` no more than which rows are hidden, since all of it is every cell with its
# format. It is one of two reads, as Google allows 60 a minute to a user.
_ABOUT = (
    "properties(title),sheets(properties(title,sheetType,gridProperties(rowCount,columnCount)),"
    "data(rowMetadata(hiddenByFilter,hiddenByUser)))"
)
# As kept, a time is a number whatever country the Sheet is set to; as shown, it is that country's
# text.
_KEPT, _SHOWN = ValueRenderOption.unformatted, ValueRenderOption.formatted
_NUMBERS = {int, float}


@dataclass(frozen=True)
class _Tab:
    """A tab, its size in cells, the numbers of its hidden rows, and how many rows a read takes."""

    title: str
    rows: int
    columns: int
    hidden: frozenset[int] = frozenset()


def _rows_a_read(columns: int) -> int:
    """Return the rows of one read: two at least, since it begins with the last one known."""
    return max(2, _CELLS_A_READ // max(1, columns))


def sheet_table(
    sheet_id: str, place: str, checklist: Checklist, tab: str | None, access: Access
) -> Table:
    """Return the table of answers in a Google Sheet; its rows can be read once.

    Dates are the Sheet's own numbers, days since 30 December 1899 on the Sheet's clock. Raises
    GoogleError, and SourceError when no tab holds the answers.
    """
    sheet = _Sheet(Google(sign_in(access.credentials, READ_SHEET), place), sheet_id)
    tabs = sheet.tabs()
    reader = ColumnReader(checklist)
    tables = [
        _table(tab, _rows(sheet, tab, start, reader, access.progress), reader)
        for tab, start in zip(tabs, sheet.starts(tabs), strict=True)
    ]
    chosen = choose_tab(place, tables, checklist, tab)
    return replace(chosen, name=f"Google Sheet '{sheet.title}', tab '{chosen.name}'")


def _table(tab: _Tab, rows: Iterable[Row], reader: ColumnReader) -> Table:
    """Return a tab's table, which takes note of hidden rows while they go by."""
    observed = Observed()

    def seen(rows: Iterable[Row]) -> Iterator[Row]:
        for number, row in enumerate(rows, 1):
            observed.hidden += number in tab.hidden and any(map(is_filled, row))
            yield row

    rows = _to_the_last(rows)
    table = table_of_rows(tab.title, seen(rows) if tab.hidden else rows, reader)
    return replace(table, observed=observed)


def _hidden_rows(sheet: dict[str, Any]) -> frozenset[int]:
    """Return the numbers of the rows that a filter or somebody hides."""
    return frozenset(
        number
        for data in sheet.get("data", ())
        for number, row in enumerate(data.get("rowMetadata", ()), data.get("startRow", 0) + 1)
        if row.get("hiddenByFilter") or row.get("hiddenByUser")
    )


# A tab, and its rows from one number to another.
_Place = tuple[_Tab, int, int]


class _Sheet:
    """One Google Sheet, by gspread's own requests."""

    def __init__(self, google: Google, sheet_id: str) -> None:
        self.client = HTTPClient(None, cast("requests.Session", google))  # type: ignore[arg-type]
        # gspread has none of its own, and would wait for ever.
        self.client.set_timeout(TIMEOUT)
        self.id = sheet_id
        self.title = ""

    def tabs(self) -> list[_Tab]:
        """Return the tabs with cells in them, in the Sheet's order, and note its title."""
        metadata = self.client.fetch_sheet_metadata(self.id, params={"fields": _ABOUT})
        self.title = metadata.get("properties", {}).get("title", "")
        tabs = []
        for sheet in metadata.get("sheets", ()):
            about = sheet["properties"]
            grid = about.get("gridProperties", {})
            # A chart can be a tab too.
            if about.get("sheetType", "GRID") == "GRID" and grid.get("rowCount"):
                columns = grid.get("columnCount", 1)
                tabs.append(_Tab(about["title"], grid["rowCount"], columns, _hidden_rows(sheet)))
        return tabs

    def starts(self, tabs: list[_Tab]) -> list[list[Row]]:
        """Return the first rows of each tab: all of them, if one read can hold that."""
        columns = sum(tab.columns for tab in tabs)
        rows = _rows_a_read(columns)
        return self.read([(tab, 1, min(rows, tab.rows)) for tab in tabs]) if tabs else []

    def read(self, places: list[_Place], *, as_shown: bool = False) -> list[list[Row]]:
        """Return the rows of each place, also empty ones: as kept, or as people see them."""
        response = self.client.values_batch_get(
            self.id,
            [absolute_range_name(tab.title, f"{first}:{last}") for tab, first, last in places],
            params={
                "valueRenderOption": _SHOWN if as_shown else _KEPT,
                "dateTimeRenderOption": DateTimeOption.serial_number,
            },
        )
        ranges = response.get("valueRanges", [])
        return [
            _padded(values.get("values", []), last - first + 1)
            for (_, first, last), values in zip(places, ranges, strict=True)
        ]


def _rows(
    sheet: _Sheet, tab: _Tab, start: list[Row], reader: ColumnReader, progress: Progress
) -> Iterator[Row]:
    """Yield a tab's rows, and ask for more only when they are wanted.

    Each read begins with the last row of the one before: that it is still there says that none of
    the rows moved. Raises SourceError when rows moved in between: an answer would be lost or
    counted twice.
    """
    texts = _text_columns(start, reader)
    yield from _as_typed(sheet, (tab, 1, len(start)), start, texts)
    known = read = len(start)
    last = start[-1]
    # Before the next read: only one is held at a time.
    del start
    while read < tab.rows:
        progress(read, tab.rows)
        end = min(read + _rows_a_read(tab.columns) - 1, tab.rows)
        [[again, *rows]] = sheet.read([(tab, read, end)])
        if again != last:
            raise SourceError(
                sheet.title,
                gettext(
                    "rows of the tab '{tab}' moved while they were read (were they sorted or "
                    "deleted?)"
                ).format(tab=tab.title),
                gettext("try again"),
            )
        yield from _as_typed(sheet, (tab, read + 1, end), rows, texts)
        read, last = end, rows[-1]
        del rows
    if read > known:
        progress(read, tab.rows)


def _to_the_last(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows up to the last that holds anything: a tab is longer than what stands in it."""
    blank: list[Row] = []
    for row in rows:
        blank.append(row)
        if row:
            yield from blank
            blank.clear()


def _text_columns(start: list[Row], reader: ColumnReader) -> list[int]:
    """Return where people's own answers stand."""
    header = table_of_rows("", start, reader).header
    kinds = {"item", "remark", "respondent"}
    return [column.index for column in reader.read(header).all if column.kind in kinds]


def _as_typed(sheet: _Sheet, place: _Place, rows: Sequence[Row], texts: list[int]) -> Sequence[Row]:
    """Return rows with what a Sheet took for a number or a date put back as people see it.

    A remark such as "1-2" is kept as a day; that takes a read of its own, and is rare.
    """
    odd = _with_numbers(rows, texts)
    if not odd:
        return rows
    [shown] = sheet.read([place], as_shown=True)
    return [_with_texts(row, seen, odd) for row, seen in zip(rows, shown, strict=True)]


def _with_numbers(rows: Sequence[Row], texts: list[int]) -> list[int]:
    """Return which columns, of those of texts, hold a number: of most no cell does."""
    columns = list(zip_longest(*rows))
    asked = [index for index in texts if index < len(columns)]
    return [index for index in asked if not _NUMBERS.isdisjoint(map(type, columns[index]))]


def _with_texts(row: Row, seen: Row, columns: list[int]) -> Row:
    """Return a row with the numbers in some columns as they are seen."""
    typed = list(row)
    for index in columns:
        if index < min(len(row), len(seen)) and type(row[index]) in _NUMBERS:
            typed[index] = seen[index]
    return typed


def _padded(values: list[list[Cell]], rows: int) -> list[Row]:
    """Return all rows that were asked for: Google leaves out the empty ones at the end."""
    filled: list[Row] = [_plain(row) if bool in map(type, row) else row for row in values]
    return filled + [[]] * (rows - len(filled))


def _plain(row: list[Cell]) -> list[Cell]:
    """Return a row with TRUE as text, since it is no 1 and no answer."""
    return [str(cell).upper() if isinstance(cell, bool) else cell for cell in row]
