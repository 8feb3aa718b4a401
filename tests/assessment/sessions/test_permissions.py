"""Who may see and do what: officers all, proctors their rooms, everyone else nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.site import Site
from plugins.assessment.models import Complaint, TimeGrant
from plugins.assessment.services.sessions import complaining, rooms
from plugins.assessment.services.sessions.entering import attempt_of as find_attempt
from plugins.assessment.services.sessions.granting import Target, grant
from plugins.assessment.services.sessions.paper import prepare
from tests.assessment.sessions.days import Day, attempt_of, begin_all, plan_day, public_of
from tests.conftest import TestClock, login_as, make_person


class World:
    """A session with people at work in rooms A and B, and one of every kind of viewer."""

    def __init__(self, site: Site, app: Flask) -> None:
        self.site = site
        self.day: Day = plan_day(site, 4)  # 0 and 2 sit in A, 1 and 3 in B
        begin_all(site, self.day)
        with site.database.writing() as session:
            watcher = make_person(session, name="Pengawas A")
            rooms.add_proctor(
                session, None, self.day.public, watcher.public_id, self.day.rooms["A"]
            )
            chief = make_person(session, name="Pengawas semua")
            rooms.add_proctor(session, None, self.day.public, chief.public_id, None)
            self.viewers = {
                "A": watcher.id,
                "all": chief.id,
                "outsider": make_person(session).id,
                "candidate": self.day.people[0],
                "trainer": make_person(session, roles=("trainer",)).id,
            }
            self.people = {n: public_of(session, each) for n, each in enumerate(self.day.people)}
            self.complaints = {
                name: self._complaint(session, person) for name, person in (("A", 0), ("B", 1))
            }
            self.batches = {
                name: grant(session, None, self._target(name), 5).batch for name in "AB"
            }
        self._app = app

    def _complaint(self, session: Session, person: int) -> str:
        person_id = self.day.people[person]
        public = find_attempt(session, self.day.session_id, person_id)
        assert public is not None
        complaining.complain(session, person_id, public, 1, "cut")
        attempt = attempt_of(session, public)
        query = select(Complaint.public_id).where(Complaint.attempt_id == attempt.id)
        return session.scalars(query).one()

    def _target(self, room: str) -> Target:
        return Target(
            session_id=self.day.session_id,
            public_id=self.day.public,
            room_ids=frozenset({self.day.room_ids[room]}),
        )

    def client(self, who: str) -> FlaskClient:
        client = self._app.test_client()
        login_as(client, self.viewers[who])
        return client

    def paths(self, room: str) -> dict[str, list[str]]:
        """Everything that concerns one room and its first person."""
        person, base = {"A": 0, "B": 1}[room], f"/tes/hari/{self.day.public}"
        own, where = f"{base}/peserta/{self.people[person]}", f"{base}/papan/{self.day.rooms[room]}"
        report = f"{base}/laporan/{self.complaints[room]}"
        return {
            "GET": [
                own,
                where,
                f"{where}/kertas",
                f"{where}/kertas/cetak",
                f"{own}/kertas/cetak",
                report,
                f"{base}/daftar-hadir/{self.day.rooms[room]}",
            ],
            "POST": [
                f"{own}/menit",
                f"{where}/menit",
                f"{base}/urungkan/{self.batches[room]}",
                report,
                f"{where}/tambah",
                f"{own}/kertas",
                f"{where}/kertas",
            ],
        }


@pytest.fixture
def world(site: Site, app: Flask) -> World:
    """The session and its viewers."""
    return World(site, app)


FORM = {"minutes": "5", "decision": "keep", "reason": "Diperiksa", "nip": "1"}


def _statuses(world: World, who: str, room: str) -> set[int]:
    client = world.client(who)
    answers = set()
    for method, paths in world.paths(room).items():
        for path in paths:
            answers.add(client.open(path, method=method, data=FORM).status_code)
    return answers


def _states(world: World) -> list[tuple[int, str, str]]:
    """What the paths above could change."""
    with world.site.database.reading() as session:
        attempts = [
            attempt_of(session, public)
            for person in world.day.people
            if (public := find_attempt(session, world.day.session_id, person))
        ]
        grants = len(session.scalars(select(TimeGrant.id)).all())
        decided = session.scalars(select(Complaint.state).order_by(Complaint.id)).all()
        return [
            *((a.allowance, a.medium, a.closed_by) for a in attempts),
            (grants, ",".join(decided), ""),
        ]


def test_proctor_of_one_room_cannot_see_or_touch_another(world: World) -> None:
    before = _states(world)
    assert _statuses(world, "A", "B") == {404}
    assert _states(world) == before


def test_proctor_may_do_everything_in_the_own_room(world: World) -> None:
    assert _statuses(world, "A", "A") == {200, 303}
    states = _states(world)
    assert [state[1] for state in states[:4]] == ["paper", "screen", "paper", "screen"]
    assert states[4][1] == "kept,waiting"


@pytest.mark.parametrize("who", ["outsider", "candidate", "trainer"])
def test_others_find_nothing(world: World, who: str) -> None:
    before = _states(world)
    client, base = world.client(who), f"/tes/hari/{world.day.public}"
    assert _statuses(world, who, "A") == {404}
    for path in ("/papan", "/lembar-masuk", "/laporan"):
        assert client.get(base + path).status_code == 404
    for path in ("", "/unit", "/ruang", "/peserta", "/pengawas", "/ubah", "/buka", "/tutup"):
        assert client.get(base + path).status_code == 403
    for path in ("/unit", "/ruang", "/pindah", "/isi", "/pengawas", "/buka", "/tutup", "/salin"):
        assert client.post(base + path).status_code == 403
    assert _states(world) == before


def test_proctor_has_no_planning_and_decides_nothing_for_all(world: World) -> None:
    client, base = world.client("A"), f"/tes/hari/{world.day.public}"
    assert client.get(base).status_code == 403
    assert client.post(f"{base}/menit", data=FORM).status_code == 404
    cancel = f"{base}/peserta/{world.people[0]}/batalkan"
    assert (client.get(cancel).status_code, client.post(cancel).status_code) == (404, 404)
    report = f"{base}/laporan/{world.complaints['A']}"
    assert "void-all" not in client.get(report).text
    client.post(report, data={"decision": "void-all", "reason": "x"})
    with world.site.database.reading() as session:
        assert set(session.scalars(select(Complaint.state))) == {"waiting"}


def test_proctor_of_all_rooms_sees_all(world: World) -> None:
    client = world.client("all")
    assert client.post(f"/tes/hari/{world.day.public}/menit", data=FORM).status_code == 303
    assert _statuses(world, "all", "B") == {200, 303}


def test_proctor_sees_only_the_own_room_on_the_board(world: World) -> None:
    page = world.client("A").get(f"/tes/hari/{world.day.public}/papan?per=unit").text
    assert 'data-figure="working">2<' in page
    assert world.day.rooms["A"] in page
    assert world.day.rooms["B"] not in page
    assert world.people[1] not in page
    assert "Dinas B" not in page


@pytest.mark.parametrize("away", [{"days": -2}, {"days": 2}])
def test_proctor_sees_a_session_only_around_its_day(
    world: World, clock: TestClock, away: dict[str, int]
) -> None:
    clock.move(**away)
    assert world.client("A").get(f"/tes/hari/{world.day.public}/papan").status_code == 404


@pytest.mark.cve  # V1: a child of another parent (Canvas, Moodle: ids in nested routes)
def test_children_of_another_session_are_not_found_here(world: World, app: Flask) -> None:
    other = plan_day(world.site, 2)
    (public, _) = begin_all(world.site, other)
    with world.site.database.writing() as session:
        complaining.complain(session, other.people[0], public, 1, "cut")
        attempt = attempt_of(session, public)
        query = select(Complaint.public_id).where(Complaint.attempt_id == attempt.id)
        foreign = {
            "person": public_of(session, other.people[0]),
            "complaint": session.scalars(query).one(),
            "batch": grant(
                session, None, Target(session_id=other.session_id, public_id=other.public), 5
            ).batch,
        }
        prepare(session, None, other.public, other.people[:1])
    client = app.test_client()
    login_as(client, world.day.officer)
    base = f"/tes/hari/{world.day.public}"
    own, where = f"{base}/peserta/{foreign['person']}", f"{base}/papan/{other.rooms['A']}"
    gets: list[str] = [
        own,
        where,
        f"{own}/atur",
        f"{own}/batalkan",
        f"{own}/kertas",
        f"{own}/kertas/cetak",
        f"{where}/kertas",
        f"{where}/kertas/cetak",
        f"{base}/laporan/{foreign['complaint']}",
        f"{base}/daftar-hadir/{other.rooms['A']}",
        f"{base}/peserta?ruang={other.rooms['A']}",
    ]
    posts = [
        f"{own}/menit",
        f"{own}/atur",
        f"{own}/keluarkan",
        f"{own}/batalkan",
        f"{own}/kertas",
        f"{own}/kertas/isi",
        f"{where}/menit",
        f"{where}/tambah",
        f"{where}/kertas",
        f"{base}/urungkan/{foreign['batch']}",
        f"{base}/laporan/{foreign['complaint']}",
        f"{base}/ruang/{other.rooms['A']}/hapus",
    ]
    assert {client.get(path).status_code for path in gets} == {404}
    for path in posts:
        assert client.post(path, data=FORM).status_code == 404, path
    moved = {"person": [world.people[0]], "ruang": other.rooms["A"]}
    assert client.post(f"{base}/pindah", data=moved).status_code == 404
    added = {"person": world.people[0], "ruang": other.rooms["A"]}
    assert client.post(f"{base}/pengawas", data=added).status_code == 404


def test_complaint_of_a_session_is_not_shown_among_those_outside(world: World, app: Flask) -> None:
    client = app.test_client()
    login_as(client, world.day.officer)
    path = f"/tes/laporan-soal/{world.complaints['A']}"
    assert client.get(path).status_code == 404
    assert client.post(path, data=FORM).status_code == 404


def test_nobody_reports_a_question_of_somebody_else(world: World) -> None:
    with world.site.database.reading() as session:
        public = find_attempt(session, world.day.session_id, world.day.people[1])
    client = world.client("candidate")
    path = f"/tes/{public}/soal/1/masalah"
    assert client.get(path).status_code == 404
    assert client.post(path, data={"reason": "cut"}).status_code == 404
