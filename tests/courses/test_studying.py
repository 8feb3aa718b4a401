"""Steps, completion, learning hours, and what completion tells others."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import Conflict, NotAllowed, NotFound, current_plan
from lms.core.hooks.models import EventRow
from lms.core.site import Site
from plugins.courses.domain.progress import Place, places
from plugins.courses.models import Credit, Enrolment, StepProgress
from plugins.courses.queries.hours import jp_of_year, learning_credits
from plugins.courses.queries.outline import step_counts
from plugins.courses.services.earning import earn
from plugins.courses.services.enrolling import WITHDRAWN_BY_CHOICE, enrol_by_choice, withdraw
from plugins.courses.services.studying import complete_step
from tests.conftest import TestClock, make_person
from tests.courses.factories import (
    BASIC,
    SAFE,
    competency_id,
    credits_of,
    enrolments,
    finish_course,
    person_with,
    show,
    study,
)

FIRST = Place(module=1, step=1)


def told(session: Session, name: str) -> list[EventRow]:
    return list(session.scalars(select(EventRow).where(EventRow.name == name)))


def states(session: Session, person_id: int) -> dict[str, str]:
    plan = current_plan(session, person_id)
    assert plan is not None
    return {item.code: item.state for item in plan.items}


def chosen(session: Session, slug: str = SAFE) -> Enrolment:
    return enrol_by_choice(session, make_person(session).id, slug)


def test_step_is_recorded_and_leads_on(site: Site, clock: TestClock) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        onward = complete_step(session, enrolment.person_id, enrolment.public_id, FIRST)
        assert onward.place == Place(module=1, step=2)
        assert (enrolment.state, enrolment.started_at) == ("started", clock())
        row = session.scalars(select(StepProgress)).one()
        assert (row.module, row.step, row.done_at) == (1, 1, clock())


def test_double_click_changes_nothing(site: Site) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        answers = [
            complete_step(session, enrolment.person_id, enrolment.public_id, FIRST)
            for _ in range(2)
        ]
        assert answers[0] == answers[1]
        assert session.scalar(select(func.count()).select_from(StepProgress)) == 1


def test_last_step_completes_earns_and_tells(site: Site, clock: TestClock) -> None:
    person = person_with(site, levels={"LD": 1})
    with site.database.reading() as session:
        (slug,) = enrolments(session, person)
    with site.database.writing() as session:
        enrolment = enrolments(session, person)[slug]
        assert study(session, enrolment).place is None
    with site.database.reading() as session:
        done = enrolments(session, person)[slug]
        (credit,) = credits_of(session, person)
        (completed,) = told(session, "course_completed")
        (due,) = told(session, "reassessment_due")
        assert (done.state, done.completed_at) == ("completed", clock())
        assert (credit.jp, credit.year, credit.earned_on) == (3, 2026, date(2026, 11, 2))
        assert (credit.kind, credit.form) == ("course", "E-Learning")
        assert completed.payload["jp"] == done.earned_jp == 3
        assert due.payload["competency_ids"] == [competency_id(session, "LD")]
        assert states(session, person) == {"LD": "ready"}


def test_completing_again_in_the_same_request_changes_nothing(site: Site) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        study(session, enrolment)
        last = places(step_counts(session, enrolment.course_version_id))[-1]
        again = complete_step(session, enrolment.person_id, enrolment.public_id, last)
        assert again.place is None
        assert len(credits_of(session, enrolment.person_id)) == 1
        assert len(told(session, "course_completed")) == 1


def test_last_step_with_a_gap_before_leads_back(site: Site) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        steps = places(step_counts(session, enrolment.course_version_id))
        for place in steps[1:]:
            onward = complete_step(session, enrolment.person_id, enrolment.public_id, place)
        assert (onward.place, onward.left_out) == (FIRST, True)
        assert enrolment.state == "started"
        assert complete_step(session, enrolment.person_id, enrolment.public_id, FIRST).place is None
        assert enrolment.state == "completed"


@pytest.mark.parametrize("place", [Place(module=9, step=1), Place(module=1, step=99)])
def test_step_that_is_not_there_is_not_found(site: Site, place: Place) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        with pytest.raises(NotFound):
            complete_step(session, enrolment.person_id, enrolment.public_id, place)


def test_enrolment_of_someone_else_is_not_found(site: Site) -> None:
    with site.database.writing() as session:
        enrolment, other = chosen(session), make_person(session)
        with pytest.raises(NotFound):
            complete_step(session, other.id, enrolment.public_id, FIRST)


def test_gap_is_ready_when_all_its_courses_are_done(site: Site) -> None:
    person = person_with(site, levels={"D2": 1, "D3": 1}, level="pengawas")
    slugs = ("bekerja-dengan-data", "melayani-warga-secara-digital")
    finish_course(site, person, slugs[0])
    with site.database.reading() as session:
        assert states(session, person) == {"D2": "ready", "D3": "assigned"}
        assert told(session, "reassessment_due") == []
    finish_course(site, person, slugs[1])
    with site.database.reading() as session:
        (due,) = told(session, "reassessment_due")
        assert len(due.payload["competency_ids"]) == 2


def test_second_time_in_a_year_earns_no_second_credit(site: Site, clock: TestClock) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        study(session, enrolment)
        again = enrol_by_choice(session, enrolment.person_id, SAFE)
        assert again.id != enrolment.id
        study(session, again)
        assert (enrolment.earned_jp, again.earned_jp) == (3, 0)
        assert jp_of_year(session, enrolment.person_id, 2026) == 3
    clock.move(days=100)
    with site.database.writing() as session:
        later = enrol_by_choice(session, enrolment.person_id, SAFE)
        study(session, later)
        assert later.earned_jp == 3
        assert jp_of_year(session, enrolment.person_id, 2027) == 3


def test_year_is_the_one_of_the_agencys_calendar(site: Site, clock: TestClock) -> None:
    clock.moment = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)
    with site.database.writing() as session:
        enrolment = chosen(session)
        study(session, enrolment)
        (credit,) = credits_of(session, enrolment.person_id)
        assert (credit.year, credit.earned_on) == (2027, date(2027, 1, 1))


def test_database_refuses_a_second_credit(site: Site) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        study(session, enrolment)
        (credit,) = credits_of(session, enrolment.person_id)
        values = {c.key: getattr(credit, c.key) for c in Credit.__table__.columns if c.key != "id"}
    with pytest.raises(IntegrityError), site.database.writing() as session:
        session.add(Credit(**values))


def test_credit_is_not_earned_when_it_is_there(site: Site) -> None:
    from plugins.courses.models import CourseVersion

    with site.database.writing() as session:
        enrolment = chosen(session)
        version = session.get_one(CourseVersion, enrolment.course_version_id)
        assert [earn(session, enrolment, version) for _ in range(2)] == [3, 0]


def test_enrolling_twice_is_one_enrolment(site: Site) -> None:
    with site.database.writing() as session:
        first = chosen(session)
        assert enrol_by_choice(session, first.person_id, SAFE).id == first.id


def test_database_refuses_two_live_enrolments(site: Site) -> None:
    with site.database.writing() as session:
        first = chosen(session)
    copy = {"person_id": first.person_id, "course_id": first.course_id, "origin": "chosen"}
    with pytest.raises(IntegrityError), site.database.writing() as session:
        session.add(
            Enrolment(
                **copy, course_version_id=first.course_version_id, assigned_at=first.assigned_at
            )
        )


def test_own_choice_can_be_left_and_chosen_again(site: Site) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        for _ in range(2):
            withdraw(session, enrolment.person_id, enrolment.public_id)
        assert (enrolment.state, enrolment.note) == ("withdrawn", WITHDRAWN_BY_CHOICE)
        with pytest.raises(Conflict):
            complete_step(session, enrolment.person_id, enrolment.public_id, FIRST)
        assert enrol_by_choice(session, enrolment.person_id, SAFE).id != enrolment.id


def test_assigned_course_cannot_be_left(site: Site) -> None:
    person = person_with(site, levels={"LD": 1})
    with site.database.writing() as session:
        (enrolment,) = enrolments(session, person).values()
        with pytest.raises(NotAllowed, match="ditugaskan"):
            withdraw(session, person, enrolment.public_id)


def test_completed_course_cannot_be_left(site: Site) -> None:
    with site.database.writing() as session:
        enrolment = chosen(session)
        study(session, enrolment)
        with pytest.raises(Conflict):
            withdraw(session, enrolment.person_id, enrolment.public_id)


def test_course_that_is_not_open_cannot_be_chosen(site: Site) -> None:
    with site.database.writing() as session, pytest.raises(NotFound):
        enrol_by_choice(session, make_person(session).id, "tidak-ada")


def test_learning_credits_are_narrowed_to_competencies_and_year(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session).id
        for slug in (SAFE, BASIC, "bekerja-dengan-data"):
            study(session, enrol_by_choice(session, person, slug))
        ids = [competency_id(session, "D4")]
        assert len(learning_credits(session, person, None, None)) == 3
        assert learning_credits(session, person, None, 2025) == []
        assert learning_credits(session, person, [], 2026) == []
        (only,) = learning_credits(session, person, ids, 2026)
        assert (only.title, only.jp, only.finished_on) == (
            "Aman di dunia digital",
            3,
            date(2026, 11, 2),
        )
        assert [jp for _, jp in only.modules] == [0, 0, 0, 0]


def test_retest_after_the_course_closes_the_plan(site: Site) -> None:
    person = person_with(site, levels={"LD": 1})
    with site.database.reading() as session:
        (slug,) = enrolments(session, person)
    finish_course(site, person, slug)
    with site.database.writing() as session:
        show(session, person, source="Tes ulang", LD=2)
    with site.database.reading() as session:
        assert len(told(session, "gaps_closed")) == 1
        assert enrolments(session, person)[slug].state == "completed"
