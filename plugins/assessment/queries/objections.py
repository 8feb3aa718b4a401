"""Read models of objections: the person's own, the officer's list and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from lms import NotFound, now
from lms.models import Competency, Person
from plugins.assessment.domain import Purpose
from plugins.assessment.models import Attempt, Objection, Result

STATES = {  # i18n
    "open": "Menunggu jawaban",
    "accepted": "Diterima",
    "kept": "Hasil tetap",
}
ANSWER_WITHIN = timedelta(hours=72)
TOLD_FOR = timedelta(days=14)
"""How long the home page tells of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An own result that can be objected to, and the objection when there is one."""

    public_id: str
    competency_id: int
    competency: str
    purpose: Purpose
    handed_in_at: datetime
    level_low: int
    level_high: int
    state: str
    text: str
    answer: str
    created_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionLine:
    """An objection with the result it is about, for the officer."""

    public_id: str
    person_id: int
    person: str
    competency: str
    attempt: str
    purpose: Purpose
    handed_in_at: datetime
    level: int
    level_low: int
    level_high: int
    correct: float
    n: int
    text: str
    state: str
    created_at: datetime
    age: timedelta
    answer: str
    answered_by: str
    answered_at: datetime | None

    @property
    def days(self) -> int:
        """Give for how many whole days it waits."""
        return self.age.days

    @property
    def hours(self) -> int:
        """Give for how many whole hours it waits."""
        return int(self.age / timedelta(hours=1))

    @property
    def overdue(self) -> bool:
        """Tell whether it waits for longer than 3 × 24 hours."""
        return self.state == "open" and self.age > ANSWER_WITHIN


def subject(session: Session, person_id: int, public: str, competency_id: int) -> Subject:
    """Give an own result with its objection; one statement. Raises NotFound."""
    query = (
        select(Attempt, Result, Competency.name, Objection)
        .join(Result, Result.attempt_id == Attempt.id)
        .join(Competency, Competency.id == Result.competency_id)
        .outerjoin(Objection, _same())
        .where(
            Attempt.public_id == public,
            Attempt.person_id == person_id,
            Result.competency_id == competency_id,
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("Hasil tes ini tidak ditemukan.")
    said = row.Objection
    return Subject(
        public_id=public,
        competency_id=competency_id,
        competency=row.name,
        purpose=row.Attempt.purpose,
        handed_in_at=row.Attempt.handed_in_at,
        level_low=row.Result.level_low,
        level_high=row.Result.level_high,
        state=said.state if said else "",
        text=said.text if said else "",
        answer=said.answer if said else "",
        created_at=said.created_at if said else None,
        answered_at=said.answered_at if said else None,
    )


def _same() -> Any:
    return and_(
        Objection.attempt_id == Result.attempt_id,
        Objection.competency_id == Result.competency_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An own objection that was answered, for the home page."""

    attempt: str
    competency_id: int
    competency: str
    state: str
    answered_at: datetime | None


def lately_answered(session: Session, person_id: int) -> list[Answered]:
    """Give a person's objections that were answered a short while ago, the newest first."""
    query = (
        select(Attempt.public_id, Competency.name, Objection)
        .join(Attempt, Attempt.id == Objection.attempt_id)
        .join(Competency, Competency.id == Objection.competency_id)
        .where(
            Objection.person_id == person_id,
            Objection.answered_at > now(session) - TOLD_FOR,
        )
        .order_by(Objection.answered_at.desc(), Objection.id.desc())
    )
    return [
        Answered(
            attempt=public,
            competency_id=said.competency_id,
            competency=name,
            state=said.state,
            answered_at=said.answered_at,
        )
        for public, name, said in session.execute(query)
    ]


def objections(
    session: Session, state: str, *, number: int, size: int
) -> tuple[list[ObjectionLine], int]:
    """Give one page of objections, open ones first, oldest open first; two statements."""
    query = _objections()
    if state:
        query = query.where(Objection.state == state)
    total = session.scalar(query.with_only_columns(func.count(Objection.id))) or 0
    ordered = query.order_by(Objection.state != "open", Objection.id)
    rows = session.execute(ordered.offset((number - 1) * size).limit(size))
    moment = now(session)
    return [_line(row, moment) for row in rows], total


def objection(session: Session, public: str) -> ObjectionLine:
    """Give one objection; raises NotFound."""
    row = session.execute(_objections().where(Objection.public_id == public)).one_or_none()
    if row is None:
        raise NotFound("Keberatan ini tidak ditemukan.")
    return _line(row, now(session))


def _objections() -> Select[*tuple[Any, ...]]:
    officer = aliased(Person, name="officer")
    return (
        select(
            Objection,
            Person,
            Competency.name,
            Attempt,
            Result,
            officer,
        )
        .join(Attempt, Attempt.id == Objection.attempt_id)
        .join(Person, Person.id == Objection.person_id)
        .join(Competency, Competency.id == Objection.competency_id)
        .join(Result, _same())
        .outerjoin(officer, officer.id == Objection.answered_by)
    )


def _line(row: Row[*tuple[Any, ...]], moment: datetime) -> ObjectionLine:
    found, result = row.Objection, row.Result
    return ObjectionLine(
        public_id=found.public_id,
        person_id=found.person_id,
        person=row.Person.full_name,
        competency=row.name,
        attempt=row.Attempt.public_id,
        purpose=row.Attempt.purpose,
        handed_in_at=row.Attempt.handed_in_at,
        level=result.level,
        level_low=result.level_low,
        level_high=result.level_high,
        correct=result.correct,
        n=result.n,
        text=found.text,
        state=found.state,
        created_at=found.created_at,
        age=moment - found.created_at,
        answer=found.answer,
        answered_by=row.officer.full_name if row.officer else "",
        answered_at=found.answered_at,
    )
