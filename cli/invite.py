"""vinkje invite: the mails, the poster and the privacy page around a form's link."""

from __future__ import annotations

from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import A_DAY, A_FILE, checklist_file, checklist_option, date_option, takes
from cli.output import warn_of

if TYPE_CHECKING:
    import datetime as dt

    from forms.jobs.invite import InviteRequest


def invite_request(
    *,
    link: str,
    output: Path,
    contact: str,
    keep_until: dt.date | None,
    checklist: Path | None,
    date: dt.date,
    overwrite: bool,
) -> InviteRequest:
    """Return what options ask for."""
    from forms.jobs.invite import InviteRequest

    return InviteRequest(
        link=link,
        folder=output,
        checklist=checklist_file(checklist),
        today=date,
        contact=contact,
        keep_until=keep_until,
        overwrite=overwrite,
    )


@click.command()
@click.argument("link")
@click.option(
    "-o",
    "output",
    type=A_FILE,
    default=Path("uitnodiging"),
    metavar="DIR",
    show_default=True,
    help="The folder to write in; the Dutch texts come in nl there, the English in en.",
)
@click.option(
    "--overwrite", is_flag=True, help="Replace earlier texts; what you changed in them is gone."
)
@click.option(
    "--contact",
    metavar="TEXT",
    default="",
    help="Whom colleagues can ask: a name, and a telephone number or an e-mail address.",
)
@click.option(
    "--keep-until",
    type=A_DAY,
    metavar="YYYY-MM-DD",
    help="The last day that you keep what single people answered; the privacy page says it.",
)
@checklist_option
@date_option
@takes(invite_request)
def invite(request: InviteRequest) -> None:
    """Make the invitation: mails, a poster and a privacy page.

    For example: vinkje invite https://forms.gle/abc123

    LINK is the link by which colleagues answer. You get the invitation and two reminders, which
    open as drafts in your mail program, and a poster (with a QR code) and a page about privacy, to
    print on A4. All are in Dutch and in English. What vinkje does not know is left as a blank that
    you fill in. Nothing is sent.

    For a round of several organisations LINK is the file with their links (links.csv): each gets
    all of this in a folder of its own.
    """
    from forms.jobs.invite import make_invitation, make_invitations

    links = Path(request.link)
    if is_for_all := links.suffix.lower() == ".csv" and "//" not in request.link:
        result = make_invitations(request, links)
    else:
        result = make_invitation(request)
    warn_of(result.warnings)
    if is_for_all:
        text = gettext("Wrote {count} files in {folder}, in a folder for each organisation.")
        click.echo(text.format(count=len(result.written), folder=request.folder))
    else:
        for path in result.written:
            click.echo(gettext("Wrote {path}").format(path=path))
    click.echo("\n" + gettext("The privacy page speaks of {place}.").format(place=result.place))
    if result.blanks:
        click.echo(gettext("Blanks that you fill in before you send or print:"))
    for blank in result.blanks:
        click.echo(f"- {blank}")
