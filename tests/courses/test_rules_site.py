"""Rules on a site: whom they find, what using and undoing one does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, current_plan
from lms.core.hooks.models import EventRow
from lms.core.jobs import work_once
from lms.core.messages.models import Message
from lms.core.people.models import Unit
from lms.core.site import Site
from plugins.courses.domain.rules import Condition
from plugins.courses.models import Course, Enrolment, RuleEffect, RuleRun
from plugins.courses.queries.rules.preview import Aim, count_matches, match_lines, unit_lines
from plugins.courses.services.enrolling import begin, enrol_by_choice
from plugins.courses.services.objecting import take_back
from plugins.courses.services.personal import erase_personal_data, personal_data
from plugins.courses.services.rules import applying
from plugins.courses.services.rules.asking import start_run, start_undo
from plugins.courses.services.rules.keeping import RuleSpec, save_rule
from tests.conftest import login_as, make_person
from tests.courses.class_factories import new_class
from tests.courses.factories import (
    BASIC,
    SAFE,
    counted,
    enrolments,
    finish_course,
    person_with,
)

RULES = "/pelatihan/aturan/"


def course_id(session: Session, slug: str) -> int:
    return session.scalars(select(Course.id).where(Course.slug == slug)).one()


def aim(session: Session, slug: str = SAFE, **condition: Any) -> Aim:
    return Aim(
        condition=Condition(**condition),
        course_id=course_id(session, slug),
        course="Aman",
        reason="Karena {kemampuan} Anda {tingkat} dari {diminta}.",
    )


def found(session: Session, slug: str = SAFE, **condition: Any) -> set[str]:
    lines, _ = match_lines(session, aim(session, slug, **condition), number=1, size=99)
    return {line.person for line in lines}


def archive_all(session: Session) -> None:
    """Let no gap find a course by itself."""
    for course in session.scalars(select(Course)):
        course.state = "archived"


def publish_all(site: Site) -> None:
    with site.database.writing(deliver=False) as session:
        for course in session.scalars(select(Course)):
            course.state = "published"


def waiting(site: Site, count: int) -> list[int]:
    """Store people with a gap that no course was found for."""
    with site.database.writing() as session:
        archive_all(session)
    people = [
        person_with(site, levels={"D4": 1}, level="pengawas", name=f"Orang {n:03}", account=False)
        for n in range(count)
    ]
    publish_all(site)
    return people


def rule(site: Site, slug: str = SAFE, reason: str = "Karena {kemampuan}.", **limits: Any) -> str:
    limits = limits or {"states": ("below",)}
    with site.database.writing() as session:
        officer = make_person(session, name="Petugas", roles=("officer",), active=False)
        spec = RuleSpec(
            title="Aturan satu",
            course_id=course_id(session, slug),
            condition=Condition(**limits),
            reason=reason,
        )
        return save_rule(session, officer.id, spec)


def officer_of(session: Session) -> int:
    return make_person(session, name="Petugas", roles=("officer",), active=False).id


def apply(site: Site, rule_id: str, seen: int) -> str:
    with site.database.writing() as session:
        return start_run(session, officer_of(session), rule_id, seen)


def work(site: Site) -> None:
    while work_once(site):
        pass


def test_whom_a_condition_means(site: Site) -> None:
    with site.database.writing() as session:
        top = Unit(name="Dinas Atas")
        session.add(top)
        session.flush()
        middle = Unit(name="Bidang", parent_id=top.id, top_id=top.id)
        session.add(middle)
        session.flush()
        session.add(Unit(name="Seksi", parent_id=middle.id, top_id=top.id))
        session.flush()
        leaf = session.scalars(select(Unit).where(Unit.name == "Seksi")).one()
        person = make_person(session, name="A", position="Arsiparis Ahli", level="ahli_pertama")
        session.flush()
        from lms.models import Placement

        placed = session.scalars(select(Placement).where(Placement.person_id == person.id)).one()
        placed.unit_id = leaf.id
        make_person(session, name="B", employment="pppk", birth_date=date(1990, 1, 1))
        make_person(session, name="C", active=False)
        top_id = top.id
    person_with(site, levels={"D4": 1, "D1": 4}, level="pengawas", name="D")
    with site.database.reading() as session:
        assert found(session) == {"A", "B", "D"}
        assert found(session, units=(top_id,)) == {"A"}
        assert found(session, position="ARSIPARIS ahli") == {"A"}
        assert found(session, position="%") == set()
        assert found(session, position_levels=("pengawas",)) == {"D"}
        assert found(session, employments=("pppk",)) == {"B"}
        assert found(session, born_after=date(1989, 12, 31)) == {"B"}
        assert "B" not in found(session, born_before=date(1990, 1, 1))
        assert found(session, states=("below",)) == {"D"}
        assert found(session, states=("unclear",)) == set()
        assert found(session, competencies=("D4",), level_to=1, states=("below",)) == {"D"}
        # The parts about a result must hold for one and the same: D1 is high, D4 is below.
        assert found(session, competencies=("D1",), states=("below",)) == set()
        assert found(session, never_had=True) == {"A", "B"}


def test_preview_counts_and_sentences(site: Site) -> None:
    people = waiting(site, 5)
    finish = people[4]
    with site.database.writing() as session:
        enrol_by_choice(session, people[0], SAFE)
        enrol_by_choice(session, finish, SAFE)
        new_class(session, maximum=2)
    finish_course(site, finish, SAFE)
    with site.database.reading() as session:
        given = aim(session, states=("below",))
        counts = count_matches(session, given)
        assert (counts.people, counts.units, counts.enrolled, counts.done) == (5, 1, 1, 1)
        assert (counts.new, counts.classes, counts.free, counts.over) == (3, 1, 2, 1)
        assert counts.fitting == 3
        assert count_matches(session, aim(session, BASIC, states=("below",))).fitting == 0
        units, total = unit_lines(session, given, number=1, size=20)
        assert (units[0].unit, units[0].people, units[0].new, total) == ("Dinas Contoh", 5, 3, 1)
        lines, total = match_lines(session, given, number=1, size=2)
        assert total == 5
        assert lines[0].standing == "new"
        assert lines[0].sentence.startswith("Karena ")
        assert " 1 dari " in lines[0].sentence
        with counted(site.database.engine) as statements:
            match_lines(session, given, number=1, size=99)
        assert len(statements) == 2


def test_rule_is_used_and_nobody_gets_the_course_twice(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    people = waiting(site, 5)
    rule_id = rule(site)
    run = apply(site, rule_id, 5)
    with site.database.writing() as session:  # somebody is quicker than the background work
        enrol_by_choice(session, people[3], SAFE)
    work(site)
    with site.database.reading() as session:
        assert session.scalars(select(RuleRun.state)).one() == "applied"
        effects = session.scalars(select(RuleEffect.person_id)).all()
        assert sorted(effects) == sorted({*people} - {people[3]})
        live = session.scalars(select(Enrolment.person_id)).all()
        assert sorted(live) == sorted(people)
        (one,) = enrolments(session, people[0]).values()
        assert (one.origin, one.state) == ("assigned", "assigned")
        assert one.reason.startswith("Karena ")
        assert "{" not in one.reason
        plan = current_plan(session, people[0])
        assert plan is not None
        assert [item.state for item in plan.items] == ["assigned"]
        assert one.plan_id == plan.plan_id
        kind = session.scalars(
            select(EventRow.name).where(EventRow.name == "course_assigned")
        ).all()
        assert len(kind) == 4
        told = session.scalars(select(Message.key).where(Message.kind == "courses.assigned")).all()
        assert len(told) == 4
    with site.database.writing() as session, pytest.raises(Invalid):
        start_run(session, officer_of(session), rule_id, 0)
    assert run


def test_run_is_undone_for_those_who_have_not_begun(site: Site) -> None:
    people = waiting(site, 3)
    rule_id = rule(site)
    run = apply(site, rule_id, 3)
    work(site)
    with site.database.writing() as session:
        begin(session, enrolments(session, people[0])[SAFE])
    finish_course(site, people[1], SAFE)
    with site.database.writing() as session:
        start_undo(session, officer_of(session), run, "Salah sasaran.")
        with pytest.raises(Conflict):
            start_undo(session, officer_of(session), run, "Lagi.")
    work(site)
    with site.database.reading() as session:
        rows = [enrolments(session, person)[SAFE] for person in people]
        assert [row.state for row in rows] == ["started", "completed", "withdrawn"]
        assert [row.origin for row in rows] == ["chosen", "assigned", "assigned"]
        assert rows[2].note == "Salah sasaran."
        plan = current_plan(session, people[2])
        assert plan is not None
        assert plan.items[0].state == "open"
        assert plan.items[0].reason == "Penugasan dibatalkan petugas: Salah sasaran."
        assert session.scalars(select(RuleRun.state)).one() == "undone"
    apply(site, rule_id, 1)  # the same rule may be used again for whom it was taken back
    work(site)
    with site.database.reading() as session:
        assert enrolments(session, people[2])[SAFE].state == "assigned"


def test_changed_numbers_and_taken_back_courses_stop_a_rule(site: Site) -> None:
    people = waiting(site, 2)
    rule_id = rule(site)
    with pytest.raises(Conflict, match="berubah"):
        apply(site, rule_id, 1)
    apply(site, rule_id, 2)
    with pytest.raises(Conflict, match="sedang dijalankan"):
        apply(site, rule_id, 2)
    work(site)
    with site.database.writing() as session:
        mine = enrolments(session, people[0])[SAFE].public_id
        take_back(session, officer_of(session), mine, "Sudah mahir.")
    with site.database.reading() as session:
        counts = count_matches(session, aim(session, states=("below",)))
        assert (counts.enrolled, counts.taken_back, counts.new) == (1, 1, 0)


def test_rule_without_results_assigns_people_without_a_plan(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, name="Baru", employment="pppk").id
    rule_id = rule(site, BASIC, reason="Karena Anda pegawai di {unit}.", employments=("pppk",))
    apply(site, rule_id, 1)
    work(site)
    with site.database.writing() as session:
        (one,) = enrolments(session, person).values()
        assert (one.plan_id, one.reason) == (None, "Karena Anda pegawai di Dinas Contoh.")
        assert personal_data(session, person)["rules"][0]["rule"] == "Aturan satu"
        erase_personal_data(session, person)
        assert session.scalars(select(RuleEffect.id)).all() == []


def test_rule_is_kept_with_its_faults_told(site: Site) -> None:
    rule_id = rule(site)
    with site.database.writing() as session:
        spec = RuleSpec(
            title="Lain",
            course_id=course_id(session, SAFE),
            condition=Condition(states=("below",)),
            reason="Karena {kemampuan}.",
        )
        save_rule(session, officer_of(session), spec, rule_id, 0)
        with pytest.raises(Conflict):
            save_rule(session, officer_of(session), spec, rule_id, 0)


FORM = {
    "title": "Pengawas belajar",
    "states": "below",
    "competencies": ["D4"],
    "level_to": "1",
    "reason": "Karena {kemampuan} Anda di tingkat {tingkat}.",
    "active": "y",
}


def test_officer_goes_all_the_way_on_pages(site: Site, client: FlaskClient) -> None:
    waiting(site, 2)
    with site.database.writing() as session:
        login_as(client, make_person(session, name="Petugas", roles=("officer",), active=True))
        given = {**FORM, "course": str(course_id(session, SAFE))}
    assert client.get(RULES).status_code == 200
    assert "di bawah standar" in client.get(RULES + "baru").get_data(as_text=True).casefold()
    wrong = client.post(RULES + "baru", data={**given, "level_from": "3", "reason": "{x}"})
    text = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "terbalik" in text
    assert "Pengawas belajar" in text
    assert client.post(RULES + "baru", data={**given, "born_after": "x"}).status_code == 422
    saved = client.post(RULES + "baru", data=given)
    assert saved.status_code == 303, saved.get_data(as_text=True)
    address = saved.location
    shown = client.get(address).get_data(as_text=True)
    assert "2 pegawai di 1 unit, 0 sudah terdaftar" in " ".join(shown.split())
    people = client.get(address + "?lihat=pegawai").get_data(as_text=True)
    assert "Orang 001" in people
    assert "di tingkat 1." in people
    assert "Ya, tugaskan 2 pegawai" in client.get(address + "/tugaskan").get_data(as_text=True)
    assert client.post(address + "/tugaskan", data={"seen": "1"}).status_code == 409
    started = client.post(address + "/tugaskan", data={"seen": "2"})
    assert started.status_code == 303
    assert "hx-get" in client.get(started.location).get_data(as_text=True)
    work(site)
    run = client.get(started.location).get_data(as_text=True)
    assert 'data-figure="all">2<' in run
    assert "hx-get" not in run
    undo = started.location + "/batalkan"
    assert 'data-figure="assigned">2 orang<' in client.get(undo).get_data(as_text=True)
    assert client.post(undo, data={"words": ""}).status_code == 422
    assert client.post(undo, data={"words": "Keliru."}).status_code == 303
    work(site)
    assert "Sudah dibatalkan" in client.get(started.location).get_data(as_text=True)
    changed = client.get(address + "/ubah").get_data(as_text=True)
    assert 'value="1"' in changed
    assert 'name="competencies"' in changed
    for role in ("trainer", "auditor"):
        with site.database.writing() as session:
            login_as(client, make_person(session, name=role, roles=(role,)))
        assert client.get(RULES).status_code == 403


def test_new_rule_starts_with_what_is_usual(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session, name="Petugas", roles=("officer",)))
    text = client.get(RULES + "baru").get_data(as_text=True)
    assert 'checked id="active"' in text
    assert 'checked id="states-0"' in text
    assert 'checked id="states-1"' not in text
