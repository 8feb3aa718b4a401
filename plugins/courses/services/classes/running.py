"""Use-cases of a class that takes place: start it, finish it by attendance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import audit, get_setting, site_of, today
from plugins.courses.domain.classes import Finish, Start, judged
from plugins.courses.models import LIVE, Attendance, Meeting, Seat, TrainingClass
from plugins.courses.services.classes import telling
from plugins.courses.services.classes.held import NO_ROOM_LEFT, hold, move, run, seats_in
from plugins.courses.services.classes.linking import begin_all, enrol, enrolments_of
from plugins.courses.services.earning import Held
from plugins.courses.services.studying import finish
from plugins.courses.settings import ATTENDANCE_PERCENT

TOO_FEW = "Hadir %(present)s dari %(total)s pertemuan."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What attendance makes of the people of a class: seats by outcome, meetings without a list."""

    completed: tuple[int, ...]
    absent: tuple[int, ...]
    present: dict[int, int]
    """Meetings at which each seat was present."""
    total: int
    unmarked: int


def start_class(session: Session, actor_id: int, public: str) -> int:
    """Start a class; give how many stayed on the list or without an answer, and are told."""
    row = hold(session, public)
    left = seats_in(session, row, ("nominated", "waiting"))
    run(session, row, Start(), by=actor_id, why=NO_ROOM_LEFT)
    begin_all(session, seats_in(session, row, ("seated",)))
    session.flush()
    telling.no_room(session, row, left)
    audit(session, actor_id, "courses:class:start", f"class:{public}", left=len(left))
    return len(left)


def judge(session: Session, class_id: int) -> Judged:
    """Tell who would complete the class now; writes nothing; three statements and the setting."""
    seats = list(
        session.scalars(select(Seat.id).where(Seat.class_id == class_id, Seat.state == "seated"))
    )
    meetings = _marks(session, class_id)
    present = _present(session, class_id)
    percent = int(get_setting(session, ATTENDANCE_PERCENT))
    outcome = {id: judged(present.get(id, 0), len(meetings), percent) for id in seats}
    return Judged(
        completed=tuple(id for id in seats if outcome[id] == "completed"),
        absent=tuple(id for id in seats if outcome[id] == "absent"),
        present=present,
        total=len(meetings),
        unmarked=sum(not marks for marks in meetings.values()),
    )


def _marks(session: Session, class_id: int) -> dict[int, int]:
    """Give how many marks each meeting has."""
    query = (
        select(Meeting.id, func.count(Attendance.seat_id))
        .outerjoin(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Meeting.class_id == class_id)
        .group_by(Meeting.id)
    )
    return dict(session.execute(query).all())


def _present(session: Session, class_id: int) -> dict[int, int]:
    query = (
        select(Attendance.seat_id, func.count())
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Meeting.class_id == class_id, Attendance.state == "present")
        .group_by(Attendance.seat_id)
    )
    return dict(session.execute(query).all())


def finish_class(session: Session, actor_id: int, public: str) -> Judged:
    """Finish a class: who was there enough has completed the course, the others go back.

    Completing earns the learning hours and makes gaps ready to be measured again; whoever was
    not there keeps the course to be done, with the reason.
    """
    row = hold(session, public)
    result = judge(session, row.id)
    seats = seats_in(session, row, ("seated",))
    left = seats_in(session, row, ("nominated", "waiting"))
    run(session, row, Finish(), by=actor_id, why=NO_ROOM_LEFT)
    telling.no_room(session, row, left)
    _send_back(session, row, [s for s in seats if s.id in set(result.absent)], result, actor_id)
    _complete(session, row, [s for s in seats if s.id in set(result.completed)], actor_id)
    counts = {"completed": len(result.completed), "absent": len(result.absent)}
    audit(session, actor_id, "courses:class:finish", f"class:{public}", **counts)
    return result


def _send_back(
    session: Session, row: TrainingClass, seats: Sequence[Seat], result: Judged, by: int
) -> None:
    for seat in seats:
        seen = {"present": result.present.get(seat.id, 0), "total": result.total}
        move(session, row, [seat], "absent", by=by, why=TOO_FEW % seen)
        telling.absent(session, row, seat)


def _complete(session: Session, row: TrainingClass, seats: Sequence[Seat], by: int) -> None:
    """Complete the courses; one that ended by another way in the meantime is taken up again."""
    linked = enrolments_of(session, seats)
    gone = [s for s in seats if s.enrolment_id and linked[s.enrolment_id].state == "withdrawn"]
    if gone:
        enrol(session, row, gone)
        linked |= enrolments_of(session, gone)
    move(session, row, seats, "completed", by=by)
    held = _held(session, row)
    for seat in seats:
        enrolment = linked.get(seat.enrolment_id or 0)
        if enrolment is not None and enrolment.state in LIVE:
            finish(session, enrolment, held)


def _held(session: Session, row: TrainingClass) -> Held:
    local, day = site_of(session).local, today(session)
    return Held(
        starts_on=local(row.starts_at).date() if row.starts_at else day,
        ends_on=local(row.ends_at).date() if row.ends_at else day,
    )
