"""Use-cases of a class: plan, open for enrolment, cancel."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, now, public_id
from lms.models import Person
from plugins.courses.domain.classes import LIVE_STATES, Cancel, Open, overlap
from plugins.courses.models import ClassTrainer, Course, CourseVersion, Meeting, TrainingClass
from plugins.courses.services.classes import telling
from plugins.courses.services.classes.held import hold, run, seats_in
from plugins.courses.services.classes.seating import words

NO_COURSE = "Pelatihan ini tidak ditemukan."  # i18n
NO_NAME = "Isi nama angkatannya."  # i18n
ORDER = "Jam selesai harus sesudah jam mulai."  # i18n
TWICE = "Ada dua pertemuan pada jam yang sama."  # i18n
SIZES = "Jumlah paling sedikit tidak boleh melebihi jumlah tempat."  # i18n
WINDOW = "Pendaftaran harus dibuka sebelum ditutup."  # i18n
BAD_LINK = "Tautan (link) harus diawali https://."  # i18n
NO_TRAINER = "Ada NIP pengajar yang tidak ditemukan."  # i18n
NOT_PUBLISHED = "Terbitkan dulu pelatihannya."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSpec:
    """When and where people of a class meet."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSpec:
    """What an officer decides of a class; `trainers` are NIPs, or names of guests."""

    name: str
    maximum: int
    minimum: int = 1
    needs_approval: bool = True
    place: str = ""
    link: str = ""
    note: str = ""
    enrol_from: datetime | None = None
    enrol_until: datetime | None = None
    meetings: tuple[MeetingSpec, ...] = ()
    trainers: tuple[str, ...] = ()


PLAIN = ("name", "minimum", "place", "link", "note", "enrol_from", "enrol_until")
"""What is copied from a spec as it is."""


def plan_class(
    session: Session,
    actor_id: int | None,
    *,
    course_id: int,
    name: str,
    maximum: int,
    minimum: int = 1,
    note: str = "",
    place: str = "",
    needs_approval: bool = True,
) -> TrainingClass:
    """Plan a class without dates yet, as a plan of the budget does; raises Invalid, NotFound."""
    spec = ClassSpec(
        name=name,
        maximum=maximum,
        minimum=minimum,
        note=note,
        place=place,
        needs_approval=needs_approval,
    )
    return create_class(session, actor_id, course_id, spec)


def create_class(
    session: Session, actor_id: int | None, course_id: int, spec: ClassSpec
) -> TrainingClass:
    """Plan a class of a course's current version; raises Invalid, NotFound."""
    check(spec)
    version = session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course_id, CourseVersion.current)
    )
    if version is None:
        raise NotFound(NO_COURSE)
    row = TrainingClass(
        public_id=public_id(),
        course_id=course_id,
        course_version_id=version.id,
        maximum=spec.maximum,
        needs_approval=spec.needs_approval,
        state="planned",
        created_at=now(session),
        created_by=actor_id,
        **{name: getattr(spec, name) for name in PLAIN},
    )
    session.add(row)
    session.flush()
    write_meetings(session, row, spec.meetings)
    write_trainers(session, row, spec.trainers)
    audit(session, actor_id, "courses:class:create", f"class:{row.public_id}", name=row.name)
    return row


def check(spec: ClassSpec) -> None:
    """Refuse a class that cannot be: raises Invalid with the first reason."""
    times = [(each.starts_at, each.ends_at) for each in spec.meetings]
    pairs = [(a, b) for at, a in enumerate(times) for b in times[at + 1 :]]
    wrong = (
        (not spec.name, NO_NAME),
        (spec.minimum > spec.maximum, SIZES),
        (any(end <= start for start, end in times), ORDER),
        (any(overlap([a], [b]) for a, b in pairs), TWICE),
        (bool(spec.link) and not spec.link.startswith("https://"), BAD_LINK),
        (_backwards(spec.enrol_from, spec.enrol_until), WINDOW),
    )
    for is_wrong, reason in wrong:
        if is_wrong:
            raise Invalid(reason)


def _backwards(start: datetime | None, end: datetime | None) -> bool:
    return start is not None and end is not None and end <= start


def write_meetings(session: Session, row: TrainingClass, wanted: Sequence[MeetingSpec]) -> None:
    """Store the meetings in order of time; a meeting that is there keeps its code and address."""
    specs = sorted(wanted, key=lambda each: each.starts_at)
    query = select(Meeting).where(Meeting.class_id == row.id).order_by(Meeting.sequence)
    there = list(session.scalars(query))
    for number, spec in enumerate(specs, 1):
        if number > len(there):
            there.append(Meeting(class_id=row.id, sequence=number, code=secrets.token_urlsafe(12)))
            session.add(there[-1])
        meeting = there[number - 1]
        meeting.title, meeting.place = spec.title, spec.place
        meeting.starts_at, meeting.ends_at = spec.starts_at, spec.ends_at
    for meeting in there[len(specs) :]:
        session.delete(meeting)
    row.starts_at = specs[0].starts_at if specs else None
    row.ends_at = max(each.ends_at for each in specs) if specs else None
    session.flush()


def write_trainers(session: Session, row: TrainingClass, wanted: Sequence[str]) -> None:
    """Store who teaches, by NIP or as a guest by name; raises Invalid for an unknown NIP."""
    numbers = {word.replace(" ", "") for word in wanted if word.replace(" ", "").isdigit()}
    people = dict(
        session.execute(select(Person.nip, Person.id).where(Person.nip.in_(numbers))).all()
    )
    if numbers - set(people):
        raise Invalid(NO_TRAINER, sorted(numbers - set(people)))
    query = select(ClassTrainer).where(ClassTrainer.class_id == row.id)
    for old in session.scalars(query).all():
        session.delete(old)
    for word in dict.fromkeys(wanted):
        known = people.get(word.replace(" ", ""))
        name = "" if known else word
        session.add(ClassTrainer(class_id=row.id, person_id=known, name=name))
    session.flush()


def open_class(session: Session, actor_id: int, public: str) -> None:
    """Open a class for nominations and enrolment; raises Conflict, Invalid."""
    row = hold(session, public)
    if session.get_one(Course, row.course_id).state != "published":
        raise Conflict(NOT_PUBLISHED)
    run(session, row, Open(), by=actor_id)
    session.flush()
    audit(session, actor_id, "courses:class:open", f"class:{public}")


def cancel_class(session: Session, actor_id: int, public: str, why: str) -> int:
    """Cancel a class with a reason; give how many people lost a seat or a place. Told to all."""
    reason = words(why)
    row = hold(session, public)
    people = [seat.person_id for seat in seats_in(session, row, LIVE_STATES)]
    run(session, row, Cancel(), by=actor_id, why=reason)
    row.cancelled_because, row.sequence = reason, row.sequence + 1
    session.flush()
    telling.cancelled(session, row, people, reason)
    audit(session, actor_id, "courses:class:cancel", f"class:{public}", people=len(people))
    return len(people)
