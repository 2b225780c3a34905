"""A section's tab: every item with all its counts, and what people wrote."""

from collections.abc import Collection

from openpyxl import Workbook

from forms.analysis.rules import Finding
from forms.checklist.model import Section
from forms.excel.text import TabLink, Value, pieces
from forms.percent import cell_value
from forms.report.model import Report
from forms.report.remarks import Remark, on_the_tab, subjects_of
from forms.report.tabs import Tabs
from forms.wording import Answer
from forms.workbook.section_trend import (
    earlier_cells,
    earlier_titles,
    earlier_widths,
    write_change,
    write_means,
)
from forms.workbook.sector_columns import item_cells, section_lines, sector_titles, sector_widths
from forms.workbook.sheet_writer import SheetWriter
from forms.workbook.table import offer_words

_COUNTS = (*Answer, "empty")


def write(workbook: Workbook, report: Report, tabs: Tabs, section: Section) -> None:
    """Write the tab."""
    words = report.words
    widths = [6, 56, 12, 11, 8, *[9.5] * len(_COUNTS), *earlier_widths(report)]
    widths += sector_widths(report)
    sheet = SheetWriter(workbook, tabs.sections[section.id], widths)
    sheet.wide(section.title, "title")
    items = words.plural("section.items", len(section.items))
    responses = words.plural("section.responses", report.findings.rows.used)
    sheet.wide(words("section.explain", items=items, responses=responses), "dim")
    write_change(sheet, report, section)
    for line in section_lines(report, section):
        sheet.wide(line, "dim")
    sheet.wide(TabLink(words("section.back"), tabs.actions), gap=1)
    titles = [words(f"actions.{name}") for name in ("id", "item")]
    titles += [words("section.verdict"), words("actions.priority"), words("actions.share")]
    titles += [words(f"short.{name}") for name in _COUNTS]
    titles += [*earlier_titles(report), *sector_titles(report)]
    styles = ["header" if n == 1 else "header centred" for n in range(len(titles))]
    sheet.write_row(titles, styles, least=2)
    sheet.freeze_here(printed=False)
    for finding in report.section_findings(section.id):
        sheet.write_row(*_row(report, finding))
    write_means(sheet, report, section)
    _write_remarks(sheet, report, section)
    sheet.turn_pages()


def _row(report: Report, finding: Finding) -> tuple[list[Value], list[str]]:
    words, counts, share = report.words, finding.counts, finding.share
    outcome = finding.priority or finding.verdict
    verdict = words(f"verdict.{finding.verdict or 'not_asked'}")
    values: list[Value] = [
        finding.item.id,
        finding.item.text,
        f"{verdict}\n{words('actions.yes')}" if finding.divided else verdict,
        words(f"priority.{finding.priority}") if finding.priority else None,
        None if share is None else cell_value(share),
        *(counts.as_dict()[name] if counts else None for name in _COUNTS),
    ]
    judged = str(outcome) if outcome else "centred"
    styles = ["centred", "cell", judged, judged if finding.priority else "centred", "percent"]
    styles += ["number"] * len(_COUNTS)
    for value, style in (*earlier_cells(report, finding), *item_cells(report, finding)):
        values.append(value)
        styles.append(style)
    return values, styles


def _write_remarks(sheet: SheetWriter, report: Report, section: Section) -> None:
    """Write what people wrote about the section and its items, a row a piece."""
    words, remarks = report.words, report.section_remarks[section.id]
    empty = sum(map(report.empty_remarks, subjects_of(section)))
    if not remarks and not empty:
        return
    sheet.row += 1
    sheet.wide(words("section.remarks"), "heading")
    if empty:
        sheet.wide(words.plural("section.remarks_empty", empty), "dim")
    if not remarks:
        return
    sheet.wide(words("section.remarks_explain"), "dim")
    sheet.wide(words("section.show_explain"), "dim")
    shown = on_the_tab(remarks)
    if len(shown) < len(remarks):
        capped = words("section.remarks_capped", shown=len(shown), count=len(remarks))
        sheet.wide(capped, "dim")
    titles = [words("actions.id"), words("actions.remarks")]
    titles += [words("section.times"), words("section.show")]
    styles = ["header centred", "header", "header centred", "own header"]
    # Where none is about a statement, that column would be empty.
    has_ids = any(each.items for each in remarks)
    sheet.write_row(
        titles if has_ids else [None, *titles[1:]], styles if has_ids else ["unseen", *styles[1:]]
    )
    first = sheet.row
    for each in shown:
        label = _ranges(section, each.items) if has_ids else None
        _write_remark(sheet, report, label, each.remark)
    choices = [words("section.show_yes"), words("section.show_no")]
    offer_words(sheet, choices, f"D{first}:D{sheet.row - 1}", words)


def _ranges(section: Section, ids: Collection[str]) -> str:
    """Return ids in short, one below the other: `S1` and `S3-S6`."""
    runs: list[list[str]] = []
    order = [item.id for item in section.items]
    for place, name in enumerate(order):
        if name not in ids:
            continue
        if runs and place and runs[-1][-1] == order[place - 1]:
            runs[-1].append(name)
        else:
            runs.append([name])
    few = 2  # Of these a range is no shorter.
    return "\n".join(f"{r[0]}-{r[-1]}" if len(r) > few else "\n".join(r) for r in runs)


def _write_remark(sheet: SheetWriter, report: Report, label: str | None, remark: Remark) -> None:
    """Write a remark, each piece of it with the question whether to show it: a name is in one.

    `label` says what it is about; None where no remark here is about a statement.
    """
    words = report.words
    shown = words("section.show_yes" if remark.text else "section.show_no")
    first_piece, *more = pieces(remark.text or words("section.not_shown"))
    # The code tells people nothing. It stands beside the word all the same, and is not hidden with
    # its column: so it goes along when somebody sorts.
    first = "unseen" if label is None else "centred"
    styles = [first, "cell" if remark.text else "dim", "number", "own", "unseen"]
    times = remark.count if remark.text else None
    for piece in (first_piece, *(words("section.continued") + piece for piece in more)):
        sheet.write_row([label or None, piece, times, shown, report.code_of(remark)], styles)
