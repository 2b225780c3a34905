"""Who may send: only our own pages, and nobody far more than an office full of people."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

MOST_A_MINUTE = 2_000
_MINUTE = 60
# Clocks are put right by a little all day.
_JITTER = timedelta(minutes=1)


def is_ours(headers: Headers, hosts: Iterable[str]) -> bool:
    """Say whether a form was sent from one of our own pages, or by no browser at all.

    Browsers say so in Sec-Fetch-Site where the address is https or this machine's own, else in
    Origin; programs send neither.
    """
    if site := headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    origin = headers.get("Origin")
    return origin is None or origin.rpartition("//")[2].lower() in hosts


def host_name(host: str) -> str:
    """Return a host without its port; nothing for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


class Since:
    """Tells how long ago a moment was, for what may be shown for so long and never again.

    A clock that is set back would make it shorter. So the longest counts of what the clock says
    and what one says that was set when we began, or to the newest moment known then, and only runs
    on. What lies ahead was long ago: there is no telling when.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        newest: datetime | None = None,
        running: Callable[[], float] = monotonic,
    ) -> None:
        self._clock, self._running = clock, running
        began = clock()
        self._began = max(began, newest or began) - timedelta(seconds=running())

    def __call__(self, moment: datetime) -> timedelta:
        """Return how long ago it was, as far as is known."""
        passed = self._clock() - moment
        if passed < -_JITTER:
            return timedelta.max
        return max(passed, self._began + timedelta(seconds=self._running()) - moment)


class Limit:
    """Counts what each address sends in a moving minute; an office has one address together."""

    def __init__(self, most: int = MOST_A_MINUTE, clock: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._swept = clock()
        self._lock = Lock()

    def allows(self, address: str) -> bool:
        """Count one more, unless it is too many."""
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
