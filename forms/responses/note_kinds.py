"""What may stand out while answers are read and compared: a class a kind."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from forms.notes import KINDS, Counted, Level, Note, NoteKind, Plain


def saved_note(saved: Mapping[str, Any]) -> Note:
    """Return the note that `as_dict` was made from, without its rows and texts.

    Raises LookupError, TypeError or ValueError for what is none.
    """
    kind: Any = KINDS[saved["key"]]
    # Of the types that the kind says, whatever the file holds.
    values = {
        field.name: field.type(saved["values"][field.name])
        for field in fields(kind)
        if isinstance(field.type, type)
    }
    return Note(kind(**values), str(saved["source"]))


# --- where the answers stand: sources, tabs, rows


@dataclass(frozen=True)
class Encoding(NoteKind, key="encoding"):
    """The encoding that a text was read in; UTF-8 fails from a line on."""

    name: str
    line: int


class DamagedTexts(Counted, key="damaged_texts"):
    """Texts with letters that are damaged (see `mojibake`): they are shown as they are."""


@dataclass(frozen=True)
class OtherTabs(NoteKind, key="other_tabs"):
    """The tab that was read, and which others hold answers, with how many."""

    tab: str
    others: str


@dataclass(frozen=True)
class HeaderRow(NoteKind, key="header_row", level=Level.NOTE):
    """The row with the header, where it is not the first, and what stands above it."""

    row: int
    above: str


@dataclass(frozen=True)
class SecondHeader(NoteKind, key="second_header", level=Level.NOTE):
    """The row with a second header: what stands below it is read on by that."""

    row: int


class HeaderRepeated(Counted, key="header_repeated", level=Level.NOTE):
    """Rows that say the header again, as files do that are put together; they count as none."""


class HiddenRows(Counted, key="hidden_rows"):
    """Rows that a filter or somebody hides; they count."""


class MergedCells(Counted, key="merged_cells"):
    """Merged cells below statements: only the first row of each has its answer."""


class SuspectRows(Counted, key="suspect_rows"):
    """Rows of which the cells may have moved: an answer where none is asked, none where one is."""


class Unusable(Counted, key="unusable"):
    """Rows with text and no answer; their remarks are shown all the same."""


class Alike(Counted, key="alike"):
    """Rows that are like another one in everything, to the second; they count."""


class Flagged(Counted, key="flagged"):
    """Responses with something in the field that people do not see."""


class DeletedQuestions(Counted, key="deleted_questions"):
    """Answers to questions that are no longer in the form; they are not read."""


# --- which columns hold what


@dataclass(frozen=True)
class NotAsked(NoteKind, key="not_asked"):
    """A statement that no source has: it gets no verdict."""

    id: str


@dataclass(frozen=True)
class NotAskedHere(NoteKind, key="not_asked_here"):
    """Statements that only other sources have."""

    ids: str


@dataclass(frozen=True)
class Reworded(NoteKind, key="reworded"):
    """A statement that has another text in the source, though its id is the same."""

    id: str
    header: str


@dataclass(frozen=True)
class Doubled(NoteKind, key="doubled"):
    """A statement with several columns, and in how many rows these differ."""

    id: str
    columns: int
    rows: int


@dataclass(frozen=True)
class Beside(NoteKind, key="beside"):
    """A statement's column, the doubtful one beside it, and how many rows count by that."""

    id: str
    header: str
    other: str
    rows: int


@dataclass(frozen=True)
class _AnswersElsewhere(NoteKind):
    """The statements without a column, and the columns that hold answers all the same."""

    ids: str
    columns: str


class LostColumns(_AnswersElsewhere, key="lost_columns"):
    """Some statement has no column, and these may be it."""


class NamelessColumns(_AnswersElsewhere, key="nameless_columns"):
    """Every statement has a column, and `ids` is empty."""


@dataclass(frozen=True)
class _NoSplit(NoteKind):
    """The question that splits and has no column, and which columns it may be."""

    label: str
    id: str
    columns: str


class SplitRenamed(_NoSplit, key="split_renamed"):
    """Some columns hold its choices, so it may have another name there."""


class SplitMissing(_NoSplit, key="split_missing"):
    """No column holds its choices, and `columns` is empty."""


@dataclass(frozen=True)
class RemarksMissing(NoteKind, key="remarks_missing"):
    """Questions for remarks without a column, and which columns they may be."""

    titles: str
    columns: str


@dataclass(frozen=True)
class Recorded(NoteKind, key="recorded"):
    """The columns with personal data, which no checklist asks for."""

    headers: str


# --- which texts are answers, and which of a person's responses is the last


@dataclass(frozen=True)
class ItemUnread(NoteKind, key="item_unread"):
    """A statement of which no answer is recognised, and how many it has."""

    id: str
    count: int


class UnreadOften(Plain, key="unread_often"):
    """Texts that are no answer and stand there often: no slip of the pen."""


class UnreadCells(Counted, key="unread_cells"):
    """Cells in statements' columns with a text that is no answer; they count as empty."""


class Replaced(Counted, key="replaced"):
    """Rows replaced by a later one from the same address."""


class Revised(Counted, key="revised", level=Level.NOTE):
    """Responses that were changed later in our own form."""


@dataclass(frozen=True)
class LatestByColumn(NoteKind, key="latest_by_column", level=Level.NOTE):
    """The column without a known header that told which response is the last."""

    header: str


class LatestByOrder(Counted, key="latest_by_order"):
    """People of whom nothing but the order of rows told it."""


class UnreadDates(Counted, key="unread_dates"):
    """Times that cannot be read."""


class MixedTimes(Counted, key="mixed_times"):
    """Times that are text among real ones, typed by hand perhaps."""


class AmbiguousDays(Plain, key="ambiguous_days"):
    """Days that can be read in two ways, such as 3/4/2026; the month was taken to come first."""


class FutureTimes(Counted, key="future_times"):
    """Times after today, by the day in the checklist's time zone."""


# --- what may be compared


@dataclass(frozen=True)
class Held(NoteKind, key="held", level=Level.NOTE):
    """New statements that are not shown yet, and how many people must have answered."""

    ids: str
    least: int


@dataclass(frozen=True)
class NearlyAlike(NoteKind, key="nearly_alike"):
    """An earlier round that is not compared with, and how many people must differ."""

    name: str
    least: int


@dataclass(frozen=True)
class LaterRound(NoteKind, key="later_round"):
    """An earlier round that was answered after this one."""

    name: str
