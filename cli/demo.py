"""vinkje demo: all of it, with made-up answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.options import A_FILE, checklist_option, date_option
from cli.say import summary

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


@click.command()
@click.argument("folder", metavar="[DIR]", default="demo", type=A_FILE)
@checklist_option
@date_option
def demo(folder: Path, checklist: Path | None, date: dt.date) -> None:
    """Show what comes out: 60 made-up answers, the workbook and the mail, in ./demo or DIR."""
    from forms.checklist import default_checklist
    from forms.demo import make_demo

    made = make_demo(
        folder,
        checklist or default_checklist(),
        date,
    )
    click.echo("Made up 60 answers; nobody gave them.\n")
    click.echo(summary(made))
