"""Plain functions that make plans, contents and certificates for tests."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.models import Competency, Evidence, Person, Plan, PlanItem
from plugins.certificates.domain.content import (
    MEASURED_GAIN,
    Content,
    Course,
    Holder,
    Module,
    Proof,
    Raised,
    Signer,
)
from plugins.certificates.rendering import Printable

_keys = itertools.count(1)


def make_plan(
    session: Session,
    person: Person,
    *,
    levels: dict[str, tuple[int | None, int]] | None = None,
    state: str = "closed",
    kind: str = "measured",
) -> Plan:
    """Store a plan whose items went from one level to another, with their evidence."""
    moment = session.info["site"].clock()
    closed_at = moment if state == "closed" else None
    plan = Plan(person_id=person.id, state=state, opened_at=moment, closed_at=closed_at)
    session.add(plan)
    session.flush()
    for code, (before, after) in (levels or {"D4": (1, 2)}).items():
        competency = session.scalars(select(Competency).where(Competency.code == code)).one()
        session.add(
            PlanItem(
                plan_id=plan.id,
                competency_id=competency.id,
                required=after,
                start_level=before,
                level=after,
                state="met",
                start_evidence_id=_evidence(session, person, competency, before, kind, "Tes awal"),
                met_evidence_id=_evidence(session, person, competency, after, kind, "Tes ulang"),
            )
        )
    session.flush()
    return plan


def _evidence(
    session: Session,
    person: Person,
    competency: Competency,
    level: int | None,
    kind: str,
    name: str,
) -> int | None:
    if level is None:
        return None
    moment = session.info["site"].clock()
    row = Evidence(
        key=f"test:{next(_keys)}",
        person_id=person.id,
        competency_id=competency.id,
        level=level,
        level_low=level,
        level_high=level,
        kind=kind,
        source=f"{name} kompetensi digital",
        rule="digital-v1",
        measured_on=moment.date(),
        recorded_at=moment,
    )
    session.add(row)
    session.flush()
    return row.id


def make_content(count: int = 1, **values: Any) -> Content:
    """Make what a certificate says, with `count` competencies raised."""
    given: dict[str, Any] = {
        "issuer": "Kabupaten Contoh",
        "holder": Holder(
            name="Siti Rohmah, S.Kep., Ners",
            nip="197104122000032003",
            position="Perawat Ahli Muda",
            unit="UPT Puskesmas Contoh",
        ),
        "competencies": tuple(make_raised(number) for number in range(1, count + 1)),
        "courses": (make_course(),),
        "started_on": date(2026, 11, 9),
        "ended_on": date(2027, 1, 19),
        "issued_on": date(2027, 1, 20),
        "signer": Signer(name="Drs. Contoh, M.Si.", title="Kepala BKPSDM", place="Ciruas"),
        "verify_url": "http://127.0.0.1:8000/contoh/verify/7K4M-Q2XD-9RTB",
    }
    return Content(**{**given, **values})


def make_raised(number: int = 1, **values: Any) -> Raised:
    """Make a competency that was raised from 1 to 2 by two measurements."""
    given: dict[str, Any] = {
        "code": f"D{number}",
        "name": f"Kemampuan contoh {number}",
        "before": 1,
        "after": 2,
        "before_name": "Dasar",
        "after_name": "Mandiri",
        "before_proof": make_proof("Tes awal", date(2026, 11, 3)),
        "after_proof": make_proof("Tes ulang", date(2027, 1, 19), level=2),
    }
    return Raised(**{**given, **values})


def make_proof(source: str = "Tes awal", day: date = date(2026, 11, 3), **values: Any) -> Proof:
    """Make the evidence behind a level."""
    given: dict[str, Any] = {
        "kind": "measured",
        "source": source,
        "rule": "digital-v1",
        "measured_on": day,
        "level": 1,
    }
    return Proof(**{**given, **values})


def make_course(title: str = "Aman di dunia digital", jp: int = 12) -> Course:
    """Make a finished course with two modules."""
    half = Module(title="Mengenali pesan penipuan", jp=jp // 2)
    return Course(
        title=title,
        jp=jp,
        form="Belajar online",
        finished_on=date(2027, 1, 12),
        modules=(half, Module(title="Kata sandi yang kuat", jp=jp - jp // 2)),
    )


def make_printable(**values: Any) -> Printable:
    """Make what a file is made of."""
    return Printable(
        kind=MEASURED_GAIN,
        number="0147/TITIAN/I/2027",
        code="7K4MQ2XD9RTB",
        content=make_content(**values),
        issued_at=datetime(2027, 1, 20, 3, tzinfo=UTC),
    )
