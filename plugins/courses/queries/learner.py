"""Read models of a learner's own courses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from lms.models import Competency
from plugins.courses.models import (
    LIVE,
    Course,
    CourseVersion,
    Enrolment,
    EnrolmentGap,
    Module,
    Objection,
    Step,
    StepProgress,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleProgress:
    """How far a person is in one module."""

    sequence: int
    title: str
    minutes: int
    steps: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MyCourse:
    """One enrolment of a person, with progress."""

    public_id: str
    slug: str
    title: str
    jp: int
    form: str
    origin: str
    state: str
    reason: str
    plan_id: int | None
    assigned_at: datetime
    completed_at: datetime | None
    modules: tuple[ModuleProgress, ...] = ()

    @property
    def steps(self) -> int:
        """Give the number of steps in the course."""
        return sum(module.steps for module in self.modules)

    @property
    def done(self) -> int:
        """Give the number of steps that are done."""
        return sum(module.done for module in self.modules)

    @property
    def total(self) -> int:
        """Give the number of modules."""
        return len(self.modules)

    @property
    def current(self) -> ModuleProgress:
        """Give the first module that is not finished, the last one when all are."""
        unfinished = (module for module in self.modules if module.done < module.steps)
        return next(unfinished, self.modules[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a course was assigned: a competency and its sentence."""

    competency: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePage:
    """A course as one person sees it; the enrolment's parts are empty for who is not in it."""

    course_id: int
    slug: str
    course_state: str
    course_version_id: int
    version: int
    title: str
    summary: str
    jp: int
    form: str
    objectives: tuple[str, ...]
    enrolment_id: int | None = None
    public_id: str = ""
    origin: str = ""
    state: str = ""
    reason: str = ""
    plan_id: int | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    earned_jp: int = 0
    short_study: bool = False
    objection: str = ""
    """State of the last objection: open, kept or withdrawn; empty without one."""
    answer: str = ""
    answer_due: date | None = None


def my_courses(
    session: Session, person_id: int, states: Collection[str] = (*LIVE, "completed")
) -> list[MyCourse]:
    """Give a person's courses, those under way first; two statements, one when there are none."""
    order = case((Enrolment.state == "started", 0), (Enrolment.state == "assigned", 1), else_=2)
    query = (
        select(Enrolment, CourseVersion, Course.slug)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.person_id == person_id, Enrolment.state.in_(states))
        .order_by(order, Enrolment.completed_at.desc(), Enrolment.id)
    )
    rows = session.execute(query).all()
    modules = module_progress(session, [enrolment.id for enrolment, _, _ in rows])
    return [
        MyCourse(
            public_id=enrolment.public_id,
            slug=slug,
            title=version.title,
            jp=version.jp,
            form=version.form,
            origin=enrolment.origin,
            state=enrolment.state,
            reason=enrolment.reason,
            plan_id=enrolment.plan_id,
            assigned_at=enrolment.assigned_at,
            completed_at=enrolment.completed_at,
            modules=modules.get(enrolment.id, ()),
        )
        for enrolment, version, slug in rows
    ]


def module_progress(
    session: Session, enrolment_ids: Sequence[int]
) -> dict[int, tuple[ModuleProgress, ...]]:
    """Give the progress in each module for several enrolments; one statement."""
    if not enrolment_ids:
        return {}
    done = and_(
        StepProgress.enrolment_id == Enrolment.id,
        StepProgress.module == Module.sequence,
        StepProgress.step == Step.sequence,
    )
    part = (Enrolment.id, Module.sequence, Module.title, Module.minutes)
    query = (
        select(*part, func.count(Step.id), func.count(StepProgress.step))
        .join(Module, Module.course_version_id == Enrolment.course_version_id)
        .join(Step, Step.module_id == Module.id)
        .outerjoin(StepProgress, done)
        .where(Enrolment.id.in_(enrolment_ids))
        .group_by(*part)
        .order_by(Enrolment.id, Module.sequence)
    )
    found: dict[int, tuple[ModuleProgress, ...]] = {}
    for enrolment_id, sequence, title, minutes, steps, finished in session.execute(query):
        module = ModuleProgress(
            sequence=sequence, title=title, minutes=minutes, steps=steps, done=finished
        )
        found[enrolment_id] = (*found.get(enrolment_id, ()), module)
    return found


def course_page(session: Session, person_id: int, slug: str) -> CoursePage | None:
    """Give a course as a person sees it: in the version of the enrolment, else the current one.

    An enrolment under way goes before a completed one. None for a course that is not published
    and in which the person never was; one statement.
    """
    own = and_(
        Enrolment.course_id == Course.id,
        Enrolment.person_id == person_id,
        Enrolment.state != "withdrawn",
    )
    visible = or_(
        CourseVersion.id == Enrolment.course_version_id,
        and_(Enrolment.id.is_(None), CourseVersion.current, Course.state == "published"),
    )
    last = select(func.max(Objection.id)).where(Objection.enrolment_id == Enrolment.id)
    query = (
        select(Course, CourseVersion, Enrolment, Objection)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .outerjoin(Enrolment, own)
        .outerjoin(Objection, Objection.id == last.correlate(Enrolment).scalar_subquery())
        .where(Course.slug == slug, visible)
        .order_by(case((Enrolment.state.in_(LIVE), 0), else_=1), Enrolment.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _course_page(*row)


def enrolment_page(session: Session, person_id: int, public_id: str) -> CoursePage | None:
    """Give the course of one's own enrolment, or None; one statement."""
    query = (
        select(Course, CourseVersion, Enrolment)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Enrolment, Enrolment.course_version_id == CourseVersion.id)
        .where(Enrolment.public_id == public_id, Enrolment.person_id == person_id)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _course_page(*row, None)


def plain_course_page(session: Session, slug: str) -> CoursePage | None:
    """Give the current version of a course in whatever state it is, for a preview."""
    query = (
        select(Course, CourseVersion)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug == slug, CourseVersion.current)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _course_page(*row, None, None)


def _course_page(
    course: Course,
    version: CourseVersion,
    enrolment: Enrolment | None,
    objection: Objection | None,
) -> CoursePage:
    return CoursePage(
        course_id=course.id,
        slug=course.slug,
        course_state=course.state,
        course_version_id=version.id,
        version=version.version,
        title=version.title,
        summary=version.summary,
        jp=version.jp,
        form=version.form,
        objectives=tuple(version.objectives),
        enrolment_id=enrolment.id if enrolment else None,
        public_id=enrolment.public_id if enrolment else "",
        origin=enrolment.origin if enrolment else "",
        state=enrolment.state if enrolment else "",
        reason=enrolment.reason if enrolment else "",
        plan_id=enrolment.plan_id if enrolment else None,
        started_at=enrolment.started_at if enrolment else None,
        completed_at=enrolment.completed_at if enrolment else None,
        earned_jp=(enrolment.earned_jp or 0) if enrolment else 0,
        short_study=enrolment.short_study if enrolment else False,
        objection=objection.state if objection else "",
        answer=objection.answer if objection else "",
        answer_due=objection.due_on if objection else None,
    )


def reasons_of(session: Session, enrolment_id: int) -> list[Reason]:
    """Give the gaps for which a course was assigned, with their sentences."""
    query = (
        select(Competency.name, EnrolmentGap.reason)
        .join(Competency, Competency.id == EnrolmentGap.competency_id)
        .where(EnrolmentGap.enrolment_id == enrolment_id)
        .order_by(Competency.framework_id, Competency.sequence)
    )
    return [Reason(competency=name, text=text) for name, text in session.execute(query)]
