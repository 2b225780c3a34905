"""What people wrote, in the one cell that a row has for it."""

from forms.analysis.rules import Finding
from forms.excel.text import TabLink
from forms.report.model import REMARK_LENGTH, Report
from forms.report.remarks import Remark
from forms.text import shortened

# Remarks in one cell; the section's tab has them all.
_SHOWN = 2
# The way to a section's remarks is short; an item's are read where they stand.
_NARROW, _WIDE = 11, 20


def remarks_width(report: Report) -> int:
    """Return how wide the column is, in characters."""
    return _WIDE if report.checklist.remarks == "item" else _NARROW


def remarks_cell(report: Report, finding: Finding, tab: str) -> str | TabLink | None:
    """Return the item's remarks in short, else the way to its section's."""
    # The longest first: `none` and the like say little, and only some are shown here.
    if own := sorted(report.shown_remarks(finding.item.id), key=lambda remark: -len(remark.text)):
        lines = [short_remark(report, remark, REMARK_LENGTH) for remark in own[:_SHOWN]]
        if more := len(own) - len(lines):
            lines.append(report.words("actions.more_here", count=more))
        return "\n".join(lines)
    if count := sum(remark.count for remark in report.shown_remarks(finding.section.id)):
        return TabLink(report.words("actions.see", count=count), tab)
    return None


def short_remark(report: Report, remark: Remark, length: int) -> str:
    """Return a remark on one line, cut to a length in letters, and how often it was written."""
    text = shortened(remark.text, length)
    if remark.count == 1:
        return text
    return report.words("actions.times", text=text, count=remark.count)
