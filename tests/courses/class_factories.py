"""What the tests of classes put together: a class of a starter course, with people in it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.site import Site
from plugins.courses.models import Course, Enrolment, Seat, TrainingClass
from plugins.courses.services.classes.opening import (
    ClassSpec,
    MeetingSpec,
    create_class,
    open_class,
)
from tests.conftest import make_person
from tests.courses.factories import SAFE

FIRST = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
"""When classes start unless said otherwise: 8.00 in the morning at the agency."""


def meetings(days: int = 2, *, start: datetime = FIRST) -> tuple[MeetingSpec, ...]:
    """Give meetings of six hours on days one after the other."""
    starts = [start + timedelta(days=day) for day in range(days)]
    return tuple(MeetingSpec(starts_at=at, ends_at=at + timedelta(hours=6)) for at in starts)


def spec(**values: Any) -> ClassSpec:
    """Give a small class without approval."""
    given = {"name": "Angkatan I", "maximum": 2, "needs_approval": False, "meetings": meetings()}
    return ClassSpec(**{**given, **values})


def new_class(session: Session, *, slug: str = SAFE, opened: bool = True, **values: Any) -> str:
    """Store a class; give its public id."""
    officer = make_person(session, name="Petugas Angkatan", account=False)
    course_id = session.scalars(select(Course.id).where(Course.slug == slug)).one()
    row = create_class(session, officer.id, course_id, spec(**values))
    if opened:
        open_class(session, officer.id, row.public_id)
    return row.public_id


def the_class(session: Session, public: str) -> TrainingClass:
    return session.scalars(select(TrainingClass).where(TrainingClass.public_id == public)).one()


def seats(session: Session, public: str) -> dict[int, Seat]:
    """Give the latest seat of each person in a class."""
    query = select(Seat).where(Seat.class_id == the_class(session, public).id).order_by(Seat.id)
    return {seat.person_id: seat for seat in session.scalars(query)}


def states(site: Site, public: str) -> dict[int, str]:
    with site.database.reading() as session:
        return {person: seat.state for person, seat in seats(session, public).items()}


def people(site: Site, count: int, **values: Any) -> list[int]:
    with site.database.writing() as session:
        return [make_person(session, name=f"Orang {n}", **values).id for n in range(count)]


def assert_sound(session: Session, public: str) -> None:
    """Check what must hold of every class at any time, in the tables."""
    row = the_class(session, public)
    all_seats = list(session.scalars(select(Seat).where(Seat.class_id == row.id)))
    counts = Counter(seat.state for seat in all_seats)
    assert (row.seated, row.queued) == (counts["seated"], counts["waiting"])
    assert row.seated <= row.maximum
    enrolled = Counter(
        session.scalars(
            select(Enrolment.person_id).where(
                Enrolment.course_id == row.course_id, Enrolment.state.in_(("assigned", "started"))
            )
        )
    )
    for seat in all_seats:
        if seat.state == "seated":
            assert enrolled[seat.person_id] == 1
        if seat.state in ("waiting", "seated", "completed"):
            assert seat.approved
        if seat.state == "withdrawn" and seat.made_enrolment and seat.enrolment_id:
            gone = session.get_one(Enrolment, seat.enrolment_id)
            assert gone.state == "withdrawn"
    turns = {
        state: [seat.turn for seat in all_seats if seat.state == state and seat.turn]
        for state in ("seated", "waiting")
    }
    assert max(turns["seated"], default=0) < min(turns["waiting"], default=row.turns + 1)
    if row.state in ("cancelled", "done"):
        assert not any(counts[state] for state in ("nominated", "waiting", "seated"))
