"""Places on the level scale, for bars and slopes in percent and pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from lms.rules import Z90, Band, level_of

LEVEL_HEIGHT = 50.0
"""Pixels from one level to the next in a slope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A value on the scale of levels (2,6 = a bit over half of level 2) and its interval."""

    value: float
    low: float
    high: float


def position(score: float, bands: Sequence[Band]) -> float:
    """Place a score on the scale of levels: linear inside a band, the top level is the end."""
    ordered = sorted(bands, key=lambda band: band.at_least)
    band = level_of(score, ordered)
    place = ordered.index(band)
    if place == len(ordered) - 1:
        return float(band.level)
    share = (score - band.at_least) / (ordered[place + 1].at_least - band.at_least)
    return band.level + min(max(share, 0.0), 1.0)


def scale(score: float, error: float, bands: Sequence[Band]) -> Scale:
    """Place score ± 1.64·error on the scale of levels."""
    return Scale(
        value=position(score, bands),
        low=position(score - Z90 * error, bands),
        high=position(score + Z90 * error, bands),
    )


def bar_place(value: float, top: int) -> float:
    """Give where a level value lies on a bar that ends at the top level, in percent."""
    return round(min(max(value / top, 0.0), 1.0) * 100, 1)


def slope_top(values: Sequence[float]) -> int:
    """Give the highest level line that a slope needs; at least three lines are drawn."""
    return max(3, ceil(max(values)))


def slope_place(value: float, top: int) -> float:
    """Give the height of a level value in a slope, in pixels from above."""
    return round(27.5 + (top - value) * LEVEL_HEIGHT, 1)


def slope_height(top: int) -> int:
    """Give the height of a slope with its lowest line at level 1 and the words below."""
    return round(84 + (top - 1) * LEVEL_HEIGHT)
