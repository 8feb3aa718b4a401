"""What using a rule would do: counts, units, and people with their sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import CTE, case, func, select
from sqlalchemy.orm import Session

from lms import now, today
from lms.models import Competency, Person, Placement, Position, Profile, Unit
from plugins.courses.domain.rule_reasons import Facts, fill
from plugins.courses.domain.rules import Condition
from plugins.courses.models import TrainingClass
from plugins.courses.queries.rules.matching import (
    STANDINGS,
    fits,
    matched,
    open_seats,
    result_limits,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a rule finds: people by standing, and the free seats of the course's open classes."""

    people: int = 0
    units: int = 0
    new: int = 0
    enrolled: int = 0
    done: int = 0
    taken_back: int = 0
    fitting: int = 0
    """New ones on whose plan is something that the course teaches."""
    classes: int = 0
    free: int = 0

    @property
    def over(self) -> int:
        """Give how many new people no open class has a seat for; 0 when there are no classes."""
        return max(self.new - self.free, 0) if self.classes else 0

    def to_data(self) -> dict[str, int]:
        """Give the counts as JSON holds them."""
        return {**asdict(self), "over": self.over}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """How many people of a unit a rule finds, and how many of them are new."""

    unit: str
    people: int
    new: int
    enrolled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLine:
    """A person whom a rule finds, with the sentence that she would read."""

    person: str
    nip: str
    unit: str
    position: str
    standing: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Whom a rule means and what it gives them."""

    condition: Condition
    course_id: int
    course: str
    reason: str


def count_matches(session: Session, aim: Aim) -> Counts:
    """Count whom a rule finds; two statements."""
    found = _found(session, aim)
    fit = (found.c.standing == "new") & fits(aim.course_id, found.c.person_id)
    query = select(
        func.count(),
        func.count(func.distinct(found.c.unit_id)),
        func.coalesce(func.sum(case((fit, 1), else_=0)), 0),
        *(_each(found, s) for s in STANDINGS),
    ).select_from(found)
    people, units, fitting, *standings = session.execute(query).one()
    classes, free = session.execute(
        select(
            func.count(TrainingClass.id),
            func.coalesce(func.sum(_free()), 0),
        ).where(*open_seats(aim.course_id, now(session)))
    ).one()
    values = {name: count or 0 for name, count in zip(STANDINGS, standings, strict=True)}
    return Counts(
        people=people,
        units=units,
        fitting=int(fitting),
        classes=classes,
        free=int(free),
        **values,
    )


def _found(session: Session, aim: Aim) -> CTE:
    """Select whom a rule means, once: a standing is looked up a single time for each person."""
    query = matched(aim.condition, aim.course_id, today(session).year)
    return query.cte("found").prefix_with("MATERIALIZED")


def _each(found: Any, standing: str) -> Any:
    return func.coalesce(func.sum(case((found.c.standing == standing, 1), else_=0)), 0)


def _free() -> Any:
    left = TrainingClass.maximum - TrainingClass.seated
    return case((left > 0, left), else_=0)


def unit_lines(session: Session, aim: Aim, *, number: int, size: int) -> tuple[list[UnitLine], int]:
    """Give one page of units, those with the most new people first; and how many there are."""
    found = _found(session, aim)
    new, enrolled = _each(found, "new"), _each(found, "enrolled")
    query = (
        select(Unit.name, func.count(), new, enrolled, func.count().over())
        .select_from(found)
        .outerjoin(Unit, Unit.id == found.c.unit_id)
        .group_by(Unit.id, Unit.name)
        .order_by(new.desc(), func.count().desc(), Unit.name)
    )
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    lines = [
        UnitLine(unit=unit or "", people=people, new=fresh, enrolled=there)
        for unit, people, fresh, there, _ in rows
    ]
    return lines, rows[0][4] if rows else 0


def match_lines(
    session: Session, aim: Aim, *, number: int, size: int
) -> tuple[list[MatchLine], int]:
    """Give one page of the people whom a rule finds, new ones first; two statements."""
    found = _found(session, aim)
    query = (
        select(Person, Unit.name, Position.name, found.c.standing, func.count().over())
        .join(found, found.c.person_id == Person.id)
        .outerjoin(Placement, (Placement.person_id == Person.id) & Placement.until.is_(None))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(Position, Position.id == Placement.position_id)
        .order_by(case((found.c.standing == "new", 0), else_=1), Person.name, Person.id)
    )
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    facts = facts_of(session, aim, [person.id for person, *_ in rows])
    lines = [
        MatchLine(
            person=person.full_name,
            nip=person.nip,
            unit=unit or "",
            position=position or "",
            standing=standing,
            sentence=fill(
                aim.reason, facts_for(aim, facts.get(person.id), unit or "", position or "")
            ),
        )
        for person, unit, position, standing, _ in rows
    ]
    return lines, rows[0][4] if rows else 0


def facts_for(aim: Aim, result: Facts | None, unit: str, position: str) -> Facts:
    """Put together what the sentence of one person says."""
    return Facts(
        course=aim.course,
        unit=unit,
        position=position,
        competency=result.competency if result else "",
        level=result.level if result else None,
        required=result.required if result else None,
    )


def facts_of(session: Session, aim: Aim, person_ids: Sequence[int]) -> Mapping[int, Facts]:
    """Give the most urgent result that fits the condition by person id; one statement or none."""
    if not aim.condition.about_results or not person_ids:
        return {}
    query = (
        select(Profile.person_id, Competency.name, Profile.level, Profile.required)
        .join(Competency, Competency.id == Profile.competency_id)
        .where(Profile.person_id.in_(person_ids), *result_limits(aim.condition))
        .order_by(
            case((Profile.state == "below", 0), (Profile.state == "unclear", 1), else_=2),
            (Profile.level - func.coalesce(Profile.required, 0)),
            Competency.framework_id,
            Competency.sequence,
        )
    )
    found: dict[int, Facts] = {}
    for person_id, name, level, required in session.execute(query):
        facts = Facts(course=aim.course, competency=name, level=level, required=required)
        found.setdefault(person_id, facts)
    return found
