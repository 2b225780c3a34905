"""When a round is open: until its last day ends, or until somebody closes it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

# Who had the page open when the round closed may still send for so long.
GRACE = timedelta(hours=1)


@dataclass(frozen=True)
class Round:
    """The last day, if there is one, and the file that says by being there: closed."""

    closes: date | None
    mark: Path

    def closed_by_hand(self) -> datetime | None:
        """Return when somebody closed the round."""
        try:
            return datetime.fromtimestamp(self.mark.stat().st_mtime, UTC)
        except OSError:
            return None

    def _closed_at(self) -> datetime | None:
        ends = [found] if (found := self.closed_by_hand()) else []
        if self.closes:
            # The day ends by this machine's clock.
            ends.append(datetime.combine(self.closes + timedelta(days=1), time()).astimezone())
        return min(ends, default=None)

    def shows_form(self, now: datetime) -> bool:
        """Say whether the form is shown."""
        end = self._closed_at()
        return end is None or now < end

    def takes_answers(self, now: datetime) -> bool:
        """Say whether answers are still taken."""
        end = self._closed_at()
        return end is None or now < end + GRACE
