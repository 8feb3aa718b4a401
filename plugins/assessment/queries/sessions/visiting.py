"""Read models of people on the board: who needs a visit, everyone of a room, one person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, func
from sqlalchemy.orm import Session

from lms import NotFound, now
from lms.models import Person, Placement, Unit
from plugins.assessment.models import Attempt, Room, SessionMember
from plugins.assessment.queries.sessions.counting import State, at, members, saved, seen, state

NO_MEMBER = "Orang ini bukan peserta sesi ini."  # i18n
URGENCY = {"stuck": 0, "offline": 1, "absent": 2}
"""Who sits and does nothing is alone with it; who is offline often shares it with the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A person of a session as the board sees one; the test's fields are empty before it."""

    person_id: int
    public_id: str
    name: str
    nip: str
    unit: str
    room_id: int | None
    room_public: str
    room: str
    seat: str
    extra_minutes: int
    state: State
    entered_at: datetime | None
    attempt_id: int | None
    attempt: str
    answered: int
    asked: int
    since: datetime | None
    """When the person saved last (stuck), or the page was heard of last (offline)."""
    started_at: datetime | None
    handed_in_at: datetime | None
    medium: str
    assisted_by: str
    allowance: int


def to_visit(
    session: Session,
    session_id: int,
    room_ids: Collection[int] | None,
    *,
    absent: bool,
    number: int,
    size: int,
) -> tuple[list[Present], int]:
    """Give one page of who needs a visit, the most urgent first, and how many there are.

    Who is `absent` counts only when the session has begun. Two statements.
    """
    wanted = ["offline", "stuck", *(["absent"] if absent else [])]
    query = _people(session_id, room_ids).where(state.in_(wanted))
    urgency = case(URGENCY, value=state)
    ordered = query.order_by(urgency, seen, Person.name, Person.id)
    return _page(session, query, ordered, number, size)


def people_of(
    session: Session, session_id: int, room_ids: Collection[int] | None, *, number: int, size: int
) -> tuple[list[Present], int]:
    """Give one page of everyone by seat, and how many there are; two statements."""
    query = _people(session_id, room_ids)
    ordered = query.order_by(
        SessionMember.room_id,
        func.length(SessionMember.seat),
        SessionMember.seat,
        Person.name,
        Person.id,
    )
    return _page(session, query, ordered, number, size)


def present(session: Session, session_id: int, public: str) -> Present:
    """Give one person of a session; raises NotFound for somebody else."""
    query = _people(session_id, None).where(Person.public_id == public)
    row = session.execute(query, at(now(session))).one_or_none()
    if row is None:
        raise NotFound(NO_MEMBER)
    return _present(row)


def _page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    ordered: Select[*tuple[Any, ...]],
    number: int,
    size: int,
) -> tuple[list[Present], int]:
    moment = at(now(session))
    total = session.scalar(query.with_only_columns(func.count()), moment) or 0
    rows = session.execute(ordered.offset((number - 1) * size).limit(size), moment)
    return [_present(row) for row in rows], total


def _people(session_id: int, room_ids: Collection[int] | None) -> Select[*tuple[Any, ...]]:
    query = (
        members()
        .with_only_columns(
            Person,
            SessionMember,
            Attempt,
            Room.name.label("room"),
            Room.public_id.label("room_public"),
            Unit.name.label("unit"),
            state.label("state"),
            saved.label("saved"),
            seen.label("seen"),
        )
        .join(Person, Person.id == SessionMember.person_id)
        .outerjoin(Room, Room.id == SessionMember.room_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(SessionMember.session_id == session_id)
    )
    return query if room_ids is None else query.where(SessionMember.room_id.in_(room_ids))


def _present(row: Row[*tuple[Any, ...]]) -> Present:
    person, member, attempt = row.Person, row.SessionMember, row.Attempt
    return Present(
        person_id=person.id,
        public_id=person.public_id,
        name=person.full_name,
        nip=person.nip,
        unit=row.unit or "",
        room_id=member.room_id,
        room_public=row.room_public or "",
        room=row.room or "",
        seat=member.seat,
        extra_minutes=member.extra_minutes,
        state=row.state,
        entered_at=member.entered_at,
        attempt_id=attempt.id if attempt else None,
        attempt=attempt.public_id if attempt else "",
        answered=attempt.answered if attempt else 0,
        asked=attempt.n_items if attempt else 0,
        since={"offline": row.seen, "stuck": row.saved}.get(row.state),
        started_at=attempt.started_at if attempt else None,
        handed_in_at=attempt.handed_in_at if attempt else None,
        medium=attempt.medium if attempt else "",
        assisted_by=attempt.assisted_by if attempt else "",
        allowance=attempt.allowance if attempt else 0,
    )
