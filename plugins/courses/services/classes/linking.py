"""What a seat means for the course: whoever is seated is enrolled, whoever leaves is not.

An enrolment that was there before, by a gap or by choice, stays when the seat goes: the person
still has to learn. One that exists only because of the seat goes with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms import now
from plugins.courses.models import LIVE, Enrolment, Seat, StepProgress, TrainingClass

CHUNK = 500


def enrol(session: Session, row: TrainingClass, seats: Sequence[Seat]) -> None:
    """Enrol people who have a seat, in as many statements however many they are."""
    known = _live(session, row.course_id, [seat.person_id for seat in seats])
    made = {
        seat.person_id: Enrolment(
            person_id=seat.person_id,
            course_id=row.course_id,
            course_version_id=row.course_version_id,
            origin="chosen",
            assigned_at=now(session),
        )
        for seat in seats
        if seat.person_id not in known
    }
    session.add_all(made.values())
    session.flush()
    for seat in seats:
        seat.enrolment_id = (known.get(seat.person_id) or made[seat.person_id]).id
        seat.made_enrolment = seat.person_id in made


def _live(session: Session, course_id: int, people: Sequence[int]) -> dict[int, Enrolment]:
    found: dict[int, Enrolment] = {}
    for start in range(0, len(people), CHUNK):
        query = select(Enrolment).where(
            Enrolment.course_id == course_id,
            Enrolment.person_id.in_(people[start : start + CHUNK]),
            Enrolment.state.in_(LIVE),
        )
        found |= {row.person_id: row for row in session.scalars(query)}
    return found


def unenrol(session: Session, seats: Sequence[Seat], why: str) -> None:
    """Take back what seats did to the courses of their people."""
    for enrolment, made, studied in _linked(session, seats):
        if enrolment.state not in LIVE:
            continue
        if made and enrolment.origin == "chosen":
            enrolment.state, enrolment.withdrawn_at = "withdrawn", now(session)
        elif enrolment.state == "started" and not studied:
            enrolment.state, enrolment.started_at = "assigned", None
        enrolment.note = why


def _linked(session: Session, seats: Sequence[Seat]) -> list[tuple[Enrolment, bool, bool]]:
    """Give the enrolments of seats, whether the seat made them, whether a step is done."""
    made = {seat.enrolment_id: seat.made_enrolment for seat in seats if seat.enrolment_id}
    studied = exists().where(StepProgress.enrolment_id == Enrolment.id)
    found: list[tuple[Enrolment, bool, bool]] = []
    ids = list(made)
    for start in range(0, len(ids), CHUNK):
        query = select(Enrolment, studied).where(Enrolment.id.in_(ids[start : start + CHUNK]))
        found += [(row, made[row.id], did) for row, did in session.execute(query)]
    return found


def begin_all(session: Session, seats: Sequence[Seat]) -> None:
    """Mark the courses of people whose class has started as started."""
    for enrolment, _made, _studied in _linked(session, seats):
        if enrolment.state == "assigned":
            enrolment.state, enrolment.started_at = "started", now(session)


def enrolments_of(session: Session, seats: Sequence[Seat]) -> dict[int, Enrolment]:
    """Give enrolments by the id that seats hold."""
    return {enrolment.id: enrolment for enrolment, _made, _studied in _linked(session, seats)}
