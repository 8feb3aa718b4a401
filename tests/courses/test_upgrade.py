"""The schema before authoring, classes and plans, with courses in it: an upgrade keeps them all."""

from __future__ import annotations

from sqlalchemy import select, text

from lms.core import migrate
from lms.core.revisions import branches
from lms.core.site import Site
from plugins.courses.domain.progress import places
from plugins.courses.models import CourseVersion, Credit, Enrolment, Module, StepProgress
from plugins.courses.queries.outline import step_counts
from plugins.courses.services.enrolling import enrol_by_choice
from plugins.courses.services.studying import complete_step
from tests.conftest import make_person

COURSE = "aman-di-dunia-digital"


def _back(site: Site, *revisions: str) -> None:
    """Take tables back to earlier revisions, with all that is in them."""
    found = branches(site.registry.plugins.values())
    with migrate._connection(site.database) as connection:
        for revision in revisions:
            migrate._run("downgrade", migrate._config(found, connection), revision)


def _study(site: Site, *, steps: int | None) -> int:
    """Let a person choose the course and do so many steps (None: all); give the enrolment."""
    with site.database.writing() as session:
        person = make_person(session).id
        enrolment = enrol_by_choice(session, person, COURSE)
        public, found = enrolment.public_id, enrolment.id
        todo = places(step_counts(session, enrolment.course_version_id))[:steps]
    for place in todo:
        with site.database.writing() as session:
            complete_step(session, person, public, place)
    return found


def _stored(site: Site) -> list[tuple[object, ...]]:
    with site.database.reading() as session:
        rows: list[tuple[object, ...]] = []
        for query in (
            select(CourseVersion.id, CourseVersion.digest, CourseVersion.title),
            select(Module.id, Module.source, Module.digest),
            select(Enrolment.id, Enrolment.state, Enrolment.earned_jp),
            select(StepProgress.enrolment_id, StepProgress.module, StepProgress.step),
            select(Credit.person_id, Credit.jp, Credit.title, Credit.form, Credit.ref),
        ):
            rows += sorted(tuple(row) for row in session.execute(query))
        return rows


def test_upgrade_from_the_schema_before_keeps_study_and_hours(site: Site) -> None:
    done, half = _study(site, steps=None), _study(site, steps=3)
    before = _stored(site)
    _back(site, "courses_0002", "core_0002")
    with site.database.engine.connect() as connection:
        tables = "SELECT COUNT(*) FROM courses_enrolment WHERE id IN (:done, :half)"
        assert connection.scalar(text(tables), {"done": done, "half": half}) == 2

    assert set(migrate.upgrade(site)) >= {"core_0003", "courses_0003"}

    assert _stored(site) == before
    with site.database.reading() as session:
        assert session.scalars(select(Credit.form_code)).all() == [16]
        assert not session.get_one(Enrolment, done).short_study
        enrolment = session.get_one(Enrolment, half)
        rest = places(step_counts(session, enrolment.course_version_id))[3:]
        person, public = enrolment.person_id, enrolment.public_id
    for place in rest:
        with site.database.writing() as session:
            complete_step(session, person, public, place)
    with site.database.reading() as session:
        assert session.get_one(Enrolment, half).state == "completed"
