"""The agenda's columns of groups: the higher a group's share, the darker its cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from openpyxl.worksheet.pagebreak import Break

from forms.analysis.rules import Finding, share
from forms.excel.text import Value
from forms.percent import cell_value
from forms.report.model import Report
from forms.responses.model import Counts
from forms.text import shortened
from forms.workbook import paper
from forms.workbook.layout import SHOWN_LESS
from forms.workbook.sheet_writer import SheetWriter, lines_of
from forms.workbook.styles import SHADES

_MOST = 30
_LETTERS = 50
# So few have headers that lie; those of more stand upright, in columns as wide as a figure needs.
_MOST_LYING, _LYING_WIDTH, _WIDTH = 4, 13, 6.5
# In so narrow a column stand this many lines, of letters so wide, and this many at most.
_LINES, _LETTER_POINTS, _MOST_UPRIGHT = 3, 5, 20
# What is smaller on paper has a page of its own for groups, beside the statements' numbers.
_LEAST_PERCENT = 70
# The columns that say which statement it is.
_STATEMENT = 2


@dataclass(frozen=True)
class GroupColumns:
    """The groups with a figure, those of which all figures are hidden, and how many more."""

    titles: Sequence[str]
    shown: Sequence[str]
    hidden: Sequence[str]
    more: int

    @classmethod
    def of(cls, report: Report, findings: Sequence[Finding]) -> Self:
        """Return the groups to tell of: choices, and of what people typed only those with figures.

        Else somebody who typed a function that nobody else has would be named here.
        """
        question = report.checklist.split_question()
        choices = {*question.choices, ""} if question else {""}
        every = report.findings.group_names()
        items = report.findings.items
        named = [n for n in every if n in choices or any(f.groups.get(n) for f in items)]
        with_figures = [n for n in named if any(f.groups.get(n) for f in findings)]
        shown = with_figures[:_MOST]
        hidden = [n for n in named if n not in with_figures] if shown else []
        more = len(every) - len(shown) - len(hidden)
        nobody = report.words("discuss.no_answer")
        titles, folded = (
            [shortened(name, _LETTERS) or nobody for name in names] for names in (shown, hidden)
        )
        return cls(titles, shown, folded, more)

    @property
    def are_lying(self) -> bool:
        """Say whether the headers are read as other headers are."""
        words = [word for title in self.titles for word in title.split()]
        fits = max(map(len, words), default=0) <= _LYING_WIDTH
        return fits and len(self.titles) <= _MOST_LYING

    def widths(self) -> list[float]:
        """Return how wide the columns are, in characters."""
        return [_LYING_WIDTH if self.are_lying else _WIDTH] * len(self.titles)

    def header_points(self) -> float:
        """Return how high upright headers are; 0 for headers that lie."""
        return 0 if self.are_lying else max(map(_upright_points, self.titles), default=0)

    def turn_pages(self, sheet: SheetWriter, fixed: int) -> float:
        """Give groups that do not fit beside the `fixed` columns pages of their own.

        Returns how wide the widest page is, in characters.
        """
        whole = sheet.width()
        if paper.percent_of(whole) >= _LEAST_PERCENT:
            return whole
        ws, beside = sheet.ws, sheet.width(0, _STATEMENT)
        room = paper.WIDTH * 100 / paper.READABLE / paper.CHARACTER - beside
        pages = -(-len(self.titles) // int(room / (self.widths()[0] + SHOWN_LESS)))
        on_page = -(-len(self.titles) // pages)
        for first in range(fixed, fixed + len(self.titles), on_page):
            ws.col_breaks.append(Break(id=first))
        ws.print_title_cols = "A:B"
        ws.page_setup.pageOrder = "overThenDown"
        # So that it can be read whole on each of these pages.
        sheet.reach = _STATEMENT
        return max(sheet.width(0, fixed), beside + sheet.width(fixed, fixed + on_page))

    def hides(self, findings: Sequence[Finding]) -> bool:
        """Say whether any figure is hidden."""
        return bool(self.hidden) or any(
            not finding.groups.get(name) for finding in findings for name in self.shown
        )

    def cells(self, report: Report, finding: Finding) -> list[tuple[Value, str]]:
        """Return what a statement's row says of the groups, with styles."""
        return [_cell(report, finding.groups.get(name)) for name in self.shown]


def _cell(report: Report, counts: Counts | None) -> tuple[Value, str]:
    """Return a group's share, or that it is hidden."""
    known = share(counts) if counts else None
    if known is None:
        return report.words("discuss.hidden"), "small"
    return cell_value(known), f"share {min(int(known * len(SHADES)), len(SHADES) - 1)}"


def _upright_points(title: str) -> float:
    longest = max(map(len, title.split()), default=1)
    letters = min(longest, _MOST_UPRIGHT)
    while letters < _MOST_UPRIGHT and lines_of(title, letters / 1.15) > _LINES:
        letters += 1
    return letters * _LETTER_POINTS + 8
