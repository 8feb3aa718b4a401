"""What is tapped twice counts once; who guesses entry codes waits."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from lms.core.site import Site
from plugins.assessment.services.sessions import rooms
from tests.assessment.sessions.days import attempt_of, begin_all, plan_day, public_of
from tests.conftest import TestClock, login_as, make_person

TAP = re.compile(r'action="([^"]+/menit)".*?name="tap" value="([^"]+)"', re.S)


def _forms(client: FlaskClient, path: str) -> list[tuple[str, str]]:
    return TAP.findall(client.get(path).get_data(as_text=True))


@pytest.mark.parametrize("page", ["papan", "papan/{room}", "peserta/{person}"])
def test_double_tap_gives_minutes_once(client: FlaskClient, site: Site, page: str) -> None:
    day = plan_day(site, 2)
    publics = begin_all(site, day)
    login_as(client, day.officer)
    with site.database.reading() as session:
        person = public_of(session, day.people[0])
    path = f"/tes/hari/{day.public}/" + page.format(room=day.rooms["A"], person=person)
    forms = _forms(client, path)
    assert len({tap for _, tap in forms}) == len(forms) > 0
    address, tap = forms[0]
    for _ in range(2):
        answer = client.post(address, data={"minutes": "5", "tap": tap})
        assert answer.status_code == 303
    again = _forms(client, path)[0][1]
    with site.database.reading() as session:
        assert attempt_of(session, publics[0]).allowance == 5 * 60
    client.post(address, data={"minutes": "5", "tap": again})
    with site.database.reading() as session:
        assert attempt_of(session, publics[0]).allowance == 10 * 60


def test_tap_without_a_key_of_ours_still_gives(client: FlaskClient, site: Site) -> None:
    day = plan_day(site, 1)
    (public,) = begin_all(site, day)
    login_as(client, day.officer)
    for tap in ("", "x", "y" * 5000):
        client.post(f"/tes/hari/{day.public}/menit", data={"minutes": "5", "tap": tap})
    with site.database.reading() as session:
        assert attempt_of(session, public).allowance == 15 * 60


def test_who_guesses_entry_codes_waits_and_nobody_else_does(
    client: FlaskClient, site: Site, clock: TestClock
) -> None:
    day = plan_day(site, 2)
    login_as(client, day.people[0])
    for n in range(10):
        wrong = client.post("/tes/sesi", data={"code": f"AAAAA{'ACDEFGHJKM'[n]}"})
        assert wrong.status_code == 422
    for answer in (
        client.post("/tes/sesi", data={"code": day.code}),
        client.get(f"/tes/sesi/{day.code}"),
        client.post(f"/tes/sesi/{day.code}/masuk"),
        client.post(f"/tes/sesi/{day.code}/mulai"),
    ):
        assert answer.status_code == 429
        assert "Tunggu 30 detik" in answer.get_data(as_text=True)
    clock.move(seconds=31)
    assert client.get(f"/tes/sesi/{day.code}").status_code == 200
    assert client.get("/tes/sesi/AAAAAA").status_code == 404
    assert client.get(f"/tes/sesi/{day.code}").status_code == 429
    login_as(client, day.people[1])
    assert client.get(f"/tes/sesi/{day.code}").status_code == 200


def test_proctor_has_no_rights_in_another_session_or_room(client: FlaskClient, site: Site) -> None:
    day, other = plan_day(site, 4), plan_day(site, 2)
    publics = begin_all(site, day)
    with site.database.writing() as session:
        proctor = make_person(session, name="Rudi")
        rooms.add_proctor(session, None, other.public, proctor.public_id, None)
        rooms.add_proctor(session, None, day.public, proctor.public_id, day.rooms["B"])
        foreign, number = public_of(session, day.people[0]), proctor.id
    login_as(client, number)
    base = f"/tes/hari/{day.public}"
    for path in ("menit", f"papan/{day.rooms['A']}/menit", f"peserta/{foreign}/menit"):
        assert client.post(f"{base}/{path}", data={"minutes": "5"}).status_code == 404
    for path in (f"papan/{day.rooms['A']}", f"peserta/{foreign}", f"peserta/{foreign}/batalkan"):
        assert client.get(f"{base}/{path}").status_code == 404
    mixed = f"/tes/hari/{other.public}/papan/{day.rooms['B']}/menit"
    assert client.post(mixed, data={"minutes": "5"}).status_code == 404
    client.post(f"/tes/hari/{other.public}/peserta/{foreign}/menit", data={"minutes": "5"})
    with site.database.reading() as session:
        assert {attempt_of(session, each).allowance for each in publics} == {0}
