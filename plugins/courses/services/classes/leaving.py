"""When an enrolment ends by another way, its seat in a class that has not started goes too."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import now
from plugins.courses.models import LIVE_SEATS, Seat
from plugins.courses.services.classes.held import facts_of, find_seat, hold_by_id
from plugins.courses.services.classes.seating import release


def leave_with_enrolments(session: Session, enrolment_ids: Sequence[int], why: str) -> None:
    """Free the seats of enrolments that have ended; classes that run keep theirs."""
    _leave(session, Seat.enrolment_id.in_(enrolment_ids), why)


def leave_all(session: Session, person_id: int, why: str) -> None:
    """Free all seats of a person in classes that have not started."""
    _leave(session, Seat.person_id == person_id, why)


def _leave(session: Session, which: object, why: str) -> None:
    query = (
        select(Seat.class_id, Seat.public_id)
        .where(which, Seat.state.in_(LIVE_SEATS))  # type: ignore[arg-type]  # a comparison
        .order_by(Seat.class_id, Seat.id)
    )
    for class_id, seat_id in session.execute(query).all():
        row = hold_by_id(session, class_id)
        seat = find_seat(session, row, seat_id)
        if facts_of(row).moves(now(session)) and seat.state in LIVE_SEATS:
            release(session, row, seat, by=None, why=why)
