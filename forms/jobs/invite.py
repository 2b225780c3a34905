"""From the link of a form to the texts around it, in a folder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext
from pathlib import Path

from babel.dates import format_date

from forms.atomic_files import check_absent, check_distinct, write_all
from forms.checklist.model import load_checklist
from forms.collect.organisations import folder_name, read_links
from forms.errors import OutputError, SettingsError
from forms.file_rights import no_folder
from forms.language import message_language
from forms.publish.invitation import invite_files
from forms.publish.invitation_facts import Invite
from forms.publish.invitation_pages import are_dots_small
from forms.publish.link import FormLink, read_link
from forms.text import one_line
from forms.wording import LANGUAGES

# Letters: what a poster has room for.
_LONGEST_CONTACT = 200


@dataclass(frozen=True)
class InviteRequest:
    """What the texts are made from, and where they go; `link` is the one that colleagues get."""

    link: str
    folder: Path
    checklist: Path
    today: date
    contact: str = ""
    keep_until: date | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class InviteResult:
    """What was written, whose form it speaks of, what is left to fill in, and what stood out."""

    written: tuple[Path, ...]
    place: str
    blanks: tuple[str, ...]
    warnings: tuple[str, ...]


def make_invitation(request: InviteRequest) -> InviteResult:
    """Read, word and write.

    Raises FormsError: for a link that is none for colleagues, a checklist that is wrong, a day that
    is too early, or files that are there already. Then every file is as it was.
    """
    return _written(request, {request.folder: _invite(request)})


def make_invitations(request: InviteRequest, links: Path) -> InviteResult:
    """Do the same for each organisation of a round, in a folder of its own, by a file of links.

    Raises the same, and SourceError for another file.
    """
    invites = {}
    for each in read_links(links):
        contact = each.contact or request.contact
        own = _invite(replace(request, link=each.link, contact=contact))
        invites[request.folder / folder_name(each.name)] = replace(own, organisation=each.name)
    if not invites:
        raise SettingsError(
            str(links),
            gettext("there are no links in it"),
            gettext("make them with: vinkje organisations"),
        )
    return _written(request, invites)


def _written(request: InviteRequest, invites: Mapping[Path, Invite]) -> InviteResult:
    """Write the texts of each, in its folder: all of them or none."""
    contents = {
        folder / name: content
        for folder, invite in invites.items()
        for name, content in invite_files(invite).items()
    }
    check_distinct(contents, [request.checklist])
    new = [] if request.overwrite else list(contents)
    for path in new:
        check_absent(path)
    folders = [request.folder, *invites]
    folders += [folder / language for folder in invites for language in LANGUAGES]
    with _folders(list(dict.fromkeys(folders))):
        write_all(contents, new=new)
    one = next(iter(invites.values()))
    blanks = dict.fromkeys(blank for invite in invites.values() for blank in _blanks(invite))
    warnings = dict.fromkeys(text for invite in invites.values() for text in _warnings(invite))
    return InviteResult(tuple(contents), _kept_at(one.link), tuple(blanks), tuple(warnings))


def _kept_at(link: FormLink) -> str:
    """Return whose form the privacy page speaks of, and where its answers are kept."""
    if link.kind == "google":
        return gettext("a Google Form: answers are kept at Google, in your organisation's account")
    if link.kind == "microsoft":
        return gettext("Microsoft Forms: answers are kept in your organisation's Microsoft 365")
    return gettext(
        "vinkje's own web form at {host}, so do not use it for another form; and see to it that a "
        "web server in front of the form keeps no addresses"
    ).format(host=link.host)


def _invite(request: InviteRequest) -> Invite:
    """Return what was asked for, once it is known that it can be."""
    link = read_link(request.link)
    contact = one_line(request.contact)
    if len(contact) > _LONGEST_CONTACT:
        problem = gettext("has {length} characters, more than fit a poster")
        remedy = gettext(
            "name one person, and a number or an address, in {most} characters at most"
        )
        raise SettingsError(
            "--contact",
            problem.format(length=len(contact)),
            remedy.format(most=_LONGEST_CONTACT),
        )
    invite = Invite(
        load_checklist(request.checklist), link, request.today, contact, request.keep_until
    )
    _refuse_early_end(invite)
    return invite


def _refuse_early_end(invite: Invite) -> None:
    keep = invite.keep_until
    first = max(filter(None, (invite.today, invite.closes)))
    if keep and keep < first:
        problem = (
            gettext("lies before {day}, when the round closes")
            if first == invite.closes
            else gettext("lies before {day}, which is today")
        )
        raise SettingsError(
            f"--keep-until {keep}", problem.format(day=first), gettext("name a later day")
        )


def _blanks(invite: Invite) -> Iterator[str]:
    if not invite.closes:
        yield gettext(
            "the last day to answer, in the mails (or 'closes' under 'round' in the checklist)"
        )
    if not invite.contact:
        yield gettext("whom to ask, in all of them (or --contact)")
    if not invite.keep_until:
        yield gettext("how long answers are kept, on the privacy page (or --keep-until)")
    yield gettext(
        "on the privacy page: your organisation, your data protection officer, and what else is "
        "marked there"
    )
    yield gettext(
        "where the privacy page is, in the invitation: put it on your intranet, or attach it"
    )
    if invite.link.kind == "microsoft":
        yield gettext("that 'Record name' is off in the form's settings, on the privacy page")


def _warnings(invite: Invite) -> Iterator[str]:
    if invite.closes and invite.closes < invite.today:
        closed = format_date(invite.closes, "d MMMM y", locale=message_language())
        yield gettext(
            "the round closed on {day}; change 'closes' in the checklist for a new one"
        ).format(day=closed)
    if invite.link.is_local:
        yield gettext(
            "{host} is the computer of whoever opens it; colleagues cannot answer so"
        ).format(host=invite.link.host)
    if are_dots_small(invite.link.address):
        yield gettext(
            "the link is long and its QR code has small dots; try it, or use a shorter link"
        )


@contextmanager
def _folders(folders: list[Path]) -> Iterator[None]:
    """Make the folders that are not there; a fault leaves none of them behind."""
    new_folders: list[Path] = []
    try:
        for folder in folders:
            _make(folder, new_folders)
        yield
    except BaseException:
        for folder in reversed(new_folders):
            with suppress(OSError):
                folder.rmdir()
        raise


def _make(folder: Path, new_folders: list[Path]) -> None:
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            str(folder), gettext("this is a file"), gettext("name another folder with -o")
        )
    absent = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(absent):
        try:
            path.mkdir()
        except OSError as error:
            raise no_folder(path, error) from None
        new_folders.append(path)
