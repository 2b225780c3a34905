"""What was sent to whom: a small log beside the report, so that no mail goes out twice.

A line is written before a mail is handed over and another once its fate is known. Who has only the
first may have got it.

Each line is JSON: `at` (when, in ISO 8601 with the zone), `id` (the Message-ID), `day` (what it is
about), `to` (an address), `fate` (a DeliveryStatus) and `why` (of a mail that did not go).
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from gettext import gettext
from pathlib import Path

from forms.atomic_files import alone
from forms.errors import MailError, reason_of
from forms.file_rights import open_private, target_of
from forms.mail.addresses import key_of, key_of_text
from forms.mail.draft import DraftName
from forms.mail.outcome import DeliveryStatus

DRAFTS = ".herinneringen"
_LOG = ".verzonden.jsonl"
_BREAK = re.compile(rb"[\r\n]")


def log_of(mail: Path) -> Path:
    """Return where the log of a mail is; that of a reminder is beside the report it is about.

    Raises MailError for a link that somebody else may have put there.
    """
    # By another name or through a link it is the same mail.
    real = target_of(mail, MailError)
    about = real.parent if real.parent.suffix == DRAFTS else real
    return about.with_name(about.stem + _LOG)


def log_of_drafts(folder: Path) -> Path:
    """Return where the log of a folder with reminders is; raises what `log_of` does."""
    return log_of(folder / "any.eml")


@dataclass(frozen=True)
class SentEntry:
    """A line of the log; `id` is the mail's Message-ID, `day` the day that it is about."""

    at: str
    id: str
    day: date
    to: str
    fate: DeliveryStatus
    why: str = ""

    @property
    def name(self) -> DraftName:
        """Return what the Message-ID holds."""
        kind, says, seal = self.id.partition("@")[0].lstrip("<").split(".")
        return DraftName(kind, says, seal)

    @property
    def may_have_arrived(self) -> bool:
        """Say whether sending it once more could be one time too many."""
        return self.fate in {DeliveryStatus.SENT, DeliveryStatus.UNSURE}


class SentLog:
    """The log, while this program alone may send from it.

    `others` is what other logs in its folder say: of this very mail by another name.
    """

    def __init__(
        self, path: Path, entries: Iterable[SentEntry] = (), others: Iterable[SentEntry] = ()
    ) -> None:
        self.path = path
        self.entries = list(entries)
        self.others = list(others)

    def of_mail(self, message_id: str, to: Address) -> SentEntry | None:
        """Return the line that says that one address got this very mail, or may have got it."""

        def is_meant(entry: SentEntry) -> bool:
            return entry.id == message_id and entry.to == key_of(to)

        return _last(self.entries, is_meant) or _last(self.others, is_meant)

    def knows(self, message_id: str) -> bool:
        """Say whether anybody got this very mail, or may have, by this log or one beside it."""
        return any(entry.id == message_id for entry in (*self.entries, *self.others))

    def last(self, kind: str, to: Address) -> SentEntry | None:
        """Return the last mail of a kind that one address got, or may have got."""
        return _last(self.entries, lambda e: e.name.kind == kind and e.to == key_of(to))

    def readers(self, name: DraftName) -> list[Address]:
        """Return all to whom a mail of this kind that says this was ever sent, or tried."""
        same = [entry for entry in self.entries if entry.name[:2] == name[:2]]
        return [Address(addr_spec=to) for to in dict.fromkeys(entry.to for entry in same)]

    def write(self, entries: Iterable[SentEntry]) -> None:
        """Add lines, all or none, and see them on the disk before anything else happens."""
        fresh = list(entries)
        content = "".join(f"{json.dumps(_as_json(entry), ensure_ascii=False)}\n" for entry in fresh)
        try:
            _add(self.path, content.encode())
        except OSError as error:
            raise MailError(
                str(self.path),
                gettext("cannot be written: {reason}").format(reason=reason_of(error)),
                gettext("choose a folder where you may write, or make room"),
                gettext("Without this log a mail could be sent twice"),
            ) from None
        self.entries += fresh


def _last(entries: Iterable[SentEntry], is_meant: Callable[[SentEntry], bool]) -> SentEntry | None:
    """Return the last mail that arrived or may have: of each the latest line counts."""
    latest: dict[str, SentEntry] = {}
    for entry in filter(is_meant, entries):
        latest.pop(entry.id, None)
        latest[entry.id] = entry
    arrived = [entry for entry in latest.values() if entry.may_have_arrived]
    return arrived[-1] if arrived else None


@contextmanager
def locked_log(path: Path) -> Iterator[SentLog]:
    """Give the log to one program at a time. Raises MailError."""
    busy = MailError(
        str(path),
        gettext("another vinkje is sending these mails now"),
        gettext("wait until it is done, then look with --dry-run what is left to send"),
    )
    with alone(path, busy):
        yield read_log(path)


def read_log(path: Path) -> SentLog:
    """Return the log, to look in. Raises MailError."""
    others = sorted(other for other in path.parent.glob(f"*{_LOG}") if other != path)
    return SentLog(path, _read(path), (entry for other in others for entry in _read(other)))


def _read(path: Path) -> list[SentEntry]:
    if path.exists() and not path.is_file():
        raise MailError(
            str(path),
            gettext("is no ordinary file"),
            gettext("take it away"),
            gettext("Nothing was sent"),
        )
    try:
        lines = _BREAK.split(path.read_bytes())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise MailError(
            str(path),
            gettext("cannot be read: {reason}").format(reason=reason_of(error)),
            effect=gettext("Nothing was sent"),
        ) from None
    if not _is_whole(lines[-1]):
        # Cut off while it was written, before it counted.
        lines.pop()
    return [_entry(path, n, line) for n, line in enumerate(lines, 1) if line.strip()]


def _entry(path: Path, number: int, line: bytes) -> SentEntry:
    try:
        values = json.loads(line)
        day, fate = date.fromisoformat(values["day"]), DeliveryStatus(values["fate"])
        at, mail, to, why = (str.strip(values[key]) for key in ("at", "id", "to", "why"))
        entry = SentEntry(at, mail, day, key_of_text(to), fate, why)
        entry.name  # noqa: B018 - a name that is none is a fault too
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise MailError(
            f"{path}:{number}",
            gettext("cannot be read, so nobody knows what was sent before"),
            gettext("take this line away (or put back what stood there) and try again"),
            gettext("Nothing was sent"),
        ) from None
    return entry


def _as_json(entry: SentEntry) -> dict[str, str]:
    return {
        "at": entry.at,
        "id": entry.id,
        "day": entry.day.isoformat(),
        "to": entry.to,
        "fate": entry.fate.value,
        "why": entry.why,
    }


def new_entry(
    at: datetime, message_id: str, day: date, to: Address, fate: DeliveryStatus, why: str = ""
) -> SentEntry:
    """Return a line of now."""
    return SentEntry(at.isoformat(timespec="seconds"), message_id, day, key_of(to), fate, why)


def _add(path: Path, lines: bytes) -> None:
    """Add lines to a file, on a line of their own; a fault leaves it as it was."""
    # Unbuffered, so that a full disk is known of here, and not once the file is closed.
    with open_private(path, MailError, buffering=0) as file:
        file.seek(0)
        there = file.read()
        tail = _BREAK.split(there)[-1]
        whole = len(there)
        if tail and _is_whole(tail):
            lines = b"\n" + lines
        else:
            whole -= len(tail)
        try:
            file.truncate(whole)
            while lines:
                lines = lines[file.write(lines) or 0 :]
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(whole)
            raise


def _is_whole(line: bytes) -> bool:
    """Say whether a line without its line break is all of it."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
