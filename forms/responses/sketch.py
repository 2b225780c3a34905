"""How many people's answers differ between two readings, without keeping anybody's. Pure.

A sketch, as databases use to reconcile sets: every row falls, by a keyed hash of its answers, in
one of some buckets, and of a bucket only the sum is kept. What two readings share cancels out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from struct import iter_unpack, unpack

from forms.responses.answers import TO_COUNTED

_BUCKETS = 256
# Of a row's digest, in bytes: the first is its bucket, the others are its number.
_DIGEST, _NUMBER_BITS = 8, 56
# Rows laid out at a time.
_AT_ONCE = 50_000
# Of a row's number, these bits count it; those above tell it from others.
_COUNT_BITS = 32

# Of which items a sketch was made, by their ids in alphabetical order.
Items = tuple[str, ...]


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


class Sketcher:
    """Sketches the answers to some items, a sketch per group, some rows at a time."""

    def __init__(self, key: bytes, items: Items) -> None:
        self.items = items
        # The first byte says which bucket, the other seven tell rows apart; without the key nobody
        # can work out the sums of a set of answers and see whether it is in them.
        self._keyed = blake2b(digest_size=_DIGEST, key=key)
        self.sums: dict[str, Counter[int]] = {}

    def add(self, group: str, codes: Mapping[str, bytes], rows: int) -> None:
        """Take in some rows of one group: a code a row for every item that was asked of them."""
        for start in range(0, rows, _AT_ONCE):
            count = min(rows - start, _AT_ONCE)
            self._add(self.sums.setdefault(group, Counter()), codes, start, count)

    def _add(self, sums: Counter[int], codes: Mapping[str, bytes], start: int, count: int) -> None:
        width = len(self.items)
        laid = bytearray(width * count)
        for place, item in enumerate(self.items):
            if item in codes:
                laid[place::width] = codes[item][start : start + count].translate(TO_COUNTED)
        digests = b"".join(self._digests(laid, width))
        totals = [0] * _BUCKETS
        for number in unpack(f">{count}Q", digests):
            totals[number >> _NUMBER_BITS] += number
        heads = digests[::_DIGEST]
        for bucket, total in enumerate(totals):
            if fallen := heads.count(bucket):
                numbers = total - fallen * (bucket << _NUMBER_BITS)
                sums[bucket] += (numbers << _COUNT_BITS) + fallen

    def _digests(self, laid: bytearray, width: int) -> Iterator[bytes]:
        """Yield the keyed hash of each row; copied, the key need not be taken in each time."""
        copy = self._keyed.copy
        for (row,) in iter_unpack(f"{width}s", laid):
            keyed = copy()
            keyed.update(row)
            yield keyed.digest()

    def include(self, other: "Sketcher") -> None:
        """Take in what another one of the same key and items sketched."""
        for group, sums in other.sums.items():
            self.sums.setdefault(group, Counter()).update(sums)

    def sketches(self) -> dict[str, Sketch]:
        """Return the sketch of each group that has rows."""
        return {group: Sketch(dict(sums)) for group, sums in self.sums.items()}


@dataclass(frozen=True)
class Sketching:
    """What to sketch: with which key, and of which items too, beside all that are asked."""

    key: bytes
    items: frozenset[Items] = frozenset()

    def sketchers(self, asked: Iterable[str]) -> list[Sketcher]:
        """Return what sketches the items that are asked, and each wanted set that is among them."""
        whole = tuple(sorted(asked))
        wanted = {whole} | {items for items in self.items if set(items) <= set(whole)}
        return [Sketcher(self.key, items) for items in sorted(wanted)]
