"""The archive: the used rows of a table, to keep; nothing in it says who answered."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import compress
from pathlib import Path

from forms.checklist import Checklist
from forms.dates import read_dates
from forms.errors import OutputError
from forms.questionnaire import item_title, questionnaire, remark_title
from forms.responses.columns import Column
from forms.responses.model import Cell, Responses, Row, Table, is_filled
from forms.responses.reader import answer_codes, read_responses
from forms.text import clean, fold, text_of
from forms.wording import wording

KINDS = (".csv", ".xlsx")
_TIMES = {"time", "completion"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")


def check_kind(path: Path) -> None:
    """Raise OutputError for a name that says neither .csv nor .xlsx."""
    if path.suffix.lower() not in KINDS:
        raise OutputError(f"{path}: an archive is .csv or .xlsx; end its name so")


def archive(
    table: Table, checklist: Checklist, kind: str, *, escape_formulas: bool = False
) -> tuple[bytes, Responses]:
    """Return the file's content, `.csv` or `.xlsx`, and what was read.

    A later report on the file gives the same figures. With `escape_formulas` text in a .csv that
    a spreadsheet would run begins with an apostrophe. Raises SourceError.
    """
    rows = list(table.rows)
    responses = read_responses(replace(table, rows=rows), checklist)
    escape = escape_formulas and kind == ".csv"
    header, *lines = _lines(responses.columns, rows, checklist, escape=escape)
    used = [header, *compress(lines, responses.used_rows)]
    return (_xlsx(used) if kind == ".xlsx" else _csv(used)), responses


def _is_kept(column: Column) -> bool:
    if column.kind == "known":
        return column.subject in _TIMES
    return column.kind != "unread"


def _lines(
    columns: Iterable[Column], rows: list[Row], checklist: Checklist, *, escape: bool
) -> Iterator[Sequence[str]]:
    """Yield a header and a line per row, of the columns that an archive keeps."""
    columns = [column for column in columns if _is_kept(column)]
    titles = _titles(checklist)
    # The default wording, since that is recognised whatever the checklist's becomes.
    words = wording(checklist.language)
    known = {text: words.answer(answer) for text, answer in answer_codes(checklist).items()}
    choices = {fold(choice) for question in checklist.respondent for choice in question.choices}

    def typed(cell: Cell) -> str:
        text = clean(text_of(cell)) if is_filled(cell) else ""
        risky = escape and text.startswith(_FORMULA_STARTS) and fold(text) not in choices
        return f"'{text}" if risky else text

    # A reworded question keeps its own words, so that a later report says so too.
    yield [c.header if c.reworded else titles.get((c.kind, c.subject), c.header) for c in columns]
    written: list[list[str]] = []
    for column in columns:
        cells = [row[column.index] if column.index < len(row) else None for row in rows]
        if column.kind == "known":
            written.append(_times(cells))
        elif column.kind == "item":
            written.append([known.get(fold(text_of(cell))) or typed(cell) for cell in cells])
        else:
            written.append([typed(cell) for cell in cells])
    yield from zip(*written, strict=True)


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


def _times(cells: list[Cell]) -> list[str]:
    return [
        time.isoformat(sep=" ", timespec="seconds") if time else clean(text_of(cell))
        for cell, time in zip(cells, read_dates(cells), strict=True)
    ]


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    # The mark tells Excel that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(lines: list[Sequence[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    from forms.report.workbook.text import escaped, fits

    if not all(fits(value) for line in lines for value in line):
        raise OutputError(
            "an answer is longer than an Excel cell can hold; write the archive as .csv"
        )
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Archief")
    for line in lines:
        cells = []
        for value in line:
            cell = WriteOnlyCell(sheet, escaped(value) if value else None)
            if value:
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
