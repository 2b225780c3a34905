"""The sector's own workbook: where organisations stand together, and how that was worked out."""

from babel.dates import format_date
from openpyxl import Workbook
from openpyxl.chart import Reference

from forms.analysis.quartiles import FIRST, LAST, NAMES, Quartiles
from forms.analysis.sector import SectorFigures, Spread
from forms.checklist.model import Checklist
from forms.excel.text import tab_names
from forms.report.sector_comparison import said_group, said_steps, sector_rules
from forms.wording import Wording, wording
from forms.workbook.charts import add_clustered_bars, bars_place, below
from forms.workbook.packed import packed
from forms.workbook.sector_columns import Cell, spread_cells
from forms.workbook.sheet_writer import SheetWriter
from forms.workbook.styles import QUARTILE_BARS, set_font

_OVERVIEW = (34, 14, 14, 14, 16, 16, 16)
_ITEM, _TEXT, _FIGURE = 8, 60, 13
_ACCOUNT = (100,)
# As high together as two bars of another chart.
_BARS_HIGH = 2


def sector_book(figures: SectorFigures, checklist: Checklist) -> bytes:
    """Return the workbook; the same figures give the same bytes. `checklist` gives the language."""
    words = wording(checklist.language)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    set_font(workbook)
    items = [f"{words('sector.items')} {group}".strip() for group in figures.groups]
    tabs = tab_names([words("tabs.overview"), *items, words("tabs.account")], ())
    _write_overview(workbook, tabs[0], figures, words)
    for tab, group in zip(tabs[1:], figures.groups, strict=False):
        _write_items(workbook, tab, figures, group, words)
    _write_account(workbook, tabs[-1], figures, words)
    title = words("sector.title", title=figures.title)
    return packed(workbook, title, words("sector.items"), figures.made).saved()


def _write_overview(workbook: Workbook, tab: str, figures: SectorFigures, words: Wording) -> None:
    sheet = SheetWriter(workbook, tab, _OVERVIEW)
    sheet.wide(words("sector.title", title=figures.title), "title")
    for line in _about(figures, words):
        sheet.wide(line, "dim")
    sheet.gap()
    sheet.wide(words("sector.what"))
    sheet.wide(words("sector.what_share"))
    sheet.gap()
    _tiles(sheet, figures, words)
    for group in figures.groups:
        heading = said_group(figures, group, words) or words("sector.sections")
        sheet.wide(heading, "heading")
        _write_sections(sheet, figures, group, words)
    if len(figures.groups) == 1:
        sheet.ws.page_setup.fitToHeight = 1
    else:
        sheet.turn_pages()


def _write_sections(sheet: SheetWriter, figures: SectorFigures, group: str, words: Wording) -> None:
    """Write where a group's organisations stand, a row a section, with a chart."""
    titles = [words("overview.section"), *_quartile_titles(words), words("sector.count")]
    header = sheet.row
    sheet.write_row(titles, ["header", *["header centred"] * (len(titles) - 1)])
    given = {}
    for subject in figures.sections:
        spread = figures.of(subject, group)
        _row(sheet, [(figures.texts[subject], "cell"), *_cells(spread, words)])
        if spread.steps:
            given[subject] = spread.steps
    sheet.gap()
    if len(given) < len(figures.sections):
        return
    last = header + len(given)
    place = bars_place(_BARS_HIGH * len(given), len(sheet.widths))
    said = (
        words("sector.section_figures", section=figures.texts[s], **said_steps(steps))
        for s, steps in given.items()
    )
    add_clustered_bars(
        sheet,
        Reference(sheet.ws, min_col=2, max_col=4, min_row=header, max_row=last),
        Reference(sheet.ws, min_col=1, min_row=header + 1, max_row=last),
        QUARTILE_BARS,
        words("sector.chart_of_all", figures=" ".join(said)),
        place,
    )
    below(sheet, place)


def _about(figures: SectorFigures, words: Wording) -> list[str]:
    day = format_date(figures.made, "d MMMM yyyy", locale=words.language)
    lines = [words("overview.made", date=day)]
    if figures.round:
        lines.append(words("overview.round", name=figures.round))
    return lines


def _tiles(sheet: SheetWriter, figures: SectorFigures, words: Wording) -> None:
    facts = vars(figures.participation)
    for column, name in enumerate(("asked", "answered", "counted", "answers"), 1):
        sheet.put(column, words(f"sector.tile_{name}"), "tile label")
        sheet.put(column, facts[name], "tile", sheet.row + 1)
    sheet.end_row(2)
    sheet.end_row(2)
    sheet.gap()


def _write_items(
    workbook: Workbook, tab: str, figures: SectorFigures, group: str, words: Wording
) -> None:
    """Write every statement as a group has it, the one whose middle is lowest first."""
    titles = [words("actions.id"), words("actions.item"), *_quartile_titles(words)]
    titles += [words("sector.spread"), words("sector.count")]
    widths = [_ITEM, _TEXT, *[_FIGURE] * (len(titles) - 2)]
    sheet = SheetWriter(workbook, tab, widths)
    sheet.wide(words("sector.items"), "title")
    if said := said_group(figures, group, words):
        sheet.wide(said, "heading")
    sheet.wide(words("sector.items_explain", least=figures.least), "dim", gap=1)
    styles = ["header centred" if n != 1 else "header" for n in range(len(titles))]
    sheet.write_row(titles, styles, least=3)
    sheet.freeze_here(columns=2)
    spreads = {subject: figures.of(subject, group) for subject in figures.items}
    for subject, spread in sorted(spreads.items(), key=lambda each: _low_first(each[1])):
        steps = spread.steps
        between: Cell = (_between(steps), "centred")
        *quartiles, count = _cells(spread, words)
        cells: list[Cell] = [(subject, "centred"), (figures.texts[subject], "cell"), *quartiles]
        _row(sheet, [*cells, between, count])
    sheet.turn_pages()


def _between(steps: Quartiles | None) -> str:
    """Return how far the quarters lie apart; at least so far where one is at an end."""
    if steps is None:
        return "?"
    is_wide = steps.lower == FIRST or steps.upper == LAST
    return f"{'≥ ' if is_wide else ''}{steps.upper - steps.lower}%"


def _low_first(spread: Spread) -> tuple[bool, int, int]:
    steps = spread.steps
    return (steps is None, steps.median if steps else 0, steps.lower if steps else 0)


def _write_account(workbook: Workbook, tab: str, figures: SectorFigures, words: Wording) -> None:
    sheet = SheetWriter(workbook, tab, _ACCOUNT)
    sheet.wide(words("account.title"), "title", gap=1)
    sheet.wide(words("account.rules"), "heading")
    for text in (words("account.rule_counts"), *sector_rules(figures, words)):
        sheet.wide(text)
    sheet.row += 1
    sheet.wide(words("sector.participation"), "heading")
    facts = vars(figures.participation) | {"least": figures.least_answers}
    sheet.wide(words("sector.participation_facts", **facts))
    sheet.turn_pages()


def _quartile_titles(words: Wording) -> list[str]:
    return [words(f"sector.of_all_{name}") for name in NAMES]


def _cells(spread: Spread, words: Wording) -> list[Cell]:
    """Return the quartiles and of how many, which nobody is told of a few."""
    count: Cell = (spread.count, "number")
    if spread.count is None:
        count = (words("sector.few"), "centred")
    return [*spread_cells(spread), count]


def _row(sheet: SheetWriter, cells: list[Cell]) -> None:
    sheet.write_row([value for value, _ in cells], [style for _, style in cells])
