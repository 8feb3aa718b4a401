"""What classes cost, and the money of a year by source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from plugins.courses.domain.planning.scenario import Course as PlanCourse
from plugins.courses.domain.planning.scenario import Form
from plugins.courses.models import Budget, Course, CourseVersion, UnitCost

FREE_FORM = "E-Learning"
"""A course of this form that has no costs of its own is free and open to all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """A course in one form, and what it costs; `cost_id` None: free because it is online."""

    course_id: int
    slug: str
    title: str
    jp: int
    cost_id: int | None
    form: Form | None


def cost_lines(
    session: Session, search: str = "", *, number: int, size: int
) -> tuple[list[CostLine], int]:
    """Give one page of courses and forms by title, and how many there are."""
    query = (
        select(Course.id, Course.slug, CourseVersion, UnitCost, func.count().over())
        .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.current))
        .outerjoin(UnitCost, UnitCost.course_id == Course.id)
        .where(Course.state == "published")
        .order_by(CourseVersion.title, Course.id, UnitCost.id)
    )
    for word in search.casefold().split():
        query = query.where(func.lower(CourseVersion.title).contains(word, autoescape=True))
    rows: Sequence[Any] = session.execute(query.offset((number - 1) * size).limit(size)).all()
    lines = [
        CostLine(
            course_id=course_id,
            slug=slug,
            title=version.title,
            jp=version.jp,
            cost_id=None if cost is None else cost.id,
            form=_form_of(cost, version),
        )
        for course_id, slug, version, cost, _ in rows
    ]
    return lines, rows[0][-1] if rows else 0


def plan_courses(session: Session) -> list[tuple[int, PlanCourse]]:
    """Give the published courses with their forms and costs, by title; one statement."""
    query = (
        select(Course.id, Course.slug, CourseVersion, UnitCost)
        .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.current))
        .outerjoin(UnitCost, UnitCost.course_id == Course.id)
        .order_by(CourseVersion.title, Course.id, UnitCost.id)
    )
    versions: dict[int, tuple[str, CourseVersion]] = {}
    forms: dict[int, list[Form]] = defaultdict(list)
    for course_id, slug, version, cost in session.execute(query):
        versions[course_id] = (slug, version)
        form = _form_of(cost, version)
        if form is not None:
            forms[course_id].append(form)
    return [
        (
            course_id,
            PlanCourse(key=slug, title=version.title, jp=version.jp, forms=tuple(forms[course_id])),
        )
        for course_id, (slug, version) in versions.items()
    ]


def _form(cost: UnitCost, version: CourseVersion) -> Form:
    return Form(
        name=cost.form,
        minimum=cost.minimum,
        maximum=cost.maximum,
        per_class=cost.per_class,
        per_jp=cost.per_jp,
        per_person=cost.per_person,
        trainer_jp=version.jp if cost.trainer_jp is None else cost.trainer_jp,
        most_classes=cost.most_classes,
    )


def _form_of(cost: UnitCost | None, version: CourseVersion) -> Form | None:
    return _free(version) if cost is None else _form(cost, version)


def _free(version: CourseVersion) -> Form | None:
    return Form(name=FREE_FORM) if version.form == FREE_FORM else None


def unit_cost(session: Session, slug: str, cost_id: int) -> UnitCost | None:
    """Give one row of costs of a course, None when there is none."""
    query = (
        select(UnitCost)
        .join(Course, Course.id == UnitCost.course_id)
        .where(Course.slug == slug, UnitCost.id == cost_id)
    )
    return session.scalars(query).one_or_none()


def budget_of(session: Session, year: int) -> Mapping[str, int]:
    """Give the money of a year by source, the largest first."""
    query = (
        select(Budget.source, Budget.amount)
        .where(Budget.year == year)
        .order_by(Budget.amount.desc(), Budget.source)
    )
    return dict(session.execute(query).all())
