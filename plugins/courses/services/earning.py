"""Use-case: earn learning hours (JP), once a year for the same version of a course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import site_of, today
from plugins.courses.domain.credits import credit_ref
from plugins.courses.domain.forms_of_learning import form_code
from plugins.courses.models import CourseVersion, Credit, Enrolment


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The days on which a class was held."""

    starts_on: date
    ends_on: date


def earn(
    session: Session, enrolment: Enrolment, version: CourseVersion, held: Held | None = None
) -> int:
    """Add the credit of a completed course to the ledger; give its JP, 0 if it is there already.

    `held` is given for a class: it counts in the year in which it ended, whenever an officer
    closes it. The year is the one of the agency's own calendar.
    """
    day, site = today(session), site_of(session)
    days = held or _studied(session, enrolment, day)
    earned_on = held.ends_on if held else day
    ref = credit_ref(enrolment.person_id, version.id, earned_on.year)
    if session.scalar(select(Credit.id).where(Credit.ref == ref)) is not None:
        return 0
    session.add(
        Credit(
            person_id=enrolment.person_id,
            year=earned_on.year,
            jp=version.jp,
            kind="class" if held else "course",
            title=version.title,
            form=version.form,
            ref=ref,
            course_version_id=version.id,
            earned_on=earned_on,
            form_code=form_code(version.form),
            organiser=site.config.name[:200],
            starts_on=days.starts_on,
            ends_on=days.ends_on,
        )
    )
    session.flush()
    return version.jp


def _studied(session: Session, enrolment: Enrolment, day: date) -> Held:
    began = enrolment.started_at
    start = site_of(session).local(began).date() if began else day
    return Held(starts_on=start, ends_on=day)
