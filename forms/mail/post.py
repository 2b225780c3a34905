"""Sending drafts: each to whoever has not had it, and the truth about it afterwards."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from forms.errors import AddressError, FormsError, MailError
from forms.mail.account import Account, with_secret
from forms.mail.addresses import distinct, key_of, read_addresses
from forms.mail.envelope import Name, addressed, opened
from forms.mail.outbox import Entry, Outbox, line, outbox
from forms.mail.smtp import Fate, Letter, Outcome, deliver
from forms.text import shortened

_SETTINGS = "vinkje.toml"
_HANDED_OVER = "handed over; what came of it was not written down"


@dataclass(frozen=True)
class Draft:
    """A mail as it lies in a folder, and whom it is for.

    With `only_news` nobody gets it whose last mail of its kind said the same, unless that is
    `repeat_after` days ago (0: never again).
    """

    path: Path
    name: Name
    eml: EmailMessage
    to: tuple[Address, ...]
    only_news: bool = False
    repeat_after: int = 0

    @property
    def day(self) -> date:
        """Return the day that it is about."""
        found: date = self.eml["Date"].datetime.date()
        return found

    @property
    def subject(self) -> str:
        """Return its subject."""
        return str(self.eml["Subject"])

    @property
    def id(self) -> str:
        """Return its Message-ID."""
        return str(self.eml["Message-ID"])

    @property
    def attached(self) -> list[tuple[str, int]]:
        """Return the names of its attachments, and their size in bytes."""
        parts = self.eml.iter_attachments()
        return [(str(p.get_filename()), len(p.get_payload(decode=True))) for p in parts]


@dataclass(frozen=True)
class Posted:
    """What became of one draft: now, and for whom it was sent before or has no news."""

    draft: Draft
    outcomes: tuple[Outcome, ...]
    before: tuple[Entry, ...]

    @property
    def faults(self) -> list[Outcome]:
        """Return what did not go as it should."""
        return [each for each in self.outcomes if each.fate is not Fate.SENT]

    @property
    def unsure(self) -> list[Entry]:
        """Return who may have had it before, or may not."""
        return [each for each in self.before if each.fate is Fate.UNSURE]


def read_draft(path: Path, to: Sequence[str], usual: Sequence[str] = ()) -> Draft:
    """Return a draft: for those in `to`, else for those whom it names itself, else as usual.

    Raises MailError for a mail that vinkje did not make or that was changed since, AddressError
    when it is for nobody.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MailError(
            f"{path}: cannot be read: {error.strerror}; name the .eml that 'vinkje report' or "
            "'vinkje remind' made. Nothing was sent"
        ) from None
    name, eml = opened(path, content)
    own = list(eml["To"].addresses) if eml["To"] else []
    # What is for one owner never goes to whoever gets the report.
    usual = () if name.kind in {"reminder", "overview"} else usual
    found = _all(to, "--to") or own or _all(usual, f"to, under [send] in {_SETTINGS}")
    if not found:
        raise AddressError(
            f'{path}: for whom is this mail? Name them with --to, or put to = ["naam@example.nl"] '
            f"under [send] in {_SETTINGS}"
        )
    return Draft(path, name, eml, tuple(distinct(found)))


def _all(texts: Sequence[str], place: str) -> list[Address]:
    return [address for text in texts for address in read_addresses(text, place)]


def had_before(draft: Draft, log: Outbox) -> list[Entry]:
    """Return, of those whom a draft is for, who had it before or would read nothing new in it."""
    found = []
    for to in draft.to:
        had = log.of_mail(draft.id, to)
        last = log.last(draft.name.kind, to) if draft.only_news else None
        if had and had.may_have_arrived:
            found.append(had)
        elif last and last.name.says == draft.name.says and not _is_time(draft, last):
            found.append(last)
    return found


def _is_time(draft: Draft, last: Entry) -> bool:
    """Say whether what was said before is to be said again."""
    passed = draft.day - last.day
    return bool(draft.repeat_after) and passed >= timedelta(days=draft.repeat_after)


def send_drafts(
    drafts: Sequence[Draft], account: Account, log: Path, *, again: bool = False
) -> list[Posted]:
    """Send drafts and return what became of each; with `again` also what was sent before.

    Where nobody is to get anything, no server is asked and no password needed. Raises MailError
    when another vinkje sends from the same log, or there is no password.
    """
    with outbox(log) as ours:
        before = [[] if again else had_before(draft, ours) for draft in drafts]
        if all(len(had) == len(draft.to) for draft, had in zip(drafts, before, strict=True)):
            return [Posted(d, (), tuple(had)) for d, had in zip(drafts, before, strict=True)]
        return _sent(drafts, with_secret(account), ours, again=again)


def _sent(drafts: Sequence[Draft], account: Account, log: Outbox, *, again: bool) -> list[Posted]:
    """Send drafts in turn; a server that takes no mail at all is asked once."""
    posted = []
    down = ""
    for draft in drafts:
        # Looked up anew: one person can be in two drafts that say the same.
        before = [] if again else had_before(draft, log)
        had = {each.to for each in before}
        to = [each for each in draft.to if key_of(each) not in had]
        outcomes = [Outcome(each, Fate.NOT_SENT, down) for each in to]
        if to and not down:
            try:
                outcomes = _posted(draft, to, account, log)
            except FormsError as error:
                outcomes = [Outcome(each, Fate.NOT_SENT, str(error)) for each in to]
                down = str(error) if isinstance(error, MailError) else ""
            _write(log, draft, outcomes)
        posted.append(Posted(draft, tuple(outcomes), tuple(before)))
    return posted


def _posted(draft: Draft, to: Sequence[Address], account: Account, log: Outbox) -> list[Outcome]:
    def content(utf8: bool) -> bytes:  # noqa: FBT001 - smtp's own way
        # All whom it is for stand in it, also who had it before.
        shown = [each for each in draft.to if utf8 or each.addr_spec.isascii()]
        return addressed(draft.eml, account.sender, shown, datetime.now().astimezone(), utf8=utf8)

    def begin(accepted: Sequence[Address]) -> None:
        log.write(_line(draft, Outcome(each, Fate.UNSURE, _HANDED_OVER)) for each in accepted)

    return deliver(account.server, Letter(account.sender, to, content, begin))


def _write(log: Outbox, draft: Draft, outcomes: Sequence[Outcome]) -> None:
    # Where this fails, the log still says that they may have had it.
    with suppress(MailError):
        log.write(_line(draft, outcome) for outcome in outcomes)


def _line(draft: Draft, outcome: Outcome) -> Entry:
    now = datetime.now().astimezone()
    return line(now, draft.id, draft.day, outcome.to, outcome.fate, outcome.why)


def faults(posted: Sequence[Posted]) -> list[str]:
    """Return what did not go as it should: who, what, and the way out, a line for each reason."""
    told: dict[str, list[str]] = {}
    for each in posted:
        for outcome in each.faults:
            told.setdefault(_told(outcome), []).append(outcome.to.addr_spec)
        for entry in each.unsure:
            told.setdefault(_TOLD_BEFORE.format(at=entry.at), []).append(entry.to)
    return [f"{', '.join(to)}: {why}" for why, to in told.items()]


def sent_now(posted: Sequence[Posted]) -> int:
    """Return how many addresses got a mail."""
    return sum(outcome.fate is Fate.SENT for each in posted for outcome in each.outcomes)


def refuse_faults(posted: Sequence[Posted], others: Sequence[str] = ()) -> None:
    """Raise MailError that says who did not get what, when somebody did not."""
    if lines := [*faults(posted), *others]:
        first = f"not everybody got their mail (sent now: {sent_now(posted)})"
        raise MailError("\n  ".join([first, *lines]))


_UNSURE = (
    "MAY HAVE ARRIVED, or not: {why} It is not sent again by itself; ask, and if it did not "
    "arrive, use --again"
)
_TOLD_BEFORE = (
    "may have arrived at {at}, or not; nobody knows. Ask, and if it did not arrive, use --again"
)


def _told(outcome: Outcome) -> str:
    why = shortened(outcome.why, 300).rstrip(".")
    why += "" if why.endswith("?") else "."
    if outcome.fate is Fate.UNSURE:
        return _UNSURE.format(why=why)
    if outcome.fate is Fate.REFUSED:
        return f"NOT SENT, refused: {why} Mend the address, or ask whoever runs the server"
    return f"NOT SENT: {why} Run the command again, and only what is left is sent"
