"""The few distributions that the figures need; enough digits for intervals and p-values."""

from __future__ import annotations

from math import atanh, erfc, exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

TINY = 1e-300
DIGITS = 1e-14
STEPS = 10_000


def normal_quantile(probability: float) -> float:
    """Give the value below which this share of a standard normal lies."""
    return NormalDist().inv_cdf(probability)


def chi_square_p(value: float) -> float:
    """Give the chance of a chi-square with one degree of freedom above `value`."""
    return erfc(sqrt(value / 2)) if value > 0 else 1.0


def fisher_z(correlation: float) -> float:
    """Give Fisher's z of a correlation; ±1 is taken as just inside."""
    return atanh(max(-0.999999, min(0.999999, correlation)))


def beta_share(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b)."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(front) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Sum the continued fraction of the incomplete beta by Lentz's method."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away(1 + term * d)
            c = _away(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < DIGITS:
            break
    return value


def _away(value: float) -> float:
    return value if abs(value) > TINY else TINY


def f_quantile(probability: float, df1: float, df2: float) -> float:
    """Give the value below which this share of an F(df1, df2) lies, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if beta_share(middle, df1 / 2, df2 / 2) < probability:
            low = middle
        else:
            high = middle
        if high - low < 1e-15:
            break
    share = (low + high) / 2
    return share * df2 / (df1 * (1 - share))
