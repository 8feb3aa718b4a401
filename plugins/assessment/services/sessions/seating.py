"""Use-cases: in which room people sit, and on which seat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import (
    Select,
    Table,
    and_,
    bindparam,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from lms import Conflict, NotFound, audit
from lms.models import Person, Placement, Unit
from plugins.assessment.domain.seating import Space, seat_people
from plugins.assessment.models import Attempt, Room, SessionMember, TestSession
from plugins.assessment.services.sessions.planning import CLOSED, find_session

Place = tuple[int, int | None, str]
"""A person, a room and a seat."""
NO_ROOM = "Ruang ini tidak ada di sesi ini."  # i18n


def changeable(session: Session, public: str) -> TestSession:
    """Give a session whose people and rooms may still change; raises Conflict when closed."""
    found = find_session(session, public, lock=True)
    if found.state == "closed":
        raise Conflict(CLOSED)
    return found


def check_room(session: Session, session_id: int, room_id: int) -> Room:
    """Give a room of this very session; raises NotFound."""
    room = session.get(Room, room_id)
    if room is None or room.session_id != session_id:
        raise NotFound(NO_ROOM)
    return room


def next_seat(session: Session, room_id: int) -> str:
    """Give the number after the highest one; seats that are no numbers do not count."""
    seats = session.scalars(select(SessionMember.seat).where(SessionMember.room_id == room_id))
    return str(1 + max((int(seat) for seat in seats if seat.isdigit()), default=0))


def move_people(
    session: Session,
    actor_id: int | None,
    public: str,
    person_ids: Sequence[int],
    room_id: int | None,
) -> int:
    """Move people to another room (None: to no room) and the next seats; give how many moved."""
    found = changeable(session, public)
    first = 0
    if room_id is not None:
        check_room(session, found.id, room_id)
        first = int(next_seat(session, room_id))
    query = select(SessionMember.person_id).where(
        SessionMember.session_id == found.id, SessionMember.person_id.in_(person_ids)
    )
    there = set(session.scalars(query))
    moved = [person for person in person_ids if person in there]
    _seat(
        session,
        found.id,
        [
            (person, room_id, str(first + place) if room_id else "")
            for place, person in enumerate(moved)
        ],
    )
    take_along(session, found.id, moved)
    audit(session, actor_id, "assessment:session:move", public, people=len(moved), room=room_id)
    return len(moved)


def _seat(session: Session, session_id: int, places: Sequence[Place]) -> None:
    """Store places by one prepared statement, sent for all of them at once."""
    table = cast(Table, SessionMember.__table__)
    own = (table.c.session_id == session_id, table.c.person_id == bindparam("person"))
    seated = update(table).where(*own).values(room_id=bindparam("room"), seat=bindparam("place"))
    if places:
        rows = [dict(zip(("person", "room", "place"), each, strict=True)) for each in places]
        session.connection().execute(seated, rows)
        session.expire_all()


def take_along(session: Session, session_id: int, person_ids: Sequence[int]) -> None:
    """Let tests that run follow their people into the new room."""
    room = (
        select(SessionMember.room_id)
        .where(SessionMember.session_id == session_id, SessionMember.person_id == Attempt.person_id)
        .scalar_subquery()
    )
    session.execute(
        update(Attempt)
        .where(Attempt.session_id == session_id, Attempt.person_id.in_(person_ids))
        .values(room_id=room)
        .execution_options(synchronize_session=False)
    )


def fill_rooms(session: Session, actor_id: int | None, public: str) -> tuple[int, int]:
    """Seat everyone who has no room yet, units together; give (seated, left over)."""
    found = changeable(session, public)
    people = session.execute(_unseated(found.id)).all()
    seats = seat_people([(row.person_id, row.unit_id) for row in people], spaces(session, found.id))
    _seat(
        session,
        found.id,
        [(seat.person_id, seat.room_id, seat.seat) for seat in seats],
    )
    left = len(people) - len(seats)
    audit(session, actor_id, "assessment:session:fill", public, seated=len(seats), left=left)
    return len(seats), left


def _unseated(session_id: int) -> Select[int, int | None]:
    """Select who has no room: by OPD, unit and name."""
    top = aliased(Unit)
    return (
        select(SessionMember.person_id, Placement.unit_id)
        .join(Person, Person.id == SessionMember.person_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(top, top.id == Unit.top_id)
        .where(SessionMember.session_id == session_id, SessionMember.room_id.is_(None))
        .order_by(top.name, Unit.name, Placement.unit_id, Person.name, Person.id)
    )


def spaces(session: Session, session_id: int) -> list[Space]:
    """Give what the rooms of a session have left, in their order."""
    query = (
        select(Room.id, Room.seats, SessionMember.seat, SessionMember.person_id)
        .outerjoin(SessionMember, SessionMember.room_id == Room.id)
        .where(Room.session_id == session_id)
        .order_by(Room.name, Room.id)
    )
    taken: dict[int, list[str]] = {}
    seats: dict[int, int] = {}
    for row in session.execute(query):
        seats[row.id] = row.seats
        taken.setdefault(row.id, []).extend([row.seat] if row.person_id else [])
    return [
        Space(
            room_id=room_id,
            free=n - len(taken[room_id]),
            first=1 + max((int(s) for s in taken[room_id] if s.isdigit()), default=0),
        )
        for room_id, n in seats.items()
    ]
