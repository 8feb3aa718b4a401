"""What roles may do, and who a logged-in person is: read in one statement per request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.core.errors import Invalid
from lms.core.hooks.contracts import Permission, Viewer
from lms.core.hooks.registry import Registry
from lms.core.people.deputies import covers
from lms.core.people.models import Account, Deputy, Person, Placement, RoleGrant
from lms.core.site import now, site_of, today

GRANTED_ROLES = ("trainer", "officer", "auditor", "administrator")
"""Roles that are given; everyone is a learner, whoever has people or stands in a supervisor."""

CORE_PERMISSIONS = (
    Permission(
        name="core:overview:read",
        title="Melihat ringkasan",
        roles=("officer", "auditor", "administrator"),
    ),
    Permission(
        name="core:people:read",
        title="Melihat pegawai",
        roles=("officer", "auditor", "administrator"),
    ),
    Permission(name="core:people:write", title="Mengubah pegawai", roles=("officer",)),
    Permission(
        name="core:people:import",
        title="Memasukkan data pegawai",
        roles=("officer", "administrator"),
    ),
    Permission(
        name="core:people:reset",
        title="Membuat kata sandi baru",
        roles=("officer", "administrator"),
    ),
    Permission(name="core:people:team", title="Melihat pegawai saya", roles=("supervisor",)),
    Permission(
        name="core:deputy:write",
        title="Menunjuk Plt dan Plh",
        roles=("officer", "administrator"),
    ),
    Permission(name="core:role:write", title="Memberi peran", roles=("administrator",)),
    Permission(
        name="core:standard:read",
        title="Melihat standar jabatan",
        roles=("officer", "trainer", "auditor", "administrator"),
    ),
    Permission(
        name="core:standard:write",
        title="Mengubah standar jabatan",
        roles=("officer", "administrator"),
    ),
    Permission(
        name="core:job:read",
        title="Melihat proses berjalan",
        roles=("officer", "auditor", "administrator"),
    ),
    Permission(name="core:job:retry", title="Mengulang proses", roles=("administrator",)),
    Permission(
        name="core:message:read",
        title="Melihat pengiriman pesan",
        roles=("officer", "auditor", "administrator"),
    ),
    Permission(name="core:message:retry", title="Mengirim pesan lagi", roles=("administrator",)),
    Permission(name="core:setting:write", title="Mengubah pengaturan", roles=("administrator",)),
    Permission(name="core:plugin:read", title="Melihat plugin", roles=("administrator", "auditor")),
    Permission(
        name="core:audit:read",
        title="Melihat catatan perubahan",
        roles=("auditor", "administrator"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A logged-in person: the viewer, and what the account says about the session."""

    viewer: Viewer
    epoch: int
    must_change: bool
    last_login_at: datetime | None


def all_permissions(registry: Registry) -> list[Permission]:
    """Give every declared permission, core's first."""
    return [*CORE_PERMISSIONS, *registry.gather("lms_register_permissions")]


def permissions_of(session: Session, roles: frozenset[str]) -> frozenset[str]:
    """Give the permissions that a set of roles has together."""
    site = site_of(session)
    known: dict[frozenset[str], frozenset[str]] = site.extra.setdefault("permissions", {})
    if roles not in known:
        declared = all_permissions(site.registry)
        known[roles] = frozenset(p.name for p in declared if roles & set(p.roles))
    return known[roles]


@cache
def _signed_in() -> Select[*tuple[Any, ...]]:
    """Build the statement of every request once: building costs more than running it."""
    roles = (
        select(func.aggregate_strings(RoleGrant.role, ","))
        .where(RoleGrant.person_id == Person.id)
        .scalar_subquery()
    )
    leads = exists().where(Placement.supervisor_id == Person.id, Placement.until.is_(None))
    stands_in = exists().where(Deputy.deputy_id == Person.id, covers(bindparam("day", type_=Date)))
    query = select(
        Person.public_id,
        Person.name,
        Person.employment,
        Account.epoch,
        Account.must_change,
        Account.language,
        Account.last_login_at,
        roles,
        or_(leads, stands_in),
    )
    query = query.join(Account, Account.person_id == Person.id)
    return query.where(Person.id == bindparam("person_id"), Person.active)


def with_valid_login(query: Select[*tuple[Any, ...]], person_id: Any) -> Select[*tuple[Any, ...]]:
    """Let a statement about a person's own thing check the log-in too, instead of a second one.

    `person_id` is the column that holds the person. Rows come only for an active person whose
    account has the epoch bound to `login_epoch` and needs no new password; each row also brings
    the account's `language`.
    """
    account, person = Account.__table__, Person.__table__
    return (
        query.join(account, account.c.person_id == person_id)
        .join(person, person.c.id == person_id)
        .where(
            account.c.epoch == bindparam("login_epoch"),
            account.c.must_change.is_(False),
            person.c.active,
        )
        .add_columns(account.c.language)
    )


def signed_in_person(session: Session, person_id: int) -> SignedIn | None:
    """Read who is logged in, with roles and permissions, in one statement; None if gone."""
    # By the connection: every request pays for this, and a row is all it needs.
    known = {"person_id": person_id, "day": today(session)}
    row = session.connection().execute(_signed_in(), known).one_or_none()
    if row is None:
        return None
    public_id, name, employment, epoch, must_change, language, last, granted, is_lead = row
    held = frozenset(("learner", *(granted or "").split(","))) - {""}
    held |= {"supervisor"} if is_lead else set()
    viewer = Viewer(
        person_id=person_id,
        public_id=public_id,
        name=name,
        roles=held,
        permissions=permissions_of(session, held),
        language=language,
        employment=employment,
    )
    return SignedIn(viewer=viewer, epoch=epoch, must_change=must_change, last_login_at=last)


def viewer_of(session: Session, person_id: int) -> Viewer | None:
    """Give a person as a viewer, or None for someone without account."""
    found = signed_in_person(session, person_id)
    return found.viewer if found else None


def people_who_may(session: Session, permission: str) -> list[int]:
    """Give the active people with a permission by a role that was given to them; one statement."""
    declared = all_permissions(site_of(session).registry)
    roles = {role for each in declared if each.name == permission for role in each.roles}
    query = select(RoleGrant.person_id).join(Person, Person.id == RoleGrant.person_id)
    query = query.where(RoleGrant.role.in_(roles), Person.active)
    return list(session.scalars(query.distinct().order_by(RoleGrant.person_id)))


def grant_role(session: Session, person_id: int, role: str, by: int | None) -> None:
    """Give a role; giving it twice changes nothing. Raises Invalid for an unknown role."""
    if role not in GRANTED_ROLES:
        known = ", ".join(GRANTED_ROLES)
        raise Invalid(f"Peran {role!r} tidak dapat diberikan. Pilihan: {known}.")
    same = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role == role)
    if session.scalar(same) is None:
        session.add(
            RoleGrant(person_id=person_id, role=role, granted_at=now(session), granted_by=by)
        )
        session.flush()


def revoke_role(session: Session, person_id: int, role: str) -> None:
    """Take a role back; taking it twice changes nothing."""
    query = select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role == role)
    row = session.scalar(query)
    if row is not None:
        session.delete(row)
        session.flush()
