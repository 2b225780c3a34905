"""vinkje demo: all of it, with made-up answers."""

from __future__ import annotations

from contextlib import suppress
from gettext import gettext
from time import sleep
from typing import TYPE_CHECKING

import click

from cli.options import A_FILE, checklist_file, checklist_option, date_option
from cli.output import summary

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


@click.command()
@click.argument("folder", metavar="[DIR]", default="demo", type=A_FILE)
@click.option("--keep", is_flag=True, help="Leave the form open to try by hand, until Ctrl-C.")
@checklist_option
@date_option
def demo(folder: Path, checklist: Path | None, date: dt.date, *, keep: bool) -> None:
    """Show all of it, with made-up answers.

    Opens the web form on this computer, has 60 made-up people answer it, and makes the Excel
    workbook and the mail. They come in the folder DIR, or in a folder named demo. Nothing is sent
    to anybody.
    """
    from forms.jobs.demo import DemoRequest, play_demo
    from forms.jobs.made_up import RESPONDENTS
    from forms.text import argument

    with play_demo(DemoRequest(folder, checklist_file(checklist), date)) as played:
        text = gettext("{count} made-up people answered the form; nobody real did.")
        click.echo(text.format(count=RESPONDENTS) + "\n")
        click.echo(summary(played.report))
        text = gettext("Their answers are in {store}; try: vinkje status {named}")
        click.echo(text.format(store=played.store, named=argument(str(played.store))))
        if keep:
            text = gettext("The form is open to try: {link}\nPress Ctrl-C to end.")
            # Whoever is told may press it at once.
            with suppress(KeyboardInterrupt):
                click.echo("\n" + text.format(link=played.form.link))
                while True:
                    sleep(1)
