"""Sending drafts: each to whoever has not had it, and the truth about it afterwards."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from gettext import gettext
from pathlib import Path

from forms.errors import FormsError, MailError
from forms.mail.account import SmtpAccount, with_secret
from forms.mail.addresses import key_of
from forms.mail.draft import addressed
from forms.mail.draft_files import Draft
from forms.mail.outcome import DeliveryStatus, Outcome
from forms.mail.reminder_mail import REMINDERS
from forms.mail.sent_log import SentEntry, SentLog, locked_log, log_of, new_entry
from forms.mail.smtp import Letter, deliver
from forms.text import argument, shortened

# What the log says, for who looks in it; no command shows it.
_HANDED_OVER = "being handed over"
_SAID_SO = "said to have arrived"
# So many mails in a row that the server did not take, or may have, and it is asked no more.
_PATIENCE = 3
# So many addresses of one answer are all named; of more so many, and the log has them all.
_MOST_NAMED, _NAMED = 5, 3
# What differs between answers that say the same: an address, and a word with figures in it, such as
# the number of a session, but for the codes.
_OWN_WORD = re.compile(r"(?<!\S)(?:\S*@\S*|(?!'?[245]\d\d\b|[245]\.\d{1,3}\.\d{1,3}\b)\S*\d\S*)")


@dataclass(frozen=True)
class Delivery:
    """What became of one draft: now, and for whom it was sent before or has no news.

    `unlogged` says why the log does not hold what became of it.
    """

    draft: Draft
    outcomes: tuple[Outcome, ...]
    before: tuple[SentEntry, ...]
    unlogged: str = ""

    @property
    def faults(self) -> list[Outcome]:
        """Return what did not go as it should."""
        return [outcome for outcome in self.outcomes if outcome.fate is not DeliveryStatus.SENT]

    @property
    def unsure(self) -> list[SentEntry]:
        """Return who may have had it before, or may not."""
        return [entry for entry in self.before if entry.fate is DeliveryStatus.UNSURE]

    @property
    def is_over(self) -> bool:
        """Say whether all whom it is for have it, and the log knows."""
        return not self.faults and not self.unsure and not self.unlogged


def had_before(draft: Draft, log: SentLog) -> list[SentEntry]:
    """Return, of those whom a draft is for, who had it before or would read nothing new in it."""
    return [had for to in draft.to if (had := _had(draft, to, log))]


def _had(draft: Draft, to: Address, log: SentLog) -> SentEntry | None:
    last = log.last(draft.name.kind, to)
    says_same = last is not None and last.name.says == draft.name.says
    if draft.only_news:
        return last if last and says_same and not _is_time(draft, last) else None
    had = log.of_mail(draft.id, to)
    # Of a report that was made once more with the same words it is just as uncertain.
    return had or (last if last and says_same and last.fate is DeliveryStatus.UNSURE else None)


def _is_time(draft: Draft, last: SentEntry) -> bool:
    """Say whether what was said before is to be said again; a clock may have run ahead."""
    passed = draft.day - last.day
    return bool(draft.repeat_after) and not 0 <= passed.days < draft.repeat_after


def send_drafts(
    drafts: Sequence[Draft],
    account: SmtpAccount,
    log: Path,
    *,
    anew: Collection[DeliveryStatus] = (),
    tell: Callable[[Delivery], None] = lambda _: None,
) -> list[Delivery]:
    """Send drafts and return what became of each, also one by one to `tell`.

    Who had a mail before, or may have had it, gets it once more where that fate is in `anew`.
    Where nobody is to get anything, no server is asked and no password needed. Raises MailError
    when another vinkje sends from the same log, or there is no password.
    """
    with locked_log(log) as ours:
        if any(waiting(draft, ours, anew)[0] for draft in drafts):
            account = with_secret(account)
        return list(_sent(drafts, account, ours, anew, tell))


def waiting(
    draft: Draft, log: SentLog, anew: Collection[DeliveryStatus]
) -> tuple[list[Address], list[SentEntry]]:
    """Return who is to get a draft, and who had it before."""
    before = [entry for entry in had_before(draft, log) if entry.fate not in anew]
    had = {entry.to for entry in before}
    return [address for address in draft.to if key_of(address) not in had], before


def _sent(
    drafts: Sequence[Draft],
    account: SmtpAccount,
    log: SentLog,
    anew: Collection[DeliveryStatus],
    tell: Callable[[Delivery], None],
) -> Iterator[Delivery]:
    """Send drafts in turn; a server that takes no mail at all is asked no more."""
    down, in_a_row = "", 0
    unheard: OSError | None = None
    for draft in drafts:
        # Looked up now: one person can be in two drafts that say the same.
        to, before = waiting(draft, log, anew)
        handover = _Handover(draft, account, log)
        outcomes = [Outcome(address, DeliveryStatus.NOT_SENT, down) for address in to]
        if to and not down:
            try:
                outcomes = handover.deliver_to(to)
            except FormsError as error:
                outcomes = [Outcome(address, DeliveryStatus.NOT_SENT, str(error)) for address in to]
                down = str(error) if isinstance(error, MailError) else ""
            is_news = any(
                outcome.fate in {DeliveryStatus.SENT, DeliveryStatus.REFUSED}
                for outcome in outcomes
            )
            in_a_row = 0 if is_news else in_a_row + 1
            if in_a_row == _PATIENCE:
                down = down or outcomes[0].why
            if unlogged := [outcome for outcome in outcomes if outcome not in handover.ended]:
                handover.write(unlogged)
        delivery = Delivery(draft, tuple(outcomes), tuple(before), handover.unlogged)
        if delivery.is_over:
            draft.put_away()
        try:
            tell(delivery)
        except OSError as error:
            # Nobody hears us any more; the others get their mail all the same.
            unheard = unheard or error
        yield delivery
    if unheard:
        raise unheard


class _Handover:
    """One draft on its way to a server, and the log of it."""

    def __init__(self, draft: Draft, account: SmtpAccount, log: SentLog) -> None:
        self.draft, self.account, self.log = draft, account, log
        self.ended: list[Outcome] = []
        self.unlogged = ""

    def deliver_to(self, to: Sequence[Address]) -> list[Outcome]:
        """Hand it over; what may already have arrived leaves by another Message-ID."""
        had = [address for address in to if self.log.of_mail(self.draft.id, address)]
        turn = sum(entry.id == self.draft.id for entry in self.log.entries) if had else 0

        def content(utf8: bool) -> bytes:  # noqa: FBT001 - smtp's own way
            # All whom it is for stand in it, also who had it before.
            shown = [address for address in self.draft.to if utf8 or address.addr_spec.isascii()]
            now = datetime.now().astimezone()
            sender = self.account.sender
            return addressed(self.draft.eml, sender, shown, now, utf8=utf8, turn=turn)

        letter = Letter(self.account.sender, to, content, self._begin, self._end)
        return deliver(self.account.server, letter)

    def write(self, outcomes: Iterable[Outcome]) -> None:
        """Write down what became of it; where that fails, it still says that they may have it."""
        try:
            self.log.write(self._entry(outcome) for outcome in outcomes)
        except MailError as error:
            self.unlogged = str(error)

    def _begin(self, accepted: Sequence[Address]) -> None:
        self.log.write(
            self._entry(Outcome(address, DeliveryStatus.UNSURE, _HANDED_OVER))
            for address in accepted
        )

    def _end(self, outcomes: Sequence[Outcome]) -> None:
        self.ended += outcomes
        self.write(outcomes)

    def _entry(self, outcome: Outcome) -> SentEntry:
        now = datetime.now().astimezone()
        return new_entry(now, self.draft.id, self.draft.day, outcome.to, outcome.fate, outcome.why)


def for_the_unsure(draft: Draft, log: SentLog) -> Draft:
    """Return a draft for all who may have it, or not, whomever it is for as a rule."""
    if draft.is_changed:
        return draft
    every = replace(draft, to=tuple(log.readers(draft.name)), only_news=False)
    unsure = {entry.to for entry in had_before(every, log) if entry.fate is DeliveryStatus.UNSURE}
    named = {
        key_of(address): address for address in (*every.to, *draft.to) if key_of(address) in unsure
    }
    is_other = set(named) != {key_of(address) for address in draft.to}
    return replace(draft, to=tuple(named.values()), is_redirected=is_other)


def is_sent_by_hand(draft: Draft, log: SentLog) -> bool:
    """Say whether a mail that is said to have arrived left by a mail program.

    That is so where somebody changed it, and of a report that the log knows nothing of. While it is
    uncertain who got another report, that is what is meant.
    """
    kind = draft.name.kind
    if draft.is_changed or kind in REMINDERS:
        return draft.is_changed
    of_kind = {entry.to for entry in log.entries if entry.name.kind == kind}
    last = [log.last(kind, Address(addr_spec=to)) for to in of_kind]
    is_unsure = any(entry and entry.fate is DeliveryStatus.UNSURE for entry in last)
    return not is_unsure and not log.knows(draft.id)


def note_arrived(drafts: Sequence[Draft], log: Path) -> list[SentEntry]:
    """Write down that what nobody was sure of, or was sent by hand, did arrive.

    Returns those lines. Raises MailError.
    """
    now = datetime.now().astimezone()
    with locked_log(log) as ours:
        known = [
            replace(
                entry, at=now.isoformat(timespec="seconds"), fate=DeliveryStatus.SENT, why=_SAID_SO
            )
            for draft in drafts
            for entry in had_before(draft, ours)
            if entry.fate is DeliveryStatus.UNSURE
        ]
        for draft in drafts:
            if is_sent_by_hand(draft, ours):
                known += [
                    new_entry(now, draft.id, draft.day, to, DeliveryStatus.SENT, _SAID_SO)
                    for to in draft.to
                ]
        ours.write(known)
    return known


def faults(deliveries: Sequence[Delivery]) -> list[str]:
    """Return what did not go as it should: who, what, and the way out, a line for each reason.

    Answers that differ in nothing but an address or a number are one reason.
    """
    alike: dict[tuple[str, ...], list[_Fault]] = {}
    for delivery in deliveries:
        for fault in _faults(delivery):
            alike.setdefault(fault.kind, []).append(fault)
    sentences = [str(MailError(_named(same), _said_once(same))) for same in alike.values()]
    return sentences + sorted({delivery.unlogged for delivery in deliveries if delivery.unlogged})


@dataclass(frozen=True)
class _Fault:
    """What is told of one address: `why` in words of the server's, `reason` with the way out."""

    to: str
    why: str
    reason: str
    draft: Draft

    @property
    def kind(self) -> tuple[str, ...]:
        """Return what faults have in common that are told as one."""
        words = " ".join(_OWN_WORD.sub("", self.why).split())
        return words, self.reason.replace(self.why, "")


def _faults(delivery: Delivery) -> Iterator[_Fault]:
    draft = delivery.draft
    for outcome in delivery.faults:
        why = shortened(outcome.why, 300).rstrip(".")
        why = "; ".join(filter(None, (why, outcome.remedy)))
        yield _Fault(outcome.to.addr_spec, why, _reason(outcome.fate, why, draft), draft)
    for entry in delivery.unsure:
        text = gettext("may have arrived at {at}, or not, and nobody knows; {remedy}")
        yield _Fault(entry.to, entry.at, text.format(at=entry.at, remedy=_remedy(draft)), draft)


def _named(same: Sequence[_Fault]) -> str:
    """Return whose it is; of many the first, and where all stand."""
    names = list(dict.fromkeys(fault.to for fault in same))
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    text = gettext("{names} and {count} more ({total} addresses, the same answer; see {log})")
    return text.format(
        names=", ".join(names[:_NAMED]),
        count=len(names) - _NAMED,
        total=len(names),
        log=log_of(same[0].draft.path).name,
    )


def _said_once(same: Sequence[_Fault]) -> str:
    """Return what is told of all, without the address where the server says each its own."""
    first = same[0]
    if len({fault.reason for fault in same}) == 1:
        return first.reason
    return re.sub(re.escape(first.to), "…", first.reason, flags=re.IGNORECASE)


def _sent_now(deliveries: Sequence[Delivery]) -> int:
    """Return how many addresses got a mail."""
    return sum(
        outcome.fate is DeliveryStatus.SENT
        for delivery in deliveries
        for outcome in delivery.outcomes
    )


def check_delivered(deliveries: Sequence[Delivery], others: Sequence[str] = ()) -> None:
    """Raise MailError that says who did not get what, when somebody did not."""
    if sentences := [*faults(deliveries), *others]:
        first = gettext("not everybody got their mail (sent now: {count})")
        first = first.format(count=_sent_now(deliveries))
        raise MailError(problem="\n  ".join([first, *sentences]))


def _remedy(draft: Draft) -> str:
    """Return how to end the uncertainty about a mail."""
    command = f"vinkje send {argument(str(draft.path))}"
    return gettext(
        "ask whether it arrived. If it did not: {command} --again   or if it did: {command} "
        "--arrived"
    ).format(command=command)


def _reason(fate: DeliveryStatus, why: str, draft: Draft) -> str:
    """Return why somebody did not get a mail, or may not have, and the way out."""
    if fate is DeliveryStatus.UNSURE:
        text = gettext(
            "MAY HAVE ARRIVED, or not: {reason}. It is not sent again by itself; {remedy}"
        )
        return text.format(reason=why, remedy=_remedy(draft))
    if fate is DeliveryStatus.REFUSED:
        return gettext("NOT SENT, refused: {reason}").format(reason=why)
    text = gettext("NOT SENT: {reason}. The same command then sends only what is left")
    return text.format(reason=why)
