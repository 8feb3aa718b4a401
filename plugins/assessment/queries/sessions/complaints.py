"""Read models of complaints: questions that candidates called broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms import NotFound
from lms.models import Person
from plugins.assessment.models import Attempt, Complaint, ItemVersion, Room
from plugins.assessment.queries.sessions.watching import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLine:
    """A question that a candidate called broken; `same` counts who else did so in the session."""

    complaint_id: int
    public_id: str
    number: int
    text: str
    state: str
    reason: str
    created_at: datetime
    person: str
    room_id: int | None
    room: str
    session_id: int | None
    handed_in: bool
    kind: str
    stem: str
    content: dict[str, Any]
    same: int


def complaints(
    session: Session, seen: Watch, *, number: int, size: int
) -> tuple[list[ComplaintLine], int]:
    """Give one page of the complaints of a watch, waiting ones first; two statements."""
    query = _complaints().where(Attempt.session_id == seen.session_id)
    if seen.room_ids is not None:
        query = query.where(Attempt.room_id.in_(seen.room_ids))
    return _paged(session, query, number, size)


def complaints_elsewhere(
    session: Session, *, number: int, size: int
) -> tuple[list[ComplaintLine], int]:
    """Give one page of the complaints of tests that belong to no session; two statements."""
    return _paged(session, _complaints().where(Attempt.session_id.is_(None)), number, size)


def complaint(session: Session, public: str) -> ComplaintLine:
    """Give one complaint; raises NotFound. The caller checks whose business it is."""
    row = session.execute(_complaints().where(Complaint.public_id == public)).one_or_none()
    if row is None:
        raise NotFound("Laporan ini tidak ditemukan.")
    return _complaint(row)


def waiting_complaints(session: Session, seen: Watch) -> int:
    """Give how many complaints wait for a decision."""
    query = (
        select(func.count())
        .select_from(Complaint)
        .join(Attempt, Attempt.id == Complaint.attempt_id)
        .where(Attempt.session_id == seen.session_id, Complaint.state == "waiting")
    )
    if seen.room_ids is not None:
        query = query.where(Attempt.room_id.in_(seen.room_ids))
    return session.scalar(query) or 0


def _complaints() -> Select[*tuple[Any, ...]]:
    other, test = Complaint.__table__.alias(), Attempt.__table__.alias()
    same = (
        select(func.count())
        .select_from(other.join(test, test.c.id == other.c.attempt_id))
        .where(
            other.c.item_version_id == Complaint.item_version_id,
            or_(
                test.c.session_id == Attempt.session_id,
                and_(test.c.session_id.is_(None), Attempt.session_id.is_(None)),
            ),
        )
        .correlate(Complaint, Attempt)
        .scalar_subquery()
    )
    return (
        select(
            Complaint,
            Person,
            Attempt.room_id,
            Attempt.session_id,
            Attempt.handed_in_at,
            Room.name.label("room"),
            ItemVersion.kind,
            ItemVersion.stem,
            ItemVersion.content,
            same.label("same"),
        )
        .join(Attempt, Attempt.id == Complaint.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(ItemVersion, ItemVersion.id == Complaint.item_version_id)
        .outerjoin(Room, Room.id == Attempt.room_id)
    )


def _paged(
    session: Session, query: Select[*tuple[Any, ...]], number: int, size: int
) -> tuple[list[ComplaintLine], int]:
    total = session.scalar(query.with_only_columns(func.count(Complaint.id))) or 0
    ordered = query.order_by(Complaint.state != "waiting", Complaint.id.desc())
    rows = session.execute(ordered.offset((number - 1) * size).limit(size))
    return [_complaint(row) for row in rows], total


def _complaint(row: Row[*tuple[Any, ...]]) -> ComplaintLine:
    found = row.Complaint
    return ComplaintLine(
        complaint_id=found.id,
        public_id=found.public_id,
        number=found.sequence,
        text=found.text,
        state=found.state,
        reason=found.reason,
        created_at=found.created_at,
        person=row.Person.full_name,
        room_id=row.room_id,
        room=row.room or "",
        session_id=row.session_id,
        handed_in=row.handed_in_at is not None,
        kind=row.kind,
        stem=row.stem,
        content=row.content,
        same=row.same,
    )
