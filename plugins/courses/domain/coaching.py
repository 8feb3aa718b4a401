"""Pure: the states of coaching between colleagues, and what makes a meeting count."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lms.errors import Conflict, Invalid, NotAllowed

Act = Literal["agree", "decline", "withdraw", "note", "end", "stop"]
Role = Literal["learner", "coach"]

COACH_LEVEL = 3
"""From this level on a colleague can help (issue 4, part F); the level itself is never shown."""
SHORTEST, LONGEST = 15, 240
"""Minutes of a meeting."""
KINDS = ("coaching", "peer")

NEXT: dict[tuple[str, str], tuple[str, tuple[Role, ...]]] = {
    ("asked", "agree"): ("agreed", ("coach",)),
    ("asked", "decline"): ("declined", ("coach",)),
    ("asked", "withdraw"): ("withdrawn", ("learner",)),
    ("agreed", "note"): ("agreed", ("learner", "coach")),
    ("agreed", "end"): ("ended", ("learner", "coach")),
    ("agreed", "stop"): ("withdrawn", ("learner", "coach")),
}
REFUSED = {  # i18n
    "asked": "Permintaan ini belum dijawab.",
    "agreed": "Permintaan ini sudah dijawab.",
    "declined": "Permintaan ini sudah dijawab.",
    "ended": "Coaching ini sudah selesai.",
    "withdrawn": "Coaching ini sudah dibatalkan.",
}


def after(state: str, act: Act, role: Role) -> str:
    """Give the state that an act leads to; raises Conflict, or NotAllowed for the other one."""
    found = NEXT.get((state, act))
    if found is None:
        raise Conflict(REFUSED[state])
    if role not in found[1]:
        raise NotAllowed(NOT_YOURS)
    return found[0]


NOT_YOURS = "Ini hanya dapat dilakukan oleh rekan Anda."  # i18n


def check_meeting(held_on: date, minutes: int, *, since: date, today: date) -> None:
    """Check a meeting that is noted; raises Invalid in words for people."""
    if held_on > today:
        raise Invalid(NOT_YET)
    if held_on < since:
        raise Invalid(TOO_EARLY)
    if not SHORTEST <= minutes <= LONGEST:
        raise Invalid(LENGTH)


NOT_YET = "Pertemuan ini belum berlangsung. Catat setelah bertemu."  # i18n
TOO_EARLY = "Pertemuan ini sebelum rekan Anda setuju."  # i18n
LENGTH = "Lama pertemuan antara 15 dan 240 menit."  # i18n
