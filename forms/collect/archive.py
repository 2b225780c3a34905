"""The archive: the used rows of a table, to keep; nothing in it says who answered."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from gettext import gettext
from itertools import compress
from pathlib import Path
from zoneinfo import ZoneInfo

from forms.checklist.model import Checklist
from forms.collect.csv_formulas import escape_lines
from forms.dates import read_dates
from forms.errors import OutputError
from forms.known_columns import is_in_utc
from forms.questionnaire import item_title, questionnaire, remark_title
from forms.responses.answers import answer_codes
from forms.responses.columns import Column, Columns, Match
from forms.responses.counting import count_parts
from forms.responses.model import Cell, Responses, SourceAccount, Table, is_filled
from forms.responses.part import Part
from forms.responses.reader import read_table
from forms.text import clean, normalize, text_of
from forms.wording import wording

KINDS = (".csv", ".xlsx")
# Kept, so that a later report knows the days; names and addresses are not.
_TIMES = {"time", "completion"}


def check_kind(path: Path) -> None:
    """Raise OutputError for a name that says neither .csv nor .xlsx."""
    if path.suffix.lower() not in KINDS:
        raise OutputError(
            str(path), gettext("an archive is .csv or .xlsx"), gettext("end its name so")
        )


def archive(
    tables: Iterable[Table],
    checklist: Checklist,
    kind: str,
    *,
    today: date | None = None,
) -> tuple[bytes, Responses]:
    """Return the file's content, `.csv` or `.xlsx`, and what was read on a day.

    Names and addresses are left out. A later report on the file gives the same figures. What a
    spreadsheet would run is made inert: in an .xlsx by the cell, in a .csv by an apostrophe. Raises
    SourceError, and OutputError for an answer that no cell of Excel can hold.
    """
    parts = [part for table in tables for part in read_table(table, checklist, keep_rows=True)]
    responses = count_parts(parts, checklist, today)
    several = [
        _Columns(part, account, checklist, today).columns()
        for part, account in zip(parts, responses.sources, strict=True)
    ]
    titles = list(dict.fromkeys(title for columns in several for title in columns))
    lines: list[Sequence[str]] = [[title for title, _ in titles]]
    for columns, account in zip(several, responses.sources, strict=True):
        empty = [""] * account.rows.used
        lines += zip(*(columns.get(title, empty) for title in titles), strict=True)
    if kind == ".xlsx":
        return _xlsx(lines), responses
    return _csv(escape_lines(lines, wording(checklist.language)("archive.escaped"))), responses


# A column of the archive: its title, and which of several with that title it is.
_Title = tuple[str, int]


class _Columns:
    """One part's columns as an archive keeps them, of the rows that count."""

    def __init__(
        self,
        part: Part,
        account: SourceAccount,
        checklist: Checklist,
        today: date | None,
    ) -> None:
        self.today = today
        self.rows, self.used = part.rows, account.used_rows
        self.kept = Columns(tuple(column for column in account.columns if _is_kept(column)))
        self.titles = _titles(checklist)
        self.zone = ZoneInfo(checklist.time_zone)
        # The default wording, since that is recognised whatever the checklist's becomes.
        words = wording(checklist.language)
        self.known = {text: words.answer(a) for text, a in answer_codes(checklist).items()}

    def columns(self) -> dict[_Title, list[str]]:
        """Return the cells of each column by its title: a text for each row that counts."""
        columns: dict[_Title, list[str]] = {}
        for column in self.kept.all:
            title = self._title(column)
            number = sum(title == other for other, _ in columns)
            columns[title, number] = list(compress(self._written(column), self.used))
        return columns

    def _title(self, column: Column) -> str:
        """Return today's title, but a reworded question's own: a later report then says so too."""
        several = len(self.kept.of(column.kind, column.subject)) > 1
        keeps_own = column.reworded or (several and column.match is not Match.EXACT)
        title = self.titles.get((column.kind, column.subject), column.header)
        return column.header if keeps_own else title

    def _written(self, column: Column) -> list[str]:
        cells = [row[column.index] if column.index < len(row) else None for row in self.rows]
        if column.kind == "known":
            times = read_dates(cells, self.zone, self.today, is_utc=is_in_utc(column.header))
            return [_written_time(*one) for one in zip(cells, times, strict=True)]
        if column.kind == "item":
            return [self.known.get(normalize(text_of(cell))) or _typed(cell) for cell in cells]
        return [_typed(cell) for cell in cells]


def _is_kept(column: Column) -> bool:
    if column.kind == "known":
        return column.subject in _TIMES
    return column.kind != "unread"


def _titles(checklist: Checklist) -> dict[tuple[str, str], str]:
    """Return today's title for every question that a column can hold."""
    words = wording(checklist.language)
    titles = {("known", known): words("archive.time") for known in _TIMES}
    for section in checklist.sections:
        titles["remark", section.id] = remark_title(section, words)
    for item in checklist.items():
        titles["remark", item.id] = remark_title(item, words)
        titles["item", item.id] = item_title(item)
    for question in questionnaire(checklist).questions():
        titles.setdefault((question.kind, question.id), question.title)
    return titles


def _written_time(cell: Cell, time: datetime | None) -> str:
    return time.isoformat(sep=" ", timespec="seconds") if time else clean(text_of(cell))


def _typed(cell: Cell) -> str:
    return clean(text_of(cell)) if is_filled(cell) else ""


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    # The mark tells Excel that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(lines: list[Sequence[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    from forms.excel.text import fits
    from forms.excel.values import escaped

    if not all(fits(value) for line in lines for value in line):
        raise OutputError(
            problem=gettext("an answer is longer than an Excel cell can hold"),
            remedy=gettext("write the archive as .csv"),
        )
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Archief")
    trial = WriteOnlyCell(sheet)

    def as_text(text: str) -> object:
        """Return what openpyxl writes as text: it makes a formula of `=`, an error of `#N/A`."""
        trial.value = text
        if trial.data_type == "s":
            return text
        # To make one for every text takes half as long as to write it.
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        return cell

    for line in lines:
        sheet.append([as_text(escaped(value)) if value else None for value in line])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
