"""Addresses as people write them: with names, several in a line, with accents."""

import re
from collections.abc import Iterable
from email.headerregistry import Address

import email_validator

from forms.errors import AddressError
from forms.mail.headers import header_text
from forms.text import one_line, shortened

# Offices have domains such as firma.local, which the library would refuse.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

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
    found, at, text = [], 0, text.strip()
    while at < len(text):
        match = _MAILBOX.match(text, at)
        if not match:
            raise AddressError(f"{place}: {_quote(text[at:])} is no e-mail address; {_WAY_OUT}")
        name = _unquoted(one_line(match["name"] or ""))
        found.append(_address(name, one_line(match["within"] or match["bare"] or ""), place))
        at = match.end()
    return found


def read_address(text: str, place: str) -> Address:
    """Return the one address in a text. Raises AddressError."""
    found = read_addresses(text, place)
    if len(found) != 1:
        raise AddressError(f"{place}: name one e-mail address; {_WAY_OUT}")
    return found[0]


def key_of(address: Address) -> str:
    """Return what two ways to write one mailbox have in common."""
    return key_of_text(address.addr_spec)


def key_of_text(address: str) -> str:
    """Return the same of a mailbox as text; ß and ss are two."""
    return address.lower()


def distinct(addresses: Iterable[Address]) -> list[Address]:
    """Return every mailbox once, as it was first written."""
    found: dict[str, Address] = {}
    for address in addresses:
        found.setdefault(key_of(address), address)
    return list(found.values())


_WAY_OUT = "write it as naam@example.nl or Naam <naam@example.nl>"


def _address(name: str, address: str, place: str) -> Address:
    try:
        valid = email_validator.validate_email(
            address,
            check_deliverability=False,
            allow_smtputf8=True,
            allow_quoted_local=True,
            allow_domain_literal=True,
        )
    except email_validator.EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise AddressError(
            f"{place}: {_quote(address)} is no e-mail address: {reason}; {_WAY_OUT}"
        ) from None
    return Address(header_text(name), _unquoted(valid.local_part), valid.ascii_domain or "")


def _unquoted(text: str) -> str:
    return _ESCAPED.sub(r"\1", text[1:-1]) if text.startswith('"') else text


def _quote(text: str) -> str:
    return f"'{shortened(text, 60)}'"
