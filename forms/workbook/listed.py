"""What the action list's columns hold, row by row: our figures, and people's own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from openpyxl.utils import get_column_letter

from forms.action_list.follow_up import COLUMNS, Column, Former, Kept, Line, is_typed_over, mark
from forms.report.findings import Priority
from forms.report.report import Report, based_on
from forms.text import clean, fold, text_of
from forms.wording import LANGUAGES, wording
from forms.workbook.remarks import remarks_cell, remarks_width
from forms.workbook.sheet import Link, Value
from forms.workbook.tabs import Tabs

WIDTHS: Mapping[str, float] = {
    "id": 5,
    "section": 11.5,
    "item": 34,
    "action": 31,
    "priority": 10,
    "share": 7.5,
    "based": 9.5,
    "divided": 8.5,
    "decision": 11,
    "owner": 16,
    "deadline": 10.5,
    "status": 8,
    "done_on": 10.5,
    "note": 20,
}
_OWN_WIDTH, _SHOWN_LESS = 14, 0.71


@dataclass(frozen=True)
class Place:
    """A column of the new list; `was` is its place in the former one, counted from 0."""

    name: str | None
    title: str
    width: float
    hidden: bool = False
    was: int | None = None
    header: Kept | None = None


def places(report: Report) -> list[Place]:
    """Return the columns, left to right: as people left them, and whichever of ours is missing."""
    former = report.former
    if former is None:
        return [_new(report, name) for name in COLUMNS]
    found = [_kept(report, column, i) for i, column in enumerate(former.columns)]
    for index, name in enumerate(COLUMNS):
        if former.place(name) is None:
            before = {*COLUMNS[:index]}
            at = max((i for i, place in enumerate(found) if place.name in before), default=-1)
            found.insert(at + 1, _new(report, name))
    return _all_different(found)


def _new(report: Report, name: str) -> Place:
    width = WIDTHS.get(name) or remarks_width(report)
    return Place(name, report.words(f"actions.{name}"), width)


def _kept(report: Report, column: Column, index: int) -> Place:
    said = clean(text_of(column.header.shown) or column.header.typed).strip()
    title = said
    if column.name and (not said or fold(said) in _known(column.name)):
        title = report.words(f"actions.{column.name}")
    width = column.width - _SHOWN_LESS if column.width else _OWN_WIDTH
    title = title or report.words("actions.column", letter=get_column_letter(index + 1))
    return Place(column.name, title, width, column.hidden, index, column.header)


def _known(name: str) -> set[str]:
    return {fold(wording(language)(f"actions.{name}")) for language in LANGUAGES}


def _all_different(found: list[Place]) -> list[Place]:
    """Give titles that stand there twice a number: an Excel Table refuses those."""
    seen: set[str] = set()
    different = []
    for place in found:
        title, number = place.title, 2
        while title.casefold() in seen:
            title = f"{place.title} ({number})"
            number += 1
        seen.add(title.casefold())
        different.append(replace(place, title=title))
    return different


def figures(report: Report, tabs: Tabs, line: Line) -> dict[str, Value]:
    """Return what the report says in an item's row; what it no longer says stays as it stood."""
    words, finding, item = report.words, line.finding, line.item
    values = _stood(report.former, line)
    if item is not None:
        section = next(s for s in report.checklist.sections if item in s.items)
        values |= {"id": item.id, "section": section.title}
        values |= {"item": item.text, "action": item.action}
    if finding is not None:
        share = finding.share
        values |= {
            "share": None if share is None else float(share),
            "based": based_on(finding, report.findings.rows.used, words),
            "divided": words("actions.yes") if finding.divided else None,
            "remarks": remarks_cell(report, finding, tabs.sections[finding.section.id]),
        }
    said = line.left or (finding.priority if finding else None)
    table = "left" if line.left else "priority"
    return values | {"priority": words(f"{table}.{said}") if said else None}


def _stood(former: Former | None, line: Line) -> dict[str, Value]:
    if former is None or line.former is None:
        return {}
    cells = {name: former.cell(line.former, name) for name in ("section", "item", "action")}
    stood: dict[str, Value] = {name: text_of(c.shown) or None for name, c in cells.items()}
    return stood | {"id": line.id}


def is_theirs_now(report: Report, line: Line, name: str, kept: Kept, value: Value) -> bool:
    """Say whether one of our cells held something of people's own, which is not what we say now."""
    former = report.former
    if former is None or line.former is None or mark(kept.value) == marks_of({"": value})[""]:
        return False
    return is_typed_over(former, str(line.id), name, kept.value)


def proposals(report: Report, line: Line) -> dict[str, Value]:
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


def marks_of(values: Mapping[str, Value]) -> dict[str, str]:
    """Return the marks of what is written, by column."""
    return {
        name: mark(value.text if isinstance(value, Link) else value)
        for name, value in values.items()
    }
