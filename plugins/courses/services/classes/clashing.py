"""Clashes: a person or a trainer wanted in two meetings at once, and two seats in one course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, distinct, func, select
from sqlalchemy.orm import Session, aliased

from lms.models import Person
from plugins.courses.models import LIVE_SEATS, ClassTrainer, Meeting, Seat, TrainingClass

CHUNK = 500
UNDER_WAY = ("planned", "open", "running")
"""States of a class whose meetings still want people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Another class that wants the same person; `same_course` when it is of the same course."""

    person_id: int
    name: str
    same_course: bool = False


def hold_people(session: Session, people: Sequence[int]) -> None:
    """Hold people against a second seat in another class at the same moment, in one order."""
    for start in range(0, len(people), CHUNK):
        some = sorted(people)[start : start + CHUNK]
        query = select(Person.id).where(Person.id.in_(some)).order_by(Person.id)
        session.execute(query.with_for_update(key_share=True)).all()


def seat_clashes(
    session: Session, row: TrainingClass, people: Sequence[int] | None = None
) -> dict[int, Clash]:
    """Give who has a seat or teaches elsewhere so that it does not go with this class, by person.

    `people` limits it; None looks at everyone with a live seat in the class.
    """
    found: dict[int, Clash] = {}
    for some in _chunks(session, row, people):
        found |= _teaching(session, row, some)
        found |= _other_course(session, row, some) | _same_course(session, row, some)
    return found


def _chunks(
    session: Session, row: TrainingClass, people: Sequence[int] | None
) -> list[Sequence[int]]:
    if people is None:
        query = select(Seat.person_id).where(Seat.class_id == row.id, Seat.state.in_(LIVE_SEATS))
        people = list(session.scalars(query))
    return [people[start : start + CHUNK] for start in range(0, len(people), CHUNK)]


def _teaching(session: Session, row: TrainingClass, people: Sequence[int]) -> dict[int, Clash]:
    mine, theirs = aliased(Meeting), aliased(Meeting)
    query = (
        select(Person.id, TrainingClass.name)
        .join(ClassTrainer, ClassTrainer.person_id == Person.id)
        .join(TrainingClass, TrainingClass.id == ClassTrainer.class_id)
        .join(theirs, theirs.class_id == TrainingClass.id)
        .join(mine, (mine.starts_at < theirs.ends_at) & (theirs.starts_at < mine.ends_at))
        .where(
            mine.class_id == row.id,
            TrainingClass.id != row.id,
            TrainingClass.state.in_(UNDER_WAY),
            Person.id.in_(people),
        )
        .order_by(TrainingClass.id.desc())
    )
    return {person: Clash(person_id=person, name=name) for person, name in session.execute(query)}


def _other_course(session: Session, row: TrainingClass, people: Sequence[int]) -> dict[int, Clash]:
    mine, theirs = aliased(Meeting), aliased(Meeting)
    query = (
        select(Seat.person_id, TrainingClass.name)
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .join(theirs, theirs.class_id == TrainingClass.id)
        .join(mine, (mine.starts_at < theirs.ends_at) & (theirs.starts_at < mine.ends_at))
        .where(
            mine.class_id == row.id,
            Seat.class_id != row.id,
            Seat.person_id.in_(people),
            Seat.state.in_(LIVE_SEATS),
            TrainingClass.state.in_(UNDER_WAY),
        )
        .order_by(TrainingClass.id.desc())
    )
    return {person: Clash(person_id=person, name=name) for person, name in session.execute(query)}


def _same_course(session: Session, row: TrainingClass, people: Sequence[int]) -> dict[int, Clash]:
    query = (
        select(Seat.person_id, TrainingClass.name)
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .where(
            TrainingClass.course_id == row.course_id,
            TrainingClass.id != row.id,
            TrainingClass.state.in_(UNDER_WAY),
            Seat.person_id.in_(people),
            Seat.state.in_(LIVE_SEATS),
        )
        .order_by(TrainingClass.id.desc())
    )
    return {
        person: Clash(person_id=person, name=name, same_course=True)
        for person, name in session.execute(query)
    }


def clashes_of_class(session: Session, class_id: int) -> int:
    """Count people with a live seat who are wanted elsewhere at the same time; one statement."""
    mine, theirs, other = aliased(Meeting), aliased(Meeting), aliased(Seat)
    query = (
        select(func.count(distinct(Seat.person_id)))
        .join(mine, mine.class_id == Seat.class_id)
        .join(other, and_(other.person_id == Seat.person_id, other.class_id != Seat.class_id))
        .join(TrainingClass, TrainingClass.id == other.class_id)
        .join(theirs, theirs.class_id == other.class_id)
        .where(
            Seat.class_id == class_id,
            Seat.state.in_(LIVE_SEATS),
            other.state.in_(LIVE_SEATS),
            TrainingClass.state.in_(UNDER_WAY),
            mine.starts_at < theirs.ends_at,
            theirs.starts_at < mine.ends_at,
        )
    )
    return session.scalar(query) or 0


def trainer_clashes(session: Session, class_id: int) -> list[tuple[str, str]]:
    """Give trainers of a class who teach elsewhere at the same time: (trainer, other class)."""
    mine, theirs, own = aliased(Meeting), aliased(Meeting), aliased(ClassTrainer)
    query = (
        select(Person, TrainingClass.name)
        .join(own, own.person_id == Person.id)
        .join(ClassTrainer, ClassTrainer.person_id == own.person_id)
        .join(TrainingClass, TrainingClass.id == ClassTrainer.class_id)
        .join(theirs, theirs.class_id == TrainingClass.id)
        .join(mine, (mine.starts_at < theirs.ends_at) & (theirs.starts_at < mine.ends_at))
        .where(
            own.class_id == class_id,
            mine.class_id == class_id,
            ClassTrainer.class_id != class_id,
            TrainingClass.state.in_(UNDER_WAY),
        )
        .order_by(Person.name, TrainingClass.name)
    )
    pairs = [(person.full_name, name) for person, name in session.execute(query)]
    return list(dict.fromkeys(pairs))
