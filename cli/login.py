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
    help="The file with which vinkje may ask Google for access (an OAuth client). Your IT "
    "department can make it in the Google Cloud console: Credentials, Create credentials, OAuth "
    "client ID, Desktop app; then download the JSON.",
)
def login(client: Path) -> None:
    """Sign in at Google, once, in your browser.

    For example: vinkje login --client client_secret.json

    From then on vinkje can make forms for you, and read the Sheets and Forms that you can read. You
    do not need this for 'vinkje form script', nor for answers that you download yourself. To read
    one Sheet, the key of a service account does as well (--credentials of 'vinkje report').

    The login is kept in your own settings folder, where only you can read it. Take it back at
    myaccount.google.com/permissions.
    """
    from forms.google.login import log_in

    address, path = log_in(client)
    if address:
        text = gettext("Logged in as {address}; kept in {path}.")
    else:
        text = gettext("Logged in; kept in {path}.")
    click.echo(text.format(address=address, path=path))
