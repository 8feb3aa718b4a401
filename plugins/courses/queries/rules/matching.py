"""Whom a condition means, as SQL: the number of statements does not grow with the people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.orm import Session, aliased

from lms.models import (
    Competency,
    Framework,
    Person,
    Placement,
    Plan,
    PlanItem,
    Position,
    Profile,
    Unit,
)
from lms.rules import POSITION_LEVELS, RARE_LEVELS
from plugins.courses.domain.rules import Condition, Names
from plugins.courses.models import (
    LIVE,
    Course,
    CourseVersion,
    Credit,
    Enrolment,
    Objection,
    RuleEffect,
    Teaches,
    TrainingClass,
)

STANDINGS = ("new", "enrolled", "done", "taken_back")
"""New ones get the course; the others have it, had it this year, or it was taken back."""


def names_of(session: Session) -> Names:
    """Give what a condition can be about; two statements."""
    query = (
        select(Competency.code, Competency.name, Framework.name)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Framework.current)
        .order_by(Framework.code, Competency.sequence)
    )
    return Names(
        competencies=_competency_names(session.execute(query).all()),
        position_levels={**POSITION_LEVELS, **RARE_LEVELS},
        units=dict(unit_choices(session)),
    )


def _competency_names(rows: Sequence[Any]) -> dict[str, str]:
    """Give names by code; those of the same name say of which framework they are."""
    often = Counter(name for _, name, _ in rows)
    return {code: f"{name} ({of})" if often[name] > 1 else name for code, name, of in rows}


def fits(course_id: int, person_id: Any) -> ColumnElement[bool]:
    """Tell whether a course raises a competency that is on a person's open plan."""
    wanted = aliased(Competency)
    codes = (
        select(Competency.code)
        .join(Teaches, Teaches.competency_id == Competency.id)
        .join(CourseVersion, CourseVersion.id == Teaches.course_version_id)
        .where(CourseVersion.course_id == course_id, CourseVersion.current)
    )
    return exists().where(
        Plan.person_id == person_id,
        Plan.state == "open",
        PlanItem.plan_id == Plan.id,
        PlanItem.state.in_(("open", "assigned")),
        wanted.id == PlanItem.competency_id,
        wanted.code.in_(codes),
    )


def unit_choices(session: Session) -> list[tuple[int, str]]:
    """Give the units with the name of their OPD in front, in the order of the tree's top."""
    top = aliased(Unit)
    query = (
        select(Unit.id, Unit.name, top.name, top.id)
        .outerjoin(top, top.id == Unit.top_id)
        .order_by(top.name, Unit.id != top.id, Unit.name)
    )
    return [
        (unit_id, name if top_id in (unit_id, None) else f"{above} › {name}")
        for unit_id, name, above, top_id in session.execute(query)
    ]


def matched(condition: Condition, course_id: int, year: int) -> Select[*tuple[Any, ...]]:
    """Select (person_id, unit_id, standing) of everyone whom a condition means."""
    return (
        select(
            Person.id.label("person_id"),
            Placement.unit_id.label("unit_id"),
            _standing(course_id, year).label("standing"),
        )
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Position, Position.id == Placement.position_id)
        .where(Person.active, *_limits(condition, course_id))
    )


def _limits(condition: Condition, course_id: int) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if condition.about_results:
        limits.append(exists().where(Profile.person_id == Person.id, *result_limits(condition)))
    if condition.position_levels:
        limits.append(Position.level.in_(condition.position_levels))
    for word in condition.position.split():
        limits.append(Position.name.icontains(word, autoescape=True))
    if condition.units:
        limits.append(Placement.unit_id.in_(_with_below(condition.units)))
    if condition.employments:
        limits.append(Person.employment.in_(condition.employments))
    if condition.born_before is not None:
        limits.append(Person.birth_date < condition.born_before)
    if condition.born_after is not None:
        limits.append(Person.birth_date > condition.born_after)
    if condition.never_had:
        limits.append(~_ever_had(course_id))
    return limits


def result_limits(condition: Condition) -> list[ColumnElement[bool]]:
    """Give what must hold of one row of the profile."""
    limits: list[ColumnElement[bool]] = []
    if condition.competencies:
        codes = select(Competency.id).where(Competency.code.in_(condition.competencies))
        limits.append(Profile.competency_id.in_(codes))
    if condition.states:
        limits.append(Profile.state.in_(condition.states))
    if condition.level_from is not None:
        limits.append(Profile.level >= condition.level_from)
    if condition.level_to is not None:
        limits.append(Profile.level <= condition.level_to)
    if condition.required is not None:
        limits.append(Profile.required >= condition.required)
    return limits


def _with_below(units: Sequence[int]) -> Select[int]:
    """Select units and everything below them."""
    tree = select(Unit.id).where(Unit.id.in_(units)).cte("branch", recursive=True)
    below = select(Unit.id).join(tree, Unit.parent_id == tree.c.id)
    return select(tree.union(below).c.id)


def _ever_had(course_id: int) -> ColumnElement[bool]:
    """Tell whether a person was ever in the course, unless it was taken back before it began."""
    mine = and_(
        Enrolment.person_id == Person.id,
        Enrolment.course_id == course_id,
        or_(Enrolment.state != "withdrawn", Enrolment.started_at.is_not(None)),
    )
    return exists().where(mine)


def _standing(course_id: int, year: int) -> Any:
    mine = and_(Enrolment.person_id == Person.id, Enrolment.course_id == course_id)
    live = exists().where(mine, Enrolment.state.in_(LIVE))
    done = exists().where(
        Credit.person_id == Person.id,
        Credit.year == year,
        Credit.course_version_id.in_(
            select(CourseVersion.id).where(CourseVersion.course_id == course_id)
        ),
    )
    return case((live, "enrolled"), (done, "done"), (_taken_back(mine), "taken_back"), else_="new")


def _taken_back(mine: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell whether an officer took this course back in the plan that is open, or on objection.

    What only the undoing of a rule took back does not count: the officer may use it again.
    """
    plan = exists().where(
        Plan.id == Enrolment.plan_id, Plan.person_id == Person.id, Plan.state == "open"
    )
    objected = exists().where(
        Objection.enrolment_id == Enrolment.id, Objection.state == "withdrawn"
    )
    undone = exists().where(RuleEffect.enrolment_id == Enrolment.id, RuleEffect.undone)
    return exists().where(
        mine,
        Enrolment.state == "withdrawn",
        Enrolment.origin == "assigned",
        or_(objected, and_(plan, ~undone)),
    )


def open_seats(course_id: int, moment: Any) -> tuple[Any, ...]:
    """Give conditions of the classes of a course that one can still enter."""
    return (
        TrainingClass.course_id == course_id,
        TrainingClass.state == "open",
        or_(TrainingClass.starts_at.is_(None), TrainingClass.starts_at > moment),
    )


def published_course(session: Session, course_id: int) -> CourseVersion | None:
    """Give the version that new people get, None when the course is not open."""
    query = (
        select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.id == course_id, Course.state == "published", CourseVersion.current)
    )
    return session.scalar(query)
