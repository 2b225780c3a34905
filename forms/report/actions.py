"""What was decided and how far it is: the follow-up as figures, mails and commands use it. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

from forms.dates import typed_day
from forms.report.follow_up import ActionList, Former, Formula, Kept, Row
from forms.text import fold, one_line, text_of
from forms.wording import LANGUAGES, wording

_Word = TypeVar("_Word", bound=StrEnum)


class Decision(StrEnum):
    """What the meeting decided."""

    NEEDED = "needed"
    DESIRABLE = "desirable"
    DROPPED = "dropped"
    LATER = "later"


class Status(StrEnum):
    """How far the owner is."""

    OPEN = "open"
    BUSY = "busy"
    DONE = "done"


@dataclass(frozen=True)
class Action:
    """A row of the action list as people keep it.

    `id` is empty for a row of their own. A day is None when there is none, or when what stands in
    the cell, `deadline_text`, is no date; likewise a word and its text. `asked` is False for an
    item that left the list.
    """

    id: str
    text: str
    decision: Decision | None
    decision_text: str
    owner: str
    deadline: date | None
    deadline_text: str
    status: Status | None
    status_text: str
    done_on: date | None
    note: str
    asked: bool = True
    is_new: bool = False

    @property
    def is_decided(self) -> bool:
        """Say whether the meeting chose to take it up."""
        return self.decision in {Decision.NEEDED, Decision.DESIRABLE}

    @property
    def is_open(self) -> bool:
        """Say whether it was taken up and is not done yet."""
        return self.is_decided and self.status is not Status.DONE

    def is_late(self, today: date) -> bool:
        """Say whether it should have been done before today; never before it was decided."""
        return self.is_open and self.deadline is not None and self.deadline < today


@dataclass(frozen=True)
class Standing:
    """How many actions stand where; `undecided` counts items alone."""

    undecided: int
    open: int
    late: int
    done: int
    dropped: int
    later: int


def action_of(
    former: Former, row: Row, item_id: str | None, today: date, *, asked: bool = True
) -> Action:
    """Return what a row says."""

    def said(name: str) -> str:
        return one_line(_text(former.cell(row, name)))

    def day(name: str) -> date | None:
        return typed_day(former.cell(row, name).shown, today, LANGUAGES)

    return Action(
        item_id or "",
        said("item") or said("action"),
        word(Decision, said("decision")),
        said("decision"),
        said("owner"),
        day("deadline"),
        said("deadline"),
        word(Status, said("status")),
        said("status"),
        day("done_on"),
        said("note"),
        asked,
    )


def actions_in(listed: ActionList, today: date) -> list[Action]:
    """Return what the rows of a new list say, with nothing decided on what is new."""
    found = []
    for line in listed.lines:
        if line.former and listed.former:
            asked = line.left is None
            found.append(action_of(listed.former, line.former, line.id, today, asked=asked))
        elif line.item:
            proposed = (line.item.id, line.item.text, None, "", line.item.owner or "", None, "")
            found.append(Action(*proposed, Status.OPEN, "", None, "", is_new=True))
    return found


def standing(actions: Iterable[Action], today: date) -> Standing:
    """Count the actions."""
    listed = list(actions)

    def count(holds: Callable[[Action], bool]) -> int:
        return sum(map(holds, listed))

    return Standing(
        undecided=count(lambda a: a.asked and bool(a.id) and not a.decision_text),
        open=count(lambda a: a.is_open),
        late=count(lambda a: a.is_late(today)),
        done=count(lambda a: a.is_decided and a.status is Status.DONE),
        dropped=count(lambda a: a.decision is Decision.DROPPED),
        later=count(lambda a: a.decision is Decision.LATER),
    )


def word(kind: type[_Word], text: str) -> _Word | None:
    """Return the decision or status that a text names, in Dutch or English."""
    return _words(kind).get(fold(text)) if text else None


@cache
def _words(kind: type[_Word]) -> dict[str, _Word]:
    table = kind.__name__.lower()
    return {
        fold(name): each
        for language in LANGUAGES
        for each in kind
        for name in (str(each), wording(language)(f"{table}.{each}"))
    }


def _text(cell: Kept) -> str:
    value = cell.shown
    if value is None and isinstance(cell.value, Formula):
        return cell.value.text
    return value.date().isoformat() if hasattr(value, "date") else text_of(value)
