"""Read model of a person's page: identity, places of work, what was shown and what counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms.core.learning.models import Competency, CompetencyLevel, Evidence, Framework, Profile
from lms.core.people.models import Account, Person, Placement, Position, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is stored of a person, and the person's account if there is one."""

    person_id: int
    public_id: str
    nip: str
    name: str
    birth_date: date | None
    sex: str
    employment: str
    grade: str
    education: str
    phone: str
    email: str
    active: bool
    has_account: bool
    must_change: bool
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementLine:
    """Where a person worked from a day on, until the day before `until` (None: today)."""

    unit: str
    top_unit: str
    position: str
    level: str
    supervisor: str
    supervisor_public_id: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One entry of the ledger; `counts` marks the one that the profile uses."""

    framework: str
    competency: str
    level: int
    level_name: str
    required: int | None
    state: str | None
    kind: str
    source: str
    rule: str
    measured_on: date
    valid_until: date | None
    score: float | None
    counts: bool


def person_facts(session: Session, person_id: int) -> PersonFacts | None:
    """Give what is stored of a person, or None."""
    query = (
        select(Person, Account)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id == person_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    person: Person = row[0]
    account: Account | None = row[1]
    return PersonFacts(
        person_id=person.id,
        public_id=person.public_id,
        nip=person.nip,
        name=person.full_name,
        birth_date=person.birth_date,
        sex=person.sex,
        employment=person.employment,
        grade=person.grade,
        education=person.education,
        phone=person.phone,
        email=person.email,
        active=person.active,
        has_account=account is not None,
        must_change=account is not None and account.must_change,
        last_login_at=account.last_login_at if account is not None else None,
    )


def placements(session: Session, person_id: int) -> list[PlacementLine]:
    """Give a person's places of work, the latest first."""
    top, boss = aliased(Unit), aliased(Person)
    query = (
        select(Placement, Unit.name, top.name, Position.name, Position.level, boss)
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(top, top.id == Unit.top_id)
        .outerjoin(Position, Position.id == Placement.position_id)
        .outerjoin(boss, boss.id == Placement.supervisor_id)
        .where(Placement.person_id == person_id)
        .order_by(Placement.since.desc(), Placement.id.desc())
    )
    return [_placement(*row) for row in session.execute(query)]


def _placement(
    row: Placement,
    unit: str | None,
    top_unit: str | None,
    position: str | None,
    level: str | None,
    chief: Person | None,
) -> PlacementLine:
    return PlacementLine(
        unit=unit or "",
        top_unit=top_unit or "" if top_unit != unit else "",
        position=position or "",
        level=level or "",
        supervisor=chief.full_name if chief is not None else "",
        supervisor_public_id=chief.public_id if chief is not None else "",
        since=row.since,
        until=row.until,
    )


def evidence_lines(session: Session, person_id: int) -> list[EvidenceLine]:
    """Give the whole ledger of a person in framework order, newest first; one statement."""
    profile = (Profile.person_id == Evidence.person_id) & (
        Profile.competency_id == Evidence.competency_id
    )
    level = (CompetencyLevel.competency_id == Evidence.competency_id) & (
        CompetencyLevel.level == Evidence.level
    )
    query = (
        select(Evidence, Competency.name, Framework.name, CompetencyLevel.name, Profile)
        .join(Competency, Competency.id == Evidence.competency_id)
        .join(Framework, Framework.id == Competency.framework_id)
        .outerjoin(CompetencyLevel, level)
        .outerjoin(Profile, profile)
        .where(Evidence.person_id == person_id)
        .order_by(
            Framework.id, Competency.sequence, Evidence.measured_on.desc(), Evidence.id.desc()
        )
    )
    return [
        _evidence(row, competency, framework, level_name or "", counting)
        for row, competency, framework, level_name, counting in session.execute(query)
    ]


def _evidence(
    row: Evidence, competency: str, framework: str, level_name: str, counting: Profile | None
) -> EvidenceLine:
    counts = counting is not None and counting.evidence_id == row.id
    return EvidenceLine(
        framework=framework,
        competency=competency,
        level=row.level,
        level_name=level_name,
        required=counting.required if counting is not None else None,
        state=counting.state if counting is not None and counts else None,
        kind=row.kind,
        source=row.source,
        rule=row.rule,
        measured_on=row.measured_on,
        valid_until=row.valid_until,
        score=row.score,
        counts=counts,
    )


def is_led_by(session: Session, person_id: int, supervisor_ids: Collection[int]) -> bool:
    """Tell whether someone's placement of today names one of these supervisors."""
    query = select(Placement.id).where(
        Placement.person_id == person_id,
        Placement.supervisor_id.in_(supervisor_ids),
        Placement.until.is_(None),
    )
    return session.scalar(query) is not None
