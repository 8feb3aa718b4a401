"""Whom a person may ask: colleagues who said so, of the same unit first, then of the same OPD.

A colleague's level is personal. It decides here who is shown, and never leaves this module.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms import get_setting
from lms.models import Competency, Framework, Person, Placement, Position, Profile, Unit
from plugins.courses.domain.coaching import COACH_LEVEL
from plugins.courses.models import Coaching, CoachOffer
from plugins.courses.settings import COACHING_LEARNERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Someone who may be asked; no level, no result."""

    public_id: str
    name: str
    position: str
    unit: str
    same_unit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyChoice:
    """A competency to choose; `to_raise` when this person's own result asks for it.

    Where two frameworks have the same name for one, `name` says which framework it is of.
    """

    competency_id: int
    name: str
    to_raise: bool


def competency_choices(session: Session, person_id: int) -> list[CompetencyChoice]:
    """Give the competencies of current frameworks, those that this person is to raise first."""
    own = and_(Profile.competency_id == Competency.id, Profile.person_id == person_id)
    query = (
        select(Competency.id, Competency.name, Framework.name, Profile.state)
        .join(Framework, Framework.id == Competency.framework_id)
        .outerjoin(Profile, own)
        .where(Framework.current)
        .order_by(Framework.name, Competency.sequence)
    )
    rows = session.execute(query).all()
    times = Counter(name for _, name, _, _ in rows)
    found = [
        CompetencyChoice(
            competency_id=each,
            name=f"{name} ({framework})" if times[name] > 1 else name,
            to_raise=state in ("below", "unclear"),
        )
        for each, name, framework, state in rows
    ]
    return sorted(found, key=lambda choice: not choice.to_raise)


def colleagues(
    session: Session, person_id: int, competency_id: int, kind: str, *, number: int, size: int
) -> tuple[list[Colleague], int]:
    """Give one page of colleagues who may be asked, same unit first; three statements."""
    here = _place(session, person_id)
    if here is None:
        return [], 0
    unit_id, top_id = here
    query = _willing(session, person_id, competency_id, kind, unit_id, top_id)
    near = Placement.unit_id == unit_id
    lines = query.add_columns(Position.name, Unit.name, near, func.count().over())
    lines = lines.order_by(near.desc(), Person.name, Person.id)
    rows = session.execute(lines.offset((number - 1) * size).limit(size)).all()
    return [
        Colleague(
            public_id=person.public_id,
            name=person.full_name,
            position=position or "",
            unit=unit,
            same_unit=bool(same),
        )
        for person, position, unit, same, _ in rows
    ], rows[0][-1] if rows else 0


def colleague_by_public_id(
    session: Session, person_id: int, competency_id: int, kind: str, public_id: str
) -> int | None:
    """Give the id of a colleague who may be asked now, None for anybody else."""
    here = _place(session, person_id)
    if here is None:
        return None
    query = _willing(session, person_id, competency_id, kind, *here)
    found = session.scalar(query.where(Person.public_id == public_id))
    return found.id if found else None


def _place(session: Session, person_id: int) -> tuple[int, int] | None:
    query = (
        select(Unit.id, Unit.top_id)
        .join(Placement, Placement.unit_id == Unit.id)
        .where(Placement.person_id == person_id, Placement.until.is_(None))
    )
    row = session.execute(query).first()
    return (row[0], row[1] or row[0]) if row else None


def _willing(
    session: Session, person_id: int, competency_id: int, kind: str, unit_id: int, top_id: int
) -> Select[*tuple[Any, ...]]:
    """Select those at work there who offered this, have room, and (to coach) know it well.

    A result with a helper beside does not say what someone can do alone.
    """
    offered = select(CoachOffer.person_id).where(
        CoachOffer.kind == kind,
        or_(CoachOffer.competency_id == competency_id, CoachOffer.competency_id.is_(None)),
    )
    query: Select[*tuple[Any, ...]] = (
        select(Person)
        .join(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .join(Unit, Unit.id == Placement.unit_id)
        .outerjoin(Position, Position.id == Placement.position_id)
        .where(Person.active, Person.id != person_id, Person.id.in_(offered))
        .where(or_(Unit.id == unit_id, Unit.top_id == top_id))
        .where(_under_way() < int(get_setting(session, COACHING_LEARNERS)))
    )
    if kind != "coaching":
        return query
    return query.join(
        Profile,
        and_(
            Profile.person_id == Person.id,
            Profile.competency_id == competency_id,
            Profile.level >= COACH_LEVEL,
            Profile.assisted.is_(False),
        ),
    )


def _under_way() -> Any:
    return (
        select(func.count())
        .where(Coaching.coach_id == Person.id, Coaching.state == "agreed")
        .correlate(Person)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOffer:
    """What a person said they may be asked for: all competencies, or these."""

    everything: bool
    competency_ids: frozenset[int]

    @property
    def given(self) -> bool:
        """Tell whether there is an offer at all."""
        return self.everything or bool(self.competency_ids)


def own_offer(session: Session, person_id: int, kind: str) -> OwnOffer:
    """Give a person's own offer of a kind."""
    query = select(CoachOffer.competency_id).where(
        CoachOffer.person_id == person_id, CoachOffer.kind == kind
    )
    ids = list(session.scalars(query))
    return OwnOffer(everything=None in ids, competency_ids=frozenset(id for id in ids if id))
