"""What a report says in the action list, row by row: our figures, and what it proposes.

Values are as cells hold them: shares are 0 to 1, days are dates, None is an empty cell.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from forms.action_list.merge import MergedCell, merge_row
from forms.action_list.model import ActionLine, ExistingList, fingerprint
from forms.analysis.rules import Priority
from forms.excel.text import TabLink, Value
from forms.percent import cell_value
from forms.report.model import Report, based_on
from forms.report.remark_cells import remarks_cell
from forms.text import text_of


def generated_values(report: Report, line: ActionLine) -> dict[str, Value]:
    """Return what the report says in an item's row; what it no longer says stays as it stood."""
    words, finding, item = report.words, line.finding, line.item
    values = _stood(report.action_list.existing, line)
    if item is not None:
        section = next(s for s in report.checklist.sections if item in s.items)
        values |= {"id": item.id, "section": section.title}
        values |= {"item": item.text, "action": item.action}
    if finding is not None:
        share = finding.share
        values |= {
            "share": None if share is None else cell_value(share),
            "based": based_on(finding, report.findings.rows.used, words),
            "divided": words("actions.yes") if finding.divided else None,
            "remarks": remarks_cell(report, finding, report.tabs.sections[finding.section.id]),
        }
    outcome = line.left or (finding.priority if finding else None)
    table = "left" if line.left else "priority"
    return values | {"priority": words(f"{table}.{outcome}") if outcome else None}


def _stood(existing: ExistingList | None, line: ActionLine) -> dict[str, Value]:
    if existing is None or line.existing is None:
        return {}
    cells = {name: existing.cell(line.existing, name) for name in ("section", "item", "action")}
    stood: dict[str, Value] = {name: text_of(c.shown) or None for name, c in cells.items()}
    return stood | {"id": line.id}


def generated(report: Report, line: ActionLine) -> dict[str, Value]:
    """Return what the report says in an item's row, and in a new one what it proposes."""
    return generated_values(report, line) | ({} if line.existing else proposals(report, line))


def proposals(report: Report, line: ActionLine) -> dict[str, Value]:
    """Return what a new row proposes: an owner, a deadline and where to begin."""
    finding = line.finding
    return {
        "owner": line.item.owner if line.item else None,
        "deadline": proposed_deadline(report, finding.priority if finding else None),
        "status": report.words("status.open"),
    }


def proposed_deadline(report: Report, priority: Priority | None) -> date | None:
    """Return the report's day plus the days that the checklist gives this priority."""
    days = report.checklist.rules.due.model_dump().get(str(priority))
    return None if days is None else report.today + timedelta(days=days)


def merged(report: Report, line: ActionLine) -> dict[str, MergedCell]:
    """Return what becomes of the cells of an item's row."""
    values = generated(report, line)
    existing = report.action_list.existing
    return merge_row(existing, line, {n: plain(value) for n, value in values.items()})


def fingerprints_of(values: Mapping[str, Value]) -> dict[str, str]:
    """Return the marks of what is written, by column; the next report compares with these."""
    return {name: fingerprint(plain(value)) for name, value in values.items()}


def plain(value: Value) -> str | float | date | None:
    """Return what a cell holds, without where it leads."""
    return value.text if isinstance(value, TabLink) else value
