"""Courses on offer for a person's gaps, and what the person did before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.models import Competency, Evidence, Framework, Plan, Profile
from plugins.courses.domain.choosing import History
from plugins.courses.models import (
    LIVE,
    Course,
    CourseVersion,
    Enrolment,
    EnrolmentGap,
    Teaches,
)

# Made once: an alias copies all columns, which costs more than the statement that it stands in.
TAUGHT, WANTED = aliased(Competency), aliased(Competency)
THEIRS, OURS = aliased(Framework), aliased(Framework)
OTHER = aliased(Enrolment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A course that teaches a competency; `enrolment_id` is the person's one under way."""

    course_id: int
    course_version_id: int
    slug: str
    title: str
    jp: int
    competency_id: int
    from_level: int
    to_level: int
    enrolment_id: int | None


def offered_courses(
    session: Session, person_id: int, plan_id: int, competency_ids: Sequence[int]
) -> list[Offered]:
    """Give the published courses that teach these competencies; one statement.

    A person who is in a course is offered the version in which she is. A competency is the same
    one in every version of its framework. Courses taken back in this plan are left out. Courses
    that teach little else come first.
    """
    given = {"person": person_id, "plan": plan_id, "competencies": list(competency_ids)}
    rows = session.execute(OFFERED, given)
    return [Offered(**row._mapping) for row in rows]


def _offered() -> Select[*tuple[Any, ...]]:
    taught, wanted = aliased(Competency), aliased(Competency)
    theirs, ours = aliased(Framework), aliased(Framework)
    return (
        select(
            Course.id.label("course_id"),
            CourseVersion.id.label("course_version_id"),
            Course.slug,
            CourseVersion.title,
            CourseVersion.jp,
            wanted.id.label("competency_id"),
            Teaches.from_level,
            Teaches.to_level,
            Enrolment.id.label("enrolment_id"),
        )
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Teaches, Teaches.course_version_id == CourseVersion.id)
        .join(taught, taught.id == Teaches.competency_id)
        .join(theirs, theirs.id == taught.framework_id)
        .join(wanted, wanted.code == taught.code)
        .join(ours, and_(ours.id == wanted.framework_id, ours.code == theirs.code))
        .outerjoin(Enrolment, _under_way())
        .where(
            wanted.id.in_(bindparam("competencies", expanding=True)), _on_offer(), ~_taken_back()
        )
        .order_by(_levels_taught(), Course.slug)
    )


def _levels_taught() -> ScalarSelect[int]:
    """Count the levels that a course teaches in all competencies together."""
    every = aliased(Teaches)
    return (
        select(func.sum(every.to_level - every.from_level))
        .where(every.course_version_id == CourseVersion.id)
        .correlate(CourseVersion)
        .scalar_subquery()
    )


def _under_way() -> ColumnElement[bool]:
    return and_(
        Enrolment.course_id == Course.id,
        Enrolment.person_id == bindparam("person"),
        Enrolment.state.in_(LIVE),
    )


def _on_offer() -> ColumnElement[bool]:
    return or_(
        Enrolment.course_version_id == CourseVersion.id,
        and_(Enrolment.id.is_(None), CourseVersion.current, Course.state == "published"),
    )


def _taken_back() -> ColumnElement[bool]:
    other = aliased(Enrolment)
    return (
        select(other.id)
        .where(
            other.course_id == Course.id,
            other.person_id == bindparam("person"),
            other.plan_id == bindparam("plan"),
            other.state == "withdrawn",
        )
        .correlate(Course)
        .exists()
    )


# Made once: a mass import asks them for every person, and putting them together costs more than
# the database needs to answer.
OFFERED = _offered()
PAST = (
    select(Enrolment.course_id, Enrolment.state, EnrolmentGap.competency_id)
    .outerjoin(EnrolmentGap, EnrolmentGap.enrolment_id == Enrolment.id)
    .where(Enrolment.person_id == bindparam("person"), Enrolment.state != "withdrawn")
)
SOURCES = (
    select(Profile.competency_id, Evidence.kind, Evidence.source)
    .join(Evidence, Evidence.id == Profile.evidence_id)
    .where(
        Profile.person_id == bindparam("person"),
        Profile.competency_id.in_(bindparam("competencies", expanding=True)),
    )
)


def past_courses(session: Session, person_id: int) -> History:
    """Give which courses are under way, which were completed, and for which gaps."""
    live, completed, completed_for = set(), set(), set()
    for course_id, state, gap in session.execute(PAST, {"person": person_id}):
        if state != "completed":
            live.add(course_id)
            continue
        completed.add(course_id)
        if gap is not None:
            completed_for.add((course_id, gap))
    return History(
        live=frozenset(live),
        completed=frozenset(completed),
        completed_for=frozenset(completed_for),
    )


def evidence_sources(
    session: Session, person_id: int, competency_ids: Sequence[int]
) -> dict[int, tuple[str, str]]:
    """Give competency → (kind, source) of the evidence that counts."""
    given = {"person": person_id, "competencies": list(competency_ids)}
    return {gap: (kind, source) for gap, kind, source in session.execute(SOURCES, given)}


def jp_of_open_plan(session: Session, person_id: int) -> int:
    """Give the JP of the courses that a person's open plan has given so far."""
    query = (
        select(func.coalesce(func.sum(CourseVersion.jp), 0))
        .join(Enrolment, Enrolment.course_version_id == CourseVersion.id)
        .join(Plan, and_(Plan.id == Enrolment.plan_id, Plan.state == "open"))
        .where(Enrolment.person_id == person_id, Enrolment.state != "withdrawn")
    )
    return session.scalar(query) or 0
