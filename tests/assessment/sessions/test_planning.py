"""Planning: what a session needs, who is expected, where they sit."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms import Conflict, Invalid, NotFound
from lms.core.audit import AuditEntry
from lms.core.people.models import Placement, Unit
from lms.core.site import Site
from plugins.assessment.models import Proctor, Room, SessionMember, TestSession
from plugins.assessment.queries.sessions.people import MemberFilter, member_lines
from plugins.assessment.queries.sessions.planning import room_lines, session_page
from plugins.assessment.queries.sessions.units import unit_tree
from plugins.assessment.services.sessions import planning, rooms, roster, seating
from tests.assessment.sessions.days import (
    attempt_of,
    begin_all,
    many_people,
    plan_day,
    session_row,
    spec,
    statements,
)
from tests.conftest import TestClock, make_person

FAST = 20.0
"""Seconds for 12,000 people on a busy machine (1 on an idle one); a loop would take minutes."""


def _members(site: Site, session_id: int) -> set[int]:
    with site.database.reading() as session:
        query = select(SessionMember.person_id).where(SessionMember.session_id == session_id)
        return set(session.scalars(query))


@pytest.mark.parametrize(
    "wrong",
    [
        {"closes_at": timedelta(0)},
        {"closes_at": timedelta(minutes=30), "limit_minutes": 60},
        {"instrument_version_id": 999_999},
    ],
)
def test_session_that_makes_no_sense_is_refused(site: Site, wrong: dict[str, object]) -> None:
    day = plan_day(site, 1, opened=False)
    with site.database.writing() as session:
        moment = session_row(session, day).opens_at
        given = {
            name: moment + value if isinstance(value, timedelta) else value
            for name, value in wrong.items()
        }
        with pytest.raises(Invalid):
            planning.create_session(session, None, spec(session, **given))


def test_session_changes_only_while_it_is_planned(site: Site) -> None:
    day = plan_day(site, 1, opened=False)
    with site.database.writing() as session:
        planning.edit_session(session, day.officer, day.public, spec(session, name="Baru"))
        planning.open_session(session, day.officer, day.public)
        with pytest.raises(Conflict):
            planning.edit_session(session, day.officer, day.public, spec(session))
        planning.close_session(session, day.officer, day.public)
        with pytest.raises(Conflict):
            planning.close_session(session, day.officer, day.public)
        assert session_row(session, day).name == "Baru"
        deeds = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == day.public))
        assert {"assessment:session:edit", "assessment:session:open"} <= set(deeds)


def test_session_cannot_open_after_its_end(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 1, opened=False)
    clock.move(hours=3)
    with site.database.writing() as session, pytest.raises(Conflict):
        planning.open_session(session, day.officer, day.public)


def test_copy_has_rooms_and_proctors_but_no_people(site: Site) -> None:
    day = plan_day(site, 3)
    with site.database.writing() as session:
        watcher = make_person(session)
        rooms.add_proctor(session, None, day.public, watcher.public_id, day.rooms["A"])
        copy = planning.duplicate_session(session, None, day.public, "Sesi 1 (salinan)")
        found = planning.find_session(session, copy)
        own = {
            room.name: room.id
            for room in session.scalars(select(Room).where(Room.session_id == found.id))
        }
        assert found.opens_at == session_row(session, day).opens_at + timedelta(days=7)
        assert (found.state, found.entry_code == day.code) == ("planned", False)
        assert set(own) == {"A", "B"}
        watching = session.scalars(select(Proctor).where(Proctor.session_id == found.id)).one()
        assert (watching.person_id, watching.room_id) == (watcher.id, own["A"])
    assert _members(site, found.id) == set()


# -- who is expected -----------------------------------------------------------------------------


def test_unit_brings_the_people_of_all_units_below_it(site: Site) -> None:
    day = plan_day(site, 2, opened=False)
    with site.database.writing() as session:
        units = many_people(session, 30, units=5)
        before = roster.count_members(session, day.session_id)
        top = session.get_one(Unit, units[0])
        assert roster.choose_units(session, None, day.public, [top.id]) == 30
        assert before == 2
        tree = {node.name: node for node in unit_tree(session, day.session_id)}
        assert (tree["Dinas Besar"].own, tree["Dinas Besar"].people) == (0, 30)
        assert tree["Dinas Besar"].chosen
        assert all(child.chosen and child.people == 6 for child in tree["Dinas Besar"].children)
        roster.choose_units(session, None, day.public, units[1:3])
        tree = {node.name: node for node in unit_tree(session, day.session_id)}
        assert tree["Dinas Besar"].partly
        assert roster.count_members(session, day.session_id) == 12


def test_who_came_in_or_was_added_by_name_stays_when_units_change(site: Site) -> None:
    day = plan_day(site, 4)
    begin_all(site, day, day.people[:1])
    with site.database.writing() as session:
        guest = make_person(session, unit="Dinas Lain").id
        roster.add_member(session, None, day.public, guest)
        assert roster.choose_units(session, None, day.public, []) == 2
    assert _members(site, day.session_id) == {day.people[0], guest}


def test_person_who_started_cannot_be_removed(site: Site) -> None:
    day = plan_day(site, 2)
    begin_all(site, day, day.people[:1])
    with site.database.writing() as session:
        with pytest.raises(Conflict):
            roster.remove_member(session, None, day.public, day.people[0])
        roster.remove_member(session, None, day.public, day.people[1])
    assert _members(site, day.session_id) == {day.people[0]}


def test_closed_session_takes_nobody_more(site: Site) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session:
        planning.close_session(session, None, day.public)
        person = make_person(session).id
        with pytest.raises(Conflict):
            roster.add_member(session, None, day.public, person)


# -- rooms ---------------------------------------------------------------------------------------


def test_rooms_fill_by_unit_and_say_who_is_left(site: Site) -> None:
    day = plan_day(site, 6, opened=False)
    with site.database.writing() as session:
        rooms.save_room(session, None, day.public, "A", 3, day.rooms["A"])
        rooms.save_room(session, None, day.public, "B", 2, day.rooms["B"])
        seating.move_people(session, None, day.public, day.people, None)
        assert seating.fill_rooms(session, None, day.public) == (5, 1)
        assert seating.fill_rooms(session, None, day.public) == (0, 1)
        lines = {line.name: line for line in room_lines(session, day.session_id)}
        assert [(lines[name].members, lines[name].free) for name in "AB"] == [(3, 0), (2, 0)]
        units = select(Placement.unit_id).join(
            SessionMember, SessionMember.person_id == Placement.person_id
        )
        in_a = session.scalars(units.where(SessionMember.room_id == day.room_ids["A"])).all()
        assert len(set(in_a)) == 1


def test_test_that_runs_follows_its_person_into_another_room(site: Site) -> None:
    day = plan_day(site, 2)
    (public,) = begin_all(site, day, day.people[:1])
    with site.database.writing() as session:
        moved = [day.people[0]]
        assert seating.move_people(session, None, day.public, moved, day.room_ids["B"]) == 1
        assert attempt_of(session, public).room_id == day.room_ids["B"]
        member = session.get_one(SessionMember, (day.session_id, day.people[0]))
        assert (member.room_id, member.seat) == (day.room_ids["B"], "2")


def test_room_of_another_session_is_no_room_here(site: Site) -> None:
    here, there = plan_day(site, 1), plan_day(site, 1)
    with site.database.writing() as session:
        for use in (
            lambda: rooms.save_room(session, None, here.public, "X", 5, there.rooms["A"]),
            lambda: rooms.remove_room(session, None, here.public, there.rooms["A"]),
            lambda: seating.move_people(
                session, None, here.public, here.people, there.room_ids["A"]
            ),
            lambda: roster.add_member(
                session, None, here.public, here.people[0], there.room_ids["A"]
            ),
        ):
            with pytest.raises(NotFound):
                use()


def test_same_name_and_strange_numbers_of_seats_are_refused(site: Site) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session:
        for name, seats in (("A", 10), ("", 10), ("C", 0), ("C", 5001)):
            with pytest.raises(Invalid):
                rooms.save_room(session, None, day.public, name, seats)
        assert len(room_lines(session, day.session_id)) == 2


def test_removed_room_leaves_its_people_waiting(site: Site) -> None:
    day = plan_day(site, 4)
    begin_all(site, day, day.people[:1])  # sits in A
    with site.database.writing() as session:
        with pytest.raises(Conflict):
            rooms.remove_room(session, None, day.public, day.rooms["A"])
        rooms.remove_room(session, None, day.public, day.rooms["B"])
        assert session_page(session, day.public).without_room == 2


# -- large ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_twelve_thousand_people_are_planned_by_a_few_statements(site: Site) -> None:
    day = plan_day(site, 1, opened=False)
    with site.database.writing() as session:
        units = many_people(session, 12_000)
        for number in range(40):
            rooms.save_room(session, None, day.public, f"Ruang {number:02}", 300)
    begun = time.perf_counter()
    with statements(site) as seen, site.database.writing() as session:
        total = roster.choose_units(session, None, day.public, units[:1])
        seated, left = seating.fill_rooms(session, None, day.public)
    assert (total, seated, left) == (12_000, 12_000, 0)
    assert len(seen) < 30
    assert time.perf_counter() - begun < FAST
    with statements(site) as seen, site.database.reading() as session:
        begun = time.perf_counter()
        page = session_page(session, day.public)
        lines, found = member_lines(
            session, day.session_id, MemberFilter(search="orang 11900"), number=1, size=20
        )
        tree = unit_tree(session, day.session_id)
        took = time.perf_counter() - begun
    assert (page.members, page.without_room, found) == (12_000, 0, 1)
    assert len(lines) == 1
    assert sum(node.people for node in tree) >= 12_000
    assert len(seen) == 4
    assert took < 1.0
    with site.database.reading() as session:
        per_room = select(func.count(SessionMember.person_id)).group_by(SessionMember.room_id)
        assert max(session.scalars(per_room)) <= 300
        assert session.scalar(select(func.count()).select_from(TestSession)) == 1
