"""When a round is open: until its last day ends, or until somebody closes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

# Who had the page open when the round closed may still send for so long.
GRACE = timedelta(hours=1)


@dataclass(frozen=True)
class RoundWindow:
    """The last day, if there is one, and who knows when somebody closed the round, if they did.

    Days begin and end in `zone`, whatever the machine's clock is set to.
    """

    closes: date | None
    closed_at: Callable[[], datetime | None]
    zone: tzinfo

    def shows_form(self, now: datetime) -> bool:
        """Say whether the form is shown, to begin anew or to change answers."""
        return self._is_on(now) and self.closed_at() is None

    def takes_answers(self, now: datetime) -> bool:
        """Say whether answers are still taken: so long as the form is shown, and `GRACE` after."""
        opened = now - GRACE
        closed = self.closed_at()
        return self._is_on(opened) and (closed is None or opened < closed)

    def _is_on(self, moment: datetime) -> bool:
        """Say whether the last day has not passed; a day that no calendar follows is one too."""
        return self.closes is None or moment.astimezone(self.zone).date() <= self.closes
