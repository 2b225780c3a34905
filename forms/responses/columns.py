"""Which column holds what: a table's header held against the checklist."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from forms.checklist import Checklist, Item, Section
from forms.errors import HeadersError
from forms.known_columns import KNOWN_COLUMNS, Known
from forms.questionnaire import item_title, remark_subjects, remark_title
from forms.text import fold, one_line, shortened
from forms.wording import LANGUAGES, wording

Kind = Literal["known", "remark", "respondent", "item", "unread"]

_ID = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)(.?)", re.DOTALL)
_LISTED = 30


@dataclass(frozen=True)
class Column:
    """What one column was read as; `reworded` when only its id is the checklist's."""

    index: int
    header: str
    kind: Kind
    subject: str = ""
    reworded: bool = False


@dataclass(frozen=True)
class Columns:
    """Every column of a table, in the table's order."""

    all: tuple[Column, ...]

    def of(self, kind: Kind, subject: str) -> list[int]:
        """Return the indexes of all columns that hold this, left to right."""
        return [c.index for c in self.all if c.kind == kind and c.subject == subject]

    def by_subject(self, kind: Kind) -> dict[str, list[int]]:
        """Return the indexes of all columns of a kind, by what they are about."""
        found: dict[str, list[int]] = {}
        for column in self.all:
            if column.kind == kind:
                found.setdefault(column.subject, []).append(column.index)
        return found

    def known(self, known: Known) -> list[int]:
        """Return the indexes of a channel's own column."""
        return self.of("known", known.value)

    def reworded(self) -> list[Column]:
        """Return a column per item that no column asks in the checklist's own words."""
        items: dict[str, list[Column]] = {}
        for column in self.all:
            if column.kind == "item":
                items.setdefault(column.subject, []).append(column)
        return [found[-1] for found in items.values() if all(c.reworded for c in found)]


class ColumnReader:
    """Recognises headers for one checklist."""

    def __init__(self, checklist: Checklist) -> None:
        self.items: dict[str, Item] = {item.id.casefold(): item for item in checklist.items()}
        self.exact: dict[str, tuple[Kind, str]] = {}
        self.aliases: dict[str, str] = {}
        for title, subject in _remark_titles(checklist):
            self.exact.setdefault(title, ("remark", subject))
        for question in checklist.respondent:
            for name in (question.label, question.id):
                self.exact.setdefault(fold(name), ("respondent", question.id))
        for item in checklist.items():
            for text in (item_title(item), item.text):
                self.exact.setdefault(fold(text), ("item", item.id))
            self.aliases |= {fold(alias): item.id for alias in item.aliases}

    def read(self, header: Sequence[object]) -> Columns:
        """Say of each column what it holds."""
        return Columns(
            tuple(
                self._column(index, "" if cell is None else str(cell))
                for index, cell in enumerate(header)
            )
        )

    def recognised(self, header: Sequence[object]) -> int:
        """Return how many of the checklist's items have a column here."""
        return len(self.read(header).by_subject("item"))

    def _column(self, index: int, header: str) -> Column:
        name = one_line(header)
        if known := KNOWN_COLUMNS.get(fold(header)):
            return Column(index, name, "known", known.value)
        titles = [header, *_grid_row(header)]
        for title in titles:
            # Microsoft Forms numbers titles that stand there twice: "title2".
            for text in (title, title.rstrip().rstrip("0123456789")):
                if found := self.exact.get(fold(text)):
                    return Column(index, name, *found)
        for title in titles:
            if column := self._by_id(index, name, title):
                return column
        for title in titles:
            if subject := self.aliases.get(fold(title)):
                return Column(index, name, "item", subject)
        return Column(index, name, "unread")

    def _by_id(self, index: int, name: str, title: str) -> Column | None:
        match = _ID.match(title)
        if not match:
            return None
        item = self.items.get(match[1].casefold()) or self.items.get(
            match[1].rstrip("._-").casefold()
        )
        if item is None:
            return None
        ended = match[1] != match[1].rstrip("._-") or match[2] in ("", ":", ")")
        # "A" may be an id, but "A question of ours" is another column.
        if not ended and not (match[2].isspace() and any(c.isdigit() for c in item.id)):
            return None
        rest = fold(title[match.end(1) :])
        return Column(
            index, name, "item", item.id, reworded=bool(rest) and self.aliases.get(rest) != item.id
        )


def _grid_row(header: str) -> list[str]:
    """Return the row of a grid's header, `Title [row]`."""
    _, bracket, row = header.rstrip().partition("[")
    return [row[:-1]] if bracket and row.endswith("]") else []


def _remark_titles(checklist: Checklist) -> Iterator[tuple[str, str]]:
    """Yield every title a remark can have; those the checklist asks for today go first."""
    others: list[Item | Section] = [*checklist.items(), *checklist.sections]
    for subject in [*remark_subjects(checklist), *others]:
        for language in LANGUAGES:
            yield fold(remark_title(subject, wording(language))), subject.id


def check_columns(columns: Columns, checklist: Checklist, place: str) -> None:
    """Refuse a table that is not this checklist's.

    Raises HeadersError when no item is recognised, or when more than half of those that are
    have another text.
    """
    found = columns.by_subject("item")
    if not found:
        raise HeadersError(headers_message(place, [c.header for c in columns.all], checklist))
    reworded = columns.reworded()
    if 2 * len(reworded) > len(found):
        first = reworded[0]
        raise HeadersError(
            f"{place}: is this another checklist? {len(reworded)} of {len(found)} statements have "
            f"another text than the checklist's, the first being '{shortened(first.header, 80)}' "
            f"for {first.subject}; name the right one with --checklist, or put the former texts "
            "under 'aliases'"
        )


def headers_message(place: str, headers: Sequence[str], checklist: Checklist) -> str:
    """Return what was found and what was expected, a line each."""
    shown = [f"  {shortened(h, 90)}" for h in headers if h.strip()]
    expected = [f"  {shortened(item_title(item), 90)}" for item in checklist.items()]
    return "\n".join(
        [
            f"{place}: none of the columns is a statement of '{checklist.title}'.",
            "Found as headers:",
            *(_capped(shown) or ["  (nothing)"]),
            "Expected (the id, or the text, is enough):",
            *_capped(expected),
            "Is this the right file, the right tab (--tab) and the right checklist (--checklist)?",
        ]
    )


def _capped(lines: list[str]) -> list[str]:
    more = len(lines) - _LISTED
    return [*lines[:_LISTED], f"  … and {more} more"] if more > 0 else lines
