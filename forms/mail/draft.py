"""Every mail as a draft: named by what it holds, with headers that nothing can change."""

import re
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, date, datetime, time
from email import message_from_bytes, message_from_string, policy
from email.headerregistry import Address
from email.message import EmailMessage
from gettext import gettext
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from forms.errors import MailError, OutputError
from forms.mail.headers import WRITTEN, WRITTEN_UTF8, set_addresses, set_text

# The type of a workbook that goes along.
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
# RFC 5322, 2.1.1: in characters, without the line break.
_LONGEST_LINE = 998
# `.invalid` is nobody's domain, ever (RFC 2606); a mail that leaves gets the sender's.
_NAMED = re.compile(rb"(?m)^Message-ID: <(\w+)\.(\w+)\.(\w+)@vinkje\.invalid>\r?\n")


class DraftName(NamedTuple):
    """What a Message-ID holds: the kind of mail, what it says whatever the day, and all of it."""

    kind: str
    says: str
    seal: str


def draft(
    subject: str, day: date, text: str, html: str, to: Sequence[Address] = ()
) -> EmailMessage:
    """Return a mail that opens as a draft, to be addressed by whoever sends it."""
    eml = EmailMessage(policy=WRITTEN)
    set_text(eml, "Subject", subject)
    # Of the day alone: the same report gives the same bytes.
    eml["Date"] = datetime.combine(day, time(), UTC)
    # Classic Outlook opens it to send then, and not as a mail that came in.
    eml["X-Unsent"] = "1"
    if to:
        set_addresses(eml, "To", to)
    eml.set_content(text, cte="quoted-printable")
    eml.add_alternative(html, subtype="html", cte="quoted-printable")
    return eml


def sealed(eml: EmailMessage, kind: str, says: str) -> bytes:
    """Return the mail's bytes, named by its kind, what it says, and every byte of it.

    `says` is the text without what differs from day to day. Raises OutputError when what it holds
    would change its own headers.
    """
    digest = _digest(says.encode())
    # Python's own boundaries are made by chance, and so would be the seal.
    for number, part in enumerate(part for part in eml.walk() if part.is_multipart()):
        part.set_boundary(f"=_vinkje_{digest}_{number}")
    utf8 = not all(str(value).isascii() for _, value in eml.raw_items())
    seal = _seal(_bytes(eml, utf8=utf8))
    eml.set_raw("Message-ID", f"<{kind}.{digest}.{seal}@vinkje.invalid>")
    return _checked(eml, utf8=utf8)


def opened(path: Path, content: bytes, *, to_send: bool = True) -> tuple[DraftName, EmailMessage]:
    """Return a draft's name and the draft.

    Raises MailError for one that vinkje did not make or, where it is to be sent, that somebody
    changed since.
    """
    name = name_in(content)
    if name is None:
        raise MailError(
            str(path),
            gettext("is no mail that vinkje made"),
            gettext(
                "name the .eml of 'vinkje report' or 'vinkje remind', and send any other from your "
                "mail program"
            ),
            gettext("Nothing was sent"),
        )
    if to_send and name.seal != _seal(content):
        raise MailError(
            str(path),
            gettext("was changed since vinkje made it, and is not sent as it is"),
            gettext(
                "send it from your mail program, or make it anew with the command that made it"
            ),
            gettext("Nothing was sent"),
        )
    return name, message_from_string(content.decode(errors="replace"), policy=WRITTEN)


def name_in(content: bytes) -> DraftName | None:
    """Return the name in a mail's bytes; None when it is not one of ours."""
    match = _NAMED.search(content.partition(b"\r\n\r\n")[0] + b"\r\n")
    match = match or _NAMED.search(content.partition(b"\n\n")[0] + b"\n")
    return DraftName(*(part.decode() for part in match.groups())) if match else None


def is_untouched(content: bytes) -> bool:
    """Say whether these are the bytes of a draft as vinkje made it."""
    name = name_in(content)
    return name is not None and name.seal == _seal(content)


def addressed(
    eml: EmailMessage,
    sender: Address,
    to: Sequence[Address],
    at: datetime,
    *,
    utf8: bool,
    turn: int = 0,
) -> bytes:
    """Return a draft as it leaves: from somebody, to somebody, now; told apart by its turn.

    `turn` is 0 the first time; mailboxes may drop what has a Message-ID that they know. `utf8` says
    whether headers may be in UTF-8 (RFC 6532). Raises OutputError for an address that would change
    the headers, or a line that is too long.
    """
    leaving = deepcopy(eml)
    mark = f".{turn}" if turn else ""
    name = str(eml["Message-ID"]).partition("@")[0]
    # RFC 3834: who is away need not say so to a program.
    fresh = {"Message-ID": f"{name}{mark}@{sender.domain}>", "Auto-Submitted": "auto-generated"}
    for gone in ("X-Unsent", "Date", "From", "To", *fresh):
        del leaving[gone]
    for header, value in fresh.items():
        leaving.set_raw(header, value)
    if not utf8 and not str(leaving["Reply-To"] or "").isascii():
        # Answers then go to the sender.
        del leaving["Reply-To"]
    leaving["Date"] = at
    set_addresses(leaving, "From", [sender])
    set_addresses(leaving, "To", to)
    content = _checked(leaving, utf8=utf8)
    read_back = message_from_string(content.decode(), policy=WRITTEN)
    there = [
        [address.addr_spec for address in read_back[name].addresses] for name in ("From", "To")
    ]
    if there != [[sender.addr_spec], [address.addr_spec for address in to]]:
        raise OutputError(
            problem=gettext("an address would change the mail's headers"),
            remedy=gettext("write it without a name"),
        )
    if max(map(len, content.splitlines())) > _LONGEST_LINE:
        problem = gettext("the mail has a line of more than {most} characters")
        raise OutputError(problem=problem.format(most=_LONGEST_LINE))
    return content


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def _seal(content: bytes) -> str:
    """Return the digest of all but the name; line breaks of either kind are the same."""
    return _digest(_NAMED.sub(b"", content, count=1).replace(b"\r\n", b"\n"))


def _bytes(eml: EmailMessage, *, utf8: bool) -> bytes:
    return eml.as_bytes(policy=WRITTEN_UTF8 if utf8 else WRITTEN)


def _checked(eml: EmailMessage, *, utf8: bool = False) -> bytes:
    """Return the mail's bytes, read back: no header in it but ours."""
    content = _bytes(eml, utf8=utf8)
    read_back = message_from_bytes(content, policy=policy.default)
    parts = zip(read_back.walk(), eml.walk(), strict=False)
    if any([k.lower() for k in ours] != [k.lower() for k in read] for read, ours in parts):
        raise OutputError(
            problem=gettext("the checklist's title would change the mail's headers"),
            remedy=gettext("change the title"),
        )
    return content
