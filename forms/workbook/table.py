"""The action list as Excel's Table: filters, drop-downs, colours for what is late or done."""

from collections.abc import Iterable, Mapping, Sequence

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from forms.action_list.actions import Decision, Status
from forms.action_list.columns import DAYS, USER
from forms.excel.tables import column_name
from forms.wording import Wording
from forms.workbook.layout import Layout
from forms.workbook.sheet_writer import SheetWriter
from forms.workbook.styles import DIM, DONE, LATE, solid

# Rows that people add below the table are coloured and checked too.
SPARE_ROWS = 500
# 1 January 2000, as Excel counts days.
_FIRST_DAY = "36526"


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
        offer_words(sheet, choices_here, f"{letters[name]}{first}:{letters[name]}{last}", words)
    for name in DAYS:
        rule = DataValidation(type="date", operator="greaterThan", formula1=_FIRST_DAY)
        rule.errorTitle, rule.error = words("actions.date_title"), words("actions.date_help")
        _add(sheet, rule, f"{letters[name]}{first}:{letters[name]}{last}")
    _colour(sheet, words, letters, (first, last), len(layout.columns))


def _choice_list(choices: Sequence[str]) -> str:
    """Return choices as a rule holds them; Excel takes 255 characters, far more than ours have."""
    return f'"{",".join(choices)}"'


def offer_words(sheet: SheetWriter, choices: Sequence[str], cells: str, words: Wording) -> None:
    """Let people choose a word from a list."""
    rule = DataValidation(type="list", formula1=_choice_list(choices))
    rule.errorTitle, rule.error = words("actions.pick_title"), words("actions.pick")
    _add(sheet, rule, cells)


def _colour(
    sheet: SheetWriter,
    words: Wording,
    letters: Mapping[str, str],
    rows: tuple[int, int],
    width: int,
) -> None:
    first, last = rows

    def is_one_of(name: str, texts: Iterable[str]) -> str:
        return ",".join(f'${letters[name]}{first}="{text}"' for text in texts)

    taken_up = [words(f"decision.{decision}") for decision in (Decision.NEEDED, Decision.DESIRABLE)]
    decided = f"OR({is_one_of('decision', taken_up)})"
    is_done = is_one_of("status", [words("status.done")])
    dropped = is_one_of("decision", [words("decision.dropped")])
    deadline = f"${letters['deadline']}{first}"
    # Excel works TODAY() out when it opens the file: what is late is coloured without a new report.
    late = f"AND({decided},NOT({is_done}),ISNUMBER({deadline}),{deadline}<TODAY())"
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
