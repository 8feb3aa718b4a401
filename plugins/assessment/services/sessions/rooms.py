"""Use-cases: the rooms of a session, and who watches over them."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, public_id
from lms.models import Person
from plugins.assessment.models import Attempt, Proctor, Room, SessionMember
from plugins.assessment.services.sessions.planning import find_session
from plugins.assessment.services.sessions.seating import NO_ROOM

NO_NAME = "Isi nama ruang."  # i18n
SAME_NAME = "Nama ruang ini sudah ada di sesi ini."  # i18n
SEATS = "Jumlah meja antara 1 dan 5.000."  # i18n
MOST_SEATS = 5000
IN_USE = "Di ruang ini sudah ada yang mengerjakan. Ruang tidak bisa dihapus."  # i18n
NO_PROCTOR = "Pengawas ini tidak ada di sesi ini."  # i18n


def room_of(session: Session, session_id: int, public: str) -> Room:
    """Give a room by its public id, if it belongs to this session; raises NotFound."""
    query = select(Room).where(Room.public_id == public, Room.session_id == session_id)
    room = session.scalar(query)
    if room is None:
        raise NotFound(NO_ROOM)
    return room


def save_room(
    session: Session,
    actor_id: int | None,
    public: str,
    name: str,
    seats: int,
    room: str | None = None,
) -> str:
    """Add a room, or change one; give its public id. Raises Invalid."""
    found = find_session(session, public)
    name = " ".join(name.split())[:120]
    if not name:
        raise Invalid(NO_NAME)
    if not 1 <= seats <= MOST_SEATS:
        raise Invalid(SEATS)
    if room is None:
        kept = Room(public_id=public_id(), session_id=found.id)
    else:
        kept = room_of(session, found.id, room)
    try:
        with session.begin_nested():
            kept.name, kept.seats = name, seats
            session.add(kept)
    except IntegrityError as error:
        raise Invalid(SAME_NAME) from error
    audit(session, actor_id, "assessment:session:room", public, room=kept.id, name=name)
    return kept.public_id


def remove_room(session: Session, actor_id: int | None, public: str, room: str) -> None:
    """Remove a room; its people stay without a room. Raises Conflict when a test runs there."""
    found = find_session(session, public)
    kept = room_of(session, found.id, room)
    in_use = select(func.count()).where(Attempt.room_id == kept.id)
    if session.scalar(in_use):
        raise Conflict(IN_USE)
    session.execute(
        update(SessionMember)
        .where(SessionMember.room_id == kept.id)
        .values(room_id=None, seat="")
        .execution_options(synchronize_session=False)
    )
    for watching in session.scalars(select(Proctor).where(Proctor.room_id == kept.id)):
        session.delete(watching)
    session.flush()
    session.delete(kept)
    session.flush()
    audit(session, actor_id, "assessment:session:room-removed", public, name=kept.name)


# -- proctors ------------------------------------------------------------------------------------


def add_proctor(
    session: Session, actor_id: int | None, public: str, person: str, room: str | None
) -> None:
    """Let a person watch over a room, or over all (None); once is enough."""
    found = find_session(session, public)
    person_id = session.scalar(select(Person.id).where(Person.public_id == person, Person.active))
    if person_id is None:
        raise NotFound("Pegawai tidak ditemukan.")
    room_id = room_of(session, found.id, room).id if room else None
    known = select(Proctor.id).where(
        Proctor.session_id == found.id,
        Proctor.person_id == person_id,
        Proctor.room_id.is_(None) if room_id is None else Proctor.room_id == room_id,
    )
    if session.scalar(known) is not None:
        return
    session.add(Proctor(session_id=found.id, person_id=person_id, room_id=room_id))
    session.flush()
    audit(session, actor_id, "assessment:session:proctor", public, person=person_id, room=room_id)


def remove_proctor(session: Session, actor_id: int | None, public: str, proctor_id: int) -> None:
    """Let a person watch no longer; raises NotFound for a proctor of another session."""
    found = find_session(session, public)
    watching = session.get(Proctor, proctor_id)
    if watching is None or watching.session_id != found.id:
        raise NotFound(NO_PROCTOR)
    session.delete(watching)
    session.flush()
    audit(
        session,
        actor_id,
        "assessment:session:proctor-removed",
        public,
        person=watching.person_id,
        room=watching.room_id,
    )
