"""Read models of the officer's summary: counts and the gap matrix, from the ledger's profile.

What was measured with a helper beside is left out of every figure here: it shows what a person
can do together, not alone. Gaps and courses use it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select
from sqlalchemy.orm import Session, aliased

from lms.core.learning.models import Competency, Evidence, Framework, Profile
from lms.core.people.models import Person, Placement, Position, Unit

_ALONE = Profile.assisted.is_(False)
SHADES = ((55, "q4"), (40, "q3"), (25, "q2"), (0, "q1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCounts:
    """How many people of one competency meet, are below, or are unclear today.

    `first_below` counts who was below at the first result: what the training started from.
    """

    competency_id: int
    code: str
    name: str
    short: str
    assessed: int
    below: int
    unclear: int
    first_below: int

    @property
    def meets(self) -> int:
        """Give how many meet the standard."""
        return self.assessed - self.below - self.unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCount:
    """How many people of a position level are below in one competency."""

    level: str
    below: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the matrix: percent below, its shade, and the number; None when hidden."""

    competency_id: int
    percent: float | None
    shade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A unit's line of the matrix; hidden when the group is small."""

    unit_id: int | None
    name: str
    assessed: int
    hidden: str
    cells: tuple[Cell, ...]


def frameworks_with_results(session: Session) -> list[tuple[int, str, str]]:
    """Give (id, code, name) of current frameworks that have results, most results first."""
    query = (
        select(Framework.id, Framework.code, Framework.name)
        .join(Competency, Competency.framework_id == Framework.id)
        .join(Profile, Profile.competency_id == Competency.id)
        .where(Framework.current, _ALONE)
        .group_by(Framework.id, Framework.code, Framework.name)
        .order_by(func.count(func.distinct(Profile.person_id)).desc(), Framework.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def people_assessed(session: Session) -> int:
    """Give how many active people have at least one result that counts."""
    query = select(func.count(func.distinct(Profile.person_id))).join(
        Person, Person.id == Profile.person_id
    )
    return session.scalar(query.where(Person.active, _ALONE)) or 0


def state_counts(session: Session, framework_id: int) -> list[StateCounts]:
    """Give the counts of each competency of a framework, in its order."""
    first = _first_below(session, framework_id)
    query = (
        select(
            Competency.id,
            Competency.code,
            Competency.name,
            Competency.short,
            func.count(Profile.person_id),
            func.sum(cast(Profile.state == "below", Integer)),
            func.sum(cast(Profile.state == "unclear", Integer)),
        )
        .join(Profile, Profile.competency_id == Competency.id)
        .join(Person, Person.id == Profile.person_id)
        .where(Competency.framework_id == framework_id, Profile.state.is_not(None), Person.active)
        .where(_ALONE)
        .group_by(Competency.id, Competency.code, Competency.name, Competency.short)
        .order_by(func.min(Competency.sequence))
    )
    return [
        StateCounts(
            competency_id=row[0],
            code=row[1],
            name=row[2],
            short=row[3],
            assessed=row[4],
            below=row[5] or 0,
            unclear=row[6] or 0,
            first_below=first.get(row[0], 0),
        )
        for row in session.execute(query)
    ]


def _at_first(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Narrow a query over profiles to people who were below at their first result.

    The ledger keeps every result, so the first one is still there after a retest.
    """
    first = (
        select(func.min(Evidence.id))
        .group_by(Evidence.person_id, Evidence.competency_id)
        .scalar_subquery()
    )
    return (
        query.join(Person, Person.id == Profile.person_id)
        .join(
            Evidence,
            (Evidence.person_id == Profile.person_id)
            & (Evidence.competency_id == Profile.competency_id),
        )
        .where(Evidence.id.in_(first), Evidence.level_high < Profile.required, Person.active)
        .where(Evidence.assisted.is_(False), _ALONE)
    )


def _first_below(session: Session, framework_id: int) -> dict[int, int]:
    query = _at_first(select(Profile.competency_id, func.count()).select_from(Profile))
    query = query.join(Competency, Competency.id == Profile.competency_id)
    query = query.where(Competency.framework_id == framework_id).group_by(Profile.competency_id)
    return dict(session.execute(query).all())


def first_below_by_level(session: Session, competency_id: int) -> list[LevelCount]:
    """Give how many people were below at their first result, per position level."""
    query = (
        _at_first(select(Position.level, func.count()).select_from(Profile))
        .join(Placement, (Placement.person_id == Person.id) & Placement.until.is_(None))
        .join(Position, Position.id == Placement.position_id)
        .where(Profile.competency_id == competency_id)
        .group_by(Position.level)
        .order_by(func.count().desc())
    )
    return [LevelCount(level=level, below=count) for level, count in session.execute(query)]


def latest_measurement(session: Session, framework_id: int) -> tuple[str, str] | None:
    """Give (source, rule) of the newest evidence of a framework, to say where numbers come from."""
    query = (
        select(Evidence.source, Evidence.rule)
        .join(Competency, Competency.id == Evidence.competency_id)
        .where(Competency.framework_id == framework_id)
        .order_by(Evidence.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def matrix(session: Session, framework_id: int, small: int) -> list[Row]:
    """Give the gap matrix: top unit × competency, in percent below.

    Groups under `small` people are hidden, as units and cell by cell, and others are closed with
    them so that no total gives them away. One statement for all units.
    """
    top = aliased(Unit)
    query = (
        select(
            top.id,
            top.name,
            Profile.competency_id,
            func.count(),
            func.sum(cast(Profile.state == "below", Integer)),
        )
        .select_from(Profile)
        .join(Person, Person.id == Profile.person_id)
        .join(Competency, Competency.id == Profile.competency_id)
        .join(Placement, (Placement.person_id == Person.id) & Placement.until.is_(None))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(top, top.id == Unit.top_id)
        .where(Competency.framework_id == framework_id, Profile.state.is_not(None), Person.active)
        .where(_ALONE)
        .group_by(top.id, top.name, Profile.competency_id)
    )
    return arrange_matrix(session.execute(query), small)


def arrange_matrix(
    counts: Iterable[tuple[int | None, str | None, int, int, int]], small: int
) -> list[Row]:
    """Arrange (unit id, unit, competency id, assessed, below) into rows, largest unit first."""
    units: dict[int | None, dict[int, tuple[int, int]]] = {}
    names: dict[int | None, str] = {}
    for unit_id, name, competency_id, assessed, below in counts:
        units.setdefault(unit_id, {})[competency_id] = (assessed, below)
        names[unit_id] = name or "Tanpa unit"
    sizes = {unit_id: max(n for n, _ in cells.values()) for unit_id, cells in units.items()}
    columns = sorted({competency for cells in units.values() for competency in cells})
    hidden = hidden_groups(sizes, small)
    cells = _hidden_cells(units, columns, small, hidden)
    ordered = sorted(units, key=lambda unit_id: (unit_id in hidden, -sizes[unit_id]))
    return [
        Row(
            unit_id=unit_id,
            name=names[unit_id],
            assessed=sizes[unit_id],
            hidden=hidden.get(unit_id, ""),
            cells=tuple(_cell(c, units[unit_id].get(c), (unit_id, c) in cells) for c in columns),
        )
        for unit_id in ordered
    ]


def hidden_groups(
    sizes: Mapping[int | None, int], small: int, closed: Collection[int | None] = ()
) -> dict[int | None, str]:
    """Give which groups to hide: "small" ones, and "closed" ones so that no difference tells.

    The hidden ones together are what the total less the shown ones tells: while that is one group
    or fewer people than `small`, the smallest other one is closed. `closed` are hidden anyway.
    """
    hidden: dict[int | None, str] = {
        unit: "small" if n < small else "closed"
        for unit, n in sizes.items()
        if n < small or unit in closed
    }
    others = sorted(sizes.keys() - hidden.keys(), key=lambda unit: (sizes[unit], str(unit)))
    while hidden and others and (len(hidden) == 1 or sum(sizes[u] for u in hidden) < small):
        hidden[others.pop(0)] = "closed"
    return hidden


def _hidden_cells(
    units: Mapping[int | None, Mapping[int, tuple[int, int]]],
    columns: Iterable[int],
    small: int,
    closed: Collection[int | None],
) -> set[tuple[int | None, int]]:
    """Give the cells to hide: a competency may be asked of a few people of a large unit only."""
    hidden = set()
    for column in columns:
        asked = {unit: cells[column][0] for unit, cells in units.items() if column in cells}
        hidden |= {(unit, column) for unit in hidden_groups(asked, small, closed)}
    return hidden


def _cell(competency_id: int, counts: tuple[int, int] | None, hidden: bool) -> Cell:
    if hidden or counts is None or counts[0] == 0:
        return Cell(competency_id=competency_id, percent=None, shade="q0")
    percent = 100 * counts[1] / counts[0]
    shade = next(name for at_least, name in SHADES if percent >= at_least)
    return Cell(competency_id=competency_id, percent=percent, shade=shade)
