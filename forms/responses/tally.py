"""Counting rows, a block of them at a time: per item and group, and sketched. Pure."""

from collections.abc import Collection, Mapping

from forms.checklist.model import Checklist
from forms.responses.answers import CODES
from forms.responses.model import Cell, Counts
from forms.responses.mojibake import mended
from forms.responses.sketch import Items, Sketch, Sketching
from forms.text import normalize, one_line, text_of


class Tally:
    """Counts what was answered to some items; who answered what is not in it.

    A group is known by its folded name: a choice as the checklist writes it, else as typed, and of
    several spellings the first in the alphabet.
    """

    def __init__(
        self, checklist: Checklist, items: Collection[str], sketching: Sketching | None = None
    ) -> None:
        self.items = items
        self.sketchers = sketching.sketchers(items) if sketching else []
        split = checklist.split_question()
        self._choices = {normalize(choice): choice for choice in (split.choices if split else ())}
        self._folded: dict[Cell, str] = {}
        self.spelled: dict[str, str] = {}
        self.by_group: dict[str, dict[str, Counts]] = {}

    def group_of(self, cell: Cell) -> str:
        """Return the group that an answer to the question that splits puts a row in."""
        if cell not in self._folded:
            text = one_line(text_of(cell))
            group = normalize(text) if text else ""
            likely = normalize(mended(text_of(cell)))
            group = self._folded[cell] = likely if likely in self._choices else group
            self.spelled[group] = min(text, self.spelled.get(group, text))
        return self._folded[cell]

    def add(self, group: str, codes: Mapping[str, bytes], rows: int) -> None:
        """Count some rows of a group: a code a row for each item that was asked of them."""
        counts = self.by_group.setdefault(group, {})
        for item in self.items:
            new = counts_of_codes(codes[item]) if item in codes else Counts(empty=rows)
            counts[item] = Counts.total([counts[item], new]) if item in counts else new
        for sketcher in self.sketchers:
            sketcher.add(group, codes, rows)

    def include(self, other: "Tally") -> None:
        """Add what another tally of the same items counted."""
        for group, text in other.spelled.items():
            self.spelled[group] = min(text, self.spelled.get(group, text))
        for group, counts in other.by_group.items():
            own = self.by_group.setdefault(group, {})
            for item, new in counts.items():
                own[item] = Counts.total([own[item], new]) if item in own else new
        for mine, theirs in zip(self.sketchers, other.sketchers, strict=True):
            mine.include(theirs)

    def counts(self) -> dict[str, Counts]:
        """Return the counts per item, of all groups together."""
        groups = self.by_group.values()
        return {item: Counts.total(counts[item] for counts in groups) for item in self.items}

    def groups(self) -> dict[str, dict[str, Counts]]:
        """Return the counts per item of each group, by its name."""
        named = {self._name(group): counts for group, counts in self.by_group.items()}
        return {name: named[name] for name in sorted(named)}

    def sketches(self) -> dict[Items, dict[str, Sketch]]:
        """Return, for each set of items, a sketch per group by its name."""
        return {
            sketcher.items: {self._name(g): sketch for g, sketch in sketcher.sketches().items()}
            for sketcher in self.sketchers
        }

    def _name(self, group: str) -> str:
        return self._choices.get(group) or self.spelled.get(group, "")


def counts_of_codes(codes: bytes) -> Counts:
    """Count one item's cells, a code a row; texts that are no answer count as empty."""
    given = {answer.value: codes.count(code) for answer, code in CODES.items()}
    return Counts(**given, empty=len(codes) - sum(given.values()))
