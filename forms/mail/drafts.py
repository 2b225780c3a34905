"""Drafts as they lie in a folder, and whom each is for."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from forms.errors import AddressError, FormsError, MailError
from forms.mail.addresses import distinct, read_addresses
from forms.mail.envelope import Name, is_untouched, opened
from forms.mail.outbox import DRAFTS

_SETTINGS = "vinkje.toml"


@dataclass(frozen=True)
class Draft:
    """A mail as it lies in a folder, and whom it is for.

    With `only_news` nobody gets it whose last mail of its kind said the same, unless that is
    `repeat_after` days ago (0: never again).
    """

    path: Path
    name: Name
    eml: EmailMessage
    to: tuple[Address, ...]
    only_news: bool = False
    repeat_after: int = 0

    @property
    def day(self) -> date:
        """Return the day that it is about."""
        found: date = self.eml["Date"].datetime.date()
        return found

    @property
    def subject(self) -> str:
        """Return its subject."""
        return str(self.eml["Subject"])

    @property
    def id(self) -> str:
        """Return its Message-ID."""
        return str(self.eml["Message-ID"])

    def put_away(self) -> None:
        """Take a reminder that was sent, and that nobody changed, out of its folder."""
        if self.path.resolve().parent.suffix == DRAFTS:
            with suppress(OSError):
                if is_untouched(self.path.read_bytes()):
                    self.path.unlink()
                self.path.parent.rmdir()

    @property
    def attached(self) -> list[tuple[str, int]]:
        """Return the names of its attachments, and their size in bytes."""
        parts = self.eml.iter_attachments()
        return [(str(p.get_filename()), len(p.get_payload(decode=True))) for p in parts]


def read_draft(path: Path, to: Sequence[str], usual: Sequence[str] = ()) -> Draft:
    """Return a draft: for those in `to`, else for those whom it names itself, else as usual.

    Raises MailError for a mail that vinkje did not make or that was changed since, AddressError
    when it is for nobody.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MailError(
            f"{path}: cannot be read: {error.strerror}; name the .eml that 'vinkje report' or "
            "'vinkje remind' made (a reminder that was sent is gone from its folder). Nothing was "
            "sent"
        ) from None
    name, eml = opened(path, content)
    own = list(eml["To"].addresses) if eml["To"] else []
    # What is for one owner never goes to whoever gets the report.
    usual = () if name.kind in {"reminder", "overview"} else usual
    found = _all(to, "--to") or own or _all(usual, f"to, under [send] in {_SETTINGS}")
    if not found:
        raise AddressError(
            f'{path}: for whom is this mail? Name them with --to, or put to = ["naam@example.nl"] '
            f"under [send] in {_SETTINGS}"
        )
    return Draft(path, name, eml, tuple(distinct(found)))


def _all(texts: Sequence[str], place: str) -> list[Address]:
    return [address for text in texts for address in read_addresses(text, place)]


def read_drafts(
    folder: Path, to: Sequence[str], usual: Sequence[str] = ()
) -> tuple[list[Draft], list[str]]:
    """Return the drafts that 'vinkje remind' left in a folder, and why others are not sent.

    Raises MailError for another folder, or one without mails.
    """
    found: list[Draft] = []
    others: list[str] = []
    paths = sorted(folder.glob("*.eml")) if folder.resolve().suffix == DRAFTS else []
    if not paths:
        raise MailError(
            f"{folder}: holds no mails; name a mail, or the folder that 'vinkje remind' made. "
            "Nothing was sent"
        )
    for path in paths:
        try:
            found.append(read_draft(path, to, usual))
        except FormsError as error:
            others.append(str(error))
    return found, others
