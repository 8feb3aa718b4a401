"""Score, error, level and interval of a measured competency; when the point alone decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from lms.rules import Band, Change, level_interval, level_of

Purpose = Literal["pre", "retest", "extra"]
PURPOSES: tuple[Purpose, ...] = ("pre", "retest", "extra")
TITLES: dict[str, str] = {  # i18n
    "pre": "Tes awal",
    "retest": "Tes ulang",
    "extra": "Soal tambahan",
}

MAX_EXTRAS = 2
"""Rounds of extra questions per measurement; then the point decides (decision 0010)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A measured competency: score and error in percent, the level and its interval.

    `correct` is the sum of the questions' scores, 0 to 1 each.
    """

    correct: float
    n: int
    score: float
    error: float
    level: int
    level_low: int
    level_high: int
    label: str


def score_error(correct: float, n: int) -> float:
    """Give the standard error of a share in percent: 100·√(p(1−p)/(n+4)), p = (x+2)/(n+4).

    Agresti and Coull (1998), The American Statistician 52, 119–126: adding two right and two
    wrong answers keeps the interval honest for few questions and for all right or all wrong.
    """
    p = (correct + 2) / (n + 4)
    return 100 * sqrt(p * (1 - p) / (n + 4))


def outcome(correct: float, n: int, bands: Sequence[Band], *, final: bool = False) -> Outcome:
    """Turn x right of n into a level with its interval; `final` lets the point alone decide.

    Raises ValueError when nothing was asked.
    """
    if n <= 0:
        raise ValueError("Nothing was asked.")
    score, error = 100 * correct / n, score_error(correct, n)
    return placed(score, error, bands, correct=correct, n=n, final=final)


def placed(
    score: float,
    error: float,
    bands: Sequence[Band],
    *,
    correct: float,
    n: int,
    final: bool = False,
) -> Outcome:
    """Give the level of a score with its error, both in the unit of the bands."""
    band = level_of(score, bands)
    low, high = (band.level, band.level) if final else level_interval(score, error, bands)
    return Outcome(
        correct=correct,
        n=n,
        score=score,
        error=error,
        level=band.level,
        level_low=low,
        level_high=high,
        label=band.label,
    )


def is_final(extra_number: int, n_extra: int, unseen: int) -> bool:
    """Tell whether no extra questions can follow, so that the point decides (decision 0010)."""
    return extra_number >= MAX_EXTRAS or n_extra <= 0 or unseen <= 0


def level_change(before: int, level_low: int, level_high: int) -> Change:
    """Judge a gain when the earlier result is only a level, such as an imported category.

    The change is clear when the whole new interval lies above or below the old level.
    """
    if level_low > before:
        return "better"
    return "lower" if level_high < before else "unclear"
