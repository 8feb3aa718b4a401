"""Read models of the people of a session: expected ones, and who could be added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from lms.models import Person, Placement, Unit
from plugins.assessment.models import Attempt, Room, SessionMember


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """A person who is expected."""

    public_id: str
    name: str
    nip: str
    unit: str
    room: str
    seat: str
    extra_minutes: int
    started: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilter:
    """Which of the people to show; `room_id` 0 means those without a room."""

    search: str = ""
    room_id: int | None = None


def member_lines(
    session: Session, session_id: int, wanted: MemberFilter, *, number: int, size: int
) -> tuple[list[MemberLine], int]:
    """Give one page of the people by name, and how many there are; two statements."""
    started = (
        select(Attempt.id)
        .where(Attempt.session_id == session_id, Attempt.person_id == Person.id)
        .exists()
    )
    query = _members(session_id, wanted)
    total = session.scalar(query.with_only_columns(func.count())) or 0
    rows = session.execute(
        query.with_only_columns(Person, SessionMember, Unit.name, Room.name, started)
        .order_by(Person.name, Person.id)
        .offset((number - 1) * size)
        .limit(size)
    )
    return [_member(*row) for row in rows], total


def room_members(session: Session, session_id: int, room_id: int) -> Sequence[MemberLine]:
    """Give everyone of a room by seat, for the attendance list."""
    query = _members(session_id, MemberFilter(room_id=room_id))
    rows = session.execute(
        query.with_only_columns(Person, SessionMember, Unit.name, Room.name).order_by(
            func.length(SessionMember.seat), SessionMember.seat, Person.name, Person.id
        )
    )
    return [_member(*row, False) for row in rows]


def _members(session_id: int, wanted: MemberFilter) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(Person)
        .join(SessionMember, SessionMember.person_id == Person.id)
        .outerjoin(Room, Room.id == SessionMember.room_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(SessionMember.session_id == session_id)
    )
    for word in wanted.search.casefold().split():
        query = query.where(Person.search.contains(word, autoescape=True))
    if wanted.room_id is not None:
        room = SessionMember.room_id
        query = query.where(room == wanted.room_id if wanted.room_id else room.is_(None))
    return query


def _member(
    person: Person, member: SessionMember, unit: str | None, room: str | None, started: bool
) -> MemberLine:
    return MemberLine(
        public_id=person.public_id,
        name=person.full_name,
        nip=person.nip,
        unit=unit or "",
        room=room or "",
        seat=member.seat,
        extra_minutes=member.extra_minutes,
        started=started,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChoice:
    """A person found by a search."""

    public_id: str
    name: str
    nip: str
    unit: str


def find_people(session: Session, words: str, limit: int = 10) -> list[PersonChoice]:
    """Find active people by name or NIP; nobody for an empty search."""
    if not words.strip():
        return []
    query = (
        select(Person, Unit.name)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(Person.active)
    )
    for word in words.casefold().split():
        query = query.where(Person.search.contains(word, autoescape=True))
    rows = session.execute(query.order_by(Person.name, Person.id).limit(limit))
    return [
        PersonChoice(
            public_id=person.public_id, name=person.full_name, nip=person.nip, unit=unit or ""
        )
        for person, unit in rows
    ]
