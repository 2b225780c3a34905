"""The action list as Excel's Table: filters, drop-downs, colours for what is late or done."""

from collections.abc import Mapping, Sequence

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from forms.action_list.actions import Decision, Status
from forms.action_list.columns import DAYS, USER
from forms.excel.tables import column_name
from forms.wording import Wording
from forms.workbook import typed
from forms.workbook.layout import Layout
from forms.workbook.sheet_writer import SheetWriter
from forms.workbook.styles import DIM, DONE, LATE, ODD, ODD_INK, solid

# Rows that people add below the table are coloured and checked too.
SPARE_ROWS = 500
# What is shown before it changes nothing in the cell, and needs no colour. Formats of one's own
# begin at 164; openpyxl numbers those of cells from there on, and those of rules not at all.
_FIRST_FORMAT = 190


def _sign(sign: str, number: int) -> NumberFormat:
    parts = [f'"{sign} "General'] * 3 + [f'"{sign} "@']
    return NumberFormat(numFmtId=_FIRST_FORMAT + number, formatCode=";".join(parts))


# What does not count; and what counts if the next report makes a day of it.
_ODD = DifferentialStyle(numFmt=_sign("⚠", 0), font=Font(b=True, color=ODD_INK), fill=solid(ODD))
_UNSURE = DifferentialStyle(numFmt=_sign("?", 1))


def make_table(sheet: SheetWriter, words: Wording, layout: Layout) -> None:
    """Make it an Excel Table; its columns are named here, or openpyxl would make every cell.

    A Table of a header alone makes Excel repair the file.
    """
    if layout.last == layout.header:
        return
    ref = f"A{layout.header}:{get_column_letter(len(layout.columns))}{layout.last}"
    table = Table(displayName=words("actions.table"), ref=ref)
    table.tableColumns = [
        TableColumn(id=i, name=column_name(place.title))
        for i, place in enumerate(layout.columns, 1)
    ]
    table.autoFilter = AutoFilter(ref=ref)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.ws.add_table(table)


def help_filling_in(sheet: SheetWriter, words: Wording, layout: Layout, last: int) -> None:
    """Offer words to choose from, ask for dates, and colour what is late or done."""
    first = layout.header + 1
    letters = {p.name: get_column_letter(i) for i, p in enumerate(layout.columns, 1) if p.name}
    choices = {
        "decision": [words(f"decision.{decision}") for decision in Decision],
        "status": [words(f"status.{status}") for status in Status],
    }
    for name, choices_here in choices.items():
        cells = f"{letters[name]}{first}:{letters[name]}{last}"
        offer_words(sheet, choices_here, cells, words, words("actions.pick_counted"))
    for name in DAYS:
        rule = DataValidation(type="date", operator="greaterThan", formula1=typed.FIRST_DAY)
        rule.errorTitle, rule.error = words("actions.date_title"), words("actions.date_help")
        _add(sheet, rule, f"{letters[name]}{first}:{letters[name]}{last}")
    _mark_odd(sheet, letters, (first, last))
    _colour(sheet, letters, (first, last), len(layout.columns))


def _choice_list(choices: Sequence[str]) -> str:
    """Return choices as a rule holds them; Excel takes 255 characters, far more than ours have."""
    return f'"{",".join(choices)}"'


def offer_words(
    sheet: SheetWriter, choices: Sequence[str], cells: str, words: Wording, help_text: str = ""
) -> None:
    """Let people choose a word from a list; `help_text` is said to who writes another."""
    rule = DataValidation(type="list", formula1=_choice_list(choices))
    rule.errorTitle, rule.error = words("actions.pick_title"), help_text or words("actions.pick")
    _add(sheet, rule, cells)


def _mark_odd(sheet: SheetWriter, letters: Mapping[str, str], rows: tuple[int, int]) -> None:
    """Mark what vinkje takes for no decision, status or day, as soon as it is typed."""
    first, last = rows

    def mark(name: str, formula: str, style: DifferentialStyle) -> None:
        # It goes before the colours, and does not stop them: what is done and odd is grey beside
        # it. Of an error, which no formula can look into, vinkje reads nothing.
        rule = Rule(type="expression", formula=[f"IFERROR({formula},TRUE)"], dxf=style)
        sheet.ws.conditional_formatting.add(f"{letters[name]}{first}:{letters[name]}{last}", rule)

    for name, kind in (("decision", Decision), ("status", Status)):
        cell = f"${letters[name]}{first}"
        mark(name, f"NOT(OR({typed.is_blank(cell)},{typed.says_one_of(cell, kind)}))", _ODD)
    for name in DAYS:
        cell = f"${letters[name]}{first}"
        mark(name, typed.is_no_day(cell), _ODD)
        mark(name, typed.may_be_day(cell), _UNSURE)


def _colour(
    sheet: SheetWriter, letters: Mapping[str, str], rows: tuple[int, int], width: int
) -> None:
    first, last = rows
    decision, status, deadline = (
        f"${letters[name]}{first}" for name in ("decision", "status", "deadline")
    )
    decided = typed.says_one_of(decision, (Decision.NEEDED, Decision.DESIRABLE))
    is_done = typed.says_one_of(status, (Status.DONE,))
    dropped = typed.says_one_of(decision, (Decision.DROPPED,))
    # Excel works TODAY() out when it opens the file: what is late is coloured without a new report.
    late = f"AND({decided},NOT({is_done}),{typed.is_day(deadline)},{deadline}<TODAY())"
    grey = DifferentialStyle(fill=solid(DONE), font=Font(color=DIM))
    theirs = sorted(column_index_from_string(letters[name]) for name in USER)
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


def _add(sheet: SheetWriter, rule: DataValidation, cells: str) -> None:
    rule.allow_blank = True
    # A warning lets people write "begin december" all the same.
    rule.errorStyle = "warning"
    rule.showErrorMessage = True
    for area in cells.split():
        rule.add(area)
    sheet.ws.add_data_validation(rule)
