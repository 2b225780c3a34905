"""Who an action's owner is: a name or an address in the workbook, looked up and never guessed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.headerregistry import Address

from forms.errors import AddressError
from forms.mail.addresses import distinct, read_addresses
from forms.text import fold

# Between these marks stand several; between words such as "en" only when all of them are known.
_MARKS = re.compile(r"[;,\n]")
_WORDS = re.compile(r"\s+(?:en|and|of|or|&|\+|/)\s+|\s*[/&+]\s*")


@dataclass(frozen=True)
class Holders:
    """Who holds an action: those with an address, and the names that have none."""

    known: tuple[Address, ...] = ()
    unknown: tuple[str, ...] = ()


class Owners:
    """The addresses of owners by name, such as [owners] in vinkje.toml gives them.

    Raises AddressError for an address that is none, or a name without letters.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._by_name: dict[str, list[Address]] = {}
        for name, address in pairs:
            if not fold(name):
                raise AddressError(f"[owners]: '{address}' belongs to nobody; put a name before it")
            read = read_addresses(address, f"[owners] '{name}'")
            self._by_name.setdefault(fold(name), []).extend(read)

    def of(self, cell: str) -> Holders:
        """Return who is meant by what stands under owner."""
        if not cell.strip():
            return Holders()
        if known := self._find(cell):
            return Holders(tuple(known))
        parts = [part.strip() for part in _MARKS.split(cell) if part.strip()]
        found = [self._of_part(part) for part in parts]
        known = [address for each in found for address in each.known]
        return Holders(tuple(distinct(known)), tuple(n for each in found for n in each.unknown))

    def _of_part(self, part: str) -> Holders:
        if known := self._find(part):
            return Holders(tuple(known))
        several = [self._find(each) for each in _WORDS.split(part)]
        if len(several) > 1 and all(several):
            return Holders(tuple(address for each in several for address in each))
        return Holders(unknown=(part,))

    def _find(self, text: str) -> Sequence[Address]:
        if known := self._by_name.get(fold(text)):
            return known
        if "@" not in text:
            return []
        try:
            return read_addresses(text, "")
        except AddressError:
            return []
