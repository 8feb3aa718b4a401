"""Objections with a day and a supervisor, people whom nobody thought of, the service horizon."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms import NotAllowed, NotFound, current_plan, set_setting
from lms.core.messages.models import Message
from lms.core.people.deputies import name_deputy
from lms.core.site import Site
from lms.models import Person, PlanItem
from plugins.courses.models import Course, Enrolment, EnrolmentGap, Objection
from plugins.courses.queries.desk import objection_lines
from plugins.courses.queries.waiting import count_unexplained, list_unexplained
from plugins.courses.services.objecting import answer, answer_as_supervisor, object_to
from plugins.courses.settings import HORIZON_JP
from tests.conftest import TestClock, login_as, make_person
from tests.courses.factories import SAFE, enrolments, person_with, record_levels

TEAM = "/pelatihan/keberatan-tim/"
WHY = "Saya sudah ikut pelatihan serupa."


def objected(site: Site, boss: int | None = None, name: str = "Siti") -> tuple[int, str]:
    """Store a person of a supervisor who objects; give the person and the objection."""
    with site.database.writing() as session:
        supervisor = session.get(Person, boss) if boss else None
        person = make_person(session, name=name, level="pengawas", supervisor=supervisor)
        record_levels(session, person.id, {"D4": 1})
        person_id = person.id
    with site.database.writing() as session:
        mine = enrolments(session, person_id)[SAFE]
        object_to(session, person_id, mine.public_id, WHY)
        session.flush()
        query = select(Objection.public_id).where(Objection.enrolment_id == mine.id)
        return person_id, session.scalars(query).one()


def new_person(site: Site, **values: object) -> int:
    with site.database.writing() as session:
        return make_person(session, **values).id  # type: ignore[arg-type]  # passed on


def test_objection_has_a_day_and_reaches_the_supervisor(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    boss, other = new_person(site, name="Atasan"), new_person(site, name="Orang Lain")
    new_person(site, name="Bawahan Lain")
    person, public_id = objected(site, boss)
    with site.database.reading() as session:
        found = session.scalars(select(Objection)).one()
        assert found.due_on == date(2026, 11, 9)
        told = session.scalars(select(Message).where(Message.person_id == boss)).all()
        assert [message.endpoint for message in told] == ["courses_team_objections.answer"]
    login_as(client, person)
    shown = client.get(f"/pelatihan/katalog/{SAFE}").get_data(as_text=True)
    assert "paling lambat 9 November 2026" in shown
    assert client.get(TEAM).status_code == 403  # leads nobody
    login_as(client, boss)
    clock.move(days=8)
    listed = client.get(TEAM).get_data(as_text=True)
    assert "Siti" in listed
    assert "Terlambat" in listed
    words = {"words": "Baik, kami batalkan.", "decision": "withdraw"}
    assert client.post(TEAM + public_id, data=words).status_code == 303
    listed = client.get(TEAM).get_data(as_text=True)
    assert "Terlambat" not in listed
    assert "Atasan" in listed
    with site.database.writing() as session:
        assert enrolments(session, person)[SAFE].state == "withdrawn"
        answered = session.scalars(select(Message.subject).where(Message.person_id == person)).all()
        assert [text for text in answered if "sudah dijawab" in text] != []
        with pytest.raises(NotFound):
            answer_as_supervisor(session, other, public_id, "x", take_back=False)


def test_only_the_own_supervisor_or_deputy_answers(site: Site, client: FlaskClient) -> None:
    boss, deputy = new_person(site, name="Atasan"), new_person(site, name="Wakil")
    second = new_person(site, name="Atasan Dua")
    _, public_id = objected(site, boss)
    objected(site, second, name="Tini")
    login_as(client, second)
    assert client.get(TEAM + public_id).status_code == 404
    assert "Siti" not in client.get(TEAM).get_data(as_text=True)
    with site.database.writing() as session:
        start = date(2026, 11, 1)
        name_deputy(session, boss, deputy, kind="plt", since=start, until=None, actor=None)
    login_as(client, deputy)
    words = {"words": "Tetap diperlukan.", "decision": "keep"}
    assert client.post(TEAM + public_id, data=words).status_code == 303
    with site.database.reading() as session:
        query = select(Objection).where(Objection.public_id == public_id)
        found = session.scalars(query).one()
        assert (found.state, found.answered_by) == ("kept", deputy)


def test_nobody_answers_the_own_objection(site: Site) -> None:
    person, public_id = objected(site)
    with site.database.writing() as session, pytest.raises(NotAllowed):
        answer(session, person, public_id, "Ya.", take_back=True)


def test_overdue_objections_come_first(site: Site, clock: TestClock) -> None:
    _, old = objected(site)
    clock.move(days=3)
    _, newer = objected(site, name="Budi")
    with site.database.writing() as session:
        answered = objected_now(session, site)
        session.execute(update(Objection).where(Objection.public_id == newer).values(due_on=None))
    clock.move(days=30)
    with site.database.reading() as session:
        lines, total = objection_lines(session, number=1, size=20)
    assert [line.public_id for line in lines] == [old, newer, answered]
    assert [line.overdue for line in lines] == [True, False, False]
    assert total == 3


def objected_now(session: Session, site: Site) -> str:
    """Store an answered objection of the first person with a course."""
    enrolment = session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
    assert enrolment is not None
    row = Objection(
        enrolment_id=enrolment.id, text="Dulu.", state="kept", created_at=site.clock(),
        due_on=date(2026, 1, 1), answered_at=site.clock(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.public_id


def test_person_whom_nobody_thought_of_is_listed(site: Site, client: FlaskClient) -> None:
    people = [
        person_with(site, levels={"D4": 1}, level="pengawas", name=name)
        for name in ("Ani", "Budi", "Citra")
    ]
    with site.database.writing() as session:
        assert count_unexplained(session) == 0
        items = {item.id: item for item in session.scalars(select(PlanItem))}
        first, second, _ = items.values()
        session.execute(delete(EnrolmentGap))
        session.execute(delete(PlanItem).where(PlanItem.id == first.id))
        session.execute(update(PlanItem).where(PlanItem.id == second.id).values(reason=" "))
        officer = make_person(session, name="Petugas", roles=("officer",))
        login_as(client, officer)
    with site.database.reading() as session:
        lines, total = list_unexplained(session, "", number=1, size=20)
        assert (count_unexplained(session), total) == (2, 2)
        assert {line.person for line in lines} == {"Ani", "Budi"}
        assert {line.reason for line in lines} == {""}
    page = client.get("/pelatihan/penugasan/tanpa-pelatihan").get_data(as_text=True)
    assert "2 pegawai di bawah standar tanpa rencana" in page
    page = client.get("/pelatihan/penugasan/tanpa-pelatihan?lihat=tanpa-alasan&q=budi")
    assert "Budi" in page.get_data(as_text=True)
    assert "Ani" not in page.get_data(as_text=True)
    with site.database.writing() as session:
        session.execute(update(Person).where(Person.id.in_(people)).values(active=False))
        session.flush()
        assert count_unexplained(session) == 0


def test_who_retires_soon_gets_few_hours_and_a_kind_reason(site: Site) -> None:
    """With 3 JP one course is possible; the gaps left over say why."""
    with site.database.writing() as session:
        set_setting(session, HORIZON_JP, 3)
    levels = {f"D{n}": 1 for n in range(1, 6)}
    old = person_with(site, levels=levels, level="pengawas", birth_date=date(1969, 4, 20))
    young = person_with(site, levels=levels, level="pengawas", birth_date=date(1989, 4, 20))
    with site.database.reading() as session:
        given = enrolments(session, old)
        assert len(given) == 1 < len(enrolments(session, young))
        (one,) = given.values()
        assert "purnatugas Mei 2027" in one.reason
        assert "purnatugas" not in next(iter(enrolments(session, young).values())).reason
        plan = current_plan(session, old)
        assert plan is not None
        left = [item for item in plan.items if item.state == "open"]
        assert left
        assert {item.reason for item in left} == {
            "Anda purnatugas Mei 2027, jadi tidak kami tambahkan pelatihan lain. Terima kasih."
        }
        assert count_unexplained(session) == 0
        assert session.scalars(select(Course.id)).all()
