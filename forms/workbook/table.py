"""The action list as Excel's Table: filters, drop-downs, colours for what is late or done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from forms.action_list.actions import Decision, Status
from forms.action_list.follow_up import DAYS, THEIRS, Former, Row, mark
from forms.report.report import Report
from forms.text import fold, text_of
from forms.wording import LANGUAGES, Wording, wording
from forms.workbook.listed import Place, marks_of
from forms.workbook.sheet import Sheet, Value
from forms.workbook.styles import DIM, DONE, LATE, solid

# Rows that people add below the table are coloured and checked too.
SPARE_ROWS = 500
# As a Table's column names a header of two lines.
_LINE_FEED = "_x000a_"
# 1 January 2000, as Excel counts days.
_FIRST_DAY = "36526"


def make_table(
    sheet: Sheet, report: Report, columns: Sequence[Place], first: int, last: int
) -> None:
    """Make it an Excel Table; its columns are named here, or openpyxl would make every cell.

    A Table of a header alone makes Excel repair the file.
    """
    if last == first:
        return
    former = report.former
    ref = f"A{first}:{get_column_letter(len(columns))}{last}"
    name = _free_name((former and former.rest.table) or report.words("actions.table"), former)
    table: Any = Table(displayName=name, ref=ref)
    table.tableColumns = [
        TableColumn(id=i, name=place.title.replace("\n", _LINE_FEED))
        for i, place in enumerate(columns, 1)
    ]
    table.autoFilter = AutoFilter(ref=ref)
    if former and former.rest.filter:
        _filter_again(table.autoFilter, former, columns, (first + 1, last))
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.ws.add_table(table)


def _free_name(name: str, former: Former | None) -> str:
    """Return a name for the Table that no Table or cells of people's own have."""
    if former is None:
        return name
    book, own = former.rest.sheet.parent, former.rest.own_tabs
    taken = {table.casefold() for tab in own for table in book[tab].tables}
    taken |= {defined.casefold() for defined in book.defined_names}
    free, number = name, 2
    while free.casefold() in taken:
        free = f"{name}_{number}"
        number += 1
    return free


def _filter_again(
    new: Any, former: Former, columns: Sequence[Place], rows: tuple[int, int]
) -> None:
    """Put people's filters and sort order on the columns they were on."""
    now = {place.was: i for i, place in enumerate(columns)}
    for was, criteria in filters(former).items():
        if was in now:
            taken = copy(criteria)
            taken.colId = now[was]
            new.filterColumn.append(taken)
    order = former.rest.filter.sortState
    if order is None:
        return
    taken = copy(order)
    letter = get_column_letter
    taken.ref = f"A{rows[0]}:{letter(len(columns))}{rows[1]}"
    taken.sortCondition = []
    for condition in order.sortCondition:
        was = CellRange(condition.ref).min_col - 1
        if was in now:
            place = letter(now[was] + 1)
            again = copy(condition)
            again.ref = f"{place}{rows[0]}:{place}{rows[1]}"
            taken.sortCondition.append(again)
    if taken.sortCondition:
        new.sortState = taken


def without_colours(found: Any) -> Any:
    """Return a copy of filters and sort order without those by colour.

    They name a format of the former workbook by its number, which is another one in the new.
    """
    if not found:
        return found
    taken = copy(found)
    taken.filterColumn = [c for c in found.filterColumn if not c.colorFilter and not c.iconFilter]
    taken.sortState = in_order_of_values(found.sortState)
    return taken


def in_order_of_values(order: Any) -> Any:
    """Return a copy of a sort order without what goes by colour; None when nothing is left."""
    if not order:
        return None
    taken = copy(order)
    taken.sortCondition = [
        each
        for each in order.sortCondition
        if each.dxfId is None and each.sortBy in (None, "value")
    ]
    return taken if taken.sortCondition else None


def filters(former: Former) -> dict[int, Any]:
    """Return people's filters by the column they are on, counted from 0."""
    found = former.rest.filter
    if not found:
        return {}
    first = CellRange(found.ref).min_col - 1
    placed = {}
    for criteria in found.filterColumn:
        at = first + criteria.colId
        # LibreOffice can save a filter one column too far to the right.
        fits = _fits(former, at - 1, criteria) and not _fits(former, at, criteria)
        # An empty column fits whatever the words are.
        if fits and any(not row.cells[at - 1].is_blank for row in former.rows if not row.hidden):
            at -= 1
        placed[at] = criteria
    return placed


def _fits(former: Former, at: int, criteria: Any) -> bool:
    """Say whether a filter on words explains the rows that are in view."""
    if not 0 <= at < len(former.columns) or not criteria.filters:
        return 0 <= at < len(former.columns)
    words = {fold(word) for word in criteria.filters.filter}
    shown = [row.cells[at] for row in former.rows if not row.hidden and not row.is_blank]
    return all(fold(text_of(c.shown)) in words or c.is_blank for c in shown)


def stays_hidden(former: Former, row: Row, values: Mapping[str, Value]) -> bool:
    """Say whether a row that people hid stays so: not when what they chose it by has changed."""
    if not row.hidden:
        return False
    now = marks_of(values)
    judged = {former.columns[at].name for at in filters(former)} | {"priority"}
    return all(mark(former.cell(row, name).value) == now[name] for name in judged if name in now)


def help_filling_in(
    sheet: Sheet,
    words: Wording,
    columns: Sequence[Place],
    rows: tuple[int, int],
    theirs: Collection[str] = (),
) -> None:
    """Offer words to choose from, ask for dates, and colour what is late or done.

    `theirs` are the columns, by letter, for which people have a rule of their own.
    """
    first, last = rows
    letters = {p.name: get_column_letter(i) for i, p in enumerate(columns, 1) if p.name}
    choices = {
        "decision": [words(f"decision.{each}") for each in Decision],
        "status": [words(f"status.{each}") for each in Status],
    }
    for name, choices_here in choices.items():
        if letters[name] in theirs:
            continue
        offer_words(sheet, choices_here, f"{letters[name]}{first}:{letters[name]}{last}", words)
    for name in DAYS:
        if letters[name] in theirs:
            continue
        rule = DataValidation(type="date", operator="greaterThan", formula1=_FIRST_DAY)
        rule.errorTitle, rule.error = words("actions.date_title"), words("actions.date_help")
        _add(sheet, rule, f"{letters[name]}{first}:{letters[name]}{last}")
    _colour(sheet, words, letters, (first, last), len(columns))


def is_our_choice(rule: Any) -> bool:
    """Say whether vinkje itself made a rule for what may be filled in."""
    return rule.formula1 == _FIRST_DAY or rule.formula1 in _our_choices()


@cache
def _our_choices() -> set[str]:
    return {
        _listed([wording(language)(f"{kind.__name__.lower()}.{each}") for each in kind])
        for language in LANGUAGES
        for kind in (Decision, Status)
    }


def _listed(choices: Sequence[str]) -> str:
    return f'"{",".join(choices)}"'


def is_our_colour(rule: Any) -> bool:
    """Say whether vinkje itself made a rule that colours what is late or done."""
    fill = rule.dxf.fill if rule.dxf else None
    colours = {str(each.rgb)[-6:] for each in (fill.bgColor, fill.fgColor)} if fill else set()
    return rule.type == "expression" and bool(colours & {LATE, DONE})


def offer_words(sheet: Sheet, choices: Sequence[str], cells: str, words: Wording) -> None:
    """Let people choose a word from a list."""
    rule = DataValidation(type="list", formula1=_listed(choices))
    rule.errorTitle, rule.error = words("actions.pick_title"), words("actions.pick")
    _add(sheet, rule, cells)


def _colour(
    sheet: Sheet, words: Wording, letters: Mapping[str, str], rows: tuple[int, int], width: int
) -> None:
    first, last = rows

    def is_one_of(name: str, texts: Iterable[str]) -> str:
        return ",".join(f'${letters[name]}{first}="{text}"' for text in texts)

    taken_up = [words(f"decision.{each}") for each in (Decision.NEEDED, Decision.DESIRABLE)]
    decided = f"OR({is_one_of('decision', taken_up)})"
    is_done = is_one_of("status", [words("status.done")])
    dropped = is_one_of("decision", [words("decision.dropped")])
    deadline = f"${letters['deadline']}{first}"
    late = f"AND({decided},NOT({is_done}),ISNUMBER({deadline}),{deadline}<TODAY())"
    grey = DifferentialStyle(fill=solid(DONE), font=Font(color=DIM))
    theirs = sorted(column_index_from_string(letters[name]) for name in THEIRS)
    areas = [
        f"{get_column_letter(part[0])}{first}:{get_column_letter(part[-1])}{last}"
        for part in _side_by_side(theirs)
    ]
    coloured = _coloured(late, DifferentialStyle(fill=solid(LATE)))
    sheet.ws.conditional_formatting.add(" ".join(areas), coloured)
    everything = f"A{first}:{get_column_letter(width)}{last}"
    done = f"OR(AND({decided},{is_done}),{dropped})"
    sheet.ws.conditional_formatting.add(everything, _coloured(done, grey))


def _side_by_side(columns: Sequence[int]) -> list[list[int]]:
    """Return columns in groups that lie side by side."""
    groups: list[list[int]] = []
    for column in columns:
        if groups and column == groups[-1][-1] + 1:
            groups[-1].append(column)
        else:
            groups.append([column])
    return groups


def _coloured(formula: str, style: DifferentialStyle) -> Rule:
    return Rule(type="expression", formula=[formula], dxf=style, stopIfTrue=True)


def _add(sheet: Sheet, rule: DataValidation, cells: str) -> None:
    rule.allow_blank = True
    # A warning lets people write "begin december" all the same.
    rule.errorStyle = "warning"
    rule.showErrorMessage = True
    for area in cells.split():
        rule.add(area)
    sheet.ws.add_data_validation(rule)
