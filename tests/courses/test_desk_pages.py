"""Pages of trainers and officers."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.jobs import JobRow
from lms.core.site import Site
from plugins.courses.models import Course, Enrolment, Objection, StepProgress
from plugins.courses.services.objecting import object_to
from plugins.courses.services.publishing import archive
from tests.conftest import login_as, make_person
from tests.courses.factories import BASIC, SAFE, counted, enrolments, finish_course, person_with

MANAGE = "/pelatihan/kelola/"
ASSIGN = "/pelatihan/penugasan/"


def enter(site: Site, client: FlaskClient, role: str) -> int:
    with site.database.writing() as session:
        person = make_person(session, name=f"Si {role}", roles=(role,))
        login_as(client, person)
        return person.id


def body(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def state_of(session: Session, slug: str) -> str:
    return session.scalars(select(Course.state).where(Course.slug == slug)).one()


def learner(site: Site, name: str = "Siti Aminah") -> int:
    return person_with(site, levels={"D4": 1}, level="pengawas", name=name)


def test_courses_are_listed_with_counts(site: Site, client: FlaskClient) -> None:
    learner(site)
    finish_course(site, learner(site), SAFE)
    enter(site, client, "trainer")
    text = body(client, MANAGE)
    row = re.search(r"Aman di dunia digital</a>.*?</tr>", text, re.DOTALL)
    assert row is not None
    assert re.findall(r'class="num">(\d+)<', row[0]) == ["1", "0", "1"]
    assert "Diterbitkan" in row[0]
    assert "<b>1 pelatihan</b>" in body(client, MANAGE + "?q=aman")


def test_course_is_previewed_without_a_trace(site: Site, client: FlaskClient) -> None:
    enter(site, client, "trainer")
    assert "Lihat sebagai peserta" in body(client, MANAGE + SAFE)
    address = f"{MANAGE}{SAFE}/pratinjau/1/1"
    text = body(client, address)
    assert "Pratinjau." in text
    assert 'class="btn" href="/pelatihan/kelola/aman-di-dunia-digital/pratinjau/1/2"' in text
    assert "Tutup pratinjau" in body(client, f"{MANAGE}{SAFE}/pratinjau/4/9")
    assert client.post(address).status_code == 405
    body(client, f"{MANAGE}{SAFE}/pratinjau/4/10", 404)
    with site.database.reading() as session:
        assert session.scalars(select(Enrolment.id)).all() == []
        assert session.scalars(select(StepProgress.step)).all() == []


def test_course_is_archived_and_published_again(site: Site, client: FlaskClient) -> None:
    learner(site)
    enter(site, client, "trainer")
    assert "1 orang" in body(client, f"{MANAGE}{SAFE}/arsipkan")
    for _ in range(2):
        assert client.post(f"{MANAGE}{SAFE}/arsipkan").status_code == 303
    with site.database.reading() as session:
        assert state_of(session, SAFE) == "archived"
    second = learner(site, "Budi")
    assert "1 orang" in body(client, f"{MANAGE}{SAFE}/terbitkan")
    client.post(f"{MANAGE}{SAFE}/terbitkan")
    with site.database.reading() as session:
        assert state_of(session, SAFE) == "published"
        assert session.scalars(select(JobRow.name)).all() == ["courses.assign_waiting"]
        assert enrolments(session, second) == {}


def test_archived_course_goes_on_for_those_in_it(site: Site, client: FlaskClient) -> None:
    person = learner(site)
    with site.database.writing() as session:
        archive(session, person, SAFE)
    login_as(client, person)
    assert "Mulai belajar" in body(client, f"/pelatihan/katalog/{SAFE}")
    with site.database.writing() as session:
        login_as(client, make_person(session))
    body(client, f"/pelatihan/katalog/{SAFE}", 404)


def test_people_without_course_are_listed_with_the_reason(site: Site, client: FlaskClient) -> None:
    officer = enter(site, client, "officer")
    with site.database.writing() as session:
        archive(session, officer, SAFE)
    learner(site, "Budi Santoso")
    overview = body(client, ASSIGN)
    assert 'data-figure="without">1<' in overview
    text = body(client, ASSIGN + "tanpa-pelatihan")
    assert "Budi Santoso" in text
    assert "Petugas akan menyiapkannya" in text
    assert "Budi Santoso" not in body(client, ASSIGN + "tanpa-pelatihan?q=wati")


def test_assignment_is_taken_back_with_a_reason(site: Site, client: FlaskClient) -> None:
    person = learner(site, "Budi Santoso")
    enter(site, client, "officer")
    people = body(client, f"{ASSIGN}pelatihan/{SAFE}?q=budi&keadaan=assigned")
    link = re.search(r'href="([^"]+/batalkan)"', people)
    assert link is not None
    assert "Ya, batalkan penugasan" in body(client, link[1])
    assert client.post(link[1], data={"words": ""}).status_code == 422
    assert client.post(link[1], data={"words": "Sudah paham."}).status_code == 303
    with site.database.reading() as session:
        assert enrolments(session, person)[SAFE].state == "withdrawn"
    assert "sudah dibatalkan" in body(client, link[1])
    assert client.post(link[1], data={"words": "Lagi."}).status_code == 409
    assert "Sudah paham." in body(client, f"{ASSIGN}pelatihan/{SAFE}?keadaan=withdrawn")


@pytest.mark.parametrize("decision", ["keep", "withdraw"])
def test_objection_is_answered(site: Site, client: FlaskClient, decision: str) -> None:
    person = learner(site, "Budi Santoso")
    with site.database.writing() as session:
        object_to(session, person, enrolments(session, person)[SAFE].public_id, "Sudah ikut.")
    enter(site, client, "officer")
    text = body(client, "/pelatihan/keberatan/")
    assert "Menunggu jawaban" in text
    link = re.search(r'href="(/pelatihan/keberatan/[^"]+)">Budi', text)
    assert link is not None
    assert client.post(link[1], data={"words": "Baik."}).status_code == 422
    assert client.post(link[1], data={"words": "Baik.", "decision": decision}).status_code == 303
    with site.database.reading() as session:
        state = session.scalars(select(Objection.state)).one()
        assert state == {"keep": "kept", "withdraw": "withdrawn"}[decision]
        assert (enrolments(session, person)[SAFE].state == "withdrawn") == (decision == "withdraw")
    assert "Baik." in body(client, link[1])


PAGES = {
    MANAGE: {"trainer", "officer", "auditor", "administrator"},
    MANAGE + SAFE: {"trainer", "officer", "auditor", "administrator"},
    f"{MANAGE}{SAFE}/pratinjau/1/2": {"trainer", "officer", "auditor", "administrator"},
    f"{MANAGE}{SAFE}/terbitkan": {"trainer", "administrator"},
    f"{MANAGE}{SAFE}/arsipkan": {"trainer", "administrator"},
    ASSIGN: {"trainer", "officer", "auditor", "administrator"},
    ASSIGN + "tanpa-pelatihan": {"officer", "administrator"},
    f"{ASSIGN}pelatihan/{SAFE}": {"officer", "administrator"},
    "/pelatihan/keberatan/": {"officer", "administrator"},
}


@pytest.mark.parametrize("role", ["", "trainer", "officer", "auditor", "administrator"])
def test_pages_open_for_their_roles_only(site: Site, client: FlaskClient, role: str) -> None:
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=(role,) if role else ()))
    found = {address: client.get(address).status_code for address in PAGES}
    assert found == {address: 200 if role in roles else 403 for address, roles in PAGES.items()}


@pytest.mark.parametrize("path", [f"{SAFE}/terbitkan", f"{SAFE}/arsipkan"])
def test_posts_are_refused_without_permission(site: Site, client: FlaskClient, path: str) -> None:
    enter(site, client, "officer")
    assert client.post(MANAGE + path).status_code == 403


def test_statements_stay_the_same_with_more_people(site: Site, client: FlaskClient) -> None:
    enter(site, client, "administrator")
    person = learner(site)
    with site.database.writing() as session:
        object_to(session, person, enrolments(session, person)[SAFE].public_id, "Sudah ikut.")

    def statements() -> dict[str, int]:
        found = {}
        for address in PAGES:
            with counted(site.database.engine) as seen:
                body(client, address)
            assert not [s for s in seen if not s.startswith(("SELECT", "WITH"))]
            found[address] = len(seen)
        return found

    before = statements()
    assert max(before.values()) <= 8
    for number in range(8):
        other = learner(site, f"Orang {number}")
        with site.database.writing() as session:
            public_id = enrolments(session, other)[SAFE].public_id
            object_to(session, other, public_id, "Sudah ikut.")
    assert statements() == before


def test_unknown_things_are_not_found(site: Site, client: FlaskClient) -> None:
    enter(site, client, "administrator")
    for address in (
        MANAGE + "tidak-ada",
        MANAGE + "tidak-ada/terbitkan",
        ASSIGN + "pelatihan/tidak-ada",
        ASSIGN + "tidak-ada/batalkan",
        "/pelatihan/keberatan/tidak-ada",
    ):
        body(client, address, 404)
    assert client.post(MANAGE + "tidak-ada/terbitkan").status_code == 404


def test_course_page_says_what_the_course_raises(site: Site, client: FlaskClient) -> None:
    enter(site, client, "trainer")
    assert "tingkat 1 ke 2" in body(client, MANAGE + BASIC)
