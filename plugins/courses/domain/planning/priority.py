"""What a person's gaps weigh in the plan: by position level, and by the years still to serve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from plugins.courses.domain.planning.scenario import WEIGHT_UNIT

Leaving = Literal["same", "later", "none"]
"""Those who retire in the plan's year: like all others, after them, or not planned."""
LATER = 2
"""Their weight is divided by this."""
RETIRES_AT = 58
RETIRES_LATER = {
    "jpt_utama": 60,
    "jpt_madya": 60,
    "jpt_pratama": 60,
    "ahli_madya": 60,
    "ahli_utama": 65,
}
"""PP 11/2017, articles 239 and 240: 58 years, 60 or 65 for some levels."""


def last_year(birth: date | None, level: str) -> int | None:
    """Give the year in which a person retires, None when the date of birth is unknown."""
    return None if birth is None else birth.year + RETIRES_LATER.get(level, RETIRES_AT)


def weight_of(
    birth: date | None, level: str, year: int, *, levels: Mapping[str, int], leaving: Leaving
) -> int | None:
    """Give the weight of a person's gaps in thousandths, None for one who is not planned."""
    weight = levels.get(level, WEIGHT_UNIT)
    ends = last_year(birth, level)
    if ends is None or ends > year:
        return weight
    if ends < year or leaving == "none":
        return None
    return weight if leaving == "same" else weight // LATER
