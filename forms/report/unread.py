"""Remarks that nobody can have read before this report: they may name somebody. Pure.

Who makes the report is told of them, and a copy that is mailed leaves them out. The next report has
them in its copy, but for those that were withheld in between. By their codes: those in the workbook
that lies there could be read, and one that is gone was read by nobody.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from forms.analysis.withheld import code_of
from forms.notes import Note
from forms.report.model import Report
from forms.report.note_kinds import NewRemarks, NewRemarksShared
from forms.report.remarks import on_the_tab


def unread_remarks(report: Report, read: Collection[str]) -> Mapping[str, int]:
    """Return how many remarks are to be read on each tab that has any, by its title."""
    counts = {}
    for section in report.checklist.sections:
        shown = on_the_tab(report.section_remarks[section.id])
        codes = [report.code_of(each.remark) for each in shown if each.remark.text]
        if unread := sum(code not in read for code in codes):
            counts[report.tabs.sections[section.id]] = unread
    return counts


def only_read(report: Report, read: Collection[str]) -> Report:
    """Return the report without what nobody can have read."""
    remarks = {}
    for subject, texts in report.responses.remarks.items():
        known = {text for text in set(texts) if read and code_of(report.key, text) in read}
        remarks[subject] = tuple(text for text in texts if text in known)
    return replace(report, responses=replace(report.responses, remarks=remarks))


def note_on(report: Report, unread: Mapping[str, int], *, is_attached: bool) -> Note | None:
    """Return how many there are to read, on which tabs, and how to withhold one."""
    if not unread:
        return None
    tabs = ", ".join(f"{tab} ({count})" for tab, count in unread.items())
    kind = NewRemarks if is_attached else NewRemarksShared
    words = report.words
    return Note(kind(sum(unread.values()), tabs, words("section.show"), words("section.show_no")))
