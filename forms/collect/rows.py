"""From rows as they lie in a file to a table: the first row that holds anything is the header."""

from collections.abc import Iterable

from forms.responses import Row, Table, is_filled


def table_of_rows(name: str, rows: Iterable[Row], first_row: int = 1) -> Table:
    """Return a table; without any filled row its header is empty.

    `first_row` is the number that the first row has in its source.
    """
    following = iter(rows)
    for number, row in enumerate(following, first_row):
        if any(map(is_filled, row)):
            return Table(name, row, following, number + 1)
    return Table(name, (), iter(()), first_row)
