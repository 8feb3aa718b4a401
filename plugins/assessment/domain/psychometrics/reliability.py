"""Cronbach's alpha (KR-20 for right and wrong) with its interval, and the error it implies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from operator import mul

from plugins.assessment.domain.psychometrics.distributions import f_quantile
from plugins.assessment.domain.psychometrics.responses import Responses, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Alpha with its 95 % interval; None where it cannot be worked out."""

    alpha: float | None
    low: float | None
    high: float | None


def alpha_of(items: int, item_variances: float, total_variance: float) -> float | None:
    """Give k/(k − 1) · (1 − Σ item variances / total variance).

    With Σpq as the item variances this is KR-20. None below two items or without any variance.
    """
    if items < 2 or total_variance <= 1e-12:
        return None
    return items / (items - 1) * (1 - item_variances / total_variance)


def alpha_interval(alpha: float, n: int, items: int, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of Feldt (1965): (1 − α)/(1 − α̂) follows F(n − 1, (n − 1)(k − 1))."""
    df1, df2, tail = n - 1, (n - 1) * (items - 1), (1 - level) / 2
    low = 1 - (1 - alpha) * f_quantile(1 - tail, df1, df2)
    return low, 1 - (1 - alpha) * f_quantile(tail, df1, df2)


def measurement_error(sd: float, reliability: float) -> float:
    """Give the standard error of measurement: SD·√(1 − reliability)."""
    return sd * sqrt(max(0.0, 1 - reliability))


class Covariances:
    """How the items vary together; each pair over the persons who answered both.

    Mean, variance and alpha of the total follow from it, so missing answers need no special case.
    """

    def __init__(self, matrix: Responses) -> None:
        self.n = matrix.answered_by
        self.k = len(matrix.items)
        self._items = [_Column(column, matrix.counts) for column in matrix.columns()]

    @property
    def mean(self) -> float:
        """Give the mean total: what somebody answering everything is expected to reach."""
        return sum(column.mean for column in self._items)

    @cached_property
    def _sums(self) -> list[float]:
        """Give each item's covariance with all items together, itself included."""
        if all(column.complete for column in self._items):
            total = [sum(each) for each in zip(*(c.deviations for c in self._items), strict=True)]
            return [column.sum_with(total) / column.n for column in self._items]
        sums = [0.0] * self.k
        for i, first in enumerate(self._items):
            sums[i] += first.covariance(first)
            for j, second in enumerate(self._items[:i]):
                both = first.covariance(second)
                sums[i], sums[j] = sums[i] + both, sums[j] + both
        return sums

    @cached_property
    def _own(self) -> list[float]:
        return [column.covariance(column) for column in self._items]

    @property
    def variance(self) -> float:
        """Give the variance of the total in this group (divided by n)."""
        return max(0.0, sum(self._sums))

    @property
    def sd(self) -> float:
        """Give the SD of the total, as an estimate for others too (divided by n − 1)."""
        return sqrt(self.variance * self.n / (self.n - 1)) if self.n > 1 else 0.0

    def reliability(self) -> Reliability:
        """Give alpha of all items with its interval."""
        alpha = alpha_of(self.k, sum(self._own), self.variance)
        if alpha is None or self.n < 2:
            return Reliability(alpha=alpha, low=None, high=None)
        low, high = alpha_interval(alpha, self.n, self.k)
        return Reliability(alpha=alpha, low=low, high=high)

    def alpha_without(self, index: int) -> float | None:
        """Give alpha of all items but one."""
        own = self._own[index]
        rest = self.variance - 2 * self._sums[index] + own
        return alpha_of(self.k - 1, sum(self._own) - own, rest)


class _Column:
    """One item: deviations from its mean, 0 where nobody answered."""

    def __init__(self, scores: Sequence[Score], counts: Sequence[int]) -> None:
        self.weights = [0 if s is None else c for s, c in zip(scores, counts, strict=True)]
        self.n = sum(self.weights)
        self.complete = None not in scores
        values = [0.0 if score is None else score for score in scores]
        self.mean = sum(map(mul, values, self.weights)) / self.n if self.n else 0.0
        self.there = [float(score is not None) for score in scores]
        self.deviations = [(v - self.mean) * t for v, t in zip(values, self.there, strict=True)]
        self.weighted = list(map(mul, self.deviations, self.weights))

    def sum_with(self, deviations: Sequence[float]) -> float:
        """Give the sum of products with other deviations over all persons."""
        total: float = sum(map(mul, self.weighted, deviations))
        return total

    def covariance(self, other: _Column) -> float:
        """Give the covariance over the persons who answered both items."""
        n = other.n if self.complete else sum(map(mul, self.there, other.weights))
        return self.sum_with(other.deviations) / n if n else 0.0
