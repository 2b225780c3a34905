"""vinkje form: the questionnaire, in the shape that a channel needs."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.options import A_DAY, A_FILE, checklist_file, checklist_option, store_option
from cli.output import asked, warn_of
from cli.terminal import printable
from cli.translation import Group
from forms.text import argument

if TYPE_CHECKING:
    import datetime as dt

    from forms.publish.web.server import Serving

F = TypeVar("F", bound=Callable[..., Any])


def _output_option(name: str) -> Callable[[F], F]:
    return click.option(
        "-o",
        "output",
        type=A_FILE,
        default=Path(name),
        metavar=f"FILE{Path(name).suffix}",
        show_default=True,
        help="The file to write; an earlier one is replaced.",
    )


@click.group(cls=Group)
def form() -> None:
    """Make the questionnaire: a Google Form, a web form or paper.

    With a Google account, 'vinkje form script' is the easiest way. With no account at all, use
    'vinkje form web'.
    """


@form.command()
@checklist_option
@_output_option("vragenlijst.gs")
def script(checklist: Path | None, output: Path) -> None:
    """Make a script that makes the Google Form for you.

    All you need is a Google account. Open script.new in a browser, paste the whole file in place of
    what stands there, save it and choose Run. The log below it then shows the link for your
    colleagues, the address of the Sheet with the answers, and a line to put in vinkje.toml.
    """
    from forms.atomic_files import write_all
    from forms.publish.apps_script import apps_script

    script_text = apps_script(asked(checklist_file(checklist)))
    write_all({output: script_text.encode()})
    text = gettext("Wrote {path}; open script.new in a browser, paste it there, and choose Run.")
    click.echo(text.format(path=output))


@form.command()
@checklist_option
def google(checklist: Path | None) -> None:
    """Make the Google Form right away, after 'vinkje login'.

    Anyone with the link can answer; the form asks for no names or addresses. Each time that you run
    this, it makes a new form. Is 'vinkje login' too much? See 'vinkje form script'.
    """
    from forms.publish.google_forms import make_form

    made_form = make_form(asked(checklist_file(checklist)))
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
    values = {
        "title": printable(made_form.title),
        "link": made_form.link,
        "address": made_form.address,
    }
    click.echo(text.format(**values))


@form.command()
@store_option
@click.option(
    "--host",
    metavar="HOST",
    default="127.0.0.1",
    show_default=True,
    help="The network address of this computer where the form is; 127.0.0.1 is for this computer "
    "alone, 0.0.0.0 for all who can reach it.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=8080,
    show_default=True,
    help="The number of the port there; 0 takes a free one.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="The link that colleagues use, where a web server stands before this one, for https.",
)
@click.option(
    "--trusted-proxy",
    metavar="ADDR",
    multiple=True,
    help="The address of the web server before this one, such as 10.0.0.7, or a range, such as "
    "172.16.0.0/12; it tells who sends, so that one person cannot send all day. Name nothing but "
    "such servers: a person whose address is in the range can pass for somebody else. Not needed "
    "when both are on this computer. For more than one, give the option again.",
)
@click.option(
    "--health",
    metavar="HOST:PORT",
    help="Another address of this computer, for machines that watch over the form: /healthz says "
    "that it runs, /readyz that it can keep answers, /metrics gives figures for Prometheus.",
)
@click.option(
    "--drain",
    type=click.FloatRange(0, 3600),
    metavar="SECONDS",
    default=0,
    show_default=True,
    help="How long to go on after a request to end (SIGTERM), while /readyz says no already, so "
    "that a web server can send people to another.",
)
@click.option(
    "--closes",
    type=A_DAY,
    metavar="YYYY-MM-DD",
    help="The last day to answer, where it is not the one in the checklist. Who has the page open "
    "then can still send it for an hour.",
)
@checklist_option
def web(  # noqa: PLR0913 - one parameter an option
    *,
    store: str,
    host: str,
    port: int,
    public_url: str | None,
    trusted_proxy: tuple[str, ...],
    health: str | None,
    drain: float,
    closes: dt.date | None,
    checklist: Path | None,
) -> None:
    """Show the form from your own computer, with no account.

    For example: vinkje form web

    Shows the link at once; try it yourself first. The form is open until you press Ctrl-C. For
    colleagues, run it on a computer that stays on; your IT department can help, and needs this:

    vinkje form web --public-url https://questions.example.org/

    Without --store the answers go into the file answers.db in this folder, and nowhere else. Make
    the report from them, also while the form is open, with: vinkje report sqlite:///answers.db
    """
    from forms.publish.web.address import Address
    from forms.publish.web.server import Operation, serve

    loaded = asked(checklist_file(checklist))
    planned = loaded.round.closes if loaded.round else None
    _warn_of_other_day(closes, planned)
    address = Address(host, port, public_url, trusted_proxy)
    operation = Operation(health, drain)
    with serve(loaded, store, address, closes or planned, operation=operation) as served:
        warn_of(served.warnings)
        click.echo(_served(served, store))
        served.run()
    click.echo(gettext("Ended; every answer that was accepted is stored."))


def _served(served: Serving, store: str) -> str:
    """Return where the form is, and what comes of answers."""
    if served.organisations:
        text = gettext(
            "The form is here, for {count} organisations; each has a link of its own:\n"
            "  {link}\n"
            "\n"
            "Answers go to {store}. See how many of each there are with: vinkje status {named}\n"
            "Press Ctrl-C to end."
        )
    else:
        text = gettext(
            "The form is here; give this link to your colleagues:\n"
            "  {link}\n"
            "\n"
            "Answers go to {store}. Make the report with: vinkje report {named}\n"
            "Press Ctrl-C to end."
        )
    facts = {"count": served.organisations, "link": served.link, "store": store}
    return text.format(**facts, named=argument(store))


def _warn_of_other_day(closes: dt.date | None, planned: dt.date | None) -> None:
    if closes and closes != planned:
        text = gettext(
            "a report shows totals only until the round's last day in the checklist, and that is "
            "{planned}; write 'closes: {closes}' there too"
        )
        warn_of([text.format(planned=planned or gettext("not given"), closes=closes)])


@form.command()
@checklist_option
@_output_option("vragenlijst.html")
def paper(checklist: Path | None, output: Path) -> None:
    """Make a page to print, to fill in at a meeting.

    Open it in a browser and print it on A4.
    """
    from forms.atomic_files import write_all
    from forms.publish.paper import paper_page

    page = paper_page(asked(checklist_file(checklist)))
    write_all({output: page.encode()})
    text = gettext("Wrote {path}; open it in a browser and print it.")
    click.echo(text.format(path=output))
