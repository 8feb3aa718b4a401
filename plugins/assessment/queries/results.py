"""Read models of results: what an attempt shows, where it comes from, and the gain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, select
from sqlalchemy.orm import Session, aliased

from lms import GapState, NotFound
from lms.models import (
    Competency,
    CompetencyLevel,
    CutScoreRule,
    Evidence,
    Profile,
)
from lms.rules import gap_state
from plugins.assessment.domain import Purpose, Scale, scale
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    AttemptLine,
    InstrumentVersion,
    Objection,
    Result,
)
from plugins.assessment.queries.gains import Before, Earlier, gain, starting_evidence
from plugins.assessment.queries.keys import is_of
from plugins.assessment.queries.rating import waiting_of
from plugins.assessment.queries.rules import bands_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvidence:
    """The evidence that counts today, where it is not what this attempt showed."""

    source: str
    measured_on: date
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One measured competency, compared with the standard of the person's post today."""

    competency_id: int
    name: str
    correct: float
    n: int
    score: float
    pending: int
    by_difficulty: bool
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
    unit: str
    valid_until: date | None
    used: OtherEvidence | None = None
    objection: str = ""
    before: Before | None = None

    @property
    def digits(self) -> int:
        """Give with how many digits a difference of scores is shown: θ is a small number."""
        return 2 if self.unit == "theta" else 0

    @property
    def partial(self) -> bool:
        """Tell whether some question was answered rightly in part."""
        return round(self.correct, 1) % 1 != 0


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
    assisted_by: str = ""
    trial: bool = False
    waiting: int = 0
    """How many answers wait for an assessor."""
    voided: int = 0
    """How many questions proved broken and count for nothing."""

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
    """Give a handed-in attempt with its results; at most three statements. Raises NotFound.

    There are none after a trial of the instrument, and while all answers wait for an assessor.
    """
    rows = session.execute(_results(public_id)).all()
    head = rows[0] if rows else session.execute(_bare(public_id)).one_or_none()
    if head is None:
        raise NotFound("Hasil tes ini tidak ditemukan.")
    attempt, version = head.Attempt, head.InstrumentVersion
    before = starting_evidence(session, attempt.plan_id) if rows and attempt.plan_id else {}
    waiting = sum(row.Result.pending for row in rows)
    if head.n_lines > len(rows):  # a line without a result may wait as a whole
        waiting = waiting_of(session, attempt.id)
    return ResultPage(
        public_id=attempt.public_id,
        person_id=attempt.person_id,
        purpose=attempt.purpose,
        name=version.name,
        version=version.version,
        handed_in_at=attempt.handed_in_at,
        n_items=attempt.n_items,
        repeated=attempt.repeated,
        assisted_by=attempt.assisted_by,
        trial=not rows and not head.n_scored,
        waiting=waiting,
        voided=head.n_voided,
        lines=tuple(_line(row, before.get(row.Result.competency_id)) for row in rows),
    )


def _n_lines() -> Any:
    lines = select(func.count()).where(AttemptLine.attempt_id == Attempt.id)
    return lines.correlate(Attempt).scalar_subquery().label("n_lines")


def _n_voided() -> Any:
    voided = and_(AttemptItem.attempt_id == Attempt.id, AttemptItem.voided_at.is_not(None))
    found = select(func.count()).where(voided, AttemptItem.scored)
    return found.correlate(Attempt).scalar_subquery().label("n_voided")


def _bare(public_id: str) -> Select[*tuple[Any, ...]]:
    """Select a handed-in attempt that has no results; a cancelled one has nothing to show."""
    scored = select(func.count()).where(AttemptItem.attempt_id == Attempt.id, AttemptItem.scored)
    return (
        select(
            Attempt,
            InstrumentVersion,
            _n_lines(),
            _n_voided(),
            scored.correlate(Attempt).scalar_subquery().label("n_scored"),
        )
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(
            Attempt.public_id == public_id,
            Attempt.handed_in_at.is_not(None),
            Attempt.closed_by != "cancelled",
        )
    )


def _results(public_id: str) -> Select[*tuple[Any, ...]]:
    """Select an attempt's results with all that stands beside them on the page."""
    now_at, after, used = aliased(CompetencyLevel), aliased(CompetencyLevel), aliased(Evidence)
    key = literal("assessment:").concat(Attempt.public_id).concat(":").concat(Competency.code)
    profile = and_(
        Profile.competency_id == Result.competency_id, Profile.person_id == Attempt.person_id
    )
    objected = and_(
        Objection.attempt_id == Result.attempt_id,
        Objection.competency_id == Result.competency_id,
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
            used.key.label("used_key"),
            used.source.label("used_source"),
            used.measured_on.label("used_on"),
            used.level.label("used_level"),
            Objection.state.label("objection"),
            _n_lines(),
            _n_voided(),
        )
        .select_from(Result)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .join(AttemptLine, AttemptLine.id == Result.line_id)
        .join(CutScoreRule, CutScoreRule.id == AttemptLine.rule_id)
        .join(Competency, Competency.id == Result.competency_id)
        .outerjoin(Evidence, Evidence.key == key)
        .outerjoin(Profile, profile)
        .outerjoin(used, used.id == Profile.evidence_id)
        .outerjoin(Objection, objected)
        .outerjoin(now_at, _level(now_at, 0))
        .outerjoin(after, _level(after, 1))
        .where(Attempt.public_id == public_id)
        .order_by(Competency.framework_id, Competency.sequence)
    )


def _level(table: type[CompetencyLevel], step: int) -> Any:
    return and_(
        table.competency_id == Result.competency_id, table.level == Result.level + literal(step)
    )


def _line(row: Any, earlier: Earlier | None) -> ResultLine:
    result, rule = row.Result, row.CutScoreRule
    bands = bands_of(rule)
    low, high = result.level_low, result.level_high
    return ResultLine(
        competency_id=result.competency_id,
        name=row.Competency.name,
        correct=result.correct,
        n=result.n,
        score=result.score,
        pending=result.pending,
        by_difficulty=result.theta is not None,
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
        unit=rule.unit,
        valid_until=row.valid_until,
        used=_other_evidence(row),
        objection=row.objection or "",
        before=gain(earlier, result, bands) if earlier is not None else None,
    )


def _other_evidence(row: Any) -> OtherEvidence | None:
    """Give what counts today, unless it comes from this attempt, computed again or not."""
    if row.used_key is None or is_of(row.used_key, row.Attempt.public_id, row.Competency.code):
        return None
    return OtherEvidence(source=row.used_source, measured_on=row.used_on, level=row.used_level)
