"""What measurement days know of a person: a copy of it, and its erasure."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plugins.assessment.models import (
    Attempt,
    Complaint,
    Proctor,
    Room,
    SessionMember,
    TestSession,
    TimeGrant,
)


def session_data(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Give the sessions in which a person was expected, as JSON can hold them."""
    query = (
        select(SessionMember, TestSession, Room.name)
        .join(TestSession, TestSession.id == SessionMember.session_id)
        .outerjoin(Room, Room.id == SessionMember.room_id)
        .where(SessionMember.person_id == person_id)
        .order_by(TestSession.opens_at, TestSession.id)
    )
    return [
        {
            "session": found.name,
            "opens_at": found.opens_at.isoformat(),
            "room": room,
            "seat": member.seat,
            "extra_minutes": member.extra_minutes,
            "entered_at": member.entered_at.isoformat() if member.entered_at else None,
        }
        for member, found, room in session.execute(query)
    ]


def watched_data(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Give the sessions and rooms over which a person watches, as JSON can hold them."""
    query = (
        select(TestSession, Room.name)
        .join(Proctor, Proctor.session_id == TestSession.id)
        .outerjoin(Room, Room.id == Proctor.room_id)
        .where(Proctor.person_id == person_id)
        .order_by(TestSession.opens_at, Proctor.id)
    )
    return [
        {"session": found.name, "opens_at": found.opens_at.isoformat(), "room": room}
        for found, room in session.execute(query)
    ]


def attempt_data(session: Session, person_id: int) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """Give attempt id → what was said of its questions, and the minutes given; two statements."""
    own = Attempt.person_id == person_id
    said = select(Complaint).join(Attempt, Attempt.id == Complaint.attempt_id).where(own)
    given = select(TimeGrant).join(Attempt, Attempt.id == TimeGrant.attempt_id).where(own)
    found: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(
        lambda: {"complaints": [], "minutes": []}
    )
    for each in session.scalars(said.order_by(Complaint.id)):
        entry = {"question": each.sequence, "text": each.text, "state": each.state}
        entry |= {"reason": each.reason, "at": each.created_at.isoformat()}
        found[each.attempt_id]["complaints"].append(entry)
    for grant in session.scalars(given.order_by(TimeGrant.id)):
        minutes = {"seconds": grant.seconds, "reason": grant.reason}
        minutes |= {"at": grant.granted_at.isoformat()}
        found[grant.attempt_id]["minutes"].append(minutes)
    return found


def erase_sessions(session: Session, person_id: int) -> None:
    """Take a person out of all sessions; what one did as a proctor stays without a name."""
    for table in (SessionMember, Proctor):
        session.execute(delete(table).where(table.person_id == person_id))
    for column in (TimeGrant.granted_by, Complaint.decided_by, TestSession.created_by):
        done = update(column.class_).where(column == person_id)
        session.execute(done.values({column.key: None}))
