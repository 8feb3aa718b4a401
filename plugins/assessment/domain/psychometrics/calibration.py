"""Calibration by marginal maximum likelihood: what the item parameters are, and how sure.

Rasch fixes every a at 1, 1PL estimates one common a, 2PL one per item; θ ~ N(0, 1). Items that
everybody has right (or wrong) have no finite difficulty: they stay in the report with a note and
without b. numpy comes in only when :func:`calibrate` is called.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING, Literal

from plugins.assessment.domain.psychometrics.guard import NEEDED, Model, TooFew, check_model
from plugins.assessment.domain.psychometrics.irt import METRIC, ItemParameters
from plugins.assessment.domain.psychometrics.responses import Responses, Score

if TYPE_CHECKING:
    from plugins.assessment.domain.psychometrics.maximum import Fit

Note = Literal[
    "unanswered", "all_right", "all_wrong", "few_answers", "at_limit", "no_slope", "negative"
]
NOTES: dict[Note, str] = {
    "unanswered": "nobody answered it",
    "all_right": "everybody has it right: no finite difficulty",
    "all_wrong": "everybody has it wrong: no finite difficulty",
    "few_answers": "answered by fewer persons than the model needs",
    "at_limit": "the answers give no bound: the value is where the search ended",
    "no_slope": "it does not separate the able from the others: its difficulty means nothing",
    "negative": "the able have it wrong more often: check its key",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopePrior:
    """A normal prior of log a, which keeps the slopes of a small sample finite."""

    mean: float = 0.0
    sd: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedItem:
    """The parameters of an item with their standard errors; None where there is no value."""

    id: str
    n: int
    a: float | None
    b: float | None
    se_a: float | None
    se_b: float | None
    note: Note | None = None

    @property
    def parameters(self) -> ItemParameters | None:
        """Give what a form or an adaptive test computes with."""
        if self.a is None or self.b is None:
            return None
        return ItemParameters(self.a, self.b)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a calibration found; `forced` when there were fewer answers than the model needs.

    `identified` is False when the answers do not determine the model, as 2PL with two items.
    """

    model: Model
    n: int
    answered_by: int
    loglik: float
    converged: bool
    identified: bool
    iterations: int
    forced: bool
    prior: SlopePrior | None
    items: tuple[CalibratedItem, ...]
    metric: str = METRIC


def calibrate(
    matrix: Responses, model: Model, *, force: bool = False, prior: SlopePrior | None = None
) -> Calibration:
    """Calibrate all items of a matrix together.

    Raises TooFew below the guard's number of persons, unless `force`; a forced 2PL takes a
    prior on the slopes if none is given, for few answers do not hold them.
    """
    forced = _is_forced(model, matrix.answered_by, force=force)
    if model != "2pl":
        prior = None
    elif forced and prior is None:
        prior = SlopePrior()
    columns = matrix.columns()
    notes = [_constant(column, matrix.counts) for column in columns]
    free = [index for index, note in enumerate(notes) if note is None]
    fit = _fit(matrix, free, model, prior)
    items = _items(matrix, columns, notes, free, fit, model)
    return Calibration(
        model=model,
        n=matrix.n,
        answered_by=matrix.answered_by,
        loglik=fit.loglik,
        converged=fit.converged,
        identified=all(isfinite(number) for parts in fit.covariances for number in parts),
        iterations=fit.iterations,
        forced=forced,
        prior=prior,
        items=items,
    )


def _is_forced(model: Model, n: int, *, force: bool) -> bool:
    try:
        check_model(model, n)
    except TooFew:
        if not force:
            raise
        return True
    return False


def _constant(column: Sequence[Score], counts: Sequence[int]) -> Note | None:
    """Tell why an item cannot be estimated, or None."""
    values = {score for score, count in zip(column, counts, strict=True) if count}
    values.discard(None)
    if not values:
        return "unanswered"
    if values == {1}:
        return "all_right"
    return "all_wrong" if values == {0} else None


def _fit(matrix: Responses, free: Sequence[int], model: Model, prior: SlopePrior | None) -> Fit:
    # The matrices are small: on a busy machine threads wait for each other forty times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from plugins.assessment.domain.psychometrics.maximum import fit

    rows = [[row[index] for index in free] for row in matrix.rows]
    return fit(rows, matrix.counts, model, (prior.mean, prior.sd) if prior else None)


def _items(
    matrix: Responses,
    columns: Sequence[Sequence[Score]],
    notes: Sequence[Note | None],
    free: Sequence[int],
    fit: Fit,
    model: Model,
) -> tuple[CalibratedItem, ...]:
    places = {index: place for place, index in enumerate(free)}
    found = []
    for index, item in enumerate(matrix.items):
        scores = zip(columns[index], matrix.counts, strict=True)
        n = sum(count for score, count in scores if score is not None)
        if index in places:
            found.append(_estimated(item, n, fit, places[index], model))
        else:
            note = notes[index]
            found.append(
                CalibratedItem(id=item, n=n, a=None, b=None, se_a=None, se_b=None, note=note)
            )
    return tuple(found)


def _estimated(item: str, n: int, fit: Fit, place: int, model: Model) -> CalibratedItem:
    """Turn slope and intercept into a and b; errors by the delta method."""
    a, d = fit.slopes[place], fit.intercepts[place]
    if abs(a) < 1e-6:
        return CalibratedItem(id=item, n=n, a=a, b=None, se_a=None, se_b=None, note="no_slope")
    b = -d / a
    unknown = (nan, nan, nan)
    var_a, covariance, var_d = unknown if fit.at_limit[place] else fit.covariances[place]
    var_b = (b * b * var_a + 2 * b * covariance + var_d) / (a * a)
    return CalibratedItem(
        id=item,
        n=n,
        a=a,
        b=b,
        se_a=_root(var_a),
        se_b=_root(var_b),
        note=_note(n, fit, place, model),
    )


def _note(n: int, fit: Fit, place: int, model: Model) -> Note | None:
    if fit.at_limit[place]:
        return "at_limit"
    if fit.slopes[place] < 0:
        return "negative"
    return "few_answers" if n < NEEDED[model] else None


def _root(variance: float) -> float | None:
    return variance**0.5 if isfinite(variance) and variance >= 0 else None
