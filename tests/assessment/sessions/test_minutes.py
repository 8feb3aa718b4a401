"""Minutes given with one tap: to whom, how many, and back again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms import Conflict, Invalid, NotFound
from lms.core.audit import AuditEntry
from lms.core.site import Site
from plugins.assessment.models import TimeGrant
from plugins.assessment.queries.sessions.watching import grant_lines, watch
from plugins.assessment.services.sessions.granting import Target, grant, undo
from tests.assessment.factories import asked, finish, right_value, save
from tests.assessment.sessions.days import Day, attempt_of, begin_all, plan_day, statements
from tests.conftest import TestClock


def _target(day: Day, room: str = "", attempt_id: int | None = None) -> Target:
    return Target(
        session_id=day.session_id,
        public_id=day.public,
        room_ids=frozenset({day.room_ids[room]}) if room else None,
        attempt_id=attempt_id,
    )


def _allowances(site: Site, publics: list[str]) -> list[int]:
    with site.database.reading() as session:
        return [attempt_of(session, public).allowance // 60 for public in publics]


def _give(site: Site, day: Day, target: Target, minutes: int) -> str:
    with site.database.writing() as session:
        return grant(session, day.officer, target, minutes, "Wi-Fi").batch


def test_minutes_go_to_all_to_a_room_or_to_one(site: Site) -> None:
    day = plan_day(site, 4)  # people 0 and 2 sit in A, 1 and 3 in B
    publics = begin_all(site, day)
    finish(site, day.people[3], publics[3])
    _give(site, day, _target(day), 5)
    assert _allowances(site, publics) == [5, 5, 5, 0]
    _give(site, day, _target(day, "A"), 10)
    assert _allowances(site, publics) == [15, 5, 15, 0]
    with site.database.reading() as session:
        second = attempt_of(session, publics[1]).id
    _give(site, day, _target(day, attempt_id=second), 4)
    assert _allowances(site, publics) == [15, 9, 15, 0]
    with site.database.reading() as session:
        total = session.scalar(select(func.sum(TimeGrant.seconds)))
        assert total == 60 * (3 * 5 + 2 * 10 + 4)
        deeds = select(AuditEntry).where(AuditEntry.action == "assessment:session:grant")
        assert [deed.details["people"] for deed in session.scalars(deeds)] == [3, 2, 1]


def test_minutes_open_a_test_whose_time_was_over(site: Site, clock: TestClock) -> None:
    day = plan_day(site, 1)
    (public,) = begin_all(site, day)
    clock.move(minutes=70)  # limit 60 and the grace are over
    with site.database.reading() as session:
        sequence, version, _ = asked(session, public)[0]
    with pytest.raises(Conflict):
        save(site, public, sequence, right_value(version))
    _give(site, day, _target(day), 15)
    assert not save(site, public, sequence, right_value(version)).late


@pytest.mark.parametrize("minutes", [0, -5, 61])
def test_strange_numbers_are_refused(site: Site, minutes: int) -> None:
    day = plan_day(site, 1)
    begin_all(site, day)
    with site.database.writing() as session, pytest.raises(Invalid):
        grant(session, day.officer, _target(day), minutes)


def test_nobody_at_work_is_told(site: Site) -> None:
    day = plan_day(site, 1)
    with site.database.writing() as session, pytest.raises(Conflict):
        grant(session, day.officer, _target(day), 5)


def test_undo_takes_back_but_never_below_nothing(site: Site) -> None:
    day = plan_day(site, 4)
    publics = begin_all(site, day)
    batch = _give(site, day, _target(day), 10)
    finish(site, day.people[2], publics[2])
    with site.database.writing() as session:
        attempt_of(session, publics[1]).allowance = 240  # less was left meanwhile
        session.flush()
        assert undo(session, day.officer, _target(day), batch) == 3
    assert _allowances(site, publics) == [0, 0, 10, 0]
    with site.database.writing() as session:
        negative = select(TimeGrant.seconds).where(TimeGrant.seconds < 0)
        assert sorted(session.scalars(negative)) == [-600, -600, -240]
        with pytest.raises(Conflict):
            undo(session, day.officer, _target(day), batch)
        seen = watch(session, day.public, day.officer, officer=True)
        (line,) = grant_lines(session, seen)
        assert (line.minutes, line.people, line.undone, line.by) == (10, 4, True, "Dewi Lestari")


def test_batch_of_other_rooms_or_sessions_is_not_found(site: Site) -> None:
    day, other = plan_day(site, 4), plan_day(site, 2)
    begin_all(site, day)
    begin_all(site, other, other.people)
    both = _give(site, day, _target(day), 5)
    for target in (_target(day, "A"), _target(other)):
        with site.database.writing() as session, pytest.raises(NotFound):
            undo(session, day.officer, target, both)
    with site.database.writing() as session, pytest.raises(NotFound):
        undo(session, day.officer, _target(day), "")


def test_statements_do_not_grow_with_people(site: Site) -> None:
    counts = []
    for people in (2, 8):
        day = plan_day(site, people)
        begin_all(site, day)
        with statements(site) as seen:
            batch = _give(site, day, _target(day), 5)
            with site.database.writing() as session:
                undo(session, day.officer, _target(day), batch)
        counts.append(len(seen))
    assert counts[0] == counts[1]
