"""Use-case: earn learning hours (JP), once a year for the same version of a course."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import today
from plugins.courses.domain.credits import credit_ref
from plugins.courses.models import CourseVersion, Credit, Enrolment


def earn(session: Session, enrolment: Enrolment, version: CourseVersion) -> int:
    """Add the credit of a completed course to the ledger; give its JP, 0 if it is there already.

    The year is the one of the agency's own calendar.
    """
    day = today(session)
    ref = credit_ref(enrolment.person_id, version.id, day.year)
    if session.scalar(select(Credit.id).where(Credit.ref == ref)) is not None:
        return 0
    session.add(
        Credit(
            person_id=enrolment.person_id,
            year=day.year,
            jp=version.jp,
            kind="course",
            title=version.title,
            form=version.form,
            ref=ref,
            course_version_id=version.id,
            earned_on=day,
        )
    )
    session.flush()
    return version.jp
