"""Aiken's V: how far experts agree that an item fits its competency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from lms.rules import Z95


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Aiken's V between 0 and 1, its 95 % interval and the number of raters."""

    v: float
    low: float
    high: float
    raters: int


def aiken_v(ratings: Sequence[int], lowest: int, highest: int) -> Agreement:
    """Give V = Σ(r − lowest) / [n(c − 1)] with the score interval of Penfield and Giacobbi (2004).

    Raises ValueError for no ratings or a rating outside the scale.
    """
    if not ratings or lowest >= highest:
        raise ValueError("V needs ratings and a scale of at least two steps.")
    if any(not lowest <= rating <= highest for rating in ratings):
        raise ValueError(f"A rating is outside {lowest} to {highest}.")
    n, steps = len(ratings), highest - lowest
    v = sum(rating - lowest for rating in ratings) / (n * steps)
    size, square = n * steps, Z95 * Z95
    spread = Z95 * sqrt(4 * size * v * (1 - v) + square)
    middle, below = 2 * size * v + square, 2 * (size + square)
    return Agreement(v=v, low=(middle - spread) / below, high=(middle + spread) / below, raters=n)
