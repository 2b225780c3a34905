"""vinkje init: a folder of your own."""

from gettext import gettext
from pathlib import Path

import click

from cli.options import A_FILE


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=A_FILE)
def init(folder: Path) -> None:
    """Make a folder of your own, with a checklist to change.

    For example: vinkje init my-folder

    In it are checklist.yaml (what you ask), vinkje.toml (settings) and LEESMIJ.txt (how it works,
    in Dutch). Without DIR they come in the folder where you are now. When one of these files is
    there already, nothing is written.
    """
    from forms.scaffold import make_folder

    for path in make_folder(folder):
        click.echo(gettext("Wrote {path}").format(path=path))
    click.echo(gettext("Next: edit checklist.yaml, then run 'vinkje check' in that folder."))
