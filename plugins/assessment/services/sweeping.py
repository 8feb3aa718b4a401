"""Use-case: hand in what a person answered to the end but never sent.

Only attempts with an answer to every question are handed in: one that is half done would count
the rest as not known, and a result would say less than the person can. It stays open instead.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from lms import now
from plugins.assessment.models import AnswerEvent, Attempt, InstrumentVersion
from plugins.assessment.services.handing_in import hand_in

LEFT_ALONE = timedelta(hours=24)
"""How long after the last answer the person may still look over the answers and send them."""
AT_ONCE = 50


def hand_in_forgotten(session: Session, limit: int = AT_ONCE) -> int:
    """Hand in complete attempts that were left alone or whose window has ended; give how many."""
    moment = now(session)
    complete = (
        select(AnswerEvent.attempt_id, func.max(AnswerEvent.server_time).label("last"))
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .where(Attempt.handed_in_at.is_(None), AnswerEvent.value.is_not(None))
        .group_by(AnswerEvent.attempt_id, Attempt.n_items)
        .having(func.count(func.distinct(AnswerEvent.sequence)) == Attempt.n_items)
        .subquery()
    )
    query = (
        select(Attempt.person_id, Attempt.public_id)
        .join(complete, complete.c.attempt_id == Attempt.id)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(
            or_(
                complete.c.last <= moment - LEFT_ALONE,
                and_(
                    InstrumentVersion.closes_at.is_not(None), InstrumentVersion.closes_at <= moment
                ),
            )
        )
        .order_by(Attempt.id)
        .limit(limit)
    )
    found = session.execute(query).all()
    for person_id, public in found:
        hand_in(session, person_id, public)
    return len(found)
