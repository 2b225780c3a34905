"""What each tab is called."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.report.report import Report
from forms.wording import LANGUAGES, wording
from forms.workbook.text import tab_names


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
    own: tuple[str, ...] = ()
    if report.former:
        own = report.former.rest.own_tabs
        fixed = dict(
            zip(fixed, tab_names(_renamed(fixed, report.former.rest.tab), own), strict=True)
        )
    sections = report.checklist.sections
    names = tab_names((section.title for section in sections), [*fixed.values(), *own])
    by_id = {section.id: name for section, name in zip(sections, names, strict=True)}
    return Tabs(**fixed, sections=by_id)


def _renamed(fixed: Mapping[str, str], tab: str) -> list[str]:
    """Return the tabs' names, with the name that people gave the action list."""
    ours = {wording(language)("tabs.actions") for language in LANGUAGES}
    return list((dict(fixed) | ({} if tab in ours else {"actions": tab})).values())
