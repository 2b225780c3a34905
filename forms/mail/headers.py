"""How subjects and names stand in headers: as text that no mail program takes for more.

Python's own folding loses and doubles spaces between encoded words, and can let a word hold a
header (CVE-2024-6923); so the words are made by the older Header class, and never folded again.
"""

import re
from collections.abc import Sequence
from email import policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage

from forms.text import one_line, shortened

# Headers stay as they are written here, also when a mail that was read is written again.
WRITTEN = policy.SMTP.clone(refold_source="none")
WRITTEN_UTF8 = policy.SMTPUTF8.clone(refold_source="none")
# Short enough to stand on one line of 78 with its header's name (RFC 5322, 2.1.1), and of letters
# that stand for themselves: the rest is encoded (RFC 2047).
_PLAIN_TEXT = re.compile(r"[\x20-\x7e]{,60}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ]{,58}[A-Za-z0-9])?")


def header_text(text: str) -> str:
    """Return text on one line that cannot be taken for an encoded word."""
    return one_line(text).replace("=?", "= ?")


def set_text(eml: EmailMessage, name: str, text: str) -> None:
    """Give a mail a header of text."""
    plain = header_text(text)
    eml.set_raw(name, plain if _PLAIN_TEXT.fullmatch(plain) else _encoded(plain, name))


def set_addresses(eml: EmailMessage, name: str, addresses: Sequence[Address]) -> None:
    """Give a mail a header of addresses, a line each."""
    eml.set_raw(name, ",\r\n ".join(map(_mailbox, addresses)))


def _mailbox(address: Address) -> str:
    name = header_text(address.display_name)
    if not name:
        return address.addr_spec
    written = name if _PLAIN_NAME.fullmatch(name) else _word(name)
    return f"{written} <{address.addr_spec}>"


def _word(name: str) -> str:
    """Return a name as one encoded word: of two, mail programs put a space in between."""
    encoded, length = _encoded(name, ""), len(name)
    while "\n" in encoded:
        length -= 1
        encoded = _encoded(shortened(name, length), "")
    return encoded


def _encoded(text: str, name: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")
