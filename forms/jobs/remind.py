"""From a workbook to reminders: drafts in a folder beside it, to look through or to send."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from itertools import chain, count
from pathlib import Path
from shlex import quote

from forms.action_list.actions import actions_of
from forms.action_list.columns import COLUMNS
from forms.atomic_files import write_all
from forms.errors import WorkbookError
from forms.file_rights import private_folder, target_of
from forms.mail.body import check_link, html_of, text_of
from forms.mail.delivery import had_before
from forms.mail.draft import draft, is_untouched, name_in, opened, sealed
from forms.mail.draft_files import Draft
from forms.mail.headers import set_addresses
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
from forms.mail.sent_log import DRAFTS, SentLog, log_of, read_log
from forms.mail.smtp import DeliveryStatus
from forms.report.existing import ExistingWorkbook
from forms.text import normalize, shortened
from forms.text import text_of as said
from forms.wording import LANGUAGES, Wording, wording

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_LONGEST_STEM = 60


_NAMELESS = (
    '\'{0}\' has no address. Put it in vinkje.toml, under [owners]: "{0}" = "naam@example.nl", or '
    "write the address in the action list. Are they several? Then put ; between the names"
)
_OVERVIEW = (
    "the coordinator has no address. Name it with --coordinator, or put coordinator = "
    '"naam@example.nl" under [remind] in vinkje.toml'
)
_LEFT = (
    "{0}: was changed by hand, so it is left as it is and not sent; send it from your mail "
    "program, then write that down (vinkje send {1} --arrived) and delete it"
)


@dataclass(frozen=True)
class RemindRequest:
    """A workbook, the day, whose address is whose, and who coordinates."""

    workbook: Path
    today: date
    owners: Owners
    coordinator: Address | None = None
    link: str = ""


@dataclass(frozen=True)
class RemindResult:
    """The mails that a workbook asks for: their files, and of each what it is."""

    folder: Path
    contents: Mapping[Path, bytes]
    reminders: Sequence[Reminder]

    @property
    def log(self) -> Path:
        """Return where it is kept who got which."""
        return log_of(self.folder / "any.eml")

    @property
    def nameless(self) -> list[str]:
        """Return, of every mail that nobody knows an address for, whose it is and the way out."""
        found = [each for each in self.reminders if not each.to]
        return [
            _OVERVIEW if each.kind == OVERVIEW else _NAMELESS.format(shortened(each.name, SHORT))
            for each in found
        ]


def make_reminders(request: RemindRequest) -> RemindResult:
    """Read the workbook and return its mails.

    Raises WorkbookError for one that is not ours, SettingsError for a link that is none, and
    OutputError where somebody else may have led it elsewhere.
    """
    from forms.workbook.reader import open_existing

    check_link(request.link)
    try:
        _, existing = open_existing(request.workbook)
    except WorkbookError as error:
        raise WorkbookError(f"{error}. No reminder was made or sent") from None
    words = wording(_language(existing))
    actions = actions_of(existing.list, request.today)
    listed = OpenActions(existing.list.checklist, words, actions, request.today, request.link)
    found = reminders(listed, request.owners, request.coordinator)
    folder = target_of(request.workbook).with_suffix(DRAFTS)
    with suppress(ValueError):
        folder = folder.relative_to(Path.cwd())
    paths = _paths(folder, found, words)
    contents = {path: _content(each, request) for path, each in zip(paths, found, strict=True)}
    return RemindResult(folder, contents, found)


def changed_drafts(made: RemindResult) -> list[Path]:
    """Return the drafts in the folder that somebody changed: they stay as they are."""
    there = [path for path in sorted(made.folder.glob("*.eml")) if path.exists()]
    return [p for p in there if (p in made.contents or _is_reminder(p)) and not _is_ours(p)]


def write_drafts(made: RemindResult) -> list[Path]:
    """Write the drafts that hold news, in the place of earlier ones; returns those.

    Raises OutputError, and MailError for a log that cannot be read.
    """
    log, left = read_log(made.log), changed_drafts(made)
    known = {draft.path for draft in drafts_of(made) if _is_known(draft, log)}
    stays = {*left, *known}
    if fresh := {path: each for path, each in made.contents.items() if path not in stays}:
        private_folder(made.folder)
        write_all(fresh, private=fresh)
    for path in sorted(made.folder.glob("*.eml")):
        if path not in fresh and _is_ours(path):
            with suppress(OSError):
                path.unlink()
    with suppress(OSError):
        made.folder.rmdir()
    return list(fresh)


def _is_known(draft: Draft, log: SentLog) -> bool:
    """Say whether all whom a draft is for have it, or one that says the same."""
    had = had_before(draft, log)
    return len(had) == len(draft.to) and all(each.fate is DeliveryStatus.SENT for each in had)


def left_as_is(left: Iterable[Path]) -> list[str]:
    """Return, of drafts that somebody changed, what is told of them."""
    return [_LEFT.format(path, quote(str(path))) for path in left]


def drafts_of(made: RemindResult, left: Collection[Path] = ()) -> list[Draft]:
    """Return the mails that have somebody to go to, but for those that are left as they are.

    An unchanged one is sent again after a week, and only while something is late.
    """
    found = []
    for (path, content), reminder in zip(made.contents.items(), made.reminders, strict=True):
        if reminder.to and path not in left:
            again = SOON if reminder.is_late else 0
            name, eml = opened(path, content)
            found.append(Draft(path, name, eml, reminder.to, only_news=True, repeat_after=again))
    return found


def _content(reminder: Reminder, request: RemindRequest) -> bytes:
    mail = reminder.mail
    eml = draft(mail.subject, request.today, text_of(mail), html_of(mail), reminder.to)
    if request.coordinator and reminder.kind == REMINDER:
        set_addresses(eml, "Reply-To", [request.coordinator])
    # Two lists that say the same are two.
    return sealed(eml, reminder.kind, f"{request.workbook.name}\n{mail.says}")


def _is_ours(path: Path) -> bool:
    """Say whether this is a reminder that nobody changed."""
    return _is_reminder(path) and is_untouched(path.read_bytes())


def _is_reminder(path: Path) -> bool:
    try:
        name = name_in(path.read_bytes()) if path.is_file() else None
    except OSError:
        return False
    return name is not None and name.kind in REMINDERS


def _language(existing: ExistingWorkbook) -> str:
    """Return the language that most headers of the list are in."""
    headers = {
        normalize(said(column.header.shown)) for column in existing.list.columns if column.name
    }

    def known(language: str) -> int:
        return sum(normalize(wording(language)(f"actions.{name}")) in headers for name in COLUMNS)

    return max(LANGUAGES, key=known)


def _paths(folder: Path, found: Iterable[Reminder], words: Wording) -> list[Path]:
    """Return a file for each mail, by the name of its owner."""
    paths: list[Path] = []
    for reminder in found:
        stem = _stem(reminder, words)
        names = chain([stem], (f"{stem}-{number}" for number in count(2)))
        free = (folder / f"{each}.eml" for each in names)
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
