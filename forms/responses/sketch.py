"""How many people's answers differ between two readings, without keeping anybody's. Pure.

A sketch, as databases use to reconcile sets: every row falls, by a keyed hash of its answers, in
one of some buckets, and of a bucket only the sum is kept. What two readings share cancels out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from forms.responses.answers import TO_COUNTED

_BUCKETS = 256
# Of a row's number, these bits count it; those above tell it from others.
_COUNT_BITS = 32

# Of which items a sketch was made, by their ids in alphabetical order.
Items = tuple[str, ...]


@dataclass(frozen=True)
class Sketching:
    """What to sketch: with which key, and of which items too, beside all that are asked."""

    key: bytes
    items: frozenset[Items] = frozenset()


@dataclass(frozen=True)
class Sketch:
    """The sums, by bucket (0 to 255); one that no row fell in is left out.

    Whoever has the key may guess at rows by it, so both lie in `rapport.sleutel` alone.
    """

    sums: Mapping[int, int]

    @classmethod
    def total(cls, several: Iterable["Sketch"]) -> "Sketch":
        """Return the sketch of all rows of several groups, which were made with one key."""
        sums: Counter[int] = Counter()
        for sketch in several:
            sums.update(sketch.sums)
        return cls(dict(sums))


def people_between(then: Sketch, now: Sketch) -> int:
    """Return how many people's answers were added, changed or taken away, at least.

    A changed row is one taken away and one added, by one person. Few changes are counted exactly;
    of very many, some fall in one bucket.
    """
    added = gone = 0
    for bucket in then.sums.keys() | now.sums.keys():
        difference = now.sums.get(bucket, 0) - then.sums.get(bucket, 0)
        if difference:
            # Its low bits as a signed number: how many rows more, or fewer, fell in this bucket.
            more = difference & (1 << _COUNT_BITS) - 1
            more -= (more >> (_COUNT_BITS - 1)) << _COUNT_BITS
            # As many as before, and others: at least one went and one came.
            added += max(more, 0) or (not more)
            gone += max(-more, 0) or (not more)
    return max(added, gone)


def sketches(
    sketching: Sketching, answers: Mapping[str, bytes], groups: Sequence[str]
) -> dict[Items, dict[str, Sketch]]:
    """Return, for each set of items, a sketch per group.

    `answers` has a code a row for every item that is asked, `groups` the group of every row.
    """
    asked = tuple(sorted(answers))
    wanted = {asked} | {items for items in sketching.items if set(items) <= set(asked)}
    return {items: _of_items(sketching.key, items, answers, groups) for items in wanted}


def _of_items(
    key: bytes, items: Items, answers: Mapping[str, bytes], groups: Sequence[str]
) -> dict[str, Sketch]:
    width = len(items)
    laid = bytearray(width * len(groups))
    for place, item in enumerate(items):
        laid[place::width] = answers[item].translate(TO_COUNTED)
    content = bytes(laid)
    rows = Counter(
        (group, content[start : start + width])
        for group, start in zip(groups, range(0, len(content) or 1, width or 1), strict=False)
    )
    sums: dict[str, Counter[int]] = {}
    for (group, row), count in rows.items():
        # The first byte says which bucket, the other seven tell rows apart; without the key nobody
        # can work out the sums of a set of answers and see whether it is in them.
        digest = blake2b(row, digest_size=8, key=key).digest()
        number = int.from_bytes(digest[1:]) << _COUNT_BITS | 1
        sums.setdefault(group, Counter())[digest[0] % _BUCKETS] += count * number
    return {group: Sketch(dict(own)) for group, own in sums.items()}
