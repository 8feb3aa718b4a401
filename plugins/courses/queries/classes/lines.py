"""Classes as lists and pages show them, with the seat of the person who looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms import now
from lms.models import Person
from plugins.courses.models import (
    LIVE_SEATS,
    Attendance,
    ClassTrainer,
    Course,
    CourseVersion,
    Meeting,
    Seat,
    TrainingClass,
)

STATES = ("planned", "open", "running", "done", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """A class; `state` is running too when its time has come and nobody pressed the button.

    `seat` is the state of one's own latest seat, empty without one; `place` the place on the list.
    """

    class_id: int
    public_id: str
    name: str
    state: str
    course_id: int
    slug: str
    course: str
    jp: int
    where: str
    link: str
    note: str
    minimum: int
    maximum: int
    seated: int
    queued: int
    needs_approval: bool
    enrol_from: datetime | None
    enrol_until: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    cancelled_because: str
    seat: str = ""
    seat_reason: str = ""
    place: int = 0
    window: str = "open"
    """Whether one can enrol oneself now: open, early or late."""

    @property
    def free(self) -> int:
        """Give how many seats nobody has."""
        return max(self.maximum - self.seated, 0)

    @property
    def has_live_seat(self) -> bool:
        """Tell whether one's own seat still leads to the class."""
        return self.seat in LIVE_SEATS

    @property
    def may_enrol(self) -> bool:
        """Tell whether one could ask for a seat now."""
        return self.state == "open" and not self.has_live_seat and self.window == "open"

    @property
    def may_leave(self) -> bool:
        """Tell whether one could give the seat up now."""
        return self.state == "open" and self.has_live_seat


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A meeting of a class; `marked` counts people on its list."""

    public_id: str
    sequence: int
    title: str
    where: str
    starts_at: datetime
    ends_at: datetime
    code: str
    marked: int = 0
    present: int = 0


def begun(moment: datetime) -> ColumnElement[bool]:
    """Give the condition that a class has started, by hand or by time."""
    by_time = and_(TrainingClass.state == "open", TrainingClass.starts_at <= moment)
    return or_(TrainingClass.state == "running", by_time)


def in_state(state: str, moment: datetime) -> ColumnElement[bool]:
    """Give the condition that a class is shown in a state."""
    if state == "running":
        return begun(moment)
    if state == "open":
        return and_(TrainingClass.state == "open", TrainingClass.starts_at > moment)
    return TrainingClass.state == state


def class_query(person_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """Select classes with their course and, for a person, the latest seat and the place in line."""
    before = aliased(Seat)
    place = (
        select(func.count(before.id))
        .where(
            before.class_id == Seat.class_id, before.state == "waiting", before.turn <= Seat.turn
        )
        .correlate(Seat)
        .scalar_subquery()
    )
    latest = aliased(Seat)
    own = (
        select(func.max(latest.id))
        .where(latest.class_id == TrainingClass.id, latest.person_id == person_id)
        .correlate(TrainingClass)
        .scalar_subquery()
    )
    return (
        select(TrainingClass, CourseVersion, Course.slug, Seat, place)
        .join(CourseVersion, CourseVersion.id == TrainingClass.course_version_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .outerjoin(Seat, and_(Seat.class_id == TrainingClass.id, Seat.id == own))
    )


def class_line(row: Sequence[Any], moment: datetime) -> ClassLine:
    """Make a line out of what :func:`class_query` selects."""
    found, version, slug, seat, place = row[:5]
    late = found.starts_at is not None and moment >= found.starts_at
    return ClassLine(
        class_id=found.id,
        state="running" if found.state == "open" and late else found.state,
        course=version.title,
        course_id=found.course_id,
        slug=slug,
        jp=version.jp,
        where=found.place,
        seat=seat.state if seat else "",
        seat_reason=seat.reason if seat else "",
        place=place if seat and seat.state == "waiting" else 0,
        window=_window(found, moment),
        **{name: getattr(found, name) for name in PLAIN},
    )


PLAIN = (
    "public_id", "name", "link", "note", "minimum", "maximum", "seated", "queued",
    "needs_approval", "enrol_from", "enrol_until", "starts_at", "ends_at", "cancelled_because",
)  # fmt: skip


def _window(found: TrainingClass, moment: datetime) -> str:
    if found.enrol_from is not None and moment < found.enrol_from:
        return "early"
    if found.enrol_until is not None and moment > found.enrol_until:
        return "late"
    return "open"


def find_class(session: Session, public_id: str, person_id: int | None = None) -> ClassLine | None:
    """Give a class by its public id, or None; one statement."""
    query = class_query(person_id).where(TrainingClass.public_id == public_id)
    row = session.execute(query).one_or_none()
    return None if row is None else class_line(row, now(session))


def classes_of_course(session: Session, person_id: int, course_id: int) -> list[ClassLine]:
    """Give classes of a course that a person can join or has joined, the next first."""
    moment = now(session)
    query = class_query(person_id).where(
        TrainingClass.course_id == course_id,
        or_(
            in_state("open", moment),
            and_(Seat.state.in_(LIVE_SEATS), TrainingClass.state.in_(("open", "running"))),
        ),
    )
    rows = session.execute(query.order_by(TrainingClass.starts_at, TrainingClass.id).limit(20))
    return [class_line(row, moment) for row in rows]


def my_classes(session: Session, person_id: int, *, limit: int = 50) -> list[ClassLine]:
    """Give classes in which a person has or had a seat: live ones first, then the latest."""
    live = Seat.state.in_(LIVE_SEATS)
    query = (
        class_query(person_id)
        .where(Seat.id.is_not(None))
        .order_by(live.desc(), TrainingClass.starts_at.desc(), TrainingClass.id.desc())
        .limit(limit)
    )
    return [class_line(row, now(session)) for row in session.execute(query)]


def class_lines(
    session: Session, search: str, state: str, *, number: int, size: int
) -> tuple[list[ClassLine], int]:
    """Give one page of all classes, those that come next first; and how many there are."""
    moment = now(session)
    query = class_query().add_columns(func.count().over())
    if state in STATES:
        query = query.where(in_state(state, moment))
    for word in search.casefold().split():
        like = f"%{word}%"
        query = query.where(
            or_(
                func.lower(TrainingClass.name).like(like),
                func.lower(CourseVersion.title).like(like),
            )
        )
    over = TrainingClass.state.in_(("done", "cancelled"))
    query = query.order_by(over, TrainingClass.starts_at, TrainingClass.id)
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    return [class_line(row, moment) for row in rows], rows[0][5] if rows else 0


def meeting_lines(session: Session, class_id: int) -> list[MeetingLine]:
    """Give the meetings of a class in order, with how many people are on each list."""
    present = func.count(Attendance.seat_id).filter(Attendance.state == "present")
    query = (
        select(Meeting, func.count(Attendance.seat_id), present)
        .outerjoin(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Meeting.class_id == class_id)
        .group_by(Meeting.id)
        .order_by(Meeting.sequence)
    )
    return [
        MeetingLine(
            public_id=meeting.public_id,
            sequence=meeting.sequence,
            title=meeting.title,
            where=meeting.place,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            code=meeting.code,
            marked=marked,
            present=there,
        )
        for meeting, marked, there in session.execute(query)
    ]


def trainer_names(session: Session, class_id: int) -> list[tuple[str, str]]:
    """Give who teaches a class: (name, NIP), the NIP empty for a guest."""
    query = (
        select(ClassTrainer.name, Person)
        .outerjoin(Person, Person.id == ClassTrainer.person_id)
        .where(ClassTrainer.class_id == class_id)
        .order_by(ClassTrainer.id)
    )
    rows: list[tuple[str, Person | None]] = [(name, who) for name, who in session.execute(query)]
    return [(who.full_name, who.nip) if who is not None else (name, "") for name, who in rows]
