"""Who an action's owner is: a name or an address in the workbook, looked up and never guessed."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from gettext import gettext

from forms.errors import AddressError
from forms.mail.addresses import distinct, key_of, read_addresses

_BETWEEN = re.compile(r"[\s._-]+")
# Not within quotes: an even number of them follows.
_UNQUOTED = r'(?=(?:[^"]*"[^"]*")*[^"]*$)'
_MARKS, _COMMA = re.compile(rf"[;\n]{_UNQUOTED}"), re.compile(rf",{_UNQUOTED}")
# As Outlook copies a person: `Jansen, Piet <piet.jansen@example.nl>`.
_SURNAME_FIRST = re.compile(r'([^<>,"]+),([^<>,"]+?)\s*<([^<>,\s@]+)@[^<>,\s]+>')
# What stands between people, in Dutch (`en`, `of`) and in English.
_WORDS = re.compile(rf"\s+(?:en|and|of|or|&|\+)\s+{_UNQUOTED}|\s*/\s*{_UNQUOTED}")
_SIGNS = re.compile(rf"{_WORDS.pattern}|\s*[&+]\s*")


@dataclass(frozen=True)
class Holders:
    """Who holds an action: those with an address, named where they can be, and names without."""

    known: tuple[Address, ...] = ()
    unknown: tuple[str, ...] = ()


class Owners:
    """The addresses of owners by name, such as [owners] in vinkje.toml gives them.

    Raises AddressError for an address that is none, or a name without letters.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._by_name: dict[str, list[Address]] = {}
        for name, address in pairs:
            if not key_of_name(name):
                raise AddressError(
                    "[owners]",
                    gettext("'{address}' belongs to nobody").format(address=address),
                    gettext("put a name before it"),
                )
            place = f"[owners] '{name}'"
            addresses = read_addresses(address, place)
            if not addresses:
                raise AddressError(
                    place, gettext("has no address"), gettext('write it as "naam@example.nl"')
                )
            named = [
                Address(owner.display_name or name.strip(), owner.username, owner.domain)
                for owner in addresses
            ]
            self._by_name.setdefault(key_of_name(name), []).extend(named)
        self._known: dict[str, Address] = {}
        # Of somebody with several names, that of a group comes last.
        for several in sorted(self._by_name.values(), key=len):
            for mailbox in several:
                self._known.setdefault(key_of(mailbox), mailbox)

    def of(self, cell: str) -> Holders:
        """Return who is meant by what stands under owner."""
        parts = [cell] if self._is_name(cell) else _parts(_MARKS, cell)
        forms = [self._is_surname_first(part) for part in parts]
        # Several in a row that look alike were copied; of one alone its address must tell.
        is_copied = len(parts) > 1 and None not in forms
        holders = _together(
            self._of_one(part) if is_copied or is_one else self._of_several(part)
            for part, is_one in zip(parts, forms, strict=True)
        )
        names: dict[str, str] = {}
        for name in holders.unknown:
            names.setdefault(key_of_name(name), name)
        known = (self._known.get(key_of(address), address) for address in holders.known)
        return Holders(tuple(distinct(known)), tuple(names.values()))

    def _of_several(self, text: str) -> Holders:
        """Return who is meant by a text that may name several, by commas or by words such as `en`.

        A comma stands in `Jansen, Piet` too, and `en` in the name of a team: where that leads to
        nobody, or not to all, the text is one name.
        """
        parts = _parts(_COMMA, text)
        holders = [self._of_one_or_pair(part) for part in parts]
        if self._is_name(text) or not _are_several(text, holders):
            return self._of_one(text)
        return _together(holders)

    def _of_one_or_pair(self, text: str) -> Holders:
        has_address = "@" in text
        # In an address a sign is part of it, as in `anna+acties@example.nl`.
        is_address = has_address and not re.search(r"[\s/]", text)
        parts = _parts(_WORDS if has_address else _SIGNS, text)
        if is_address or self._is_name(text) or len(parts) == 1:
            return self._of_one(text)
        holders = [self._of_one(part) for part in parts]
        return _together(holders) if _are_several(text, holders) else Holders(unknown=(text,))

    def _is_surname_first(self, text: str) -> bool | None:
        """Say whether a comma stands within one person's name; None where it cannot be so."""
        match = _SURNAME_FIRST.fullmatch(text)
        if match is None or self._is_name(match[1]):
            return None
        letters = "".join(filter(str.isalpha, match[1].casefold()))
        return letters in "".join(filter(str.isalpha, match[3].casefold()))

    def _is_name(self, text: str) -> bool:
        return key_of_name(text) in self._by_name

    def _of_one(self, text: str) -> Holders:
        if known := self._by_name.get(key_of_name(text)):
            return Holders(tuple(known))
        with suppress(AddressError):
            if "@" in text:
                return Holders(tuple(read_addresses(text, "")))
        return Holders(unknown=(text,))


def key_of_name(name: str) -> str:
    """Return what two ways to write one name have in common: `Team A` and `Team A+` are two."""
    return _BETWEEN.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()


def _are_several(text: str, holders: Sequence[Holders]) -> bool:
    """Say whether the parts of a text are people, and not a surname and a name, or a team.

    They are when all are known; and who stands before `en Anna <anna@example.nl>` is no part of
    her name.
    """
    return "@" in text or not any(holder.unknown for holder in holders)


def _together(holders: Iterable[Holders]) -> Holders:
    every = list(holders)
    known = tuple(address for holder in every for address in holder.known)
    return Holders(known, tuple(name for holder in every for name in holder.unknown))


def _parts(between: re.Pattern[str], text: str) -> list[str]:
    return [part.strip() for part in between.split(text) if part.strip()]
