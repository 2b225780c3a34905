"""vinkje invite: the mails, the poster and the privacy page around a form's link."""

from __future__ import annotations

from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import A_DAY, A_FILE, checklist_file, checklist_option, date_option
from cli.output import warn_of

if TYPE_CHECKING:
    import datetime as dt


@click.command()
@click.argument("link")
@click.option(
    "-o",
    "output",
    type=A_FILE,
    default=Path("uitnodiging"),
    metavar="DIR",
    show_default=True,
    help="The folder to write in; the texts come in nl and en in it.",
)
@click.option("--overwrite", is_flag=True, help="Write over earlier texts, which are not kept.")
@click.option(
    "--contact",
    metavar="TEXT",
    default="",
    help="Whom to ask: a name, and a telephone number or an e-mail address.",
)
@click.option(
    "--keep-until",
    type=A_DAY,
    metavar="YYYY-MM-DD",
    help="The last day that single sets of answers are kept.",
)
@checklist_option
@date_option
def invite(
    link: str,
    output: Path,
    contact: str,
    keep_until: dt.date | None,
    checklist: Path | None,
    date: dt.date,
    *,
    overwrite: bool,
) -> None:
    """Make the texts around a form, in Dutch and English: mails, a poster, a privacy page.

    LINK is the link by which colleagues answer. The invitation and two reminders open as drafts in
    a mail program; the poster (with a QR code) and the privacy page are for printing on A4. What
    you do not say here is left as a blank to fill in.
    """
    from forms.publish.invitation import InviteRequest, make_invitation

    request = InviteRequest(
        link=link,
        folder=output,
        checklist=checklist_file(checklist),
        today=date,
        contact=contact,
        keep_until=keep_until,
        overwrite=overwrite,
    )
    made = make_invitation(request)
    warn_of(made.warnings)
    for path in made.written:
        click.echo(gettext("Wrote {path}").format(path=path))
    click.echo("\n" + gettext("The privacy page speaks of {place}.").format(place=made.place))
    if made.blanks:
        click.echo(gettext("Blanks that you fill in before you send or print:"))
    for blank in made.blanks:
        click.echo(f"- {blank}")
