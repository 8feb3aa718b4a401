"""Roles in words, who has which, and giving or taking them with a trace in the audit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.errors import Conflict, Invalid
from lms.core.people.accounts import end_sessions
from lms.core.people.models import Person, RoleGrant
from lms.core.people.permissions import GRANTED_ROLES, grant_role, revoke_role

ROLE_NAMES = {  # i18n
    "learner": "Peserta",
    "trainer": "Pengajar",
    "officer": "Pengelola",
    "supervisor": "Atasan langsung",
    "auditor": "Pemeriksa",
    "administrator": "Administrator",
}
ROLE_MEANINGS = {  # i18n
    "trainer": "Menulis pelatihan dan soal, melihat kemajuan peserta.",
    "officer": "Memasukkan pegawai dan hasil, merencanakan pelatihan, menerbitkan sertifikat.",
    "auditor": "Melihat semua data dan catatan perubahan, tanpa mengubah.",
    "administrator": "Memberi peran, mengubah pengaturan, memasukkan pegawai.",
}


def granted_roles(session: Session, person_id: int) -> list[str]:
    """Give the roles that a person was given, in the order of GRANTED_ROLES."""
    query = select(RoleGrant.role).where(RoleGrant.person_id == person_id)
    held = set(session.scalars(query))
    return [role for role in GRANTED_ROLES if role in held]


def with_roles(session: Session, person_ids: Sequence[int]) -> set[int]:
    """Give those of some people who were given any role."""
    return set(person_ids) & set(session.scalars(select(RoleGrant.person_id)))


def give_role(session: Session, person_id: int, role: str, by: int | None) -> bool:
    """Give a role and note it; tell whether it is new. Raises Invalid for an unknown role."""
    if role in granted_roles(session, person_id):
        return False
    grant_role(session, person_id, role, by)
    _note(session, person_id, role, by, "core:role:give")
    return True


def take_role(session: Session, person_id: int, role: str, by: int | None) -> bool:
    """Take a role back and note it; tell whether the person had it.

    Raises Conflict for the last administrator: nobody could give roles any more.
    """
    if role not in GRANTED_ROLES:
        raise Invalid(f"Peran {role!r} tidak dikenal. Pilihan: {', '.join(GRANTED_ROLES)}.")
    if role not in granted_roles(session, person_id):
        return False
    if role == "administrator" and _administrators(session) == 1:
        raise Conflict("Ini administrator terakhir. Beri peran ini ke orang lain dulu.")
    revoke_role(session, person_id, role)
    _note(session, person_id, role, by, "core:role:take")
    return True


def _administrators(session: Session) -> int:
    query = (
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == "administrator", Person.active)
    )
    return session.scalar(query) or 0


def _note(session: Session, person_id: int, role: str, by: int | None, action: str) -> None:
    """Note the change, and end the person's sessions: rights change at a new log-in only."""
    end_sessions(session, person_id)
    person = session.get_one(Person, person_id)
    audit(session, by, action, person.public_id, role=role)
