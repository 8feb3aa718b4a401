"""Who is below the standard and has no course: open items of open plans."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from lms.models import Competency, Framework, Person, Placement, Plan, PlanItem, Profile, Unit
from plugins.courses.models import Enrolment, EnrolmentGap


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNeed:
    """An open item of a plan whose gap is still there."""

    competency_id: int
    code: str
    name: str
    level: int
    required: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A person with a gap but without a course, and the reason that was given."""

    person: str
    nip: str
    unit: str
    competency: str
    level: int | None
    required: int
    reason: str


def open_needs(
    session: Session, plan_id: int, only: Iterable[int] | None = None
) -> dict[int, OpenNeed]:
    """Give the open items of a plan by competency, and hold them against other deliveries."""
    wanted = None if only is None else set(only)
    needs = [OpenNeed(**row._mapping) for row in session.execute(OPEN_NEEDS, {"plan": plan_id})]
    return {
        need.competency_id: need for need in needs if wanted is None or need.competency_id in wanted
    }


def _taken_back() -> ColumnElement[bool]:
    """Tell whether the course of this item was taken back in this round."""
    return (
        select(Enrolment.id)
        .join(EnrolmentGap, EnrolmentGap.enrolment_id == Enrolment.id)
        .where(
            Enrolment.plan_id == PlanItem.plan_id,
            Enrolment.state == "withdrawn",
            EnrolmentGap.competency_id == PlanItem.competency_id,
            EnrolmentGap.round == PlanItem.round,
        )
        .exists()
    )


# Made once, since a mass import asks it for every person.
OPEN_NEEDS = (
    select(
        PlanItem.competency_id,
        Competency.code,
        Competency.name,
        Profile.level,
        PlanItem.required,
        PlanItem.round,
    )
    .join(Plan, Plan.id == PlanItem.plan_id)
    .join(Competency, Competency.id == PlanItem.competency_id)
    .join(
        Profile,
        and_(
            Profile.person_id == Plan.person_id,
            Profile.competency_id == PlanItem.competency_id,
            Profile.state == "below",
        ),
    )
    .where(Plan.id == bindparam("plan"), PlanItem.state == "open", ~_taken_back())
    .order_by(Competency.framework_id, Competency.sequence)
    .with_for_update(of=PlanItem, key_share=True)
)


def anyone_waits(session: Session) -> bool:
    """Tell whether there is an open item at all."""
    return session.scalar(select(PlanItem.id).where(PlanItem.state == "open").limit(1)) is not None


def waiting_plans(session: Session) -> list[tuple[int, int]]:
    """Give (plan id, person id) of the open plans with an open item."""
    query = (
        select(Plan.id, Plan.person_id)
        .where(Plan.state == "open", Plan.id.in_(_open_items()))
        .order_by(Plan.id)
    )
    return [(plan_id, person_id) for plan_id, person_id in session.execute(query)]


def _open_items() -> Select[int]:
    return select(PlanItem.plan_id).where(PlanItem.state == "open")


def count_waiting_for_codes(session: Session, codes: Collection[str]) -> int:
    """Count the people with an open item of a competency with one of these codes."""
    ids = select(Competency.id).join(Framework, Framework.id == Competency.framework_id)
    found = session.scalars(ids.where(Framework.current, Competency.code.in_(codes))).all()
    return count_waiting_for(session, found)


def count_waiting_for(session: Session, competency_ids: Iterable[int]) -> int:
    """Count the people with an open item of one of these competencies."""
    query = (
        select(func.count(func.distinct(Plan.person_id)))
        .join(PlanItem, PlanItem.plan_id == Plan.id)
        .where(
            Plan.state == "open",
            PlanItem.state == "open",
            PlanItem.competency_id.in_(list(competency_ids)),
        )
    )
    return session.scalar(query) or 0


def count_without_course(session: Session) -> tuple[int, int]:
    """Count people without a course for some gap, and those gaps."""
    query = (
        select(func.count(func.distinct(Plan.person_id)), func.count(PlanItem.id))
        .join(PlanItem, PlanItem.plan_id == Plan.id)
        .where(Plan.state == "open", PlanItem.state == "open")
    )
    people, items = session.execute(query).one()
    return people, items


def list_without_course(
    session: Session, search: str, *, number: int, size: int
) -> tuple[list[WaitingLine], int]:
    """Give one page of gaps without a course by name of the person, and how many there are."""
    query = (
        select(Person, PlanItem, Competency.name, Unit.name, func.count().over())
        .join(Plan, Plan.person_id == Person.id)
        .join(PlanItem, PlanItem.plan_id == Plan.id)
        .join(Competency, Competency.id == PlanItem.competency_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(Plan.state == "open", PlanItem.state == "open")
        .order_by(Person.name, Person.id, Competency.sequence)
    )
    for word in search.casefold().split():
        query = query.where(Person.search.contains(word, autoescape=True))
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    lines = [
        WaitingLine(
            person=person.full_name,
            nip=person.nip,
            unit=unit or "",
            competency=competency,
            level=item.level,
            required=item.required,
            reason=item.reason,
        )
        for person, item, competency, unit, _ in rows
    ]
    return lines, rows[0][-1] if rows else 0


def count_unexplained(session: Session) -> int:
    """Count people below standard for whom nothing is planned and nothing is said; must be 0."""
    query = select(func.count(func.distinct(Profile.person_id)))
    return session.scalar(_unexplained(query)) or 0


def _unexplained(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Keep profiles below standard of people at work without a plan item that says why."""
    explained = (
        select(PlanItem.id)
        .join(Plan, Plan.id == PlanItem.plan_id)
        .where(
            Plan.person_id == Profile.person_id,
            Plan.state == "open",
            PlanItem.competency_id == Profile.competency_id,
            PlanItem.state != "met",
            func.trim(PlanItem.reason) != "",
        )
        .exists()
    )
    return query.join(Person, Person.id == Profile.person_id).where(
        Person.active, Profile.state == "below", ~explained
    )


def list_unexplained(
    session: Session, search: str, *, number: int, size: int
) -> tuple[list[WaitingLine], int]:
    """Give one page of people below standard without an item or a stated reason, by name."""
    query = _unexplained(
        select(Person, Profile, Competency.name, Unit.name, func.count().over()).select_from(
            Profile
        )
    )
    query = (
        query.join(Competency, Competency.id == Profile.competency_id)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .order_by(Person.name, Person.id, Competency.sequence)
    )
    for word in search.casefold().split():
        query = query.where(Person.search.contains(word, autoescape=True))
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    lines = [
        WaitingLine(
            person=person.full_name,
            nip=person.nip,
            unit=unit or "",
            competency=competency,
            level=profile.level,
            required=profile.required,
            reason="",
        )
        for person, profile, competency, unit, _ in rows
    ]
    return lines, rows[0][-1] if rows else 0


def waits_for_course(session: Session, person_id: int) -> bool | None:
    """Tell whether a person without courses waits for one.

    True: a gap is open. False: nothing was measured yet. None: no course is needed.
    """
    gaps = select(PlanItem.id).join(Plan, Plan.id == PlanItem.plan_id)
    gap = gaps.where(Plan.person_id == person_id, Plan.state == "open", PlanItem.state == "open")
    measured = select(Profile.person_id).where(Profile.person_id == person_id)
    waits, known = session.execute(select(gap.exists(), measured.exists())).one()
    return True if waits else None if known else False
