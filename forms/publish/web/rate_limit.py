"""How much one address may send: far less than a flood, far more than an office full of people."""

from collections import deque
from collections.abc import Callable
from threading import Lock
from time import monotonic

# An office behind one router counts as one: 2,000 people who send in the same minute pass.
MOST_A_MINUTE = 2_000
_MINUTE = 60


class RateLimit:
    """Counts what each address sends in a moving minute; an office has one address together."""

    def __init__(self, most: int = MOST_A_MINUTE, clock: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._swept = clock()
        self._lock = Lock()

    def allows(self, address: str) -> bool:
        """Count one more from an address and say yes, unless it is too many in the last minute.

        "" is nobody's: a limit that all had together would let one shut out all.
        """
        if not address:
            return True
        now = self._clock()
        with self._lock:
            if now - self._swept >= _MINUTE:
                self._forget(now)
            times = self._times.setdefault(address, deque(maxlen=self._most))
            if len(times) == self._most and now - times[0] < _MINUTE:
                return False
            times.append(now)
            return True

    def _forget(self, now: float) -> None:
        """Let go of every address that has not sent for a minute; none is kept for longer use."""
        self._swept = now
        for address in [a for a, times in self._times.items() if now - times[-1] >= _MINUTE]:
            del self._times[address]
