"""Reminders as drafts in a folder beside the workbook, to look through or to send."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from gettext import gettext
from itertools import chain, count
from pathlib import Path

from forms.atomic_files import write_all
from forms.file_rights import private_folder, target_of
from forms.mail.body import html_of, text_of
from forms.mail.delivery import had_before
from forms.mail.draft import draft, is_untouched, name_in, opened, sealed
from forms.mail.draft_files import Draft
from forms.mail.headers import set_addresses
from forms.mail.outcome import DeliveryStatus
from forms.mail.owners import Owners
from forms.mail.phrases import SHORT
from forms.mail.reminder_mail import (
    OVERVIEW,
    REMINDER,
    REMINDERS,
    SOON,
    OpenActions,
    Reminder,
    reminders,
)
from forms.mail.sent_log import DRAFTS, SentLog, log_of_drafts, read_log
from forms.text import argument, shortened
from forms.wording import Wording

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
# Of a file's name, in letters.
_LONGEST_STEM = 60


@dataclass(frozen=True)
class ReminderDrafts:
    """The mails that a workbook asks for: the folder they go in, their files, and what each is."""

    folder: Path
    contents: Mapping[Path, bytes]
    reminders: Sequence[Reminder]

    @property
    def log(self) -> Path:
        """Return where it is kept who got which."""
        return log_of_drafts(self.folder)

    @property
    def nameless(self) -> list[str]:
        """Return, of every mail that nobody knows an address for, whose it is and the way out."""
        return [_has_no_address(reminder) for reminder in self.reminders if not reminder.to]


def reminder_drafts(
    actions: OpenActions, owners: Owners, coordinator: Address | None, workbook: Path
) -> ReminderDrafts:
    """Return the mails about the open actions of a workbook.

    Raises OutputError where somebody else may have led the folder elsewhere.
    """
    mails = reminders(actions, owners, coordinator)
    folder = target_of(workbook).with_suffix(DRAFTS)
    # As people would type it: messages name it.
    with suppress(ValueError):
        folder = folder.relative_to(Path.cwd())
    paths = _paths(folder, mails, actions.words)
    contents = {
        path: _content(mail, actions.today, coordinator, workbook.name)
        for path, mail in zip(paths, mails, strict=True)
    }
    return ReminderDrafts(folder, contents, mails)


def changed_drafts(mails: ReminderDrafts) -> list[Path]:
    """Return the drafts in the folder that somebody changed: they stay as they are."""
    there = [path for path in sorted(mails.folder.glob("*.eml")) if path.exists()]
    return [p for p in there if (p in mails.contents or _is_reminder(p)) and not _is_ours(p)]


def write_drafts(mails: ReminderDrafts) -> list[Path]:
    """Write the drafts that hold news, in the place of earlier ones; returns those.

    Raises OutputError, and MailError for a log that cannot be read.
    """
    log, left = read_log(mails.log), changed_drafts(mails)
    known = {draft.path for draft in drafts_of(mails) if _is_known(draft, log)}
    stays = {*left, *known}
    if fresh := {path: content for path, content in mails.contents.items() if path not in stays}:
        private_folder(mails.folder)
        write_all(fresh, private=fresh)
    for path in sorted(mails.folder.glob("*.eml")):
        if path not in fresh and _is_ours(path):
            with suppress(OSError):
                path.unlink()
    with suppress(OSError):
        mails.folder.rmdir()
    return list(fresh)


def _is_known(draft: Draft, log: SentLog) -> bool:
    """Say whether all whom a draft is for have it, or one that says the same."""
    had = had_before(draft, log)
    return len(had) == len(draft.to) and all(entry.fate is DeliveryStatus.SENT for entry in had)


def left_as_is(changed: Iterable[Path]) -> list[str]:
    """Return, of drafts that somebody changed, what becomes of them."""
    text = gettext(
        "{path}: was changed by hand, so it is left as it is and not sent; send it from your mail "
        "program, then write that down (vinkje send {quoted} --arrived) and delete it"
    )
    return [text.format(path=path, quoted=argument(str(path))) for path in changed]


def drafts_of(mails: ReminderDrafts, left: Collection[Path] = ()) -> list[Draft]:
    """Return the mails that have somebody to go to, but for those that are left as they are.

    An unchanged one is sent again after a week, and only while something is late.
    """
    drafts = []
    for (path, content), reminder in zip(mails.contents.items(), mails.reminders, strict=True):
        if reminder.to and path not in left:
            again = SOON if reminder.is_late else 0
            name, eml = opened(path, content)
            drafts.append(Draft(path, name, eml, reminder.to, only_news=True, repeat_after=again))
    return drafts


def _has_no_address(reminder: Reminder) -> str:
    if reminder.kind == OVERVIEW:
        return gettext(
            "the coordinator has no address. Name it with --coordinator, or put coordinator = "
            '"naam@example.nl" under [remind] in vinkje.toml'
        )
    return gettext(
        "'{name}' has no address. Put it in vinkje.toml, under [owners]: \"{name}\" = "
        '"naam@example.nl", or write the address in the action list. Are they several? Then put ; '
        "between the names"
    ).format(name=shortened(reminder.name, SHORT))


def _content(reminder: Reminder, today: date, coordinator: Address | None, workbook: str) -> bytes:
    mail = reminder.mail
    eml = draft(mail.subject, today, text_of(mail), html_of(mail), reminder.to)
    if coordinator and reminder.kind == REMINDER:
        set_addresses(eml, "Reply-To", [coordinator])
    # Two lists that say the same are two.
    return sealed(eml, reminder.kind, f"{workbook}\n{mail.says}")


def _is_ours(path: Path) -> bool:
    """Say whether this is a reminder that nobody changed."""
    return _is_reminder(path) and is_untouched(path.read_bytes())


def _is_reminder(path: Path) -> bool:
    try:
        name = name_in(path.read_bytes()) if path.is_file() else None
    except OSError:
        return False
    return name is not None and name.kind in REMINDERS


def _paths(folder: Path, mails: Iterable[Reminder], words: Wording) -> list[Path]:
    """Return a file for each mail, by the name of its owner."""
    paths: list[Path] = []
    for reminder in mails:
        stem = _stem(reminder, words)
        names = chain([stem], (f"{stem}-{number}" for number in count(2)))
        free = (folder / f"{name}.eml" for name in names)
        paths.append(next(path for path in free if path not in paths))
    return paths


def _stem(reminder: Reminder, words: Wording) -> str:
    """Return the name of a mail's file: the same whoever else gets one, and whatever their order.

    Several may share a name, such as a team's; so it tells the mailbox, where the name does not.
    """
    if reminder.kind == OVERVIEW:
        return words("remind.file")
    stem = _plain(reminder.name)
    box = _plain(reminder.to[0].username) if reminder.to else ""
    return stem if stem and box in stem else "-".join(filter(None, (stem, box))) or REMINDER


def _plain(name: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("-", ascii_only)[:_LONGEST_STEM].strip("-")
