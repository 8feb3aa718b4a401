"""A class held by its row: events go through the state machine, seats move, the ledger grows.

Whoever changes a seat holds the class's row first, so that the last seat is given once and the
list has one order. Locks are taken in one order everywhere: classes by id, then people by id,
then the audit log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import NotFound, now
from lms.models import Person
from plugins.courses.domain.classes import ClassFacts, Event, Leave, Step, step
from plugins.courses.models import Seat, SeatMove, TrainingClass
from plugins.courses.services.classes.linking import enrol, unenrol

NO_CLASS = "Angkatan ini tidak ditemukan."  # i18n
NO_SEAT = "Peserta ini tidak ada di angkatan ini."  # i18n
NO_ROOM_LEFT = "Tidak ada tempat sampai angkatan mulai."  # i18n
FROM_THE_LIST = "Ada tempat yang kosong."  # i18n
NOT_AT_WORK = "Pegawai ini sudah tidak aktif."  # i18n


def hold(session: Session, public_id: str) -> TrainingClass:
    """Give a class and hold it until the end of the transaction; raises NotFound."""
    return _hold(session, TrainingClass.public_id == public_id)


def hold_by_id(session: Session, class_id: int) -> TrainingClass:
    """Give a class by its id and hold it; raises NotFound."""
    return _hold(session, TrainingClass.id == class_id)


def _hold(session: Session, which: object) -> TrainingClass:
    query = select(TrainingClass).where(which)  # type: ignore[arg-type]  # a comparison of columns
    found = session.scalar(
        query.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_CLASS)
    return found


def find_seat(session: Session, row: TrainingClass, public_id: str) -> Seat:
    """Give a seat of a class that is held; raises NotFound."""
    query = select(Seat).where(Seat.class_id == row.id, Seat.public_id == public_id)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NO_SEAT)
    return found


def seats_in(session: Session, row: TrainingClass, states: Sequence[str]) -> list[Seat]:
    """Give the seats of a class in some states, in the order of the list."""
    query = select(Seat).where(Seat.class_id == row.id, Seat.state.in_(states))
    query = query.order_by(Seat.turn, Seat.id).execution_options(populate_existing=True)
    return list(session.scalars(query))


def facts_of(row: TrainingClass) -> ClassFacts:
    """Give what the state machine wants to know of a class."""
    return ClassFacts(**{field.name: getattr(row, field.name) for field in fields(ClassFacts)})


def run(
    session: Session,
    row: TrainingClass,
    event: Event,
    *,
    seat: Seat | None = None,
    by: int | None = None,
    why: str = "",
) -> tuple[Step, list[Seat]]:
    """Let an event happen to a class that is held; give what followed and who was admitted.

    Raises what the state machine refuses with; then nothing has changed.
    """
    decided = step(facts_of(row), event, now(session))
    keep(row, decided.after)
    if seat is not None and decided.seat is not None:
        move(session, row, [seat], decided.seat, by=by, why=why)
    if decided.ends:
        move(session, row, seats_in(session, row, decided.ends), "withdrawn", by=by, why=why)
    return decided, _admit(session, row, decided.admits)


def clear_list(session: Session, row: TrainingClass, *, but: Seat | None = None) -> None:
    """Take people who are not at work any more off the waiting list, so that none gets a seat."""
    if not row.queued or not facts_of(row).moves(now(session)):
        return
    query = select(Seat).join(Person, Person.id == Seat.person_id)
    query = query.where(Seat.class_id == row.id, Seat.state == "waiting", Person.active.is_(False))
    for seat in session.scalars(query.order_by(Seat.turn)).all():
        if seat is not but:
            run(session, row, Leave(seat=seat.state), seat=seat, why=NOT_AT_WORK)


def keep(row: TrainingClass, after: ClassFacts) -> None:
    """Write down what the state machine changed of a class."""
    row.state, row.maximum = after.state, after.maximum
    row.seated, row.queued = after.seated, after.queued


def _admit(session: Session, row: TrainingClass, count: int) -> list[Seat]:
    if not count:
        return []
    head = seats_in(session, row, ("waiting",))[:count]
    move(session, row, head, "seated", why=FROM_THE_LIST)
    return head


def move(
    session: Session,
    row: TrainingClass,
    seats: Iterable[Seat],
    after: str,
    *,
    by: int | None = None,
    why: str = "",
) -> None:
    """Bring seats into a state, with their enrolments, and note it in the ledger."""
    moved, moment = list(seats), now(session)
    left = [seat for seat in moved if seat.state == "seated"]
    for seat in moved:
        seat.reason = why if after in ("refused", "withdrawn", "absent") else ""
        if after == "waiting":
            row.turns += 1
            seat.turn = row.turns
        session.add(note(seat, after, moment, by=by, why=why))
        seat.state = after
    if after == "seated":
        enrol(session, row, moved)
    elif after in ("withdrawn", "absent"):
        unenrol(session, left, why)
    session.flush()


def note(seat: Seat, after: str, moment: object, *, by: int | None, why: str) -> SeatMove:
    """Make the line of the ledger for a change of a seat that is stored already."""
    return SeatMove(seat_id=seat.id, before=seat.state, after=after, why=why, at=moment, by=by)
