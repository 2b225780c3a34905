"""What a store does: the protocol that each kind of database follows, and its values."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

# What it is made from, which who reads a store need not load.
if TYPE_CHECKING:
    from forms.questionnaire import Questionnaire

# 128 bits: whoever knows a key may change those answers, so none can be guessed.
KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
# How often answers under one key are kept: a person needs a few, and each is kept for good.
MOST_REVISIONS = 20
# The least that a stored time tells apart.
TICK = timedelta(microseconds=1)
_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like another


@dataclass(frozen=True)
class Submission:
    """What one person sent: answers by question id, items' by the names of the answers.

    `key` is 32 hexadecimal digits, made when the page was; `version` names the questionnaire as it
    was asked; `flagged` says that a field was filled that people do not see; `revision` is its turn
    under this key, from 1, once it is kept; `organisation` is "" where a store serves only one.
    """

    key: str
    answers: Mapping[str, str]
    version: str
    at: datetime
    flagged: bool = False
    revision: int = 1
    organisation: str = ""

    @property
    def is_last(self) -> bool:
        """Say whether no more revisions of it are kept: it is the last of `MOST_REVISIONS`."""
        return self.revision >= MOST_REVISIONS

    def after(self, stands: "Submission") -> "Submission | None":
        """Return this as the revision after what stands; None where that is to stay.

        So does what another organisation's link was used for, whoever came to know its key.
        """
        if self.organisation != stands.organisation:
            return None
        if stands.answers == self.answers or stands.is_last:
            return None
        # Later than what it replaces, also when the clock was set back.
        return replace(self, at=max(self.at, stands.at + TICK), revision=stands.revision + 1)

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

    A question's words are its title, then its choices. `codebook` has, of each question with
    choices, the answers that stand for them in a submission; a store may keep it, or not.
    """

    version: str
    round: str
    questions: Mapping[str, Sequence[str]]
    codebook: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: "Questionnaire") -> "QuestionnaireVersion":
        """Return a questionnaire as it is asked now."""
        return cls(asked.version, asked.round, asked.words(), asked.codebook())


@dataclass(frozen=True)
class Organisation:
    """One of several that take part in a round, each with a link and answers of its own.

    `name` is what its submissions carry. `link` is the SHA-256 of its link's token, in 64
    hexadecimal digits, so that nobody who reads a store can answer by it; "" without a link.
    `source` names where its answers are when they are not in the store.
    """

    name: str
    contact: str = ""
    size: str = ""
    source: str = ""
    link: str = ""


# A code for an answer that is none of a codebook's: no question has as many choices.
UNCODED = 255


@dataclass(frozen=True)
class CodedAnswers:
    """Submissions as they stand, of one version, group and day, with a byte a closed question.

    `codebook` has the answers to each closed question, by id in the order of the bytes; `codes`
    len(codebook) bytes a submission: 0 for no answer, n for the question's nth, UNCODED for a text
    that is none of them. `group` is the answer to the question that splits, "" for none. Their
    order means nothing, and may be that in which they were sent.
    """

    version: str
    group: str
    day: date
    codebook: Mapping[str, Sequence[str]]
    codes: bytes

    def __len__(self) -> int:
        return len(self.codes) // len(self.codebook) if self.codebook else 0


@dataclass(frozen=True)
class Remark:
    """A text that somebody typed, and the question that it answers, as one version asked it."""

    version: str
    question: str
    text: str


@dataclass(frozen=True)
class Holdings:
    """How much a store holds: `submissions`, their `revisions` in all, and how many are `flagged`.

    A submission is flagged when any revision of it is. `first` is when the first of them was
    sent, `last` when one was last changed; None without any.
    """

    submissions: int = 0
    revisions: int = 0
    flagged: int = 0
    first: datetime | None = None
    last: datetime | None = None


class Store(Protocol):
    """A store that a form writes to; `put`, and what only looks, may be called from any thread.

    All raise StoreError, but for `warnings` and `closed_at`.
    """

    @property
    def warnings(self) -> Sequence[str]:
        """Return sentences about how answers are kept, for whoever serves the form."""

    def remember(self, asked: QuestionnaireVersion) -> None:
        """Keep what is asked from now on; it goes before the first `put` of it.

        As the latest, but where several write: one that was asked before keeps its place there.
        """

    def put(self, submission: Submission) -> Submission:
        """Keep a submission for good; returns what stands there now.

        The same key with the same answers is the same submission, with other answers a later
        revision of it, MOST_REVISIONS in all; after that what stands stays. Raises StoreError, and
        then it was not kept as far as is known: whoever sends it again loses and doubles nothing.
        """

    def latest(self, *, key: str = "", receipt: str = "") -> Submission | None:
        """Return the last revision of one submission, by its key or its receipt, if it is there."""

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires as they were asked, the latest one last."""

    def organisations(self) -> list[Organisation]:
        """Return who takes part, by name; none where the form is one organisation's.

        Seconds late at most while the store can be asked, else as they were known last.
        """

    def enrol(
        self,
        organisations: Iterable[Organisation],
        before: Sequence[Organisation] | None = None,
    ) -> None:
        """Keep who takes part; what was kept under such a name goes.

        With `before` only where that is still who takes part: else StoreError, as of somebody who
        did the same just now.
        """

    def keep_figures(self, figures: str) -> str:
        """Keep a sector's figures, unless there are some; returns what stands."""

    def newest(self) -> datetime | None:
        """Return when the last answers came, by the clock of then; None without any."""

    def closed_at(self) -> datetime | None:
        """Return when somebody closed the round; None while it is open.

        Seconds late at most while the store can be asked; where it cannot, no error comes of that.
        """

    def check_ready(self) -> None:
        """Raise StoreError when nothing could be put now."""

    def purge(self, before: datetime) -> int:
        """Wipe every submission that was last changed before a moment; returns how many."""

    def restore(
        self,
        submissions: Iterable[Submission],
        asked: Iterable[QuestionnaireVersion] = (),
        organisations: Sequence[Organisation] = (),
        figures: str = "",
    ) -> int:
        """Keep a copy's submissions with their moments, and all else it holds, or nothing of it.

        What is there stays as it is: so do the links of organisations, and a sector's figures. Of
        a key that is there, what was sent after the last of those comes after it; all else somebody
        replaced since. A file leaves out a key that is another organisation's there. Revisions are
        numbered from there on, without a gap. Questionnaires go before those that are there: what
        is asked now stays the latest. Returns how many revisions were added; a second time that is
        none.
        """

    def close(self) -> None:
        """End, with all that was accepted on disk; another may then write."""


class Reader(Protocol):
    """One moment of a store, also while others write to it. All methods raise StoreError.

    Where it reads for one organisation, submissions are those that carry its name.
    """

    def asked(self) -> list[QuestionnaireVersion]:
        """Return the questionnaires as they were asked, the latest one last."""

    def organisations(self) -> list[Organisation]:
        """Return who takes part, by name; none where the form is one organisation's."""

    def organisation(self, name: str) -> Organisation | None:
        """Return the one of a name, if it takes part."""

    def answered(self) -> dict[str, int]:
        """Return how many submissions stand, by the organisation that they carry."""

    def figures(self) -> str:
        """Return the sector's figures that were kept; "" without any."""

    def closed_at(self) -> datetime | None:
        """Return when somebody closed the round; None while it is open."""

    def submissions(self) -> Iterator[Submission]:
        """Yield every revision of every submission, those of a key in their order."""

    def coded(self, split: str, zone: tzinfo) -> Iterator[CodedAnswers]:
        """Yield the closed answers of every submission as it stands, a group and day at a time.

        Those of one group and day may come in several parts, each with a codebook of its own.
        `split` is the id of the question that splits, "" where none does; days are those of `zone`.
        """

    def remarks(self) -> Iterator[Remark]:
        """Yield the texts typed in submissions as they stand, in any order: sort before showing."""

    def holdings(self, before: datetime | None = None) -> Holdings:
        """Say how much is held, in all or of what was last changed before a moment."""

    def copy_to(self, path: Path) -> None:
        """Write all of it into one new file, which is a store itself."""
