"""The way to the maximum of the marginal likelihood, and how sharp it is there.

EM steps (one Newton step of the M step each) until the likelihood hardly grows, then Newton steps
with the observed information: they end at the maximum itself, not where EM gets tired, and the
inverse of that information is the covariance of the estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.assessment.domain.psychometrics.guard import Model
from plugins.assessment.domain.psychometrics.likelihood import (
    Answers,
    Floats,
    Point,
    Shape,
    derivatives,
    distinct_answers,
    first_guess,
    lost_information,
    point_at,
    shape_of,
)
from plugins.assessment.domain.psychometrics.responses import Score

Mask = npt.NDArray[np.bool_]

ITERATIONS = 500
NEAR = 0.1
"""EM hands over to Newton when a step gains less log-likelihood than this."""
STILL = 1e-7
"""A Newton step that moves no parameter further is the end."""
NO_GAIN = 1e-10
STRIDE = 1.0
FLAT = 1e-9
"""Information below this share of the largest is none: the answers do not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The maximum: slopes, intercepts, and per item var(a), cov(a, d), var(d); nan if unknown."""

    slopes: list[float]
    intercepts: list[float]
    covariances: list[tuple[float, float, float]]
    at_limit: list[bool]
    loglik: float
    converged: bool
    iterations: int


def fit(
    rows: Sequence[Sequence[Score]],
    counts: Sequence[int],
    model: Model,
    prior: tuple[float, float] | None = None,
) -> Fit:
    """Find the maximum for the items of `rows`; each has both right and wrong answers."""
    answers = distinct_answers(rows, counts)
    shape = shape_of(model, answers.right.shape[1], prior)
    point = point_at(answers, shape, first_guess(answers, shape))
    near = done = False
    steps = 0
    while not done and steps < ITERATIONS:
        step, is_newton = _step(answers, shape, point, near=near)
        following = _climb(answers, shape, point, step)
        gain, moved = following.height - point.height, np.abs(following.free - point.free)
        done = bool(moved.max(initial=0.0) < STILL) if is_newton else gain < NO_GAIN
        point, near, steps = following, near or gain < NEAR, steps + 1
    return _report(answers, shape, point, converged=done, steps=steps)


def _step(answers: Answers, shape: Shape, point: Point, *, near: bool) -> tuple[Floats, bool]:
    """Give the next step and whether it is a Newton step; far off or where bent, an EM step."""
    gradient, complete = derivatives(answers, shape, point)
    inside = ~_stuck(shape, point, gradient)
    step, square = np.zeros_like(gradient), np.ix_(inside, inside)
    if near:
        observed = (complete - lost_information(answers, shape, point))[square]
        if _is_certain(observed):
            step[inside] = np.linalg.solve(observed, gradient[inside])
            return step, True
    steady = complete[square] + 1e-9 * np.eye(int(inside.sum()))
    step[inside] = np.linalg.solve(steady, gradient[inside])
    return step, False


def _stuck(shape: Shape, point: Point, gradient: Floats) -> Mask:
    """Tell which parameters stand at a bound and would go beyond it."""
    low = (point.free <= shape.low) & (gradient < 0)
    high = (point.free >= shape.high) & (gradient > 0)
    stuck: Mask = low | high
    return stuck


def _is_certain(information: Floats) -> bool:
    if not information.size:
        return True
    values = np.linalg.eigvalsh(information)
    return bool(values[0] > FLAT * values[-1])


def _climb(answers: Answers, shape: Shape, point: Point, step: Floats) -> Point:
    """Go along the step as far as it leads up; stay where no part of it does."""
    longest = float(np.abs(step).max(initial=0.0))
    step = step * min(1.0, STRIDE / longest) if longest else step
    for _ in range(20):
        free = np.clip(point.free + step, shape.low, shape.high)
        following = point_at(answers, shape, free)
        if following.height >= point.height - 1e-12 * abs(point.height):
            return following
        step = step / 2
    return point


# -- what is reported ----------------------------------------------------------------------------


def _report(answers: Answers, shape: Shape, point: Point, *, converged: bool, steps: int) -> Fit:
    stuck = (point.free <= shape.low) | (point.free >= shape.high)
    reached: Floats = np.abs(shape.design) @ stuck.astype(np.float64)
    limited = reached.reshape(2, -1).sum(axis=0) > 0
    covariance, k = _covariance(answers, shape, point, ~stuck), point.slopes.size
    diagonal, mixed = covariance.diagonal(), covariance[:k, k:].diagonal()
    parts = (diagonal[:k].tolist(), mixed.tolist(), diagonal[k:].tolist())
    return Fit(
        slopes=point.slopes.tolist(),
        intercepts=point.intercepts.tolist(),
        covariances=list(zip(*parts, strict=True)),
        at_limit=limited.tolist(),
        loglik=point.loglik,
        converged=converged and not stuck.any(),
        iterations=steps,
    )


def _covariance(answers: Answers, shape: Shape, point: Point, inside: Mask) -> Floats:
    """Invert the observed information; nan all over where the answers do not tell.

    What stands at a bound is taken as known; :func:`_report` says that it does.
    """
    _, complete = derivatives(answers, shape, point)
    square = np.ix_(inside, inside)
    observed = (complete - lost_information(answers, shape, point))[square]
    free = np.zeros_like(complete)
    free[square] = np.linalg.inv(observed) if _is_certain(observed) else np.nan
    covariance: Floats = shape.design @ free @ shape.design.T
    return covariance
