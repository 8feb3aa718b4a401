"""Gains with their errors, of one person and of a group (measurement.md, sections 1 and 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean, stdev

from lms.rules import Z95, Change, change, reliable_change_error
from plugins.assessment.domain.psychometrics.irt import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A difference with its standard error, its 95 % interval and what it means."""

    value: float
    error: float
    low: float
    high: float
    meaning: Change


def gain_between(before: Estimate, after: Estimate) -> Gain:
    """Judge the gain of a person by both errors: √(SE₁² + SE₂²)."""
    spread = sqrt(before.error**2 + after.error**2)
    meaning = change(before.value, after.value, before.error, after.error)
    return _gain(after.value - before.value, spread, meaning)


def gain_by_reliability(before: float, after: float, sd: float, reliability: float) -> Gain:
    """Judge the gain of a person by SD and reliability of the test (Jacobson and Truax 1991)."""
    spread = reliable_change_error(sd, reliability)
    return _gain(after - before, spread, change(before, after, spread, 0.0))


def gain_of_shares(right_before: float, n_before: int, right_after: float, n_after: int) -> Gain:
    """Judge the gain in percent of two tests without calibration: right of n, twice.

    The interval is that of Agresti and Caffo (2000), The American Statistician 54, 280–288: one
    right and one wrong more in each test. So it covers the truth with six questions too, where
    the plain difference ± 1.96·SE misses it twice as often as it says.
    """
    (first, first_error), (second, second_error) = (
        _adjusted_share(right_before, n_before),
        _adjusted_share(right_after, n_after),
    )
    spread = sqrt(first_error**2 + second_error**2)
    found = _gain(second - first, spread, change(first, second, first_error, second_error))
    return replace(found, value=100 * (right_after / n_after - right_before / n_before))


def _adjusted_share(right: float, n: int) -> tuple[float, float]:
    p = (right + 1) / (n + 2)
    return 100 * p, 100 * sqrt(p * (1 - p) / (n + 2))


def change_index(before: float, after: float, sd: float, reliability: float) -> float:
    """Give the reliable-change index: the gain in units of its standard error."""
    return (after - before) / reliable_change_error(sd, reliability)


def smallest_reliable_gain(sd: float, reliability: float) -> float:
    """Give the gain above which an improvement is real with 95 % confidence."""
    return Z95 * reliable_change_error(sd, reliability)


def _gain(value: float, error: float, meaning: Change) -> Gain:
    low, high = value - Z95 * error, value + Z95 * error
    return Gain(value=value, error=error, low=low, high=high, meaning=meaning)


# -- groups --------------------------------------------------------------------------------------


def group_gain(gains: Sequence[float]) -> Gain:
    """Give the mean gain of a group with its error; raises ValueError below two persons.

    Who was retested was chosen by a low score, so part of it is regression to the mean: show it
    with :func:`gain_against` where there is a waiting group.
    """
    value, error = _mean_and_error(gains)
    return _gain(value, error, change(0.0, value, 0.0, error))


def gain_against(gains: Sequence[float], waiting: Sequence[float]) -> Gain:
    """Give how much more a group gained than the group that still waited."""
    (ours, our_error), (theirs, their_error) = _mean_and_error(gains), _mean_and_error(waiting)
    spread = sqrt(our_error**2 + their_error**2)
    return _gain(ours - theirs, spread, change(theirs, ours, their_error, our_error))


def gain_by_regression(before: float, mean: float, reliability: float) -> float:
    """Give the gain to expect without any learning: (1 − reliability) · (mean − before)."""
    return (1 - reliability) * (mean - before)


def _mean_and_error(gains: Sequence[float]) -> tuple[float, float]:
    if len(gains) < 2:
        raise ValueError("A group has at least two persons.")
    return fmean(gains), stdev(gains) / sqrt(len(gains))
