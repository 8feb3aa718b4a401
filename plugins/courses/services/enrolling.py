"""Use-cases of one's own enrolments: enrol by choice, begin, withdraw."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import Conflict, NotAllowed, NotFound, now
from plugins.courses.models import LIVE, Course, CourseVersion, Enrolment
from plugins.courses.services.classes.leaving import leave_with_enrolments

WITHDRAWN_BY_CHOICE = "Dibatalkan sendiri."


def own_enrolment(session: Session, person_id: int, public_id: str) -> Enrolment:
    """Give a person's enrolment and hold it against double clicks; raises NotFound.

    The enrolment of someone else is not found either.
    """
    query = select(Enrolment).where(
        Enrolment.public_id == public_id, Enrolment.person_id == person_id
    )
    found = session.scalar(query.with_for_update(key_share=True))
    if found is None:
        raise NotFound("Pelatihan ini tidak ada di daftar Anda.")
    return found


def enrol_by_choice(session: Session, person_id: int, slug: str) -> Enrolment:
    """Enrol in a published course; whoever is in it already gets that enrolment."""
    query = (
        select(Course, CourseVersion)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug == slug, Course.state == "published", CourseVersion.current)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("Pelatihan ini tidak ada, atau belum dibuka.")
    course, version = found
    return _live(session, person_id, course.id) or _add(session, person_id, version)


def _live(session: Session, person_id: int, course_id: int) -> Enrolment | None:
    return session.scalar(
        select(Enrolment).where(
            Enrolment.person_id == person_id,
            Enrolment.course_id == course_id,
            Enrolment.state.in_(LIVE),
        )
    )


def _add(session: Session, person_id: int, version: CourseVersion) -> Enrolment:
    enrolment = Enrolment(
        person_id=person_id,
        course_id=version.course_id,
        course_version_id=version.id,
        origin="chosen",
        assigned_at=now(session),
    )
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:  # two clicks at the same moment: the other one was first
        first = _live(session, person_id, version.course_id)
        if first is None:
            raise
        return first
    return enrolment


def begin(session: Session, enrolment: Enrolment) -> None:
    """Mark an enrolment as started; a second time changes nothing. Raises Conflict."""
    if enrolment.state == "withdrawn":
        raise Conflict("Pelatihan ini sudah dibatalkan. Buka daftar pelatihan Anda.")
    if enrolment.state == "assigned":
        enrolment.state, enrolment.started_at = "started", now(session)


def withdraw(session: Session, person_id: int, public_id: str) -> None:
    """Leave a course that one chose oneself; assigned ones need an objection."""
    enrolment = own_enrolment(session, person_id, public_id)
    if enrolment.origin != "chosen":
        raise NotAllowed(
            "Pelatihan ini ditugaskan. Kalau tidak sesuai, sampaikan alasannya kepada petugas."
        )
    if enrolment.state == "completed":
        raise Conflict("Pelatihan ini sudah selesai.")
    if enrolment.state in LIVE:
        enrolment.state, enrolment.note = "withdrawn", WITHDRAWN_BY_CHOICE
        enrolment.withdrawn_at = now(session)
        session.flush()
        leave_with_enrolments(session, [enrolment.id], WITHDRAWN_BY_CHOICE)
