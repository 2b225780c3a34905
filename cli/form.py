"""vinkje form: the questionnaire, in the shape that a channel needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.options import A_DAY, A_FILE, checklist_file, checklist_option
from cli.output import asked
from cli.terminal import printable
from cli.translation import Group

if TYPE_CHECKING:
    import datetime as dt

F = TypeVar("F", bound=Callable[..., Any])


def _output_option(name: str) -> Callable[[F], F]:
    return click.option(
        "-o",
        "output",
        type=A_FILE,
        default=Path(name),
        metavar=f"FILE{Path(name).suffix}",
        show_default=True,
        help="Where to write it; replaced if it stands there.",
    )


@click.group(cls=Group)
def form() -> None:
    """Make the questionnaire."""


@form.command()
@checklist_option
@_output_option("vragenlijst.html")
def paper(checklist: Path | None, output: Path) -> None:
    """Make a page to print, for a meeting: open it in a browser and print it on A4."""
    from forms.atomic_files import write_all
    from forms.publish.paper import paper_page

    page = paper_page(asked(checklist_file(checklist)))
    write_all({output: page.encode()})
    click.echo(f"Wrote {output}; open it in a browser and print it.")


@form.command()
@checklist_option
@_output_option("vragenlijst.gs")
def script(checklist: Path | None, output: Path) -> None:
    """Make a script that makes the Google Form and its Sheet: paste it, run it, done.

    Open script.new in a browser, paste the whole file in place of what stands there, save it and
    choose Run. It needs no more than a Google account. The log then shows the link for staff, and
    the line to put in vinkje.toml.
    """
    from forms.atomic_files import write_all
    from forms.publish.apps_script import apps_script

    made = apps_script(asked(checklist_file(checklist)))
    write_all({output: made.encode()})
    click.echo(f"Wrote {output}; open script.new in a browser, paste it there, and choose Run.")


@form.command()
@checklist_option
def google(checklist: Path | None) -> None:
    """Make the Google Form through Google's API, after 'vinkje login'.

    The form is published and open to anyone with the link; names and addresses are not asked. Each
    run makes a new form.
    """
    from forms.publish.google_forms import make_form

    made = make_form(asked(checklist_file(checklist)))
    click.echo(f"Made the form '{printable(made.title)}'.\n")
    click.echo(f"The link for your colleagues:\n  {made.link}")
    click.echo(f"To see or change the form (only for you):\n  {made.address}\n")
    click.echo(
        "One click is left, which Google keeps for you: open the second address, choose Responses, "
        "Link to Sheets,\nCreate. vinkje finds that Sheet by itself, with this line in vinkje.toml:"
    )
    click.echo(f'  source = "{made.address}"\n')
    click.echo(
        "Then open the link for your colleagues in a private window: you must be able to answer "
        "without signing in.\nGoogle's API cannot set a progress bar or a text of thanks; both are "
        "in the form's Settings, Presentation."
    )


@form.command()
@click.option(
    "--store",
    default="sqlite:///answers.db",
    metavar="URL",
    show_default=True,
    help="Where answers are kept: a file on a disk of this machine.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; 0.0.0.0 for all of this machine.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="The port to listen on; 0 takes a free one.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="The link that people get, where it is another: behind a web server that adds https.",
)
@click.option(
    "--closes",
    type=A_DAY,
    metavar="YYYY-MM-DD",
    help="The last day to answer; else the round's in the checklist. Who has the page open then "
    "may still send for an hour.",
)
@checklist_option
def web(
    store: str,
    host: str,
    port: int,
    public_url: str | None,
    closes: dt.date | None,
    checklist: Path | None,
) -> None:
    """Serve the form yourself, until Ctrl-C; no account anywhere is needed.

    Answers go into one file on this machine, which 'vinkje report sqlite:///answers.db' reads, also
    while the form is being served.
    """
    from forms.publish.web.server import Address, serve

    found = asked(checklist_file(checklist))
    planned = found.round.closes if found.round else None
    if closes and closes != planned:
        click.echo(
            "Warning: a report shows totals only until the round's last day in the checklist, and "
            f"that is {planned or 'not given'}; write 'closes: {closes}' there too.",
            err=True,
        )
    with serve(found, store, Address(host, port, public_url), closes or planned) as form:
        click.echo(f"The form is here; give this link to your colleagues:\n  {form.link}\n")
        click.echo(f"Answers go to {store}. Make the report with: vinkje report {store}")
        click.echo("Press Ctrl-C to end.")
        form.run()
    click.echo("Ended; every answer that was accepted is stored.")
