"""Use-cases: plan a session, open it, close it, plan the same again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, now, public_id
from plugins.assessment.domain.entry_codes import ALPHABET, LENGTH
from plugins.assessment.models import InstrumentVersion, Proctor, Room, TestSession
from plugins.assessment.queries.sessions.planning import usable

NO_SESSION = "Sesi ini tidak ditemukan."  # i18n
STARTED = "Sesi ini sudah dibuka. Yang bisa diubah hanya peserta, ruang, dan pengawas."  # i18n
CLOSED = "Sesi ini sudah ditutup."  # i18n
ORDER = "Jam selesai harus sesudah jam mulai."  # i18n
LONGER = "Waktu tes lebih panjang daripada sesinya."  # i18n
NOT_USABLE = "Alat tes ini belum dibuka dan belum dibekukan."  # i18n
TOO_LATE = "Waktu sesi ini sudah lewat. Buat salinannya dengan tanggal baru."  # i18n
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSpec:
    """What an officer decides of a session; see :class:`plugins.assessment.models.TestSession`."""

    name: str
    instrument_version_id: int
    opens_at: datetime
    closes_at: datetime
    limit_minutes: int | None = None
    spread_seconds: int = 60
    grace_seconds: int = 120
    outage_cap_minutes: int = 30


def find_session(session: Session, public: str, *, lock: bool = False) -> TestSession:
    """Give a session by its public id; raises NotFound."""
    query = select(TestSession).where(TestSession.public_id == public)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound(NO_SESSION)
    return found


def create_session(session: Session, actor_id: int | None, spec: SessionSpec) -> str:
    """Plan a session with a new entry code; give its public id. Raises Invalid."""
    _check(session, spec)
    made = TestSession(
        public_id=public_id(),
        entry_code=_new_code(session),
        created_at=now(session),
        created_by=actor_id,
        **_values(spec),
    )
    session.add(made)
    session.flush()
    audit(session, actor_id, "assessment:session:create", made.public_id, name=made.name)
    return made.public_id


def edit_session(session: Session, actor_id: int | None, public: str, spec: SessionSpec) -> None:
    """Change a session that is planned; raises Conflict after the opening, Invalid."""
    found = find_session(session, public, lock=True)
    if found.state != "planned":
        raise Conflict(STARTED)
    _check(session, spec)
    for name, value in _values(spec).items():
        setattr(found, name, value)
    session.flush()
    audit(session, actor_id, "assessment:session:edit", public, name=spec.name)


def _values(spec: SessionSpec) -> dict[str, object]:
    return {name: getattr(spec, name) for name in SessionSpec.__slots__}


def _check(session: Session, spec: SessionSpec) -> None:
    length = spec.closes_at - spec.opens_at
    if length <= timedelta(0):
        raise Invalid(ORDER)
    if spec.limit_minutes and timedelta(minutes=spec.limit_minutes) > length:
        raise Invalid(LONGER)
    version = session.get(InstrumentVersion, spec.instrument_version_id)
    if version is None or not usable(version.state, version.stage):
        raise Invalid(NOT_USABLE)


def _new_code(session: Session) -> str:
    """Make an entry code that no other session has."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if session.scalar(select(TestSession.id).where(TestSession.entry_code == code)) is None:
            return code


def open_session(session: Session, actor_id: int | None, public: str) -> None:
    """Let people in; they start from the opening time on. Raises Conflict."""
    found = find_session(session, public, lock=True)
    if found.state != "planned":
        raise Conflict(STARTED)
    if now(session) >= found.closes_at:
        raise Conflict(TOO_LATE)
    found.state = "open"
    session.flush()
    audit(session, actor_id, "assessment:session:open", public)


def close_session(session: Session, actor_id: int | None, public: str) -> None:
    """Let nobody start any more; who has started may finish in time. Raises Conflict."""
    found = find_session(session, public, lock=True)
    if found.state == "closed":
        raise Conflict(CLOSED)
    found.state = "closed"
    session.flush()
    audit(session, actor_id, "assessment:session:close", public)


def duplicate_session(session: Session, actor_id: int | None, public: str, name: str) -> str:
    """Plan the same again a week after, with its rooms and proctors, without people.

    Gives the public id of the new session.
    """
    found = find_session(session, public)
    spec = SessionSpec(
        **{
            **{field: getattr(found, field) for field in SessionSpec.__slots__},
            "name": name[:120],
            "opens_at": found.opens_at + WEEK,
            "closes_at": found.closes_at + WEEK,
        }
    )
    copy = create_session(session, actor_id, spec)
    _copy_rooms(session, found.id, find_session(session, copy).id)
    return copy


def _copy_rooms(session: Session, source: int, target: int) -> None:
    """Copy rooms, then proctors with the new room of the same name."""
    rooms = session.scalars(select(Room).where(Room.session_id == source).order_by(Room.id)).all()
    session.add_all(
        Room(public_id=public_id(), session_id=target, name=room.name, seats=room.seats)
        for room in rooms
    )
    session.flush()
    copied = select(Room.name, Room.id).where(Room.session_id == target)
    new = dict(session.execute(copied).all())
    ids = {room.id: new[room.name] for room in rooms}
    watching = session.scalars(select(Proctor).where(Proctor.session_id == source)).all()
    session.add_all(
        Proctor(
            session_id=target,
            person_id=each.person_id,
            room_id=ids[each.room_id] if each.room_id else None,
        )
        for each in watching
    )
    session.flush()
