"""Drafts as they lie in a folder, and whom each is for."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from gettext import gettext
from pathlib import Path

from forms.errors import AddressError, FormsError, MailError, reason_of
from forms.mail.addresses import distinct, read_addresses
from forms.mail.draft import DraftName, is_untouched, name_in, opened
from forms.mail.reminder_mail import REMINDERS
from forms.mail.sent_log import DRAFTS

# Seconds between files that are written together, as a report and its mail are.
A_MOMENT = 2


@dataclass(frozen=True)
class Draft:
    """A mail as it lies in a folder, and whom it is for.

    With `only_news` nobody gets it whose last mail of its kind said the same, unless that is
    `repeat_after` days ago (0: never again). `is_redirected` is said of one that goes to others
    than it names; `is_changed` of one that is not as vinkje made it.
    """

    path: Path
    name: DraftName
    eml: EmailMessage
    to: tuple[Address, ...]
    only_news: bool = False
    repeat_after: int = 0
    is_redirected: bool = False
    is_changed: bool = False

    @property
    def day(self) -> date:
        """Return the day that it is about."""
        day: date = self.eml["Date"].datetime.date()
        return day

    @property
    def subject(self) -> str:
        """Return its subject."""
        return str(self.eml["Subject"])

    @property
    def id(self) -> str:
        """Return its Message-ID."""
        return str(self.eml["Message-ID"])

    def put_away(self) -> None:
        """Take a reminder that its owner has, and that nobody changed, out of its folder."""
        if self.name.kind in REMINDERS and not self.is_redirected:
            with suppress(OSError):
                content = self.path.read_bytes()
                # Meanwhile another may have been made.
                if is_untouched(content) and name_in(content) == self.name:
                    self.path.unlink()
                self.path.absolute().parent.rmdir()

    @property
    def attached(self) -> list[tuple[str, int]]:
        """Return the names of its attachments, and their size in bytes."""
        parts = self.eml.iter_attachments()
        return [(str(p.get_filename()), len(p.get_payload(decode=True))) for p in parts]


def read_draft(
    path: Path, to: Sequence[str], usual: Sequence[str] = (), *, to_send: bool = True
) -> Draft:
    """Return a draft: for those in `to`, else for those whom it names itself, else as usual.

    Raises MailError for a mail that vinkje did not make and, where it is to be sent, for one that
    was changed since; then also AddressError when it is for nobody.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MailError(
            str(path),
            gettext("cannot be read: {reason}").format(reason=reason_of(error)),
            gettext(
                "name the .eml that 'vinkje report' or 'vinkje remind' made (a reminder that was "
                "sent is gone from its folder)"
            ),
            gettext("Nothing was sent"),
        ) from None
    name, eml = opened(path, content, to_send=to_send)
    own = list(eml["To"].addresses) if eml["To"] else []
    # What is for one owner never goes to whoever gets the report.
    usual = () if name.kind in REMINDERS else usual
    addresses = _all(to, "--to") or own or _all(usual, "vinkje.toml [send] to")
    if to_send and not addresses:
        raise for_nobody(path, name)
    is_changed = not is_untouched(content)
    return Draft(
        path, name, eml, tuple(distinct(addresses)), is_redirected=bool(to), is_changed=is_changed
    )


def for_nobody(path: Path, name: DraftName) -> AddressError:
    """Return the fault of a mail that names nobody, where nobody else does either."""
    remedy = gettext(
        'name them with --to, or put to = ["naam@example.nl"] under [send] in vinkje.toml'
    )
    if name.kind in REMINDERS:
        remedy = gettext(
            "name them with --to, or put the address under [owners] in vinkje.toml and run "
            "'vinkje remind' again"
        )
    return AddressError(str(path), gettext("nothing says for whom this mail is"), remedy)


def outdated(drafts: Sequence[Draft]) -> list[str]:
    """Return a sentence for every workbook that was saved after its mail was made."""
    return list(dict.fromkeys(filter(None, map(_outdated, drafts))))


def _outdated(draft: Draft) -> str:
    folder = draft.path.absolute().parent
    about = folder if folder.suffix == DRAFTS else draft.path
    workbook = about.with_suffix(".xlsx")
    command = "vinkje report" if about == draft.path else "vinkje remind"
    try:
        passed = workbook.stat().st_mtime - draft.path.stat().st_mtime
    except OSError:
        return ""
    if passed < A_MOMENT:
        return ""
    return gettext(
        "{workbook} was saved after this mail was made; '{command}' makes it anew"
    ).format(workbook=workbook.name, command=command)


def _all(texts: Sequence[str], place: str) -> list[Address]:
    return [address for text in texts for address in read_addresses(text, place)]


def read_drafts(folder: Path, *, to_send: bool = True) -> tuple[list[Draft], list[str]]:
    """Return the drafts that 'vinkje remind' left in a folder, and why others are not sent.

    Raises MailError for another folder, or one without mails.
    """
    drafts: list[Draft] = []
    others: list[str] = []
    paths = sorted(folder.glob("*.eml")) if folder.absolute().suffix == DRAFTS else []
    if not paths:
        raise MailError(
            str(folder),
            gettext("holds no mails"),
            gettext("name a mail, or the folder that 'vinkje remind' made"),
            gettext("Nothing was sent"),
        )
    for path in paths:
        try:
            drafts.append(read_draft(path, (), to_send=to_send))
        except FormsError as error:
            others.append(str(error))
    return drafts, others
