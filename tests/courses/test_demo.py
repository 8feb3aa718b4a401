"""The demo's people study, through the real use-cases."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from lms import person_cards
from lms.core.hooks.models import Delivery
from lms.core.learning.models import PlanItem
from lms.core.people.models import Person
from lms.core.site import Site
from lms.demo.delivering import deliver_history
from lms.demo.world import DemoWorld
from plugins.courses.demo import fill
from plugins.courses.models import Credit, Enrolment, Objection, StepProgress
from tests.conftest import TestClock, make_person
from tests.courses.factories import show

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def filled_world(site: Site, clock: TestClock, people: int = 60) -> DemoWorld:
    clock.moment = NOW - timedelta(days=60)
    with site.database.writing() as session:
        for number in range(people):
            person = make_person(session, name=f"Orang {number}")
            show(session, person.id, LD=1 if number % 3 else 2)
        ids = session.scalars(select(Person.id).order_by(Person.id)).all()
    clock.moment = NOW
    with site.database.reading() as session:
        cards = list(person_cards(session, ids).values())
    world = DemoWorld(site=site, people=cards, now=NOW, rng=random.Random(1))
    with site.database.writing(deliver=False) as session:
        fill(session, world)
    deliver_history(world, lambda _count: None)
    return world


def test_demo_has_people_at_every_stage(site: Site, clock: TestClock) -> None:
    world = filled_world(site, clock)
    with site.database.reading() as session:
        states = Counter(session.scalars(select(Enrolment.state)))
        origins = Counter(session.scalars(select(Enrolment.origin)))
        credits = session.scalar(select(func.count(Credit.id)))
        items = Counter(session.scalars(select(PlanItem.state)))
        objections = session.scalar(select(func.count(Objection.id)))
        errors = session.scalars(select(Delivery.error).where(Delivery.error.is_not(None))).all()
        done = session.scalars(select(StepProgress.done_at)).all()
        finished = session.scalars(
            select(Enrolment.completed_at).where(Enrolment.state == "completed")
        ).all()
    assert min(states["assigned"], states["started"], states["completed"]) >= 6
    assert credits == states["completed"]
    assert items["ready"] > 0
    assert origins["assigned"] == 40
    assert objections
    assert errors == []
    assert max(done) <= NOW
    assert all(NOW - timedelta(days=60) < moment < NOW for moment in finished if moment)
    assert len(world.marks["learning"]) == states["started"]
