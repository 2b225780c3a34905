"""How long ago a moment was, by a clock that somebody may set back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

# Clocks are put right by a little all day.
_JITTER = timedelta(minutes=1)


class Elapsed:
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
