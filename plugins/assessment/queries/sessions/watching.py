"""Read models of those who watch: what one may see, and the minutes given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from lms import NotFound, now
from lms.models import Person
from plugins.assessment.models import (
    Attempt,
    Proctor,
    Room,
    TestSession,
    TimeGrant,
)

NO_SESSION = "Sesi ini tidak ditemukan."
BEFORE, AFTER = timedelta(hours=24), timedelta(hours=24)
"""How long before the opening and after the closing proctors may see their rooms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A session as one person may watch it: `room_ids` None means every room.

    `officer` may also decide what concerns all rooms.
    """

    session_id: int
    public_id: str
    name: str
    state: str
    opens_at: datetime
    closes_at: datetime
    limit_minutes: int | None
    entry_code: str
    room_ids: frozenset[int] | None
    officer: bool

    def sees(self, room_id: int | None) -> bool:
        """Tell whether a room, or having none, belongs to what this person may see."""
        return self.room_ids is None or room_id in self.room_ids


def watch(session: Session, public: str, person_id: int, *, officer: bool) -> Watch:
    """Give what a person may watch of a session; one statement.

    Raises NotFound for a session that does not exist and for one that is none of this person's
    business, alike. A proctor sees it only around its day.
    """
    query = (
        select(TestSession, Proctor.id.label("proctor"), Proctor.room_id)
        .outerjoin(
            Proctor, and_(Proctor.session_id == TestSession.id, Proctor.person_id == person_id)
        )
        .where(TestSession.public_id == public)
    )
    rows = session.execute(query).all()
    if not rows:
        raise NotFound(NO_SESSION)
    found = rows[0].TestSession
    moment = now(session)
    own = [row.room_id for row in rows if row.proctor is not None]
    around = found.opens_at - BEFORE <= moment < found.closes_at + AFTER
    if not officer and not (own and around):
        raise NotFound(NO_SESSION)
    return Watch(
        session_id=found.id,
        public_id=found.public_id,
        name=found.name,
        state=found.state,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        limit_minutes=found.limit_minutes,
        entry_code=found.entry_code,
        room_ids=None if officer or None in own else frozenset(own),
        officer=officer,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRoom:
    """A room that a person may watch."""

    room_id: int
    public_id: str
    name: str
    seats: int


def watched_rooms(session: Session, seen: Watch) -> list[WatchedRoom]:
    """Give the rooms of a watch by name."""
    query = select(Room).where(Room.session_id == seen.session_id).order_by(Room.name, Room.id)
    if seen.room_ids is not None:
        query = query.where(Room.id.in_(seen.room_ids))
    return [
        WatchedRoom(room_id=room.id, public_id=room.public_id, name=room.name, seats=room.seats)
        for room in session.scalars(query)
    ]


def watched_room(session: Session, seen: Watch, public: str) -> WatchedRoom:
    """Give a room of this session that this person may watch; raises NotFound."""
    query = select(Room).where(Room.public_id == public, Room.session_id == seen.session_id)
    room = session.scalar(query)
    if room is None or not seen.sees(room.id):
        raise NotFound("Ruang ini tidak ada di sesi ini.")
    return WatchedRoom(room_id=room.id, public_id=room.public_id, name=room.name, seats=room.seats)


# -- minutes that were given ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine:
    """What was given with one tap, or by the rule for outages (without a batch)."""

    batch: str
    minutes: int
    people: int
    at: datetime
    by: str
    reason: str
    room: str
    undone: bool


def grant_lines(session: Session, seen: Watch, limit: int = 10) -> list[GrantLine]:
    """Give the newest grants of a session, of the rooms that this person may see."""
    query = (
        select(
            TimeGrant.batch,
            func.max(TimeGrant.seconds).label("seconds"),
            func.min(TimeGrant.seconds).label("least"),
            func.count(func.distinct(TimeGrant.attempt_id)).label("people"),
            func.min(TimeGrant.granted_at).label("at"),
            func.max(TimeGrant.reason).label("reason"),
            func.min(Room.name).label("room"),
            func.count(func.distinct(Room.id)).label("rooms"),
            func.max(Person.name).label("by"),
        )
        .join(Attempt, Attempt.id == TimeGrant.attempt_id)
        .outerjoin(Room, Room.id == Attempt.room_id)
        .outerjoin(Person, Person.id == TimeGrant.granted_by)
        .where(Attempt.session_id == seen.session_id)
        .group_by(TimeGrant.batch, TimeGrant.outage_id)
        .order_by(func.min(TimeGrant.granted_at).desc(), func.min(TimeGrant.id).desc())
        .limit(limit)
    )
    if seen.room_ids is not None:
        query = query.where(Attempt.room_id.in_(seen.room_ids))
    return [_grant(row) for row in session.execute(query)]


def _grant(row: Row[*tuple[Any, ...]]) -> GrantLine:
    return GrantLine(
        batch=row.batch,
        minutes=-int(-row.seconds // 60),
        people=row.people,
        at=row.at,
        by=row.by or "",
        reason=row.reason,
        room=row.room if row.rooms == 1 else "",
        undone=row.least < 0,
    )
