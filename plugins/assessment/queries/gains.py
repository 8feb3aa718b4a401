"""The gain since an earlier result: by score with both errors, or by level alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.models import Competency, Evidence, PlanItem
from lms.rules import Band, Change
from plugins.assessment.domain import Scale, level_change, scale
from plugins.assessment.domain.psychometrics import Estimate, Gain, gain_between, gain_of_shares
from plugins.assessment.models import Attempt, Result
from plugins.assessment.queries.keys import joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The earlier result that a retest is compared with; without score it is only a level."""

    level: int
    scale: Scale
    source: str
    measured_on: date
    exact: bool
    change: Change
    value: float | None
    difference: float | None
    low: float | None
    high: float | None
    """Score, difference and its 95 % interval; None where only levels can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The evidence that opened a plan's item, and our own result behind it, if it is ours."""

    evidence: Evidence
    result: Result | None


def starting_evidence(session: Session, plan_id: int) -> dict[int, Earlier]:
    """Give competency id → what opened the plan's item; one statement."""
    query = (
        select(PlanItem.competency_id, Evidence, Result)
        .join(Evidence, Evidence.id == PlanItem.start_evidence_id)
        .join(Competency, Competency.id == PlanItem.competency_id)
        .outerjoin(Attempt, and_(Attempt.person_id == Evidence.person_id, joined()))
        .outerjoin(
            Result,
            and_(Result.attempt_id == Attempt.id, Result.competency_id == PlanItem.competency_id),
        )
        .where(PlanItem.plan_id == plan_id)
    )
    return {
        competency_id: Earlier(evidence=evidence, result=result)
        for competency_id, evidence, result in session.execute(query)
    }


def gain(earlier: Earlier, result: Result, bands: Sequence[Band]) -> Before:
    """Compare by score and error where both were measured by the same rule, else by level."""
    evidence = earlier.evidence
    found = _measured_gain(earlier, result)
    if found is None:
        level = float(evidence.level)
        place = Scale(value=level, low=level, high=level)
        judged = level_change(evidence.level, result.level_low, result.level_high)
    else:
        place = scale(evidence.score or 0.0, evidence.error or 0.0, bands)
        judged = found.meaning
    return Before(
        level=evidence.level,
        scale=place,
        source=evidence.source,
        measured_on=evidence.measured_on,
        exact=place.low == place.high,
        change=judged,
        value=evidence.score if found else None,
        difference=found.value if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
    )


def _measured_gain(earlier: Earlier, result: Result) -> Gain | None:
    """Judge by the shares of right answers when both results are such, else by both errors.

    Few questions need the interval for shares: the plain one covers too seldom.
    """
    evidence, first = earlier.evidence, earlier.result
    if evidence.score is None or evidence.error is None or evidence.rule != result.rule:
        return None
    if first is not None and first.theta is None and result.theta is None:
        return gain_of_shares(first.correct, first.n, result.correct, result.n)
    return gain_between(
        Estimate(value=evidence.score, error=evidence.error),
        Estimate(value=result.score, error=result.error),
    )
