"""Classes that are planned, take place, are cancelled; what is stored of people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from lms import Conflict, Invalid, NotAllowed, NotFound
from lms.core.site import Site
from plugins.courses.models import Credit, EnrolmentGap, Meeting
from plugins.courses.services.classes.attending import mark_list, scan
from plugins.courses.services.classes.changing import edit_class
from plugins.courses.services.classes.opening import cancel_class, open_class, plan_class
from plugins.courses.services.classes.running import finish_class, start_class
from plugins.courses.services.classes.seating import (
    enrol_oneself,
    give_up,
    nominate,
)
from plugins.courses.services.enrolling import enrol_by_choice
from plugins.courses.services.personal import erase_personal_data, personal_data
from tests.conftest import TestClock, make_person
from tests.courses.class_factories import (
    FIRST,
    assert_sound,
    meetings,
    new_class,
    people,
    seats,
    spec,
    the_class,
)
from tests.courses.factories import SAFE, enrolments, person_with


def test_class_takes_place(site: Site, clock: TestClock) -> None:
    there = person_with(site, levels={"D4": 1}, level="pengawas")
    seldom = person_with(site, levels={"D4": 1}, level="pengawas")
    free, late = people(site, 2)
    with site.database.writing() as session:
        public = new_class(session, maximum=3, meetings=meetings(3))
        nominate(session, late, public, [there, seldom, free, late])
        with pytest.raises(Conflict):
            start_class(session, late, public)
    clock.moment = FIRST - timedelta(minutes=20)
    with site.database.writing() as session:
        codes = [m.code for m in session.scalars(select(Meeting).order_by(Meeting.sequence))]
        scan(session, there, codes[0])
        scan(session, there, codes[0])
        for person, code, error in (
            (there, codes[1], NotAllowed),
            (late, codes[0], NotAllowed),
            (there, "x", NotFound),
        ):
            with pytest.raises(error):
                scan(session, person, code)
        assert start_class(session, late, public) == 1
        assert seats(session, public)[late].state == "withdrawn"
        assert enrolments(session, there)[SAFE].state == "started"
        with pytest.raises(Conflict):
            give_up(session, free, public)
        with pytest.raises(Conflict):
            enrol_oneself(session, late, public)
        found = {p: s.public_id for p, s in seats(session, public).items()}
        ids = [m.public_id for m in session.scalars(select(Meeting).order_by(Meeting.sequence))]
        first = {found[there]: "sick", found[seldom]: "present"}
        assert mark_list(session, late, public, ids[0], first) == 2
        scan(session, there, codes[0])  # the list stands
        assert mark_list(session, late, public, ids[0], {found[there]: "present"}) == 1
        for meeting in ids[1:]:
            mark_list(
                session, late, public, meeting, {found[there]: "present", found[free]: "present"}
            )
        with pytest.raises(NotFound):
            mark_list(session, late, public, ids[0], {found[late]: "present"})
        with pytest.raises(Invalid):
            mark_list(session, late, public, ids[0], {found[there]: "bolos"})
        with pytest.raises(Conflict):
            finish_class(session, late, public)
    clock.moment = FIRST + timedelta(days=2, hours=7)
    with site.database.writing() as session:
        result = finish_class(session, late, public)
        assert (len(result.completed), len(result.absent)) == (1, 2)
        assert_sound(session, public)
    with site.database.reading() as session:
        assert {p: s.state for p, s in seats(session, public).items()} == {
            there: "completed",
            seldom: "absent",
            free: "absent",
            late: "withdrawn",
        }
        assert enrolments(session, there)[SAFE].state == "completed"
        assert [c.person_id for c in session.scalars(select(Credit))] == [there]
        back = enrolments(session, seldom)[SAFE]
        assert (back.state, back.note) == ("assigned", "Hadir 1 dari 3 pertemuan.")
        assert enrolments(session, free)[SAFE].state == "withdrawn"
        assert session.scalars(select(EnrolmentGap.round)).all()


def test_cancelled_class_lets_everybody_go(site: Site) -> None:
    first, second = people(site, 2)
    with site.database.writing() as session:
        public = new_class(session, maximum=1)
        nominate(session, first, public, [first, second])
        with pytest.raises(Invalid):
            cancel_class(session, first, public, "")
        assert cancel_class(session, first, public, "Pengajar sakit.") == 2
        assert {seat.state for seat in seats(session, public).values()} == {"withdrawn"}
        assert enrolments(session, first)[SAFE].note == "Pengajar sakit."
        assert the_class(session, public).sequence == 1
        assert_sound(session, public)
        with pytest.raises(Conflict):
            enrol_oneself(session, first, public)


def test_planned_class_opens_when_it_has_dates(site: Site) -> None:
    with site.database.writing() as session:
        actor = make_person(session).id
        course = enrol_by_choice(session, actor, SAFE).course_id
        row = plan_class(session, actor, course_id=course, name="I", maximum=30, minimum=10)
        with pytest.raises(Invalid):
            open_class(session, actor, row.public_id)
        with pytest.raises(Conflict):
            enrol_oneself(session, actor, row.public_id)
        edit_class(session, actor, row.public_id, spec(maximum=30))
        open_class(session, actor, row.public_id)
        before = row.sequence
        codes = set(session.scalars(select(Meeting.code)))
        edit_class(
            session,
            actor,
            row.public_id,
            spec(maximum=30, meetings=meetings(2, start=FIRST + timedelta(hours=1))),
        )
        assert row.sequence == before + 1
        assert set(session.scalars(select(Meeting.code))) == codes


def test_personal_data_is_given_and_erased(site: Site) -> None:
    person, second = people(site, 2)
    with site.database.writing() as session:
        public = new_class(session, maximum=1)
        nominate(session, person, public, [person, second])
        found = personal_data(session, person)["classes"]
        assert [(line["class"], line["state"]) for line in found] == [("Angkatan I", "seated")]
        erase_personal_data(session, person)
        assert list(seats(session, public)) == [second]
        assert seats(session, public)[second].state == "seated"
        assert seats(session, public)[second].nominated_by is None
        assert_sound(session, public)


def test_hours_count_in_the_year_in_which_the_class_was(site: Site, clock: TestClock) -> None:
    (person,) = people(site, 1)
    start = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
    with site.database.writing() as session:
        public = new_class(session, meetings=meetings(1, start=start))
        nominate(session, person, public, [person])
    clock.moment = start
    with site.database.writing() as session:
        scan(session, person, session.scalars(select(Meeting.code)).one())
    clock.moment = datetime(2027, 1, 5, 1, 0, tzinfo=UTC)  # the officer was on leave
    with site.database.writing() as session:
        finish_class(session, person, public)
    with site.database.reading() as session:
        credit = session.scalars(select(Credit)).one()
        assert (credit.year, credit.earned_on) == (2026, date(2026, 12, 30))
