"""Remarks that nobody can have read before this report: they may name somebody. Pure.

Who makes the report is told of them, and a copy that is mailed leaves them out. The next report has
them in its copy, but for those that were withheld in between.
"""

from collections.abc import Mapping
from dataclasses import replace

from forms.analysis.released import ReleasedRemarks
from forms.analysis.withheld import code_of
from forms.notes import Note
from forms.report.model import Report, subjects_of
from forms.report.note_kinds import NewRemarks, NewRemarksShared

Remarks = Mapping[str, frozenset[str]]


def unread_remarks(report: Report, before: ReleasedRemarks | None) -> Remarks:
    """Return the codes of remarks, by subject, that a report shows and no report before it did."""
    known = before.texts if before else {}
    unread = {}
    for subject in (s for section in report.checklist.sections for s in subjects_of(section)):
        read = {code_of(report.key, text) for text in known.get(subject, ())}
        if codes := {remark.code for remark in report.remarks(subject)} - read:
            unread[subject] = frozenset(codes)
    return unread


def without(report: Report, unread: Remarks) -> Report:
    """Return the report without these remarks."""
    remarks = {
        subject: tuple(
            text for text in texts if code_of(report.key, text) not in unread.get(subject, ())
        )
        for subject, texts in report.responses.remarks.items()
    }
    return replace(report, responses=replace(report.responses, remarks=remarks))


def note_on(report: Report, unread: Remarks, *, is_attached: bool) -> Note | None:
    """Return how many there are to read, on which tabs, and how to withhold one."""
    if not unread:
        return None
    counts = {
        report.tabs.sections[section.id]: sum(len(unread.get(s, ())) for s in subjects_of(section))
        for section in report.checklist.sections
    }
    tabs = ", ".join(f"{tab} ({count})" for tab, count in counts.items() if count)
    kind = NewRemarks if is_attached else NewRemarksShared
    words = report.words
    return Note(kind(sum(counts.values()), tabs, words("section.show"), words("section.show_no")))
