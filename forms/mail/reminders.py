"""What reminders say: to owners their own open actions, to the coordinator all of them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.headerregistry import Address

from forms.mail.addresses import key_of
from forms.mail.body import Entry, Mail, Part, fitted
from forms.mail.headers import header_text
from forms.mail.owners import Owners
from forms.mail.phrases import LONG, SHORT, day_of, decided
from forms.report.actions import Action, Status, standing
from forms.text import fold, one_line, shortened
from forms.wording import Wording

SOON = 7
REMINDER, OVERVIEW = "reminder", "overview"
_LONGEST_TITLE = 60


@dataclass(frozen=True)
class Listed:
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
    """Somebody who holds actions: by the names in the list, with an address or without."""

    to: tuple[Address, ...]
    names: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


@dataclass(frozen=True)
class _When:
    """Open actions by how near their deadline is: the earliest first, those without one last."""

    late: list[Action]
    soon: list[Action]
    later: list[Action]


def reminders(listed: Listed, owners: Owners, coordinator: Address | None) -> list[Reminder]:
    """Return a mail for every owner of open actions, and one for the coordinator.

    Where nothing is open, and nothing waits for a decision, there is none.
    """
    holders = _holders(listed, owners)
    found = [_of_owner(listed, holder, coordinator) for holder in holders]
    if any(action.is_open or action.waits for action in listed.actions):
        nameless = [holder for holder in holders if not holder.to]
        to = (coordinator,) if coordinator else ()
        found.append(_of_all(listed, nameless, to))
    return found


def _holders(listed: Listed, owners: Owners) -> list[_Holder]:
    """Return who holds what is open, in the list's order; without an address by their name."""
    found: dict[tuple[bool, str], _Holder] = {}
    for action in listed.actions:
        if not action.is_open:
            continue
        holders = owners.of(action.owner)
        for to in holders.known:
            _hold(found.setdefault((True, key_of(to)), _Holder((to,))), action, action.owner)
        for name in holders.unknown:
            _hold(found.setdefault((False, fold(name)), _Holder(())), action, name)
    return list(found.values())


def _hold(holder: _Holder, action: Action, name: str) -> None:
    holder.actions.append(action)
    if fold(name) not in map(fold, holder.names):
        holder.names.append(one_line(name))


def _when(actions: Iterable[Action], today: date) -> _When:
    listed = sorted(actions, key=lambda action: action.deadline or date.max)
    last = today + timedelta(days=SOON)
    late = [a for a in listed if a.is_late(today)]
    soon = [a for a in listed if a.deadline and today <= a.deadline <= last]
    return _When(late, soon, [a for a in listed if not a.deadline or a.deadline > last])


def _of_owner(listed: Listed, holder: _Holder, coordinator: Address | None) -> Reminder:
    words, when = listed.words, _when(holder.actions, listed.today)
    owner = shortened(", ".join(holder.names), SHORT)
    tell = "reply" if coordinator else "tell"
    parts = _parts_by_deadline(listed, when)
    mail = Mail(
        language=words.language,
        subject=_subject(listed, when),
        title=_title(listed),
        made=words("remind.made", date=day_of(listed.today, words), owner=owner),
        asked=(
            _asked(words, when),
            words("remind.ask_keep") if listed.link else words(f"remind.ask_{tell}"),
        ),
        parts=tuple(part for part in parts if part.entries),
        link=listed.link,
        foot=words("remind.foot"),
    )
    name = holder.names[0] if holder.names else ""
    return Reminder(REMINDER, name, holder.to, fitted(mail), bool(when.late))


def _asked(words: Wording, when: _When) -> str:
    """Return what is asked of an owner: of what is most urgent."""
    if when.late:
        return words.plural("remind.ask_late", len(when.late))
    if when.soon:
        return words.plural("remind.ask_soon", len(when.soon), days=SOON)
    return words.plural("remind.ask_later", len(when.later))


def _subject(listed: Listed, when: _When) -> str:
    words = listed.words
    late = words("remind.count_late", count=len(when.late)) if when.late else ""
    soon = words("remind.count_soon", count=len(when.soon), days=SOON) if when.soon else ""
    return _subject_of(listed, late, soon) or _subject_of(
        listed, words.plural("remind.count_later", len(when.later))
    )


def _subject_of(listed: Listed, *counts: str) -> str:
    """Return a subject that begins with what counts: a phone shows forty characters of it."""
    said = ", ".join(filter(None, counts))
    title = shortened(_title(listed), _LONGEST_TITLE)
    return said and header_text(listed.words("remind.subject", counts=said, title=title))


def _title(listed: Listed) -> str:
    return one_line(listed.title) or listed.words("tabs.actions")


def _parts_by_deadline(listed: Listed, when: _When) -> Iterator[Part]:
    words = listed.words

    def entries(actions: Sequence[Action]) -> tuple[Entry, ...]:
        return tuple(_entry(action, listed) for action in actions)

    yield Part(words("remind.late"), entries(when.late), is_urgent=True)
    yield Part(words("remind.soon", days=SOON), entries(when.soon))
    yield Part(words("remind.later"), entries(when.later))


def _entry(action: Action, listed: Listed) -> Entry:
    words = listed.words
    lines = decided(action, words, listed.today)
    if action.status is Status.BUSY:
        lines = (*lines, words("remind.status", status=action.status_text))
    return Entry(action.id, shortened(action.text, LONG), lines=lines)


def _of_all(listed: Listed, nameless: Sequence[_Holder], to: tuple[Address, ...]) -> Reminder:
    words = listed.words
    open_ones = [action for action in listed.actions if action.is_open]
    when, counted = _when(open_ones, listed.today), standing(listed.actions, listed.today)
    lacking = [action for action in open_ones if not action.owner or not action.deadline]
    late, undecided = counted.late, counted.undecided
    mail = Mail(
        language=words.language,
        subject=_subject_of_all(listed, late, undecided, counted.open),
        title=_title(listed),
        made=words("remind.made_all", date=day_of(listed.today, words)),
        asked=_asked_of_all(words, late, undecided, len(lacking)),
        parts=tuple(_parts_of_all(listed, when, lacking, nameless)),
        link=listed.link,
        foot=words("remind.foot_all"),
    )
    return Reminder(OVERVIEW, "", to, fitted(mail), is_late=bool(late))


def _subject_of_all(listed: Listed, late: int, undecided: int, open_ones: int) -> str:
    words = listed.words
    return _subject_of(
        listed,
        words("remind.count_late", count=late) if late else "",
        words("remind.count_undecided", count=undecided) if undecided else "",
        words("remind.count_open", count=open_ones) if not late and not undecided else "",
    )


def _asked_of_all(words: Wording, late: int, undecided: int, lacking: int) -> tuple[str, ...]:
    """Return what is asked of the coordinator, in three lines at most."""
    asked = []
    if late:
        asked.append(words.plural("mail.ask_late", late))
    if undecided:
        asked.append(words.plural("mail.ask_undecided", undecided))
    if lacking:
        asked.append(words.plural("remind.ask_complete", lacking))
    return tuple(asked or [words("remind.ask_nothing")])


def _parts_of_all(
    listed: Listed, when: _When, lacking: Sequence[Action], nameless: Sequence[_Holder]
) -> Iterator[Part]:
    words = listed.words
    late, soon, later = _parts_by_deadline(listed, when)
    waiting = tuple(
        Entry(action.id, shortened(action.text, LONG)) for action in listed.actions if action.waits
    )
    lack = tuple(_lacking_entry(action, words) for action in lacking)
    names = tuple(
        words(
            "remind.no_address_line", name=shortened(each.names[0], SHORT), count=len(each.actions)
        )
        for each in nameless
    )
    counts = words("mail.standing", **vars(standing(listed.actions, listed.today)))
    parts = (
        late,
        Part(words("remind.no_address"), lines=names),
        Part(words("remind.incomplete"), lack),
        soon,
        Part(words("remind.undecided"), waiting),
        later,
        Part(words("mail.counts"), lines=(counts,)),
    )
    yield from (part for part in parts if part.entries or part.lines)


def _lacking_entry(action: Action, words: Wording) -> Entry:
    lacks = [] if action.owner else [words("remind.no_owner")]
    if not action.deadline:
        text = shortened(action.deadline_text, SHORT)
        lacks.append(words("remind.not_a_day", text=text) if text else words("remind.no_deadline"))
    return Entry(action.id, shortened(action.text, LONG), ", ".join(lacks))
