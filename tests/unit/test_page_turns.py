"""Where pages begin: whole rows, headings with what they are above, no page for a few rows."""

from openpyxl import Workbook

from forms.workbook.charts import ChartPlace, below
from forms.workbook.paper import (
    CHARACTER,
    WIDTH,
    Rows,
    height_of,
    set_up,
    turn_pages,
    width_holding,
)
from forms.workbook.sheet_writer import SheetWriter

# In points and in characters: a page holds ten of these rows, at a hundred percent.
ROW, FITTING = 50, WIDTH / 5.86


def paged(rows: Rows, width: float = FITTING) -> tuple[list[int], int | None]:
    """Return the rows that pages begin at after the first, and at how many percent."""
    sheet = Workbook().worksheets[0]
    set_up(sheet)
    turn_pages(sheet, rows, width)
    starts = [each.id + 1 for each in sheet.row_breaks.brk]
    # Programs that fit a tab to the paper themselves obey no break.
    fitting = sheet.sheet_properties.pageSetUpPr
    assert fitting is not None
    assert fitting.fitToPage is (not starts)
    return starts, sheet.page_setup.scale if starts else None


def test_what_fits_on_a_page_stays_there() -> None:
    """Programs then fit it themselves."""
    assert paged(Rows([ROW] * 10, ())) == ([], None)


def test_a_few_rows_too_many_make_letters_smaller_and_no_page() -> None:
    """Down to eight points of ten; what needs another page has letters as large as they can be."""
    assert paged(Rows([ROW] * 12, ())) == ([], None)
    assert paged(Rows([ROW] * 13, ())) == ([11], 100)
    assert paged(Rows([ROW] * 22, ())) == ([12], 90)


def test_a_heading_is_not_left_behind() -> None:
    """Nor what stands between it and the first row below it."""
    assert paged(Rows([ROW] * 13, {10}))[0] == [10]
    assert paged(Rows([ROW] * 13, {9, 10}))[0] == [9]
    assert paged(Rows([ROW] * 13, {13}))[0] == [11]


def test_a_header_that_comes_back_takes_room() -> None:
    """On every page but the first, where it stands already."""
    assert paged(Rows([ROW] * 30, ())) == ([11, 21], 100)
    assert paged(Rows([ROW] * 30, (), repeated=ROW)) == ([12, 22], 90)


def test_a_page_can_be_asked_for() -> None:
    """Where other columns are printed from there on."""
    assert paged(Rows([ROW] * 6, (), {4})) == ([4], 100)


def test_wide_columns_make_letters_smaller() -> None:
    """A row that is higher than a page has one to itself."""
    starts, percent = paged(Rows([ROW, 2000, ROW, *[ROW] * 9], ()), FITTING * 1.25)
    assert starts[:2] == [2, 3]
    assert percent == 80


def test_more_pages_than_excel_turns_are_left_to_it() -> None:
    """Else it repairs the file."""
    assert len(paged(Rows([400] * 1_000, ()))[0]) == 999
    assert paged(Rows([400] * 1_100, ())) == ([], None)


def test_a_list_that_nearly_fits_is_made_to_fit() -> None:
    """By a page that seems wider; one that is too high for that is left as it is."""
    assert width_holding(11 * ROW, FITTING) > FITTING
    assert height_of(width_holding(11 * ROW, FITTING)) + 1 >= 11 * ROW
    assert width_holding(5 * ROW, FITTING) == FITTING
    assert width_holding(20 * ROW, FITTING) == FITTING


def test_a_chart_is_on_one_page() -> None:
    """With the rows that it stands over, and not cut in two."""
    workbook = Workbook()
    sheet = SheetWriter(workbook, "Tab", [WIDTH / CHARACTER - 2])
    for number in range(28):
        sheet.write_row([number], "number")
    first = sheet.row
    below(sheet, ChartPlace(0, 1, 20))
    sheet.turn_pages()
    assert [each.id + 1 for each in sheet.ws.row_breaks.brk] == [first]
