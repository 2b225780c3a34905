"""The workbook: a tab to see where we stand, one to work in, one to discuss, and the details."""

from forms.report.model import Report
from forms.workbook.build import build
from forms.workbook.check import check_kept
from forms.workbook.layout import layout_of
from forms.workbook.splice import splice


def build_workbook(report: Report) -> bytes:
    """Return the .xlsx file, made anew or put into people's own; the same report, the same bytes.

    Raises WorkbookError where it cannot be put in without touching what is people's.
    """
    layout = layout_of(report)
    fresh = build(report, layout)
    if report.existing is None or layout.moves is None:
        return fresh.package.saved()
    content = splice(report, report.existing, fresh, layout)
    check_kept(report, layout, layout.moves, content)
    return content
