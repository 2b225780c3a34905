"""From the workbook that people work in to a mail for each owner of open actions."""

from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from gettext import gettext
from pathlib import Path

from forms.errors import WorkbookError
from forms.jobs.actions import ActionsRequest, read_actions
from forms.jobs.send import Outgoing
from forms.mail.body import check_link
from forms.mail.delivery import had_before
from forms.mail.outcome import DeliveryStatus
from forms.mail.owners import Owners
from forms.mail.reminder_drafts import (
    ReminderDrafts,
    changed_drafts,
    drafts_of,
    left_as_is,
    reminder_drafts,
    write_drafts,
)
from forms.mail.reminder_mail import OpenActions
from forms.mail.sent_log import SentEntry, read_log


@dataclass(frozen=True)
class RemindRequest:
    """A workbook, the day, whose address is whose, and who coordinates.

    With `again` also who may have had a mail gets it. `is_preview` leaves the folder as it is.
    """

    workbook: Path
    today: date
    owners: Owners
    coordinator: Address | None = None
    link: str = ""
    again: bool = False
    is_preview: bool = False


@dataclass(frozen=True)
class RemindResult:
    """The mails that can go, the drafts that were written, and for whom there is nothing new."""

    outgoing: Outgoing
    written: tuple[Path, ...]
    had_before: tuple[SentEntry, ...]
    is_empty: bool
    """Nothing is open, and nothing waits for a decision."""


def write_reminders(request: RemindRequest) -> RemindResult:
    """Read the workbook and write its reminders; the workbook stays as it is.

    Raises WorkbookError for one that is not ours, SettingsError for a link that is none,
    OutputError where somebody else may have led the folder elsewhere, and MailError for a log that
    cannot be read.
    """
    mails = make_reminders(request)
    changed = changed_drafts(mails)
    written = () if request.is_preview else tuple(write_drafts(mails))
    drafts, log = drafts_of(mails, changed), read_log(mails.log)
    return RemindResult(
        Outgoing(
            drafts,
            mails.log,
            (DeliveryStatus.UNSURE,) if request.again else (),
            left_out=(*mails.nameless, *left_as_is(changed)),
        ),
        written,
        tuple(entry for draft in drafts for entry in had_before(draft, log)),
        is_empty=not mails.contents,
    )


def make_reminders(request: RemindRequest) -> ReminderDrafts:
    """Read the workbook and return its mails, not written yet."""
    check_link(request.link)
    try:
        result = read_actions(ActionsRequest(request.workbook, request.today))
    except WorkbookError as error:
        raise error.with_effect(gettext("No reminder was made or sent")) from None
    actions = OpenActions(result.title, result.words, result.actions, request.today, request.link)
    return reminder_drafts(actions, request.owners, request.coordinator, request.workbook)
