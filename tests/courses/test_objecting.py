"""Objections, answers, and taking assignments back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotAllowed, NotFound, current_plan
from lms.core.audit import AuditEntry
from lms.core.site import Site
from plugins.courses.models import Objection
from plugins.courses.services.enrolling import enrol_by_choice
from plugins.courses.services.objecting import answer, object_to, take_back
from plugins.courses.services.personal import erase_personal_data, personal_data
from tests.conftest import make_person
from tests.courses.factories import SAFE, enrolments, finish_course, person_with, study

WHY = "Saya sudah ikut pelatihan serupa."


def assigned(site: Site) -> tuple[int, str]:
    person = person_with(site, levels={"LD": 1})
    with site.database.reading() as session:
        (enrolment,) = enrolments(session, person).values()
        return person, enrolment.public_id


def officer(session: Session) -> int:
    return make_person(session, name="Petugas", roles=("officer",)).id


def item(session: Session, person_id: int) -> tuple[str, str]:
    plan = current_plan(session, person_id)
    assert plan is not None
    return plan.items[0].state, plan.items[0].reason


def test_objection_is_stored_once(site: Site) -> None:
    person, public_id = assigned(site)
    with site.database.writing() as session:
        for _ in range(2):
            object_to(session, person, public_id, f"  {WHY}\n")
            session.flush()
        assert session.scalars(select(Objection.text)).all() == [WHY]
        with pytest.raises(Conflict):
            object_to(session, person, public_id, "Alasan lain.")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_objection_without_usable_words_is_refused(site: Site, text: str) -> None:
    person, public_id = assigned(site)
    with site.database.writing() as session, pytest.raises(Invalid):
        object_to(session, person, public_id, text)


def test_objection_to_someone_elses_assignment_is_not_found(site: Site) -> None:
    _, public_id = assigned(site)
    with site.database.writing() as session, pytest.raises(NotFound):
        object_to(session, make_person(session).id, public_id, WHY)


def test_objection_to_own_choice_is_refused(site: Site) -> None:
    with site.database.writing() as session:
        enrolment = enrol_by_choice(session, make_person(session).id, SAFE)
        session.flush()
        with pytest.raises(NotAllowed):
            object_to(session, enrolment.person_id, enrolment.public_id, WHY)


@pytest.mark.parametrize("begun", [False, True])
def test_assignment_taken_back_after_an_objection(site: Site, begun: bool) -> None:
    person, public_id = assigned(site)
    with site.database.writing() as session:
        object_to(session, person, public_id, WHY)
        if begun:
            study(session, next(iter(enrolments(session, person).values())), leave_out=5)
        who = officer(session)
        objection = session.scalars(select(Objection)).one()
        answer(session, who, objection.public_id, "Baik, kami batalkan.", take_back=True)
        (enrolment,) = enrolments(session, person).values()
        assert (objection.state, objection.answered_by) == ("withdrawn", who)
        assert (enrolment.state, enrolment.note) == ("withdrawn", "Baik, kami batalkan.")
        assert item(session, person) == (
            "open",
            "Penugasan dibatalkan petugas: Baik, kami batalkan.",
        )
        with pytest.raises(Conflict):
            answer(session, who, objection.public_id, "Lagi.", take_back=False)


def test_assignment_kept_after_an_objection(site: Site) -> None:
    person, public_id = assigned(site)
    with site.database.writing() as session:
        object_to(session, person, public_id, WHY)
        session.flush()
        objection = session.scalars(select(Objection)).one()
        answer(session, officer(session), objection.public_id, "Isinya lain.", take_back=False)
        (enrolment,) = enrolments(session, person).values()
        assert (objection.state, enrolment.state) == ("kept", "assigned")
        assert item(session, person)[0] == "assigned"
        entry = session.scalars(select(AuditEntry)).one()
        assert entry.action == "courses:objection:answer"


def test_taking_back_is_audited_and_closes_the_objection(site: Site) -> None:
    person, public_id = assigned(site)
    with site.database.writing() as session:
        object_to(session, person, public_id, WHY)
        session.flush()
        who = officer(session)
        take_back(session, who, public_id, "Sudah pensiun.")
        assert session.scalars(select(Objection.state)).one() == "withdrawn"
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.actor_id, entry.action) == (who, "courses:assignment:undo")
        assert public_id in entry.subject
        with pytest.raises(Conflict):
            take_back(session, who, public_id, "Lagi.")


def test_completed_assignment_cannot_be_taken_back(site: Site) -> None:
    person, public_id = assigned(site)
    with site.database.reading() as session:
        (slug,) = enrolments(session, person)
    finish_course(site, person, slug)
    with site.database.writing() as session, pytest.raises(Conflict):
        take_back(session, officer(session), public_id, "Terlambat.")


def test_gap_with_another_live_course_stays_assigned(site: Site) -> None:
    from plugins.courses.models import Course, CourseVersion, Enrolment, EnrolmentGap

    person, public_id = assigned(site)
    with site.database.writing() as session:
        (first,) = enrolments(session, person).values()
        other = session.scalars(
            select(CourseVersion).join(Course).where(CourseVersion.course_id != first.course_id)
        ).first()
        assert other is not None
        second = Enrolment(
            person_id=person,
            course_id=other.course_id,
            course_version_id=other.id,
            origin="assigned",
            plan_id=first.plan_id,
            assigned_at=first.assigned_at,
        )
        session.add(second)
        session.flush()
        gap = session.scalars(select(EnrolmentGap)).one()
        session.add(
            EnrolmentGap(
                enrolment_id=second.id, competency_id=gap.competency_id, round=1, reason="Juga."
            )
        )
        session.flush()
        take_back(session, officer(session), public_id, "Cukup satu.")
        assert item(session, person)[0] == "assigned"


def test_personal_data_is_copied_and_erased(site: Site) -> None:
    import json

    person, public_id = assigned(site)
    with site.database.writing() as session:
        object_to(session, person, public_id, WHY)
        study(session, enrol_by_choice(session, person, "bekerja-dengan-data"))
        copy = personal_data(session, person)
        assert json.loads(json.dumps(copy)) == copy
        assert {row["course"] for row in copy["enrolments"]} >= {"bekerja-dengan-data"}
        assert [row["text"] for row in copy["objections"]] == [WHY]
        assert copy["credits"][0]["jp"] == 3
        assert len(copy["steps_done"]) > 10
        erase_personal_data(session, person)
        session.expire_all()
        assert not any(personal_data(session, person).values())
