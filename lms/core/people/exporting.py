"""People out: an XLSX that the import reads back without a difference."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from lms.core.people.models import Person, Placement, Position, Unit
from lms.core.sheets import Value, write_sheet

HEADERS = (
    "NIP",
    "Nama",
    "Gelar depan",
    "Gelar belakang",
    "Tanggal lahir",
    "L/P",
    "Jenis jabatan",
    "Jabatan",
    "Jenjang",
    "Golongan",
    "Unit kerja",
    "OPD",
    "Pendidikan",
    "No HP",
    "Email",
    "NIP atasan",
)


def export_people(session: Session) -> bytes:
    """Make an XLSX of all active people with today's post; text never becomes a formula."""
    return write_sheet(HEADERS, _rows(session), name="Pegawai")


def _rows(session: Session) -> Iterator[tuple[Value, ...]]:
    top, boss = aliased(Unit), aliased(Person)
    today = and_(Placement.person_id == Person.id, Placement.until.is_(None))
    query = (
        select(
            Person.nip,
            Person.name,
            Person.title_before,
            Person.title_after,
            Person.birth_date,
            Person.sex,
            Position.kind,
            Position.name,
            Position.level,
            Person.grade,
            Unit.name,
            top.name,
            Person.education,
            Person.phone,
            Person.email,
            boss.nip,
        )
        .outerjoin(Placement, today)
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(top, top.id == Unit.top_id)
        .outerjoin(Position, Position.id == Placement.position_id)
        .outerjoin(boss, boss.id == Placement.supervisor_id)
        .where(Person.active)
        .order_by(Person.name, Person.id)
    )
    for row in session.execute(query):
        yield tuple(row)
