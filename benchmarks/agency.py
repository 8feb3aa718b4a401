"""A large agency for measuring lists: people, units, courses, a gap for everybody.

Rows are stored directly, since only reading is measured. Chance has a seed, so it repeats.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.agencies import add_agency, open_site
from lms.agencies.adding import starter_pack
from lms.core.learning.models import Evidence, Plan, PlanItem, Profile
from lms.core.people.models import Account, Person, Placement, Position, Unit
from lms.core.people.permissions import grant_role
from lms.core.people.queries import search_text
from lms.core.site import Site, now
from plugins.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    EnrolmentGap,
    Teaches,
)

COURSES = 10
LEVELS = ("ahli_pertama", "pelaksana", "pengawas")
AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A course and one competency that it teaches."""

    course_id: int
    version_id: int
    competency_id: int


def make_people(
    home: Path, database: str | None, people: int, units: int
) -> tuple[Site, list[int], list[Taught]]:
    """Make an agency of so many people, each with a gap, most with a course for it."""
    add_agency(home, "bench", "Bench", ready_database=database, pack=starter_pack())
    site = open_site(home, "bench")
    with site.database.writing(deliver=False) as session:
        ids = _people(session, people, _units(session, units))
        taught = _courses(session)
        _needs(session, ids, taught, random.Random(1))
        grant_role(session, ids[0], "officer", None)
    return site, ids, taught


def store(session: Session, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Store rows of a table, some thousands at once."""
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(model), rows[start : start + AT_ONCE])


# -- people --------------------------------------------------------------------------------------


def _units(session: Session, count: int) -> list[int]:
    """Make OPDs with nine units below each."""
    made: list[Unit] = []
    for number in range(count):
        unit = Unit(name=f"Unit {number + 1:03}")
        session.add(unit)
        session.flush()
        top = made[number - number % 10] if number % 10 else unit
        unit.parent_id, unit.top_id = (top.id if top is not unit else None), top.id
        made.append(unit)
    session.flush()
    return [unit.id for unit in made]


def _people(session: Session, count: int, units: Sequence[int]) -> list[int]:
    """Store people; there is a supervisor for ten units, so that each has much to answer."""
    names = [(f"Pegawai {number:05}", _nip(number)) for number in range(count)]
    moment = now(session)
    rows = [
        {"nip": nip, "name": name, "search": search_text(name, nip), "created_at": moment}
        for name, nip in names
    ]
    store(session, Person, rows)
    ids = list(session.scalars(select(Person.id).order_by(Person.id)))
    posts = [Position(name=f"Jabatan {level}", kind="pelaksana", level=level) for level in LEVELS]
    session.add_all(posts)
    session.flush()
    heads = max(1, len(units) // 10)
    places = [
        {
            "person_id": person_id,
            "unit_id": units[number % len(units)],
            "position_id": posts[number % len(posts)].id,
            "supervisor_id": ids[1 + number % heads] if number > heads else None,
            "since": date(2020, 1, 1),
        }
        for number, person_id in enumerate(ids)
    ]
    store(session, Placement, places)
    known = {"password_hash": "-", "must_change": False}
    store(session, Account, [{"person_id": each, **known} for each in ids])
    return ids


def _nip(number: int) -> str:
    """Make a valid NIP from a running number."""
    day, sequence = divmod(number, 900)
    year, rest = divmod(day, 336)
    month, day = divmod(rest, 28)
    return f"{1960 + year}{month + 1:02}{day + 1:02}1990011{sequence + 100:03}"


# -- courses and needs ---------------------------------------------------------------------------


def _courses(session: Session) -> list[Taught]:
    """Copy courses of the pack until there are ten; give one competency for each."""
    versions = list(session.scalars(select(CourseVersion).order_by(CourseVersion.id)))
    for number in range(COURSES - len(versions)):
        _copy(session, versions[number], f"salinan-{number + 1}")
    query = select(CourseVersion, Teaches.competency_id).join(
        Teaches, Teaches.course_version_id == CourseVersion.id
    )
    found = {
        version.course_id: Taught(
            course_id=version.course_id, version_id=version.id, competency_id=competency
        )
        for version, competency in session.execute(query.order_by(Teaches.id))
    }
    return list(found.values())


def _copy(session: Session, version: CourseVersion, slug: str) -> None:
    course = Course(slug=slug, state="published", created_at=now(session))
    session.add(course)
    session.flush()
    facts = {"title": f"Salinan {version.title}", "jp": version.jp, "digest": version.digest}
    copy = CourseVersion(course_id=course.id, version=1, created_at=now(session), **facts)
    session.add(copy)
    session.flush()
    query = select(Teaches).where(Teaches.course_version_id == version.id)
    for row in session.scalars(query).all():
        levels = {"from_level": row.from_level, "to_level": row.to_level}
        session.add(Teaches(course_version_id=copy.id, competency_id=row.competency_id, **levels))
    session.flush()


def _needs(
    session: Session, ids: Sequence[int], taught: Sequence[Taught], rng: random.Random
) -> None:
    """Give each person a gap: two of three have a course for it, at some stage."""
    moment, chosen = now(session), [taught[rng.randrange(len(taught))] for _ in ids]
    pairs = list(zip(ids, chosen, strict=True))
    evidence = [_evidence(person, each, moment) for person, each in pairs]
    store(session, Evidence, evidence)
    proofs = dict(session.execute(select(Evidence.person_id, Evidence.id)).all())
    profile = {"level": 1, "required": 2, "state": "below"}
    store(session, Profile, [_of(p, t) | profile | {"evidence_id": proofs[p]} for p, t in pairs])
    store(session, Plan, [{"person_id": person, "opened_at": moment} for person in ids])
    plans = dict(session.execute(select(Plan.person_id, Plan.id)).all())
    states = [rng.choice(("open", "assigned", "assigned", "started", "completed")) for _ in ids]
    items = [_item(plans[p], proofs[p], t, s) for (p, t), s in zip(pairs, states, strict=True)]
    store(session, PlanItem, items)
    _enrol(session, [(p, t, s, plans[p]) for (p, t), s in zip(pairs, states, strict=True)])


def _of(person: int, taught: Taught) -> dict[str, Any]:
    return {"person_id": person, "competency_id": taught.competency_id}


def _evidence(person: int, taught: Taught, moment: datetime) -> dict[str, Any]:
    return _of(person, taught) | {
        "key": f"bench:{person}",
        "level": 1,
        "level_low": 1,
        "level_high": 1,
        "kind": "measured",
        "source": "Tes awal",
        "measured_on": moment.date(),
        "recorded_at": moment,
    }


def _item(plan: int, proof: int, taught: Taught, state: str) -> dict[str, Any]:
    found = {"open": "open", "completed": "ready"}.get(state, "assigned")
    return {
        "plan_id": plan,
        "competency_id": taught.competency_id,
        "required": 2,
        "start_level": 1,
        "level": 1,
        "state": found,
        "reason": "Tes awal menunjukkan tingkat 1, jabatan meminta tingkat 2.",
        "start_evidence_id": proof,
    }


def _enrol(session: Session, rows: Sequence[tuple[int, Taught, str, int]]) -> None:
    moment = now(session)
    some = [row for row in rows if row[2] != "open"]
    enrolments = [
        {
            "person_id": person,
            "course_id": taught.course_id,
            "course_version_id": taught.version_id,
            "origin": "assigned",
            "state": state,
            "reason": "Hasil tes awal.",
            "plan_id": plan,
            "assigned_at": moment - timedelta(days=number % 60),
            "started_at": moment if state != "assigned" else None,
            "completed_at": moment if state == "completed" else None,
        }
        for number, (person, taught, state, plan) in enumerate(some)
    ]
    store(session, Enrolment, enrolments)
    made = dict(session.execute(select(Enrolment.person_id, Enrolment.id)).all())
    gaps = [
        {
            "enrolment_id": made[person],
            "competency_id": taught.competency_id,
            "round": 1,
            "reason": "Tingkat 1 dari 2.",
        }
        for person, taught, _state, _plan in some
    ]
    store(session, EnrolmentGap, gaps)
