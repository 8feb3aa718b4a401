"""Classes of two courses: one is over, one fills up, one waits for its dates, one was cancelled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.models import Placement, Plan, Position
from plugins.courses.demo.world import World, working_day
from plugins.courses.models import Course, Enrolment, Meeting, Objection, Seat, TrainingClass
from plugins.courses.services.classes.attending import mark_list, scan
from plugins.courses.services.classes.deciding import decide_many
from plugins.courses.services.classes.opening import (
    ClassSpec,
    MeetingSpec,
    cancel_class,
    create_class,
    open_class,
    plan_class,
)
from plugins.courses.services.classes.running import finish_class, start_class
from plugins.courses.services.classes.seating import nominate

LOG_INS = 8
"""So many of the first people at a stage stay there: the demo's log-ins are among them."""
HEADS = "Kepala Sekolah"
OVER_SHARE, OVER_MOST = 4, 24
ROOM_SHARE, ROOM_MOST = 8, 12
OWN_MOST, CANCELLED_MOST = 4, 6
NOT_NOW = "Minggu itu ada akreditasi. Mohon ikut angkatan berikutnya."
CANCELLED = "Ruangnya dipakai untuk rapat daerah. Angkatan pengganti menyusul."
PLANNED = "Tanggal menyusul setelah ruang dan pengajar pasti."
PLACE = "Aula badan kepegawaian, lantai 2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Someone who has not begun a course, and whose supervisor may approve."""

    person_id: int
    supervisor_id: int


def fill_classes(session: Session, world: World, officer: int, trainer: str | None) -> None:
    """Fill classes of the two courses for which most people wait."""
    courses = _courses(session)
    if not courses:
        return
    first, others = courses[0], courses[1:2]
    busy = _have_class(session, world, officer, trainer, first)
    _open_class(session, world, officer, trainer, first, busy)
    for course in others:
        _cancel_class(session, world, officer, course)
        _plan_class(session, world, officer, course)


def _courses(session: Session) -> list[int]:
    """Give the courses that people have not begun, the one with most of them first."""
    query = (
        select(Enrolment.course_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.state == "assigned", Course.state == "published")
        .group_by(Enrolment.course_id, Course.slug)
        .order_by(func.count().desc(), Course.slug)
    )
    return list(session.scalars(query))


def _waiting(session: Session, course: int, before: datetime) -> list[Waiting]:
    """Give people to whom a course was assigned before a moment, in the order of that."""
    query = (
        select(Enrolment.person_id, Placement.supervisor_id)
        .join(
            Placement, and_(Placement.person_id == Enrolment.person_id, Placement.until.is_(None))
        )
        .where(
            Enrolment.course_id == course,
            Enrolment.state == "assigned",
            Enrolment.origin == "assigned",
            Enrolment.assigned_at < before,
            Placement.supervisor_id.is_not(None),
            ~exists().where(Objection.enrolment_id == Enrolment.id),
        )
        .order_by(Enrolment.id)
    )
    return [
        Waiting(person_id=person_id, supervisor_id=boss or 0)
        for person_id, boss in session.execute(query)
    ]


def _one_day(day: datetime) -> tuple[MeetingSpec, ...]:
    """Give the two meetings of a class of one day."""
    return tuple(
        MeetingSpec(
            starts_at=day + timedelta(hours=start),
            ends_at=day + timedelta(hours=end),
            title=title,
            place=PLACE,
        )
        for title, start, end in (("Sesi pagi", 8.5, 11.5), ("Sesi siang", 13, 15))
    )


# -- the class that is over ----------------------------------------------------------------------


def _have_class(
    session: Session, world: World, officer: int, trainer: str | None, course: int
) -> set[int]:
    """Let a class take place a week ago; give who was in it. None where all is too new."""
    kept = set(world.marks.get("assigned", [])[:LOG_INS])
    waiting = _waiting(session, course, world.days_ago(31))
    pool = [each.person_id for each in waiting if each.person_id not in kept]
    people = sorted(world.rng.sample(pool, min(OVER_MOST, len(pool) // OVER_SHARE)))
    if not people:
        return set()
    day = working_day(session, world, -7)
    spec = ClassSpec(
        name="Angkatan 1",
        maximum=max(OVER_MOST, len(people)),
        minimum=2,
        needs_approval=False,
        place=PLACE,
        meetings=_one_day(day),
        trainers=(trainer,) if trainer else (),
    )
    row = _opened(session, world, officer, course, spec, days=28)
    with world.at(world.days_ago(25, hour=10)):
        nominate(session, officer, row.public_id, people)
    with world.at(day + timedelta(hours=7.5)):
        start_class(session, officer, row.public_id)
    _attend(session, world, officer, row)
    with world.at(day + timedelta(hours=16)):
        finish_class(session, officer, row.public_id)
    for person_id in people:
        world.mark("retest", person_id)
    return set(people)


def _opened(
    session: Session, world: World, officer: int, course: int, spec: ClassSpec, *, days: int
) -> TrainingClass:
    with world.at(world.days_ago(days, hour=9)):
        row = create_class(session, officer, course, spec)
        open_class(session, officer, row.public_id)
    return row


def _attend(session: Session, world: World, officer: int, row: TrainingClass) -> None:
    """Let most be there, two of three by the QR code; the first is ill, the second leaves early."""
    query = select(Seat).where(Seat.class_id == row.id, Seat.state == "seated").order_by(Seat.id)
    seats = list(session.scalars(query))
    meetings = select(Meeting).where(Meeting.class_id == row.id).order_by(Meeting.sequence)
    for meeting in session.scalars(meetings).all():
        marks: dict[str, str] = {}
        for place, seat in enumerate(seats):
            if place == 0 or (place == 1 and meeting.sequence > 1):
                marks[seat.public_id] = "leave" if place else "sick"
            elif place % 3:
                with world.at(meeting.starts_at + timedelta(minutes=world.rng.randint(-9, 14))):
                    scan(session, seat.person_id, meeting.code)
            else:
                marks[seat.public_id] = "present"
        with world.at(meeting.ends_at):
            mark_list(session, officer, row.public_id, meeting.public_id, marks)


# -- the class that fills up ---------------------------------------------------------------------


def _open_class(
    session: Session,
    world: World,
    officer: int,
    trainer: str | None,
    course: int,
    busy: set[int],
) -> None:
    """Nominate more people than there are seats; most supervisors have answered, one has not."""
    waiting = [
        each for each in _waiting(session, course, world.days_ago(5)) if each.person_id not in busy
    ]
    room = min(ROOM_MOST, max(len(waiting) // ROOM_SHARE, min(2, len(waiting) // 2)))
    if not room:
        return
    slow = _slow_head(session, waiting)
    own = [each for each in waiting if each.supervisor_id == slow][:OWN_MOST]
    rest = [each for each in waiting if each.supervisor_id != slow][: 2 * room + 3]
    spec = ClassSpec(
        name="Angkatan 2" if busy else "Angkatan 1",
        maximum=room,
        minimum=min(2, room),
        place=PLACE,
        enrol_until=working_day(session, world, 20),
        meetings=_one_day(working_day(session, world, 30)),
        trainers=(trainer,) if trainer else (),
    )
    row = _opened(session, world, officer, course, spec, days=4)
    with world.at(world.days_ago(3, hour=9)):
        nominate(session, officer, row.public_id, [each.person_id for each in (*rest, *own)])
    _decide(session, world, row, rest)


def _slow_head(session: Session, waiting: Sequence[Waiting]) -> int | None:
    """Give the school head whom the demo has a log-in for, or else anyone who may approve."""
    bosses, head = {each.supervisor_id for each in waiting}, aliased(Placement)
    query = (
        select(Placement.supervisor_id)
        .join(head, and_(head.person_id == Placement.supervisor_id, head.until.is_(None)))
        .join(Position, Position.id == head.position_id)
        .outerjoin(Plan, Plan.person_id == Placement.person_id)
        .where(Placement.until.is_(None), Position.name == HEADS)
        .group_by(Placement.supervisor_id)
        .order_by(func.count(Plan.id).desc(), func.count().desc(), Placement.supervisor_id)
    )
    found = (head for head in session.scalars(query) if head in bosses)
    return next(found, min(bosses, default=None))


def _decide(session: Session, world: World, row: TrainingClass, people: Sequence[Waiting]) -> None:
    """Let supervisors answer, each in one go; the first nomination is refused."""
    bosses = {each.person_id: each.supervisor_id for each in people}
    query = select(Seat).where(Seat.class_id == row.id, Seat.person_id.in_(bosses))
    seats: dict[int, list[str]] = defaultdict(list)
    for seat in session.scalars(query.order_by(Seat.id)):
        seats[bosses[seat.person_id]].append(seat.public_id)
    for number, (boss, mine) in enumerate(seats.items()):
        with world.at(world.days_ago(2, hour=8) + timedelta(minutes=7 * number)):
            if number == 0:
                decide_many(session, boss, mine[:1], grant=False, why=NOT_NOW)
                mine = mine[1:]
            if mine:
                decide_many(session, boss, mine, grant=True)


# -- without dates, and cancelled ---------------------------------------------------------------


def _plan_class(session: Session, world: World, officer: int, course: int) -> None:
    with world.at(world.days_ago(1, hour=15)):
        plan_class(
            session,
            officer,
            course_id=course,
            name="Angkatan 2",
            maximum=30,
            minimum=15,
            note=PLANNED,
        )


def _cancel_class(session: Session, world: World, officer: int, course: int) -> None:
    spec = ClassSpec(
        name="Angkatan 1",
        maximum=30,
        needs_approval=False,
        place=PLACE,
        meetings=_one_day(working_day(session, world, 12)),
    )
    waiting = _waiting(session, course, world.days_ago(5))
    row = _opened(session, world, officer, course, spec, days=4)
    people = [each.person_id for each in waiting[:CANCELLED_MOST]]
    if people:
        with world.at(world.days_ago(3, hour=13)):
            nominate(session, officer, row.public_id, people)
    with world.at(world.days_ago(1, hour=10)):
        cancel_class(session, officer, row.public_id, CANCELLED)
