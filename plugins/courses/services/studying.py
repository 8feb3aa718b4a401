"""Use-case: a step is done; the last one completes the course, earns JP and closes its gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import CourseCompleted, NotFound, mark_ready, now, record
from plugins.courses.domain.progress import Place, first_open, onward, places
from plugins.courses.domain.study_time import counted_seconds, is_short
from plugins.courses.models import (
    LIVE,
    CourseVersion,
    Enrolment,
    EnrolmentGap,
    StepProgress,
)
from plugins.courses.queries.outline import done_places, step_counts
from plugins.courses.queries.study_time import step_minutes, studied_steps
from plugins.courses.services.earning import Held, earn
from plugins.courses.services.enrolling import begin, own_enrolment


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """Where "Lanjut" leads; None when the course is at its end. `left_out` leads back."""

    place: Place | None
    left_out: bool = False


def complete_step(
    session: Session,
    person_id: int,
    public_id: str,
    here: Place,
    opened_at: datetime | None = None,
) -> Onward:
    """Record a step as done and tell what is next; doing it twice changes nothing.

    `opened_at` says when its page was opened, None when that is not known. Raises NotFound for a
    step that the course does not have.
    """
    enrolment = own_enrolment(session, person_id, public_id)
    steps = step_counts(session, enrolment.course_version_id)
    if here not in places(steps):
        raise NotFound("Langkah ini tidak ada di pelatihan ini.")
    begin(session, enrolment)
    done = done_places(session, enrolment.id)
    if enrolment.state == "completed":
        return _onward(steps, done, here)
    if here not in done:
        session.add(_progress(session, enrolment, here, opened_at))
        session.flush()
        done.add(here)
    if first_open(steps, done) is None:
        finish(session, enrolment)
        return Onward(place=None)
    return _onward(steps, done, here)


def _onward(steps: list[int], done: set[Place], here: Place) -> Onward:
    after = onward(steps, done, here)
    return Onward(place=after, left_out=after is not None and after < here)


def _progress(
    session: Session, enrolment: Enrolment, here: Place, opened_at: datetime | None
) -> StepProgress:
    moment, seconds = now(session), None
    if opened_at is not None:
        minutes = step_minutes(session, enrolment.course_version_id, here.module)
        seconds = counted_seconds((moment - opened_at).total_seconds(), minutes)
    return StepProgress(
        enrolment_id=enrolment.id,
        module=here.module,
        step=here.step,
        done_at=moment,
        seconds=seconds,
    )


def finish(session: Session, enrolment: Enrolment, held: Held | None = None) -> None:
    """Complete a course: learning hours, the fact, and gaps that can be measured again.

    An implausibly short study has one effect only: the retest does not wait for other courses.
    `held` gives the days of a class.
    """
    enrolment.state, enrolment.completed_at = "completed", now(session)
    enrolment.short_study = is_short(studied_steps(session, enrolment.id))
    version = session.get_one(CourseVersion, enrolment.course_version_id)
    enrolment.earned_jp = earn(session, enrolment, version, held)
    record(
        session,
        CourseCompleted(
            person_id=enrolment.person_id,
            course_id=enrolment.course_id,
            course_title=version.title,
            jp=enrolment.earned_jp,
        ),
    )
    ready = _ready_gaps(session, enrolment)
    if ready:
        mark_ready(session, enrolment.person_id, ready, early=enrolment.short_study)


def _ready_gaps(session: Session, enrolment: Enrolment) -> list[int]:
    """Give the gaps of an enrolment for which no other course is still to be done."""
    other = (
        select(EnrolmentGap.competency_id)
        .join(Enrolment, Enrolment.id == EnrolmentGap.enrolment_id)
        .where(
            Enrolment.person_id == enrolment.person_id,
            Enrolment.id != enrolment.id,
            Enrolment.state.in_(LIVE),
        )
    )
    query = select(EnrolmentGap.competency_id).where(
        EnrolmentGap.enrolment_id == enrolment.id, EnrolmentGap.competency_id.not_in(other)
    )
    return list(session.scalars(query))
