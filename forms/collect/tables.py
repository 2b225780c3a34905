"""Tables as they lie in a file or a workbook, and which of several holds the answers."""

from collections.abc import Iterable

from forms.checklist import Checklist
from forms.errors import SourceError
from forms.responses.columns import ColumnReader
from forms.responses.model import Row, Table, is_filled
from forms.text import fold


def table_of_rows(name: str, rows: Iterable[Row], first_row: int = 1) -> Table:
    """Return a table, its header the first row that holds anything; empty if none does.

    `first_row` is the number that the first row has in its source.
    """
    following = iter(rows)
    for number, row in enumerate(following, first_row):
        if any(map(is_filled, row)):
            return Table(name, row, following, number + 1)
    return Table(name, (), iter(()), first_row)


def choose(tables: Iterable[Table], checklist: Checklist, tab: str | None = None) -> Table:
    """Return the table with most of the checklist's items, at least half of them.

    Raises SourceError when there is none, or two are alike; with `tab`, when it is not there.
    """
    candidates = list(tables)
    names = ", ".join(f"'{table.name}'" for table in candidates)
    if tab is not None:
        for table in candidates:
            if fold(table.name) == fold(tab):
                return table
        raise SourceError(f"there is no tab '{tab}'; it has {names or 'no tabs with text'}")
    if len(candidates) == 1:
        return candidates[0]
    reader = ColumnReader(checklist)
    scores = [reader.recognised(table.header) for table in candidates]
    best = max(scores, default=0)
    if 2 * best < len(reader.items):
        found = ", ".join(
            f"'{t.name}' {score}" for t, score in zip(candidates, scores, strict=True)
        )
        raise SourceError(
            f"no tab holds at least half of the {len(reader.items)} statements of "
            f"'{checklist.title}' (found: {found or 'nothing'}); name the tab with --tab, or the "
            "right checklist with --checklist"
        )
    winners = [t for t, score in zip(candidates, scores, strict=True) if score == best]
    if len(winners) > 1:
        alike = " and ".join(f"'{table.name}'" for table in winners)
        raise SourceError(f"the tabs {alike} hold as many statements; choose one with --tab NAME")
    return winners[0]
