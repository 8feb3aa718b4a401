"""How long a step was studied, and whether that can be: never a reproach, a retest earlier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

AT_MOST = 3
"""Times the expected minutes: whoever leaves a page open overnight did not study all night."""
FASTEST_WORDS = 500
"""Words a minute that hardly anyone reads with understanding; adults read about 200 to 250."""
SHARE_OF_MINUTES = 0.2
"""Of the minutes that the author expects: faster than this nobody has done the exercises."""
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudiedStep:
    """A step that was done: its words, its share of the module's minutes, the seconds seen.

    `seconds` is None where the server could not see it.
    """

    words: int
    minutes: float
    seconds: int | None


def count_words(html: str) -> int:
    """Count the words of a step."""
    return len(TAG.sub(" ", html).split())


def counted_seconds(seconds: float, minutes: float) -> int:
    """Give the seconds to store for a step of so many expected minutes: not below 0, capped."""
    return round(min(max(seconds, 0.0), minutes * 60 * AT_MOST))


def least_seconds(words: int, minutes: float) -> float:
    """Give the shortest time that can be study; the lower of two estimates, for the person."""
    return min(words / FASTEST_WORDS, minutes * SHARE_OF_MINUTES) * 60


def is_short(steps: Sequence[StudiedStep]) -> bool:
    """Tell whether a course was studied implausibly fast as a whole.

    Steps whose time is not known do not count, and nothing is judged when half of the course is
    not known: a doubt is in favour of the person.
    """
    known = [(step, step.seconds) for step in steps if step.seconds is not None]
    if not known or 2 * len(known) < len(steps):
        return False
    least = sum(least_seconds(step.words, step.minutes) for step, _ in known)
    return sum(seconds for _, seconds in known) < least
