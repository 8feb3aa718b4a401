"""Pages of the desk about classes, by a browser without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.people.models import Person, Unit
from lms.core.site import Site
from plugins.courses.models import ClassTrainer, Course, Meeting, Seat, TrainingClass
from plugins.courses.services.classes.seating import enrol_oneself, nominate
from tests.conftest import TestClock, login_as, make_person
from tests.courses.class_factories import FIRST, meetings, new_class, people, seats, the_class
from tests.courses.class_pages import DESK, LEARN, body, enter, figures, send
from tests.courses.factories import SAFE, counted, enrolments


def test_officer_plans_opens_and_changes_a_class(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    with site.database.writing() as session:
        trainer = make_person(session, name="Pak Widya")
        course = session.scalars(select(Course.id).where(Course.slug == SAFE)).one()
        other = new_class(session, name="Lain")
        session.add(ClassTrainer(class_id=the_class(session, other).id, person_id=trainer.id))
    data: dict[str, Any] = {
        "course": course,
        "name": "Angkatan II",
        "maximum": "30",
        "minimum": "5",
        "m0-starts_at": "2026-11-10T08:00",
        "m0-ends": "",
        "needs_approval": "y",
        "trainers": f"{trainer.nip}\nIbu Tamu",
    }
    text = send(client, DESK + "baru", 422, **data)
    assert "Isi jam selesai." in text
    assert "Angkatan II" in text
    assert "Ibu Tamu" in text
    data |= {"m0-ends": "15:00", "m2-starts_at": "2026-11-11T08:00", "m2-ends": "15:00"}
    wrong = send(client, DESK + "baru", 422, **{**data, "trainers": "199001012020011001"})
    assert "Ada NIP pengajar yang tidak ditemukan. 199001012020011001" in wrong
    assert "melebihi jumlah tempat" in send(client, DESK + "baru", 422, **{**data, "minimum": 31})
    send(client, DESK + "baru", **data)
    with site.database.reading() as session:
        row = session.scalars(
            select(TrainingClass).where(TrainingClass.name == "Angkatan II")
        ).one()
        public = row.public_id
        assert (row.starts_at, row.minimum, row.state) == (FIRST, 5, "planned")
        assert len(session.scalars(select(Meeting).where(Meeting.class_id == row.id)).all()) == 2
    page = body(client, DESK + public)
    assert "Pak Widya juga mengajar di Lain." in page
    assert "Buka pendaftaran" in page
    send(client, f"{DESK}{public}/buka")
    assert "Pendaftaran dibuka" in body(client, DESK + public)
    form = body(client, f"{DESK}{public}/ubah")
    assert 'value="2026-11-11T08:00"' in form
    assert 'value="15:00"' in form
    send(client, f"{DESK}{public}/ubah", **{**data, "maximum": "40"})
    assert "tempat terisi, dari 40" in body(client, DESK + public)
    assert "Angkatan II" in body(client, DESK + "?keadaan=open&q=aman")
    assert "Angkatan II" not in body(client, DESK + "?keadaan=done")
    login_as(client, trainer)
    assert client.get(DESK).status_code == 403


def test_officer_nominates_with_a_preview(site: Site, client: FlaskClient) -> None:
    enter(site, client)
    crowd = people(site, 4, unit="Dinas A")
    people(site, 1, unit="Dinas B")
    with site.database.writing() as session:
        public = new_class(session, maximum=2)
        clashing = new_class(session, slug="literasi-digital-dasar", name="Angkatan Lain")
        enrol_oneself(session, crowd[3], clashing)
        unit = session.scalars(select(Unit.id).where(Unit.name == "Dinas A")).one()
        ids = dict(session.execute(select(Person.id, Person.public_id)).all())
    address = f"{DESK}{public}/usulkan"
    assert "Tidak ada pegawai yang cocok." in body(client, address)
    page = body(client, f"{address}?dari=semua&unit={unit}")
    assert page.count('name="person"') == 4
    assert "Pilih pesertanya dulu." in send(client, address, 422)
    ticked = [ids[person] for person in crowd]
    check = send(client, address, 200, person=ticked)
    assert figures(check) == {"nominated": 0, "seated": 2, "waiting": 1, "clashing": 1}
    assert "terdaftar di Angkatan Lain pada jam yang sama" in check
    with site.database.reading() as session:
        assert seats(session, public) == {}
    send(client, address + "/simpan", person=ticked)
    page = body(client, DESK + public)
    assert figures(page) == {"seated": 2, "waiting": 1, "nominated": 0}
    with site.database.reading() as session:
        seat = seats(session, public)[crowd[0]].public_id
    send(client, f"{DESK}{public}/peserta/{seat}", 422, reason="")
    send(client, f"{DESK}{public}/peserta/{seat}", reason="Sakit lama.")
    assert "Sakit lama." in body(client, f"{DESK}{public}/peserta/{seat}")
    assert figures(body(client, DESK + public))["waiting"] == 0
    assert "2 orang" in body(client, f"{DESK}{public}/batalkan")
    send(client, f"{DESK}{public}/batalkan", 422, reason="")
    send(client, f"{DESK}{public}/batalkan", reason="Pengajar sakit.")
    assert "Pengajar sakit." in body(client, DESK + public)
    login_as(client, crowd[1])
    assert "Pengajar sakit." in body(client, LEARN + public)


def test_class_is_held_from_qr_to_finish(site: Site, client: FlaskClient, clock: TestClock) -> None:
    first, second = people(site, 2)
    with site.database.writing() as session:
        public = new_class(session, meetings=meetings(1))
        nominate(session, first, public, [first, second])
        meeting = session.scalars(select(Meeting)).one()
        code, meeting_id = meeting.code, meeting.public_id
        seat = seats(session, public)[second].public_id
    sheet = f"{DESK}{public}/hadir/{meeting_id}"
    scan = f"{LEARN}hadir/{code}"
    login_as(client, first)
    assert "Belum bisa dicatat" in body(client, scan)
    send(client, scan, 422)
    clock.moment = FIRST + timedelta(minutes=5)
    assert "Catat saya hadir" in body(client, scan)
    for _ in range(2):
        send(client, scan)
    assert "Anda tercatat hadir" in body(client, scan)
    enter(site, client, "")
    assert "Anda tidak terdaftar di angkatan ini" in body(client, scan)
    assert client.get(sheet).status_code == 403
    enter(site, client, "trainer")
    assert "1 dari 2 hadir" in body(client, sheet)
    assert code in body(client, sheet + "/qr")
    assert "Tanda tangan" in body(client, sheet + "/cetak")
    send(client, sheet, status=422, **{f"s-{seat}": "bolos"})
    send(client, sheet, 303, **{f"s-{seat}": "sick"})
    assert client.get(f"{DESK}{public}/selesai").status_code == 403
    enter(site, client)
    send(client, sheet, all="1")
    assert "1 dari 2 hadir" in body(client, sheet)
    assert "2 orang" in body(client, f"{DESK}{public}/mulai")
    send(client, f"{DESK}{public}/mulai")
    clock.move(hours=7)
    assert figures(body(client, f"{DESK}{public}/selesai")) == {"completed": 1, "absent": 1}
    send(client, f"{DESK}{public}/selesai")
    assert figures(body(client, DESK + public))["completed"] == 1
    with site.database.reading() as session:
        assert enrolments(session, first)[SAFE].state == "completed"
    login_as(client, second)
    assert "Hadir 0 dari 1 pertemuan." in body(client, LEARN + public)


def test_pages_take_as_many_statements_however_long(site: Site, client: FlaskClient) -> None:
    me = enter(site, client)
    with site.database.writing() as session:
        public = new_class(session, maximum=5)
        nominate(session, me, public, [make_person(session).id for _ in range(2)])
        meeting = session.scalars(select(Meeting.public_id)).first()
    pages = (
        DESK,
        DESK + public,
        f"{DESK}{public}/usulkan?dari=semua",
        f"{DESK}{public}/hadir/{meeting}",
        LEARN + public,
        LEARN,
        f"/pelatihan/katalog/{SAFE}",
    )
    before = [_statements(site, client, page) for page in pages]
    with site.database.writing() as session:
        more = [make_person(session).id for _ in range(25)]
        nominate(session, me, public, more)
        for n in range(22):
            new_class(session, name=f"A{n}", meetings=meetings(1, start=FIRST + timedelta(days=n)))
    assert [_statements(site, client, page) for page in pages] == before
    with site.database.reading() as session:
        assert len(session.scalars(select(Seat.id)).all()) == 27


def _statements(site: Site, client: FlaskClient, page: str) -> int:
    body(client, page)
    with counted(site.database.engine) as seen:
        body(client, page)
    return len(seen)
