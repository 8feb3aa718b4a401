"""Read models of learning elsewhere: my list, the officer's queue, one with its look-alikes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.models import Competency, Person, Placement, Unit
from plugins.courses.domain.outside import Facts, Known, Same, duplicates, key
from plugins.courses.models import LearningForm, OutsideLearning

STATES = ("submitted", "returned", "verified", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideLine:
    """Learning elsewhere as a line of a list."""

    public_id: str
    person_id: int
    person: str
    nip: str
    unit_name: str
    state: str
    title: str
    organiser: str
    form: str
    form_code: int
    number: str
    starts_on: date
    ends_on: date
    amount: int
    unit: str
    jp: int | None
    competency_id: int | None
    competency: str
    digest: str
    filename: str
    media_type: str
    submitted_at: datetime
    decided_at: datetime | None
    note: str
    revision: int

    @property
    def facts(self) -> Facts:
        """Give what the person says, as the rules compare it."""
        return Facts(
            title=self.title,
            organiser=self.organiser,
            form_code=self.form_code,
            number=self.number,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            amount=self.amount,
            competency_id=self.competency_id,
        )


def _lines(*more: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(OutsideLearning, Person, Unit.name, LearningForm.name, Competency.name, *more)
        .join(Person, Person.id == OutsideLearning.person_id)
        .join(LearningForm, LearningForm.code == OutsideLearning.form_code)
        .outerjoin(Placement, and_(Placement.person_id == Person.id, Placement.until.is_(None)))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(Competency, Competency.id == OutsideLearning.competency_id)
    )


def _line(row: Any) -> OutsideLine:
    sent, person, unit, form, competency = row[:5]
    return OutsideLine(
        public_id=sent.public_id,
        person_id=sent.person_id,
        person=person.full_name,
        nip=person.nip,
        unit_name=unit or "",
        state=sent.state,
        title=sent.title,
        organiser=sent.organiser,
        form=form,
        form_code=sent.form_code,
        number=sent.number,
        starts_on=sent.starts_on,
        ends_on=sent.ends_on,
        amount=sent.amount,
        unit=sent.unit,
        jp=sent.jp,
        competency_id=sent.competency_id,
        competency=competency or "",
        digest=sent.digest,
        filename=sent.filename,
        media_type=sent.media_type,
        submitted_at=sent.submitted_at,
        decided_at=sent.decided_at,
        note=sent.note,
        revision=sent.revision,
    )


def _page(
    session: Session, query: Select[*tuple[Any, ...]], number: int, size: int
) -> tuple[list[OutsideLine], int]:
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    return [_line(row) for row in rows], rows[0][-1] if rows else 0


def my_outside(
    session: Session, person_id: int, *, number: int, size: int
) -> tuple[list[OutsideLine], int]:
    """Give one page of what a person sent in, newest first; one statement."""
    query = _lines(func.count().over()).where(OutsideLearning.person_id == person_id)
    return _page(session, query.order_by(OutsideLearning.id.desc()), number, size)


def find_outside(
    session: Session, public_id: str, person_id: int | None = None
) -> OutsideLine | None:
    """Give one; with `person_id` only if it is that person's own."""
    query = _lines().where(OutsideLearning.public_id == public_id)
    if person_id is not None:
        query = query.where(OutsideLearning.person_id == person_id)
    row = session.execute(query).first()
    return _line(row) if row else None


def queue(
    session: Session,
    search: str = "",
    state: str = "submitted",
    form_code: int | None = None,
    unit_id: int | None = None,
    *,
    number: int,
    size: int,
) -> tuple[list[OutsideLine], int]:
    """Give one page of what was sent in, the longest waiting first; one statement."""
    query = _lines(func.count().over())
    query = query.where(OutsideLearning.state == state) if state else query
    for word in search.casefold().split():
        title = func.lower(OutsideLearning.title).contains(word, autoescape=True)
        query = query.where(or_(Person.search.contains(word, autoescape=True), title))
    if form_code is not None:
        query = query.where(OutsideLearning.form_code == form_code)
    if unit_id is not None:
        query = query.where(or_(Unit.id == unit_id, Unit.top_id == unit_id))
    oldest = OutsideLearning.submitted_at
    order = oldest if state == "submitted" else oldest.desc()
    return _page(session, query.order_by(order, OutsideLearning.id), number, size)


def count_waiting(session: Session) -> int:
    """Count what waits for an officer."""
    query = select(func.count()).where(OutsideLearning.state == "submitted")
    return session.scalar(query) or 0


def count_own(session: Session, person_id: int) -> dict[str, int]:
    """Count what a person sent in by state."""
    query = select(OutsideLearning.state, func.count()).where(
        OutsideLearning.person_id == person_id
    )
    return dict(session.execute(query.group_by(OutsideLearning.state)).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """One that looks like the same certificate: whose, what state, and what is the same."""

    public_id: str
    own: bool
    person: str
    title: str
    ends_on: date
    state: str
    same: Same


def look_alikes(
    session: Session,
    person_id: int,
    facts: Facts,
    digest: str = "",
    *,
    but: str = "",
    only_own: bool = False,
) -> list[LookAlike]:
    """Give what looks like the same certificate and was not withdrawn; one statement.

    `but` leaves one out; `only_own` keeps others' names from a learner.
    """
    same = [OutsideLearning.person_id == person_id]
    if not only_own and key(facts.number):
        same.append(OutsideLearning.number_key == key(facts.number)[:120])
    if not only_own and digest:
        same.append(OutsideLearning.digest == digest)
    query = _lines().where(or_(*same), OutsideLearning.state != "withdrawn")
    lines = {
        line.public_id: line
        for line in map(_line, session.execute(query.order_by(OutsideLearning.id)))
        if line.public_id != but
    }
    known = [_known(line, person_id) for line in lines.values()]
    return [
        LookAlike(
            public_id=other.public_id,
            own=other.own,
            person=lines[other.public_id].person,
            title=other.title,
            ends_on=other.ends_on,
            state=lines[other.public_id].state,
            same=why,
        )
        for other, why in duplicates(facts, digest, known)
    ]


def _known(line: OutsideLine, person_id: int) -> Known:
    return Known(
        public_id=line.public_id,
        own=line.person_id == person_id,
        title=line.title,
        organiser=line.organiser,
        number=line.number,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        digest=line.digest,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """A row of the conversion table."""

    code: int
    name: str
    classical: bool
    unit: str
    hundredths: int
    most_jp: int | None
    certificate_class: str
    legal_basis: str
    active: bool
    updated_at: datetime

    @property
    def rate(self) -> float:
        """Give the JP for one unit."""
        return self.hundredths / 100


def form_lines(session: Session, *, only_active: bool = False) -> list[FormLine]:
    """Give the conversion table: at most 25 rows."""
    query = select(LearningForm).order_by(LearningForm.code)
    if only_active:
        query = query.where(LearningForm.active)
    return [
        FormLine(
            code=row.code,
            name=row.name,
            classical=row.classical,
            unit=row.unit,
            hundredths=row.jp_per_unit_hundredths,
            most_jp=row.most_jp,
            certificate_class=row.certificate_class,
            legal_basis=row.legal_basis,
            active=row.active,
            updated_at=row.updated_at,
        )
        for row in session.scalars(query)
    ]
