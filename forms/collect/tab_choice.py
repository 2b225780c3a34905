"""Which of several tables holds the answers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from gettext import gettext

from forms.checklist.model import Checklist
from forms.errors import SourceError
from forms.notes import Note
from forms.responses.answers import CellCodes
from forms.responses.columns import ColumnReader
from forms.responses.model import Table
from forms.responses.note_kinds import OtherTabs
from forms.text import normalize


def choose_tab(
    place: str, tables: Iterable[Table], checklist: Checklist, tab: str | None = None
) -> Table:
    """Return the table with most answers, of those that have at least half of the items.

    A single table is returned whatever it holds: `check_header` says what is wrong with it.
    `place` is what has the tabs. Raises SourceError when there is none, or two have as many; with
    `tab`, when it is not there.
    """
    candidates = list(tables)
    names = ", ".join(f"'{table.name}'" for table in candidates)
    if tab is not None:
        for table in candidates:
            if normalize(table.name) == normalize(tab):
                return table
        raise SourceError(
            place,
            gettext("there is no tab '{tab}'").format(tab=tab),
            gettext("it has {tabs}").format(tabs=names)
            if names
            else gettext("it has no tabs with text"),
        )
    if len(candidates) == 1:
        return candidates[0]
    reader = ColumnReader(checklist)
    if not any(reader.is_header(table.header) for table in candidates):
        counts = ", ".join(f"'{t.name}' {reader.recognised(t.header)}" for t in candidates)
        raise SourceError(
            place,
            gettext(
                "no tab holds at least half of the {count} statements of '{title}' (found: {tabs})"
            ).format(
                count=len(reader.items), title=checklist.title, tabs=counts or gettext("nothing")
            ),
            gettext("name the tab with --tab, or the right checklist with --checklist"),
        )
    some = [table for table in candidates if reader.recognised(table.header)]
    return some[0] if len(some) == 1 else _fullest(place, some, reader, CellCodes(checklist))


def _fullest(place: str, tables: Sequence[Table], reader: ColumnReader, codes: CellCodes) -> Table:
    """Return the table with most answers of those that fit, with a note on all that have some."""
    read = [replace(table, rows=list(table.rows)) for table in tables]
    answers = [_answers(table, reader, codes) for table in read]
    fit = [n for n, table in enumerate(read) if reader.is_header(table.header)]
    most = max(answers[n] for n in fit)
    winners = [read[n] for n in fit if answers[n] == most]
    if len(winners) > 1:
        alike = ", ".join(f"'{table.name}'" for table in winners)
        raise SourceError(
            place,
            gettext("the tabs {tabs} hold as many answers").format(tabs=alike),
            gettext("choose one with --tab NAME"),
        )
    winner = winners[0]
    others = [
        f"'{table.name}' ({count})"
        for table, count in zip(read, answers, strict=True)
        if count and table is not winner
    ]
    note = Note(OtherTabs(winner.name, ", ".join(others)))
    return replace(winner, notes=(*winner.notes, note)) if others else winner


def _answers(table: Table, reader: ColumnReader, codes: CellCodes) -> int:
    """Return how many cells in items' columns are answers."""
    items = [column.index for column in reader.read(table.header).all if column.kind == "item"]
    return sum(
        codes.is_answer(row[index]) for row in table.rows for index in items if index < len(row)
    )
