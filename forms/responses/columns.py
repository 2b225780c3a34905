"""Which column holds what: a table's header held against the checklist."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from gettext import gettext, ngettext
from typing import Literal

from forms.checklist.model import Checklist, Item, Section
from forms.errors import HeadersError
from forms.excel.references import column_letters
from forms.known_columns import Known, known_column
from forms.questionnaire import item_title, remark_subjects, remark_title
from forms.responses.answers import answer_codes
from forms.responses.mojibake import mended
from forms.text import normalize, one_line, shortened
from forms.wording import LANGUAGES, wording

Kind = Literal["known", "remark", "respondent", "item", "unread"]

_ID = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)(.?)", re.DOTALL)
# What tools put before a question: "3.", "3)", "Vraag 3 -", "Q3:".
_NUMBERED = re.compile(
    r"\s*(?:(?:vraag|stelling|question|q|v)\s*)?\d{1,3}[-.:)\s\u2013\u2014]+", re.IGNORECASE
)
_COPY = re.compile(r"(?:\(\d{1,3}\)|\d{1,3})$")
# No header is as long: what is, is an answer that somebody wrote.
_LONGEST = 10_000
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
# Headers that one message lists: the twenty statements that ship fit.
_LISTED = 30
# A beginning as long as this, or as this beside the right id, is a statement that was cut.
_CUT_FROM, _CUT_BESIDE_ID_FROM = 30, 10
# Of fewer words than this, a longer text may well be another question.
_WORDS_BEFORE_HELP = 3
_MARKS = ("-", ":", ".", ")", "\u2013")
# Distinct cells whose meaning is kept: rows are looked at as headers too.
_REMEMBERED = 10_000
_DEEPEST_GROUP = 5


class Match(IntEnum):
    """How sure a header is; a column never counts where a surer one is filled.

    EXACT has the checklist's own words (or the id alone, or an alias); NEAR has them with help
    text behind, or cut; BEHIND has the title behind other words, such as a group's name; ID has
    the id and other words: a former wording, or something of people's own; LOOSE is like that
    with nothing but a space between.
    """

    EXACT = 0
    NEAR = 1
    BEHIND = 2
    ID = 3
    LOOSE = 4


@dataclass(frozen=True)
class Column:
    """What one column was read as; `match` says how sure that is.

    `index` counts from 0; `header` is on one line; `subject` is the id of an item, a section or a
    question, or a `Known`'s value, and empty for an unread column.
    """

    index: int
    header: str
    kind: Kind
    subject: str = ""
    match: Match = Match.EXACT

    @property
    def reworded(self) -> bool:
        """Say whether only its id is the checklist's, and its words are others."""
        return self.match >= Match.ID

    @property
    def letter(self) -> str:
        """Return what a spreadsheet calls the column: A, B, … Z, AA, by its place in the table."""
        return column_letters(self.index + 1)


@dataclass(frozen=True)
class Columns:
    """Every column of a table, in the table's order: a column of `all` stands at its `index`."""

    all: tuple[Column, ...]

    def of(self, kind: Kind, subject: str) -> list[int]:
        """Return the indexes of all columns that hold this, left to right."""
        return [c.index for c in self.all if c.kind == kind and c.subject == subject]

    def by_subject(self, kind: Kind) -> dict[str, list[int]]:
        """Return the indexes of all columns of a kind, by what they are about."""
        return {s: [c.index for c in columns] for s, columns in self.columns(kind).items()}

    def columns(self, kind: Kind) -> dict[str, list[Column]]:
        """Return all columns of a kind, left to right, by what they are about."""
        by_subject: dict[str, list[Column]] = {}
        for column in self.all:
            if column.kind == kind:
                by_subject.setdefault(column.subject, []).append(column)
        return by_subject

    def known(self, known: Known) -> list[int]:
        """Return the indexes of a channel's own column, left to right; none where it lacks."""
        return self.of("known", known.value)

    def reworded(self) -> list[Column]:
        """Return a column per item that no column asks in the checklist's own words."""
        items = self.columns("item").values()
        return [columns[-1] for columns in items if all(c.reworded for c in columns)]

    def without(self, column: Column) -> "Columns":
        """Return the same with one column that is read no more: its kind is `unread`."""
        unread = Column(column.index, column.header, "unread")
        return Columns(tuple(unread if own == column else own for own in self.all))

    def reads_alike(self, other: "Columns") -> bool:
        """Say whether another header says the same of every column that is read."""
        return [_meaning(c) for c in self.all if c.kind != "unread"] == [
            _meaning(c) for c in other.all if c.kind != "unread"
        ]


def _meaning(column: Column) -> tuple[int, str, str]:
    return column.index, column.kind, column.subject


# A column's kind, what it is about, and how sure that is; and the same behind its header.
Reading = tuple[Kind, str, Match]
Meaning = tuple[str, Kind, str, Match]


class ColumnReader:
    """Recognises headers for one checklist, surest reading first (see `Match`).

    docs/en/counting-answers.md says the same to users.
    """

    def __init__(self, checklist: Checklist) -> None:
        self.items: dict[str, Item] = {item.id.casefold(): item for item in checklist.items()}
        self.meanings: dict[str, Meaning] = {}
        self.texts = {item.id: normalize(item.text) for item in checklist.items()}
        self.exact: dict[str, tuple[Kind, str]] = {}
        self.aliases: dict[str, str] = {}
        # First come first served: a remark's title, then a question's, and last an item's.
        for title, subject in _remark_titles(checklist):
            self.exact.setdefault(title, ("remark", subject))
        self.remarks = list(self.exact.items())
        for question in checklist.respondent:
            for name in (question.label, question.id):
                self.exact.setdefault(normalize(name), ("respondent", question.id))
        split = checklist.split_question()
        self.split = split.id if split else ""
        self.choices = frozenset(map(normalize, split.choices)) if split else frozenset()
        self.answers = answer_codes(checklist)
        self.titles = {item.id: normalize(item_title(item)) for item in checklist.items()}
        self.statements = frozenset(
            normalize(text) for item in checklist.items() for text in (item_title(item), item.text)
        )
        self.questions: list[tuple[str, tuple[Kind, str]]] = [
            *((text, ("item", item)) for item, text in self.texts.items()),
            *((normalize(q.label), ("respondent", q.id)) for q in checklist.respondent),
        ]
        for item in checklist.items():
            for text in (item_title(item), item.text):
                self.exact.setdefault(normalize(text), ("item", item.id))
            self.aliases |= {normalize(alias): item.id for alias in item.aliases}

    def read(self, header: Sequence[object]) -> Columns:
        """Say of each column what it holds.

        What only begins with an item's id, such as "S1 oordeel MT", is that item's where no surer
        column is.
        """
        texts = ("" if cell is None else str(cell) for cell in header)
        columns = Columns(tuple(Column(index, *self.meaning(t)) for index, t in enumerate(texts)))
        for own in columns.columns("item").values():
            if min(column.match for column in own) < Match.LOOSE:
                for column in own:
                    columns = columns.without(column) if column.match is Match.LOOSE else columns
        return columns

    def meaning(self, header: str) -> Meaning:
        """Say what a column with this header holds; worked out once, since rows are looked at."""
        if header not in self.meanings and len(self.meanings) < _REMEMBERED:
            self.meanings[header] = self._meaning(header)
        return self.meanings.get(header) or self._meaning(header)

    def recognised(self, header: Sequence[object]) -> int:
        """Return how many of the checklist's items have a column here."""
        meanings = (self.meaning(str(cell)) for cell in header if cell is not None)
        return len({subject for _, kind, subject, _ in meanings if kind == "item"})

    def is_header(self, row: Sequence[object]) -> bool:
        """Say whether a row names half of the items or more; of most rows a few cells tell."""
        filled = [str(cell) for cell in filter(None, row)]
        named: set[str] = set()
        for looked_at, text in enumerate(filled):
            if 2 * (len(named) + len(filled) - looked_at) < len(self.items):
                return False
            _, kind, subject, _ = self.meaning(text)
            named |= {subject} if kind == "item" else set()
        return bool(filled) and 2 * len(named) >= len(self.items)

    def begins_table(self, row: Sequence[object]) -> bool:
        """Say whether a row without answers is the header of a table, perhaps of fewer items."""
        texts = (normalize(cell) for cell in filter(None, row) if isinstance(cell, str))
        return sum(text in self.statements for text in texts) > 1 or self.is_header(row)

    def _meaning(self, header: str) -> Meaning:
        name, plain = one_line(header), _plain(header[:_LONGEST])
        if known := known_column(mended(plain)):
            return name, "known", known.value, Match.EXACT
        titles = [t for text in dict.fromkeys((plain, mended(plain))) for t in _titles(text)]
        # "S1. Toelichting (niet verplicht)" is no other wording of S1, so remarks go before ids.
        for read in (self._exact, self._remark, self._by_id, self._alias, self._near):
            for title in titles:
                if reading := read(title):
                    return name, *reading
        if behind := self._behind(normalize(mended(plain))):
            return name, *behind
        return name, "unread", "", Match.EXACT

    def _behind(self, text: str) -> Reading | None:
        """Return the item whose whole title, id and all, stands at the end."""
        items = [item for item, title in self.titles.items() if title in text]
        is_one = len(items) == 1 and text.endswith(f" {self.titles[items[0]]}")
        return ("item", items[0], Match.BEHIND) if is_one else None

    def _exact(self, title: str) -> Reading | None:
        # Tools number titles that stand there twice: "title2", "title (2)".
        texts = (title, _COPY.sub("", title.rstrip()))
        exact = next(filter(None, (self.exact.get(normalize(text)) for text in texts)), None)
        return (*exact, Match.EXACT) if exact else None

    def _remark(self, title: str) -> Reading | None:
        remark = _continued(normalize(title), self.remarks, least=1)
        return (*remark, Match.NEAR) if remark else None

    def _alias(self, title: str) -> Reading | None:
        item = self.aliases.get(normalize(title))
        return ("item", item, Match.EXACT) if item else None

    def _by_id(self, title: str) -> Reading | None:
        match = _ID.match(title)
        if not match:
            return None
        item = self.items.get(match[1].casefold()) or self.items.get(
            match[1].rstrip("._-").casefold()
        )
        if item is None:
            return None
        is_ended = match[1] != match[1].rstrip("._-") or match[2] in ("", ":", ")")
        # "A" may be an id, but "A question of ours" is another column.
        if not is_ended and not (match[2].isspace() and any(c.isdigit() for c in item.id)):
            return None
        rest = title[match.end(1) :]
        if self._is_of_another(normalize(rest), item.id):
            return "unread", "", Match.EXACT
        is_tailed = "[" in rest and rest.rstrip().endswith("]")
        how = self._of_its_text(normalize(rest), item.id, is_tailed=is_tailed)
        if how is None:
            how = Match.ID if is_ended or rest.lstrip()[:1] in _MARKS else Match.LOOSE
        return "item", item.id, how

    def _of_its_text(self, rest: str, item: str, *, is_tailed: bool) -> Match | None:
        """Say how the words behind an id are that item's; None when they are other words.

        What ends in brackets, such as [Score] or [Comment], is a tool's own column beside it.
        """
        if not rest or self.aliases.get(rest) == item:
            return Match.EXACT
        text = self.texts[item]
        if rest == text:
            return Match.EXACT
        if is_tailed:
            return Match.LOOSE
        is_cut = len(rest) >= _CUT_BESIDE_ID_FROM and text.startswith(rest)
        return Match.NEAR if is_cut or rest.startswith(f"{text} ") else None

    def _is_of_another(self, rest: str, item: str) -> bool:
        """Say whether the words behind an id are another item's: then neither is certain."""
        kind, subject = self.exact.get(rest, ("", ""))
        return kind == "item" and subject != item and " " in rest

    def _near(self, title: str) -> Reading | None:
        """Return the one question whose text goes on behind this, or is cut."""
        if title.rstrip().endswith("]"):
            return None
        text = normalize(title)
        if subject := _continued(text, self.questions, least=_WORDS_BEFORE_HELP):
            return (*subject, Match.NEAR)
        cut = [subject for question, subject in self.questions if question.startswith(text)]
        return (*cut[0], Match.NEAR) if len(cut) == 1 and len(text) >= _CUT_FROM else None


def _continued(
    text: str, subjects: Sequence[tuple[str, tuple[Kind, str]]], least: int
) -> tuple[Kind, str] | None:
    """Return whose text, of so many words at least, this goes on behind; the longest one."""
    begun = [
        (len(folded), subject)
        for folded, subject in subjects
        if text.startswith(f"{folded} ") and folded.count(" ") + 1 >= least
    ]
    return max(begun)[1] if begun else None


def _plain(header: str) -> str:
    """Return a header without the markup that some tools leave in it."""
    if "<" not in header and "&" not in header:
        return header
    return html.unescape(_TAG.sub(" ", header))


def _titles(header: str) -> Iterator[str]:
    """Yield what a header may say: all of it, a row of a grid or group, without a number before."""
    whole = [header, *_grid_row(header), *_in_group(header)]
    yield from whole
    for title in whole:
        if match := _NUMBERED.match(title):
            yield title[match.end() :]


def _in_group(header: str) -> Iterator[str]:
    """Yield what stands behind the name of a group: JotForm's `a >> b`, Kobo's `a/b/c`."""
    for mark in (">>", "/"):
        pieces = header.split(mark, _DEEPEST_GROUP)
        yield from (mark.join(pieces[n:]) for n in range(1, len(pieces)))


def _grid_row(header: str) -> list[str]:
    """Return the row of a grid's header, `Title [row]`."""
    _, bracket, row = header.rstrip().partition("[")
    return [row[:-1]] if bracket and row.endswith("]") else []


def _remark_titles(checklist: Checklist) -> Iterator[tuple[str, str]]:
    """Yield every title a remark can have; those the checklist asks for today go first."""
    others: list[Item | Section] = [*checklist.items(), *checklist.sections]
    for subject in [*remark_subjects(checklist), *others]:
        for language in LANGUAGES:
            yield normalize(remark_title(subject, wording(language))), subject.id


def check_columns(columns: Columns, checklist: Checklist, place: str) -> None:
    """Refuse a table that is not this checklist's.

    Raises HeadersError when no item is recognised, or when more than half of those that are
    have another text.
    """
    items = columns.by_subject("item")
    if not items:
        raise HeadersError(place, _no_statement([c.header for c in columns.all], checklist))
    reworded = columns.reworded()
    if 2 * len(reworded) > len(items):
        first = reworded[0]
        raise HeadersError(
            place,
            gettext(
                "is this another checklist? {count} of {total} statements have another text than "
                "the checklist's, the first being '{header}' for {id}"
            ).format(
                count=len(reworded),
                total=len(items),
                header=shortened(first.header, 80),
                id=first.subject,
            ),
            gettext("name the right one with --checklist, or put the former texts under 'aliases'"),
        )


def _no_statement(headers: Sequence[str], checklist: Checklist) -> str:
    """Return which headers there are and which were expected, a line each."""
    there = [shortened(header, 90) for header in headers if header.strip()]
    expected = [shortened(item_title(item), 90) for item in checklist.items()]
    return gettext(
        "none of the columns is a statement of '{title}'.\n"
        "Found as headers:\n"
        "{there}\n"
        "Expected (the id, or the text, is enough):\n"
        "{expected}\n"
        "Look whether this is the right file, the right tab (--tab) and the right checklist "
        "(--checklist)"
    ).format(
        title=checklist.title,
        there=_indented(there or [gettext("(nothing)")]),
        expected=_indented(expected),
    )


def _indented(lines: list[str]) -> str:
    more = len(lines) - _LISTED
    rest = [ngettext("… and {count} more", "… and {count} more", more).format(count=more)]
    return "\n".join(f"  {line}" for line in [*lines[:_LISTED], *(rest if more > 0 else [])])
