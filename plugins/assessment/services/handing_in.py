"""Use-case: hand in an attempt once; it is locked, scored and reported as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from lms import Conflict, NewEvidence, NotFound, get_setting, now, record_evidence, site_of
from plugins.assessment.domain import (
    TITLES,
    UNKNOWN,
    Answer,
    receipt,
)
from plugins.assessment.models import Attempt, AttemptLine, InstrumentVersion, Result
from plugins.assessment.queries.counting import counting, events_of
from plugins.assessment.services.devices import ON_PAPER
from plugins.assessment.services.scoring import store_results

HELPED = ", dengan pendamping"


def hand_in(session: Session, person_id: int, public_id: str, *, closed_by: str = "person") -> str:
    """Lock an attempt, score the last acknowledged answer of every item; give the receipt.

    Handing in twice gives the first receipt again. Raises NotFound for another person's attempt,
    Conflict for one on paper, which only its typist hands in.
    """
    query = select(Attempt).where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    attempt = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound("Tes ini tidak ditemukan.")
    if attempt.receipt is not None:
        return attempt.receipt
    if attempt.medium == "paper" and closed_by != "paper":
        raise Conflict(ON_PAPER)
    events = events_of(session, attempt.id)
    answers = counting(session, attempt, events)
    digest = receipt(attempt.public_id, (event.digest for event, _ in events))
    _close(session, attempt, digest, answers, closed_by)
    results = store_results(session, attempt, answers)
    record_evidence(session, person_id, new_evidence(session, attempt, results))
    return digest


def _close(
    session: Session, attempt: Attempt, digest: str, answers: dict[int, Answer], closed_by: str
) -> None:
    values = [answer.value for answer in answers.values() if answer.value is not None]
    attempt.handed_in_at = now(session)
    attempt.closed_by = closed_by
    attempt.answered = len(values)
    attempt.unknown = values.count(UNKNOWN)
    attempt.receipt = digest
    session.flush()


def new_evidence(
    session: Session, attempt: Attempt, results: Sequence[tuple[Result, str]], *, mark: str = ""
) -> list[NewEvidence]:
    """Give what results of a handed-in attempt say, measured on the day of the hand-in.

    `mark` ends the key of evidence that was computed again: after an assessor's rating, or
    without a question that proved broken.
    """
    version = session.get_one(InstrumentVersion, attempt.instrument_version_id)
    handed_in_at = attempt.handed_in_at or now(session)
    measured_on = site_of(session).local(handed_in_at).date()
    valid_until = years_later(measured_on, get_setting(session, "core.evidence_years"))
    source = f"{TITLES[attempt.purpose]} ({version.name} v{version.version})"
    helped = _with_helper(session, attempt, [result.line_id for result, _ in results])
    return [
        NewEvidence(
            key=evidence_key(attempt.public_id, code) + mark,
            competency_id=result.competency_id,
            level=result.level,
            level_low=result.level_low,
            level_high=result.level_high,
            kind="measured",
            source=f"{source}, {result.n} soal{HELPED if result.line_id in helped else ''}",
            measured_on=measured_on,
            score=result.score,
            error=result.error,
            rule=result.rule,
            valid_until=valid_until,
            assisted=result.line_id in helped,
        )
        for result, code in results
    ]


def _with_helper(session: Session, attempt: Attempt, line_ids: Sequence[int]) -> set[int]:
    """Give the lines with answers of a helped attempt: of this one, or of one that it continues.

    Who answers extra questions alone did not answer the first ones alone.
    """
    if attempt.assisted_by:
        return set(line_ids)
    own, first = aliased(AttemptLine), aliased(AttemptLine)
    query = (
        select(own.id)
        .join(first, or_(first.id == own.root_id, first.root_id == own.root_id))
        .join(Attempt, Attempt.id == first.attempt_id)
        .where(own.id.in_(line_ids), Attempt.id < attempt.id, Attempt.assisted_by != "")
    )
    return set(session.scalars(query))


def evidence_key(public_id: str, code: str) -> str:
    """Give the key that makes recording an attempt's evidence idempotent."""
    return f"assessment:{public_id}:{code}"


def years_later(day: date, years: int) -> date:
    """Give the same day some years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
