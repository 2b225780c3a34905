"""What each of the workbook's tabs is called, and what it is there for: its role."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.checklist.model import Checklist
from forms.excel.text import tab_names
from forms.report.existing import ExistingWorkbook
from forms.wording import wording

# Their roles, in the order of the workbook; the sections' tabs stand before the last.
_FIXED = ("overview", "actions", "discuss", "account")


@dataclass(frozen=True)
class Tabs:
    """The tabs' names; `sections` by the section's id."""

    overview: str
    actions: str
    discuss: str
    account: str
    sections: Mapping[str, str]


def section_role(section: str) -> str:
    """Return the role of a section's tab, by the section's id."""
    return f"section {section}"


def section_role_then(tab: str) -> str:
    """Return the role of a section's tab that an earlier vinkje wrote, by the tab's name then."""
    return f"section called {tab}"


def tabs_for(checklist: Checklist, existing: ExistingWorkbook | None) -> Tabs:
    """Return valid names, each different, for all tabs of a report: those that people gave them."""
    sections, words = checklist.sections, wording(checklist.language)
    fixed = tab_names((words(f"tabs.{name}") for name in _FIXED), ())
    named = tab_names((section.title for section in sections), fixed)
    roles = dict(zip(_FIXED, fixed, strict=True))
    roles |= {section_role(section.id): name for section, name in zip(sections, named, strict=True)}
    there = _there(checklist, existing, roles)
    new = {role: name for role, name in roles.items() if role not in there}
    taken = (*there.values(), *(existing.own_tabs if existing else ()))
    now = there | dict(zip(new, tab_names(new.values(), taken), strict=True))
    by_id = {section.id: now[section_role(section.id)] for section in sections}
    return Tabs(**{name: now[name] for name in _FIXED}, sections=by_id)


def _there(
    checklist: Checklist, existing: ExistingWorkbook | None, roles: Mapping[str, str]
) -> dict[str, str]:
    """Return the tabs that an earlier workbook has already, of those that a report can have."""
    if existing is None:
        return {}
    there = {role: existing.roles[role] for role in roles if role in existing.roles}
    for section in checklist.sections:
        role = section_role(section.id)
        then = section_role_then(roles[role])
        if role not in there and then in existing.roles:
            there[role] = existing.roles[then]
    # Whatever it is called now: the list is known by what is in it.
    return there | {"actions": existing.tab}
