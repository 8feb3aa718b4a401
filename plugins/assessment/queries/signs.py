"""Read model of an attempt's sign of life: how much time is left, what changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import NotFound, now
from plugins.assessment.domain import Timing
from plugins.assessment.models import Attempt, TimeGrant
from plugins.assessment.queries.sitting import NO_TEST, timing_of

NEWS = timedelta(seconds=90)
"""A grant is told for so long; pages ask more often than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What a page asks for every few seconds; `given` are seconds that were granted just now."""

    attempt_id: int
    device: str
    handed_in_at: datetime | None
    timing: Timing
    given: int


def sign(session: Session, person_id: int, public_id: str) -> Sign:
    """Give the sign of a person's own attempt in one statement; raises NotFound."""
    news = (TimeGrant.attempt_id == Attempt.id, TimeGrant.granted_at > now(session) - NEWS)
    given = select(func.coalesce(func.sum(TimeGrant.seconds), 0)).where(*news).scalar_subquery()
    query = select(
        Attempt.id,
        Attempt.device,
        Attempt.handed_in_at,
        Attempt.started_at,
        Attempt.limit_seconds,
        Attempt.window_end,
        Attempt.allowance,
        Attempt.grace,
        given.label("given"),
    ).where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(NO_TEST)
    return Sign(
        attempt_id=row.id,
        device=row.device,
        handed_in_at=row.handed_in_at,
        timing=timing_of(row),
        given=row.given,
    )
