"""Use-case: hand in by the server itself what a person can no longer or did not hand in.

Two kinds: attempts whose time and grace are over, with the last acknowledged answers (D8); and
attempts without a limit that were answered to the end but never sent. One without a limit that is
half done stays open: a result would say less than the person can.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from lms import audit, now, site_of
from plugins.assessment.domain import Timing, may_close
from plugins.assessment.domain.clock import GAP
from plugins.assessment.models import Attempt, InstrumentVersion, TestSession
from plugins.assessment.queries.outages import silences
from plugins.assessment.services.clock import last_sign
from plugins.assessment.services.handing_in import hand_in

LEFT_ALONE = timedelta(hours=24)
"""How long after the last answer the person may still look over the answers and send them."""
EXPIRY = timedelta(hours=24)
"""How long after its window a session can still be looked after (T14)."""
PIECE = 5
"""Attempts in one transaction: on SQLite nobody can save an answer while it lasts."""

Found = tuple[int, int, str]
"""Attempt, person and public id."""


def sweep(session: Session, after: int = 0) -> tuple[int, int | None]:
    """Hand in a few attempts beyond `after`; give how many, and where to go on (None: done).

    Each one has a savepoint: one that cannot be handed in is noted on the plugin, keeps nobody
    else waiting, and is tried again by the next sweep.
    """
    found = sorted({*_over(session, after), *_forgotten(session, after)})
    piece = found[:PIECE]
    done = sum(_hand_in(session, each) for each in piece)
    return done, piece[-1][0] if len(found) > len(piece) else None


def _hand_in(session: Session, found: Found) -> bool:
    _, person_id, public = found
    recorded = len(session.info["recorded"])
    try:
        with session.begin_nested():
            hand_in(session, person_id, public, closed_by="sweeper")
    except Exception as error:  # a broken attempt must not keep the others from their results
        del session.info["recorded"][recorded:]
        site_of(session).registry.note_error("assessment", f"sweep of attempt {public}", error)
        return False
    return True


def _over(session: Session, after: int) -> list[Found]:
    """Give the attempts whose time and grace are over, unless an outage is not judged yet."""
    moment = now(session)
    if not _judged(session, moment):
        return []
    query = select(
        Attempt.id,
        Attempt.person_id,
        Attempt.public_id,
        Attempt.started_at,
        Attempt.limit_seconds,
        Attempt.window_end,
        Attempt.allowance,
        Attempt.grace,
    ).where(
        Attempt.id > after,
        Attempt.handed_in_at.is_(None),
        Attempt.medium == "screen",
        or_(Attempt.limit_seconds.is_not(None), Attempt.window_end <= moment),
    )
    outages = silences(session, moment - LEFT_ALONE)
    found = []
    for row in session.execute(query):
        timing = Timing(
            started_at=row.started_at,
            limit=row.limit_seconds,
            window_end=row.window_end,
            allowance=row.allowance,
            grace=row.grace,
        )
        if may_close(timing, moment, outages):
            found.append((row.id, row.person_id, row.public_id))
    return found


def _judged(session: Session, moment: datetime) -> bool:
    """Tell whether every outage until now is known: the web server is there, or no tests run.

    A server that did not come back for a day is waited for no longer.
    """
    sign = last_sign(session)
    if sign is None:
        return True
    silent = moment - sign
    return silent <= timedelta(seconds=GAP) or silent > LEFT_ALONE


def _forgotten(session: Session, after: int) -> list[Found]:
    """Give complete attempts without a limit, left alone for a day or past their window."""
    moment = now(session)
    closed = and_(InstrumentVersion.closes_at.is_not(None), InstrumentVersion.closes_at <= moment)
    query = (
        select(Attempt.id, Attempt.person_id, Attempt.public_id)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(
            Attempt.id > after,
            Attempt.handed_in_at.is_(None),
            Attempt.medium == "screen",
            Attempt.limit_seconds.is_(None),
            Attempt.window_end.is_(None),
            Attempt.answered >= Attempt.n_items,
            or_(Attempt.saved_at <= moment - LEFT_ALONE, closed),
        )
    )
    return [(row.id, row.person_id, row.public_id) for row in session.execute(query)]


def expire_sessions(session: Session) -> int:
    """Close sessions whose window ended a day ago; give how many.

    Nobody can enter one days later and make its date a lie (T14).
    """
    moment = now(session)
    query = select(TestSession.id, TestSession.public_id).where(
        TestSession.state != "closed", TestSession.closes_at <= moment - EXPIRY
    )
    found = session.execute(query).all()
    if found:
        ids = [row.id for row in found]
        session.execute(update(TestSession).where(TestSession.id.in_(ids)).values(state="closed"))
    for row in found:
        audit(session, None, "assessment:session:expire", row.public_id)
    return len(found)
