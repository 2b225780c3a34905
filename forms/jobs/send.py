"""Mails that vinkje made: to whom they would go, sending them, and what became of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from email.headerregistry import Address
from pathlib import Path

from forms.jobs.withheld_since import check_withheld
from forms.mail.account import SmtpAccount
from forms.mail.attachment import reaching_copies, without_new_remarks
from forms.mail.delivery import (
    Delivery,
    for_the_unsure,
    is_sent_by_hand,
    note_arrived,
    send_drafts,
    waiting,
)
from forms.mail.draft_files import Draft, for_nobody, outdated, read_draft, read_drafts
from forms.mail.outcome import DeliveryStatus
from forms.mail.sent_log import SentEntry, log_of, log_of_drafts, read_log


@dataclass(frozen=True)
class SendRequest:
    """A mail, or the folder with reminders; to whom, and once more to whom.

    `to` gets it whomever it names itself, `usual_to` where it names nobody. With `again` also who
    may have had it gets it, and whoever is in `to` in any case; with `only_news` nobody whose last
    mail of its kind said the same.
    """

    mail: Path
    to: tuple[str, ...] = ()
    usual_to: tuple[str, ...] = ()
    again: bool = False
    only_news: bool = False

    @property
    def log(self) -> Path:
        """Return where it is kept who got what."""
        return log_of_drafts(self.mail) if self.mail.is_dir() else log_of(self.mail)


@dataclass(frozen=True)
class Outgoing:
    """Drafts that are ready to go.

    `anew` says who gets a mail once more, by what became of it before; `warnings` are about these
    drafts, `left_out` says why others do not go.
    """

    drafts: Sequence[Draft]
    log: Path
    anew: tuple[DeliveryStatus, ...] = ()
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def send(
        self, account: SmtpAccount, tell: Callable[[Delivery], None] = lambda _: None
    ) -> list[Delivery]:
        """Send them, and return what became of each, also one by one to `tell`.

        Raises MailError when another vinkje sends from the same log, or there is no password.
        """
        return send_drafts(self.drafts, account, self.log, anew=self.anew, tell=tell)

    def waiting(self) -> list[tuple[Draft, list[Address], list[SentEntry]]]:
        """Return of each draft who would get it now, and who had it before."""
        log = read_log(self.log)
        return [(draft, *waiting(draft, log, self.anew)) for draft in self.drafts]


def outgoing(request: SendRequest) -> Outgoing:
    """Read the drafts that are meant.

    Raises MailError for what is no draft of vinkje's, was changed since, or holds a remark that is
    kept out by now, AddressError for one that is for nobody; then nothing is sent.
    """
    drafts, left_out = _drafts(request, to_send=True)
    check_withheld(drafts)
    if request.only_news:
        drafts = [replace(draft, only_news=True) for draft in drafts]
    if request.again and not request.to:
        log = read_log(request.log)
        drafts = [draft for original in drafts if (draft := for_the_unsure(original, log)).to]
    anew = (DeliveryStatus.UNSURE, DeliveryStatus.SENT) if request.again else ()
    warnings = (*outdated(drafts), *without_new_remarks(drafts), *reaching_copies(drafts))
    return Outgoing(drafts, request.log, anew, warnings, tuple(left_out))


def confirm_arrival(request: SendRequest) -> tuple[list[SentEntry], list[str]]:
    """Write down that what may have arrived, or was sent by hand, did arrive.

    Returns these lines of the log, and why other drafts were not looked at. Raises MailError, and
    AddressError where nothing says who got it.
    """
    drafts, left_out = _drafts(request, to_send=False)
    log = read_log(request.log)
    by_hand = [draft for draft in drafts if is_sent_by_hand(draft, log)]
    for draft in by_hand:
        if not draft.to:
            raise for_nobody(draft.path, draft.name)
    if not request.to:
        drafts = [d if d in by_hand else for_the_unsure(d, log) for d in drafts]
    return note_arrived(drafts, request.log), left_out


def _drafts(request: SendRequest, *, to_send: bool) -> tuple[list[Draft], list[str]]:
    if request.mail.is_dir():
        return read_drafts(request.mail, to_send=to_send)
    usual = request.to or request.usual_to
    return [read_draft(request.mail, request.to, usual, to_send=to_send)], []
