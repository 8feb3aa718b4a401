"""A Plt or Plh decides for a supervisor from a day until a day, and for nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import acts_for, deputies_of
from lms.core.audit import AuditEntry
from lms.core.errors import Invalid, NotFound
from lms.core.people.deputies import end_deputy, name_deputy
from lms.core.people.models import Deputy, Person
from lms.core.people.permissions import viewer_of
from lms.core.personal import core_personal_data, erase_core_personal_data
from lms.core.site import Site
from tests.conftest import TestClock, login_as, make_person

TODAY = date(2026, 11, 2)


@pytest.fixture
def people(site: Site) -> tuple[Person, Person, Person, Person]:
    """A supervisor, someone led, a deputy, and an officer."""
    with site.database.writing() as session:
        boss = make_person(session, name="Budi Atasan")
        led = make_person(session, name="Rini Bawahan", supervisor=boss)
        deputy = make_person(session, name="Dian Wakil")
        officer = make_person(session, name="Dewi Pengelola", roles=("officer",))
        return boss, led, deputy, officer


def name(site: Site, boss: Person, deputy: Person, since: date, until: date | None) -> int:
    with site.database.writing() as session:
        return name_deputy(
            session, boss.id, deputy.id, kind="plt", since=since, until=until, actor=None
        )


@pytest.mark.parametrize(
    ("since", "until", "acts"),
    [
        (date(2026, 11, 2), date(2026, 11, 2), True),
        (date(2026, 10, 1), None, True),
        (date(2026, 10, 1), date(2026, 11, 1), False),
        (date(2026, 11, 3), None, False),
    ],
)
def test_acts_for_the_supervisor_on_the_days_named(
    site: Site, people: tuple[Person, ...], since: date, until: date | None, acts: bool
) -> None:
    boss, _led, deputy, _officer = people
    name(site, boss, deputy, since, until)
    with site.database.reading() as session:
        assert acts_for(session, deputy.id) == {deputy.id, *([boss.id] if acts else [])}
        assert acts_for(session, boss.id) == {boss.id}
        viewer = viewer_of(session, deputy.id)
        assert viewer is not None
        assert ("supervisor" in viewer.roles) is acts


@pytest.mark.parametrize(
    ("since", "until", "free"),
    [
        (date(2026, 11, 10), date(2026, 11, 12), False),
        (date(2026, 11, 1), date(2026, 11, 10), False),
        (date(2026, 11, 20), None, False),
        (date(2026, 11, 1), date(2026, 11, 9), True),
        (date(2026, 11, 21), None, True),
        (date(2026, 11, 30), date(2026, 11, 29), False),
    ],
)
def test_one_name_stands_under_a_decision(
    site: Site, people: tuple[Person, ...], since: date, until: date | None, free: bool
) -> None:
    boss, _led, deputy, officer = people
    name(site, boss, deputy, date(2026, 11, 10), date(2026, 11, 20))
    if free:
        name(site, boss, officer, since, until)
        return
    with pytest.raises(Invalid):
        name(site, boss, officer, since, until)


def test_nobody_stands_in_for_oneself_or_after_leaving(
    site: Site, people: tuple[Person, ...]
) -> None:
    boss, _led, deputy, _officer = people
    with pytest.raises(Invalid, match="dirinya sendiri"):
        name(site, boss, boss, TODAY, None)
    with site.database.writing() as session:
        session.get_one(Person, deputy.id).active = False
    with pytest.raises(Invalid, match="tidak aktif"):
        name(site, boss, deputy, TODAY, None)


def test_ended_deputy_acts_no_more_and_makes_room(
    site: Site, people: tuple[Person, ...], clock: TestClock
) -> None:
    boss, _led, deputy, officer = people
    row = name(site, boss, deputy, TODAY, None)
    with site.database.writing() as session:
        with pytest.raises(NotFound):
            end_deputy(session, deputy.id, row, None)
        assert end_deputy(session, boss.id, row, None)
        assert not end_deputy(session, boss.id, row, None)
        assert acts_for(session, deputy.id) == {deputy.id}
        assert [line.state for line in deputies_of(session, boss.id)] == ["withdrawn"]
    name(site, boss, officer, TODAY, date(2026, 12, 31))
    clock.move(days=5)
    with site.database.writing() as session:
        ending = deputies_of(session, boss.id)[0]
        assert (ending.name, ending.state) == ("Dewi Pengelola", "now")
        assert end_deputy(session, boss.id, ending.deputy_row, officer.id)
        assert deputies_of(session, boss.id)[0].until == date(2026, 11, 6)
        deeds = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert deeds == ["core:deputy:name", "core:deputy:end"] * 2


def test_officer_names_a_deputy_who_then_sees_the_people(
    site: Site, people: tuple[Person, ...], client: FlaskClient
) -> None:
    boss, led, deputy, officer = people
    page = f"/pegawai/{boss.public_id}/wakil"
    login_as(client, deputy)
    assert client.get(page).status_code == 403
    assert client.get("/pegawai-saya").status_code == 403
    assert client.get(f"/pegawai/{led.public_id}").status_code == 404
    login_as(client, officer)
    assert "Belum ada Plt" in client.get(page).get_data(as_text=True)
    wrong = {"deputy": "123", "kind": "plh", "since": "2026-11-02", "until": "besok"}
    answer = client.post(page, data=wrong)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "NIP ini tidak ada" in text
    assert 'value="besok"' in text
    right = {"deputy": deputy.nip, "kind": "plh", "since": "2026-11-02", "until": ""}
    assert client.post(page, data=right).status_code == 303
    taken = client.post(page, data=right)
    assert taken.status_code == 422
    assert "sudah ada Plt atau Plh" in taken.get_data(as_text=True)
    assert "Berlaku sekarang" in client.get(page).get_data(as_text=True)
    login_as(client, deputy)
    assert "Rini Bawahan" in client.get("/pegawai-saya").get_data(as_text=True)
    assert client.get(f"/pegawai/{led.public_id}").status_code == 200
    login_as(client, officer)
    with site.database.reading() as session:
        row = session.scalars(select(Deputy.id)).one()
    assert client.post(f"{page}/{row}/akhiri").status_code == 303
    login_as(client, deputy)
    assert client.get(f"/pegawai/{led.public_id}").status_code == 404


def test_personal_data_is_given_and_erased(site: Site, people: tuple[Person, ...]) -> None:
    boss, _led, deputy, _officer = people
    name(site, boss, deputy, TODAY, None)
    with site.database.writing() as session:
        roles = [core_personal_data(session, p.id)["deputies"][0]["role"] for p in (boss, deputy)]
        assert roles == ["supervisor", "deputy"]
        erase_core_personal_data(session, deputy.id)
        assert core_personal_data(session, boss.id)["deputies"] == []
