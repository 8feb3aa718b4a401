"""How long steps take by their author, and how long a person studied them."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from plugins.courses.domain.study_time import StudiedStep, count_words
from plugins.courses.models import Enrolment, Module, Step, StepProgress


def step_minutes(session: Session, course_version_id: int, module: int) -> float:
    """Give the share of a module's minutes that one of its steps has."""
    query = (
        select(Module.minutes, func.count(Step.id))
        .join(Step, Step.module_id == Module.id)
        .where(Module.course_version_id == course_version_id, Module.sequence == module)
        .group_by(Module.id)
    )
    found = session.execute(query).one_or_none()
    return found[0] / found[1] if found else 0.0


def studied_steps(session: Session, enrolment_id: int) -> list[StudiedStep]:
    """Give what a person did of a course; the text of steps is read only where time was seen.

    At most two statements, and only one for a course that was not studied here.
    """
    query = select(StepProgress.module, StepProgress.step, StepProgress.seconds)
    rows = session.execute(query.where(StepProgress.enrolment_id == enrolment_id)).all()
    if not any(seconds is not None for _, _, seconds in rows):
        return []
    texts = _texts(session, enrolment_id)
    return [
        StudiedStep(words=count_words(html), minutes=minutes, seconds=seconds)
        for module, step, seconds in rows
        for html, minutes in [texts.get((module, step), ("", 0.0))]
    ]


def _texts(session: Session, enrolment_id: int) -> dict[tuple[int, int], tuple[str, float]]:
    """Give (module, step) → its HTML and its share of the module's minutes."""
    steps = func.count().over(partition_by=Module.id)
    query = (
        select(Module.sequence, Step.sequence, Step.html, Module.minutes, steps)
        .join(Step, Step.module_id == Module.id)
        .join(
            Enrolment,
            and_(
                Enrolment.course_version_id == Module.course_version_id,
                Enrolment.id == enrolment_id,
            ),
        )
    )
    return {
        (module, step): (html, minutes / count)
        for module, step, html, minutes, count in session.execute(query)
    }
