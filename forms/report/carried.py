"""What stood out while the action list was carried over, to tell with the figures. Pure."""

from collections import Counter
from collections.abc import Iterator

from babel.dates import format_date

from forms.dates import typed_day
from forms.report.actions import Decision, Status, word
from forms.report.follow_up import COLUMNS, DAYS, OURS, Former, Line, is_typed_over
from forms.report.report import Report
from forms.responses import Note
from forms.text import one_line, shortened, text_of
from forms.wording import LANGUAGES

_SHOWN = 40
_WORDS = {"decision": Decision, "status": Status}


def carried_notes(report: Report) -> list[Note]:
    """Return what people should know of their own list; nothing for a first report."""
    former = report.former
    if former is None:
        return []
    notes = list(_of_the_list(report, former))
    for line in report.listed.lines:
        if line.former:
            notes += _of_a_row(report, former, line)
    return notes


def _of_the_list(report: Report, former: Former) -> Iterator[Note]:
    lines = report.listed.lines
    times = Counter(line.id for line in lines if line.id)
    listed = {
        "list_added": report.listed.added(),
        "list_left": [line.id for line in lines if line.id and line.left],
        "list_doubled": [item for item, count in times.items() if count > 1],
    }
    for key, ids in listed.items():
        if ids:
            yield Note(key, {"ids": ", ".join(ids)})
    for name in COLUMNS:
        if former.place(name) is None:
            yield Note("column_renewed", {"column": report.words(f"actions.{name}")})
    if former.rest.unclear:
        yield Note("show_unread", {"count": former.rest.unclear})
    for tab in former.rest.lost:
        yield Note("tab_lost", {"tab": one_line(tab)})


def _of_a_row(report: Report, former: Former, line: Line) -> Iterator[Note]:
    row = line.former
    if row is None:
        return
    for column, cell in zip(former.columns, row.cells, strict=True):
        text = one_line(text_of(cell.shown))
        said: dict[str, object] = {
            "row": line.id or f"({row.number})",
            "text": shortened(report.without_withheld(text), _SHOWN),
            "column": report.words(f"actions.{column.name}") if column.name else "",
        }
        if column.name in DAYS and text and isinstance(cell.shown, str):
            yield _day(report, text, said)
        elif column.name in _WORDS and text and not word(_WORDS[column.name], text):
            yield Note("word_unread", said)
        elif (
            column.name in OURS
            and column.name != "action"
            and line.id
            and is_typed_over(former, line.id, column.name, cell.value)
        ):
            yield Note("typed_over", said)


def _day(report: Report, text: str, said: dict[str, object]) -> Note:
    day = typed_day(text, report.today, LANGUAGES)
    if day is None:
        return Note("day_unread", said)
    words = report.words
    return Note("day_read", said | {"date": format_date(day, "d MMMM yyyy", words.language)})
