"""vinkje check: is the checklist sound."""

from pathlib import Path

import click

from cli.options import checklist_option
from cli.text import printable


@click.command()
@checklist_option
def check(checklist: Path | None) -> None:
    """Check the checklist: names every fault at once, with file and line."""
    from forms.checklist import default_checklist, load_checklist

    path = checklist or default_checklist()
    found = load_checklist(path)
    items = sum(1 for _ in found.items())
    title = printable(found.title)
    click.echo(f"{path} is sound: '{title}'; sections: {len(found.sections)}, statements: {items}.")
