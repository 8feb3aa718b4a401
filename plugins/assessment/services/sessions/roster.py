"""Use-cases: who is expected, with how many extra minutes."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit
from lms.models import Person, Placement, Unit
from plugins.assessment.models import Attempt, SessionMember, SessionUnit
from plugins.assessment.services.sessions.seating import (
    changeable,
    check_room,
    next_seat,
    take_along,
)

NO_MEMBER = "Orang ini bukan peserta sesi ini."  # i18n
NO_PERSON = "Pegawai tidak ditemukan. Periksa NIP-nya."  # i18n
HAS_STARTED = "Orang ini sudah mulai. Ia tetap tercatat di sesi ini."  # i18n
MOST_EXTRA = 240
TOO_MANY_MINUTES = "Tambahan waktu antara 0 dan 240 menit."  # i18n


# -- who is expected -----------------------------------------------------------------------------


def choose_units(
    session: Session, actor_id: int | None, public: str, unit_ids: Collection[int]
) -> int:
    """Expect the people of these units and of all units below them; give how many there are.

    People of a unit that is no longer chosen go, unless they came in already. Who was added by
    name stays. Two people-sized statements, however many people there are.
    """
    found = changeable(session, public)
    wanted = with_branches(session, unit_ids)
    before = set(
        session.scalars(select(SessionUnit.unit_id).where(SessionUnit.session_id == found.id))
    )
    _drop_people(session, found.id, before - wanted)
    session.execute(delete(SessionUnit).where(SessionUnit.session_id == found.id))
    if wanted:
        rows = [{"session_id": found.id, "unit_id": unit} for unit in sorted(wanted)]
        session.execute(insert(SessionUnit), rows)
    _add_people(session, found.id)
    total = count_members(session, found.id)
    audit(session, actor_id, "assessment:session:units", public, units=len(wanted), people=total)
    return total


def with_branches(session: Session, unit_ids: Collection[int]) -> set[int]:
    """Give units with everything below them; ids that do not exist are left out."""
    parents = dict(session.execute(select(Unit.id, Unit.parent_id)).all())
    wanted = set(unit_ids) & set(parents)
    found: set[int] = set()
    for unit in parents:
        line: list[int] = []
        at: int | None = unit
        while at is not None and at not in wanted and at not in found:
            line.append(at)
            at = parents.get(at)
        if at is not None:
            found.update(line, {unit})
    return found


def _add_people(session: Session, session_id: int) -> None:
    there = exists().where(
        SessionMember.session_id == session_id, SessionMember.person_id == Person.id
    )
    people = (
        select(literal(session_id), Person.id, literal(""), literal(0))
        .join(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .join(
            SessionUnit,
            and_(SessionUnit.unit_id == Placement.unit_id, SessionUnit.session_id == session_id),
        )
        .where(Person.active, ~there)
    )
    columns = ["session_id", "person_id", "seat", "extra_minutes"]
    session.execute(insert(SessionMember).from_select(columns, people))


def _drop_people(session: Session, session_id: int, unit_ids: Collection[int]) -> None:
    if not unit_ids:
        return
    people = select(Placement.person_id).where(
        Placement.until.is_(None), Placement.unit_id.in_(unit_ids)
    )
    session.execute(
        delete(SessionMember).where(
            SessionMember.session_id == session_id,
            SessionMember.person_id.in_(people),
            SessionMember.entered_at.is_(None),
            ~_started(),
        )
    )


def _started() -> ColumnElement[bool]:
    return exists().where(
        Attempt.session_id == SessionMember.session_id,
        Attempt.person_id == SessionMember.person_id,
    )


def count_members(session: Session, session_id: int) -> int:
    """Count who is expected."""
    query = select(func.count()).where(SessionMember.session_id == session_id)
    return session.scalar(query) or 0


def add_member(
    session: Session,
    actor_id: int | None,
    public: str,
    person_id: int,
    room_id: int | None = None,
) -> None:
    """Expect one more person, as a proctor does on the spot; who is expected already is moved."""
    found = changeable(session, public)
    if room_id is not None:
        check_room(session, found.id, room_id)
    member = session.get(SessionMember, (found.id, person_id))
    if member is None:
        member = SessionMember(session_id=found.id, person_id=person_id)
        session.add(member)
    if room_id is not None and member.room_id != room_id:
        member.room_id, member.seat = room_id, next_seat(session, room_id)
    session.flush()
    take_along(session, found.id, [person_id])
    audit(session, actor_id, "assessment:session:add", public, person=person_id, room=room_id)


def person_by_nip(session: Session, nip: str) -> int:
    """Give the active person with a NIP, typed with or without blanks; raises NotFound."""
    digits = "".join(sign for sign in nip if sign.isdigit())
    found = session.scalar(select(Person.id).where(Person.nip == digits, Person.active))
    if found is None:
        raise NotFound(NO_PERSON)
    return found


def person_of(session: Session, public: str) -> int:
    """Give the active person with an id of addresses; raises NotFound."""
    found = session.scalar(select(Person.id).where(Person.public_id == public, Person.active))
    if found is None:
        raise NotFound(NO_PERSON)
    return found


def people_of(session: Session, publics: Collection[str]) -> list[int]:
    """Give the ids of people by their ids in addresses, by name."""
    query = select(Person.id).where(Person.public_id.in_(publics))
    return list(session.scalars(query.order_by(Person.name, Person.id)))


def remove_member(session: Session, actor_id: int | None, public: str, person_id: int) -> None:
    """Do not expect a person any more; raises Conflict for someone who has started."""
    found = changeable(session, public)
    member = member_of(session, found.id, person_id)
    started = select(Attempt.id).where(
        Attempt.session_id == found.id, Attempt.person_id == person_id
    )
    if session.scalar(started.limit(1)) is not None:
        raise Conflict(HAS_STARTED)
    session.delete(member)
    session.flush()
    audit(session, actor_id, "assessment:session:remove", public, person=person_id)


def member_of(session: Session, session_id: int, person_id: int) -> SessionMember:
    """Give a person's row in a session; raises NotFound."""
    member = session.get(SessionMember, (session_id, person_id))
    if member is None:
        raise NotFound(NO_MEMBER)
    return member


def set_extra_minutes(
    session: Session, actor_id: int | None, public: str, person_id: int, minutes: int
) -> None:
    """Decide a person's allowance before the start; raises Invalid, Conflict after it."""
    if not 0 <= minutes <= MOST_EXTRA:
        raise Invalid(TOO_MANY_MINUTES)
    found = changeable(session, public)
    member_of(session, found.id, person_id).extra_minutes = minutes
    session.flush()
    audit(
        session,
        actor_id,
        "assessment:session:allowance",
        public,
        person=person_id,
        minutes=minutes,
    )
