"""Pure rules: which evidence counts, the gap in three states, level bands, gain, JPM.

Everything here is a function of values; formulas and thresholds have their source beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Literal

from lms.core.hooks.contracts import GapState

Z90 = 1.64
"""Two-sided 90 % interval: score ± 1.64·error (measurement.md §1.8)."""
Z95 = 1.96
"""Reliable change (Jacobson and Truax 1991): |gain| > 1.96·SE of the difference."""

KIND_RANK = {"measured": 3, "supervisor": 2, "self": 1}
Change = Literal["better", "unclear", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A level of a rule set: from `at_least` (inclusive) to the next band (exclusive)."""

    level: int
    label: str
    at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFact:
    """What the evidence rule looks at."""

    evidence_id: int
    kind: str
    level: int
    measured_on: date
    valid_until: date | None


def level_of(score: float, bands: Sequence[Band]) -> Band:
    """Give the band of a score: half-open intervals, compared unrounded.

    `bands` may be in any order; a score under the lowest cut belongs to the lowest band.
    """
    ordered = sorted(bands, key=lambda band: band.at_least)
    reached = [band for band in ordered if score >= band.at_least]
    return reached[-1] if reached else ordered[0]


def level_interval(score: float, error: float, bands: Sequence[Band]) -> tuple[int, int]:
    """Give the lowest and highest level that score ± 1.64·error reaches."""
    low = level_of(score - Z90 * error, bands).level
    return low, level_of(score + Z90 * error, bands).level


def gap_state(required: int, level_low: int, level_high: int) -> GapState:
    """Compare a level interval with the level asked for.

    *meets* when all of it is at or above, *below* when all of it is below, else *unclear*.
    Evidence without error has `level_low == level_high` and thus only two states.
    """
    if level_low >= required:
        return "meets"
    return "below" if level_high < required else "unclear"


def counting_evidence(facts: Sequence[EvidenceFact], on: date) -> EvidenceFact | None:
    """Choose the one evidence that counts, or None when there is none that is still valid.

    Measured beats supervisor-rated beats self-rated; within a kind the latest valid one.
    """
    valid = [fact for fact in facts if fact.valid_until is None or fact.valid_until >= on]
    return max(
        valid,
        key=lambda f: (KIND_RANK[f.kind], f.measured_on, f.evidence_id),
        default=None,
    )


def state_of_evidence(
    kind: str, required: int | None, level_low: int, level_high: int
) -> GapState | None:
    """Give the gap state of counting evidence; None when the post asks for nothing.

    A self-rating alone never fulfils a standard: it leaves the gap unclear.
    """
    if required is None:
        return None
    state = gap_state(required, level_low, level_high)
    return "unclear" if kind == "self" and state == "meets" else state


def change(before: float, after: float, error_before: float, error_after: float) -> Change:
    """Judge a gain by the reliable-change rule with both errors, in the unit of the scores."""
    spread = sqrt(error_before**2 + error_after**2)
    gain = after - before
    if abs(gain) <= Z95 * spread:
        return "unclear"
    return "better" if gain > 0 else "lower"


def reliable_change_error(sd: float, reliability: float) -> float:
    """Give the standard error of a difference: SD·√2·√(1 − reliability)."""
    return sd * sqrt(2) * sqrt(1 - reliability)


def job_person_match(
    achieved: Mapping[str, int], standard: Mapping[str, int], *, capped: bool = True
) -> float:
    """Give the job–person match in percent: Σ achieved ÷ Σ standard × 100.

    `capped` counts at most the standard per competency (the default). A competency without
    achievement counts 0. Raises ValueError for an empty standard.
    """
    if not standard:
        raise ValueError("A standard without competencies has no match.")
    reached = sum(
        min(achieved.get(code, 0), level) if capped else achieved.get(code, 0)
        for code, level in standard.items()
    )
    return reached / sum(standard.values()) * 100
