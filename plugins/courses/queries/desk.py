"""Read models for officers and trainers: courses with counts, who is in them, objections."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from lms import today
from lms.models import Person, Placement, Unit
from plugins.courses.domain.answering import is_overdue
from plugins.courses.models import LIVE, Course, CourseVersion, Enrolment, Objection
from plugins.courses.queries.catalogue import TaughtLine, matching, taught_by

Lines = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLine:
    """A course with its current version and how many people are in it."""

    slug: str
    title: str
    state: str
    version: int
    jp: int
    teaches: tuple[TaughtLine, ...]
    assigned: int
    started: int
    completed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentLine:
    """A person in a course, as an officer sees it."""

    public_id: str
    person: str
    nip: str
    unit: str
    course: str
    slug: str
    origin: str
    state: str
    reason: str
    note: str
    assigned_at: datetime
    completed_at: datetime | None

    @property
    def can_take_back(self) -> bool:
        """Tell whether the assignment can still be taken back."""
        return self.origin == "assigned" and self.state in LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionLine:
    """An objection with the assignment that it is about."""

    public_id: str
    state: str
    text: str
    answer: str
    created_at: datetime
    answered_at: datetime | None
    enrolment: EnrolmentLine
    due_on: date | None = None
    overdue: bool = False
    answered_by: str = ""


def course_lines(
    session: Session, search: str, *, number: int, size: int
) -> tuple[list[CourseLine], int]:
    """Give one page of all courses by title, and how many there are; two statements."""
    counts = _counts().subquery()
    query = (
        select(
            Course,
            CourseVersion,
            counts.c.assigned,
            counts.c.started,
            counts.c.completed,
            func.count().over(),
        )
        .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.current))
        .outerjoin(counts, counts.c.course_id == Course.id)
        .where(*matching(search))
        .order_by(CourseVersion.title, Course.id)
    )
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    taught = taught_by(session, [version.id for _, version, *_ in rows])
    lines = [
        CourseLine(
            slug=course.slug,
            title=version.title,
            state=course.state,
            version=version.version,
            jp=version.jp,
            teaches=tuple(taught.get(version.id, ())),
            assigned=assigned or 0,
            started=started or 0,
            completed=completed or 0,
        )
        for course, version, assigned, started, completed, _ in rows
    ]
    return lines, rows[0][-1] if rows else 0


def _counts() -> Select[Any]:
    def how_many(state: str) -> Any:
        return func.sum(case((Enrolment.state == state, 1), else_=0)).label(state)

    return select(
        Enrolment.course_id, how_many("assigned"), how_many("started"), how_many("completed")
    ).group_by(Enrolment.course_id)


def totals(session: Session) -> dict[str, int]:
    """Give how many enrolments there are in each state; states without any are missing."""
    query = select(Enrolment.state, func.count(Enrolment.id)).group_by(Enrolment.state)
    return dict(session.execute(query).all())


def _with_person(query: Lines) -> Lines:
    return (
        query.join(Person, Person.id == Enrolment.person_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
    )


def _enrolment_line(
    enrolment: Enrolment, person: Person, version: CourseVersion, slug: str, unit: str | None
) -> EnrolmentLine:
    return EnrolmentLine(
        public_id=enrolment.public_id,
        person=person.full_name,
        nip=person.nip,
        unit=unit or "",
        course=version.title,
        slug=slug,
        origin=enrolment.origin,
        state=enrolment.state,
        reason=enrolment.reason,
        note=enrolment.note,
        assigned_at=enrolment.assigned_at,
        completed_at=enrolment.completed_at,
    )


LINE = (Enrolment, Person, CourseVersion, Course.slug, Unit.name)


def enrolment_lines(
    session: Session, slug: str, state: str, search: str, *, number: int, size: int
) -> tuple[list[EnrolmentLine], int]:
    """Give one page of the people in a course by name, and how many there are; one statement."""
    query = _with_person(select(*LINE, func.count().over())).where(Course.slug == slug)
    if state:
        query = query.where(Enrolment.state == state)
    for word in search.casefold().split():
        query = query.where(Person.search.contains(word, autoescape=True))
    query = query.order_by(Person.name, Enrolment.id).offset((number - 1) * size).limit(size)
    rows = session.execute(query).all()
    return [_enrolment_line(*row[:5]) for row in rows], rows[0][5] if rows else 0


def enrolment_line(session: Session, public_id: str) -> EnrolmentLine | None:
    """Give one enrolment as an officer sees it, or None."""
    query = _with_person(select(*LINE)).where(Enrolment.public_id == public_id)
    row = session.execute(query).one_or_none()
    return None if row is None else _enrolment_line(*row)


def objection_lines(
    session: Session, *, number: int, size: int, team: Collection[int] | None = None
) -> tuple[list[ObjectionLine], int]:
    """Give one page of objections: open ones first, those over their day on top; the newest last.

    `team` limits it to the people of these supervisors.
    """
    query = _objections(func.count().over()).order_by(
        case((Objection.state == "open", 0), else_=1),
        case((Objection.due_on.is_(None), 1), else_=0),
        case((Objection.state == "open", Objection.due_on), else_=None),
        Objection.created_at,
        Objection.id,
    )
    if team is not None:
        query = query.where(Placement.supervisor_id.in_(team))
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    day = today(session)
    return [_objection_line(row, day) for row in rows], rows[0][7] if rows else 0


def objection_line(
    session: Session, public_id: str, team: Collection[int] | None = None
) -> ObjectionLine | None:
    """Give one objection, or None; with `team` only of the people of these supervisors."""
    query = _objections().where(Objection.public_id == public_id)
    if team is not None:
        query = query.where(Placement.supervisor_id.in_(team))
    row = session.execute(query).one_or_none()
    return None if row is None else _objection_line(row, today(session))


def _objections(*extra: Any) -> Lines:
    who = aliased(Person)
    query = (
        select(Objection, *LINE, who, *extra)
        .join(Enrolment, Enrolment.id == Objection.enrolment_id)
        .outerjoin(who, who.id == Objection.answered_by)
    )
    return _with_person(query)


def _objection_line(row: Any, day: date) -> ObjectionLine:
    objection: Objection = row[0]
    return ObjectionLine(
        public_id=objection.public_id,
        state=objection.state,
        text=objection.text,
        answer=objection.answer,
        created_at=objection.created_at,
        answered_at=objection.answered_at,
        enrolment=_enrolment_line(*row[1:6]),
        due_on=objection.due_on,
        overdue=objection.state == "open" and is_overdue(objection.due_on, day),
        answered_by=row[6].full_name if row[6] else "",
    )


def count_open_objections(session: Session) -> int:
    """Count the objections that wait for an answer."""
    query = select(func.count(Objection.id)).where(Objection.state == "open")
    return session.scalar(query) or 0


def course_totals(session: Session, course_id: int) -> dict[str, int]:
    """Give how many enrolments a course has in each state; states without any are missing."""
    query = select(Enrolment.state, func.count(Enrolment.id)).where(
        Enrolment.course_id == course_id
    )
    return dict(session.execute(query.group_by(Enrolment.state)).all())
