"""The envelope of every mail: a draft, named by what it holds, whose headers nothing can change."""

from datetime import UTC, date, datetime, time
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256

from forms.errors import OutputError
from forms.text import one_line


def draft(subject: str, day: date, text: str, html: str) -> EmailMessage:
    """Return a mail that opens as a draft, to be addressed by whoever sends it."""
    eml = EmailMessage(policy=policy.SMTP)
    eml["Subject"] = subject
    eml["Date"] = datetime.combine(day, time(), UTC)
    eml["X-Unsent"] = "1"
    eml.set_content(text, cte="quoted-printable")
    eml.add_alternative(html, subtype="html", cte="quoted-printable")
    return eml


def header_text(text: str) -> str:
    """Return text that no mail program takes for more than text.

    An encoded word in a subject can hold line breaks, and with them headers (CVE-2024-6923).
    """
    return one_line(text).replace("=?", "= ?")


def sealed(eml: EmailMessage, content: bytes) -> bytes:
    """Return the mail's bytes; what it holds gives it its name.

    Raises OutputError when what it holds would change its own headers.
    """
    _name_by_content(eml, sha256(content).hexdigest())
    return _checked(eml)


def _name_by_content(eml: EmailMessage, digest: str) -> None:
    """Give the same mail the same Message-ID and boundaries, whenever it is made."""
    eml["Message-ID"] = f"<{digest[:32]}@vinkje.invalid>"
    for number, part in enumerate(part for part in eml.walk() if part.is_multipart()):
        part.set_boundary(f"=_vinkje_{digest[32:56]}_{number}")


def _checked(eml: EmailMessage) -> bytes:
    """Return the mail's bytes, read back: no header in it but ours."""
    content = eml.as_bytes()
    found = message_from_bytes(content, policy=policy.default)
    parts = zip(found.walk(), eml.walk(), strict=False)
    if any([k.lower() for k in ours] != [k.lower() for k in read] for read, ours in parts):
        raise OutputError("the checklist's title would change the mail's headers; change the title")
    return content
