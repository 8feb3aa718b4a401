"""Rules and their runs as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from lms.models import Person, Placement, Unit
from plugins.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    Rule,
    RuleEffect,
    RuleRun,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule with its course and the last time that it was used."""

    public_id: str
    title: str
    course_id: int
    slug: str
    course: str
    course_open: bool
    condition: dict[str, Any]
    reason: str
    active: bool
    revision: int
    updated_at: datetime
    last_run: str = ""
    last_state: str = ""
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One use of a rule, and what has become of it."""

    run_id: int
    public_id: str
    rule: str
    title: str
    slug: str
    course: str
    state: str
    condition: dict[str, Any]
    reason: str
    counts: dict[str, Any]
    created_at: datetime
    created_by: str
    applied_at: datetime | None
    undone_at: datetime | None
    undone_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What has become of the people of a run."""

    assigned: int = 0
    started: int = 0
    completed: int = 0
    withdrawn: int = 0
    undone: int = 0

    @property
    def all(self) -> int:
        """Give how many people got the course by this run."""
        return self.assigned + self.started + self.completed + self.withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLine:
    """A person who got a course by a rule."""

    person: str
    nip: str
    unit: str
    state: str
    origin: str
    reason: str
    note: str


def _rules(*extra: Any) -> Any:
    latest = (
        select(func.max(RuleRun.id)).where(RuleRun.rule_id == Rule.id).correlate(Rule)
    ).scalar_subquery()
    return (
        select(Rule, Course, CourseVersion.title, RuleRun, *extra)
        .join(Course, Course.id == Rule.course_id)
        .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.current))
        .outerjoin(RuleRun, RuleRun.id == latest)
    )


def _rule_line(row: Any) -> RuleLine:
    rule, course, title, run = row[:4]
    return RuleLine(
        public_id=rule.public_id,
        title=rule.title,
        course_id=course.id,
        slug=course.slug,
        course=title,
        course_open=course.state == "published",
        condition=rule.condition,
        reason=rule.reason,
        active=rule.active,
        revision=rule.revision,
        updated_at=rule.updated_at,
        last_run=run.public_id if run else "",
        last_state=run.state if run else "",
        last_at=run.created_at if run else None,
    )


def rule_lines(session: Session, *, number: int, size: int) -> tuple[list[RuleLine], int]:
    """Give one page of rules, active ones first, by title; and how many there are."""
    query = _rules(func.count().over()).order_by(Rule.active.desc(), Rule.title, Rule.id)
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    return [_rule_line(row) for row in rows], rows[0][4] if rows else 0


def find_rule(session: Session, public_id: str) -> RuleLine | None:
    """Give a rule, or None; one statement."""
    row = session.execute(_rules().where(Rule.public_id == public_id)).one_or_none()
    return None if row is None else _rule_line(row)


def course_choices(session: Session, course_id: int | None = None) -> list[tuple[int, str]]:
    """Give the courses that a rule can give: those that are open, and the one that it has."""
    query = (
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.current))
        .where((Course.state == "published") | (Course.id == course_id))
        .order_by(CourseVersion.title)
    )
    return [(found, title) for found, title in session.execute(query)]


def _runs(*extra: Any) -> Any:
    officer = aliased(Person)
    return (
        select(RuleRun, Rule, Course.slug, CourseVersion.title, officer, *extra)
        .join(Rule, Rule.id == RuleRun.rule_id)
        .join(Course, Course.id == RuleRun.course_id)
        .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.current))
        .outerjoin(officer, officer.id == RuleRun.created_by)
    )


def _run_line(row: Any) -> RunLine:
    run, rule, slug, course, officer = row[:5]
    plain = ("public_id", "state", "condition", "reason", "counts", "created_at")
    values = {name: getattr(run, name) for name in (*plain, "applied_at", "undone_at")}
    return RunLine(
        run_id=run.id,
        rule=rule.public_id,
        title=rule.title,
        slug=slug,
        course=course,
        created_by=officer.full_name if officer else "",
        undone_because=run.undone_because,
        **values,
    )


def run_lines(session: Session, rule_id: str, *, limit: int = 5) -> list[RunLine]:
    """Give the last uses of a rule, the newest first."""
    query = _runs().where(Rule.public_id == rule_id).order_by(RuleRun.id.desc()).limit(limit)
    return [_run_line(row) for row in session.execute(query)]


def find_run(session: Session, public_id: str) -> RunLine | None:
    """Give one use of a rule, or None; one statement."""
    row = session.execute(_runs().where(RuleRun.public_id == public_id)).one_or_none()
    return None if row is None else _run_line(row)


def outcome(session: Session, run_id: int) -> Outcome:
    """Count what has become of the people of a run; one statement."""
    states = ("assigned", "started", "completed", "withdrawn")
    query = (
        select(
            *(func.coalesce(func.sum(case((Enrolment.state == s, 1), else_=0)), 0) for s in states),
            func.coalesce(func.sum(case((RuleEffect.undone, 1), else_=0)), 0),
        )
        .join(RuleEffect, RuleEffect.enrolment_id == Enrolment.id)
        .where(RuleEffect.run_id == run_id)
    )
    *counts, undone = session.execute(query).one()
    return Outcome(**dict(zip(states, counts, strict=True)), undone=undone)


def effect_lines(
    session: Session, run_id: int, *, number: int, size: int
) -> tuple[list[EffectLine], int]:
    """Give one page of the people of a run by name, and how many there are."""
    query = (
        select(Enrolment, Person, Unit.name, func.count().over())
        .join(RuleEffect, RuleEffect.enrolment_id == Enrolment.id)
        .join(Person, Person.id == RuleEffect.person_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(RuleEffect.run_id == run_id)
        .order_by(Person.name, Person.id)
    )
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    lines = [
        EffectLine(
            person=person.full_name,
            nip=person.nip,
            unit=unit or "",
            state=enrolment.state,
            origin=enrolment.origin,
            reason=enrolment.reason,
            note=enrolment.note,
        )
        for enrolment, person, unit, _ in rows
    ]
    return lines, rows[0][3] if rows else 0
