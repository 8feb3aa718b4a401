"""What classes hold of a person, as a copy, and its erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from plugins.courses.models import (
    Attendance,
    ClassTrainer,
    Meeting,
    Seat,
    SeatMove,
    TrainingClass,
)
from plugins.courses.services.classes.leaving import leave_all

ERASED = "Data dihapus."


def personal_data_classes(session: Session, person_id: int) -> dict[str, Any]:
    """Give seats with what happened to them, attendance, and classes taught."""
    mine = select(Seat.id).where(Seat.person_id == person_id)
    return {
        "classes": _seats(session, person_id),
        "class_moves": [
            {"before": move.before, "after": move.after, "why": move.why, "at": move.at.isoformat()}
            for move in session.scalars(
                select(SeatMove).where(SeatMove.seat_id.in_(mine)).order_by(SeatMove.id)
            )
        ],
        "attendance": _attendance(session, person_id),
        "classes_taught": list(
            session.scalars(
                select(TrainingClass.name)
                .join(ClassTrainer, ClassTrainer.class_id == TrainingClass.id)
                .where(ClassTrainer.person_id == person_id)
                .order_by(TrainingClass.id)
            )
        ),
    }


def _seats(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        select(Seat, TrainingClass.name)
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .where(Seat.person_id == person_id)
        .order_by(Seat.id)
    )
    return [
        {
            "class": name,
            "state": seat.state,
            "approved": seat.approved,
            "reason": seat.reason,
            "asked_at": seat.asked_at.isoformat(),
            "decided_at": seat.decided_at.isoformat() if seat.decided_at else None,
        }
        for seat, name in session.execute(query)
    ]


def _attendance(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        select(Attendance, Meeting.starts_at)
        .join(Seat, Seat.id == Attendance.seat_id)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Seat.person_id == person_id)
        .order_by(Meeting.starts_at)
    )
    return [
        {"meeting": starts_at.isoformat(), "state": mark.state, "via": mark.via}
        for mark, starts_at in session.execute(query)
    ]


def erase_classes(session: Session, person_id: int) -> None:
    """Erase a person's seats; a seat that gets free goes to the first on the list.

    In classes that run or are over the counts lose that person too. What the person decided for
    others stays without a name.
    """
    leave_all(session, person_id, ERASED)
    _uncount(session, person_id)
    mine = select(Seat.id).where(Seat.person_id == person_id)
    session.execute(delete(Attendance).where(Attendance.seat_id.in_(mine)))
    session.execute(delete(SeatMove).where(SeatMove.seat_id.in_(mine)))
    session.execute(delete(Seat).where(Seat.person_id == person_id))
    session.execute(delete(ClassTrainer).where(ClassTrainer.person_id == person_id))
    for column in (
        Seat.nominated_by,
        Seat.decided_by,
        SeatMove.by,
        Attendance.by,
        TrainingClass.created_by,
    ):
        session.execute(update(column.class_).where(column == person_id).values({column: None}))


def _uncount(session: Session, person_id: int) -> None:
    """Take seats that are still counted out of their class: those of a class that has begun."""
    query = (
        select(TrainingClass, Seat.state)
        .join(Seat, Seat.class_id == TrainingClass.id)
        .where(Seat.person_id == person_id, Seat.state.in_(("seated", "waiting")))
        .order_by(TrainingClass.id)
        .with_for_update(of=TrainingClass, key_share=True)
    )
    for row, state in session.execute(query).all():
        row.seated -= state == "seated"
        row.queued -= state == "waiting"
    session.flush()
