"""What reminders say: to owners their own open actions, to the coordinator all of them. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.headerregistry import Address

from forms.action_list.actions import Action, Standing, Status, as_listed, standing
from forms.mail.addresses import key_of
from forms.mail.body import Mail, MailEntry, MailPart, fitted
from forms.mail.headers import header_text
from forms.mail.owners import Owners, key_of_name
from forms.mail.phrases import LONG, SHORT, day_of, decision_line
from forms.text import one_line, shortened
from forms.wording import Wording

# Days: what is due within these is asked for now, and what is late is said again after as many.
SOON = 7
REMINDER, OVERVIEW = "reminder", "overview"
REMINDERS = {REMINDER, OVERVIEW}
# Letters of the checklist's title that a subject takes, behind what counts.
_LONGEST_TITLE = 60
_MOST_ASKED = 3


@dataclass(frozen=True)
class OpenActions:
    """The action list of a workbook on a day, and the shared place where it lies, if any."""

    title: str
    words: Wording
    actions: Sequence[Action]
    today: date
    link: str = ""


@dataclass(frozen=True)
class Reminder:
    """One mail: of which kind, by which name, for whom; `to` is empty where nobody knows."""

    kind: str
    name: str
    to: tuple[Address, ...]
    mail: Mail
    is_late: bool


@dataclass
class _Holder:
    """Somebody who holds actions: with an address, or by a name alone."""

    name: str
    to: tuple[Address, ...]
    actions: list[Action] = field(default_factory=list)


@dataclass(frozen=True)
class _When:
    """Open actions by how near their deadline is, the earliest first."""

    late: list[Action]
    soon: list[Action]
    later: list[Action]
    undated: list[Action]


def reminders(
    open_actions: OpenActions, owners: Owners, coordinator: Address | None
) -> list[Reminder]:
    """Return a mail for every owner of open actions, and one for the coordinator.

    Where nothing is open, and nothing waits for a decision, there is none.
    """
    holders = _holders(open_actions, owners)
    mails = [_of_owner(open_actions, holder, coordinator) for holder in holders]
    if any(action.is_open or action.waits or action.is_unclear for action in open_actions.actions):
        nameless = [holder for holder in holders if not holder.to]
        to = (coordinator,) if coordinator else ()
        mails.append(_of_all(open_actions, nameless, to))
    return mails


def _holders(open_actions: OpenActions, owners: Owners) -> list[_Holder]:
    """Return who holds what is open, in the list's order; without an address by their name."""
    by_key: dict[tuple[bool, str], _Holder] = {}
    for action in open_actions.actions:
        if not action.is_open:
            continue
        holders = owners.of(action.owner)
        for to in holders.known:
            holder = _Holder(one_line(to.display_name) or to.addr_spec, (to,))
            by_key.setdefault((True, key_of(to)), holder).actions.append(action)
        for name in holders.unknown:
            holder = _Holder(one_line(name), ())
            by_key.setdefault((False, key_of_name(name)), holder).actions.append(action)
    return list(by_key.values())


def _when(actions: Iterable[Action], today: date) -> _When:
    by_deadline = sorted(actions, key=lambda action: action.deadline or date.max)
    last = today + timedelta(days=SOON)
    return _When(
        late=[a for a in by_deadline if a.is_late(today)],
        soon=[a for a in by_deadline if a.deadline and today <= a.deadline <= last],
        later=[a for a in by_deadline if a.deadline and a.deadline > last],
        undated=[a for a in by_deadline if not a.deadline],
    )


def _of_owner(open_actions: OpenActions, holder: _Holder, coordinator: Address | None) -> Reminder:
    words, when = open_actions.words, _when(holder.actions, open_actions.today)
    result = _result_of_owner(words, when, len(holder.actions))
    parts = (
        *_dated_parts(open_actions, when),
        MailPart(words("remind.undated"), _entries(open_actions, when.undated, _no_day(words))),
    )
    mail = Mail(
        language=words.language,
        subject=_subject(open_actions, result),
        result=result,
        title=_title(open_actions),
        dateline=words(
            "remind.made",
            date=day_of(open_actions.today, words),
            owner=shortened(holder.name, SHORT),
        ),
        asked=tuple(_asked(open_actions, when, knows_coordinator=coordinator is not None)),
        parts=tuple(part for part in parts if part.entries),
        link=open_actions.link,
        foot=" ".join(_foot(words, coordinator)),
    )
    return Reminder(REMINDER, holder.name, holder.to, fitted(mail), bool(when.late))


def _foot(words: Wording, coordinator: Address | None) -> Iterator[str]:
    yield words("remind.foot")
    if coordinator:
        name = one_line(coordinator.display_name)
        address = coordinator.addr_spec
        yield words("remind.who", who=f"{name}, {address}" if name else address)


def _asked(open_actions: OpenActions, when: _When, *, knows_coordinator: bool) -> Iterator[str]:
    """Yield what is asked of an owner, in three lines at most: the most urgent first."""
    words = open_actions.words
    asked = {
        "remind.ask_late": len(when.late),
        "remind.ask_soon": len(when.soon),
        "remind.ask_undated": len(when.undated),
    }
    urgent = [words.plural(key, n, days=SOON) for key, n in asked.items() if n]
    yield from urgent[: _MOST_ASKED - 1] or [words.plural("remind.ask_later", len(when.later))]
    tell = "reply" if knows_coordinator else "tell"
    yield words("remind.ask_keep" if open_actions.link else f"remind.ask_{tell}")


def _result_of_owner(words: Wording, when: _When, count: int) -> str:
    """Return what is late and what is due soon, else how much there is to do."""
    # After "2 acties te laat" the word is said.
    soon = "remind.count_soon" if when.late else "remind.count_due"
    urgent = {"remind.count_late": len(when.late), soon: len(when.soon)}
    return _counted(words, urgent) or words.plural("remind.count_later", count)


def _counted(words: Wording, counts: Mapping[str, int]) -> str:
    """Return the counts that are not zero, in words."""
    return ", ".join(words.plural(key, count, days=SOON) for key, count in counts.items() if count)


def _subject(open_actions: OpenActions, counts: str) -> str:
    """Return a subject that begins with what counts: a phone shows forty characters of it."""
    title = shortened(_title(open_actions), _LONGEST_TITLE)
    return header_text(open_actions.words("remind.subject", counts=counts, title=title))


def _title(open_actions: OpenActions) -> str:
    return one_line(open_actions.title) or open_actions.words("tabs.actions")


def _dated_parts(open_actions: OpenActions, when: _When) -> tuple[MailPart, MailPart, MailPart]:
    words = open_actions.words
    return (
        MailPart(words("remind.late"), _entries(open_actions, when.late), is_urgent=True),
        MailPart(words("remind.soon", days=SOON), _entries(open_actions, when.soon)),
        MailPart(words("remind.later", days=SOON), _entries(open_actions, when.later)),
    )


def _entries(
    open_actions: OpenActions,
    actions: Iterable[Action],
    lacks: Callable[[Action], str] = lambda _: "",
) -> tuple[MailEntry, ...]:
    """Return open actions as mails show them, with what each lacks."""
    words = open_actions.words
    return tuple(
        MailEntry(
            action.id,
            shortened(_to_do(action), LONG),
            lacks(action),
            (*_about(action, words), decision_line(action, words, open_actions.today)),
            aside=words("remind.status", status=as_listed(words, action.status, action.status_text))
            if action.status is Status.BUSY
            else "",
        )
        for action in actions
    )


def _to_do(action: Action) -> str:
    """Return what its owner is to do; a statement alone would read as if it were so."""
    return action.do or action.text


def _about(action: Action, words: Wording) -> tuple[str, ...]:
    if not action.do or action.do == action.text:
        return ()
    return (words("remind.about", text=shortened(action.text, LONG)),)


def _of_all(
    open_actions: OpenActions, nameless: Sequence[_Holder], to: tuple[Address, ...]
) -> Reminder:
    words = open_actions.words
    counted = standing(open_actions.actions, open_actions.today)
    result = _result_of_all(open_actions, counted)
    mail = Mail(
        language=words.language,
        subject=_subject(open_actions, result),
        result=result,
        title=_title(open_actions),
        dateline=words("remind.made_all", date=day_of(open_actions.today, words)),
        asked=_asked_of_all(open_actions, counted, len(nameless)),
        parts=tuple(_parts_of_all(open_actions, nameless)),
        link=open_actions.link,
        foot=words("remind.foot_all"),
    )
    return Reminder(OVERVIEW, "", to, fitted(mail), is_late=bool(counted.late))


def _result_of_all(open_actions: OpenActions, counted: Standing) -> str:
    """Return what is late and what is undecided, else what there is."""
    words = open_actions.words
    urgent = {"remind.count_late": counted.late, "remind.count_undecided": counted.undecided}
    other = {
        "remind.count_open": counted.open,
        "remind.count_unclear": sum(action.is_unclear for action in open_actions.actions),
    }
    return _counted(words, urgent) or _counted(words, other)


def _asked_of_all(open_actions: OpenActions, counted: Standing, nameless: int) -> tuple[str, ...]:
    """Return what is asked of the coordinator, in three lines at most."""
    asked = {
        "remind.ask_late_all": counted.late,
        "remind.ask_undecided": counted.undecided,
        "remind.ask_nameless": nameless,
        "remind.ask_complete": sum(a.is_open and not _is_complete(a) for a in open_actions.actions),
        "remind.ask_unclear": sum(action.is_unclear for action in open_actions.actions),
    }
    lines = [open_actions.words.plural(key, n) for key, n in asked.items() if n]
    return tuple(lines[:_MOST_ASKED] or [open_actions.words("remind.ask_nothing")])


def _is_complete(action: Action) -> bool:
    return bool(action.owner and action.deadline)


def _parts_of_all(open_actions: OpenActions, nameless: Sequence[_Holder]) -> Iterator[MailPart]:
    """Yield what the coordinator reads: every open action once, and what hangs in the air."""
    words, today = open_actions.words, open_actions.today
    open_ones = [action for action in open_actions.actions if action.is_open]
    lacking = [a for a in open_ones if not a.is_late(today) and not _is_complete(a)]
    dated = [a for a in open_ones if a.is_late(today) or _is_complete(a)]
    late, soon, later = _dated_parts(open_actions, _when(dated, today))
    counts = words("mail.standing", **vars(standing(open_actions.actions, today)))
    waiting = [action for action in open_actions.actions if action.waits]
    unclear = [action for action in open_actions.actions if action.is_unclear]
    parts = (
        late,
        MailPart(words("remind.no_address"), lines=tuple(_nameless(nameless, words))),
        MailPart(
            words("remind.incomplete"),
            _entries(open_actions, lacking, lambda action: _lacks(action, words)),
        ),
        soon,
        MailPart(words("remind.undecided"), tuple(_undecided(action, words) for action in waiting)),
        MailPart(words("remind.unclear"), tuple(_undecided(action, words) for action in unclear)),
        later,
        MailPart(words("mail.counts"), lines=(counts,)),
    )
    yield from (part for part in parts if part.entries or part.lines)


def _nameless(holders: Iterable[_Holder], words: Wording) -> Iterator[str]:
    for holder in holders:
        actions = words.plural("remind.actions", len(holder.actions))
        yield f"{shortened(holder.name, SHORT)}: {actions}"


def _undecided(action: Action, words: Wording) -> MailEntry:
    """Return an action without a decision, or with a word that is none."""
    decision = shortened(action.decision_text, SHORT)
    figures = words("remind.no_decision", text=decision) if decision else ""
    if not decision and not action.waits:
        figures = words("remind.undecided_yet")
    return MailEntry(action.id, shortened(action.text, LONG), figures)


def _lacks(action: Action, words: Wording) -> str:
    lacks = [] if action.owner else [words("remind.no_owner")]
    if not action.deadline:
        lacks.append(_no_day(words)(action))
    return ", ".join(lacks)


def _no_day(words: Wording) -> Callable[[Action], str]:
    """Return what says that an action has no deadline, or one that is no date."""

    def lack(action: Action) -> str:
        text = shortened(action.deadline_text, SHORT)
        return words("remind.not_a_day", text=text) if text else words("remind.no_deadline")

    return lack
