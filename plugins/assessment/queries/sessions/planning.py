"""Read models of planning: the sessions, one session, its rooms and proctors, its units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from lms import NotFound
from lms.models import Person, Placement, Unit
from plugins.assessment.domain.entry_codes import shown_code
from plugins.assessment.models import (
    InstrumentVersion,
    Proctor,
    Room,
    SessionMember,
    TestSession,
)

FIXED = ("frozen", "used")


def usable(state: str, stage: str) -> bool:
    """Tell whether a session may ask an instrument version: it is open, or its form is fixed."""
    return stage != "retired" and (state == "open" or stage in FIXED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """A session in the list."""

    public_id: str
    name: str
    instrument: str
    state: str
    opens_at: datetime
    closes_at: datetime
    members: int
    rooms: int


def session_lines(session: Session, *, number: int, size: int) -> tuple[list[SessionLine], int]:
    """Give one page of the sessions, newest first, and how many there are."""
    members = (
        select(func.count())
        .where(SessionMember.session_id == TestSession.id)
        .correlate(TestSession)
        .scalar_subquery()
    )
    rooms = (
        select(func.count())
        .where(Room.session_id == TestSession.id)
        .correlate(TestSession)
        .scalar_subquery()
    )
    query = (
        select(TestSession, InstrumentVersion.name, members, rooms)
        .join(InstrumentVersion, InstrumentVersion.id == TestSession.instrument_version_id)
        .order_by(TestSession.opens_at.desc(), TestSession.id.desc())
    )
    rows = session.execute(query.offset((number - 1) * size).limit(size))
    total = session.scalar(select(func.count()).select_from(TestSession)) or 0
    return [
        SessionLine(
            public_id=row.public_id,
            name=row.name,
            instrument=instrument,
            state=row.state,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            members=n,
            rooms=k,
        )
        for row, instrument, n, k in rows
    ], total


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentChoice:
    """An instrument version that a session may ask."""

    version_id: int
    name: str
    version: int
    limit_minutes: int | None


def instrument_choices(session: Session) -> list[InstrumentChoice]:
    """Give the versions to choose from, by name, newest first."""
    query = (
        select(InstrumentVersion)
        .where(
            InstrumentVersion.stage != "retired",
            or_(InstrumentVersion.state == "open", InstrumentVersion.stage.in_(FIXED)),
        )
        .order_by(InstrumentVersion.name, InstrumentVersion.version.desc())
    )
    return [
        InstrumentChoice(
            version_id=row.id, name=row.name, version=row.version, limit_minutes=row.limit_minutes
        )
        for row in session.scalars(query)
    ]


# -- one session ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLine:
    """A room with how many sit there and who watches."""

    room_id: int
    public_id: str
    name: str
    seats: int
    members: int
    proctors: tuple[str, ...] = ()

    @property
    def free(self) -> int:
        """Give how many seats are left; negative when too many were put there."""
        return self.seats - self.members


@dataclass(frozen=True, slots=True, kw_only=True)
class ProctorLine:
    """A person who watches over one room, or over all."""

    proctor_id: int
    name: str
    unit: str
    room: str
    room_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage:
    """A session as its pages need it."""

    session_id: int
    public_id: str
    name: str
    instrument_version_id: int
    instrument: str
    version: int
    state: str
    opens_at: datetime
    closes_at: datetime
    limit_minutes: int | None
    spread_seconds: int
    grace_seconds: int
    outage_cap_minutes: int
    entry_code: str
    members: int
    without_room: int
    extra: int

    @property
    def code(self) -> str:
        """Give the entry code as people read it."""
        return shown_code(self.entry_code)


def session_page(session: Session, public: str) -> SessionPage:
    """Give a session with its counts; one statement. Raises NotFound."""
    own = select(func.count()).where(SessionMember.session_id == TestSession.id)
    counts = [
        part.correlate(TestSession).scalar_subquery()
        for part in (
            own,
            own.where(SessionMember.room_id.is_(None)),
            own.where(SessionMember.extra_minutes > 0),
        )
    ]
    query = (
        select(TestSession, InstrumentVersion.name, InstrumentVersion.version, *counts)
        .join(InstrumentVersion, InstrumentVersion.id == TestSession.instrument_version_id)
        .where(TestSession.public_id == public)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("Sesi ini tidak ditemukan.")
    return _page(row)


def _page(row: Row[*tuple[Any, ...]]) -> SessionPage:
    found, instrument, version, members, without_room, extra = row
    return SessionPage(
        session_id=found.id,
        public_id=found.public_id,
        name=found.name,
        instrument_version_id=found.instrument_version_id,
        instrument=instrument,
        version=version,
        state=found.state,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        limit_minutes=found.limit_minutes,
        spread_seconds=found.spread_seconds,
        grace_seconds=found.grace_seconds,
        outage_cap_minutes=found.outage_cap_minutes,
        entry_code=found.entry_code,
        members=members,
        without_room=without_room,
        extra=extra,
    )


def room_lines(session: Session, session_id: int) -> list[RoomLine]:
    """Give the rooms of a session by name, with who watches; two statements."""
    members = (
        select(func.count())
        .where(SessionMember.room_id == Room.id)
        .correlate(Room)
        .scalar_subquery()
    )
    query = select(Room, members).where(Room.session_id == session_id)
    watching: dict[int, list[str]] = {}
    for proctor in proctor_lines(session, session_id):
        if proctor.room_id is not None:
            watching.setdefault(proctor.room_id, []).append(proctor.name)
    return [
        RoomLine(
            room_id=room.id,
            public_id=room.public_id,
            name=room.name,
            seats=room.seats,
            members=n,
            proctors=tuple(watching.get(room.id, ())),
        )
        for room, n in session.execute(query.order_by(Room.name, Room.id))
    ]


def proctor_lines(session: Session, session_id: int) -> list[ProctorLine]:
    """Give who watches over a session, those of all rooms first."""
    query = (
        select(Proctor, Person, Room.name, Unit.name)
        .join(Person, Person.id == Proctor.person_id)
        .outerjoin(Room, Room.id == Proctor.room_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(Proctor.session_id == session_id)
        .order_by(Room.name.is_not(None), Room.name, Person.name, Proctor.id)
    )
    return [
        ProctorLine(
            proctor_id=row.id,
            name=person.full_name,
            unit=unit or "",
            room=room or "",
            room_id=row.room_id,
        )
        for row, person, room, unit in session.execute(query)
    ]
