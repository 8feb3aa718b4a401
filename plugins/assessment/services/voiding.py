"""Questions that count for nobody in a session: also for those who start after the decision."""

from __future__ import annotations

from sqlalchemy import Select, exists, func, or_, select, update
from sqlalchemy.orm import Session

from lms import now
from plugins.assessment.models import Attempt, AttemptItem, Complaint

VOIDED, VOIDED_FOR_ALL = "voided", "voided_all"
"""States of a complaint: the question counts for nothing in one test, or in all of a session."""


def void_known(session: Session, attempt: Attempt) -> None:
    """Void what was decided on before this attempt was started in its session."""
    session.execute(
        update(AttemptItem)
        .where(
            AttemptItem.attempt_id == attempt.id,
            AttemptItem.voided_at.is_(None),
            AttemptItem.item_version_id.in_(_broken(attempt.session_id)),
        )
        .values(voided_at=now(session))
        .execution_options(synchronize_session=False)
    )


def broken_items(session: Session, attempt: Attempt) -> set[int]:
    """Give the item versions that are not asked any more in an attempt's session."""
    if attempt.session_id is None:
        return set()
    return set(session.scalars(_broken(attempt.session_id)))


def _broken(session_id: int | None) -> Select[int]:
    return (
        select(Complaint.item_version_id)
        .join(Attempt, Attempt.id == Complaint.attempt_id)
        .where(Attempt.session_id == session_id, Complaint.state == VOIDED_FOR_ALL)
    )


def may_be_left(session: Session, attempt: Attempt) -> bool:
    """Tell whether the last question was reported or voided: nobody has to answer it."""
    reported = exists().where(
        Complaint.attempt_id == AttemptItem.attempt_id,
        Complaint.sequence == AttemptItem.sequence,
    )
    query = select(func.count()).where(
        AttemptItem.attempt_id == attempt.id,
        AttemptItem.sequence == attempt.n_items,
        or_(AttemptItem.voided_at.is_not(None), reported),
    )
    return bool(session.scalar(query))
