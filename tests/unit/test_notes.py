"""Notes: each kind has words in both languages, a level, and values of its own types."""

import string
from dataclasses import fields
from typing import Any

import pytest

from forms.notes import KINDS, Level, Note
from forms.report.note_kinds import RoundOpen
from forms.responses.note_kinds import Doubled, saved_note
from forms.wording import LANGUAGES, wording

# Both rooms' kinds are known once one of each is.
assert {Doubled.key, RoundOpen.key} <= set(KINDS)
# Behind any note, for who makes the report.
BEHIND = {"texts", "in_rows"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_words_and_all_words_a_kind(language: str) -> None:
    """A note without words would stop a report; words without a kind are said by nobody."""
    words = wording(language).texts
    keys = {key.removeprefix("note.") for key in words if key.startswith("note.")}
    assert keys - BEHIND == set(KINDS)
    for key, kind in KINDS.items():
        placeholders = {name for _, name, _, _ in string.Formatter().parse(words[f"note.{key}"])}
        values: Any = kind
        assert placeholders - {None} <= {field.name for field in fields(values)}, key


def test_every_kind_has_a_level_and_plain_values() -> None:
    """What is kept of a note is JSON, so its values are texts and whole numbers."""
    for key, kind in KINDS.items():
        values: Any = kind
        assert kind.level in Level, key
        assert {field.type for field in fields(values)} <= {str, int}, key


def test_what_is_kept_of_a_note() -> None:
    """Values come back as their kind's own types; rows and texts are the maker's alone."""
    note = Note(Doubled("S1", 2, 3), source="a.csv", rows="4", texts="x")
    assert note.as_dict() == {
        "key": "doubled",
        "values": {"id": "S1", "columns": 2, "rows": 3},
        "source": "a.csv",
        "rows": "4",
        "texts": "x",
    }
    assert saved_note(note.as_dict()) == Note(Doubled("S1", 2, 3), source="a.csv")
    values = {"id": 1, "columns": "2", "rows": "3"}
    typed = saved_note({"key": "doubled", "values": values, "source": ""})
    assert typed.kind == Doubled("1", 2, 3)


@pytest.mark.parametrize(
    "saved",
    [
        {"key": "gone", "values": {"id": "S1", "columns": 2, "rows": 3}, "source": ""},
        {"key": "doubled", "values": {"id": "S1", "columns": 2}, "source": ""},
        {"key": "doubled", "values": {"id": "S1", "columns": "two", "rows": 3}, "source": ""},
        {"key": "doubled", "values": {"id": "S1", "columns": None, "rows": 3}, "source": ""},
    ],
)
def test_what_is_no_note(saved: dict[str, Any]) -> None:
    """A file that somebody changed is said to be damaged, not believed."""
    with pytest.raises((LookupError, TypeError, ValueError)):
        saved_note(saved)
