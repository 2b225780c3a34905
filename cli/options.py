"""Options that several commands share."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

A_FILE = click.Path(path_type=Path)


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day
        except ValueError:
            self.fail(f"'{value}' is no date; write it as 2026-11-30", param, ctx)


checklist_option = click.option(
    "--checklist",
    type=A_FILE,
    metavar="FILE",
    help="The checklist; else checklist.yaml in this folder, else the one that ships.",
)
source_argument = click.argument("source", envvar="VINKJE_SOURCE", metavar="[SOURCE]")
tab_option = click.option("--tab", metavar="NAME", help="The tab that holds the answers.")
date_option = click.option(
    "--date",
    "today",
    type=_Day(),
    metavar="YYYY-MM-DD",
    help="Take this as today's date; the same input then gives the same files.",
)
