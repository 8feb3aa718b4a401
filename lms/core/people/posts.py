"""A person's post by hand: what it is today, what it would become, the move itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.people.importing.posts import kind_of_level
from lms.core.people.models import Person, Position
from lms.core.people.nip import check_nip
from lms.core.people.services import current_placement, move_person, position_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where someone works, or would work: a post by name and level, a unit, a supervisor."""

    position: str = ""
    level: str = ""
    unit_id: int | None = None
    supervisor_id: int | None = None
    since: date | None = None

    def differs(self, other: Post) -> bool:
        """Tell whether post, unit or supervisor are other ones; the day alone is no difference."""
        return self.moves(other) or self.supervisor_id != other.supervisor_id

    def moves(self, other: Post) -> bool:
        """Tell whether this is a move: another post or unit, not only another supervisor."""
        return self._place() != other._place()

    def _place(self) -> tuple[str, str, int | None]:
        return self.position.lower(), self.level, self.unit_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A person found by NIP."""

    person_id: int
    name: str
    nip: str
    active: bool


def present_post(session: Session, person_id: int) -> Post:
    """Give today's post of a person; an empty one when nothing is stored."""
    row = current_placement(session, person_id)
    if row is None:
        return Post()
    position = session.get(Position, row.position_id) if row.position_id else None
    return Post(
        position=position.name if position else "",
        level=position.level if position else "",
        unit_id=row.unit_id,
        supervisor_id=row.supervisor_id,
        since=row.since,
    )


def give_post(session: Session, person_id: int, post: Post, actor: int | None) -> bool:
    """Write another post of a person; tell whether it differed. See `move_person`."""
    return move_person(
        session,
        person_id,
        unit_id=post.unit_id,
        position_id=post_id(session, post.position, post.level),
        supervisor_id=post.supervisor_id,
        since=post.since,
        actor=actor,
    )


def post_id(session: Session, name: str, level: str) -> int:
    """Give the id of a post that was typed by hand, made when it is new."""
    return position_named(session, name, kind_of_level(level), level)


def colleague(session: Session, nip: str) -> Colleague | None:
    """Find a person by a NIP in whatever writing, or None."""
    digits = check_nip(nip).normalised
    row = session.scalar(select(Person).where(Person.nip == digits)) if digits else None
    return _colleague(row)


def colleague_of(session: Session, person_id: int | None) -> Colleague | None:
    """Give a person by id, or None."""
    return _colleague(session.get(Person, person_id) if person_id else None)


def _colleague(row: Person | None) -> Colleague | None:
    if row is None:
        return None
    return Colleague(person_id=row.id, name=row.full_name, nip=row.nip, active=row.active)
