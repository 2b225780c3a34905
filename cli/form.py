"""vinkje form: the questionnaire, in the shape that a channel needs."""

from pathlib import Path

import click

from cli.options import A_FILE, checklist_option


@click.group()
def form() -> None:
    """Make the questionnaire."""


@form.command()
@checklist_option
@click.option(
    "-o",
    "output",
    type=A_FILE,
    default=Path("vragenlijst.html"),
    metavar="FILE.html",
    show_default=True,
    help="Where to write the page; replaced if it stands there.",
)
def paper(checklist: Path | None, output: Path) -> None:
    """Make a page to print, for a meeting: open it in a browser and print it on A4."""
    from forms.checklist import default_checklist, load_checklist
    from forms.files import write_all
    from forms.publish.paper import paper_page

    page = paper_page(load_checklist(checklist or default_checklist()))
    write_all({output: page.encode()})
    click.echo(f"Wrote {output}; open it in a browser and print it.")
