"""How a source is reached: whose key, whose answers in it, and whom to tell how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Called with the rows read so far, and how many there are (0: nobody knows).
Progress = Callable[[int, int], None]


def _ignore_progress(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True)
class Access:
    """The key file for Google, else the login's; and who hears of long reads.

    `organisation` is whose answers are read of a database that has those of several.
    """

    credentials: Path | None = None
    progress: Progress = _ignore_progress
    organisation: str | None = None
