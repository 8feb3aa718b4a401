"""Learning hours of everybody in a year, for officers: counts, a page of people, the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.models import Person, Placement, Position, Unit
from plugins.courses.domain.credits import PNS_LEAST, PPPK_MOST
from plugins.courses.domain.hours_overview import YEAR_STATES, YearState, year_state
from plugins.courses.models import Credit, LearningForm

CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFilter:
    """Which people an officer looks at."""

    year: int
    search: str = ""
    unit_id: int | None = None
    state: YearState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """A person's learning hours in a year."""

    public_id: str
    name: str
    nip: str
    employment: str
    unit: str
    jp: int
    state: YearState


def _people(wanted: YearFilter, sums: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Select people at work, joined with the sums of their year."""
    query = (
        select(*columns)
        .select_from(Person)
        .outerjoin(sums, sums.c.person_id == Person.id)
        .where(Person.active)
    )
    for word in wanted.search.casefold().split():
        query = query.where(Person.search.contains(word, autoescape=True))
    if wanted.unit_id is not None:
        query = query.where(Person.id.in_(_of_unit(wanted.unit_id)))
    return query


def _of_unit(unit_id: int) -> Any:
    """Select those who work in a unit today, or in any unit of an OPD."""
    return (
        select(Placement.person_id)
        .join(Unit, Unit.id == Placement.unit_id)
        .where(Placement.until.is_(None), or_(Unit.id == unit_id, Unit.top_id == unit_id))
    )


def _sums(year: int) -> Any:
    return (
        select(Credit.person_id, func.sum(Credit.jp).label("jp"))
        .where(Credit.year == year)
        .group_by(Credit.person_id)
        .subquery("sums")
    )


def _state(jp: Any) -> Any:
    """Say in SQL what `year_state` says in Python."""
    pppk = func.lower(Person.employment).like("pppk%")
    return case(
        (and_(pppk, jp > PPPK_MOST), "beyond"),
        (pppk, "within"),
        (jp >= PNS_LEAST, "reached"),
        else_="below",
    )


def year_counts(session: Session, wanted: YearFilter) -> dict[YearState, int]:
    """Count people by how their year stands, without looking at the state asked for."""
    sums = _sums(wanted.year)
    state = _state(func.coalesce(sums.c.jp, 0)).label("year_state")
    query = _people(wanted, sums, state, func.count()).group_by("year_state")
    found = dict(session.execute(query).all())
    return {each: found.get(each, 0) for each in YEAR_STATES}


def year_lines(session: Session, wanted: YearFilter, *, number: int, size: int) -> list[YearLine]:
    """Give one page of people by name with their year; one statement."""
    sums = _sums(wanted.year)
    jp = func.coalesce(sums.c.jp, 0)
    query = _people(wanted, sums, Person, Unit.name, jp)
    query = query.outerjoin(
        Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None))
    ).outerjoin(Unit, Unit.id == Placement.unit_id)
    if wanted.state is not None:
        query = query.where(_state(jp) == wanted.state)
    query = query.order_by(Person.name, Person.id).offset((number - 1) * size).limit(size)
    return [
        YearLine(
            public_id=person.public_id,
            name=person.full_name,
            nip=person.nip,
            employment=person.employment,
            unit=unit or "",
            jp=int(total),
            state=year_state(person.employment, int(total)),
        )
        for person, unit, total in session.execute(query)
    ]


def years_with_credits(session: Session) -> list[int]:
    """Give the years from the first of the ledger to the last; both are ends of an index."""
    first = session.scalar(select(func.min(Credit.year)))
    last = session.scalar(select(func.max(Credit.year)))
    return [] if first is None or last is None else list(range(first, last + 1))


# -- the ledger, for files -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One line of the ledger with its person, as files need it."""

    nip: str
    name: str
    position: str
    unit: str
    top: str
    employment: str
    year: int
    title: str
    form: str
    form_code: int | None
    organiser: str
    number: str
    starts_on: date | None
    ends_on: date | None
    earned_on: date
    jp: int
    kind: str
    ref: str
    certificate_class: str


def count_ledger(session: Session, wanted: YearFilter) -> int:
    """Count the lines of the ledger that a file holds."""
    return session.scalar(_ledger(wanted, func.count())) or 0


def ledger(session: Session, wanted: YearFilter) -> Iterator[LedgerLine]:
    """Give the lines of the ledger by name and day, a block at a time."""
    columns = (Person, Position.name, Unit.name, TOP.name, Credit, LearningForm.certificate_class)
    query = _ledger(wanted, *columns).order_by(Person.name, Person.id, Credit.earned_on, Credit.id)
    rows = session.execute(query.execution_options(yield_per=CHUNK))
    for person, position, unit, top, credit, certificate_class in rows:
        yield LedgerLine(
            nip=person.nip,
            name=person.full_name,
            position=position or "",
            unit=unit or "",
            top=top or "",
            employment=person.employment,
            certificate_class=certificate_class or "",
            **{name: getattr(credit, name) for name in COPIED},
        )


COPIED = (
    "year", "title", "form", "form_code", "organiser", "number", "starts_on", "ends_on",
    "earned_on", "jp", "kind", "ref",
)  # fmt: skip
TOP = aliased(Unit)


def _ledger(wanted: YearFilter, *columns: Any) -> Select[*tuple[Any, ...]]:
    query = (
        select(*columns)
        .select_from(Credit)
        .join(Person, Person.id == Credit.person_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(TOP, TOP.id == Unit.top_id)
        .outerjoin(Position, Position.id == Placement.position_id)
        .outerjoin(LearningForm, LearningForm.code == Credit.form_code)
        .where(Credit.year == wanted.year)
    )
    if wanted.unit_id is not None:
        query = query.where(or_(Unit.id == wanted.unit_id, Unit.top_id == wanted.unit_id))
    return query
