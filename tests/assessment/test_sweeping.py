"""The sweeper: what was answered is used although nobody pressed "send" (D8), and once (D10)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lms.core.jobs import schedule_due, work_once
from lms.core.learning.models import Evidence
from lms.core.site import Site
from lms.hosting.pulses import Pulses
from plugins.assessment.domain.clock import JUDGE
from plugins.assessment.models import Attempt, InstrumentVersion, Result, TestSession, TimeGrant
from plugins.assessment.presence import ensure_sign
from plugins.assessment.services import sweeping
from plugins.assessment.services.handing_in import hand_in
from plugins.assessment.services.sweeping import EXPIRY, LEFT_ALONE, expire_sessions, sweep
from tests.assessment.factories import asked, begin, finish, open_site, right_value, save
from tests.assessment.test_clock import come_up, run, session_with_cap, timed
from tests.conftest import TestClock


def answer(site: Site, public: str, count: int | None = None) -> None:
    """Answer the first `count` questions rightly (None: all)."""
    with site.database.reading() as session:
        questions = [
            (number, right_value(version)) for number, version, _ in asked(session, public)
        ]
    for number, value in questions[:count]:
        save(site, public, number, value, device=f"device-{number}")


def sweep_all(site: Site) -> int:
    done, after = 0, 0
    while after is not None:
        with site.database.writing() as session:
            count, after = sweep(session, after)  # type: ignore[assignment]
        done += count
    return done


def attempt(site: Site, public: str) -> Attempt:
    with site.database.reading() as session:
        return session.scalars(select(Attempt).where(Attempt.public_id == public)).one()


def correct(site: Site, public: str) -> float:
    with site.database.reading() as session:
        query = select(func.sum(Result.correct)).join(Attempt, Attempt.id == Result.attempt_id)
        return float(session.scalar(query.where(Attempt.public_id == public)) or 0)


# -- time is over ----------------------------------------------------------------------------------


@pytest.mark.dataloss
def test_attempt_is_handed_in_with_its_last_answers_when_its_grace_is_over(
    site: Site, clock: TestClock
) -> None:
    """Lesson D8: nothing that was acknowledged is left out because a person did not press."""
    [person_id] = open_site(site)
    public = timed(site, person_id)
    answer(site, public, count=7)
    clock.move(seconds=600 + 119)
    assert sweep_all(site) == 0
    clock.move(seconds=1)
    assert sweep_all(site) == 1
    assert sweep_all(site) == 0
    found = attempt(site, public)
    assert (found.closed_by, found.answered, found.unknown) == ("sweeper", 7, 0)
    assert correct(site, public) == 7
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Evidence.id))) == 5, "open ones are not known"


def test_attempt_ends_with_its_window_when_it_has_no_limit(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    end = clock.moment + timedelta(minutes=30)
    public = timed(site, person_id, limit_seconds=None, window_end=end)
    clock.move(minutes=32)
    clock.move(seconds=-1)
    assert sweep_all(site) == 0
    clock.move(seconds=1)
    assert sweep_all(site) == 1
    assert attempt(site, public).answered == 0


def test_attempt_on_paper_is_left_to_who_types_it_in(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    timed(site, person_id, medium="paper")
    clock.move(days=2)
    assert sweep_all(site) == 0


def test_nobody_is_handed_in_while_the_server_is_away(site: Site, clock: TestClock) -> None:
    """The worker lives on, the web process does not: the outage comes first, then the sweep."""
    [person_id] = open_site(site)
    public = timed(site, person_id)
    server = come_up(site)
    run(server, clock, 300)
    clock.move(seconds=900)
    assert sweep_all(site) == 0
    server = come_up(site)
    assert sweep_all(site) == 0
    run(server, clock, 295)
    assert sweep_all(site) == 0, "his time stood still"
    answer(site, public, count=1)
    run(server, clock, 130)
    assert sweep_all(site) == 1
    assert attempt(site, public).answered == 1


def test_server_that_never_came_back_is_not_waited_for(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    timed(site, person_id)
    run(come_up(site), clock, 60)
    clock.move(hours=23)
    assert sweep_all(site) == 0
    clock.move(hours=2)
    assert sweep_all(site) == 1


def test_deadline_in_a_long_outage_is_judged_by_people_first(site: Site, clock: TestClock) -> None:
    """Two hours away, thirty minutes given back: a proctor may want to give more."""
    [person_id] = open_site(site)
    timed(site, person_id)
    run(come_up(site), clock, 60)
    clock.move(hours=2)
    server = come_up(site)
    run(server, clock, JUDGE.total_seconds() - 5)
    assert sweep_all(site) == 0
    run(server, clock, 10)
    assert sweep_all(site) == 1


def test_broken_attempt_does_not_keep_the_others_waiting(
    site: Site, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = open_site(site, count=8)
    publics = [timed(site, person_id) for person_id in people]
    clock.move(hours=1)

    def brittle(session: Any, person_id: int, public: str, **options: Any) -> str:
        receipt = hand_in(session, person_id, public, **options)
        if public == publics[1]:
            raise RuntimeError("its rule is gone")
        return receipt

    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "hand_in", brittle)
        assert sweep_all(site) == 7
    assert [attempt(site, each).receipt is None for each in publics] == [
        each == publics[1] for each in publics
    ]
    assert site.registry.plugins["assessment"].errors.total() == 1
    assert publics[1] in site.registry.plugins["assessment"].last_error
    assert sweep_all(site) == 1, "tried again by the next sweep"


@pytest.mark.dataloss
def test_person_and_sweeper_hand_in_at_the_same_moment(site: Site, clock: TestClock) -> None:
    """Lesson D10: one of them is first, both get the same receipt, the score is counted once."""
    people = open_site(site, count=6)
    publics = [timed(site, person_id) for person_id in people]
    for public in publics:
        answer(site, public, count=1)
    clock.move(hours=1)
    together = threading.Barrier(2)
    receipts: list[str] = []
    failed: list[Exception] = []

    def play(act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
        except Exception as error:
            failed.append(error)

    def press() -> None:
        pairs = zip(people, publics, strict=True)
        receipts.extend(finish(site, person_id, public) for person_id, public in pairs)

    threads = [
        threading.Thread(target=play, args=(act,)) for act in (press, lambda: sweep_all(site))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert receipts == [attempt(site, public).receipt for public in publics]
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Result.id))) == 6 * 5
        assert session.scalar(select(func.count(Evidence.id))) == 6 * 5


# -- complete, never sent --------------------------------------------------------------------------


@pytest.mark.dataloss
def test_complete_attempt_is_handed_in_a_day_after_its_last_answer(
    site: Site, clock: TestClock
) -> None:
    [person_id] = open_site(site)
    public = begin(site, person_id)
    answer(site, public)
    clock.moment += LEFT_ALONE - timedelta(seconds=1)
    assert sweep_all(site) == 0
    clock.move(seconds=1)
    assert sweep_all(site) == 1
    assert sweep_all(site) == 0
    with site.database.reading() as session:
        scores = session.scalars(select(Evidence.score)).all()
    assert len(scores) == 5
    assert set(scores) == {100.0}, "the last acknowledged answers count"


def test_half_done_attempt_without_a_limit_stays_open(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    public = begin(site, person_id)
    answer(site, public, count=attempt(site, public).n_items - 1)
    clock.move(days=30)
    assert sweep_all(site) == 0
    assert attempt(site, public).handed_in_at is None


def test_complete_attempt_is_handed_in_when_the_window_ends(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    answer(site, begin(site, person_id))
    assert sweep_all(site) == 0
    with site.database.writing() as session:
        session.execute(update(InstrumentVersion).values(closes_at=clock.moment))
    assert sweep_all(site) == 1


# -- sessions, the worker --------------------------------------------------------------------------


def test_session_expires_a_day_after_its_window(site: Site, clock: TestClock) -> None:
    """Lesson T14: nobody starts days later under an old date."""
    open_site(site)
    session_with_cap(site, clock, minutes=30)

    def state_after(moment: timedelta) -> str:
        clock.move(seconds=moment.total_seconds())
        with site.database.writing() as session:
            expire_sessions(session)
            return session.scalars(select(TestSession.state)).one()

    assert state_after(timedelta(hours=4) + EXPIRY - timedelta(seconds=1)) == "planned"
    assert state_after(timedelta(seconds=1)) == "closed"


def test_worker_sweeps_by_itself_in_pieces(site: Site, clock: TestClock) -> None:
    for person_id in open_site(site, count=12):
        timed(site, person_id)
    clock.move(days=2)
    schedule_due(site)
    pieces = 0
    while work_once(site):
        pieces += 1
    assert pieces >= 3
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Attempt.handed_in_at))) == 12


def test_worker_is_asked_by_the_pulse_while_a_test_runs(site: Site, clock: TestClock) -> None:
    """Half a minute after the end, not a quarter of an hour."""
    [person_id] = open_site(site)
    server = come_up(site)
    public = timed(site, person_id)
    schedule_due(site)
    for _ in range(0, 600 + 120 + 40, 5):
        run(server, clock, 5)
        while work_once(site):
            pass
    assert attempt(site, public).closed_by == "sweeper"


def test_worker_and_pulse_leave_an_idle_agency_alone(site: Site, clock: TestClock) -> None:
    Pulses(list).begin(site)
    clock.move(hours=1)
    assert work_once(site) is False
    ensure_sign(site)
    with site.database.reading() as session:
        assert session.scalars(select(TimeGrant)).all() == []
