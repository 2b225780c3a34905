"""Whose row is whose, and which of a person's rows is the latest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from forms.dates import in_utc
from forms.responses.model import Cell, is_filled
from forms.text import normalize, text_of

# Far less than RFC 5322 allows or asks: enough to tell an address from a name or a code.
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
# What stands around an address when it was copied from a mail, or cannot be seen.
_AROUND = re.compile(r"^[\s<\u200b-\u200d\ufeff]+|[\s>;,.\u200b-\u200d\ufeff]+$")
# Enough to see that a column holds addresses.
LEAST_ADDRESSES = 3
# What Microsoft Forms writes for everybody where no names are recorded.
_NOBODY = {normalize(name) for name in ("anonymous", "anoniem")}

Times = Sequence[datetime | None]


def address_of(cell: Cell) -> str:
    """Return a real e-mail address, folded; nothing for what identifies nobody."""
    text = _AROUND.sub("", text_of(cell).casefold()).removeprefix("mailto:")
    return text if _ADDRESS.fullmatch(text) else ""


def names_somebody(cell: Cell) -> bool:
    """Say whether a cell in a column for names or addresses tells who answered."""
    return is_filled(cell) and normalize(str(cell)) not in _NOBODY


@dataclass(frozen=True)
class Latest:
    """The rows that a later one of the same person replaced.

    `by_order` has the rows that stand in their place by nothing but the order of rows.
    """

    replaced: frozenset[int]
    by_order: frozenset[int]


def rows_by_person(persons: Sequence[str], rows: Sequence[int]) -> dict[str, list[int]]:
    """Return the rows of everybody who has several, of those given."""
    of_person: dict[str, list[int]] = {}
    for row in rows:
        if person := persons[row]:
            of_person.setdefault(person, []).append(row)
    return {person: own for person, own in of_person.items() if len(own) > 1}


def latest_rows(of_person: Mapping[str, Sequence[int]], times: Times, zone: tzinfo) -> Latest:
    """Keep of each person the row with the latest time; where that tells nothing, the lowest row.

    It tells nothing where a row has no time, or two have the same. Times that name no zone are
    `zone`'s clock.
    """
    replaced: set[int] = set()
    by_order: set[int] = set()
    for rows in of_person.values():
        timed = [(in_utc(time, zone), row) for row in rows if times and (time := times[row])]
        last = max(timed)[0] if len(timed) == len(rows) else None
        latest = [row for time, row in timed if time == last] or list(rows)
        stays = latest[-1]
        by_order.update((stays,) if len(latest) > 1 else ())
        replaced.update(row for row in rows if row != stays)
    return Latest(frozenset(replaced), frozenset(by_order))
