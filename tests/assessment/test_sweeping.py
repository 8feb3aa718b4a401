"""The sweeper: what was answered to the end is used although nobody pressed "send" (D8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from lms.core.jobs import schedule_due, work_once
from lms.core.learning.models import Evidence
from lms.core.site import Site
from plugins.assessment.models import Attempt, InstrumentVersion
from plugins.assessment.services.sweeping import LEFT_ALONE, hand_in_forgotten
from tests.assessment.factories import asked, begin, open_site, save
from tests.conftest import TestClock


def _answer(site: Site, public: str, count: int | None = None) -> None:
    """Answer the first `count` questions rightly (None: all)."""
    with site.database.reading() as session:
        questions = [(sequence, version.key) for sequence, version, _ in asked(session, public)]
    for sequence, key in questions[:count]:
        save(site, public, sequence, key, device=f"device-{sequence}")


def _sweep(site: Site) -> int:
    with site.database.writing() as session:
        return hand_in_forgotten(session)


@pytest.mark.dataloss
def test_complete_attempt_is_handed_in_a_day_after_its_last_answer(
    site: Site, clock: TestClock
) -> None:
    [person_id] = open_site(site)
    public = begin(site, person_id)
    _answer(site, public)
    clock.moment += LEFT_ALONE - timedelta(seconds=1)
    assert _sweep(site) == 0
    clock.move(seconds=1)
    assert _sweep(site) == 1
    assert _sweep(site) == 0
    with site.database.reading() as session:
        scores = session.scalars(select(Evidence.score)).all()
    assert len(scores) == 5
    assert set(scores) == {100.0}, "the last acknowledged answers count"


def test_half_done_attempt_stays_open_for_the_person(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    public = begin(site, person_id)
    _answer(site, public, count=29)
    clock.move(days=30)
    assert _sweep(site) == 0
    with site.database.reading() as session:
        assert session.scalar(select(Attempt.handed_in_at)) is None


def test_complete_attempt_is_handed_in_when_the_window_ends(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    public = begin(site, person_id)
    _answer(site, public)
    assert _sweep(site) == 0
    with site.database.writing() as session:
        session.execute(update(InstrumentVersion).values(closes_at=clock.moment))
    assert _sweep(site) == 1


def test_worker_sweeps_by_itself(site: Site, clock: TestClock) -> None:
    [person_id] = open_site(site)
    _answer(site, begin(site, person_id))
    clock.move(days=2)
    schedule_due(site)
    while work_once(site):
        pass
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Attempt.handed_in_at))) == 1
