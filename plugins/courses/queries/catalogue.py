"""Read models of the catalogue: search, competency, what is taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from lms.models import Competency
from plugins.courses.models import Course, CourseVersion, Enrolment, Module, Teaches


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtLine:
    """A competency that a course raises from one level to another."""

    competency_id: int
    name: str
    from_level: int
    to_level: int

    @property
    def key(self) -> tuple[str, int, int]:
        """Give what a reader sees: frameworks may have competencies of the same name."""
        return self.name, self.from_level, self.to_level


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueLine:
    """A published course and the state of the reader's own enrolment in it, if any."""

    slug: str
    title: str
    summary: str
    jp: int
    form: str
    modules: int
    state: str
    teaches: tuple[TaughtLine, ...]


def catalogue(
    session: Session, person_id: int, search: str, competency: str, *, number: int, size: int
) -> tuple[list[CatalogueLine], int]:
    """Give one page of published courses by title, and how many there are; two statements."""
    urgency = case((Enrolment.state == "started", 3), (Enrolment.state == "assigned", 2), else_=1)
    own = (
        select(func.max(urgency))
        .where(
            Enrolment.course_id == Course.id,
            Enrolment.person_id == person_id,
            Enrolment.state != "withdrawn",
        )
        .scalar_subquery()
    )
    modules = (
        select(func.count(Module.id))
        .where(Module.course_version_id == CourseVersion.id)
        .scalar_subquery()
    )
    query = (
        select(CourseVersion, Course.slug, modules, own, func.count().over())
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.state == "published", CourseVersion.current, *matching(search, competency))
        .order_by(CourseVersion.title, CourseVersion.id)
    )
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    taught = taught_by(session, [version.id for version, *_ in rows])
    states = {3: "started", 2: "assigned", 1: "completed"}
    lines = [
        CatalogueLine(
            slug=slug,
            title=version.title,
            summary=version.summary,
            jp=version.jp,
            form=version.form,
            modules=count,
            state=states.get(state or 0, ""),
            teaches=tuple(taught.get(version.id, ())),
        )
        for version, slug, count, state, _ in rows
    ]
    return lines, rows[0][-1] if rows else 0


def matching(search: str, competency: str = "") -> list[ColumnElement[bool]]:
    """Limit versions to words of title or summary, and to a competency by its name."""
    text = func.lower(CourseVersion.title + " " + CourseVersion.summary)
    found = [text.contains(word, autoescape=True) for word in search.casefold().split()]
    if competency:
        teaching = (
            select(Teaches.course_version_id)
            .join(Competency, Competency.id == Teaches.competency_id)
            .where(Competency.name == competency)
        )
        found.append(CourseVersion.id.in_(teaching))
    return found


def taught_by(session: Session, version_ids: Sequence[int]) -> dict[int, list[TaughtLine]]:
    """Give what versions teach; one statement, none without versions."""
    if not version_ids:
        return {}
    query = (
        select(Teaches, Competency.name)
        .join(Competency, Competency.id == Teaches.competency_id)
        .where(Teaches.course_version_id.in_(version_ids))
        .order_by(Competency.framework_id, Competency.sequence)
    )
    found: dict[int, list[TaughtLine]] = {}
    for teaches, name in session.execute(query):
        found.setdefault(teaches.course_version_id, []).append(
            TaughtLine(
                competency_id=teaches.competency_id,
                name=name,
                from_level=teaches.from_level,
                to_level=teaches.to_level,
            )
        )
    return found


def taught_competencies(session: Session) -> list[str]:
    """Give the names of the competencies that some published course teaches."""
    query = (
        select(Competency.name)
        .join(Teaches, Teaches.competency_id == Competency.id)
        .join(CourseVersion, CourseVersion.id == Teaches.course_version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.current, Course.state == "published")
        .group_by(Competency.name)
        .order_by(func.min(Competency.framework_id), func.min(Competency.sequence))
    )
    return list(session.scalars(query))
