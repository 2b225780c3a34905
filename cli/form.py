"""vinkje form: the questionnaire, in the shape that a channel needs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.options import A_FILE, checklist_option
from cli.text import printable

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


@click.group()
def form() -> None:
    """Make the questionnaire."""


@form.command()
@checklist_option
@_output_option("vragenlijst.html")
def paper(checklist: Path | None, output: Path) -> None:
    """Make a page to print, for a meeting: open it in a browser and print it on A4."""
    from forms.checklist import default_checklist, load_checklist
    from forms.files import write_all
    from forms.publish.paper import paper_page

    page = paper_page(load_checklist(checklist or default_checklist()))
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
    from forms.checklist import default_checklist, load_checklist
    from forms.files import write_all
    from forms.publish.apps_script import apps_script

    made = apps_script(load_checklist(checklist or default_checklist()))
    write_all({output: made.encode()})
    click.echo(f"Wrote {output}; open script.new in a browser, paste it there, and choose Run.")


@form.command()
@checklist_option
def google(checklist: Path | None) -> None:
    """Make the Google Form through Google's API, after 'vinkje login'.

    The form is published and open to anyone with the link; names and addresses are not asked. Each
    run makes a new form.
    """
    from forms.checklist import default_checklist, load_checklist
    from forms.publish.google_forms import make_form

    made = make_form(load_checklist(checklist or default_checklist()))
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
