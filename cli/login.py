"""vinkje login: Google, in the browser."""

from gettext import gettext
from pathlib import Path

import click

from cli.options import A_FILE


@click.command()
@click.option(
    "--client",
    type=A_FILE,
    required=True,
    metavar="FILE",
    help="The JSON file of your own OAuth client, of the kind 'Desktop app' (Google Cloud console, "
    "Credentials, Create credentials, OAuth client ID).",
)
def login(client: Path) -> None:
    """Sign in at Google in your browser, once; 'form google' and Google sources then use it.

    vinkje may then make forms, and read the Sheets and Forms that you may read. The login is kept
    in your own settings folder, where only you can read it; take it back at
    myaccount.google.com/permissions. Who only reads a Sheet can also use a service account's key
    (--credentials), and who only makes a form needs neither: see 'vinkje form script'.
    """
    from forms.google.login import log_in

    address, path = log_in(client)
    if address:
        text = gettext("Logged in as {address}; kept in {path}.")
    else:
        text = gettext("Logged in; kept in {path}.")
    click.echo(text.format(address=address, path=path))
