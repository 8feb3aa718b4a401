"""Use-case: move from the version one started to the newest; nobody is moved unasked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms import Conflict
from plugins.courses.domain.moving import Change, ModuleShape, compare, moved_place
from plugins.courses.domain.progress import Place
from plugins.courses.models import (
    LIVE,
    Course,
    CourseVersion,
    Enrolment,
    EnrolmentGap,
    Module,
    Step,
    StepProgress,
    Teaches,
)
from plugins.courses.queries.outline import done_places
from plugins.courses.services.enrolling import own_enrolment

NO_OFFER = "Tidak ada versi yang lebih baru untuk Anda. Silakan lanjutkan belajar."


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A newer version to which a learner may move, and what that changes."""

    course_version_id: int
    version: int
    jp: int
    change: Change


def offer_for(session: Session, enrolment_id: int) -> Offer | None:
    """Give the offer to move, None when there is none; at most four statements.

    Only for courses under way, and only to a version that teaches at least what this one was
    assigned for.
    """
    newest = _newer(session, enrolment_id)
    if newest is None or not _teaches_all(session, enrolment_id, newest.id):
        return None
    old, new = _shapes(session, enrolment_id, newest.id)
    change = compare(old, new, done_places(session, enrolment_id))
    return Offer(course_version_id=newest.id, version=newest.version, jp=newest.jp, change=change)


def _newer(session: Session, enrolment_id: int) -> CourseVersion | None:
    started = (
        select(CourseVersion.version)
        .where(CourseVersion.id == Enrolment.course_version_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    newest = select(CourseVersion).join(Enrolment, Enrolment.course_id == CourseVersion.course_id)
    return session.scalar(
        newest.join(Course, Course.id == CourseVersion.course_id).where(
            Enrolment.id == enrolment_id,
            Enrolment.state.in_(LIVE),
            Course.state == "published",
            CourseVersion.current,
            CourseVersion.version > started,
        )
    )


def _teaches_all(session: Session, enrolment_id: int, version_id: int) -> bool:
    """Tell whether the newer version raises each gap of an enrolment at least as far."""
    newer = (
        select(Teaches.to_level)
        .where(
            Teaches.course_version_id == version_id,
            Teaches.competency_id == EnrolmentGap.competency_id,
        )
        .correlate(EnrolmentGap)
        .scalar_subquery()
    )
    older = (
        select(Teaches.to_level)
        .where(
            Teaches.course_version_id == Enrolment.course_version_id,
            Teaches.competency_id == EnrolmentGap.competency_id,
        )
        .correlate(EnrolmentGap, Enrolment)
        .scalar_subquery()
    )
    less = (
        select(func.count())
        .select_from(EnrolmentGap)
        .join(Enrolment, Enrolment.id == EnrolmentGap.enrolment_id)
        .where(
            EnrolmentGap.enrolment_id == enrolment_id,
            func.coalesce(newer, 0) < func.coalesce(older, 1),
        )
    )
    return session.scalar(less) == 0


def _shapes(
    session: Session, enrolment_id: int, newest_id: int
) -> tuple[list[ModuleShape], list[ModuleShape]]:
    """Give the modules of the enrolment's version and of the newest one; one statement."""
    started = select(Enrolment.course_version_id).where(Enrolment.id == enrolment_id)
    query = (
        select(Module, Step.title)
        .join(Step, Step.module_id == Module.id)
        .where(
            (Module.course_version_id == newest_id)
            | (Module.course_version_id == started.scalar_subquery())
        )
        .order_by(Module.sequence, Step.sequence)
    )
    titles: dict[int, tuple[Module, list[str]]] = {}
    for module, title in session.execute(query):
        titles.setdefault(module.id, (module, []))[1].append(title)
    old: list[ModuleShape] = []
    new: list[ModuleShape] = []
    for module, steps in titles.values():
        shape = ModuleShape(name=module.name, title=module.title, steps=tuple(steps))
        (new if module.course_version_id == newest_id else old).append(shape)
    return old, new


def move(session: Session, person_id: int, public_id: str, version_id: int) -> Offer:
    """Move an own enrolment to the version that was offered; raises NotFound and Conflict.

    Steps that are the same in both stay done, with their time.
    """
    enrolment = own_enrolment(session, person_id, public_id)
    offer = offer_for(session, enrolment.id)
    if offer is None or offer.course_version_id != version_id:
        raise Conflict(NO_OFFER)
    old, new = _shapes(session, enrolment.id, version_id)
    rows = session.scalars(
        select(StepProgress).where(StepProgress.enrolment_id == enrolment.id)
    ).all()
    kept = [
        StepProgress(
            enrolment_id=enrolment.id,
            module=there.module,
            step=there.step,
            done_at=row.done_at,
            seconds=row.seconds,
        )
        for row in rows
        if (there := moved_place(old, new, Place(module=row.module, step=row.step)))
    ]
    for row in rows:
        session.expunge(row)
    session.execute(delete(StepProgress).where(StepProgress.enrolment_id == enrolment.id))
    session.add_all(kept)
    enrolment.course_version_id = version_id
    session.flush()
    return offer
