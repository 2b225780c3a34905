"""What vinkje costs, as benchmarks/growth.py and benchmarks/peers.py measured it last."""

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from extension.pages import ROOT

_NAMES = {
    "polars": "Polars",
    "duckdb": "DuckDB",
    "pandas": "pandas",
    "openpyxl": "openpyxl",
    "xlsxwriter": "XlsxWriter",
    "formpack": "formpack",
}


@cache
def measured(name: str) -> dict[str, Any]:
    """Return what a benchmark kept: `machine`, `figures`, and of peers `versions`."""
    path = ROOT / "benchmarks" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def of_task(task: str) -> list[dict[str, Any]]:
    """Return what one task cost, for more and more answers."""
    return [each for each in measured("growth")["figures"] if each["task"] == task]


def growth(words: dict[str, str], language: str) -> str:
    """Return a table of what reports of ever more answers cost, and what it says."""
    reports = of_task("report .csv")
    alone, workbooks = (
        {each["rows"]: each["seconds"] for each in of_task(task)}
        for task in ("reading", "report .xlsx")
    )
    rows = [
        [
            _number(each["rows"], language),
            _seconds(each["seconds"], language),
            _seconds(alone[each["rows"]], language),
            _number(each["seconds"] / each["rows"] * 1e6, language),
            _number(each["memory"], language),
            _seconds(workbooks.get(each["rows"]), language),
        ]
        for each in reports
    ]
    table = _table(words["growth_head"], rows)
    return f"{table}\n\n{_said_of(reports, words, language)}\n\n{_on('growth', words, language)}"


def _said_of(reports: Sequence[dict[str, Any]], words: dict[str, str], language: str) -> str:
    """Return how time and memory grow, in sentences."""
    before, middle, last = reports[-3:]
    steps = [
        (after[key] - first[key]) / (after["rows"] - first["rows"]) * 1e6
        for first, after, key in (
            (before, middle, "seconds"),
            (middle, last, "seconds"),
            (middle, last, "memory"),
        )
    ]
    numbers = {
        "before": before["rows"],
        "middle": middle["rows"],
        "last": last["rows"],
        "first_step": steps[0],
        "last_step": steps[1],
        "bytes": round(steps[2], -1),
    }
    said = {key: _number(value, language) for key, value in numbers.items()}
    return words["growth_says"].format(**said)


def beside_report(words: dict[str, str], language: str) -> str:
    """Return what a report costs beside what a user would write with other programs."""
    return f"{_beside('report', words, language)}\n\n{_on('peers', words, language)}"


def beside_archive(words: dict[str, str], language: str) -> str:
    """Return what an archive costs beside KoboToolbox's."""
    return _beside("pull", words, language)


def _beside(job: str, words: dict[str, str], language: str) -> str:
    rows = [
        [
            _number(each["rows"], language),
            each["way"],
            _seconds(each["clock"], language),
            _seconds(each["seconds"], language),
            _number(each["memory"], language),
        ]
        for each in measured("peers")["figures"]
        if each["job"] == job
    ]
    return _table(words["peers_head"], rows)


def _on(name: str, words: dict[str, str], language: str) -> str:
    """Return on what was measured, and when."""
    found = measured(name)
    day = format_date(date.fromisoformat(found["machine"]["day"]), "d MMMM y", locale=language)
    versions = found.get("versions", {})
    named = ", ".join(f"{_NAMES[key]} {value}" for key, value in versions.items())
    said = words["measured"].format(**found["machine"] | {"day": day})
    return f"{said} {words['versions'].format(versions=named)}" if named else said


def _table(head: str, rows: Sequence[Sequence[str]]) -> str:
    titles = head.split("; ")
    # A number stands to the right, under others; what a way is called does not.
    sides = ["--:" if rows[0][column][:1].isdigit() else "---" for column in range(len(titles))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [titles, sides, *rows])


def _seconds(value: float | None, language: str) -> str:
    """Return seconds to a tenth; nothing for what was not measured."""
    return "" if value is None else format_decimal(value, format="#,##0.0", locale=language)


def _number(value: float, language: str) -> str:
    return format_decimal(round(value), locale=language)
