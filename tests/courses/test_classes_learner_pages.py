"""Pages of learners and supervisors about classes, by a browser without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from lms.core.messages.models import Message
from lms.core.site import Site
from plugins.courses.services.classes.changing import edit_class
from plugins.courses.services.classes.opening import cancel_class
from plugins.courses.services.classes.seating import enrol_oneself, nominate
from tests.conftest import TestClock, login_as, make_person
from tests.courses.class_factories import FIRST, meetings, new_class, people, seats, spec
from tests.courses.class_pages import APPROVE, LEARN, body, enter, send
from tests.courses.factories import SAFE


def test_learner_enrols_waits_and_leaves(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        public = new_class(session, maximum=1)
        hidden = new_class(session, opened=False)
    (other,) = people(site, 1)
    me = enter(site, client, "")
    page = body(client, f"/pelatihan/katalog/{SAFE}")
    assert "Angkatan I" in page
    assert "1 tempat kosong" in page
    assert hidden not in page
    body(client, LEARN + hidden, 404)
    assert "Daftar angkatan ini" in body(client, LEARN + public)
    with site.database.writing() as session:
        enrol_oneself(session, other, public)
    assert "Masuk daftar tunggu" in body(client, LEARN + public)
    for _ in range(2):
        send(client, f"{LEARN}{public}/daftar")
    assert "Anda di daftar tunggu, nomor 1" in body(client, LEARN + public)
    assert "Nomor 1 Anda hilang." in body(client, f"{LEARN}{public}/mundur")
    assert "Daftar tunggu" in body(client, LEARN)
    with site.database.writing() as session:
        cancelled = seats(session, public)[other].public_id
        assert cancelled
    login_as(client, other)
    send(client, f"{LEARN}{public}/mundur")
    login_as(client, me)
    assert "Anda mendapat tempat" in body(client, LEARN + public)
    assert "Angkatan saya" in body(client, "/")
    with site.database.reading() as session:
        said = session.scalars(select(Message.subject).where(Message.person_id == me)).all()
        assert said == ["Anda di daftar tunggu: Angkatan I", "Anda mendapat tempat: Angkatan I"]


def test_enrolment_window_is_kept(site: Site, client: FlaskClient, clock: TestClock) -> None:
    with site.database.writing() as session:
        early = new_class(session, enrol_from=clock.moment + timedelta(days=1))
    enter(site, client, "")
    assert "Pendaftaran dibuka 3 November 2026" in body(client, LEARN + early)
    send(client, f"{LEARN}{early}/daftar")
    assert "belum mulai" in body(client, LEARN + early)
    clock.move(days=2)
    send(client, f"{LEARN}{early}/daftar")
    assert "Anda mendapat tempat" in body(client, LEARN + early)
    clock.moment = FIRST - timedelta(hours=20)
    assert "Besok: " in body(client, "/")


def test_calendar_tells_what_changed(site: Site, client: FlaskClient) -> None:
    me = enter(site, client, "")
    with site.database.writing() as session:
        public = new_class(session, place="Aula")
        enrol_oneself(session, me, public)
    events = _events(client)
    assert [str(e["STATUS"]) for e in events] == ["CONFIRMED", "CONFIRMED"]
    assert events[0]["DTSTART"].params["TZID"] == "Asia/Jakarta"
    assert events[0]["DTSTART"].dt.hour == 8
    assert str(events[0]["LOCATION"]) == "Aula"
    with site.database.writing() as session:
        edit_class(session, me, public, spec(meetings=meetings(start=FIRST + timedelta(hours=1))))
    moved = _events(client, f"{LEARN}{public}/kalender.ics")
    assert [e["UID"] for e in moved] == [e["UID"] for e in events]
    assert moved[0]["SEQUENCE"] > events[0]["SEQUENCE"]
    assert moved[0]["DTSTART"].dt.hour == 9
    with site.database.writing() as session:
        cancel_class(session, me, public, "Gempa.")
    gone = _events(client)
    assert {str(e["STATUS"]) for e in gone} == {"CANCELLED"}
    assert gone[0]["SEQUENCE"] > moved[0]["SEQUENCE"]
    enter(site, client, "")
    assert _events(client) == []


def _events(client: FlaskClient, address: str = LEARN + "kalender.ics") -> list[Any]:
    answer = client.get(address)
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.data)
    return list(calendar.walk("VEVENT"))


def test_supervisor_answers_several_at_once(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        boss = make_person(session, name="Bu Atasan")
        mine = [make_person(session, name=f"Anak {n}", supervisor=boss).id for n in range(3)]
        public = new_class(session, maximum=1, needs_approval=True)
        nominate(session, make_person(session).id, public, mine)
        ids = [seat.public_id for seat in seats(session, public).values()]
        login_as(client, boss)
        boss_id = boss.id
    assert "3 pegawai menunggu persetujuan Anda" in body(client, "/")
    page = body(client, APPROVE)
    assert all(f"Anak {n}" in page for n in range(3))
    assert "Pilih pesertanya dulu." in send(client, APPROVE, 422, decision="approve")
    text = send(client, APPROVE, 422, seat=ids[2:], decision="refuse", reason=" ")
    assert "Tulis alasannya dulu." in text
    send(client, APPROVE, seat=ids[2:], decision="refuse", reason="Tugas <b>lapangan</b>")
    send(client, APPROVE, seat=ids[:2], decision="approve")
    page = body(client, APPROVE)
    assert "2 pegawai disetujui." in page
    assert "1 di antaranya masuk daftar tunggu." in page
    with site.database.reading() as session:
        assert [s.state for s in seats(session, public).values()] == [
            "seated",
            "waiting",
            "refused",
        ]
        asked = session.scalars(select(Message).where(Message.person_id == boss_id)).all()
        assert len(asked) == 1
    login_as(client, mine[2])
    assert "Tugas &lt;b&gt;lapangan" in body(client, LEARN + public)
    assert client.get(APPROVE).status_code == 403
