"""Mantel–Haenszel: whether an item is harder for one of two groups that are equally able."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

from plugins.assessment.domain.psychometrics.distributions import chi_square_p, normal_quantile
from plugins.assessment.domain.psychometrics.guard import check_groups
from plugins.assessment.domain.psychometrics.responses import Responses, Score

EtsClass = Literal["A", "B", "C"]
DELTA = -2.35
"""ETS delta scale: MH D-DIF = −2.35 · ln α; below 0 the item is harder for the focal group."""
LARGE, MODERATE, SIGNIFICANT = 1.5, 1.0, 0.05
ONE_SIDED = normal_quantile(0.95)


@dataclass(frozen=True, slots=True)
class Table:
    """Right and wrong answers of both groups among persons of one score."""

    reference_right: float
    reference_wrong: float
    focal_right: float
    focal_wrong: float

    @property
    def n(self) -> float:
        """Give the number of answers."""
        return self.reference_right + self.reference_wrong + self.focal_right + self.focal_wrong

    @property
    def has_both(self) -> bool:
        """Tell whether both groups have somebody of this score."""
        reference = self.reference_right + self.reference_wrong
        return 0 < reference < self.n

    def smoothed(self) -> Table:
        """Give half a person more to every cell: odds stay finite where one side is empty."""
        return Table(
            self.reference_right + 0.5,
            self.reference_wrong + 0.5,
            self.focal_right + 0.5,
            self.focal_wrong + 0.5,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """The figures of one item; all None where nothing can be compared."""

    item: str
    alpha: float | None = None
    delta: float | None = None
    delta_error: float | None = None
    chi_square: float | None = None
    p: float | None = None
    ets: EtsClass | None = None


def group_bias(
    matrix: Responses, focal: Sequence[bool], *, force: bool = False
) -> tuple[Bias, ...]:
    """Compare every item between the focal group and the rest, row by row of the matrix.

    Persons are matched by their score. Items of class C are left out of it in a second pass, so
    that they do not make the others look unfair. Raises TooFew when a group has fewer than 100
    persons, unless `force`. Partial credit counts by its share.
    """
    sizes = [sum(c for c, f in zip(matrix.counts, focal, strict=True) if f == g) for g in (0, 1)]
    if not force:
        check_groups(*sizes)
    everything = set(range(len(matrix.items)))
    first = _pass(matrix, focal, everything)
    fair = {index for index in everything if first[index].ets != "C"}
    # With no fair item left nobody could be matched any more: then the first pass must do.
    return _pass(matrix, focal, fair) if fair and fair != everything else first


def mantel_haenszel(tables: Iterable[Table], item: str = "") -> Bias:
    """Give alpha, delta, chi-square (continuity corrected) and the ETS class of one item."""
    usable = [table for table in tables if table.n > 1]
    right, wrong = _products(usable)
    if right <= 0 and wrong <= 0:
        return Bias(item=item)
    chi_square = _chi_square(usable)
    if right <= 0 or wrong <= 0:
        usable = [table.smoothed() for table in usable if table.has_both]
        right, wrong = _products(usable)
    alpha = right / wrong
    delta, error = DELTA * log(alpha), -DELTA * _log_error(usable, right, wrong)
    p = chi_square_p(chi_square)
    return Bias(
        item=item,
        alpha=alpha,
        delta=delta,
        delta_error=error,
        chi_square=chi_square,
        p=p,
        ets=_ets_class(abs(delta), error, p),
    )


def _products(tables: Sequence[Table]) -> tuple[float, float]:
    """Give the two sums whose ratio is the common odds ratio."""
    right = sum(t.reference_right * t.focal_wrong / t.n for t in tables)
    return right, sum(t.reference_wrong * t.focal_right / t.n for t in tables)


def _ets_class(size: float, error: float, p: float) -> EtsClass:
    """A: small or by chance; C: at least 1.5 and clearly above 1; B: between (ETS, Zieky 1993)."""
    if size < MODERATE or p >= SIGNIFICANT:
        return "A"
    return "C" if size >= LARGE and size - ONE_SIDED * error > MODERATE else "B"


def _chi_square(tables: Sequence[Table]) -> float:
    observed = expected = variance = 0.0
    for t in tables:
        reference, right = t.reference_right + t.reference_wrong, t.reference_right + t.focal_right
        share = reference * right / t.n
        observed, expected = observed + t.reference_right, expected + share
        variance += share * (t.n - reference) * (t.n - right) / (t.n * (t.n - 1))
    return max(0.0, abs(observed - expected) - 0.5) ** 2 / variance if variance else 0.0


def _log_error(tables: Sequence[Table], right: float, wrong: float) -> float:
    """Give the standard error of ln α (Robins, Breslow and Greenland 1986)."""
    same = mixed = other = 0.0
    for t in tables:
        r, s = t.reference_right * t.focal_wrong / t.n, t.reference_wrong * t.focal_right / t.n
        p = (t.reference_right + t.focal_wrong) / t.n
        same, other = same + p * r, other + (1 - p) * s
        mixed += p * s + (1 - p) * r
    return sqrt(same / (2 * right**2) + mixed / (2 * right * wrong) + other / (2 * wrong**2))


# -- matching ------------------------------------------------------------------------------------


def _pass(matrix: Responses, focal: Sequence[bool], fair: set[int]) -> tuple[Bias, ...]:
    return tuple(
        mantel_haenszel(_tables(matrix, focal, index, sorted(fair | {index})), name)
        for index, name in enumerate(matrix.items)
    )


def _tables(
    matrix: Responses, focal: Sequence[bool], index: int, matching: Sequence[int]
) -> list[Table]:
    """Count right and wrong by score and group; the item itself belongs to the score."""
    cells: defaultdict[int, list[float]] = defaultdict(lambda: [0.0] * 4)
    for row, count, is_focal in zip(matrix.rows, matrix.counts, focal, strict=True):
        if (score := row[index]) is not None:
            cell, at = cells[_stratum(row, matching)], 2 if is_focal else 0
            cell[at] += count * score
            cell[at + 1] += count * (1 - score)
    return [Table(*cell) for cell in cells.values()]


def _stratum(row: Sequence[Score], matching: Sequence[int]) -> int:
    """Give the score on the matching items; with gaps, the same share of all of them."""
    scores = [score for index in matching if (score := row[index]) is not None]
    return round(sum(scores) / len(scores) * len(matching))
