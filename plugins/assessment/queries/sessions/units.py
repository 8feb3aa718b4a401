"""Read model of the units whose people a session expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.models import Person, Placement, Unit
from plugins.assessment.models import SessionUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNode:
    """A unit in the tree: `own` people work in it, `people` in it and below."""

    unit_id: int
    name: str
    own: int
    people: int
    chosen: bool
    children: tuple[UnitNode, ...] = ()

    @property
    def partly(self) -> bool:
        """Tell whether something below is chosen though this unit is not."""
        return not self.chosen and any(child.chosen or child.partly for child in self.children)


def unit_tree(session: Session, session_id: int) -> list[UnitNode]:
    """Give all units as trees, with their active people and what is chosen; one statement."""
    people = (
        select(Placement.unit_id, func.count().label("n"))
        .join(Person, Person.id == Placement.person_id)
        .where(Placement.until.is_(None), Person.active)
        .group_by(Placement.unit_id)
        .subquery()
    )
    query = (
        select(Unit.id, Unit.parent_id, Unit.name, people.c.n, SessionUnit.session_id)
        .outerjoin(people, people.c.unit_id == Unit.id)
        .outerjoin(
            SessionUnit,
            and_(SessionUnit.unit_id == Unit.id, SessionUnit.session_id == session_id),
        )
        .order_by(Unit.name, Unit.id)
    )
    below: dict[int | None, list[Any]] = {}
    for row in session.execute(query):
        below.setdefault(row.parent_id, []).append(row)
    return _nodes(below, None)


def _nodes(below: dict[int | None, list[Any]], parent: int | None) -> list[UnitNode]:
    nodes = []
    for row in below.get(parent, ()):
        children = tuple(_nodes(below, row.id))
        nodes.append(
            UnitNode(
                unit_id=row.id,
                name=row.name,
                own=row.n or 0,
                people=(row.n or 0) + sum(child.people for child in children),
                chosen=row.session_id is not None,
                children=children,
            )
        )
    return nodes
