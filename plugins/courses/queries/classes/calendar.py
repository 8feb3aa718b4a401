"""What stands in a person's calendar: meetings of classes joined, taught, left or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms import now
from plugins.courses.models import (
    ClassTrainer,
    CourseVersion,
    Meeting,
    Seat,
    SeatMove,
    TrainingClass,
)

KEPT = timedelta(days=370)
"""How long a meeting that is over stays in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A meeting in a calendar; `status` is CONFIRMED, TENTATIVE or CANCELLED (RFC 5545).

    `sequence` grows with every change of the class and of one's own seat, so that a calendar
    takes the newest.
    """

    uid: str
    title: str
    course: str
    where: str
    link: str
    starts_at: datetime
    ends_at: datetime
    status: str
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """The next meeting that a person goes to."""

    public_id: str
    name: str
    course: str
    where: str
    starts_at: datetime


STATUS = {
    "seated": "CONFIRMED",
    "completed": "CONFIRMED",
    "absent": "CONFIRMED",
    "waiting": "TENTATIVE",
    "withdrawn": "CANCELLED",
}


def calendar_entries(
    session: Session, person_id: int, *, public_id: str | None = None
) -> list[Entry]:
    """Give a person's meetings by time, of all classes or of one; two statements."""
    latest = select(func.max(Seat.id)).where(Seat.person_id == person_id).group_by(Seat.class_id)
    # Every change of the latest seat and of those before it counts.
    moves = (
        select(func.count(SeatMove.id))
        .join(Seat, Seat.id == SeatMove.seat_id)
        .where(Seat.person_id == person_id, Seat.class_id == TrainingClass.id)
        .correlate(TrainingClass)
        .scalar_subquery()
    )
    own = (
        _meetings(session, Seat.state, moves)
        .join(Seat, Seat.class_id == TrainingClass.id)
        .where(Seat.id.in_(latest), Seat.state.in_(STATUS))
    )
    taught = (
        _meetings(session, ClassTrainer.id, ClassTrainer.id)
        .join(ClassTrainer, ClassTrainer.class_id == TrainingClass.id)
        .where(ClassTrainer.person_id == person_id)
    )
    if public_id is not None:
        own = own.where(TrainingClass.public_id == public_id)
        taught = taught.where(TrainingClass.public_id == public_id)
    found = {
        meeting.id: _entry(meeting, row, course, "CONFIRMED", 0)
        for meeting, row, course, _state, _count in session.execute(taught)
    }
    for meeting, row, course, state, count in session.execute(own):
        found.setdefault(meeting.id, _entry(meeting, row, course, STATUS[state], count))
    return sorted(found.values(), key=lambda entry: (entry.starts_at, entry.uid))


def _meetings(session: Session, *extra: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(Meeting, TrainingClass, CourseVersion.title, *extra)
        .join(TrainingClass, TrainingClass.id == Meeting.class_id)
        .join(CourseVersion, CourseVersion.id == TrainingClass.course_version_id)
        .where(
            Meeting.ends_at > now(session) - KEPT,
            TrainingClass.state != "planned",
        )
    )


def _entry(meeting: Meeting, row: TrainingClass, course: str, status: str, changes: int) -> Entry:
    title = f"{course}: {row.name}"
    return Entry(
        uid=meeting.public_id,
        title=f"{title}, {meeting.title}" if meeting.title else title,
        course=course,
        where=meeting.place or row.place,
        link=row.link,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        status="CANCELLED" if row.state == "cancelled" else status,
        sequence=row.sequence + changes,
    )


def next_meeting(session: Session, person_id: int, *, before: datetime) -> Coming | None:
    """Give the first meeting that a person has a seat for and that ends after now, or None."""
    query = (
        select(Meeting, TrainingClass, CourseVersion.title)
        .join(TrainingClass, TrainingClass.id == Meeting.class_id)
        .join(CourseVersion, CourseVersion.id == TrainingClass.course_version_id)
        .join(Seat, Seat.class_id == TrainingClass.id)
        .where(
            Seat.person_id == person_id,
            Seat.state == "seated",
            TrainingClass.state.in_(("open", "running")),
            Meeting.ends_at > now(session),
            Meeting.starts_at < before,
        )
        .order_by(Meeting.starts_at)
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    meeting, found, course = row
    return Coming(
        public_id=found.public_id,
        name=found.name,
        course=course,
        where=meeting.place or found.place,
        starts_at=meeting.starts_at,
    )
