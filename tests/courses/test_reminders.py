"""Who is reminded of what, once, and the messages that people send by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, set_setting
from lms.core.jobs import JobRow, schedule_due, work_once
from lms.core.messages.models import Message
from lms.core.site import Site
from lms.models import Person
from plugins.courses.domain.reminding import KINDS, WORDINGS, words
from plugins.courses.models import Reminder, Seat
from plugins.courses.queries.reminders import count_due, due_page
from plugins.courses.services import reminders
from plugins.courses.services.classes.seating import enrol_oneself
from plugins.courses.services.enrolling import begin
from plugins.courses.services.objecting import answer, object_to
from plugins.courses.services.personal import erase_personal_data, personal_data
from plugins.courses.services.reminders import start_reminding
from plugins.courses.settings import REMIND_SELF
from tests.conftest import TestClock, login_as, make_person
from tests.courses.class_factories import FIRST, new_class
from tests.courses.factories import (
    SAFE,
    counted,
    enrolments,
    finish_course,
    person_with,
    record_levels,
)

DESK, TEAM = "/pelatihan/pengingat/", "/pelatihan/pengingat-tim/"


def learner(site: Site, name: str = "Siti", **values: object) -> int:
    return person_with(site, levels={"D4": 1}, level="pengawas", name=name, **values)


def work(site: Site) -> None:
    while work_once(site):
        pass


def told(session: Session, person_id: int) -> list[str]:
    query = select(Message.subject).where(
        Message.person_id == person_id, Message.kind == "courses.reminder"
    )
    return list(session.scalars(query.order_by(Message.id)))


def send(site: Site, *kinds: str, seen: int) -> None:
    with site.database.writing() as session:
        officer = make_person(session, name="Petugas", roles=("officer",), active=False)
        start_reminding(session, officer.id, kinds, seen)
    work(site)


def counts(site: Site) -> dict[str, int]:
    with site.database.reading() as session:
        return {kind: count for kind, count in count_due(session).items() if count}


@pytest.mark.parametrize("kind", KINDS)
def test_words_are_short_and_filled(kind: str) -> None:
    subject, text = words(kind, "Aman di dunia digital", "3 November 2026")
    assert "{" not in subject + text
    assert WORDINGS[kind].title
    for sentence in text.split(". "):
        assert len(sentence.split()) <= 14


def test_course_is_recalled_once_a_week(
    site: Site, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "AT_ONCE", 2)
    people = [learner(site, f"Orang {n}") for n in range(5)]
    assert counts(site) == {}
    clock.move(days=7)
    assert counts(site) == {"not_started": 5}
    with site.database.writing() as session, pytest.raises(Conflict, match="berubah"):
        start_reminding(session, people[0], ["not_started"], 4)
    send(site, "not_started", "idle", seen=5)
    assert counts(site) == {}
    with site.database.reading() as session:
        assert [len(told(session, person)) for person in people] == [1] * 5
        assert told(session, people[0]) == ["Pelatihan Anda menunggu: Aman di dunia digital"]
        assert len(session.scalars(select(Reminder.id)).all()) == 5
    with site.database.writing() as session:
        begin(session, enrolments(session, people[0])[SAFE])
        with pytest.raises(Invalid):
            start_reminding(session, people[0], ["not_started"], 0)
        with pytest.raises(Invalid):
            start_reminding(session, people[0], [], 0)
    clock.move(days=6)
    assert counts(site) == {}
    clock.move(days=1, minutes=1)
    assert counts(site) == {"not_started": 4, "idle": 1}
    send(site, "idle", seen=1)
    with site.database.reading() as session:
        assert len(told(session, people[0])) == 2
    with site.database.writing() as session:
        assert len(personal_data(session, people[0])["reminders"]) == 2
        erase_personal_data(session, people[0])
        assert len(session.scalars(select(Reminder.id)).all()) == 4


def test_class_of_tomorrow_is_recalled_once(site: Site, clock: TestClock) -> None:
    with site.database.writing() as session:
        person = make_person(session, name="Tini").id
        public_id = new_class(session)
        enrol_oneself(session, person, public_id)
    assert counts(site) == {}
    clock.moment = FIRST - timedelta(hours=8)  # 0.00 of the same day at the agency: too late
    assert "class" not in counts(site)
    clock.moment = FIRST - timedelta(hours=9)
    assert counts(site)["class"] == 1
    send(site, "class", seen=1)
    assert "class" not in counts(site)
    with site.database.reading() as session:
        assert told(session, person) == ["Besok: Angkatan I"]
        text = session.scalars(select(Message.text).where(Message.kind == "courses.reminder")).one()
        assert "10 November 2026 pukul 08.00" in text
        assert session.scalars(select(Seat.state)).one() == "seated"


def test_answered_objection_is_told_only_once(site: Site) -> None:
    person = learner(site)
    with site.database.writing() as session:
        mine = enrolments(session, person)[SAFE].public_id
        object_to(session, person, mine, "Sudah pernah.")
        session.flush()
        from plugins.courses.models import Objection

        public_id = session.scalars(select(Objection.public_id)).one()
        officer = make_person(session, name="Petugas", roles=("officer",)).id
        answer(session, officer, public_id, "Tetap perlu.", take_back=False)
    assert counts(site) == {"objection": 1}
    send(site, "objection", seen=1)
    assert counts(site) == {}
    with site.database.reading() as session:
        subjects = session.scalars(select(Message.subject).where(Message.person_id == person)).all()
        assert subjects == ["Keberatan Anda sudah dijawab: Aman di dunia digital"]


def test_retest_is_recalled_when_all_is_done(site: Site, clock: TestClock) -> None:
    person = learner(site)
    finish_course(site, person, SAFE)
    assert counts(site) == {"retest": 1}
    send(site, "retest", seen=1)
    assert counts(site) == {}
    clock.move(days=8)
    assert counts(site) == {"retest": 1}


def test_daily_work_sends_only_when_the_agency_wants_it(site: Site, clock: TestClock) -> None:
    person = learner(site)
    clock.move(days=8)
    schedule_due(site)
    work(site)
    with site.database.writing() as session:
        assert told(session, person) == []
        set_setting(session, REMIND_SELF, True)
    clock.move(days=1)
    schedule_due(site)
    work(site)
    with site.database.reading() as session:
        assert len(told(session, person)) == 1
        assert set(session.scalars(select(JobRow.state))) <= {"done", "waiting"}


def test_officer_looks_at_numbers_before_sending(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    for n in range(3):
        learner(site, f"Orang {n}", phone="081234567890" if n else "")
    clock.move(days=8)
    with site.database.writing() as session:
        login_as(client, make_person(session, name="Petugas", roles=("officer",)))
    shown = client.get(DESK).get_data(as_text=True)
    assert 'data-figure="not_started">3 orang<' in shown
    asked = client.get(DESK + "kirim?kind=not_started&kind=nothing").get_data(as_text=True)
    assert "Ya, kirim 3 pengingat" in asked
    listed = client.get(DESK + "daftar/not_started").get_data(as_text=True)
    assert "Orang 2" in listed
    assert client.get(DESK + "daftar/gaji").status_code == 404
    with site.database.reading() as session:
        lines, _ = due_page(session, ["not_started"], size=20)
        with counted(site.database.engine) as statements:
            due_page(session, ["not_started"], size=20)
        assert len(statements) == 1
    without, number = lines[0], lines[1]
    text = client.get(f"{DESK}pesan/not_started/{number.ref}").get_data(as_text=True)
    assert "https://wa.me/6281234567890?text=Bapak" in text
    assert f"/pelatihan/katalog/{SAFE}" in text
    assert "Bapak/Ibu Orang 1" in text
    text = client.get(f"{DESK}pesan/not_started/{without.ref}").get_data(as_text=True)
    assert "wa.me" not in text
    assert "belum ada" in text
    data = {"kind": "not_started", "seen": "2"}
    assert client.post(DESK + "kirim", data=data).status_code == 409
    assert client.post(DESK + "kirim", data={**data, "seen": "3"}).status_code == 303
    assert "sedang dikirim" in client.get(DESK).get_data(as_text=True).casefold()
    work(site)
    assert "Tidak ada yang perlu diingatkan" in client.get(DESK).get_data(as_text=True)


def test_supervisor_reminds_only_own_people(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    with site.database.writing() as session:
        boss = make_person(session, name="Atasan").id
        supervisor = session.get_one(Person, boss)
        mine = make_person(session, name="Bawahan", level="pengawas", supervisor=supervisor)
        record_levels(session, mine.id, {"D4": 1})
    other = learner(site, "Orang Lain")
    clock.move(days=8)
    login_as(client, boss)
    text = client.get(TEAM).get_data(as_text=True)
    assert "Bawahan" in text
    assert "Orang Lain" not in text
    with site.database.reading() as session:
        own = enrolments(session, mine.id)[SAFE].public_id
        foreign = enrolments(session, other)[SAFE].public_id
    assert client.get(f"{TEAM}not_started/{own}").status_code == 200
    assert client.get(f"{TEAM}not_started/{foreign}").status_code == 404
    assert client.get(f"{TEAM}gaji/{own}").status_code == 404
    assert client.get(DESK).status_code == 403
    login_as(client, other)
    assert client.get(TEAM).status_code == 403
