"""vinkje organisations: who takes part in a round of several, and a link for each."""

from __future__ import annotations

from gettext import gettext, ngettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import A_FILE, store_option, takes
from cli.output import warn_of
from cli.terminal import printable
from forms.text import argument

if TYPE_CHECKING:
    from forms.jobs.organisations import EnrolRequest, EnrolResult


def enrol_request(
    *, listed: Path, store: str, public_url: str, output: Path, new_link: tuple[str, ...]
) -> EnrolRequest:
    """Return what options ask for."""
    from forms.jobs.organisations import EnrolRequest

    return EnrolRequest(listed, store, public_url, output, new_link)


@click.command()
@click.argument("listed", type=A_FILE, metavar="FILE.csv")
@store_option
@click.option(
    "--public-url",
    metavar="URL",
    required=True,
    help="The link of the form, as people reach it; the links of organisations begin with it.",
)
@click.option(
    "-o",
    "output",
    type=A_FILE,
    default=Path("links.csv"),
    metavar="FILE.csv",
    show_default=True,
    help="The file for the new links. It may not be there yet: a link is nowhere else.",
)
@click.option(
    "--new-link",
    multiple=True,
    metavar="NAME",
    help="Make another link for this organisation, since the one it had is lost or went astray; "
    "that one then works no longer. Repeat it for more.",
)
@takes(enrol_request)
def organisations(request: EnrolRequest) -> None:
    """Let several organisations take part, each by a link of its own.

    For example: vinkje organisations organisations.csv --public-url https://questions.example.org/

    FILE.csv has a line for each organisation, below a header: name, contact, size and source; or in
    Dutch naam, contact, grootte and bron. Only the name is needed. With sizes, such as small and
    large, the sector's report compares within a size too. A source says where the answers of an
    organisation are that has a form of its own: the address of its Google Sheet, or a file.

    The links come in a file for you to send. Then serve the form with 'vinkje form web' and the
    same --store. Run this again to add organisations, or to make a new link for one. Stop a form on
    a file first; on PostgreSQL the owner of the database does this, and the form may stay open.
    """
    from forms.jobs.organisations import enrol

    result = enrol(request)
    warn_of(_warnings(result))
    text = ngettext(
        "{store}: {count} organisation takes part.",
        "{store}: {count} organisations take part.",
        result.count,
    )
    click.echo(text.format(store=request.store, count=result.count))
    if result.sizes:
        text = gettext(
            "Sizes: {sizes}. One has figures of its own where as many count as min_organisations "
            "in the checklist says."
        )
        sizes = ", ".join(f"{printable(size)} {count}" for size, count in result.sizes.items())
        click.echo(text.format(sizes=sizes))
    if result.elsewhere:
        text = gettext("Their answers are elsewhere, so they have no link: {count}.")
        click.echo(text.format(count=result.elsewhere))
    if result.new_links:
        text = gettext(
            "Wrote {path}, with their new links: {count}.\n"
            "Who has a link can answer for that organisation, so send each to its own contact "
            "alone.\nInvitations with each link in them: vinkje invite {links}\n"
            "Delete the file after that: vinkje keeps no links, and makes a new one when you ask "
            "for it."
        )
        links = argument(str(request.output))
        click.echo(text.format(path=request.output, count=result.new_links, links=links))


def _warnings(result: EnrolResult) -> list[str]:
    warnings = []
    if result.unread:
        text = gettext("these columns are not read: {titles}")
        warnings.append(text.format(titles=", ".join(result.unread)))
    if result.unlisted:
        text = gettext("not in the list any more, and they still take part: {names}")
        warnings.append(text.format(names=", ".join(result.unlisted)))
    if result.is_late:
        warnings.append(
            gettext("the sector's figures are made already, so who comes now is not in them")
        )
    return warnings
