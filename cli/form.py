"""vinkje form: the questionnaire, in the shape that a channel needs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.options import A_FILE, checklist_option

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
