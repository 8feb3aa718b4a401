"""From a gap to a course with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import (
    CourseCandidate,
    CourseChoice,
    GapsFound,
    Invalid,
    PluginManifest,
    current_plan,
    hookimpl,
)
from lms.core.hooks.models import Delivery, EventRow
from lms.core.jobs import JobRow, work_once
from lms.core.learning.evidence import refresh_profile
from lms.core.learning.plans import settle
from lms.core.site import Site
from lms.models import Competency, Framework
from plugins.courses.domain.reasons import MOST_WORDS
from plugins.courses.models import Course, CourseVersion, Enrolment, EnrolmentGap, Teaches
from plugins.courses.queries.offers import offered_courses
from plugins.courses.services.assigning import assign_for_gaps, assign_open
from plugins.courses.services.choosing import horizon_rule
from plugins.courses.services.enrolling import enrol_by_choice
from plugins.courses.services.objecting import take_back
from plugins.courses.services.publishing import archive, publish
from tests.conftest import make_person
from tests.courses.factories import (
    BASIC,
    SAFE,
    TALK,
    competency_id,
    counted,
    enrolments,
    finish_course,
    person_with,
    record_levels,
    show,
)


def events(session: Session, name: str) -> list[dict[str, Any]]:
    query = select(EventRow.payload).where(EventRow.name == name).order_by(EventRow.id)
    return list(session.scalars(query))


def items(session: Session, person_id: int) -> dict[str, tuple[str, str]]:
    plan = current_plan(session, person_id)
    assert plan is not None
    return {item.code: (item.state, item.reason) for item in plan.items}


def no_errors(session: Session) -> None:
    assert session.scalars(select(Delivery.error).where(Delivery.error.is_not(None))).all() == []


def test_gap_gets_a_course_with_a_reason(site: Site) -> None:
    person = person_with(site, levels={"D2": 1}, level="pengawas")
    with site.database.reading() as session:
        found = enrolments(session, person)
        enrolment = found["bekerja-dengan-data"]
        state, reason = items(session, person)["D2"]
        no_errors(session)
    assert list(found) == ["bekerja-dengan-data"]
    assert (enrolment.origin, enrolment.state) == ("assigned", "assigned")
    assert state == "assigned"
    assert reason == enrolment.reason
    assert reason.startswith("Karena hasil tes awal Anda pada ")
    assert "tingkat 1, sedangkan jabatan Anda meminta tingkat" in reason
    assert len(reason.split()) <= MOST_WORDS


def test_imported_result_is_named_in_the_reason(site: Site) -> None:
    person = person_with(site, levels={"MSK": 1}, source="Tes komputer nasional (CACT) 2025")
    with site.database.reading() as session:
        reason = enrolments(session, person)[TALK].reason
    assert reason.startswith("Karena hasil tes komputer nasional Anda pada ")


def test_one_course_for_two_gaps_is_one_enrolment(site: Site) -> None:
    with site.database.writing() as session:
        low_safety = competency_id(session, "D4")
    person = person_with(site, levels={"LD": 1, "D4": 1}, level="pengawas")
    with site.database.reading() as session:
        found = enrolments(session, person)
        gaps = session.scalars(
            select(EnrolmentGap.competency_id).where(EnrolmentGap.enrolment_id == found[SAFE].id)
        ).all()
        told = events(session, "course_assigned")
        asked = items(session, person)
    assert list(found) == [SAFE]
    assert low_safety in gaps
    assert len(gaps) == 2
    assert found[SAFE].reason.startswith("Karena 2 kemampuan Anda")
    assert [len(event["competency_ids"]) for event in told] == [2]
    assert {state for state, _ in asked.values()} == {"assigned"}
    assert all("sedangkan jabatan" in reason for _, reason in asked.values())


def test_hearing_the_event_twice_changes_nothing(site: Site) -> None:
    person = person_with(site, levels={"LD": 1})
    with site.database.writing() as session:
        plan = current_plan(session, person)
        assert plan is not None
        gaps = tuple(item.competency_id for item in plan.items)
        event = GapsFound(person_id=person, plan_id=plan.plan_id, below=gaps, unclear=())
        assign_for_gaps(session, event)
        assert session.scalar(select(func.count(Enrolment.id))) == 1
        assert len(events(session, "course_assigned")) == 1


def test_gap_without_course_keeps_cores_reason(site: Site) -> None:
    with site.database.writing() as session:
        for slug in (BASIC, SAFE):
            archive(session, make_person(session, roles=("trainer",)).id, slug)
    person = person_with(site, levels={"LD": 1})
    with site.database.reading() as session:
        assert enrolments(session, person) == {}
        state, reason = items(session, person)["LD"]
    assert state == "open"
    assert "Petugas akan menyiapkannya" in reason


def test_published_course_reaches_those_who_waited(site: Site) -> None:
    with site.database.writing() as session:
        trainer = make_person(session, roles=("trainer",)).id
        for slug in (BASIC, SAFE):
            archive(session, trainer, slug)
    person = person_with(site, levels={"LD": 1})
    with site.database.writing() as session:
        publish(session, trainer, BASIC)
        publish(session, trainer, BASIC)
        assert session.scalars(select(JobRow.name)).all() == ["courses.assign_waiting"]
    assert work_once(site)
    with site.database.reading() as session:
        assert list(enrolments(session, person)) == [BASIC]
        assert items(session, person)["LD"][0] == "assigned"
        assert session.scalars(select(JobRow.state)).all() == ["done"]


def test_chosen_course_under_way_is_extended(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session).id
        chosen = enrol_by_choice(session, person, SAFE)
    with site.database.writing() as session:
        show(session, person, LD=1)
    with site.database.reading() as session:
        found = enrolments(session, person)
        assert list(found) == [SAFE]
        assert (found[SAFE].id, found[SAFE].origin) == (chosen.id, "assigned")
        assert found[SAFE].plan_id is not None
        assert items(session, person)["LD"][0] == "assigned"
        no_errors(session)


def test_later_gap_extends_the_same_enrolment(site: Site) -> None:
    person = person_with(site, levels={"D4": 1}, level="pengawas")
    with site.database.writing() as session:
        show(session, person, LD=1)
    with site.database.reading() as session:
        assert list(enrolments(session, person)) == [SAFE]
        assert enrolments(session, person)[SAFE].reason.startswith("Karena 2 kemampuan Anda")
        assert len(events(session, "course_assigned")) == 2
        no_errors(session)


def test_second_round_prefers_another_course_then_the_same_again(site: Site) -> None:
    person = person_with(site, levels={"LD": 1})
    given = []
    for _ in range(3):
        with site.database.reading() as session:
            live = select(Course.slug).join(Enrolment).where(Enrolment.state == "assigned")
            given.append(session.scalars(live).one())
        finish_course(site, person, given[-1])
        with site.database.writing() as session:
            show(session, person, source="Tes ulang", LD=1)
    with site.database.reading() as session:
        no_errors(session)
        reasons = session.scalars(select(Enrolment.reason).order_by(Enrolment.id)).all()
    assert sorted(given[:2]) == sorted([BASIC, SAFE])
    assert given[2] in given[:2]
    assert reasons[0].startswith("Karena hasil tes awal")
    assert all(reason.startswith("Karena hasil tes ulang") for reason in reasons[1:])


def test_course_taken_back_is_not_assigned_again_behind_the_officers_back(site: Site) -> None:
    person = person_with(site, levels={"D2": 1}, level="pengawas")
    with site.database.writing() as session:
        officer = make_person(session, roles=("officer",)).id
        enrolment = enrolments(session, person)["bekerja-dengan-data"]
        take_back(session, officer, enrolment.public_id, "Sudah ikut pelatihan serupa.")
    with site.database.writing() as session:
        plan = current_plan(session, person)
        assert plan is not None
        assert not assign_open(session, person, plan.plan_id)
        assert items(session, person)["D2"] == (
            "open",
            "Penugasan dibatalkan petugas: Sudah ikut pelatihan serupa.",
        )


def test_closed_plan_lets_go_of_courses_not_begun(site: Site) -> None:
    person = person_with(site, levels={"LD": 1})
    with site.database.writing() as session:
        show(session, person, LD=2)
    with site.database.reading() as session:
        (enrolment,) = enrolments(session, person).values()
        assert enrolment.state == "withdrawn"
        assert "tidak perlu lagi" in enrolment.note


def test_competency_of_a_new_framework_version_finds_the_old_courses(site: Site) -> None:
    person = person_with(site, levels={"D2": 2}, level="pengawas")
    with site.database.writing() as session:
        old = session.get_one(Competency, competency_id(session, "D2"))
        framework = session.get_one(Framework, old.framework_id)
        newer = Framework(code=framework.code, version=framework.version + 1, name="Baru")
        session.add(newer)
        session.flush()
        values = {"domain_id": old.domain_id, "code": "D2", "name": "Data", "sequence": 2}
        fresh = Competency(framework_id=newer.id, **values)
        session.add(fresh)
        session.flush()
        query = select(Teaches.course_version_id).where(Teaches.competency_id == old.id)
        offers = offered_courses(session, person, 0, [fresh.id])
        assert {offer.course_version_id for offer in offers} == set(session.scalars(query))


class Chooser:
    """An agency's own rule: the course with the longest slug."""

    manifest = PluginManifest(name="chooser", title="Sendiri", version="1.0")
    wrong = False

    @hookimpl
    def lms_select_courses(
        self, gaps: Sequence[Any], candidates: Sequence[CourseCandidate]
    ) -> Sequence[CourseChoice]:
        course = max(candidates, key=lambda candidate: len(candidate.slug))
        return [
            CourseChoice(
                course_id=course.course_id + (1000 if self.wrong else 0),
                competency_id=gap.competency_id,
                reason="Pilihan dinas.",
            )
            for gap in gaps
        ]


def test_another_plugin_may_choose(site: Site) -> None:
    site.registry.register(Chooser(), inline=True)
    person = person_with(site, levels={"LD": 1})
    with site.database.reading() as session:
        found = enrolments(session, person)
        assert list(found) == [BASIC]
        assert found[BASIC].reason == "Pilihan dinas."


def test_course_that_was_not_offered_is_refused(site: Site) -> None:
    chooser = Chooser()
    site.registry.register(chooser, inline=True)
    chooser.wrong = True
    person = person_with(site, levels={"LD": 1})
    with site.database.reading() as session:
        assert enrolments(session, person) == {}
        errors = session.scalars(select(Delivery.error).where(Delivery.plugin == "courses")).all()
        plan = current_plan(session, person)
    assert any(error and "tidak ditawarkan" in error for error in errors)
    assert plan is not None
    with pytest.raises(Invalid), site.database.writing() as session:
        assign_open(session, person, plan.plan_id)


@pytest.mark.parametrize(
    ("levels", "most"), [({"D2": 1}, 10), ({"D2": 1, "LD": 1}, 12), ({"LD": 1, "D1": 1}, 11)]
)
def test_assignment_takes_few_statements(site: Site, levels: dict[str, int], most: int) -> None:
    with site.database.writing(deliver=False) as session:
        person = make_person(session, level="pengawas").id
        record_levels(session, person, levels)
        settle(session, person, refresh_profile(session, person))
        session.flush()
        plan = current_plan(session, person)
        assert plan is not None
        horizon_rule(session)  # asked once in a transaction, not for each person
        with counted(site.database.engine) as seen:
            assert assign_open(session, person, plan.plan_id)
            session.flush()
    assert len(seen) <= most, "\n".join(seen)


def test_course_about_little_else_is_offered_first(site: Site) -> None:
    person = person_with(site, levels={"LD": 1})
    with site.database.reading() as session:
        assert list(enrolments(session, person)) == [BASIC]


def test_versions_of_a_course_have_one_current(site: Site) -> None:
    with site.database.reading() as session:
        query = select(func.count(CourseVersion.id)).where(CourseVersion.current)
        assert session.scalar(query) == session.scalar(select(func.count(Course.id)))
