"""Reads a new workbook again, and compares what is people's with what they left."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from gettext import gettext

from forms.action_list.columns import DAYS, GENERATED, day_in
from forms.action_list.model import ActionLine, Formula, UserCell, fingerprint
from forms.errors import WorkbookError
from forms.excel.markup import EXCEL_FAULTS, fault_text
from forms.excel.moves import Moves
from forms.excel.references import cell_name
from forms.report.model import Report
from forms.text import shortened, text_of
from forms.workbook.layout import Layout, Place
from forms.workbook.reader import cells_on

# Letters of a cell that a message quotes.
_SHOWN = 40
Cells = Mapping[int, Mapping[int, UserCell]]


def check_kept(report: Report, layout: Layout, moves: Moves, content: bytes) -> None:
    """Raise WorkbookError when a cell of people's reads otherwise in a new workbook.

    A row is known by its place and its Nr. What differs is a fault of vinkje's, which then writes
    nothing: better no report than a word lost.
    """
    try:
        now = cells_on(content, report.tabs.actions)
    except EXCEL_FAULTS as error:
        raise WorkbookError(
            problem=gettext(
                "the workbook with the report in it cannot be read again: {reason}"
            ).format(reason=fault_text(error)),
            remedy=_report_it(),
        ) from error
    for name, was, is_now in _differences(report, layout, moves, now):
        raise WorkbookError(
            gettext("cell {cell} of the tab '{tab}'").format(cell=name, tab=report.tabs.actions),
            gettext("it would read '{now}' instead of '{before}'").format(now=is_now, before=was),
            _report_it(),
        )


def _report_it() -> str:
    return gettext("this is a fault in vinkje itself: please report it")


def _differences(
    report: Report, layout: Layout, moves: Moves, now: Cells
) -> Iterator[tuple[str, str, str]]:
    """Yield the cells that differ, with what was there and what is there now."""
    nr = layout.column("id")
    placed = dict(zip(layout.rows, report.action_list.lines, strict=True))
    below = report.action_list.below
    placed |= {moves.row(row.number) or 0: ActionLine(None, existing=row) for row in below}
    for number, line in placed.items():
        cells = now.get(number, {})
        if line.id and text_of(cells.get(nr, UserCell()).shown) != line.id:
            yield cell_name(nr, number), line.id, text_of(cells.get(nr, UserCell()).shown)
        if line.existing is None:
            continue
        for column, place in enumerate(layout.columns, 1):
            if place.was is None or (line.id and place.name in GENERATED):
                continue
            was, is_now = line.existing.cells[place.was], cells.get(column, UserCell())
            if not _is_kept(report, place, was, is_now):
                yield cell_name(column, number), _text_of(was), _text_of(is_now)


def _is_kept(report: Report, place: Place, was: UserCell, now: UserCell) -> bool:
    if was == now or (place.name == "remarks" and report.withheld):
        return True
    if was.comment not in now.comment or was.link.partition("#")[0] != now.link.partition("#")[0]:
        return False
    if isinstance(was.value, Formula):
        return isinstance(now.value, Formula) and now.shown == was.shown
    if fingerprint(now.value) == fingerprint(was.value):
        return True
    # A day that was typed in words is one now.
    if place.name not in DAYS or not isinstance(now.value, datetime):
        return False
    return day_in(place.name, was.shown, report.today) == now.value.date()


def _text_of(cell: UserCell) -> str:
    return shortened(cell.typed or cell.comment or cell.link, _SHOWN)
