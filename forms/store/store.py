"""What a store does: the protocol that each kind of database follows, and its values."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from forms.errors import StoreError

KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
# How often answers under one key are kept: a person needs a few, and each is kept for good.
MOST_REVISIONS = 20
_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like another
_SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Submission:
    """What one person sent: answers by question id, items' by the names of the answers.

    `key` is 32 hexadecimal digits, made when the page was; `version` names the questionnaire as it
    was asked; `flagged` says that a field was filled that people do not see; `revision` is its turn
    under this key, from 1, once it is kept.
    """

    key: str
    answers: Mapping[str, str]
    version: str
    at: datetime
    flagged: bool = False
    revision: int = 1

    @property
    def is_last(self) -> bool:
        """Say whether no more revisions of it are kept."""
        return self.revision >= MOST_REVISIONS

    @property
    def receipt(self) -> str:
        """Return the address of its receipt, from which the key cannot be told."""
        return hashlib.sha256(f"receipt {self.key}".encode()).hexdigest()[:32]

    @property
    def code(self) -> str:
        """Return what a person may call this submission by, such as `K7MW-9QXB`."""
        digest = hashlib.sha256(f"code {self.key}".encode()).digest()
        letters = "".join(_CODE_ALPHABET[byte % 32] for byte in digest[:8])
        return f"{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True)
class QuestionnaireVersion:
    """A questionnaire as it was asked once: its round, and each question's words by id.

    A question's words are its title, then its choices.
    """

    version: str
    round: str
    questions: Mapping[str, Sequence[str]]


class Store(Protocol):
    """A store that may be written to; there is one such at a time."""

    def remember(self, asked: QuestionnaireVersion) -> None:
        """Keep what is asked from now on."""

    def put(self, submission: Submission) -> Submission:
        """Keep a submission for good; returns what stands there now.

        The same key with the same answers is the same submission, with other answers a later
        revision of it, MOST_REVISIONS in all; after that what stands stays. Raises StoreError, and
        then it was not kept as far as is known.
        """

    def purge(self, before: datetime) -> int:
        """Wipe every submission that was last changed before a moment; returns how many."""

    def close(self) -> None:
        """End, with all that was accepted on disk."""


class Reader(Protocol):
    """A store that is looked into, also while another program writes to it."""

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires, the latest one last."""

    def submissions(self) -> Iterator[Submission]:
        """Yield every revision of every submission, as they came in, as of one moment."""

    def latest(self, *, key: str = "", receipt: str = "") -> Submission | None:
        """Return the last revision of one submission."""

    def newest(self) -> datetime | None:
        """Return when the last answers came, by the clock of then; None without any."""

    def copy(self) -> bytes:
        """Return the whole store as one file that is complete in itself."""


def open_store(url: str) -> Store:
    """Open a store to write to, and make it when it is not there.

    Raises StoreError, also when another program has it open so.
    """
    from forms.store.sqlite import SqliteStore

    return SqliteStore(store_path(url))


def read_store(url: str) -> AbstractContextManager[Reader]:
    """Open a store to read from.

    Raises StoreError when it is not there or is no store.
    """
    from forms.store.sqlite import sqlite_reader

    return sqlite_reader(store_path(url))


def is_store(source: str) -> bool:
    """Say whether a source names a store."""
    return source.startswith("sqlite:")


def store_path(url: str) -> Path:
    """Return the file of a store, `sqlite:///answers.db`.

    Raises StoreError for another address.
    """
    path = url.removeprefix(_SQLITE)
    if path == url or not path or "\0" in path:
        raise StoreError(
            f"'{url}' is no store; name one as sqlite:///answers.db (a file in this folder) or "
            "sqlite:////srv/vinkje/answers.db"
        )
    return Path(path)


def closed_mark(url: str) -> Path:
    """Return the file that says, by being there, that the round is closed.

    It is no part of the database, so that a round can be closed while the form is being served.
    """
    path = store_path(url)
    return path.with_name(f"{path.name}-closed")
