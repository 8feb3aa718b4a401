"""Slows the guessing of entry codes, per person and in the memory of this process.

Nobody is locked out: who typed wrongly too often waits half a minute between two tries, and a
room full of others behind the same address waits for nobody.
"""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

from lms import Site

FREE = 10
"""So many wrong codes within the window cost nothing."""
WINDOW = timedelta(minutes=10)
PAUSE = timedelta(seconds=30)
_KEY = "assessment.guesses"


class Guesses:
    """The last wrong codes of each person."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._wrong: dict[int, deque[datetime]] = {}

    def note(self, person_id: int, moment: datetime) -> None:
        """Note a wrong code, and forget people who typed none for a while."""
        with self._guard:
            for each in [p for p, own in self._wrong.items() if moment - own[-1] > WINDOW]:
                del self._wrong[each]
            self._wrong.setdefault(person_id, deque(maxlen=FREE)).append(moment)

    def wait(self, person_id: int, moment: datetime) -> int:
        """Give the whole seconds until the next try; 0 for none."""
        with self._guard:
            wrong = self._wrong.get(person_id, deque())
            if len(wrong) < FREE or moment - wrong[0] > WINDOW:
                return 0
            left = (wrong[-1] + PAUSE - moment).total_seconds()
        return max(0, -int(-left // 1))


def guesses(site: Site) -> Guesses:
    """Give what this process knows of wrong codes."""
    found: Guesses = site.extra.setdefault(_KEY, Guesses())
    return found
