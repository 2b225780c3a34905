"""Addresses as people write them: with names, several in a line, with accents."""

import re
from collections.abc import Iterable
from email.headerregistry import Address
from gettext import gettext

import email_validator

from forms.errors import AddressError
from forms.mail.headers import header_text
from forms.text import one_line, shortened

# Offices have domains such as firma.local. This list is how the library is told so (its README);
# there is no argument for it.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

# RFC 5322: a quoted-string, and a mailbox with a name or without one.
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_MAILBOX = re.compile(
    rf"""\s*(?:(?P<name>{_QUOTED}|[^<>@";\n]*?)\s*<(?P<within>(?:{_QUOTED}|[^<>"])*)>
        |(?P<bare>(?:{_QUOTED}|[^\s,;<>"])+))\s*(?:[,;\n]\s*|$)""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.)")


def read_addresses(text: str, place: str) -> list[Address]:
    """Return the addresses in a text, with `,`, `;` or a line break between them.

    A domain with accents becomes its ASCII form (IDNA). Raises AddressError with the place.
    """
    addresses, at, text = [], 0, text.strip()
    while at < len(text):
        match = _MAILBOX.match(text, at)
        if not match:
            raise _no_address(place, text[at:])
        name = _unquoted(one_line(match["name"] or ""))
        addresses.append(_address(name, one_line(match["within"] or match["bare"] or ""), place))
        at = match.end()
    return addresses


def read_address(text: str, place: str) -> Address:
    """Return the one address in a text. Raises AddressError."""
    addresses = read_addresses(text, place)
    if len(addresses) != 1:
        raise AddressError(place, gettext("name one e-mail address"), _example())
    return addresses[0]


def key_of(address: Address) -> str:
    """Return what two ways to write one mailbox have in common.

    To a server case may matter before the @ (RFC 5321, 2.4); people write both, and mean one.
    """
    return key_of_text(address.addr_spec)


def key_of_text(address: str) -> str:
    """Return the same of a mailbox as text; ß and ss are two."""
    return address.lower()


def distinct(addresses: Iterable[Address]) -> list[Address]:
    """Return every mailbox once, as it was first written."""
    mailboxes: dict[str, Address] = {}
    for address in addresses:
        mailboxes.setdefault(key_of(address), address)
    return list(mailboxes.values())


def _address(name: str, address: str, place: str) -> Address:
    try:
        valid = email_validator.validate_email(
            address,
            check_deliverability=False,
            allow_smtputf8=True,
            allow_quoted_local=True,
            allow_domain_literal=True,
        )
    except email_validator.EmailNotValidError:
        raise _no_address(place, address) from None
    return Address(header_text(name), _unquoted(valid.local_part), valid.ascii_domain or "")


def _no_address(place: str, text: str) -> AddressError:
    """Return the fault of what is no address; the library's reasons are in English alone."""
    problem = gettext("'{text}' is no e-mail address").format(text=shortened(text, 60))
    return AddressError(place, problem, _example())


def _example() -> str:
    return gettext("write it as naam@example.nl or Naam <naam@example.nl>")


def _unquoted(text: str) -> str:
    return _ESCAPED.sub(r"\1", text[1:-1]) if text.startswith('"') else text
