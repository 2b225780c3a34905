"""The remarks of a section as its tab has them: each once, with what it is about."""

from dataclasses import dataclass, replace

from forms.checklist.model import Section
from forms.report.model import Remark, Report, same_remark, subjects_of

# A tab with more is read by nobody, and took most of a report's time; the archive holds them all.
MOST_REMARKS = 1_000


@dataclass(frozen=True)
class SectionRemark:
    """A remark, and the items that it is about; none for one about the section."""

    items: tuple[str, ...]
    remark: Remark


def section_remarks(report: Report, section: Section) -> list[SectionRemark]:
    """Return every remark once: one word beside it is for all who wrote it."""
    found: dict[tuple[str, str], SectionRemark] = {}
    for subject in subjects_of(section):
        items = () if subject == section.id else (subject,)
        for remark in report.all_remarks(subject):
            key = remark.code, same_remark(remark.text)
            if before := found.get(key):
                count = before.remark.count + remark.count
                both = replace(before.remark, count=count)
                found[key] = SectionRemark((*before.items, *items), both)
            else:
                found[key] = SectionRemark(items, remark)
    return list(found.values())


def on_the_tab(remarks: list[SectionRemark]) -> list[SectionRemark]:
    """Return as many as a tab shows; those withheld are always there, to be shown again."""
    more = max(0, len(remarks) - MOST_REMARKS)
    shown = [index for index, each in enumerate(remarks) if each.remark.text]
    left_out = set(shown[len(shown) - more :]) if more else set()
    return [each for index, each in enumerate(remarks) if index not in left_out]
