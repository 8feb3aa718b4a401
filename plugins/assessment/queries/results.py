"""Read models of results: what an attempt shows, where it comes from, and the gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, literal, select
from sqlalchemy.orm import Session, aliased

from lms import GapState, NotFound
from lms.models import (
    Competency,
    CompetencyLevel,
    CutScoreRule,
    Evidence,
    PlanItem,
    Profile,
)
from lms.rules import Band, Change, change, gap_state
from plugins.assessment.domain import Purpose, Scale, level_change, scale
from plugins.assessment.models import (
    Attempt,
    AttemptLine,
    InstrumentVersion,
    Result,
)
from plugins.assessment.queries.rules import bands_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The earlier result that a retest is compared with; without score it is only a level."""

    level: int
    scale: Scale
    source: str
    measured_on: date
    exact: bool
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One measured competency, compared with the standard of the person's post today."""

    competency_id: int
    name: str
    correct: int
    n: int
    level: int
    level_low: int
    level_high: int
    top: int
    scale: Scale
    required: int | None
    state: GapState | None
    level_text: str
    next_text: str
    rule: str
    rule_name: str
    valid_until: date | None
    before: Before | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """An attempt that was handed in, with its lines in framework order."""

    public_id: str
    person_id: int
    purpose: Purpose
    name: str
    version: int
    handed_in_at: datetime
    n_items: int
    repeated: bool
    lines: tuple[ResultLine, ...]

    @property
    def counts(self) -> dict[GapState, int]:
        """Give how many competencies are in each state, without those that nothing asks for."""
        found: dict[GapState, int] = {"meets": 0, "below": 0, "unclear": 0}
        for line in self.lines:
            if line.state is not None:
                found[line.state] += 1
        return found

    @property
    def gains(self) -> list[ResultLine]:
        """Give the lines that can be compared with an earlier result."""
        return [line for line in self.lines if line.before is not None]


def result_page(session: Session, public_id: str) -> ResultPage:
    """Give a handed-in attempt with its results; at most two statements. Raises NotFound."""
    rows = session.execute(_results(public_id)).all()
    if not rows:
        raise NotFound("Hasil tes ini tidak ditemukan.")
    attempt, version = rows[0].Attempt, rows[0].InstrumentVersion
    before = _before(session, attempt.plan_id) if attempt.plan_id else {}
    return ResultPage(
        public_id=attempt.public_id,
        person_id=attempt.person_id,
        purpose=attempt.purpose,
        name=version.name,
        version=version.version,
        handed_in_at=attempt.handed_in_at,
        n_items=attempt.n_items,
        repeated=attempt.repeated,
        lines=tuple(_line(row, before.get(row.Result.competency_id)) for row in rows),
    )


def _before(session: Session, plan_id: int) -> dict[int, Evidence]:
    """Give competency id → the evidence that opened the plan's item."""
    query = (
        select(PlanItem.competency_id, Evidence)
        .join(Evidence, Evidence.id == PlanItem.start_evidence_id)
        .where(PlanItem.plan_id == plan_id)
    )
    return dict(session.execute(query).all())


def _results(public_id: str) -> Select[*tuple[Any, ...]]:
    """Select an attempt's results with all that stands beside them on the page."""
    now_at, after = aliased(CompetencyLevel), aliased(CompetencyLevel)
    key = literal("assessment:").concat(Attempt.public_id).concat(":").concat(Competency.code)
    profile = and_(
        Profile.competency_id == Result.competency_id, Profile.person_id == Attempt.person_id
    )
    return (
        select(
            Attempt,
            InstrumentVersion,
            Result,
            Competency,
            CutScoreRule,
            Profile.required.label("required"),
            now_at.description.label("level_text"),
            after.description.label("next_text"),
            Evidence.valid_until.label("valid_until"),
        )
        .select_from(Result)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .join(AttemptLine, AttemptLine.id == Result.line_id)
        .join(CutScoreRule, CutScoreRule.id == AttemptLine.rule_id)
        .join(Competency, Competency.id == Result.competency_id)
        .outerjoin(Evidence, Evidence.key == key)
        .outerjoin(Profile, profile)
        .outerjoin(now_at, _level(now_at, 0))
        .outerjoin(after, _level(after, 1))
        .where(Attempt.public_id == public_id)
        .order_by(Competency.framework_id, Competency.sequence)
    )


def _level(table: type[CompetencyLevel], step: int) -> Any:
    return and_(
        table.competency_id == Result.competency_id, table.level == Result.level + literal(step)
    )


def _line(row: Any, earlier: Evidence | None) -> ResultLine:
    result, rule = row.Result, row.CutScoreRule
    bands = bands_of(rule)
    low, high = result.level_low, result.level_high
    return ResultLine(
        competency_id=result.competency_id,
        name=row.Competency.name,
        correct=result.correct,
        n=result.n,
        level=result.level,
        level_low=low,
        level_high=high,
        top=max(band.level for band in bands),
        scale=scale(result.score, result.error, bands),
        required=row.required,
        state=gap_state(row.required, low, high) if row.required is not None else None,
        level_text=row.level_text or "",
        next_text=row.next_text or "",
        rule=result.rule,
        rule_name=f"{rule.name}, versi {rule.version}",
        valid_until=row.valid_until,
        before=_gain(earlier, result, bands) if earlier is not None else None,
    )


def _gain(earlier: Evidence, result: Result, bands: Sequence[Band]) -> Before:
    """Compare by score and error where both were measured by the same rule, else by level."""
    comparable = earlier.score is not None and earlier.error is not None
    if comparable and earlier.rule == result.rule:
        score, error = earlier.score or 0.0, earlier.error or 0.0
        place = scale(score, error, bands)
        judged = change(score, result.score, error, result.error)
    else:
        level = float(earlier.level)
        place = Scale(value=level, low=level, high=level)
        judged = level_change(earlier.level, result.level_low, result.level_high)
    return Before(
        level=earlier.level,
        scale=place,
        source=earlier.source,
        measured_on=earlier.measured_on,
        exact=place.low == place.high,
        change=judged,
    )
