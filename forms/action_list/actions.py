"""What was decided and how far it is: the follow-up as figures, mails and commands use it. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

from forms.action_list.columns import day_in
from forms.action_list.items import RowIds
from forms.action_list.model import (
    ActionList,
    ExistingList,
    ExistingRow,
    Formula,
    RetainedReason,
    UserCell,
    fingerprint,
)
from forms.text import normalize, one_line, text_of
from forms.wording import LANGUAGES, Wording, wording

# What a formula comes to is known once Excel has opened and saved it.
_UNKNOWN = "=…"
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
    the cell, `deadline_text`, is no date; likewise a word and its text. `has_left` is said of an
    item that the report no longer asks for. `proposed` names the columns that still hold what
    vinkje proposed: nobody wrote anything else there.
    """

    id: str
    text: str
    do: str
    decision: Decision | None
    decision_text: str
    owner: str
    deadline: date | None
    deadline_text: str
    status: Status | None
    status_text: str
    done_on: date | None
    note: str
    has_left: bool = False
    proposed: frozenset[str] = frozenset()

    @property
    def is_decided(self) -> bool:
        """Say whether the meeting chose to take it up."""
        return self.decision in {Decision.NEEDED, Decision.DESIRABLE}

    @property
    def waits(self) -> bool:
        """Say whether the meeting must still decide: also where no decision of ours is written."""
        return bool(self.id) and not self.has_left and self.decision is None

    @property
    def is_unclear(self) -> bool:
        """Say whether it does not count, and somebody may think that it does.

        Something that is no decision stands there; or nothing, in a row of people's own that has
        an owner or a deadline.
        """
        if self.decision or self.waits:
            return False
        is_own = not self.id and not self.has_left
        return bool(self.decision_text or (is_own and (self.owner or self.deadline_text)))

    @property
    def is_open(self) -> bool:
        """Say whether it was taken up and is not done yet."""
        return self.is_decided and self.status is not Status.DONE

    @property
    def is_done(self) -> bool:
        """Say whether it was taken up and is done."""
        return self.is_decided and self.status is Status.DONE

    @property
    def is_settled(self) -> bool:
        """Say whether nothing is left to do: it is done, or was not taken up."""
        return self.is_done or self.decision is Decision.DROPPED

    def is_late(self, today: date) -> bool:
        """Say whether it should have been done before today; never before it was decided."""
        return self.is_open and self.deadline is not None and self.deadline < today


@dataclass(frozen=True)
class Standing:
    """How many actions stand where; `undecided` counts items, once each."""

    undecided: int
    open: int
    late: int
    done: int
    later: int
    dropped: int


def action_of(
    existing: ExistingList,
    row: ExistingRow,
    item_id: str | None,
    today: date,
    *,
    has_left: bool = False,
) -> Action:
    """Return what a row says."""

    def text(name: str) -> str:
        return one_line(_text(existing.cell(row, name)))

    # In a cell, people put one below the other.
    owner = one_line("; ".join(filter(str.strip, _text(existing.cell(row, "owner")).splitlines())))

    def day(name: str) -> date | None:
        return day_in(name, existing.cell(row, name).shown, today)

    return Action(
        item_id or "",
        text("item") or text("action"),
        text("action"),
        word(Decision, text("decision")),
        text("decision"),
        owner,
        day("deadline"),
        text("deadline"),
        word(Status, text("status")),
        text("status"),
        day("done_on"),
        text("note"),
        has_left,
        _proposed(existing, row, item_id),
    )


def _proposed(existing: ExistingList, row: ExistingRow, item_id: str | None) -> frozenset[str]:
    marks = existing.written.get(item_id or "", {})
    return frozenset(
        name
        for name in ("owner", "deadline")
        if marks.get(name) and fingerprint(existing.cell(row, name).value) == marks[name]
    )


def actions_in(action_list: ActionList, today: date) -> list[Action]:
    """Return what the rows of a new list say, with nothing decided on what is new."""
    actions = []
    existing = action_list.existing
    for line in action_list.lines:
        if line.existing and existing:
            left = line.left is not None
            actions.append(action_of(existing, line.existing, line.id, today, has_left=left))
        elif line.item:
            item = line.item
            proposed = (item.id, item.text, item.action or "", None, "", item.owner or "")
            actions.append(Action(*proposed, None, "", Status.OPEN, "", None, ""))
    if existing:
        below = [row for row in action_list.below if _holds_action(existing, row)]
        actions += [action_of(existing, row, None, today) for row in below]
    return actions


def _holds_action(existing: ExistingList, row: ExistingRow) -> bool:
    return not row.is_blank and row.number != existing.totals


def actions_of(existing: ExistingList, today: date) -> list[Action]:
    """Return what every row of a workbook's list says; rows of people's own have no id."""
    ids = RowIds(existing)
    left = {
        normalize(wording(language)(f"left.{reason}"))
        for language in LANGUAGES
        for reason in RetainedReason
    }
    actions = []
    for row in existing.rows:
        # Without marks, a Nr is an item's as far as anybody knows.
        number = "" if existing.written else one_line(text_of(existing.cell(row, "id").shown))
        item_id = ids.of(row) or number
        has_left = normalize(text_of(existing.cell(row, "priority").shown)) in left
        if _holds_action(existing, row):
            actions.append(action_of(existing, row, item_id, today, has_left=has_left))
    return actions


def by_owner(actions: Iterable[Action], today: date) -> dict[str, list[Action]]:
    """Return the open actions by who holds them: late first, then by deadline, then as listed."""
    owners: dict[str, list[Action]] = {}
    names: dict[str, str] = {}
    for action in actions:
        if action.is_open:
            name = names.setdefault(normalize(action.owner), action.owner)
            owners.setdefault(name, []).append(action)
    for held in owners.values():
        held.sort(key=lambda a: (not a.is_late(today), a.deadline or date.max))
    lateness = {name: not any(a.is_late(today) for a in owners[name]) for name in owners}
    return {n: owners[n] for n in sorted(owners, key=lambda n: (not n, lateness[n], normalize(n)))}


def actions_json(actions: Sequence[Action], today: date) -> dict[str, object]:
    """Return the actions as `--json` gives them; days are ISO dates, or null.

    Other programs read it: a key may come, and none may go or mean something else.
    """
    return {
        "date": today.isoformat(),
        "standing": vars(standing(actions, today)),
        "actions": [
            {
                "id": action.id or None,
                "text": action.text,
                "action": action.do,
                "decision": action.decision,
                "decision_text": action.decision_text,
                "owner": action.owner,
                "deadline": action.deadline and action.deadline.isoformat(),
                "deadline_text": action.deadline_text,
                "status": action.status,
                "status_text": action.status_text,
                "done_on": action.done_on and action.done_on.isoformat(),
                "note": action.note,
                "open": action.is_open,
                "late": action.is_late(today),
                "left": action.has_left,
            }
            for action in actions
        ],
    }


def standing(actions: Iterable[Action], today: date) -> Standing:
    """Count the actions."""
    every = list(actions)

    def count(holds: Callable[[Action], bool]) -> int:
        return sum(map(holds, every))

    return Standing(
        undecided=len({action.id for action in every if action.waits}),
        open=count(lambda a: a.is_open),
        late=count(lambda a: a.is_late(today)),
        done=count(lambda a: a.is_done),
        dropped=count(lambda a: a.decision is Decision.DROPPED),
        later=count(lambda a: a.decision is Decision.LATER),
    )


def word(kind: type[_Word], text: str) -> _Word | None:
    """Return the decision or status that a text names, in Dutch or English."""
    return _words(kind).get(normalize(text)) if text else None


def as_listed(words: Wording, known: StrEnum | None, typed: str) -> str:
    """Return a decision or status as the list spells it, however people typed it."""
    return words(f"{type(known).__name__.lower()}.{known}") if known else typed


def spellings(member: StrEnum) -> list[str]:
    """Return what people may write for a decision or a status: its name, in Dutch or English."""
    key = f"{type(member).__name__.lower()}.{member}"
    names = [str(member), *(wording(language)(key) for language in LANGUAGES)]
    return list({normalize(name): name for name in names}.values())


@cache
def _words(kind: type[_Word]) -> dict[str, _Word]:
    return {normalize(name): member for member in kind for name in spellings(member)}


def _text(cell: UserCell) -> str:
    value = cell.shown
    if value is None and isinstance(cell.value, Formula):
        return _UNKNOWN
    return value.date().isoformat() if hasattr(value, "date") else text_of(value)
