"""The plugin's parts of the home page and of a person's page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms import Viewer, person_card
from lms.core.site import Site
from plugins.courses.presenting import next_steps, path_steps, person_panels
from plugins.courses.services.enrolling import begin, enrol_by_choice
from plugins.courses.services.publishing import archive
from tests.conftest import login_as, make_person
from tests.courses.factories import (
    BASIC,
    SAFE,
    TALK,
    counted,
    enrolments,
    finish_course,
    person_with,
    study,
)


@pytest.fixture(autouse=True)
def _in_the_app(app: Flask) -> object:
    with app.test_request_context():
        yield


def viewer(session: Session, person_id: int) -> Viewer:
    card = person_card(session, person_id)
    return Viewer(
        person_id=person_id,
        public_id=card.public_id,
        name=card.name,
        roles=frozenset({"learner"}),
        permissions=frozenset(),
    )


def test_course_begun_is_the_first_next_step(site: Site) -> None:
    person = person_with(site, levels={"LD": 1, "MSK": 1})
    with site.database.writing() as session:
        study(session, enrolments(session, person)[TALK], leave_out=20)
    with site.database.reading() as session:
        first, second = sorted(
            next_steps(session, viewer(session, person)), key=lambda step: step.order
        )
    assert (first.order, second.order) == (40, 45)
    assert first.title == "Lanjutkan belajar: Komunikasi dan kerja sama"
    assert first.text.startswith("Modul 2 dari 4, kira-kira ")
    assert second.title == "Mulai pelatihan: Literasi digital dasar"
    assert second.text.startswith("Karena hasil tes awal Anda")


def test_completed_course_is_no_next_step(site: Site) -> None:
    person = person_with(site, levels={"LD": 1})
    finish_course(site, person, BASIC)
    with site.database.reading() as session:
        assert next_steps(session, viewer(session, person)) == []


def test_path_shows_done_current_and_later(site: Site) -> None:
    person = person_with(site, levels={"LD": 1, "MSK": 1, "D4": 1}, level="pengawas")
    with site.database.reading() as session:
        given = set(enrolments(session, person))
    assert given == {SAFE, TALK}
    finish_course(site, person, SAFE)
    with site.database.reading() as session:
        steps = path_steps(session, viewer(session, person))
    assert [(step.title.partition(": ")[2], step.state) for step in steps] == [
        ("Aman di dunia digital", "done"),
        ("Komunikasi dan kerja sama", "current"),
    ]
    assert {step.order for step in steps} == {30}


def test_path_marks_the_begun_course_as_current(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session).id
        enrol_by_choice(session, person, BASIC)
        begin(session, enrol_by_choice(session, person, SAFE))
    with site.database.reading() as session:
        states = {
            step.title.partition(": ")[2]: step.state
            for step in path_steps(session, viewer(session, person))
        }
    assert states == {"Aman di dunia digital": "current", "Literasi digital dasar": "later"}


def test_path_says_that_a_course_is_being_prepared(site: Site) -> None:
    with site.database.writing() as session:
        for slug in (BASIC, SAFE):
            archive(session, make_person(session).id, slug)
    person = person_with(site, levels={"LD": 1})
    with site.database.reading() as session:
        (step,) = path_steps(session, viewer(session, person))
    assert (step.state, step.text) == ("later", "Petugas sedang menyiapkan pelatihan untuk Anda.")


def test_path_is_empty_for_who_needs_no_course(site: Site) -> None:
    person = person_with(site, levels={"LD": 3})
    with site.database.writing() as session:
        fresh = make_person(session).id
    with site.database.reading() as session:
        assert path_steps(session, viewer(session, person)) == []
        (step,) = path_steps(session, viewer(session, fresh))
    assert step.state == "later"


def test_panel_holds_courses_and_hours(site: Site) -> None:
    person = person_with(site, levels={"LD": 1})
    finish_course(site, person, BASIC)
    with site.database.reading() as session:
        (panel,) = person_panels(session, person_card(session, person))
    assert panel.values["message"].jp == 3
    assert [course.slug for course in panel.values["courses"]] == [BASIC]


def test_home_page_shows_step_path_and_hours(site: Site, client: FlaskClient) -> None:
    person = person_with(site, levels={"LD": 1})
    login_as(client, person)
    with counted(site.database.engine) as seen:
        text = client.get("/").get_data(as_text=True)
    for words in (
        "Mulai pelatihan: Literasi digital dasar",
        "Pelatihan: Literasi digital dasar",
        "JP tahun 2026",
        "Kurang 20 JP sampai 31 Desember 2026.",
    ):
        assert words in text
    assert len(seen) <= 14, "\n".join(seen)
    assert not site.registry.plugins["courses"].errors
