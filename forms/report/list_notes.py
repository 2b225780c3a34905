"""What stood out while the action list was carried over, to tell with the figures. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from babel.dates import format_date

from forms.action_list.actions import Action, Decision, action_of
from forms.action_list.columns import COLUMNS, DAYS, GENERATED, day_in
from forms.action_list.items import RowIds
from forms.action_list.model import ActionLine, ExistingRow, Formula
from forms.excel.moves import Moves
from forms.notes import Note
from forms.report.existing import ExistingWorkbook
from forms.report.generated import merged
from forms.report.model import Report
from forms.report.note_kinds import (
    ColumnFilled,
    ColumnRenewed,
    DaysRead,
    DayUnread,
    DoneStillOpen,
    DroppedWhy,
    FormulaBroken,
    ListAdded,
    ListDoubled,
    ListGone,
    ListLeft,
    ListRenumbered,
    MarksLost,
    OfList,
    OfRow,
    ShowUnread,
    TabKept,
    TabLost,
    TypedOver,
    WordUnread,
)
from forms.text import one_line, shortened, text_of

# Letters that a note quotes of a cell, and days that it names.
_SHOWN = 40
_MOST_DAYS = 10


def carried_notes(report: Report) -> list[Note]:
    """Return what people should know of their own list; nothing for a first report."""
    existing = report.existing
    if existing is None:
        return []
    notes = list(_of_the_list(report, existing))
    days: list[str] = []
    gone = _gone(report, existing)
    for line in report.action_list.lines:
        if line.existing:
            row = _RowNotes(report, existing, line, line.existing)
            notes += [*row.of_words(), *row.of_figures(), *row.of_formulas(gone)]
            days += row.days_read()
    if days:
        more = f" (+{len(days) - _MOST_DAYS})" if len(days) > _MOST_DAYS else ""
        notes.append(Note(DaysRead("; ".join(days[:_MOST_DAYS]) + more)))
    return notes


def _of_the_list(report: Report, existing: ExistingWorkbook) -> Iterator[Note]:
    words, lines = report.words, report.action_list.lines
    times = Counter(line.id for line in lines if line.id)
    ids = RowIds(existing.list, report.checklist.items())
    items: dict[type[OfList], Sequence[str]] = {
        ListAdded: report.action_list.added(),
        ListGone: report.action_list.gone(),
        ListLeft: [line.id for line in lines if line.id and line.left],
        ListDoubled: [item for item, count in times.items() if count > 1],
        ListRenumbered: [ids.of(row) or "" for row in existing.list.rows if ids.contradicts(row)],
    }
    for kind, named in items.items():
        if named:
            yield Note(kind(", ".join(dict.fromkeys(named)), words("actions.priority")))
    for name in COLUMNS:
        if existing.list.place(name) is None and name in existing.list.columns_written:
            again = ColumnFilled if name in GENERATED else ColumnRenewed
            yield Note(again(words(f"actions.{name}")))
    if not existing.is_marked:
        yield Note(MarksLost())
    if existing.unclear_choices:
        show, yes, no = (words(f"section.{key}") for key in ("show", "show_yes", "show_no"))
        yield Note(ShowUnread(existing.unclear_choices, show, yes, no))
    for tab in existing.tabs_built_on:
        yield Note(TabKept(one_line(tab)))
    for tab in existing.annotated_tabs:
        yield Note(TabLost(one_line(tab)))


def _gone(report: Report, existing: ExistingWorkbook) -> Moves:
    """Return the existing list's rows that the new one does not have, as formulas see it."""
    kept = [*(line.existing for line in report.action_list.lines), *report.action_list.below]
    there = {row.number: row.number for row in kept if row}
    first, last = existing.header_row + 1, max((r.number for r in existing.list.rows), default=0)
    return Moves(existing.tab, first, last, last, there)


class _RowNotes:
    """What stands out in one row that was carried over."""

    def __init__(
        self, report: Report, existing: ExistingWorkbook, line: ActionLine, row: ExistingRow
    ) -> None:
        self.report, self.existing, self.line, self.row = report, existing, line, row
        self.action: Action = action_of(existing.list, row, line.id, report.today)
        own = shortened(report.without_withheld(self.action.text), _SHOWN)
        self.name = line.id or own or f"({row.number})"

    def of_words(self) -> Iterator[Note]:
        """Yield what does not count as people may think it does."""
        action = self.action
        for name, text, read in (
            ("decision", action.decision_text, action.decision),
            ("status", action.status_text, action.status),
        ):
            if text and not read:
                yield self._note(WordUnread, name, text)
        for name in DAYS:
            cell = self.existing.list.cell(self.row, name)
            # Nobody misses the deadline of what is done.
            if text_of(cell.shown) and not action.is_done and self._day(name) is None:
                yield self._note(DayUnread, name, text_of(cell.shown))
        if action.is_open and action.done_on:
            yield self._note(DoneStillOpen, "done_on", action.status_text)
        if action.decision is Decision.DROPPED and not action.note:
            yield self._note(DroppedWhy, "note", action.decision_text)

    def of_figures(self) -> Iterator[Note]:
        """Yield what people wrote over our figures, which is a note now."""
        if self.line.id is None:
            return
        cells = merged(self.report, self.line)
        for name in GENERATED:
            if cells[name].typed_over:
                yield self._note(
                    TypedOver, name, text_of(self.existing.list.cell(self.row, name).shown)
                )

    def of_formulas(self, gone: Moves) -> Iterator[Note]:
        """Yield the formulas that lose what they point at."""
        for column, cell in zip(self.existing.list.columns, self.row.cells, strict=True):
            if isinstance(cell.value, Formula) and gone.loses(cell.value.text[1:], gone.tab):
                yield self._note(FormulaBroken, column.name, cell.value.text, column.header.typed)

    def days_read(self) -> Iterator[str]:
        """Yield the days that were typed in words or figures, and what they were taken for."""
        for name in DAYS:
            text, day = self.existing.list.cell(self.row, name).shown, self._day(name)
            if day and isinstance(text, str):
                read = format_date(day, "d MMM yyyy", self.report.words.language)
                yield f"{self.name} '{one_line(text)}' = {read}"

    def _day(self, name: str) -> date | None:
        return day_in(name, self.existing.list.cell(self.row, name).shown, self.report.today)

    def _note(self, kind: type[OfRow], name: str | None, text: str, header: str = "") -> Note:
        shown = shortened(self.report.without_withheld(one_line(text)), _SHOWN)
        column = self.report.words(f"actions.{name}") if name else one_line(header)
        return Note(kind(self.name, shown, column))
