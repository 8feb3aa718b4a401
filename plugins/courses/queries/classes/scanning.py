"""The meeting behind the code in the room, as the person who scanned it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from plugins.courses.models import Attendance, CourseVersion, Meeting, Seat, TrainingClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedMeeting:
    """A meeting; `seated` tells whether the person has a seat, `mark` what the list says."""

    code: str
    public_id: str
    name: str
    course: str
    sequence: int
    title: str
    where: str
    starts_at: datetime
    ends_at: datetime
    state: str
    seated: bool
    mark: str
    at: datetime | None


def scanned_meeting(session: Session, person_id: int, code: str) -> ScannedMeeting | None:
    """Give the meeting of a code, or None; one statement."""
    own = and_(
        Seat.class_id == Meeting.class_id,
        Seat.person_id == person_id,
        Seat.state.in_(("seated", "completed", "absent")),
    )
    query = (
        select(Meeting, TrainingClass, CourseVersion.title, Seat.id, Attendance)
        .join(TrainingClass, TrainingClass.id == Meeting.class_id)
        .join(CourseVersion, CourseVersion.id == TrainingClass.course_version_id)
        .outerjoin(Seat, own)
        .outerjoin(
            Attendance,
            and_(Attendance.meeting_id == Meeting.id, Attendance.seat_id == Seat.id),
        )
        .where(Meeting.code == code)
        .order_by(Seat.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    meeting, found, course, seat_id, seen = row
    mark: Attendance | None = seen  # an outer join: nothing is noted before the first scan
    return ScannedMeeting(
        code=code,
        public_id=found.public_id,
        name=found.name,
        course=course,
        sequence=meeting.sequence,
        title=meeting.title,
        where=meeting.place or found.place,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        state=found.state,
        seated=seat_id is not None,
        mark="" if mark is None else mark.state,
        at=None if mark is None else mark.at,
    )
