"""Sending drafts: each to whoever has not had it, and the truth about it afterwards."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from gettext import gettext
from pathlib import Path
from shlex import quote

from forms.errors import FormsError, MailError
from forms.mail.account import SmtpAccount, with_secret
from forms.mail.addresses import key_of
from forms.mail.draft import addressed
from forms.mail.draft_files import Draft
from forms.mail.sent_log import SentEntry, SentLog, locked_log, new_entry
from forms.mail.smtp import DeliveryStatus, Letter, Outcome, deliver
from forms.text import shortened

# What the log says, for who looks in it; no command shows it.
_HANDED_OVER = "being handed over"
_SAID_SO = "said to have arrived"
# So many mails in a row that the server did not take, or may have, and it is asked no more.
_PATIENCE = 3


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


def note_arrived(drafts: Sequence[Draft], log: Path) -> list[SentEntry]:
    """Write down that what nobody was sure of did arrive; returns those lines. Raises MailError.

    What somebody changed and sent from a mail program was not known of at all.
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
            if draft.is_changed:
                known += [
                    new_entry(now, draft.id, draft.day, to, DeliveryStatus.SENT, _SAID_SO)
                    for to in draft.to
                ]
        ours.write(known)
    return known


def faults(deliveries: Sequence[Delivery]) -> list[str]:
    """Return what did not go as it should: who, what, and the way out, a line for each reason."""
    addresses: dict[str, list[str]] = {}
    for delivery in deliveries:
        for outcome in delivery.faults:
            addresses.setdefault(_reason(outcome, delivery.draft), []).append(outcome.to.addr_spec)
        for entry in delivery.unsure:
            reason = gettext("may have arrived at {at}, or not, and nobody knows; {remedy}").format(
                at=entry.at, remedy=_remedy(delivery.draft)
            )
            addresses.setdefault(reason, []).append(entry.to)
    sentences = [str(MailError(", ".join(to), reason)) for reason, to in addresses.items()]
    return sentences + sorted({delivery.unlogged for delivery in deliveries if delivery.unlogged})


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
    command = f"vinkje send {quote(str(draft.path))}"
    return gettext(
        "ask. If it did not arrive: {command} --again. If it did: {command} --arrived"
    ).format(command=command)


def _reason(outcome: Outcome, draft: Draft) -> str:
    """Return why somebody did not get a mail, or may not have, and the way out."""
    reason = shortened(outcome.why, 300).rstrip(".")
    if outcome.fate is DeliveryStatus.UNSURE:
        return gettext(
            "MAY HAVE ARRIVED, or not: {reason}. It is not sent again by itself; {remedy}"
        ).format(reason=reason, remedy=_remedy(draft))
    if outcome.fate is DeliveryStatus.REFUSED:
        return gettext(
            "NOT SENT, refused: {reason}. Correct the address, or ask whoever runs the server"
        ).format(reason=reason)
    return gettext(
        "NOT SENT: {reason}. Once that is mended, the same command sends only what is left"
    ).format(reason=reason)
