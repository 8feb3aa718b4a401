"""Places of a plan: what is to be solved, who is in a class, who is left and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from lms.models import Person, Placement, Position, Unit
from plugins.courses.models import Course, PlanPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPlace:
    """A need of a plan, as the solver takes it."""

    person_id: int
    course_id: int
    gaps: int
    weight: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A need of a plan as people read it; `class_number` None: left out, `why` says so."""

    name: str
    nip: str
    unit: str
    position: str
    slug: str
    gaps: int
    class_number: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """How many needs of a course are left out for one reason."""

    slug: str
    why: str
    people: int


def places_to_solve(session: Session, plan_id: int) -> list[OpenPlace]:
    """Give the needs of a plan in the order in which they were taken."""
    query = (
        select(
            PlanPlace.person_id, PlanPlace.course_id, PlanPlace.gaps, PlanPlace.weight, Unit.name
        )
        .outerjoin(
            Placement, and_(Placement.person_id == PlanPlace.person_id, Placement.until.is_(None))
        )
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(PlanPlace.training_plan_id == plan_id)
        .order_by(PlanPlace.id)
    )
    return [
        OpenPlace(person_id=person, course_id=course, gaps=gaps, weight=weight, unit=unit or "")
        for person, course, gaps, weight, unit in session.execute(query)
    ]


def demand(session: Session, plan_id: int) -> dict[str, int]:
    """Count the needs of a plan by course."""
    query = (
        select(Course.slug, func.count())
        .join(PlanPlace, PlanPlace.course_id == Course.id)
        .where(PlanPlace.training_plan_id == plan_id)
        .group_by(Course.slug)
    )
    return dict(session.execute(query).all())


def reason_lines(session: Session, plan_id: int) -> list[ReasonLine]:
    """Count who is left out by course and reason, the most first."""
    query = (
        select(Course.slug, PlanPlace.why, func.count())
        .join(Course, Course.id == PlanPlace.course_id)
        .where(PlanPlace.training_plan_id == plan_id, PlanPlace.class_number.is_(None))
        .group_by(Course.slug, PlanPlace.why)
        .order_by(func.count().desc(), Course.slug, PlanPlace.why)
    )
    return [
        ReasonLine(slug=slug, why=why, people=people)
        for slug, why, people in session.execute(query)
    ]


def class_page(
    session: Session, plan_id: int, class_number: int, *, number: int, size: int
) -> tuple[list[PlaceLine], int]:
    """Give one page of the people of a class, and how many there are."""
    return _page(session, _lines(plan_id, PlanPlace.class_number == class_number), number, size)


def left_page(
    session: Session, plan_id: int, search: str, *, number: int, size: int
) -> tuple[list[PlaceLine], int]:
    """Give one page of the needs without a place, and how many there are."""
    query = _lines(plan_id, PlanPlace.class_number.is_(None))
    for word in search.casefold().split():
        query = query.where(Person.search.contains(word, autoescape=True))
    return _page(session, query, number, size)


def every_place(session: Session, plan_id: int) -> Iterator[PlaceLine]:
    """Give all needs of a plan by class and name, those without a place last."""
    query = _lines(plan_id)
    order = (PlanPlace.class_number.is_(None), PlanPlace.class_number, Person.name, Person.id)
    for row in session.execute(query.order_by(None).order_by(*order, PlanPlace.id)):
        yield _line(row)


def _lines(plan_id: int, *which: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(Person, PlanPlace, Course.slug, Unit.name, Position.name)
        .join(PlanPlace, PlanPlace.person_id == Person.id)
        .join(Course, Course.id == PlanPlace.course_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(Position, Position.id == Placement.position_id)
        .where(PlanPlace.training_plan_id == plan_id, *which)
        .order_by(Person.name, Person.id, PlanPlace.id)
    )


def _page(
    session: Session, query: Select[*tuple[Any, ...]], number: int, size: int
) -> tuple[list[PlaceLine], int]:
    every = query.order_by(None).with_only_columns(func.count())
    rows = session.execute(query.offset((number - 1) * size).limit(size))
    return [_line(row) for row in rows], session.scalar(every) or 0


def _line(row: Any) -> PlaceLine:
    person, place, slug, unit, position = row
    return PlaceLine(
        name=person.full_name,
        nip=person.nip,
        unit=unit or "",
        position=position or "",
        slug=slug,
        gaps=place.gaps,
        class_number=place.class_number,
        why=place.why,
    )
