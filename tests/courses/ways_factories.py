"""What the tests of other ways to learn put together: certificates, facts, willing colleagues."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.people.models import Person
from plugins.courses.domain.outside import Facts
from plugins.courses.models import Coaching, CoachOffer, Credit, OutsideLearning
from plugins.courses.services.certificate_files import Certificate, checked_certificate
from plugins.courses.services.coaching.offering import offer
from tests.conftest import make_person
from tests.courses.factories import competency_id, record_levels

SEMINAR = 9
DAY = date(2026, 10, 5)


def pdf(mark: str = "satu") -> bytes:
    return f"%PDF-1.4\n% {mark}\n%%EOF\n".encode()


def photo(kind: str = "JPEG", size: tuple[int, int] = (600, 400), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **options)
    return out.getvalue()


def certificate(mark: str = "satu") -> Certificate:
    return checked_certificate(pdf(mark), "Sertifikat.pdf")


def facts(**values: Any) -> Facts:
    given = {
        "title": "Seminar Data",
        "organiser": "BPSDM Banten",
        "form_code": SEMINAR,
        "number": "123/A",
        "starts_on": DAY,
        "ends_on": DAY,
        "amount": 6,
    }
    return Facts(**{**given, **values})


def sent(session: Session, public_id: str) -> OutsideLearning:
    query = select(OutsideLearning).where(OutsideLearning.public_id == public_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def ledger_of(session: Session, person_id: int) -> list[Credit]:
    query = select(Credit).where(Credit.person_id == person_id).order_by(Credit.id)
    return list(session.scalars(query))


def willing(session: Session, *, level: int = 3, kind: str = "coaching", **values: Any) -> Person:
    """Store someone with a level in D1 who may be asked for everything."""
    person = make_person(session, **values)
    record_levels(session, person.id, {"D1": level})
    offer(session, person.id, kind, None)
    return person


def d1(session: Session) -> int:
    return competency_id(session, "D1")


def the_coaching(session: Session, public_id: str) -> Coaching:
    query = select(Coaching).where(Coaching.public_id == public_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def offers(session: Session, person_id: int) -> int:
    return len(session.scalars(select(CoachOffer).where(CoachOffer.person_id == person_id)).all())
