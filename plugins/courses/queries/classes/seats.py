"""Seats as the desk and supervisors see them, and attendance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from lms.models import Person, Placement, Position, Unit
from plugins.courses.models import (
    LIVE,
    Attendance,
    CourseVersion,
    Enrolment,
    Meeting,
    Seat,
    SeatMove,
    TrainingClass,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """A person in a class, as the desk sees it; `supervisor` is empty when there is none."""

    public_id: str
    person: str
    nip: str
    unit: str
    state: str
    turn: int
    reason: str
    asked_at: datetime
    supervisor: str
    present: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLine:
    """A nomination that waits for a decision; `reason` says why the course is for this person."""

    public_id: str
    class_id: int
    person: str
    position: str
    unit: str
    course: str
    name: str
    starts_at: datetime | None
    ends_at: datetime | None
    where: str
    free: int
    queued: int
    reason: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """Something that happened to a seat; `by` is empty when it happened by itself."""

    before: str
    after: str
    why: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkLine:
    """A person on the list of a meeting; `mark` is empty when nothing is noted yet."""

    public_id: str
    person: str
    nip: str
    unit: str
    mark: str
    via: str
    at: datetime | None


def with_unit(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join today's placement and unit to a query about people."""
    return query.outerjoin(
        Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None))
    ).outerjoin(Unit, Unit.id == Placement.unit_id)


def seat_lines(
    session: Session, class_id: int, state: str, *, number: int, size: int
) -> tuple[list[SeatLine], int]:
    """Give one page of the seats of a class: seated, on the list in order, waiting, the rest."""
    query = _seats(func.count().over()).where(Seat.class_id == class_id)
    if state:
        query = query.where(Seat.state == state)
    order = {"seated": 0, "completed": 0, "waiting": 1, "nominated": 2, "absent": 3}
    query = query.order_by(
        case(*((Seat.state == name, at) for name, at in order.items()), else_=4),
        case((Seat.state == "waiting", Seat.turn), else_=0),
        Person.name,
        Seat.id,
    )
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    return [_seat_line(row) for row in rows], rows[0][5] if rows else 0


def _seats(*extra: Any) -> Select[*tuple[Any, ...]]:
    boss = aliased(Person)
    present = (
        select(func.count())
        .where(Attendance.seat_id == Seat.id, Attendance.state == "present")
        .correlate(Seat)
        .scalar_subquery()
    )
    query = select(Seat, Person, Unit.name, boss.name, present, *extra)
    query = query.join(Person, Person.id == Seat.person_id)
    return with_unit(query).outerjoin(boss, boss.id == Placement.supervisor_id)


def _seat_line(row: Any) -> SeatLine:
    seat, person, unit, boss, present = row[:5]
    return SeatLine(
        public_id=seat.public_id,
        person=person.full_name,
        nip=person.nip,
        unit=unit or "",
        state=seat.state,
        turn=seat.turn,
        reason=seat.reason,
        asked_at=seat.asked_at,
        supervisor=boss or "",
        present=present,
    )


def seat_line(session: Session, class_id: int, public_id: str) -> SeatLine | None:
    """Give one seat of a class, or None."""
    query = _seats().where(Seat.class_id == class_id, Seat.public_id == public_id)
    row = session.execute(query).one_or_none()
    return None if row is None else _seat_line(row)


def seat_moves(session: Session, public_id: str) -> list[MoveLine]:
    """Give what happened to a seat, the first thing first."""
    query = (
        select(SeatMove, Person.name)
        .join(Seat, Seat.id == SeatMove.seat_id)
        .outerjoin(Person, Person.id == SeatMove.by)
        .where(Seat.public_id == public_id)
        .order_by(SeatMove.id)
    )
    return [
        MoveLine(before=move.before, after=move.after, why=move.why, at=move.at, by=name or "")
        for move, name in session.execute(query)
    ]


def seat_counts(session: Session, class_id: int) -> dict[str, int]:
    """Give how many seats of a class are in each state; states without any are missing."""
    query = select(Seat.state, func.count(Seat.id)).where(Seat.class_id == class_id)
    return dict(session.execute(query.group_by(Seat.state)).all())


# -- approvals -----------------------------------------------------------------------------------


def _open_nominations(
    query: Select[*tuple[Any, ...]], acting: Collection[int], moment: datetime
) -> Select[*tuple[Any, ...]]:
    return (
        query.join(TrainingClass, TrainingClass.id == Seat.class_id)
        .join(Placement, and_(Placement.person_id == Seat.person_id, Placement.until.is_(None)))
        .where(
            Seat.state == "nominated",
            Placement.supervisor_id.in_(acting),
            TrainingClass.state == "open",
            TrainingClass.starts_at > moment,
        )
    )


def count_approvals(
    session: Session, acting: Collection[int], person_id: int, moment: datetime
) -> int:
    """Count the nominations that a person may decide about now; not one's own."""
    query = _open_nominations(select(func.count(Seat.id)).select_from(Seat), acting, moment)
    return session.scalar(query.where(Seat.person_id != person_id)) or 0


def approval_lines(
    session: Session,
    acting: Collection[int],
    person_id: int,
    moment: datetime,
    *,
    number: int,
    size: int,
) -> tuple[list[ApprovalLine], int]:
    """Give one page of nominations that a person may decide about, the next class first."""
    live = and_(
        Enrolment.person_id == Seat.person_id,
        Enrolment.course_id == TrainingClass.course_id,
        Enrolment.state.in_(LIVE),
    )
    what = (Seat, Person, Position.name, Unit.name, TrainingClass, CourseVersion.title)
    query = _open_nominations(
        select(*what, Enrolment.reason, func.count().over()).select_from(Seat), acting, moment
    )
    query = (
        query.join(Person, Person.id == Seat.person_id)
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(Position, Position.id == Placement.position_id)
        .join(CourseVersion, CourseVersion.id == TrainingClass.course_version_id)
        .outerjoin(Enrolment, live)
        .where(Seat.person_id != person_id)
        .order_by(TrainingClass.starts_at, TrainingClass.id, Seat.asked_at, Seat.id)
    )
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    return [_approval_line(row) for row in rows], rows[0][7] if rows else 0


def _approval_line(row: Any) -> ApprovalLine:
    seat, person, position, unit, found, course, reason = row[:7]
    return ApprovalLine(
        public_id=seat.public_id,
        class_id=found.id,
        person=person.full_name,
        position=position or "",
        unit=unit or "",
        course=course,
        name=found.name,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        where=found.place,
        free=max(found.maximum - found.seated, 0),
        queued=found.queued,
        reason=reason or "",
        asked_at=seat.asked_at,
    )


# -- attendance ----------------------------------------------------------------------------------


def mark_lines(session: Session, class_id: int, meeting_id: str) -> list[MarkLine]:
    """Give everyone with a seat and what the list of a meeting says, by name."""
    query = (
        select(Seat, Person, Unit.name, Attendance)
        .join(Person, Person.id == Seat.person_id)
        .join(Meeting, Meeting.class_id == Seat.class_id)
        .outerjoin(
            Attendance,
            and_(Attendance.meeting_id == Meeting.id, Attendance.seat_id == Seat.id),
        )
        .where(
            Seat.class_id == class_id,
            Meeting.public_id == meeting_id,
            Seat.state.in_(("seated", "completed", "absent")),
        )
        .order_by(Person.name, Seat.id)
    )
    return [
        MarkLine(
            public_id=seat.public_id,
            person=person.full_name,
            nip=person.nip,
            unit=unit or "",
            mark=mark.state if mark else "",
            via=mark.via if mark else "",
            at=mark.at if mark else None,
        )
        for seat, person, unit, mark in session.execute(with_unit(query))
    ]
