"""Use-cases of approval: by the supervisor or the deputy; by an officer where there is neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotAllowed, NotFound, acts_for, audit, now
from lms.models import Placement
from plugins.courses.domain.classes import Decide
from plugins.courses.models import Seat, TrainingClass
from plugins.courses.services.classes import telling
from plugins.courses.services.classes.held import NO_SEAT, find_seat, hold_by_id, run
from plugins.courses.services.classes.seating import NOBODY, words

OWN = "Usulan Anda sendiri dijawab orang lain."  # i18n
NOT_YOURS = "Usulan ini dijawab atasan langsungnya."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What came out of several decisions; `left` are those that could not be decided any more."""

    seated: int = 0
    waiting: int = 0
    refused: int = 0
    left: int = 0


def decide_many(
    session: Session, approver_id: int, seat_ids: Sequence[str], *, grant: bool, why: str = ""
) -> Decided:
    """Approve or refuse nominations of one's people; a refusal says why.

    Raises NotFound for a nomination that is not one's own to decide. Those that were answered in
    the meantime, or whose class has started, are left and counted.
    """
    if not seat_ids:
        raise Invalid(NOBODY)
    reason = "" if grant else words(why)
    acting = acts_for(session, approver_id)
    pairs = _seats(session, seat_ids)
    if len(pairs) != len(set(seat_ids)) or any(boss not in acting for *_, boss in pairs):
        raise NotFound(NO_SEAT)
    if any(person_id == approver_id for _class, _seat, person_id, _boss in pairs):
        raise NotAllowed(OWN)
    counts = {"seated": 0, "waiting": 0, "refused": 0, "left": 0}
    for class_id, seat_id, _person, _boss in pairs:
        counts[_decide(session, class_id, seat_id, approver_id, grant=grant, why=reason)] += 1
    audit(session, approver_id, "courses:class:decide", "", grant=grant, seats=list(seat_ids))
    return Decided(**counts)


def _seats(session: Session, seat_ids: Sequence[str]) -> list[tuple[int, str, int, int | None]]:
    """Give class, seat, person and supervisor: classes by id, people by when they asked."""
    query = (
        select(Seat.class_id, Seat.public_id, Seat.person_id, Placement.supervisor_id)
        .outerjoin(
            Placement, and_(Placement.person_id == Seat.person_id, Placement.until.is_(None))
        )
        .where(Seat.public_id.in_(seat_ids))
        .order_by(Seat.class_id, Seat.asked_at, Seat.id)
    )
    return [
        (class_id, seat_id, person_id, boss)
        for class_id, seat_id, person_id, boss in session.execute(query)
    ]


def _decide(
    session: Session, class_id: int, seat_id: str, by: int, *, grant: bool, why: str
) -> str:
    row = hold_by_id(session, class_id)
    seat = find_seat(session, row, seat_id)
    try:
        _apply(session, row, seat, by, grant=grant, why=why)
    except Conflict:  # someone else was first, or the class has started: nothing was changed
        return "left"
    return seat.state


def _apply(
    session: Session, row: TrainingClass, seat: Seat, by: int, *, grant: bool, why: str
) -> None:
    run(session, row, Decide(seat=seat.state, grant=grant), seat=seat, by=by, why=why)
    seat.approved = grant
    seat.decided_by, seat.decided_at = by, now(session)
    session.flush()
    telling.decided(session, row, seat)


def decide_as_officer(
    session: Session, actor_id: int, class_id: int, seat_id: str, *, grant: bool, why: str = ""
) -> str:
    """Decide for a person who has no supervisor; give the new state. Raises NotAllowed."""
    reason = "" if grant else words(why)
    pairs = _seats(session, [seat_id])
    if not pairs or pairs[0][0] != class_id:
        raise NotFound(NO_SEAT)
    _class, _seat, person_id, boss = pairs[0]
    if boss is not None:
        raise NotAllowed(NOT_YOURS)
    if person_id == actor_id:
        raise NotAllowed(OWN)
    row = hold_by_id(session, class_id)
    seat = find_seat(session, row, seat_id)
    _apply(session, row, seat, actor_id, grant=grant, why=reason)
    audit(session, actor_id, "courses:class:decide", f"seat:{seat_id}", grant=grant)
    return seat.state
