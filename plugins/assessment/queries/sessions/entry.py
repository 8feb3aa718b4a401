"""Read models of a candidate: the session behind a code, what waits today, who watches today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, literal, select, union_all
from sqlalchemy.orm import Session

from lms import NotFound, now, site_of
from lms.models import Person
from plugins.assessment.domain import start_delay
from plugins.assessment.domain.entry_codes import clean_code
from plugins.assessment.models import (
    Attempt,
    InstrumentVersion,
    Proctor,
    Room,
    SessionMember,
    TestSession,
)
from plugins.assessment.queries.sessions.watching import AFTER, BEFORE

NO_CODE = "Kode ini tidak ditemukan. Periksa huruf dan angkanya."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A session as a candidate sees it; `expected` tells whether the name is on the list."""

    code: str
    name: str
    instrument: str
    about: str
    state: str
    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    limit_minutes: int | None
    extra_minutes: int
    expected: bool
    entered: bool
    room: str
    seat: str
    attempt: str
    handed_in: bool
    person: str
    nip: str

    def phase(self, moment: datetime) -> str:
        """Tell where the candidate stands: over, closed (not opened yet), early or ready."""
        if self.state == "closed" or moment >= self.closes_at:
            return "over"
        if moment < self.starts_at:
            return "early"
        return "ready" if self.state == "open" else "closed"

    def seconds_left(self, moment: datetime) -> int:
        """Give the whole seconds until this person's start, at least 1."""
        return max(1, -int(-(self.starts_at - moment).total_seconds() // 1))


def entry(session: Session, person_id: int, typed: str) -> Entry:
    """Give what stands behind an entry code for one person; one statement. Raises NotFound."""
    query = _behind(person_id).where(TestSession.entry_code == clean_code(typed))
    row = session.execute(query.order_by(Attempt.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound(NO_CODE)
    return _entry(row)


def _behind(person_id: int) -> Select[*tuple[Any, ...]]:
    """Select sessions with what one person has to do with them."""
    own = and_(SessionMember.session_id == TestSession.id, SessionMember.person_id == person_id)
    attempt = and_(
        Attempt.session_id == TestSession.id,
        Attempt.person_id == person_id,
        Attempt.closed_by != "cancelled",
    )
    return (
        select(
            TestSession,
            SessionMember,
            Person,
            Room.name.label("room"),
            InstrumentVersion.name.label("instrument"),
            InstrumentVersion.about,
            Attempt.public_id.label("attempt"),
            Attempt.handed_in_at,
        )
        .join(InstrumentVersion, InstrumentVersion.id == TestSession.instrument_version_id)
        .join(Person, Person.id == person_id)
        .outerjoin(SessionMember, own)
        .outerjoin(Room, Room.id == SessionMember.room_id)
        .outerjoin(Attempt, attempt)
    )


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    found, member, person = row.TestSession, row.SessionMember, row.Person
    delay = start_delay(found.public_id, person.public_id, found.spread_seconds)
    return Entry(
        code=found.entry_code,
        name=found.name,
        instrument=row.instrument,
        about=row.about,
        state=found.state,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        starts_at=found.opens_at + timedelta(seconds=delay),
        limit_minutes=found.limit_minutes,
        extra_minutes=member.extra_minutes if member else 0,
        expected=member is not None,
        entered=member is not None and member.entered_at is not None,
        room=row.room or "",
        seat=member.seat if member else "",
        attempt=row.attempt or "",
        handed_in=row.handed_in_at is not None,
        person=person.full_name,
        nip=person.nip,
    )


# -- what stands on the home page ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A session of today: one where a person is expected, or one to watch over."""

    kind: str
    public_id: str
    name: str
    opens_at: datetime
    room: str
    seat: str


def duties(session: Session, person_id: int) -> list[Duty]:
    """Give today's sessions of a person, the next first; one statement.

    Who has begun, or is done, is not reminded any more.
    """
    moment = now(session)
    midnight = site_of(session).local(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + timedelta(days=1)
    parts = _expected(person_id, moment, tomorrow), _watching(person_id, moment)
    rows = session.execute(union_all(*parts)).all()
    return [
        Duty(
            kind=row.kind,
            public_id=row.public_id,
            name=row.name,
            opens_at=row.opens_at,
            room=row.room or "",
            seat=row.seat,
        )
        for row in sorted(rows, key=lambda row: row.opens_at)
    ]


def _expected(person_id: int, moment: datetime, tomorrow: datetime) -> Select[*tuple[Any, ...]]:
    begun = (
        select(Attempt.id)
        .where(
            Attempt.session_id == TestSession.id,
            Attempt.person_id == person_id,
            Attempt.closed_by != "cancelled",
        )
        .exists()
    )
    return (
        select(
            literal("expected").label("kind"),
            TestSession.public_id,
            TestSession.name,
            TestSession.opens_at,
            Room.name.label("room"),
            SessionMember.seat,
        )
        .join(SessionMember, SessionMember.session_id == TestSession.id)
        .outerjoin(Room, Room.id == SessionMember.room_id)
        .where(
            SessionMember.person_id == person_id,
            TestSession.state != "closed",
            TestSession.opens_at < tomorrow,
            TestSession.closes_at > moment,
            ~begun,
        )
    )


def _watching(person_id: int, moment: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("watching"),
            TestSession.public_id,
            TestSession.name,
            TestSession.opens_at,
            Room.name,
            literal(""),
        )
        .join(Proctor, Proctor.session_id == TestSession.id)
        .outerjoin(Room, Room.id == Proctor.room_id)
        .where(
            Proctor.person_id == person_id,
            TestSession.opens_at < moment + BEFORE,
            TestSession.closes_at > moment - AFTER,
        )
    )
