"""Read models of certificates for pages; each function costs a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms.models import Person, Plan
from plugins.certificates.domain.codes import grouped, masked_nip, read_code
from plugins.certificates.domain.content import KINDS, Content, from_json
from plugins.certificates.models import Certificate, Withheld

PAGE_SIZE = 20
NO_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ")  # as in the search text of people


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """A certificate as pages show it; `code` is grouped, `kind` a key of KINDS."""

    certificate_id: int
    person_id: int
    code: str
    kind: str
    number: str
    title: str
    content: Content
    issued_at: datetime
    revoked_at: datetime | None
    revoked_reason: str
    erased: bool

    @property
    def revoked(self) -> bool:
        """Tell whether it was revoked."""
        return self.revoked_at is not None

    @property
    def kind_name(self) -> str:
        """Give what this kind of certificate is called, in Indonesian."""
        return KINDS[self.kind]

    @property
    def nip(self) -> str:
        """Give the holder's NIP with the middle hidden."""
        return masked_nip(self.content.holder.nip)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldView:
    """A closed plan without certificate: whose it is, and why."""

    withheld_id: str
    person_public_id: str
    name: str
    nip: str
    reasons: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a person's last plan is from its certificate."""

    plan_closed: bool
    certificate: CertificateView | None
    withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFilter:
    """What the officer's list shows: words of a name, NIP or number, a code, a state."""

    search: str = ""
    state: str = ""


def by_code(session: Session, code: str | None) -> CertificateView | None:
    """Give the certificate with this code (without dashes), or None."""
    if code is None:
        return None
    row = session.scalar(select(Certificate).where(Certificate.code == code))
    return None if row is None else _view(row)


def own_certificates(session: Session, person_id: int) -> list[CertificateView]:
    """Give a person's certificates, the newest first."""
    query = select(Certificate).where(Certificate.person_id == person_id)
    return [_view(row) for row in session.scalars(_newest_first(query))]


def standing(session: Session, person_id: int) -> Standing | None:
    """Give how a person's last plan stands; None without a plan."""
    query = (
        select(Plan.state, Certificate, Withheld.id)
        .outerjoin(Certificate, Certificate.plan_id == Plan.id)
        .outerjoin(Withheld, Withheld.plan_id == Plan.id)
        .where(Plan.person_id == person_id)
        .order_by(Plan.id.desc())
        .limit(1)
    )
    found: Any = session.execute(query).first()
    if found is None:
        return None
    state, certificate, withheld = found
    return Standing(
        plan_closed=state == "closed",
        certificate=None if certificate is None else _view(certificate),
        withheld=withheld is not None,
    )


def latest_since(session: Session, person_id: int, moment: datetime) -> CertificateView | None:
    """Give a person's newest valid certificate issued since a moment, or None."""
    query = select(Certificate).where(
        Certificate.person_id == person_id,
        Certificate.state == "valid",
        Certificate.issued_at >= moment,
    )
    row = session.scalar(_newest_first(query).limit(1))
    return None if row is None else _view(row)


# -- lists ---------------------------------------------------------------------------------------


def count_certificates(session: Session, wanted: CertificateFilter) -> int:
    """Count the certificates that a filter lets through."""
    return session.scalar(_filtered(select(func.count(Certificate.id)), wanted)) or 0


def list_certificates(
    session: Session, wanted: CertificateFilter, number: int = 1, size: int = PAGE_SIZE
) -> list[CertificateView]:
    """Give one page of the certificates that a filter lets through, the newest first."""
    query = _newest_first(_filtered(select(Certificate), wanted))
    rows = session.scalars(query.offset((number - 1) * size).limit(size))
    return [_view(row) for row in rows]


def count_withheld(session: Session) -> int:
    """Count the plans whose certificate is held back."""
    return session.scalar(select(func.count(Withheld.id))) or 0


def list_withheld(session: Session, number: int = 1, size: int = PAGE_SIZE) -> list[WithheldView]:
    """Give one page of the plans whose certificate is held back, the oldest first."""
    query = (
        select(Withheld, Person)
        .join(Person, Person.id == Withheld.person_id)
        .order_by(Withheld.at, Withheld.id)
        .offset((number - 1) * size)
        .limit(size)
    )
    return [
        WithheldView(
            withheld_id=row.public_id,
            person_public_id=person.public_id,
            name=person.full_name,
            nip=masked_nip(person.nip),
            reasons=tuple(row.reasons),
            at=row.at,
        )
        for row, person in session.execute(query)
    ]


def withheld_reasons(session: Session, person_id: int) -> Sequence[str]:
    """Give why a person's certificate is held back, one sentence each."""
    query = select(Withheld.reasons).where(Withheld.person_id == person_id)
    return [reason for reasons in session.scalars(query) for reason in reasons]


def _filtered(query: Select[Any], wanted: CertificateFilter) -> Select[Any]:
    if wanted.state:
        query = query.where(Certificate.state == wanted.state)
    words = wanted.search.casefold().translate(NO_APOSTROPHES).split()
    if not words:
        return query
    query = query.join(Person, Person.id == Certificate.person_id)
    code = read_code(wanted.search)
    for word in words:
        found = [
            Person.search.contains(word, autoescape=True),
            func.lower(Certificate.number).contains(word, autoescape=True),
        ]
        query = query.where(or_(*found, *((Certificate.code == code,) if code else ())))
    return query


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(Certificate.issued_at.desc(), Certificate.id.desc())


def _view(row: Certificate) -> CertificateView:
    return CertificateView(
        certificate_id=row.id,
        person_id=row.person_id,
        code=grouped(row.code),
        kind=row.kind,
        number=row.number,
        title=row.title,
        content=from_json(row.content),
        issued_at=row.issued_at,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
        erased=row.erased_at is not None,
    )
