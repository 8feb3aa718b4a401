"""The marginal likelihood of the logistic models and its derivatives; numpy lives here.

A sum over a grid of theta with the weights of N(0, 1), as in Bock and Aitkin (1981). An answer
depends on a·θ + d, so that the difficulty is −d/a; a model is a matrix from its free parameters
to all slopes and intercepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.assessment.domain.psychometrics.guard import Model
from plugins.assessment.domain.psychometrics.responses import Score

Floats = npt.NDArray[np.float64]

THETA: Floats = np.linspace(-6, 6, 61)
LOG_WEIGHTS: Floats = -(THETA**2) / 2 - np.log(np.exp(-(THETA**2) / 2).sum())
MOMENTS: tuple[Floats, ...] = (THETA**2, THETA, np.ones_like(THETA))
"""A slope's derivative is theta times an intercept's: the factors of their products."""

MOST_SLOPE, MOST_INTERCEPT, LEAST_SLOPE = 10.0, 30.0, 0.01
"""Where the search ends when the answers give no bound."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Points and answered cells per distinct pattern, and how many persons have it."""

    right: Floats
    there: Floats
    counts: Floats


@dataclass(frozen=True, slots=True)
class Shape:
    """A model: slopes and intercepts are `fixed + design @ free`, the free within bounds.

    `prior` is mean and SD of log a, or None.
    """

    design: Floats
    fixed: Floats
    low: Floats
    high: Floats
    prior: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Point:
    """The likelihood at certain parameters; `height` is with the prior.

    `chance` holds P by theta and item, `posterior` the weight of each theta by pattern.
    """

    free: Floats
    slopes: Floats
    intercepts: Floats
    chance: Floats
    posterior: Floats
    loglik: float
    height: float


def distinct_answers(rows: Sequence[Sequence[Score]], counts: Sequence[int]) -> Answers:
    """Join equal rows; rows without any answer say nothing and are left out."""
    scores = np.array(rows, dtype=np.float64).reshape(len(rows), -1)  # None becomes nan
    coded = np.where(np.isnan(scores), -1.0, scores)
    patterns, place = np.unique(coded, axis=0, return_inverse=True)
    persons: Floats = np.bincount(place.ravel(), weights=counts).astype(np.float64)
    there = patterns >= 0
    kept = there.any(axis=1) & (persons > 0)
    right = np.where(there, patterns, 0.0)
    return Answers(right[kept], there[kept].astype(np.float64), persons[kept])


def shape_of(model: Model, k: int, prior: tuple[float, float] | None) -> Shape:
    """Give the shape of a model for k items: which parameters are free."""
    none, one = np.zeros((k, k)), np.eye(k)
    slopes = {"rasch": np.zeros((k, 0)), "1pl": np.ones((k, 1)), "2pl": one}[model]
    width = slopes.shape[1]
    design = np.block([[slopes, none], [np.zeros((k, width)), one]])
    fixed = np.concatenate([np.full(k, float(model == "rasch")), np.zeros(k)])
    high = np.concatenate([np.full(width, MOST_SLOPE), np.full(k, MOST_INTERCEPT)])
    low = -high
    if prior or model == "1pl":
        low[:width] = LEAST_SLOPE
    return Shape(design, fixed, low, high, prior)


def first_guess(answers: Answers, shape: Shape) -> Floats:
    """Start at slopes of 1 and the intercepts of the shares right."""
    points = answers.counts @ answers.right
    missed = answers.counts @ answers.there - points
    # The logit of a share is closer to 0 than the intercept, for theta varies.
    intercepts = 1.2 * np.log((points + 0.5) / (missed + 0.5))
    return np.concatenate([np.ones(shape.low.size - points.size), intercepts])


def point_at(answers: Answers, shape: Shape, free: Floats) -> Point:
    """Work out the likelihood and what it says of each pattern's theta (the E step)."""
    slopes, intercepts = np.split(shape.fixed + shape.design @ free, 2)
    logits = np.outer(THETA, slopes) + intercepts
    log_right = -np.logaddexp(0, -logits)
    # x·log P + (1 − x)·log(1 − P) = log(1 − P) + x·logit, only where somebody answered
    joint = answers.right @ logits.T + answers.there @ (log_right - logits).T + LOG_WEIGHTS
    top = joint.max(axis=1, keepdims=True, initial=-np.inf)
    posterior = np.exp(joint - top)
    total = posterior.sum(axis=1, keepdims=True)
    loglik = float(answers.counts @ (top + np.log(total)).ravel())
    height = loglik + _log_prior(shape, slopes)
    chance = np.exp(log_right)
    return Point(free, slopes, intercepts, chance, posterior / total, loglik, height)


def _log_prior(shape: Shape, slopes: Floats) -> float:
    if shape.prior is None:
        return 0.0
    mean, sd = shape.prior
    return float(-(((np.log(slopes) - mean) / sd) ** 2).sum() / 2)


# -- derivatives by the free parameters ----------------------------------------------------------


def derivatives(answers: Answers, shape: Shape, point: Point) -> tuple[Floats, Floats]:
    """Give the gradient, and the information there would be if theta were known."""
    weighted = point.posterior.T * answers.counts
    expected, points = weighted @ answers.there, weighted @ answers.right
    surplus = points - expected * point.chance
    spread = expected * point.chance * (1 - point.chance)
    gradient = np.concatenate([THETA @ surplus, surplus.sum(axis=0)])
    information = _blocks(*(np.diag(moment @ spread) for moment in MOMENTS))
    if shape.prior is not None:
        _add_prior(shape.prior, point.slopes, gradient, information)
    return shape.design.T @ gradient, shape.design.T @ information @ shape.design


def _add_prior(
    prior: tuple[float, float], slopes: Floats, gradient: Floats, information: Floats
) -> None:
    (mean, sd), k = prior, slopes.size
    distance = np.log(slopes) - mean
    gradient[:k] -= distance / (sd**2 * slopes)
    # Far out the log-normal bends the other way; a little curvature keeps the steps uphill.
    information[range(k), range(k)] += np.maximum(1 - distance, 0.1) / (sd * slopes) ** 2


def lost_information(answers: Answers, shape: Shape, point: Point) -> Floats:
    """Give the information lost by not knowing theta (Louis 1982).

    It is the posterior covariance of the complete-data derivatives, summed over persons.
    """
    k = point.slopes.size
    squares = np.zeros((len(MOMENTS), k, k))
    for at, (chance, posterior) in enumerate(zip(point.chance, point.posterior.T, strict=True)):
        surplus = answers.right - answers.there * chance
        square = (surplus * (posterior * answers.counts)[:, None]).T @ surplus
        for place, moment in enumerate(MOMENTS):
            squares[place] += moment[at] * square
    mean = _mean_derivatives(answers, point)
    lost = _blocks(*squares) - (mean * answers.counts[:, None]).T @ mean
    information: Floats = shape.design.T @ lost @ shape.design
    return information


def _mean_derivatives(answers: Answers, point: Point) -> Floats:
    """Give each pattern's posterior mean of the derivatives by slopes and intercepts."""
    by_theta = point.posterior * THETA
    slopes = answers.right * by_theta.sum(axis=1, keepdims=True)
    slopes -= answers.there * (by_theta @ point.chance)
    intercepts = answers.right - answers.there * (point.posterior @ point.chance)
    return np.hstack([slopes, intercepts])


def _blocks(slopes: Floats, mixed: Floats, intercepts: Floats) -> Floats:
    return np.block([[slopes, mixed], [mixed, intercepts]])
