"""Pure: the hours in which nobody is disturbed, and when they end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `start` until `end` (over midnight when `end` is earlier), perhaps whole weekends.

    The same start and end mean that no hour of the day is quiet.
    """

    start: time
    end: time
    weekends: bool = False

    def next_allowed(self, local: datetime) -> datetime:
        """Give the first moment from `local` (the agency's time) on at which may be sent."""
        while (later := self._end_of_quiet(local)) is not None:
            local = later
        return local

    def _end_of_quiet(self, local: datetime) -> datetime | None:
        """Give when the quiet around this moment ends, None when it is not quiet."""
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.weekends and local.weekday() >= SATURDAY:
            return midnight + timedelta(days=1)
        clock, end = (
            local.time(),
            midnight + timedelta(hours=self.end.hour, minutes=self.end.minute),
        )
        if self.start <= self.end:
            return end if self.start <= clock < self.end else None
        if clock < self.end:
            return end
        return end + timedelta(days=1) if clock >= self.start else None


def read_clock(text: str) -> time:
    """Read "06.30" as a time of day; raises ValueError."""
    hour, minute = text.split(".")
    return time(int(hour), int(minute))
