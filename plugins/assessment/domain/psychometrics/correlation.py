"""Correlations of weighted values, and whether they differ by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from operator import mul

from plugins.assessment.domain.psychometrics.distributions import fisher_z

CLEAR = 2.33
"""Standard errors below zero that are not chance: one in a hundred by luck alone."""
CLEARER = 1.645
"""The same between two options. Lower, for in a sound item the key is far ahead of the others:
luck would have to make up for that first. In simulations one sound item in a thousand is accused.
"""


def correlate(xs: Sequence[float], ys: Sequence[float], weights: Sequence[float]) -> float | None:
    """Give the correlation, or None where one side never varies."""
    n = sum(weights)
    if n < 2:
        return None
    dx, dy = _deviations(xs, weights, n), _deviations(ys, weights, n)
    wx = list(map(mul, dx, weights))
    square_x: float = sum(map(mul, wx, dx))
    square_y: float = sum(map(mul, map(mul, dy, dy), weights))
    together: float = sum(map(mul, wx, dy))
    if min(square_x, square_y) <= 1e-12 * n:
        return None
    return together / sqrt(square_x * square_y)


def _deviations(values: Sequence[float], weights: Sequence[float], n: float) -> list[float]:
    mean = sum(map(mul, values, weights)) / n
    return [value - mean for value in values]


def clearly_negative(correlation: float, n: float) -> bool:
    """Tell whether a correlation of `n` persons is below zero beyond chance (Fisher's z)."""
    return n > 3 and fisher_z(correlation) * sqrt(n - 3) < -CLEAR


def clearly_less(first: float, second: float, between: float, n: float) -> bool:
    """Tell whether the first of two correlations with the same variable is clearly the smaller.

    Both come from the same persons, so they depend on each other: `between` is their own
    correlation (Meng, Rosenthal and Rubin 1992, Psychological Bulletin 111, 172–175).
    """
    if n <= 3 or between >= 1:
        return False
    square = min((first**2 + second**2) / 2, 0.999999)
    f = min(1.0, (1 - between) / (2 * (1 - square)))
    h = (1 - f * square) / (1 - square)
    spread = sqrt(2 * (1 - between) * h / (n - 3))
    return fisher_z(second) - fisher_z(first) > CLEARER * spread
