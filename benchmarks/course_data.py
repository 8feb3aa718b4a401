"""What the lists of courses show of an agency: hours, classes, certificates, a rule, a plan."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from benchmarks.agency import Taught, make_people, store
from lms.core.people.models import Placement
from lms.core.site import Site, now
from lms.models import Competency
from plugins.courses.domain.rules import Condition
from plugins.courses.models import (
    LIVE,
    Course,
    Credit,
    Enrolment,
    Meeting,
    OutsideLearning,
    Seat,
    TrainingClass,
)
from plugins.courses.services.planning import solving
from plugins.courses.services.planning.costs import CostSpec, keep_cost
from plugins.courses.services.planning.making import PlanWish, create_plan
from plugins.courses.services.rules.keeping import RuleSpec, save_rule

CLASSES, SEATED, QUEUED, ASKED = 40, 40, 20, 10
"""How many classes there are; people in a class, on its list, and nominated."""
SOLVE_SECONDS = 5.0
MONEY = (("APBD", 400_000_000),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """What a page is asked with: who looks, and at what."""

    site: Site
    officer: int
    supervisor: int
    learner: int
    course: str
    training_class: str
    rule: str
    plan: str


def make_agency(home: Path, database: str | None, people: int, units: int) -> Agency:
    """Make an agency of so many people, with all that the lists show."""
    site, ids, taught = make_people(home, database, people, units)
    with site.database.writing(deliver=False) as session:
        _hours(session, ids, random.Random(2))
        public = _classes(session, ids, taught)
        _outside(session, ids)
        plan, rule = _plan(session, ids[0]), _rule(session, ids[0], taught[0])
        slug = session.scalars(select(Course.slug).where(Course.id == taught[0].course_id)).one()
        boss = _supervisor(session)
    _solve(site, plan)
    if database is not None:  # PostgreSQL does so by itself after a while; SQLite never does
        with site.database.writing() as session:
            session.execute(text("ANALYZE"))
    return Agency(
        site=site,
        officer=ids[0],
        supervisor=boss,
        learner=ids[1],
        course=slug,
        training_class=public,
        rule=rule,
        plan=plan,
    )


def _hours(session: Session, ids: Sequence[int], rng: random.Random) -> None:
    """Give each person learning hours of this year and the one before."""
    day = now(session).date()
    rows = [
        {
            "person_id": person,
            "year": day.year - number % 2,
            "jp": rng.randint(1, 12),
            "kind": "course",
            "title": f"Pelatihan {number}",
            "form": "E-Learning",
            "ref": f"bench:{person}:{number}",
            "earned_on": day - timedelta(days=365 * (number % 2)),
            "form_code": 16,
        }
        for person in ids
        for number in range(3)
    ]
    store(session, Credit, rows)


# -- classes -------------------------------------------------------------------------------------


def _classes(session: Session, ids: Sequence[int], taught: Sequence[Taught]) -> str:
    """Make open classes, all full, with a list and nominations; give the first one."""
    moment = now(session)
    seated = min(SEATED, len(ids) // 8)
    rows = [_class(taught[n % len(taught)], n, moment, seated) for n in range(CLASSES)]
    store(session, TrainingClass, rows)
    query = select(TrainingClass.id, TrainingClass.public_id).order_by(TrainingClass.id)
    made = session.execute(query).all()
    store(session, Meeting, [_meeting(each, moment, n) for each, _ in made for n in (1, 2)])
    people = [*ids, *ids][1:]  # goes round where the agency is small
    size = min(seated + QUEUED + ASKED, len(ids) // 4)
    seats = [
        _seat(each, people[(number * size + place) % len(people)], place, seated, moment)
        for number, (each, _) in enumerate(made)
        for place in range(size)
    ]
    store(session, Seat, seats)
    _link(session)
    return str(made[0][1])


def _class(taught: Taught, number: int, moment: datetime, seated: int) -> dict[str, Any]:
    return {
        "course_id": taught.course_id,
        "course_version_id": taught.version_id,
        "name": f"Angkatan {number + 1}",
        "state": "open",
        "maximum": seated,
        "seated": seated,
        "queued": QUEUED,
        "turns": QUEUED,
        "starts_at": moment + timedelta(days=number + 2),
        "ends_at": moment + timedelta(days=number + 2, hours=28),
        "created_at": moment,
    }


def _meeting(class_id: int, moment: datetime, number: int) -> dict[str, Any]:
    starts = moment + timedelta(days=class_id + number)
    return {
        "class_id": class_id,
        "sequence": number,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=4),
        "code": f"bench-{class_id}-{number}",
    }


def _seat(class_id: int, person: int, place: int, seated: int, moment: datetime) -> dict[str, Any]:
    queued = seated <= place < seated + QUEUED
    state = "seated" if place < seated else "waiting" if queued else "nominated"
    return {
        "class_id": class_id,
        "person_id": person,
        "state": state,
        "approved": state != "nominated",
        "asked_at": moment + timedelta(seconds=place),
        "turn": place - seated + 1 if queued else 0,
    }


def _link(session: Session) -> None:
    """Tie the seats of those who have the course to their enrolment."""
    enrolment = (
        select(Enrolment.id)
        .join(TrainingClass, TrainingClass.course_id == Enrolment.course_id)
        .where(
            TrainingClass.id == Seat.class_id,
            Enrolment.person_id == Seat.person_id,
            Enrolment.state.in_(LIVE),
        )
        .correlate(Seat)
        .scalar_subquery()
    )
    session.execute(update(Seat).where(Seat.state == "seated").values(enrolment_id=enrolment))


def _supervisor(session: Session) -> int:
    """Give the one who has most nominations to answer."""
    query = (
        select(Placement.supervisor_id)
        .join(Seat, Seat.person_id == Placement.person_id)
        .where(Placement.supervisor_id.is_not(None), Seat.state == "nominated")
        .group_by(Placement.supervisor_id)
        .order_by(func.count().desc(), Placement.supervisor_id)
    )
    return int(session.scalars(query.limit(1)).one() or 0)


# -- other ways, rule, plan ----------------------------------------------------------------------


def _outside(session: Session, ids: Sequence[int]) -> None:
    """Let every fourth person send a certificate in; half of them wait."""
    moment = now(session)
    rows = [
        {
            "person_id": person,
            "state": "submitted" if number % 2 else "verified",
            "title": f"Bimbingan teknis {number}",
            "organiser": "Balai pelatihan",
            "form_code": 8,
            "number": f"BT/{number}",
            "number_key": f"bt{number}",
            "starts_on": moment.date() - timedelta(days=20),
            "ends_on": moment.date() - timedelta(days=19),
            "amount": 8,
            "unit": "jp",
            "jp": None if number % 2 else 8,
            "digest": f"{number:064}",
            "filename": "sertifikat.pdf",
            "media_type": "application/pdf",
            "submitted_at": moment - timedelta(minutes=number),
        }
        for number, person in enumerate(ids[::4])
    ]
    store(session, OutsideLearning, rows)


def _rule(session: Session, officer: int, taught: Taught) -> str:
    code = session.get_one(Competency, taught.competency_id).code
    spec = RuleSpec(
        title="Semua yang di bawah standar",
        course_id=taught.course_id,
        condition=Condition(competencies=(code,), states=("below",)),
        reason="Hasil tes Anda di bawah standar jabatan.",
    )
    return save_rule(session, officer, spec)


def _plan(session: Session, officer: int) -> str:
    cost = CostSpec(
        form="Tatap muka",
        minimum=20,
        maximum=40,
        trainer_jp=None,
        per_class={"Tempat": 1_500_000},
        per_jp={"Honor pengajar": 300_000},
        per_person={"Konsumsi": 55_000},
    )
    for slug in session.scalars(select(Course.slug).order_by(Course.id)).all():
        keep_cost(session, officer, slug, cost)
    year = now(session).year + 1
    return create_plan(session, officer, PlanWish(name="Usulan", year=year, sources=MONEY))


def _solve(site: Site, plan: str) -> None:
    """Compute the plan; the best one is not needed to measure its pages."""
    before, solving.SECONDS = solving.SECONDS, SOLVE_SECONDS
    try:
        with site.database.reading() as session:
            solving.run_solve(session, {"plan": plan}, lambda _done, _total: None)
    finally:
        solving.SECONDS = before
