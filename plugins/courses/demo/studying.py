"""People who wait, study, or finished their courses during the last weeks.

Steps are written in bulk; the last one of a course goes through the real use-case with the clock
turned back, so that hours, events and what follows from them are real.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms import site_of
from plugins.courses.demo.world import World
from plugins.courses.domain.progress import Place, places
from plugins.courses.models import Course, Enrolment, StepProgress
from plugins.courses.queries.outline import step_counts
from plugins.courses.services.enrolling import begin, enrol_by_choice
from plugins.courses.services.objecting import object_to
from plugins.courses.services.studying import complete_step

STUDYING, COMPLETED = 0.27, 0.27
"""Shares of the people with courses; the others have not started."""
FIRST_LOTS = (0.0, 0.0, COMPLETED, 1.0)
"""The lots of the first people: two finish, one studies, one waits, so no stage is empty."""
CHOOSING = 0.04
"""Share of the people without a course who choose one."""
OBJECTIONS = (
    "Saya sudah ikut pelatihan serupa bulan lalu. Sertifikatnya ada.",
    "Saya pensiun bulan depan. Mohon dipertimbangkan lagi.",
    "Menurut saya hasil tesnya belum sesuai. Waktu itu komputer sering berhenti.",
    "Saya sedang tugas belajar sampai Maret.",
)


def let_study(session: Session, world: World) -> None:
    """Let a part of the people with courses study, and a few others choose a course."""
    _choose(session, world)
    waiting, courses = [], _courses_by_person(session)
    finished: list[tuple[datetime, Enrolment]] = []
    for number, (person_id, enrolments) in enumerate(courses.items()):
        lot = FIRST_LOTS[number] if number < len(FIRST_LOTS) else world.rng.random()
        if lot < COMPLETED:
            finished += _study_all(session, world, enrolments)
        elif lot < COMPLETED + STUDYING:
            _study_part(session, world, enrolments[0])
            world.mark("learning", person_id)
        else:
            waiting.append(enrolments[0])
            world.mark("assigned", person_id)
    for moment, enrolment in sorted(finished, key=lambda pair: (pair[0], pair[1].id)):
        with world.at(moment):
            last = _places(session, enrolment)[-1]
            complete_step(session, enrolment.person_id, enrolment.public_id, last)
    _object(session, world, waiting)


def _courses_by_person(session: Session) -> dict[int, list[Enrolment]]:
    query = select(Enrolment).where(Enrolment.state == "assigned").order_by(Enrolment.id)
    found: dict[int, list[Enrolment]] = defaultdict(list)
    for enrolment in session.scalars(query):
        found[enrolment.person_id].append(enrolment)
    return found


def _choose(session: Session, world: World) -> None:
    """Let some of those whom no course was assigned enrol by choice."""
    busy = set(session.scalars(select(Enrolment.person_id)))
    slugs = session.scalars(
        select(Course.slug).where(Course.state == "published").order_by(Course.slug)
    ).all()
    for person in world.people:
        if slugs and person.person_id not in busy and world.rng.random() < CHOOSING:
            with world.at(_between(session, world, world.now - timedelta(days=50), world.now)):
                enrol_by_choice(session, person.person_id, world.rng.choice(slugs))


def _study_all(
    session: Session, world: World, enrolments: Sequence[Enrolment]
) -> list[tuple[datetime, Enrolment]]:
    """Do all steps but the last of each course; give when that one is done."""
    found = []
    for enrolment in enrolments:
        started = _start(session, world, enrolment)
        finished = _between(session, world, started, world.now)
        steps = _places(session, enrolment)[:-1]
        _write_steps(session, enrolment, steps, started, finished)
        found.append((finished, enrolment))
    return found


def _study_part(session: Session, world: World, enrolment: Enrolment) -> None:
    started = _start(session, world, enrolment)
    steps = _places(session, enrolment)
    done = steps[: world.rng.randint(1, len(steps) - 1)]
    _write_steps(session, enrolment, done, started, _between(session, world, started, world.now))


def _start(session: Session, world: World, enrolment: Enrolment) -> datetime:
    middle = enrolment.assigned_at + (world.now - enrolment.assigned_at) / 2
    moment = _between(session, world, enrolment.assigned_at, middle)
    with world.at(moment):
        begin(session, enrolment)
    return moment


def _places(session: Session, enrolment: Enrolment) -> list[Place]:
    known: dict[int, list[Place]] = session.info.setdefault("courses_demo_places", {})
    version = enrolment.course_version_id
    if version not in known:
        known[version] = places(step_counts(session, version))
    return known[version]


def _write_steps(
    session: Session,
    enrolment: Enrolment,
    steps: Sequence[Place],
    started: datetime,
    finished: datetime,
) -> None:
    """Write steps as done, evenly between two moments."""
    pace = (finished - started) / (len(steps) + 1)
    rows = [
        {
            "enrolment_id": enrolment.id,
            "module": place.module,
            "step": place.step,
            "done_at": started + pace * number,
        }
        for number, place in enumerate(steps, 1)
    ]
    if rows:
        session.execute(insert(StepProgress), rows)


def _between(session: Session, world: World, after: datetime, before: datetime) -> datetime:
    """Draw a moment between two others, at an hour when people are awake if that fits."""
    drawn = after + (before - after) * world.rng.uniform(0.08, 0.92)
    local = site_of(session).local(drawn).replace(hour=world.rng.randint(8, 20))
    return local if after < local < before else drawn


def _object(session: Session, world: World, waiting: Sequence[Enrolment]) -> None:
    """Let a few of those who have not started object to their assignment."""
    assigned = [enrolment for enrolment in waiting if enrolment.origin == "assigned"]
    chosen = world.rng.sample(assigned, min(len(OBJECTIONS), len(assigned) // 4))
    for enrolment, text in zip(chosen, OBJECTIONS, strict=False):
        with world.at(_between(session, world, world.now - timedelta(days=9), world.now)):
            object_to(session, enrolment.person_id, enrolment.public_id, text)
