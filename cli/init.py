"""vinkje init: a folder of your own."""

from gettext import gettext
from pathlib import Path

import click

from cli.options import A_FILE


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=A_FILE)
@click.option(
    "--starters",
    is_flag=True,
    help="Only the files to double-click, for a folder that you have already.",
)
def init(folder: Path, *, starters: bool) -> None:
    """Make a folder of your own, with a checklist to change.

    For example: vinkje init my-folder

    In it are checklist.yaml (what you ask), vinkje.toml (settings), LEESMIJ.txt (how it works, in
    Dutch), and files to double-click instead of typing a command. Without DIR they come in the
    folder where you are now. When one of these files is there already, nothing is written.
    """
    from forms.scaffold import add_starters, make_folder

    for path in (add_starters if starters else make_folder)(folder):
        click.echo(gettext("Wrote {path}").format(path=path))
    if not starters:
        click.echo(gettext("Next: edit checklist.yaml, then run 'vinkje check' in that folder."))
