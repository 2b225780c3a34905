"""What stood out, to tell with the figures: each kind has a level, and values of its own types.

Their words are the `note` table of `templates/wording`, since notes stand in the workbook too. The
kinds stand in `responses/note_kinds.py` (of reading) and `report/note_kinds.py` (of the report).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from forms.wording import Wording


class Level(StrEnum):
    """How much it matters: a note is good to know, a warning asks somebody to look."""

    NOTE = "note"
    WARNING = "warning"


class NoteKind:
    """What a note says: a frozen dataclass a kind, whose fields fill in its words.

    `key` is its name in the wording; a base class of several kinds has none.
    """

    key: ClassVar[str]
    level: ClassVar[Level]

    def __init_subclass__(cls, *, key: str = "", level: Level = Level.WARNING) -> None:
        super().__init_subclass__()
        cls.key, cls.level = key, level
        if key:
            KINDS[key] = cls

    @property
    def values(self) -> dict[str, str | int]:
        """Return the fields by name, in their order: numbers and texts, as JSON can hold them."""
        return dict(vars(self))


# Every kind, by its key.
KINDS: dict[str, type[NoteKind]] = {}


@dataclass(frozen=True)
class Note:
    """Something to tell with the figures.

    `source` names where it was found, when there are several sources. `rows` says in which rows,
    and `texts` what stands there: for who makes the report, not for who reads it.
    """

    kind: NoteKind
    source: str = ""
    rows: str = ""
    texts: str = ""

    @property
    def key(self) -> str:
        """Return the name of its kind, as in the wording and in `as_dict`."""
        return self.kind.key

    @property
    def level(self) -> Level:
        """Return how much it matters, which its kind decides."""
        return self.kind.level

    @property
    def values(self) -> dict[str, str | int]:
        """Return what fills in its words, by the names of their placeholders."""
        return self.kind.values

    def as_dict(self) -> dict[str, object]:
        """Return what to keep of it, as JSON can hold it; `saved_note` reads it back."""
        return {
            "key": self.key,
            "values": self.values,
            "source": self.source,
            "rows": self.rows,
            "texts": self.texts,
        }

    def text(self, words: Wording, *, with_places: bool = False) -> str:
        """Return what the note says, for the maker of a report with rows and texts."""
        text = words(f"note.{self.key}", **self.values)
        if with_places and self.texts:
            text += " " + words("note.texts", texts=self.texts)
        if with_places and self.rows:
            text += " " + words("note.in_rows", rows=self.rows)
        return f"{self.source}: {text}" if self.source else text


@dataclass(frozen=True)
class Plain(NoteKind):
    """A kind without values: that it is there says all."""


@dataclass(frozen=True)
class Counted(NoteKind):
    """How many of something there are, one at least."""

    count: int
