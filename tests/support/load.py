"""People who send answers without a pause, each again and again until thanked, and the account."""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock

from forms.store.interface import Submission

Put = Callable[[Submission], Submission]
# Seconds after which somebody who is not thanked gives up, once nobody need send any more.
_PATIENCE = 60


@dataclass
class Load:
    """What people sent, and what they were told.

    `thanked` has each submission that was acknowledged; `errors` counts the answers that were
    errors, `stored_all_the_same` those of them after which it was there when it was sent again;
    `gap` is the longest time in which nobody was thanked, in seconds.
    """

    thanked: list[Submission] = field(default_factory=list)
    errors: int = 0
    stored_all_the_same: int = 0
    gap: float = 0.0
    _stop: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _last: float = field(default_factory=time.monotonic)

    def lost(self, stored: Iterable[Submission]) -> int:
        """Return how many of those who were thanked are not in a store."""
        keys = {each.key for each in stored}
        return sum(each.key not in keys for each in self.thanked)

    def doubled(self, stored: Iterable[Submission]) -> int:
        """Return how many rows a store has too many: nobody changed an answer."""
        return sum(number - 1 for number in Counter(each.key for each in stored).values())

    def account(self, stored: Iterable[Submission]) -> str:
        """Return all of it in a line."""
        rows = list(stored)
        return (
            f"acknowledged {len(self.thanked)}, lost {self.lost(rows)}, "
            f"doubled {self.doubled(rows)}, stored though an error was answered "
            f"{self.stored_all_the_same} of {self.errors}, gap {self.gap:.1f} s"
        )

    def wait_for(self, number: int, seconds: float = 60) -> None:
        """Wait until so many more are thanked."""
        goal, end = len(self.thanked) + number, time.monotonic() + seconds
        while len(self.thanked) < goal:
            assert time.monotonic() < end, f"{len(self.thanked)} of {goal} thanked"
            time.sleep(0.01)

    def _person(self, put: Put) -> None:
        while not self._stop.is_set():
            self._send(put, secrets.token_hex(16))

    def _send(self, put: Put, key: str) -> None:
        tried: set[datetime] = set()
        patience = time.monotonic() + _PATIENCE
        while True:
            at = datetime.now(UTC)
            try:
                kept = put(Submission(key, {"A1": "needed"}, "v1", at))
            except Exception:  # noqa: BLE001 - whatever it was, people send again
                tried.add(at)
                with self._lock:
                    self.errors += 1
                if self._stop.is_set() and time.monotonic() > patience:
                    return
                time.sleep(0.05)
                continue
            with self._lock:
                self.stored_all_the_same += kept.at in tried
                self.thanked.append(kept)
                now = time.monotonic()
                self.gap, self._last = max(self.gap, now - self._last), now
            return


@contextmanager
def under_load(*puts: Put, people: int = 8) -> Iterator[Load]:
    """Let people send to form servers in turn while this lasts, and until each is thanked.

    `puts` keep a submission and return what stands, as a store's `put`; they may raise anything.
    """
    load = Load()
    with ThreadPoolExecutor(people) as crowd:
        sending = [crowd.submit(load._person, puts[n % len(puts)]) for n in range(people)]  # noqa: SLF001
        try:
            load.wait_for(people)
            yield load
        finally:
            load._stop.set()  # noqa: SLF001
    for each in sending:
        each.result()
