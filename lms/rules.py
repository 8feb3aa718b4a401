"""Pure rules of core for plugins: level bands, intervals, gap states, gain, position levels."""

from __future__ import annotations

from lms.core.learning.rules import (
    Z90,
    Z95,
    Band,
    Change,
    change,
    gap_state,
    job_person_match,
    level_interval,
    level_of,
    reliable_change_error,
)
from lms.core.people.positions import POSITION_LEVELS, RARE_LEVELS, level_name

__all__ = [
    "POSITION_LEVELS",
    "RARE_LEVELS",
    "Z90",
    "Z95",
    "Band",
    "Change",
    "change",
    "gap_state",
    "job_person_match",
    "level_interval",
    "level_name",
    "level_of",
    "reliable_change_error",
]
