"""The last tab: the rules, and what became of every row, column and odd cell."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_percent
from openpyxl import Workbook

from forms.analysis.trend import LEAST_POINTS, MOST_CHANGES, EarlierRound
from forms.report.model import Report
from forms.report.sector_comparison import sector_of, sector_rules
from forms.report.tabs import Tabs
from forms.responses.columns import Column
from forms.responses.model import SourceAccount
from forms.text import one_line
from forms.wording import Wording
from forms.workbook.sheet_writer import SheetWriter

_WIDTHS = (10, 70, 60)
# Of an odd cell: more than a row can show.
_MOST_LETTERS = 2_000


def write(workbook: Workbook, report: Report, tabs: Tabs) -> None:
    """Write the tab."""
    words = report.words
    sheet = SheetWriter(workbook, tabs.account, _WIDTHS)
    sheet.wide(words("account.title"), "title", gap=1)
    _write_source(sheet, report)
    sheet.wide(words("account.notes"), "heading")
    notes = [
        replace(note, source=Path(note.source).name).text(words) for note in report.responses.notes
    ]
    for note in notes or [words("account.no_notes")]:
        sheet.wide(note)
    sheet.row += 1
    sheet.wide(words("account.rules"), "heading")
    for rule in _rules(report):
        sheet.wide(rule)
    sheet.row += 1
    sheet.wide(words("account.formulas"), "heading")
    for formula in _formulas(report):
        sheet.wide(formula)
    sheet.row += 1
    _write_columns(sheet, report, words)
    _write_unread_cells(sheet, report, words)
    sheet.turn_pages()


def _rules(report: Report) -> Iterator[str]:
    """Yield the rules in words, for whoever reads the report."""
    words, rules = report.words, report.checklist.rules
    least = rules.min_group
    share = _percent(rules.in_order_from, words)
    yield words("account.rule_counts")
    yield words("account.rule_in_order", share=share)
    yield words("account.rule_unknown", least=least)
    yield words("account.rule_priority", share=_percent(rules.needed_from, words))
    yield words("account.rule_order")
    yield words("account.rule_divided", least=least)
    if report.checklist.split_question():
        yield words("account.rule_groups", least=least)
    yield words("account.rule_due", **rules.due.model_dump())
    if figures := sector_of(report):
        yield from sector_rules(figures, words)
    if report.earlier:
        yield words("account.rule_rounds", least=least)
        yield words("account.rule_difference", least=LEAST_POINTS, most=MOST_CHANGES)
        yield words("account.rule_trend")


def _formulas(report: Report) -> Iterator[str]:
    """Yield the same in letters, for whoever works it out with a pencil."""
    words, rules = report.words, report.checklist.rules
    least = rules.min_group
    yield words("account.formula_letters")
    yield words("account.formula_verdict", least=least, share=_percent(rules.in_order_from, words))
    yield words("account.formula_priority", share=_percent(rules.needed_from, words))
    yield words("account.formula_divided", least=least)


def _percent(share: Decimal, words: Wording) -> str:
    return format_percent(share, format="0.####%", locale=words.language)


def _write_source(sheet: SheetWriter, report: Report) -> None:
    words, responses = report.words, report.responses
    sheet.wide(words("account.source"), "heading")
    for source in responses.sources:
        sheet.wide(f"{words('account.file')}: {_name(source, words)}")
        # It would say on which day those came in that do not count yet.
        if not report.waiting and (period := _period(source.period, words)):
            sheet.wide(f"{words('account.period')}: {period}")
    for earlier in report.earlier:
        sheet.wide(_compared(earlier, words))
    sheet.row += 1
    sheet.wide(words("account.rows"), "heading")
    for line in report.waits:
        sheet.wide(line)
    for name, count in vars(responses.rows).items():
        sheet.write_row([count, words(f"account.row.{name}")], ["number", "cell"])
    # While figures of an earlier day stand, those of the sources do not add up to them.
    if len(responses.sources) > 1 and not report.waiting:
        for source in responses.sources:
            name = _name(source, words)
            sheet.wide(words("account.of_source", name=name, **vars(source.rows)))
    sheet.row += 1


def _name(source: SourceAccount, words: Wording) -> str:
    """Return what a source is called, without the folder it lies in."""
    name = _without_folder(source.name)
    return (
        words("account.from_row", name=name, row=source.header_row) if source.header_row else name
    )


def _without_folder(name: str) -> str:
    # A database is known by its server; a file is by its name, also one that is a store.
    return name if name.startswith("postgresql:") else Path(name).name


def _period(period: tuple[date, date] | None, words: Wording) -> str | None:
    if not period:
        return None
    first, last = (format_date(day, "d MMMM yyyy", locale=words.language) for day in period)
    return words("account.period_of", first=first, last=last)


def _compared(earlier: EarlierRound, words: Wording) -> str:
    """Return what an earlier round is: its name, its file, when, and how many answered."""
    facts = [
        _without_folder(earlier.responses.name),
        _period(earlier.responses.period, words),
        words.plural("section.responses", earlier.responses.rows.used),
    ]
    return words("account.compared", name=earlier.name, facts=", ".join(filter(None, facts)))


def _write_columns(sheet: SheetWriter, report: Report, words: Wording) -> None:
    sheet.wide(words("account.columns"), "heading")
    for source in report.responses.sources:
        if len(report.responses.sources) > 1:
            sheet.wide(_name(source, words))
        sheet.write_row(["", words("account.column"), words("account.read_as")], "header")
        for column in source.columns:
            header = column.header or words("column.no_header")
            values = [column.letter, header, _read_as(column, words)]
            sheet.write_row(values, ["centred", "cell", "cell"])
        sheet.row += 1


def _read_as(column: Column, words: Wording) -> str:
    if column.kind == "known":
        return words(f"column.known.{column.subject}")
    key = "reworded" if column.reworded else column.kind
    return words(f"column.{key}", subject=column.subject)


def _write_unread_cells(sheet: SheetWriter, report: Report, words: Wording) -> None:
    """Write the texts that are no answer, but for what few people typed: that can be a name."""
    sources = [source for source in report.responses.sources if source.unread_cells]
    if not sources or report.findings.too_few:
        return
    sheet.wide(words("account.unread_cells"), "heading")
    if report.findings.round_open:
        sheet.wide(words("account.unread_later"))
        return
    least = report.checklist.rules.min_group
    counts = Counter(one_line(cell.text) for source in sources for cell in source.unread_cells)
    often = {text: count for text, count in counts.most_common() if count >= least}
    if often:
        titles = [words("account.unread_count"), words("account.unread_text")]
        sheet.write_row(titles, "header")
    for text, count in often.items():
        shown = report.without_withheld(text)[:_MOST_LETTERS]
        sheet.write_row([count, shown], ["number", "cell"])
    if others := sum(source.unread_total for source in sources) - sum(often.values()):
        sheet.wide(words("account.unread_others", count=others, least=least))
