"""Use-cases about people: add, change, move, deactivate; units and posts made when first named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.hooks.events import PersonMoved
from lms.core.hooks.outbox import record
from lms.core.people.models import Person, PersonAlias, Placement, Position, Unit
from lms.core.people.nip import check_nip, nip_facts
from lms.core.people.queries import search_text
from lms.core.site import now, today

CHANGEABLE = (
    "name",
    "title_before",
    "title_after",
    "birth_date",
    "sex",
    "grade",
    "education",
    "phone",
    "email",
    "active",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to add; birth date, sex and employment come from the NIP unless given."""

    nip: str
    name: str
    title_before: str = ""
    title_after: str = ""
    birth_date: date | None = None
    sex: str = ""
    grade: str = ""
    education: str = ""
    phone: str = ""
    email: str = ""
    unit_id: int | None = None
    position_id: int | None = None
    supervisor_id: int | None = None


def add_person(session: Session, new: NewPerson, actor: int | None = None) -> int:
    """Add a person with today's placement; give the id.

    Raises Invalid for a NIP that cannot be, Conflict for one that is there already.
    """
    checked = check_nip(new.nip)
    if checked.verdict == "error":
        raise Invalid(checked.message)
    if not new.name.strip():
        raise Invalid("Nama kosong. Isi nama pegawai.")
    _refuse_known(session, checked.normalised)
    facts = nip_facts(checked.normalised)
    person = Person(
        nip=checked.normalised,
        name=new.name.strip(),
        title_before=new.title_before,
        title_after=new.title_after,
        search=search_text(new.name.strip(), checked.normalised),
        birth_date=new.birth_date or facts.birth_date,
        sex=new.sex or facts.sex,
        employment=facts.employment,
        grade=new.grade,
        education=new.education,
        phone=new.phone,
        email=new.email,
        created_at=now(session),
    )
    session.add(person)
    session.flush()
    post = (new.unit_id, new.position_id, new.supervisor_id)
    if post != (None, None, None):
        place(session, person.id, today(session), *post)
    audit(session, actor, "core:people:add", person.public_id)
    return person.id


def _refuse_known(session: Session, nip: str) -> None:
    if session.scalar(select(Person.id).where(Person.nip == nip)) or session.get(PersonAlias, nip):
        raise Conflict(f"NIP {nip} sudah ada di daftar pegawai.")


def update_person(
    session: Session, person_id: int, values: dict[str, Any], actor: int | None = None
) -> bool:
    """Change facts of a person (see CHANGEABLE); tell whether anything differed."""
    unknown = set(values) - set(CHANGEABLE)
    if unknown:
        raise Invalid(f"Data ini tidak dapat diubah: {', '.join(sorted(unknown))}.")
    if not values.get("name", "-").strip():
        raise Invalid("Nama kosong. Isi nama pegawai.")
    person = get_person(session, person_id)
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, values[name])
    if changed:
        person.search = search_text(person.name, person.nip)
        session.flush()
        audit(session, actor, "core:people:write", person.public_id, changed=changed)
    if "active" in changed and person.active:
        _compare_anew(session, person_id)
    return bool(changed)


def _compare_anew(session: Session, person_id: int) -> None:
    """Have someone compared who is active again: nothing was planned meanwhile."""
    row = current_placement(session, person_id)
    if row is not None:
        record(session, PersonMoved(person_id=person_id, placement_id=row.id))


def change_nip(session: Session, person_id: int, nip: str, actor: int | None = None) -> None:
    """Give a person another NIP; the former one still finds the person."""
    checked = check_nip(nip)
    if checked.verdict == "error":
        raise Invalid(checked.message)
    person = get_person(session, person_id)
    if checked.normalised == person.nip:
        return
    _refuse_known(session, checked.normalised)
    session.add(PersonAlias(nip=person.nip, person_id=person.id, until=today(session)))
    person.nip = checked.normalised
    person.search = search_text(person.name, person.nip)
    session.flush()
    audit(session, actor, "core:people:write", person.public_id, changed=["nip"])


def get_person(session: Session, person_id: int) -> Person:
    """Give a person's row; raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("Pegawai tidak ditemukan.")
    return person


# -- where a person works ------------------------------------------------------------------------


def move_person(
    session: Session,
    person_id: int,
    *,
    unit_id: int | None,
    position_id: int | None,
    supervisor_id: int | None,
    since: date | None = None,
    actor: int | None = None,
) -> bool:
    """Give a person another post, unit or supervisor from a date on; tell whether it differs.

    Another post or unit is a move: a new dated row and `PersonMoved`. Another supervisor alone is
    written into today's row. Raises Invalid for a date before the present placement began.
    """
    person = get_person(session, person_id)
    if supervisor_id == person_id:
        raise Invalid("Pegawai tidak dapat menjadi atasan dirinya sendiri.")
    now_at = current_placement(session, person_id)
    before = (now_at.unit_id, now_at.position_id) if now_at else (None, None)
    if now_at and before == (unit_id, position_id):
        changed = now_at.supervisor_id != supervisor_id
        now_at.supervisor_id = supervisor_id
        session.flush()
    else:
        changed = True
        start = since or today(session)
        placement_id = place(session, person_id, start, unit_id, position_id, supervisor_id)
        record(session, PersonMoved(person_id=person_id, placement_id=placement_id))
    if changed:
        audit(session, actor, "core:people:move", person.public_id)
    return changed


def current_placement(session: Session, person_id: int) -> Placement | None:
    """Give today's placement row, or None."""
    query = select(Placement).where(Placement.person_id == person_id, Placement.until.is_(None))
    return session.scalar(query)


def place(
    session: Session,
    person_id: int,
    since: date,
    unit_id: int | None = None,
    position_id: int | None = None,
    supervisor_id: int | None = None,
) -> int:
    """End the present placement and begin the next one; give its id.

    A placement that began on the same day is corrected, not ended: it never held. `until` of the
    old row is the first day of the new one.
    """
    row = current_placement(session, person_id)
    if row is not None and since < row.since:
        raise Invalid(f"Tanggal mulai tidak boleh sebelum {row.since:%d-%m-%Y}.")
    if row is None or row.since < since:
        if row is not None:
            row.until = since
            session.flush()  # the index allows one open row per person
        row = Placement(person_id=person_id, since=since)
        session.add(row)
    row.unit_id, row.position_id, row.supervisor_id = unit_id, position_id, supervisor_id
    session.flush()
    return row.id


def unit_named(session: Session, name: str, top_name: str = "") -> int:
    """Give the id of a unit below an OPD (or of the OPD itself), made when it is new."""
    top_id = _unit(session, top_name or name, None)
    return top_id if not top_name or name == top_name else _unit(session, name, top_id)


def _unit(session: Session, name: str, top_id: int | None) -> int:
    query = select(Unit.id).where(Unit.name == name)
    where = Unit.top_id == Unit.id if top_id is None else Unit.top_id == top_id
    found = session.scalar(query.where(where).order_by(Unit.id).limit(1))
    if found is not None:
        return found
    unit = Unit(name=name, parent_id=top_id, top_id=top_id)
    session.add(unit)
    session.flush()
    if top_id is None:
        unit.top_id = unit.id
        session.flush()
    return unit.id


def position_named(session: Session, name: str, kind: str, level: str) -> int:
    """Give the id of a post of this name (in any case) and level, made when it is new."""
    same = or_(Position.name == name, func.lower(Position.name) == name.lower())
    query = select(Position.id).where(same, Position.level == level)
    found = session.scalar(query.order_by(Position.name != name, Position.id).limit(1))
    if found is None:
        row = Position(name=name, kind=kind, level=level)
        session.add(row)
        session.flush()
        found = row.id
    return found
