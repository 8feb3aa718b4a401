"""Who is at a test now, in the memory of this process, and the sign of life of the server itself.

While tests run, the server writes every five seconds that it is alive. A longer silence is an
outage, which the first sign after it records and gives back (trust R7). The host runs
:func:`pulse`; where no host does (in tests, in commands) there are no signs and no outages.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from lms import Pulse, Site
from plugins.assessment.domain.clock import BEAT_EVERY, GAP
from plugins.assessment.services.clock import beat, call_sweeper, is_expected, stop_beating

IN_USE = timedelta(minutes=15)
"""Signs go on for so long after the last request of a test."""
SWEEP_EVERY = timedelta(seconds=30)
TRY_AGAIN = timedelta(seconds=BEAT_EVERY)
_KEY = "assessment.presence"


class Presence:
    """What one process knows of an agency's tests without asking the database.

    `started` tells that a host runs the pulse, `beat_at` is this process's last sign of life
    (None while no test runs), `used_at` the last request of a test, `saved_at` the last answer.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.started = False
        self.beat_at: datetime | None = None
        self.used_at: datetime | None = None
        self.saved_at: datetime | None = None
        self.tried_at: datetime | None = None
        self.swept_at: datetime | None = None
        self._guard = threading.Lock()
        self._seen: set[int] = set()

    def note(self, attempt_id: int) -> None:
        """Note that the page of an attempt gave a sign just now."""
        with self._guard:
            self._seen.add(attempt_id)

    def take_seen(self) -> set[int]:
        """Give the attempts that gave a sign since the last time, and forget them."""
        with self._guard:
            seen, self._seen = self._seen, set()
        return seen

    def put_back(self, seen: set[int]) -> None:
        """Keep for the next time what could not be written."""
        with self._guard:
            self._seen |= seen

    def in_use(self, moment: datetime) -> bool:
        """Tell whether a test was asked for a short while ago."""
        return self.used_at is not None and moment - self.used_at < IN_USE

    def lacks_sign(self, moment: datetime) -> bool:
        """Tell whether the last sign is too old to judge anybody's deadline."""
        if not self.started or _within(self.tried_at, moment, TRY_AGAIN):
            return False
        signs = [each for each in (self.beat_at, self.saved_at) if each is not None]
        return self.beat_at is None or moment - max(signs) > timedelta(seconds=GAP)

    def sweep_is_due(self, moment: datetime) -> bool:
        """Tell whether the sweeper should look again at attempts whose time is over."""
        return not _within(self.swept_at, moment, SWEEP_EVERY)


def _within(then: datetime | None, moment: datetime, span: timedelta) -> bool:
    return then is not None and then <= moment < then + span


def presence(site: Site) -> Presence:
    """Give what this process knows of a site's tests."""
    found: Presence = site.extra.setdefault(_KEY, Presence())
    return found


def note_seen(site: Site, attempt_id: int) -> None:
    """Note that the page of an attempt gave a sign; costs no statement."""
    presence(site).note(attempt_id)


def note_saved(site: Site, attempt_id: int) -> None:
    """Note that an answer was saved: the server and its database were alive."""
    state = presence(site)
    state.note(attempt_id)
    state.saved_at = site.clock()


def pulse(site: Site) -> None:
    """Give a sign of life while tests run; look once, at the beginning, whether one is missing."""
    state = presence(site)
    with state.turn:
        moment = site.clock()
        if not state.started:
            state.started = True
            if _was_beating(site):
                state.used_at = moment
        if state.in_use(moment):
            _beat(site, state)
        elif state.beat_at is not None:
            _stop(site, state, state.beat_at)


def ensure_sign(site: Site) -> None:
    """Before a request of a test: nobody's deadline is judged while an outage is not known yet."""
    state = presence(site)
    state.used_at = site.clock()
    if not state.lacks_sign(state.used_at):
        return
    with state.turn:
        if not state.lacks_sign(site.clock()):
            return  # another request was faster
        try:
            _beat(site, state)
        except Exception as error:  # the request says itself what it cannot do
            site.registry.note_error("assessment", "pulse assessment.beat", error)


def _was_beating(site: Site) -> bool:
    with site.database.reading() as session:
        return is_expected(session)


def _beat(site: Site, state: Presence) -> None:
    state.tried_at = site.clock()
    seen = state.take_seen()
    try:
        with site.database.writing() as session:
            at = beat(session, seen, saved_at=state.saved_at)
            if due := state.sweep_is_due(at):
                call_sweeper(session)
    except BaseException:
        state.put_back(seen)
        raise
    state.beat_at = at
    if due:
        state.swept_at = at


def _stop(site: Site, state: Presence, last: datetime) -> None:
    with site.database.writing() as session:
        stop_beating(session, last)
    state.beat_at = None


PULSES = (Pulse(name="assessment.beat", every_seconds=BEAT_EVERY, run=pulse),)
