"""Fills the demo: first tests with believable answers, retests after the courses.

Attempts go through the real use-cases with the clock turned back; only the answers are written
in bulk.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from math import exp
from typing import Any, Protocol

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms import PersonCard
from plugins.assessment.domain import UNKNOWN, Purpose, answer_digest
from plugins.assessment.domain.pretending import right_answer, wrong_answer
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    Invitation,
    ItemVersion,
)
from plugins.assessment.services.attempts import start
from plugins.assessment.services.handing_in import hand_in
from plugins.assessment.services.instruments import open_instrument
from plugins.assessment.services.invitations import waiting_invitations

CODE = "digital"
GUESS = 0.2
"""Chance to hit the key of four options without knowing, a little below one in four."""


SURE = 12.0
"""An ability, in logits, at which practically every answer is right."""


class World(Protocol):
    """What a filler needs of :class:`lms.demo.world.DemoWorld`."""

    people: list[PersonCard]
    rng: random.Random
    now: datetime

    def days_ago(self, days: float, hour: int = 9, minute: int = 0) -> datetime:
        """Give a moment so many days before now."""

    def at(self, moment: datetime) -> Any:
        """Let the clock stand at a moment for a block."""

    def mark(self, stage: Any, person_id: int) -> None:
        """Note that a person is now at a stage."""


def fill_open_test(session: Session, world: World) -> None:
    """Open the instrument, in the demo and for a rehearsal."""
    with world.at(world.days_ago(59)):
        open_instrument(session, None, CODE)


def fill_first_tests(session: Session, world: World) -> None:
    """Let three in four hand in the first test; five are in the middle, the others not yet."""
    people = list(world.people)
    world.rng.shuffle(people)
    done = round(len(people) * 0.75)
    for person in people[:done]:
        moment = world.days_ago(world.rng.uniform(6, 20), hour=world.rng.randint(8, 15))
        _sit(session, world, person.person_id, "pre", moment, world.rng.gauss(0.3, 0.9))
    for person in people[done : done + 5]:
        moment = world.days_ago(1, hour=world.rng.randint(8, 15))
        _sit(session, world, person.person_id, "pre", moment, 0.0, part=0.5)
    for person in people[done + 5 :]:
        world.mark("new", person.person_id)


def fill_extra_questions(session: Session, world: World) -> None:
    """Let half of those who were invited answer their extra questions; the others wait."""
    for invitation in waiting_invitations(session, "extra"):
        if world.rng.random() < 0.5:
            moment = _later(world, invitation)
            ability = world.rng.gauss(0.3, 0.9)
            _sit(session, world, invitation.person_id, "extra", moment, ability)


def fill_retests(session: Session, world: World) -> None:
    """Let most of those whose courses are done hand in the retest; some are in it, some wait."""
    for number, invitation in enumerate(waiting_invitations(session, "retest")):
        person_id, moment = invitation.person_id, _later(world, invitation)
        # The first always reaches it and the second waits: no stage may be empty by chance.
        lot = (0.0, 1.0)[number] if number < 2 else world.rng.random()
        if lot < 0.6:
            ability = SURE if number == 0 else world.rng.gauss(2.4, 0.7)
            _sit(session, world, person_id, "retest", moment, ability)
            continue
        if lot < 0.7:
            _sit(session, world, person_id, "retest", moment, 2.0, part=0.4)
        world.mark("retest", person_id)


def _later(world: World, invitation: Invitation) -> datetime:
    """Give a moment some days after an invitation, never in the future."""
    moment = invitation.created_at + timedelta(hours=world.rng.uniform(20, 90))
    return min(moment, world.now - timedelta(hours=1, minutes=world.rng.randint(0, 50)))


def _sit(
    session: Session,
    world: World,
    person_id: int,
    purpose: Purpose,
    moment: datetime,
    ability: float,
    *,
    part: float = 1.0,
) -> None:
    """Let a person sit a test; with `part` below 1 the attempt stays open."""
    with world.at(moment):
        public = start(session, person_id, CODE, purpose, world.rng)
    finished = _answer(session, world.rng, public, moment, ability, part)
    if part >= 1:
        with world.at(finished + timedelta(minutes=1)):
            hand_in(session, person_id, public)


def _answer(
    session: Session,
    rng: random.Random,
    public: str,
    moment: datetime,
    ability: float,
    part: float,
) -> datetime:
    """Write the answers of an attempt in one statement; give when the last one came."""
    query = (
        select(Attempt.id, AttemptItem.sequence, ItemVersion)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .where(Attempt.public_id == public)
        .order_by(AttemptItem.sequence)
    )
    rows = session.execute(query).all()
    events = []
    for attempt_id, sequence, version in rows[: max(1, round(len(rows) * part))]:
        moment += timedelta(seconds=rng.uniform(15, 70))
        value = chosen(rng, version, ability - (version.difficulty or 0.0))
        events.append(
            {
                "attempt_id": attempt_id,
                "sequence": sequence,
                "item_version_id": version.id,
                "device": f"demo-{public[:20]}",
                "seq": sequence,
                "value": value,
                "digest": answer_digest(public, sequence, version.id, value, None),
                "server_time": moment,
            }
        )
    session.execute(insert(AnswerEvent), events)
    counted = {"n_events": len(events), "answered": len(events), "saved_at": moment}
    session.execute(update(Attempt).where(Attempt.public_id == public).values(**counted))
    return moment


def chosen(rng: random.Random, version: ItemVersion, advantage: float) -> str:
    """Give what a person answers whose ability lies so far (in logits) above the item."""
    parts = (version.kind, version.content, version.scoring)
    knows = 1 / (1 + exp(-advantage))
    if rng.random() < GUESS + (1 - GUESS) * knows:
        return right_answer(*parts)
    if rng.random() < 0.15:
        return UNKNOWN
    return wrong_answer(*parts, rng)
