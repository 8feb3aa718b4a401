"""Whom to nominate for a class: people who have its course to do, of a unit, or by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from lms.models import Person, Unit
from plugins.courses.models import LIVE, LIVE_SEATS, Course, CourseVersion, Enrolment, Seat
from plugins.courses.queries.classes.seats import with_unit

MOST_PEOPLE = 500
"""How many people one nomination may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """Someone who could be nominated."""

    person_id: int
    public_id: str
    person: str
    nip: str
    unit: str


def people_to_nominate(
    session: Session,
    class_id: int,
    course_id: int,
    *,
    search: str = "",
    unit_id: int | None = None,
    assigned: bool = True,
    only: Collection[str] | None = None,
) -> list[PersonLine]:
    """Give people at work without a live seat in the class, the longest assigned first.

    `unit_id` is a unit or an OPD with all its units; `assigned` leaves only people who have this
    course still to do; `only` are public ids that were ticked. At most MOST_PEOPLE.
    """
    there = select(Seat.person_id).where(Seat.class_id == class_id, Seat.state.in_(LIVE_SEATS))
    todo = and_(
        Enrolment.person_id == Person.id,
        Enrolment.course_id == course_id,
        Enrolment.state.in_(LIVE),
    )
    query = with_unit(select(Person, Unit.name)).outerjoin(Enrolment, todo)
    query = query.where(Person.active, Person.id.not_in(there))
    for word in search.casefold().split():
        query = query.where(Person.search.contains(word, autoescape=True))
    if unit_id is not None:
        query = query.where((Unit.id == unit_id) | (Unit.top_id == unit_id))
    if assigned:
        query = query.where(Enrolment.id.is_not(None))
    if only is not None:
        query = query.where(Person.public_id.in_(only))
    query = query.order_by(Enrolment.assigned_at.nulls_last(), Person.name, Person.id)
    return [
        PersonLine(
            person_id=person.id,
            public_id=person.public_id,
            person=person.full_name,
            nip=person.nip,
            unit=unit or "",
        )
        for person, unit in session.execute(query.limit(MOST_PEOPLE))
    ]


def units_to_choose(session: Session) -> list[tuple[int, str]]:
    """Give all units for a choice: OPDs by name, each followed by its units."""
    top = aliased(Unit)
    query = (
        select(Unit.id, Unit.name, top.name, Unit.id == Unit.top_id)
        .outerjoin(top, top.id == Unit.top_id)
        .order_by(top.name, (Unit.id == Unit.top_id).desc(), Unit.name)
    )
    return [
        (unit_id, name if is_top or not opd else f"{opd}: {name}")
        for unit_id, name, opd, is_top in session.execute(query)
    ]


def courses_to_choose(session: Session) -> list[tuple[int, str]]:
    """Give published courses by title, for the form of a class."""
    query = (
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.current))
        .where(Course.state == "published")
        .order_by(CourseVersion.title)
    )
    return [(course_id, title) for course_id, title in session.execute(query)]
