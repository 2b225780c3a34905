"""vinkje demo: all of it, with made-up answers."""

from __future__ import annotations

from contextlib import suppress
from gettext import gettext
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

import click

from cli.options import A_FILE, checklist_file, checklist_option, date_option
from cli.output import summary
from forms.text import argument

if TYPE_CHECKING:
    import datetime as dt

    from forms.jobs.demo import DemoRequest


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=A_FILE)
@click.option("--keep", is_flag=True, help="Leave the form open to try by hand, until Ctrl-C.")
@click.option(
    "--sector",
    is_flag=True,
    help="Show a round of twelve made-up organisations instead: a link and a report for each, and "
    "one for the sector. They come in a new folder, demo-sector without DIR.",
)
@checklist_option
@date_option
def demo(
    folder: Path | None, checklist: Path | None, date: dt.date, *, keep: bool, sector: bool
) -> None:
    """Show all of it, with made-up answers.

    Opens the web form on this computer, has 60 made-up people answer it, and makes the Excel
    workbook and the mail. They come in the folder DIR, or in a folder named demo. Nothing is sent
    to anybody.
    """
    from forms.jobs.demo import DemoRequest, play_demo
    from forms.jobs.made_up import RESPONDENTS

    if sector:
        if keep:
            raise click.UsageError(gettext("With --sector the form is closed: leave --keep out."))
        _show_sector(DemoRequest(folder or Path("demo-sector"), checklist_file(checklist), date))
        return
    request = DemoRequest(folder or Path("demo"), checklist_file(checklist), date)
    with play_demo(request) as played:
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


def _show_sector(request: DemoRequest) -> None:
    from forms.jobs.demo_sector import PEOPLE, play_sector_demo

    played = play_sector_demo(request)
    text = gettext(
        "{count} made-up organisations took part, {people} made-up people of each; nobody real did."
    )
    facts = played.sector.figures.participation
    click.echo(text.format(count=facts.asked, people=PEOPLE) + "\n")
    for path in played.sector.written:
        click.echo(gettext("Wrote {path}").format(path=path))
    first = played.reports[0]
    text = gettext("Each has its own report beside the sector's, such as {path}")
    click.echo(text.format(path=first.output))
    text = gettext("How many answered of each: vinkje status {store}")
    click.echo(text.format(store=argument(played.store)))
