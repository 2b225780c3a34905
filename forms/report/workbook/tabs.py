"""What each tab is called."""

from dataclasses import dataclass

from forms.report.report import Report
from forms.report.workbook.text import tab_names


@dataclass(frozen=True)
class Tabs:
    """The tabs' names; `sections` by the section's id."""

    overview: str
    actions: str
    discuss: str
    account: str
    sections: dict[str, str]


def tabs_for(report: Report) -> Tabs:
    """Return valid names, each different, for all tabs of a report."""
    words = report.words
    fixed = {name: words(f"tabs.{name}") for name in ("overview", "actions", "discuss", "account")}
    sections = report.checklist.sections
    names = tab_names((section.title for section in sections), fixed.values())
    by_id = {section.id: name for section, name in zip(sections, names, strict=True)}
    return Tabs(**fixed, sections=by_id)
