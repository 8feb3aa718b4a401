"""Coaching: who is shown, asking and answering, meetings by both, learning hours for both."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lms import Conflict, Invalid, NotAllowed, NotFound, set_setting
from lms.core.learning.models import Profile
from lms.core.people.models import Person, Placement, Unit
from lms.core.site import Site
from plugins.courses.models import Coaching, CoachingMeeting
from plugins.courses.queries.ways.coachings import my_turns
from plugins.courses.queries.ways.colleagues import colleagues
from plugins.courses.services.coaching.asking import answer, ask, take_back
from plugins.courses.services.coaching.meeting import (
    confirm_meeting,
    end,
    note_meeting,
    remove_meeting,
)
from plugins.courses.services.coaching.offering import offer, take_back_offer
from plugins.courses.services.personal import erase_personal_data, personal_data
from plugins.courses.settings import COACHING_LEARNERS
from tests.conftest import TestClock, make_person
from tests.courses.factories import counted
from tests.courses.ways_factories import d1, ledger_of, offers, the_coaching, willing

TODAY = date(2026, 11, 2)


def names(site: Site, person_id: int, kind: str = "coaching") -> list[str]:
    with site.database.reading() as session:
        lines, total = colleagues(session, person_id, d1(session), kind, number=1, size=20)
        assert total == len(lines)
        return [line.name for line in lines]


def test_only_willing_able_colleagues_nearby_are_shown(site: Site) -> None:
    with site.database.writing() as session:
        me = make_person(session, unit="Bidang A").id
        willing(session, name="Ani Dekat", unit="Bidang A")
        willing(session, name="Budi OPD", unit="Bidang B", level=4)
        willing(session, name="Cici Jauh", unit="Dinas Lain")
        willing(session, name="Dedi Belum", unit="Bidang A", level=2)
        gone = willing(session, name="Edi Pensiun", unit="Bidang A")
        gone.active = False
        helped = willing(session, name="Fitri Didampingi", unit="Bidang A").id
        shy = willing(session, name="Gani Mundur", unit="Bidang A")
        take_back_offer(session, shy.id, "coaching")
        willing(session, name="Hani Pasangan", unit="Bidang B", level=1, kind="peer")
    with site.database.writing() as session:
        session.get_one(Profile, (helped, d1(session))).assisted = True
        top = session.scalars(select(Unit).where(Unit.name == "Dinas Contoh")).first()
        top = top or Unit(name="OPD")
        session.add(top)
        session.flush()
        top.top_id = top.id
        for unit in session.scalars(select(Unit).where(Unit.name.like("Bidang%"))):
            unit.parent_id = unit.top_id = top.id
    assert names(site, me) == ["Ani Dekat", "Budi OPD"]
    assert names(site, me, "peer") == ["Hani Pasangan"]
    with counted(site.database.engine) as statements:
        names(site, me)
    assert len(statements) <= 4
    with site.database.writing() as session:
        ids = {"Cici Jauh", "Dedi Belum", "Fitri Didampingi", "Gani Mundur"}
        for person in session.scalars(select(Person).where(Person.name.in_(ids))).all():
            with pytest.raises(NotFound):
                ask(session, me, person.public_id, d1(session), "coaching")
        with pytest.raises(NotFound):
            ask(session, me, "bukan-siapa-siapa", d1(session), "coaching")
        where = session.scalars(select(Placement).where(Placement.person_id == me)).one()
        where.unit_id = None
    assert names(site, me) == []


def test_an_offer_is_for_some_or_all_and_can_be_taken_back(site: Site) -> None:
    with site.database.writing() as session:
        me = make_person(session).id
        for ids, count in (([d1(session)], 1), (None, 1), ([d1(session)], 1)):
            offer(session, me, "coaching", ids)
            assert offers(session, me) == count
        for wrong in ([], [-1]):
            with pytest.raises(Invalid):
                offer(session, me, "coaching", wrong)
        with pytest.raises(Invalid):
            offer(session, me, "teaching", None)
        take_back_offer(session, me, "coaching")
        assert offers(session, me) == 0


def agreed(site: Site, **values: str) -> tuple[str, int, int]:
    """Store a coaching that both want; give it with learner and coach."""
    with site.database.writing() as session:
        learner, coach = make_person(session), willing(session, name="Rekan")
    with site.database.writing() as session:
        row = ask(session, learner.id, coach.public_id, d1(session), "coaching", "Tolong, Bu.")
        same = ask(session, learner.id, coach.public_id, d1(session), "coaching")
        assert same.id == row.id
        answer(session, coach.id, row.public_id, agree=True)
        return row.public_id, learner.id, coach.id


def test_both_get_hours_once_for_what_both_confirmed(site: Site, clock: TestClock) -> None:
    public, learner, coach = agreed(site)
    clock.move(days=3)
    with site.database.writing() as session:
        first = note_meeting(session, coach, public, TODAY, 60, "Tabel")
        assert note_meeting(session, coach, public, TODAY, 60).id == first.id
        with pytest.raises(Conflict):
            note_meeting(session, learner, public, TODAY, 90)
        with pytest.raises(NotAllowed):
            confirm_meeting(session, coach, public, first.public_id)
        second = note_meeting(session, learner, public, date(2026, 11, 4), 90)
        unconfirmed = note_meeting(session, learner, public, date(2026, 11, 5), 240)
        slip = note_meeting(session, learner, public, date(2026, 11, 3), 30)
        remove_meeting(session, coach, public, slip.public_id)
        assert [turn.to_answer for turn in my_turns(session, learner)] == [False]
        confirm_meeting(session, learner, public, first.public_id)
        confirm_meeting(session, coach, public, second.public_id)
        with pytest.raises(Conflict):
            remove_meeting(session, coach, public, second.public_id)
        with pytest.raises(NotFound):
            confirm_meeting(session, make_person(session).id, public, unconfirmed.public_id)
    with site.database.writing() as session:
        assert end(session, learner, public) == 3  # 150 minutes; what nobody confirmed is out
        assert end(session, coach, public) == 3
        for person in (learner, coach):
            (credit,) = ledger_of(session, person)
            assert (credit.jp, credit.kind, credit.form, credit.form_code, credit.year) == (
                3, "coaching", "Coaching", 14, 2026,
            )  # fmt: skip
            assert (credit.starts_on, credit.ends_on) == (TODAY, date(2026, 11, 4))
        with pytest.raises(Conflict):
            note_meeting(session, learner, public, date(2026, 11, 5), 60)


def test_hours_are_capped_and_none_without_meetings(site: Site, clock: TestClock) -> None:
    public, learner, coach = agreed(site)
    clock.move(days=6)
    with site.database.writing() as session:
        for day in range(4):
            met = note_meeting(session, learner, public, date(2026, 11, 2 + day), 240)
            confirm_meeting(session, coach, public, met.public_id)
        assert end(session, coach, public) == 10
    public, learner, coach = agreed(site)
    with site.database.writing() as session:
        assert end(session, coach, public) == 0
        assert the_coaching(session, public).state == "withdrawn"
        assert ledger_of(session, coach) == []


def test_a_coach_has_room_for_so_many_and_one_request_is_live(site: Site) -> None:
    with site.database.writing() as session:
        set_setting(session, COACHING_LEARNERS, 1)
        coach, other = willing(session, name="Rekan"), willing(session, name="Lain")
        first, second = make_person(session).id, make_person(session).id
    with site.database.writing() as session:
        asked = [
            ask(session, person, coach.public_id, d1(session), "coaching").public_id
            for person in (first, second)
        ]
        with pytest.raises(Conflict):
            ask(session, first, other.public_id, d1(session), "coaching")
        with pytest.raises(NotAllowed):
            answer(session, first, asked[0], agree=True)
        answer(session, coach.id, asked[0], agree=True)
        with pytest.raises(Conflict):
            answer(session, coach.id, asked[1], agree=True)
        take_back(session, second, asked[1])
        with pytest.raises(NotFound):  # full: not shown any more
            ask(session, second, coach.public_id, d1(session), "coaching")
        third = ask(session, second, other.public_id, d1(session), "coaching").public_id
        answer(session, other.id, third, agree=False, words="Maaf.")
        assert the_coaching(session, third).answer == "Maaf."
        with pytest.raises(NotFound):
            answer(session, first, third, agree=True)


def test_erasure_leaves_the_colleague_what_was_confirmed(site: Site, clock: TestClock) -> None:
    public, learner, coach = agreed(site)
    clock.move(days=1)
    with site.database.writing() as session:
        met = note_meeting(session, learner, public, TODAY, 90, "Catatan saya")
        confirm_meeting(session, coach, public, met.public_id)
        assert personal_data(session, coach)["coaching_meetings"][0]["notes"] == ""
        copy = personal_data(session, learner)
        assert copy["coaching"][0]["words"] == "Tolong, Bu."
        assert copy["coaching_meetings"][0]["notes"] == "Catatan saya"
    with site.database.writing() as session:
        erase_personal_data(session, learner)
        assert [credit.jp for credit in ledger_of(session, coach)] == [2]
        assert not session.scalars(select(Coaching)).all()
        assert not session.scalars(select(CoachingMeeting)).all()
        assert personal_data(session, coach)["coach_offers"]
