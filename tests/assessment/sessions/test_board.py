"""The board: its counts are those of the ledger, for everyone who looks, at little cost."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select, update

from lms.core.site import Site
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    InstrumentVersion,
    SessionMember,
    TestSession,
)
from plugins.assessment.queries.sessions.board import board, forget_board, read_board
from plugins.assessment.queries.sessions.counting import Counts
from plugins.assessment.queries.sessions.visiting import to_visit
from plugins.assessment.services.sessions import complaining, entering, roster
from tests.assessment.factories import asked, finish, right_value, save
from tests.assessment.sessions.days import (
    Day,
    attempt_of,
    begin_all,
    many_people,
    plan_day,
    statements,
)
from tests.conftest import TestClock


def _counted(site: Site, day: Day, moment: datetime) -> dict[int | None, Counter[str]]:
    """Count the ledger itself, person by person: events, hand-ins, signs of the page."""
    found: dict[int | None, Counter[str]] = {}
    with site.database.reading() as session:
        for member in session.scalars(
            select(SessionMember).where(SessionMember.session_id == day.session_id)
        ):
            state = found.setdefault(member.room_id, Counter())
            attempt = session.scalars(
                select(Attempt).where(
                    Attempt.session_id == day.session_id,
                    Attempt.person_id == member.person_id,
                    Attempt.closed_by != "cancelled",
                )
            ).one_or_none()
            if attempt is None:
                state["waiting" if member.entered_at else "absent"] += 1
                continue
            events = session.scalars(
                select(AnswerEvent).where(AnswerEvent.attempt_id == attempt.id)
            ).all()
            state["answered"] += len({each.sequence for each in events if each.value is not None})
            state["asked"] += attempt.n_items
            saved = max((each.server_time for each in events), default=attempt.started_at)
            seen = max(saved, attempt.seen_at or attempt.started_at)
            if attempt.handed_in_at is not None:
                state["done"] += 1
            elif (moment - seen).total_seconds() > 90:
                state["offline"] += 1
            elif (moment - saved).total_seconds() > 300:
                state["stuck"] += 1
            else:
                state["working"] += 1
    return found


def _as_counter(counts: Counts) -> Counter[str]:
    names = ("absent", "waiting", "working", "stuck", "offline", "done", "answered", "asked")
    return Counter({name: n for name in names if (n := getattr(counts, name))})


def _answer(site: Site, public: str, count: int) -> None:
    with site.database.reading() as session:
        items = asked(session, public)[:count]
    for sequence, version, _code in items:
        save(site, public, sequence, right_value(version), seq=sequence)


def _busy_day(site: Site, clock: TestClock) -> Day:
    """Twelve people in every state that there is."""
    day = plan_day(site, 12)
    publics = begin_all(site, day, day.people[:9])
    with site.database.writing() as session:
        entering.enter(session, day.people[9], day.code)
    _answer(site, publics[0], 3)
    _answer(site, publics[1], 2)
    finish(site, day.people[1], publics[1])
    with site.database.writing() as session:
        complaining.cancel_attempt(
            session, day.officer, day.session_id, publics[2], "Listrik padam lama"
        )
    clock.move(minutes=6)
    with site.database.writing() as session:
        for public in publics[3:6]:  # pages are alive, nothing was saved for six minutes
            attempt_of(session, public).seen_at = clock.moment
    _answer(site, publics[6], 4)
    clock.move(seconds=80)
    _answer(site, publics[7], 1)
    return day


def test_board_equals_the_ledger(site: Site, clock: TestClock) -> None:
    day = _busy_day(site, clock)
    with site.database.reading() as session:
        seen = board(session, day.session_id)
    ledger = _counted(site, day, clock.moment)
    assert {group.room_id: _as_counter(group.counts) for group in seen.by_room()} == ledger
    assert _as_counter(seen.total) == sum(ledger.values(), Counter())
    total = seen.total
    assert (total.absent, total.waiting, total.working) == (2, 2, 2)
    assert (total.stuck, total.offline, total.done) == (3, 2, 1)
    assert total.people == 12
    assert sum((group.counts for group in seen.by_unit()), Counts()).people == 12
    assert {group.unit for group in seen.by_unit()} == {"Dinas A", "Dinas B"}


def test_visits_are_those_that_the_board_counts(site: Site, clock: TestClock) -> None:
    day = _busy_day(site, clock)
    with site.database.reading() as session:
        total = board(session, day.session_id).total
        for absent, wanted in (
            (True, total.stuck + total.offline + total.absent),
            (False, total.stuck + total.offline),
        ):
            people, found = to_visit(
                session, day.session_id, None, absent=absent, number=1, size=100
            )
            assert (len(people), found) == (wanted, wanted)
        states = [each.state for each in people]
        assert states == ["stuck"] * 3 + ["offline"] * 2
        assert all(each.since is not None and each.seat for each in people)


def test_many_viewers_cost_one_statement_in_five_seconds(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 3)
    begin_all(site, day, day.people[:1])
    with site.database.reading() as session, statements(site) as seen:
        for _viewer in range(20):
            board(session, day.session_id)
        assert len(seen) == 1
        clock.move(seconds=4.9)
        board(session, day.session_id)
        assert len(seen) == 1
        clock.move(seconds=0.1)
        board(session, day.session_id)
        assert len(seen) == 2
        forget_board(session, day.session_id)
        board(session, day.session_id)
        assert len(seen) == 3


def test_proctor_gets_the_counts_of_the_own_rooms(site: Site) -> None:
    day = plan_day(site, 5)
    begin_all(site, day)
    with site.database.reading() as session:
        own = board(session, day.session_id).only({day.room_ids["B"]})
    assert [group.room for group in own.by_room()] == ["B"]
    assert own.total.people == 2


def test_room_that_fell_silent_is_named_with_the_minutes_lost(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 8)
    publics = begin_all(site, day)
    clock.move(minutes=10)
    with site.database.writing() as session:
        for public in publics[::2]:  # room A: one phone was switched off early
            attempt_of(session, public).seen_at = clock.moment
        attempt_of(session, publics[0]).seen_at = None
        for public in publics[1::2]:
            attempt_of(session, public).seen_at = clock.moment
    clock.move(minutes=3, seconds=20)
    with site.database.writing() as session:
        for public in publics[1::2]:  # room B is alive
            attempt_of(session, public).seen_at = clock.moment
    with site.database.reading() as session:
        seen = read_board(session, day.session_id)
    (room,) = seen.troubled()
    assert (room.room, room.counts.offline) == ("A", 4)
    assert seen.minutes_lost(room) == 4


@pytest.mark.slow
def test_board_of_twelve_thousand_is_one_quick_statement(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session:
        units = many_people(session, 12_000)
        roster.choose_units(session, None, day.public, units[:1])
        version = session.scalars(select(InstrumentVersion.id)).first()
        rows = [
            {
                "public_id": f"a{person}",
                "person_id": person,
                "instrument_version_id": version,
                "purpose": "pre",
                "n_items": 30,
                "answered": person % 30,
                "session_id": day.session_id,
                "started_at": clock.moment,
            }
            for person in session.scalars(
                select(SessionMember.person_id).where(SessionMember.session_id == day.session_id)
            )
        ]
        session.execute(insert(Attempt), rows)
    with site.database.reading() as session, statements(site) as seen:
        begun = time.perf_counter()
        total = read_board(session, day.session_id).total
        took = time.perf_counter() - begun
        assert len(seen) == 1
        assert total.working == 12_000
        asked_ = session.scalar(select(func.sum(Attempt.answered)))
        assert (total.answered, total.asked) == (asked_, 360_000)
    assert took < 1.0


def test_closed_sessions_do_not_disturb_the_count(site: Site) -> None:
    day = plan_day(site, 2)
    with site.database.writing() as session:
        session.execute(update(TestSession).values(state="closed"))
    with site.database.reading() as session:
        assert board(session, day.session_id).total.absent == 2
