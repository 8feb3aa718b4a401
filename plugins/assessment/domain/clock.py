"""The clock of a test: its deadline, the grace after it, what an outage gives back.

Only the server's time counts. What a device says of its own clock never makes an answer early.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Phase = Literal["running", "grace", "over"]
BEAT_EVERY = 5.0
"""Seconds between two signs of life of the server while tests run."""
GAP = 15.0
"""A longer silence than this is an outage, in seconds."""
SETTLE = timedelta(seconds=30)
"""How long after an outage nothing is handed in by the server itself."""
JUDGE = timedelta(minutes=15)
"""How long people have to judge an attempt whose time ran out in an outage for all that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What limits an attempt: seconds from the start, the end of the window, what was granted.

    `limit`, `allowance` and `grace` are seconds; None means without limit.
    """

    started_at: datetime
    limit: int | None = None
    window_end: datetime | None = None
    allowance: int = 0
    grace: int = 0

    @property
    def deadline(self) -> datetime | None:
        """Give min(start + limit, window end) + allowance; None when nothing limits.

        Time that was granted also moves the window, but nobody who starts late gets the full
        time beyond it (lesson D11).
        """
        ends = [self.window_end] if self.window_end else []
        if self.limit is not None:
            ends.append(self.started_at + timedelta(seconds=self.limit))
        return min(ends) + timedelta(seconds=self.allowance) if ends else None

    @property
    def closes_at(self) -> datetime | None:
        """Give when nothing more is stored: the deadline and the grace after it."""
        return self.deadline + timedelta(seconds=self.grace) if self.deadline else None

    def phase(self, moment: datetime) -> Phase:
        """Tell whether answers are in time, late but within the grace, or too late."""
        if self.deadline is None or moment < self.deadline:
            return "running"
        closes_at = self.closes_at
        return "grace" if closes_at is not None and moment < closes_at else "over"

    def left(self, moment: datetime) -> int | None:
        """Give the whole seconds that are left, at least 0; None when nothing limits."""
        if self.deadline is None:
            return None
        return max(0, int((self.deadline - moment).total_seconds()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A time in which the server did not run."""

    started_at: datetime
    ended_at: datetime

    @property
    def seconds(self) -> int:
        """Give its length, rounded up: nobody loses a part of a second."""
        return -int(-(self.ended_at - self.started_at).total_seconds() // 1)


def silence(last_beat: datetime, moment: datetime) -> Silence | None:
    """Give the outage that lies between two signs of life, or None when there was none."""
    if (moment - last_beat).total_seconds() <= GAP:
        return None
    return Silence(started_at=last_beat, ended_at=moment)


def given_back(timing: Timing, outage: Silence, cap: int, already: int = 0) -> int:
    """Give the seconds of an outage that an attempt gets back.

    The attempt's time stands still while the server is away: what was left when it went is left
    when it comes back, also when the deadline passed meanwhile. `cap` limits what is given back
    for all outages together, of which `already` seconds were given. An outage that ended before
    the start or began after the deadline cost the person nothing.
    """
    deadline = timing.deadline
    begin = max(outage.started_at, timing.started_at)
    if deadline is None or begin >= deadline:
        return 0
    lost = (outage.ended_at - begin).total_seconds()
    whole = -int(-lost // 1)
    return max(0, min(whole, cap - already))


def late_counts(
    timing: Timing, moment: datetime, outages: Sequence[Silence], flagged: bool = True
) -> bool:
    """Tell whether an answer that arrived at `moment` counts.

    It does when it is in time by what was granted until now. One that is still late counts only
    when the server itself was away when the deadline passed (R7): then more was lost than could
    be given back, and the answer came as soon as it could.
    """
    deadline = timing.deadline
    if not flagged or deadline is None or moment < deadline:
        return True
    return any(_swallowed(outage, deadline) and outage.ended_at <= moment for outage in outages)


def _swallowed(outage: Silence, deadline: datetime) -> bool:
    return outage.started_at < deadline <= outage.ended_at


def may_close(timing: Timing, moment: datetime, outages: Sequence[Silence]) -> bool:
    """Tell whether the server may hand in by itself: the grace is over, no outage is fresh.

    After an outage the browsers first send what they kept. A deadline that passed in an outage
    although time was given back waits longer: a proctor may want to give more.
    """
    deadline, closes_at = timing.deadline, timing.closes_at
    if deadline is None or closes_at is None or moment < closes_at:
        return False
    waits = ((each.ended_at, JUDGE if _swallowed(each, deadline) else SETTLE) for each in outages)
    return not any(moment < ended_at + wait for ended_at, wait in waits)


def start_delay(session: str, person: str, spread: int) -> int:
    """Give the seconds that a person waits after the opening: even over 0 … spread − 1.

    The same person always gets the same delay; nobody loses time by it, since the time runs from
    the person's own start.
    """
    if spread <= 0:
        return 0
    digest = hashlib.sha256(f"{session}\n{person}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % spread
