"""Use-cases: what is stored of a person, as a copy, and its erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plugins.courses.models import (
    Course,
    Credit,
    Enrolment,
    EnrolmentGap,
    Objection,
    StepProgress,
)
from plugins.courses.services.authoring.personal import erase_authoring, personal_data_authoring
from plugins.courses.services.classes.personal import erase_classes, personal_data_classes
from plugins.courses.services.planning.personal import erase_plans, personal_data_plans
from plugins.courses.services.reminders import erase_reminders, personal_data_reminders
from plugins.courses.services.rules.personal import erase_rules, personal_data_rules
from plugins.courses.services.ways_personal import erase_ways, personal_data_ways


def personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Give all that is stored of a person, as JSON can hold it."""
    return {
        "enrolments": _enrolments(session, person_id),
        "credits": _rows(session, Credit, Credit.person_id == person_id, leave_out={"id"}),
        "objections": _rows(
            session,
            Objection,
            Objection.enrolment_id.in_(_own(person_id)),
            leave_out={"id", "answered_by"},
        ),
        **personal_data_authoring(session, person_id),
        **personal_data_classes(session, person_id),
        **personal_data_rules(session, person_id),
        **personal_data_reminders(session, person_id),
        **personal_data_plans(session, person_id),
        **personal_data_ways(session, person_id),
        "steps_done": _rows(
            session, StepProgress, StepProgress.enrolment_id.in_(_own(person_id)), leave_out=set()
        ),
    }


def _own(person_id: int) -> Any:
    return select(Enrolment.id).where(Enrolment.person_id == person_id)


def _enrolments(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        select(Enrolment, Course.slug)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.id)
    )
    return [
        {"course": slug, **_values(enrolment, {"person_id", "course_id", "course_version_id"})}
        for enrolment, slug in session.execute(query)
    ]


def _rows(
    session: Session, model: type[Any], where: Any, *, leave_out: set[str]
) -> list[dict[str, Any]]:
    return [_values(row, leave_out) for row in session.scalars(select(model).where(where))]


def _values(row: Any, leave_out: set[str]) -> dict[str, Any]:
    """Give the columns of a row as JSON can hold them: dates as ISO text."""
    found = {}
    for column in row.__table__.columns:
        if column.key not in leave_out:
            value = getattr(row, column.key)
            found[column.key] = value.isoformat() if hasattr(value, "isoformat") else value
    return found


def erase_personal_data(session: Session, person_id: int) -> None:
    """Erase all that is stored of a person; counts of courses lose that person too."""
    erase_authoring(session, person_id)
    erase_classes(session, person_id)
    erase_rules(session, person_id)
    erase_reminders(session, person_id)
    erase_ways(session, person_id)
    own = _own(person_id)
    erase_plans(session, person_id)
    session.execute(
        update(Objection).where(Objection.answered_by == person_id).values(answered_by=None)
    )
    for model in (Objection, StepProgress, EnrolmentGap):
        session.execute(delete(model).where(model.enrolment_id.in_(own)))
    session.execute(delete(Enrolment).where(Enrolment.person_id == person_id))
    session.execute(delete(Credit).where(Credit.person_id == person_id))
