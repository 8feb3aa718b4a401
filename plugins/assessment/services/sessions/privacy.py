"""What measurement days know of a person: a copy of it, and its erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plugins.assessment.models import (
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


def erase_sessions(session: Session, person_id: int) -> None:
    """Take a person out of all sessions; what one did as a proctor stays without a name."""
    for table in (SessionMember, Proctor):
        session.execute(delete(table).where(table.person_id == person_id))
    for column in (TimeGrant.granted_by, Complaint.decided_by, TestSession.created_by):
        done = update(column.class_).where(column == person_id)
        session.execute(done.values({column.key: None}))
