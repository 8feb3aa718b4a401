"""Read models of the ledger of learning hours (JP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import LearningCredit
from lms.models import Competency
from plugins.courses.models import Credit, Module, Teaches


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """One credit of the ledger."""

    title: str
    form: str
    jp: int
    year: int
    earned_on: date
    kind: str
    organiser: str
    number: str
    ref: str

    @property
    def source(self) -> str:
        """Give the public id of what this comes from, for learning elsewhere and coaching."""
        return self.ref.split(":")[1] if self.kind in ("outside", "coaching") else ""


def jp_of_year(session: Session, person_id: int, year: int) -> int:
    """Give the sum of a person's learning hours in a year."""
    query = select(func.sum(Credit.jp)).where(Credit.person_id == person_id, Credit.year == year)
    return int(session.scalar(query) or 0)


def credit_lines(session: Session, person_id: int) -> list[CreditLine]:
    """Give all credits of a person, newest first."""
    query = select(Credit).where(Credit.person_id == person_id)
    return [
        CreditLine(
            title=credit.title,
            form=credit.form,
            jp=credit.jp,
            year=credit.year,
            earned_on=credit.earned_on,
            kind=credit.kind,
            organiser=credit.organiser,
            number=credit.number,
            ref=credit.ref,
        )
        for credit in session.scalars(query.order_by(Credit.earned_on.desc(), Credit.id.desc()))
    ]


def learning_credits(
    session: Session, person_id: int, competency_ids: Sequence[int] | None, year: int | None
) -> list[LearningCredit]:
    """Give the learning hours of a person, narrowed to competencies and a year; two statements.

    Modules have minutes, not JP of their own, so their JP is 0.
    """
    query = select(Credit).where(Credit.person_id == person_id)
    if year is not None:
        query = query.where(Credit.year == year)
    if competency_ids is not None:
        # The same competency may have another id in another version of its framework.
        codes = select(Competency.code).where(Competency.id.in_(competency_ids))
        teaching = (
            select(Teaches.course_version_id)
            .join(Competency, Competency.id == Teaches.competency_id)
            .where(Competency.code.in_(codes))
        )
        query = query.where(Credit.course_version_id.in_(teaching))
    credits = session.scalars(query.order_by(Credit.earned_on, Credit.id)).all()
    titles = _module_titles(session, {c.course_version_id for c in credits if c.course_version_id})
    return [
        LearningCredit(
            title=credit.title,
            jp=credit.jp,
            finished_on=credit.earned_on,
            form=credit.form,
            modules=tuple((title, 0) for title in titles.get(credit.course_version_id or 0, ())),
        )
        for credit in credits
    ]


def _module_titles(session: Session, version_ids: set[int]) -> dict[int, list[str]]:
    query = (
        select(Module.course_version_id, Module.title)
        .where(Module.course_version_id.in_(version_ids))
        .order_by(Module.course_version_id, Module.sequence)
    )
    found: dict[int, list[str]] = {}
    if version_ids:
        for version_id, title in session.execute(query):
            found.setdefault(version_id, []).append(title)
    return found
