"""What was sent to whom: a small log beside the report, so that no mail goes out twice.

A line is written before a mail is handed over and another once its fate is known. Who has only the
first may have got it.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from forms.errors import MailError
from forms.mail.addresses import key_of
from forms.mail.envelope import Name
from forms.mail.smtp import Fate

DRAFTS = ".herinneringen"
_LOG = ".verzonden.jsonl"


def log_of(mail: Path) -> Path:
    """Return where the log of a mail is; that of a reminder is beside the report it is about."""
    folder = mail.absolute().parent
    about = folder if folder.suffix == DRAFTS else mail
    return about.with_name(about.stem + _LOG)


@dataclass(frozen=True)
class Entry:
    """A line of the log; `id` is the mail's Message-ID, `day` the day that it is about."""

    at: str
    id: str
    day: date
    to: str
    fate: Fate
    why: str = ""

    @property
    def name(self) -> Name:
        """Return what the Message-ID holds."""
        kind, says, seal = self.id.partition("@")[0].lstrip("<").split(".")
        return Name(kind, says, seal)

    @property
    def may_have_arrived(self) -> bool:
        """Say whether sending it once more could be one time too many."""
        return self.fate in {Fate.SENT, Fate.UNSURE}


class Outbox:
    """The log, while this program alone may send from it."""

    def __init__(self, path: Path, entries: Iterable[Entry] = ()) -> None:
        self.path = path
        self.entries = list(entries)

    def of_mail(self, message_id: str, to: Address) -> Entry | None:
        """Return what became of this mail for one address; None when it was never tried."""
        found = [e for e in self.entries if e.id == message_id and e.to == key_of(to)]
        return found[-1] if found else None

    def last(self, kind: str, to: Address) -> Entry | None:
        """Return the last mail of a kind that one address got, or may have got."""
        fates: dict[str, Entry] = {}
        for each in self.entries:
            if each.name.kind == kind and each.to == key_of(to):
                # The latest line of a mail counts, and comes last.
                fates.pop(each.id, None)
                fates[each.id] = each
        arrived = [each for each in fates.values() if each.may_have_arrived]
        return arrived[-1] if arrived else None

    def write(self, entries: Iterable[Entry]) -> None:
        """Add lines, and see them on the disk before anything else happens."""
        fresh = list(entries)
        lines = "".join(f"{json.dumps(_as_json(entry), ensure_ascii=False)}\n" for entry in fresh)
        try:
            with self.path.open("a+b") as file:
                file.truncate(_whole(file))
                file.write(lines.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise MailError(
                f"{self.path}: cannot be written: {error.strerror}. Without this log a mail could "
                "be sent twice; choose a folder where you may write"
            ) from None
        self.entries += fresh


@contextmanager
def outbox(path: Path) -> Iterator[Outbox]:
    """Give the log to one program at a time. Raises MailError."""
    try:
        with FileLock(f"{path}-lock", timeout=0, thread_local=False):
            yield Outbox(path, _read(path))
    except Timeout:
        raise MailError(
            f"{path}: another vinkje is sending these mails now; wait until it is done, then look "
            "with --dry-run what is left to send"
        ) from None


def read_log(path: Path) -> Outbox:
    """Return the log, to look in. Raises MailError."""
    return Outbox(path, _read(path))


def _read(path: Path) -> list[Entry]:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise MailError(f"{path}: cannot be read: {error.strerror}. Nothing was sent") from None
    # What stands after the last line break was cut off while it was written, before it counted.
    return [_entry(path, n, line) for n, line in enumerate(lines[:-1], 1) if line.strip()]


def _entry(path: Path, number: int, line: bytes) -> Entry:
    try:
        said = json.loads(line)
        day, fate = date.fromisoformat(said["day"]), Fate(said["fate"])
        entry = Entry(said["at"], said["id"], day, said["to"], fate, said["why"])
        entry.name  # noqa: B018 - a name that is none is a fault too
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MailError(
            f"{path}:{number}: cannot be read, so nobody knows what was sent before; take this "
            "line away (or put back what stood there) and try again. Nothing was sent"
        ) from None
    return entry


def _as_json(entry: Entry) -> dict[str, str]:
    return {
        "at": entry.at,
        "id": entry.id,
        "day": entry.day.isoformat(),
        "to": entry.to,
        "fate": entry.fate.value,
        "why": entry.why,
    }


def line(at: datetime, message_id: str, day: date, to: Address, fate: Fate, why: str = "") -> Entry:
    """Return a line of now."""
    return Entry(at.isoformat(timespec="seconds"), message_id, day, key_of(to), fate, why)


def _whole(file: BinaryIO) -> int:
    """Return how many bytes of the log are whole lines."""
    file.seek(0)
    return file.read().rfind(b"\n") + 1
