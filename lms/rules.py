"""Pure rules of core for plugins: level bands, intervals, gap states, gain."""

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

__all__ = [
    "Z90",
    "Z95",
    "Band",
    "Change",
    "change",
    "gap_state",
    "job_person_match",
    "level_interval",
    "level_of",
    "reliable_change_error",
]
