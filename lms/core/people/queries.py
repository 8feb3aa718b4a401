"""Read models about people: cards for plugins, the people list, units to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core.errors import NotFound
from lms.core.hooks.contracts import GapState, PersonCard
from lms.core.learning.models import Profile
from lms.core.people.models import Account, Person, Placement, Position, Unit

CHUNK = 500
STATES: dict[int, GapState] = {3: "below", 2: "unclear", 1: "meets"}


def search_text(name: str, nip: str) -> str:
    """Give what the search of the people list looks at: lower case, without apostrophes."""
    return f"{plain(name)} {nip}"[:320]


def plain(text: str) -> str:
    """Make text comparable: lower case, single spaces, no apostrophes of any kind."""
    bare = text.translate({ord(mark): None for mark in "'’‘`´ʼ"})
    return " ".join(bare.casefold().split())


# -- cards ---------------------------------------------------------------------------------------


def person_card(session: Session, person_id: int) -> PersonCard:
    """Give a person's identity, post and unit of today; raises NotFound."""
    cards = person_cards(session, [person_id])
    if person_id not in cards:
        raise NotFound("Pegawai tidak ditemukan.")
    return cards[person_id]


def person_cards(session: Session, person_ids: Sequence[int]) -> dict[int, PersonCard]:
    """Give cards by person id; ids that do not exist are missing in the answer."""
    cards: dict[int, PersonCard] = {}
    wanted = list(dict.fromkeys(person_ids))
    for start in range(0, len(wanted), CHUNK):
        query = _with_post(select(Person, Placement, Unit, Position))
        rows = session.execute(query.where(Person.id.in_(wanted[start : start + CHUNK])))
        for row in rows:
            cards[row.Person.id] = _card(row)
    return cards


def _with_post(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join today's placement, unit and post to a query about people."""
    today = and_(Placement.person_id == Person.id, Placement.until.is_(None))
    return (
        query.outerjoin(Placement, today)
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(Position, Position.id == Placement.position_id)
    )


def _card(row: Row[Any]) -> PersonCard:
    person, unit, position = row.Person, row.Unit, row.Position
    return PersonCard(
        person_id=person.id,
        public_id=person.public_id,
        nip=person.nip,
        name=person.full_name,
        employment=person.employment,
        unit_id=unit.id if unit else None,
        unit=unit.name if unit else "",
        position_id=position.id if position else None,
        position=position.name if position else "",
        position_level=position.level if position else "",
        grade=person.grade,
        birth_date=person.birth_date,
    )


def find_person(session: Session, public_id: str) -> int:
    """Give the id of a person by the id in addresses; raises NotFound."""
    found = session.scalar(select(Person.id).where(Person.public_id == public_id))
    if found is None:
        raise NotFound("Pegawai tidak ditemukan.")
    return found


def find_by_nip(session: Session, nip: str) -> int:
    """Give the id of a person by NIP; raises NotFound."""
    found = session.scalar(select(Person.id).where(Person.nip == nip))
    if found is None:
        raise NotFound(f"NIP {nip} tidak ditemukan di daftar pegawai.")
    return found


# -- the list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilter:
    """What the people list shows: words of a name or a NIP, a unit, a state, a supervisor's own."""

    search: str = ""
    unit_id: int | None = None
    state: GapState | None = None
    competency_id: int | None = None
    """Look at the state of this competency only; None: at the most urgent one."""
    supervisor_ids: frozenset[int] | None = None
    """Only those whom one of these leads today."""
    active: bool | None = True
    """Only those at work, only those who are not, or (None) both."""
    without_login: bool = False
    """Only active people who never logged in: those who need a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One line of the people list; `state` is the most urgent one, None without results."""

    public_id: str
    name: str
    nip: str
    position: str
    unit: str
    state: GapState | None
    active: bool
    has_account: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChoice:
    """A unit to choose from: `top` is the name of its OPD, empty for the OPD itself."""

    unit_id: int
    name: str
    top: str = ""


def count_people(session: Session, wanted: PeopleFilter) -> int:
    """Count the people that a filter lets through."""
    query = _filtered(_with_post(select(func.count(Person.id))), wanted)
    return session.scalar(query) or 0


def list_people(
    session: Session, wanted: PeopleFilter, *, number: int = 1, size: int = 20
) -> list[PersonLine]:
    """Give one page of the people list by name; one statement."""
    urgency = _urgency(wanted.competency_id).label("urgency")
    query = _with_post(select(Person, Unit, Position, urgency, _has_account().label("account")))
    query = _filtered(query, wanted).order_by(Person.name, Person.id)
    rows = session.execute(query.offset((number - 1) * size).limit(size))
    return [_line(row) for row in rows]


def filtered_ids(session: Session, wanted: PeopleFilter) -> list[int]:
    """Give the ids of all people that a filter lets through, by name."""
    query = _filtered(_with_post(select(Person.id)), wanted)
    return list(session.scalars(query.order_by(Person.name, Person.id)))


def _urgency(competency_id: int | None) -> Any:
    weight = case(
        (Profile.state == "below", 3),
        (Profile.state == "unclear", 2),
        (Profile.state == "meets", 1),
    )
    query = select(func.max(weight)).where(Profile.person_id == Person.id).correlate(Person)
    if competency_id is not None:
        query = query.where(Profile.competency_id == competency_id)
    return query.scalar_subquery()


def _has_account() -> Any:
    return select(Account.person_id).where(Account.person_id == Person.id).exists()


def _has_logged_in() -> Any:
    own = Account.person_id == Person.id
    used = or_(Account.last_login_at.is_not(None), Account.must_change.is_(False))
    return select(Account.person_id).where(own, used).exists()


def _filtered(query: Select[*tuple[Any, ...]], wanted: PeopleFilter) -> Select[*tuple[Any, ...]]:
    for word in plain(wanted.search).split():
        query = query.where(Person.search.contains(word, autoescape=True))
    if wanted.unit_id is not None:
        query = query.where(or_(Unit.id == wanted.unit_id, Unit.top_id == wanted.unit_id))
    if wanted.supervisor_ids is not None:
        query = query.where(Placement.supervisor_id.in_(wanted.supervisor_ids), Person.active)
    if wanted.state is not None:
        weight = next(key for key, state in STATES.items() if state == wanted.state)
        query = query.where(_urgency(wanted.competency_id) == weight)
    if wanted.active is not None:
        query = query.where(Person.active.is_(wanted.active))
    if wanted.without_login:
        query = query.where(Person.active, ~_has_logged_in())
    return query


def _line(row: Row[Any]) -> PersonLine:
    return PersonLine(
        public_id=row.Person.public_id,
        name=row.Person.full_name,
        nip=row.Person.nip,
        position=row.Position.name if row.Position else "",
        unit=row.Unit.name if row.Unit else "",
        state=STATES.get(row.urgency),
        active=row.Person.active,
        has_account=row.account,
    )


def top_units(session: Session) -> list[UnitChoice]:
    """Give the OPDs by name, for a choice list."""
    query = select(Unit.id, Unit.name).where(Unit.top_id == Unit.id).order_by(Unit.name)
    return [UnitChoice(unit_id=unit_id, name=name) for unit_id, name in session.execute(query)]


def find_units(session: Session, words: str, limit: int = 20) -> list[UnitChoice]:
    """Find units of which the name, or the name of the OPD, has all words; shortest names first."""
    top = aliased(Unit)
    query = select(Unit.id, Unit.name, top.name).outerjoin(
        top, and_(top.id == Unit.top_id, top.id != Unit.id)
    )
    for word in words.split():
        fits = [name.icontains(word, autoescape=True) for name in (Unit.name, top.name)]
        query = query.where(or_(*fits))
    rows = session.execute(query.order_by(func.length(Unit.name), Unit.name, Unit.id).limit(limit))
    return [UnitChoice(unit_id=row[0], name=row[1], top=row[2] or "") for row in rows]


def unit_choice(session: Session, unit_id: int) -> UnitChoice | None:
    """Give one unit with its OPD, or None."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        return None
    top = session.get(Unit, unit.top_id) if unit.top_id not in (None, unit.id) else None
    return UnitChoice(unit_id=unit.id, name=unit.name, top=top.name if top else "")


def without_login(session: Session, public_ids: Sequence[str]) -> list[int]:
    """Give the ids of those who are active and never logged in, by name."""
    query = select(Person.id).where(
        Person.public_id.in_(public_ids), Person.active, ~_has_logged_in()
    )
    return list(session.scalars(query.order_by(Person.name, Person.id)))
