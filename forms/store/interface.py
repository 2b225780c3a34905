"""What a store does: the protocol that each kind of database follows, and its values."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# 128 bits: whoever knows a key may change those answers, so none can be guessed.
KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
# How often answers under one key are kept: a person needs a few, and each is kept for good.
MOST_REVISIONS = 20
_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like another


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
        """Say whether no more revisions of it are kept: it is the last of `MOST_REVISIONS`."""
        return self.revision >= MOST_REVISIONS

    @property
    def receipt(self) -> str:
        """Return the address of its receipt, from which the key cannot be told."""
        return hashlib.sha256(f"receipt {self.key}".encode()).hexdigest()[:32]

    @property
    def code(self) -> str:
        """Return what a person may call this submission by, such as `K7MW-9QXB`."""
        # 32 letters: a byte gives each of them as often.
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
        """Keep what is asked from now on, as the latest; it goes before the first `put` of it."""

    def put(self, submission: Submission) -> Submission:
        """Keep a submission for good; returns what stands there now.

        The same key with the same answers is the same submission, with other answers a later
        revision of it, MOST_REVISIONS in all; after that what stands stays. Raises StoreError, and
        then it was not kept as far as is known.
        """

    def purge(self, before: datetime) -> int:
        """Wipe every submission that was last changed before a moment; returns how many."""

    def close(self) -> None:
        """End, with all that was accepted on disk; another may then write."""


class Reader(Protocol):
    """A store that is looked into, also while another program writes to it."""

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires as they were asked, the latest one last."""

    def submissions(self) -> Iterator[Submission]:
        """Yield every revision of every submission, as they came in, as of one moment."""

    def latest(self, *, key: str = "", receipt: str = "") -> Submission | None:
        """Return the last revision of one submission, by its key or its receipt, if it is there."""

    def newest(self) -> datetime | None:
        """Return when the last answers came, by the clock of then; None without any."""

    def copy(self) -> bytes:
        """Return the whole store as one file that is complete in itself."""
