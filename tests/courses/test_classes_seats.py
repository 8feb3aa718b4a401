"""Seats of classes: enrolling, approval, the list, what becomes of enrolments, parallel asks."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms import Conflict, Invalid, NotAllowed, NotFound
from lms.core.people.models import Deputy, Person
from lms.core.site import Site
from plugins.courses.models import Enrolment, SeatMove
from plugins.courses.services.classes.changing import edit_class
from plugins.courses.services.classes.deciding import decide_as_officer, decide_many
from plugins.courses.services.classes.seating import (
    candidates,
    enrol_oneself,
    give_up,
    nominate,
    preview,
    take_out,
)
from plugins.courses.services.enrolling import enrol_by_choice, withdraw
from plugins.courses.services.objecting import take_back
from tests.conftest import TestClock, make_person
from tests.courses.class_factories import (
    FIRST,
    assert_sound,
    meetings,
    new_class,
    people,
    seats,
    spec,
    states,
    the_class,
)
from tests.courses.factories import BASIC, SAFE, enrolments, person_with


def test_list_moves_by_itself_and_enrolments_follow(site: Site) -> None:
    first, second, third, fourth = people(site, 4)
    with site.database.writing() as session:
        public = new_class(session, maximum=1)
        assert [enrol_oneself(session, p, public) for p in (first, second, third)] == [
            "seated",
            "waiting",
            "waiting",
        ]
        assert enrol_oneself(session, second, public) == "waiting"  # a second click
        assert SAFE not in enrolments(session, second)
    with site.database.writing() as session:
        give_up(session, first, public)
        give_up(session, first, public)
        assert enrolments(session, first)[SAFE].state == "withdrawn"
        assert enrolments(session, second)[SAFE].state == "assigned"
        assert enrol_oneself(session, first, public) == "waiting"  # behind the third
        edit_class(session, second, public, spec(maximum=2))
        assert {p: s.state for p, s in seats(session, public).items()} == {
            first: "waiting",
            second: "seated",
            third: "seated",
        }
        with pytest.raises(Conflict):
            edit_class(session, second, public, spec(maximum=1))
        assert_sound(session, public)
    with site.database.writing() as session:
        take_out(session, fourth, public, seats(session, public)[second].public_id, "Sakit.")
        moves = session.scalars(select(SeatMove.after).order_by(SeatMove.id)).all()
        assert moves[-3:] == ["seated", "withdrawn", "seated"]
        assert_sound(session, public)


def test_approval_by_supervisor_deputy_and_officer(site: Site, clock: TestClock) -> None:
    with site.database.writing() as session:
        boss, other = make_person(session, name="Atasan"), make_person(session, name="Lain")
        deputy = make_person(session, name="Wakil", supervisor=boss)
        mine = [make_person(session, supervisor=boss).id for _ in range(3)]
        alone = make_person(session).id
        public = new_class(session, maximum=2, needs_approval=True)
        result = nominate(session, other.id, public, [*mine, alone, alone, deputy.id])
        assert (result.nominated, result.seated) == (5, 0)
        found = {p: s.public_id for p, s in seats(session, public).items()}
        with pytest.raises(NotFound):
            decide_many(session, deputy.id, [found[mine[0]]], grant=True)
        day = clock.moment.date()
        session.add(
            Deputy(
                person_id=boss.id,
                deputy_id=deputy.id,
                kind="plh",
                since=day - timedelta(days=1),
                until=day + timedelta(days=1),
                created_at=clock.moment,
            )
        )
        session.flush()
        with pytest.raises(NotFound):
            decide_many(session, other.id, [found[mine[0]]], grant=True)
        with pytest.raises(NotAllowed):  # nobody approves for oneself
            decide_many(session, deputy.id, [found[deputy.id]], grant=True)
        with pytest.raises(Invalid):
            decide_many(session, boss.id, [found[mine[0]]], grant=False, why=" ")
        done = decide_many(session, deputy.id, [found[p] for p in mine], grant=True)
        assert (done.seated, done.waiting) == (2, 1)
        again = decide_many(
            session, boss.id, [found[mine[0]], found[deputy.id]], grant=False, why="Tugas."
        )
        assert (again.refused, again.left) == (1, 1)
        row = the_class(session, public)
        with pytest.raises(NotAllowed):
            decide_as_officer(session, other.id, row.id, found[mine[2]], grant=True)
        assert decide_as_officer(session, other.id, row.id, found[alone], grant=True) == "waiting"
        assert_sound(session, public)
        nominated = new_class(
            session, needs_approval=True, meetings=meetings(start=FIRST.replace(day=20)), slug=BASIC
        )
        assert nominate(session, boss.id, nominated, [mine[0]]).seated == 1  # may approve


def test_clashes_and_two_seats_in_one_course_are_refused(site: Site) -> None:
    (person, other) = people(site, 2)
    with site.database.writing() as session:
        public = new_class(session)
        same_time = new_class(
            session, slug=BASIC, meetings=meetings(1, start=FIRST + timedelta(hours=5))
        )
        touching = new_class(
            session, slug=BASIC, meetings=meetings(1, start=FIRST + timedelta(hours=6))
        )
        same_course = new_class(session, meetings=meetings(1, start=FIRST.replace(day=25)))
        enrol_oneself(session, person, public)
        for refused in (same_time, same_course):
            with pytest.raises(Conflict):
                enrol_oneself(session, person, refused)
        row = the_class(session, same_time)
        found = candidates(session, row, [person, other])
        assert preview(session, other, row, found).clashing == 1
        result = nominate(session, other, same_time, [person, other])
        assert (result.clashing, result.seated) == (1, 1)
        assert enrol_oneself(session, person, touching) == "seated"


def test_trainer_is_not_wanted_in_two_rooms_at_once(site: Site) -> None:
    (other,) = people(site, 1)
    with site.database.writing() as session:
        trainer = make_person(session, name="Pengajar")
        new_class(session, trainers=(trainer.nip,))
        same_time = new_class(session, slug=BASIC)
        later = new_class(session, slug=BASIC, meetings=meetings(1, start=FIRST.replace(day=25)))
        with pytest.raises(Conflict, match="bertabrakan"):
            enrol_oneself(session, trainer.id, same_time)
        assert nominate(session, other, same_time, [trainer.id, other]).clashing == 1
        assert enrol_oneself(session, trainer.id, later) == "seated"


def test_list_passes_over_who_is_not_at_work_any_more(site: Site) -> None:
    first, gone, second, also_gone, third = people(site, 5)
    with site.database.writing() as session:
        public = new_class(session, maximum=1)
        for person in (first, gone, second, also_gone, third):
            enrol_oneself(session, person, public)
        for person in (gone, also_gone):
            session.get_one(Person, person).active = False
    with site.database.writing() as session:
        give_up(session, first, public)
        found = {p: s.state for p, s in seats(session, public).items()}
        assert found == {
            first: "withdrawn",
            gone: "withdrawn",
            second: "seated",
            also_gone: "withdrawn",
            third: "waiting",
        }
        assert_sound(session, public)
        session.get_one(Person, third).active = False
        edit_class(session, second, public, spec(maximum=4))
        assert seats(session, public)[third].state == "withdrawn"
        assert_sound(session, public)


def test_enrolment_that_was_there_before_stays(site: Site) -> None:
    person = person_with(site, levels={"D4": 1}, level="pengawas")
    (chooser,) = people(site, 1)
    with site.database.writing() as session:
        public = new_class(session)
        before = enrolments(session, person)[SAFE]
        enrol_oneself(session, person, public)
        assert seats(session, public)[person].enrolment_id == before.id
        give_up(session, person, public)
        assert enrolments(session, person)[SAFE].state == "assigned"
        enrol_oneself(session, person, public)
        take_back(session, chooser, before.public_id, "Sudah bisa.")
        assert seats(session, public)[person].state == "withdrawn"
        chosen = enrol_by_choice(session, chooser, SAFE)
        enrol_oneself(session, chooser, public)
        withdraw(session, chooser, chosen.public_id)
        assert seats(session, public)[chooser].state == "withdrawn"
        assert_sound(session, public)


def test_fifty_at_once_get_one_seat(site: Site) -> None:
    crowd = people(site, 50, account=False)
    with site.database.writing() as session:
        public = new_class(session, maximum=1)
    gate, errors = threading.Barrier(50), []

    def ask(person: int) -> None:
        gate.wait()
        try:
            with site.database.writing() as session:
                enrol_oneself(session, person, public)
        except Exception as error:  # a thread has nobody above it
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(person,)) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = states(site, public)
    assert sorted(found.values()) == ["seated"] + ["waiting"] * 49
    with site.database.reading() as session:
        turns = sorted(s.turn for s in seats(session, public).values() if s.state == "waiting")
        assert turns == list(range(1, 50))
        assert_sound(session, public)
        assert len(session.scalars(select(Enrolment.id)).all()) == 1
