"""vinkje form: the questionnaire, in the shape that a channel needs."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.options import A_DAY, A_FILE, checklist_file, checklist_option
from cli.output import asked, warn_of
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
    text = gettext("Wrote {path}; open it in a browser and print it.")
    click.echo(text.format(path=output))


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
    text = gettext("Wrote {path}; open script.new in a browser, paste it there, and choose Run.")
    click.echo(text.format(path=output))


@form.command()
@checklist_option
def google(checklist: Path | None) -> None:
    """Make the Google Form through Google's API, after 'vinkje login'.

    The form is published and open to anyone with the link; names and addresses are not asked. Each
    run makes a new form.
    """
    from forms.publish.google_forms import make_form

    made = make_form(asked(checklist_file(checklist)))
    text = gettext(
        "Made the form '{title}'.\n"
        "\n"
        "The link for your colleagues:\n"
        "  {link}\n"
        "To see or change the form (only for you):\n"
        "  {address}\n"
        "\n"
        "One click is left, which Google keeps for you: open the second address, choose Responses, "
        "Link to Sheets,\n"
        "Create. vinkje finds that Sheet by itself, with this line in vinkje.toml:\n"
        '  source = "{address}"\n'
        "\n"
        "Then open the link for your colleagues in a private window: you must be able to answer "
        "without signing in.\n"
        "Google's API cannot set a progress bar or a text of thanks; both are in the form's "
        "Settings, Presentation."
    )
    values = {"title": printable(made.title), "link": made.link, "address": made.address}
    click.echo(text.format(**values))


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

    loaded = asked(checklist_file(checklist))
    planned = loaded.round.closes if loaded.round else None
    if closes and closes != planned:
        text = gettext(
            "a report shows totals only until the round's last day in the checklist, and that is "
            "{planned}; write 'closes: {closes}' there too"
        )
        warn_of([text.format(planned=planned or gettext("not given"), closes=closes)])
    with serve(loaded, store, Address(host, port, public_url), closes or planned) as served:
        text = gettext(
            "The form is here; give this link to your colleagues:\n"
            "  {link}\n"
            "\n"
            "Answers go to {store}. Make the report with: vinkje report {store}\n"
            "Press Ctrl-C to end."
        )
        click.echo(text.format(link=served.link, store=store))
        served.run()
    click.echo(gettext("Ended; every answer that was accepted is stored."))
