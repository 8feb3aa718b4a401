"""A coaching held by its row, for one of the two who take part; what the other one is told."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms import Link, NotFound, send_message
from plugins.courses.domain.coaching import Role
from plugins.courses.models import Coaching

KIND = "courses.coaching"
NOT_FOUND = "Coaching ini tidak ditemukan."  # i18n


def hold(session: Session, public_id: str, person_id: int) -> tuple[Coaching, Role]:
    """Give a coaching of this person with their part in it; raises NotFound for others."""
    query = select(Coaching).where(
        Coaching.public_id == public_id,
        or_(Coaching.learner_id == person_id, Coaching.coach_id == person_id),
    )
    row = session.scalar(
        query.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(NOT_FOUND)
    return row, "learner" if row.learner_id == person_id else "coach"


def other(row: Coaching, person_id: int) -> int:
    """Give the other one of the two."""
    return row.coach_id if row.learner_id == person_id else row.learner_id


def tell(
    session: Session, row: Coaching, person_id: int, key: str, subject: str, text: str
) -> None:
    """Tell one of the two, once for each key."""
    send_message(
        session,
        person_id,
        key=f"{KIND}:{row.public_id}:{key}",
        kind=KIND,
        subject=subject,
        text=text,
        link=Link(endpoint="courses_coaching.show", values={"public_id": row.public_id}),
    )
