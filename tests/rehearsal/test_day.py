"""A measurement day with an outage in the middle: all finish, nothing is lost, time is given back.

The server is killed when half of the answers are stored, stays away, and starts again; people
press again until it answers. LMS_TORTURE=full: 500 people in 5 rooms and 30 seconds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.agencies import add_agency, open_site
from lms.agencies.adding import starter_pack
from lms.core.site import Site
from lms.rehearsal.programme import Programme
from lms.rehearsal.rehearse import play_all
from lms.rehearsal.report import Report
from plugins.assessment.domain import Silence
from plugins.assessment.domain.clock import BEAT_EVERY, GAP
from plugins.assessment.models import AnswerEvent, Attempt, Outage, Room, TestSession, TimeGrant
from plugins.assessment.queries.sessions.board import read_board
from tests.infra.server import Server, free_port

FULL = os.environ.get("LMS_TORTURE") == "full"
SLUG = "contoh"
ITEMS = 30
SLOW = 20.0
"""Seconds until a busy machine has given its first sign of life after the start."""
LONG = 3600 if FULL else 300


@dataclass(frozen=True, slots=True)
class Plan:
    """So many people; some are done, some at work and some not in when the server goes."""

    people: int
    outage: float
    programme: Programme


PLAN = (
    Plan(500, 30, Programme(only="day", concurrency=100, think=0.5, rooms=5, minutes=90))
    if FULL
    else Plan(24, GAP + 2, Programme(only="day", concurrency=14, rooms=2, minutes=30, spread=2))
)


@dataclass(frozen=True, slots=True)
class Away:
    """When the server went and came back, and which tests ran when it went."""

    since: datetime
    until: datetime
    running: dict[int, datetime]

    @property
    def seconds(self) -> float:
        return (self.until - self.since).total_seconds()


@pytest.mark.dataloss
@pytest.mark.slow
def test_day_with_an_outage_loses_no_answer_and_no_minute(
    tmp_path: Path, database: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    add_agency(home, SLUG, "Contoh", pack=starter_pack(), ready_database=database)
    with _served(home) as (site, server):
        with _playing(site, server, monkeypatch) as day:
            _wait(lambda: _stored(site) >= PLAN.people * ITEMS // 2, day)
            away = _outage(site, server)
            report = day.result(LONG)
        with site.database.reading() as session:
            granted = _check_minutes(session, away)
            _check_board(session)
            _check_all_done(session, report)
    print("\n".join(["", *report.lines(), f"away {away.seconds:.1f} s, given back {granted}"]))


# -- the day -------------------------------------------------------------------------------------


@contextmanager
def _served(home: Path) -> Iterator[tuple[Site, Server]]:
    site, server = open_site(home, SLUG), Server(home, free_port(), product=True)
    server.start()
    try:
        yield site, server
    finally:
        server.kill()
        site.database.close()


@contextmanager
def _playing(
    site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Future[Report]]:
    with ThreadPoolExecutor(1) as pool:
        base = f"{server.url}/{SLUG}"
        try:
            yield pool.submit(play_all, site, PLAN.people, base, PLAN.programme)
        except BaseException:
            server.kill()
            monkeypatch.setattr("lms.rehearsal.browser.TRIES", 1)  # nobody waits for it any more
            raise


def _wait(reached: Callable[[], bool], day: Future[Report]) -> None:
    never = threading.Event()
    while not reached():
        assert not day.done(), day.result().lines()
        never.wait(0.1)


def _stored(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(AnswerEvent)) or 0


def _outage(site: Site, server: Server) -> Away:
    """Kill all of the server, look at the board while it is away, start it again."""
    server.kill()
    since = datetime.now(UTC)
    with site.database.reading() as session:
        _check_board(session)
        running = select(Attempt.id, Attempt.started_at).where(Attempt.handed_in_at.is_(None))
        found = dict(session.execute(running).all())
    assert found
    left = PLAN.outage - (datetime.now(UTC) - since).total_seconds()
    threading.Event().wait(left)  # this is what is tested: time goes by without a server
    server.start()
    return Away(since, datetime.now(UTC), found)


# -- afterwards ----------------------------------------------------------------------------------


def _check_all_done(session: Session, report: Report) -> None:
    assert report.sound, report.lines()
    asked = PLAN.people * ITEMS
    assert report.counts == {"handed_in": PLAN.people, "answers": asked}
    stored = session.scalar(select(func.count()).select_from(AnswerEvent))
    assert stored == asked, "each acknowledged answer once, what was sent twice too"
    assert set(session.scalars(select(Attempt.closed_by))) == {"person"}
    board = read_board(session, session.scalars(select(TestSession.id)).one()).total
    assert (board.done, board.people, board.answered) == (PLAN.people, PLAN.people, asked)


def _check_minutes(session: Session, away: Away) -> list[int]:
    """The outage is known, and all who were at work got back once what they lost."""
    fits = (Outage.started_at <= away.since, Outage.ended_at > away.since)
    row = session.scalars(select(Outage).where(*fits)).one()
    silence = Silence(started_at=row.started_at, ended_at=row.ended_at)
    assert PLAN.outage <= silence.seconds <= away.seconds + BEAT_EVERY + SLOW
    grants = session.scalars(select(TimeGrant).where(TimeGrant.outage_id == row.id)).all()
    assert len(grants) == len({grant.attempt_id for grant in grants})
    assert {grant.attempt_id: grant.seconds for grant in grants} == {
        attempt_id: Silence(started_at=max(started, row.started_at), ended_at=row.ended_at).seconds
        for attempt_id, started in away.running.items()
    }
    for attempt_id, allowance in session.execute(select(Attempt.id, Attempt.allowance)).all():
        given = select(func.sum(TimeGrant.seconds)).where(TimeGrant.attempt_id == attempt_id)
        assert allowance == (session.scalar(given) or 0)
    return sorted({grant.seconds for grant in grants})


def _check_board(session: Session) -> None:
    """In each room the board says what the ledger of answers says."""
    board = read_board(session, session.scalars(select(TestSession.id)).one())
    events = (
        select(Attempt.room_id, AnswerEvent.attempt_id, AnswerEvent.sequence)
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .distinct()
        .subquery()
    )
    answered = select(events.c.room_id, func.count()).group_by(events.c.room_id)
    begun = select(Attempt.room_id, func.count(), func.count(Attempt.handed_in_at)).group_by(
        Attempt.room_id
    )
    answers = dict(session.execute(answered).all())
    people = {room: (all_, done) for room, all_, done in session.execute(begun).all()}
    rooms = session.scalars(select(Room.id)).all()
    assert len(rooms) == PLAN.programme.rooms
    assert sum(group.counts.people for group in board.groups) == PLAN.people
    assert {
        group.room_id: (group.counts.answered, group.counts.started, group.counts.done)
        for group in board.by_room()
    } == {room: (answers.get(room, 0), *people.get(room, (0, 0))) for room in rooms}
