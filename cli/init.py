"""vinkje init: a folder of your own."""

from gettext import gettext
from pathlib import Path

import click

from cli.options import A_FILE


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=A_FILE)
def init(folder: Path) -> None:
    """Make a folder of your own: a checklist to edit, settings, and a read-me in Dutch.

    DIR is this folder unless you name one. When one of the files stands there already, nothing is
    written.
    """
    from forms.scaffold import make_folder

    for path in make_folder(folder):
        click.echo(gettext("Wrote {path}").format(path=path))
    click.echo(gettext("Next: edit checklist.yaml, then run 'vinkje check' in that folder."))
