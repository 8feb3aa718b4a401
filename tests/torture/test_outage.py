"""R7 on the product itself: `lms serve` is killed, stays away, and gives the time back."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from lms.agencies import open_site
from lms.core.site import Site
from plugins.assessment.models import AnswerEvent, Attempt, Beat, Outage, TimeGrant
from tests.infra.server import Server, free_port
from tests.torture.candidates import SLUG, Candidate, meeting

AWAY = 20


@pytest.mark.slow
@pytest.mark.dataloss
def test_killed_server_gives_its_time_back_when_it_is_there_again(tmp_path: Path) -> None:
    """Two people with a limit of an hour, and one whose deadline passes while it is away."""
    hall = meeting(tmp_path / "home", 3)
    server = Server(hall.home, free_port(), product=True)
    people = [Candidate(server.url, actor, hall.password) for actor in hall.actors]
    site = open_site(hall.home, SLUG)
    server.start()
    try:
        for person in people:
            person.answer_many(2, person.begin())
        _limit(site, {people[0].public: 3600, people[1].public: 3600})
        _wait_for_signs(site)
        _end_in(site, people[2].public, seconds=8)
        server.kill()
        time.sleep(AWAY)  # the outage itself, not a synchronisation
        server.start()
        for person in people:
            person.answer(person.look(person.told[0].number))
            assert len(person.kept) == 3, person.told
        _check(site)
    finally:
        server.kill()
        for person in people:
            person.browser.close()
        site.database.close()


def _limit(site: Site, limits: dict[str, int]) -> None:
    with site.database.writing() as session:
        for public, seconds in limits.items():
            own = update(Attempt).where(Attempt.public_id == public)
            session.execute(own.values(limit_seconds=seconds, grace=120))


def _end_in(site: Site, public: str, seconds: int) -> None:
    """Let an attempt's time end so many seconds from now."""
    with site.database.writing() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == public)).one()
        spent = site.clock() + timedelta(seconds=seconds) - attempt.started_at
        attempt.limit_seconds = int(spent.total_seconds())


def _wait_for_signs(site: Site) -> None:
    """Wait until the server has given two signs of life."""
    seen: set[object] = {None}
    deadline = time.monotonic() + 30
    while len(seen) < 3:
        assert time.monotonic() < deadline, "no sign of life from the server"
        with site.database.reading() as session:
            seen.add(session.scalar(select(Beat.beat_at).where(Beat.active)))
        time.sleep(0.1)


def _check(site: Site) -> None:
    with site.database.reading() as session:
        [outage] = session.scalars(select(Outage))
        away = (outage.ended_at - outage.started_at).total_seconds()
        assert AWAY <= away < AWAY + 30
        assert {each.seconds for each in session.scalars(select(TimeGrant))} == {-int(-away // 1)}
        attempts = session.scalars(select(Attempt)).all()
        assert len(attempts) == 3
        assert {each.allowance for each in attempts} == {-int(-away // 1)}
        assert {each.handed_in_at for each in attempts} == {None}
        assert not any(session.scalars(select(AnswerEvent.late)))
