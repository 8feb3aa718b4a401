"""Use-case: hand in an attempt once; it is locked, scored and reported as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, NewEvidence, NotFound, get_setting, now, record_evidence, site_of
from plugins.assessment.domain import (
    TITLES,
    UNKNOWN,
    Answer,
    receipt,
)
from plugins.assessment.models import Attempt, InstrumentVersion, Result
from plugins.assessment.queries.counting import counting, events_of
from plugins.assessment.services.devices import ON_PAPER
from plugins.assessment.services.scoring import store_results


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

    `mark` ends the key of evidence that was computed again, after an assessor's rating.
    """
    version = session.get_one(InstrumentVersion, attempt.instrument_version_id)
    handed_in_at = attempt.handed_in_at or now(session)
    measured_on = site_of(session).local(handed_in_at).date()
    valid_until = years_later(measured_on, get_setting(session, "core.evidence_years"))
    source = f"{TITLES[attempt.purpose]} ({version.name} v{version.version})"
    helped = ", dengan pendamping" if attempt.assisted_by else ""
    return [
        NewEvidence(
            key=evidence_key(attempt.public_id, code) + mark,
            competency_id=result.competency_id,
            level=result.level,
            level_low=result.level_low,
            level_high=result.level_high,
            kind="measured",
            source=f"{source}, {result.n} soal{helped}",
            measured_on=measured_on,
            score=result.score,
            error=result.error,
            rule=result.rule,
            valid_until=valid_until,
            assisted=bool(attempt.assisted_by),
        )
        for result, code in results
    ]


def evidence_key(public_id: str, code: str) -> str:
    """Give the key that makes recording an attempt's evidence idempotent."""
    return f"assessment:{public_id}:{code}"


def years_later(day: date, years: int) -> date:
    """Give the same day some years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
