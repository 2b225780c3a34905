"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import date

_FIRST_YEAR, _LAST_YEAR = 2000, 2099
A_FILE = click.Path(path_type=Path)


class _Day(click.ParamType["date"]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from datetime import date

        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is no date; write it as 2026-11-30", param, ctx)
        # Excel knows no day before 1900, and a deadline lies years ahead.
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            self.fail(f"'{value}' is not in this century; write it as 2026-11-30", param, ctx)
        return day


A_DAY = _Day()


class _Texts(click.types.StringParamType):
    """Text of which a variable holds several, a line each: names of files may have spaces."""

    def split_envvar_value(self, rv: str) -> list[str]:
        return [line for line in rv.splitlines() if line.strip()]


TEXTS = _Texts()


def _today() -> date:
    from datetime import date

    return date.today()  # noqa: DTZ011 - the reader's own day


checklist_option = click.option(
    "--checklist",
    type=A_FILE,
    metavar="FILE",
    help="The checklist; else checklist.yaml in this folder, else the one that ships.",
)


def _needed(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    if not value:
        raise click.UsageError(
            "Where are the answers? Name them, such as answers.csv or a Google Sheet's address, or "
            'put source = "..." at the top of vinkje.toml.'
        )
    return value


source_argument = click.argument(
    "source", envvar="VINKJE_SOURCE", metavar="[SOURCE]", required=False, callback=_needed
)
tab_option = click.option("--tab", metavar="NAME", help="The tab that holds the answers.")
credentials_option = click.option(
    "--credentials",
    type=A_FILE,
    metavar="FILE",
    help="For Google: the JSON key of a service account. Else the file in "
    "GOOGLE_APPLICATION_CREDENTIALS, else the account of 'vinkje login'.",
)
date_option = click.option(
    "--date",
    type=A_DAY,
    default=_today,
    metavar="YYYY-MM-DD",
    help="Take this as today's date; the same input then gives the same files.",
)
