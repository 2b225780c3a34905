"""What may stand out while a report is made, and in the list that is carried over."""

from dataclasses import dataclass

from forms.notes import Level, NoteKind, Plain

# --- what the report shows, and what lies beside it


@dataclass(frozen=True)
class RoundOpen(NoteKind, key="round_open", level=Level.NOTE):
    """The last day of a round that is open."""

    date: str


@dataclass(frozen=True)
class Withheld(NoteKind, key="withheld", level=Level.NOTE):
    """How many remarks stay out from now on, and the file that still has them."""

    count: int
    file: str


@dataclass(frozen=True)
class OfNewRemarks(NoteKind):
    """How many remarks nobody can have read before, on which tabs, and how to withhold one."""

    count: int
    tabs: str
    show: str
    show_no: str


class NewRemarks(OfNewRemarks, key="new_remarks"):
    """They are left out of the copy that is mailed."""


class NewRemarksShared(OfNewRemarks, key="new_remarks_shared"):
    """Nothing is mailed but the way to the workbook."""


@dataclass(frozen=True)
class NotCompared(NoteKind, key="not_compared", level=Level.NOTE):
    """The items that the last round asked in other words, and its name."""

    ids: str
    name: str


@dataclass(frozen=True)
class NotInRound(NoteKind, key="not_in_round", level=Level.NOTE):
    """An organisation did not take part in an earlier round, which is then not compared with."""

    name: str


@dataclass(frozen=True)
class SecretLost(NoteKind, key="secret_lost"):
    """The secret file is gone."""

    file: str


@dataclass(frozen=True)
class NewerCopy(NoteKind, key="newer_copy"):
    """A copy of the workbook that was saved after it."""

    file: str
    copy: str


@dataclass(frozen=True)
class AttachmentLarge(NoteKind, key="attachment_large"):
    """A workbook that is too large for a mail, and its size in MB."""

    file: str
    size: int


@dataclass(frozen=True)
class ReachesOut(NoteKind, key="reaches_out"):
    """What in a workbook reaches out of it: how much, and where."""

    file: str
    count: int
    places: str


# --- the action list, as it was carried over


@dataclass(frozen=True)
class OfColumn(NoteKind):
    """A column of the action list, by its title."""

    column: str


@dataclass(frozen=True)
class OfTab(NoteKind):
    """A tab of the workbook, by its name."""

    tab: str


@dataclass(frozen=True)
class OfList(NoteKind):
    """Statements on the list, and the title of the column that says why."""

    ids: str
    column: str


class ListAdded(OfList, key="list_added", level=Level.NOTE):
    """New on the list."""


class ListGone(OfList, key="list_gone", level=Level.NOTE):
    """No longer on it."""


class ListLeft(OfList, key="list_left", level=Level.NOTE):
    """Still on it because of what people wrote."""


class ListDoubled(OfList, key="list_doubled"):
    """More than once on it."""


class ListRenumbered(OfList, key="list_renumbered"):
    """Of which number and text are those of two statements."""


class ColumnRenewed(OfColumn, key="column_renewed"):
    """A column that was gone and is there again, empty."""


class ColumnFilled(OfColumn, key="column_filled"):
    """A column that was gone and is there again, filled in."""


class MarksLost(Plain, key="marks_lost"):
    """The hidden tab is gone."""


class TabKept(OfTab, key="tab_kept"):
    """A tab of ours that people built on, and that is theirs now."""


class TabLost(OfTab, key="tab_lost"):
    """A tab of ours that people wrote on, and that was made anew."""


@dataclass(frozen=True)
class DaysRead(NoteKind, key="days_read", level=Level.NOTE):
    """Days in words, and what they were taken for."""

    days: str


@dataclass(frozen=True)
class ShowUnread(NoteKind, key="show_unread"):
    """How many remarks have something else than yes or no, and the words for those."""

    count: int
    show: str
    show_yes: str
    show_no: str


@dataclass(frozen=True)
class OfRow(NoteKind):
    """A row of the list by what it is called, a text in it, and the title of its column."""

    row: str
    text: str
    column: str


class WordUnread(OfRow, key="word_unread"):
    """A word that is none of the choices."""


class DayUnread(OfRow, key="day_unread"):
    """A text that is no day."""


class DoneStillOpen(OfRow, key="done_still_open"):
    """A day of being done beside a status that says otherwise."""


class DroppedWhy(OfRow, key="dropped_why"):
    """A decision not to do it, without a reason."""


class TypedOver(OfRow, key="typed_over", level=Level.NOTE):
    """A figure of ours that people wrote over."""


class FormulaBroken(OfRow, key="formula_broken"):
    """A formula that loses what it points at."""
