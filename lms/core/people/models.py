"""People, units, posts and accounts; membership of a unit is a dated row."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime


def public_id() -> str:
    """Make an unguessable id for addresses: 16 characters, 96 bits."""
    return secrets.token_urlsafe(12)


class Unit(Base):
    """A unit of the organisation; the tree is by `parent_id` (agency, OPD, unit, school)."""

    __tablename__ = "core_unit"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("core_unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    top_id: Mapped[int | None] = mapped_column(ForeignKey("core_unit.id"), index=True)
    """The OPD at the top of this branch (itself for an OPD), so that reports need no recursion."""


class Position(Base):
    """A post: its kind (struktural, fungsional, pelaksana) and the level standards refer to."""

    __tablename__ = "core_position"
    __table_args__ = (UniqueConstraint("name", "level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(30))


class Person(Base):
    """A civil servant. The NIP may change, the id never does; `public_id` is for addresses."""

    __tablename__ = "core_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    nip: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    title_before: Mapped[str] = mapped_column(String(60), default="")
    title_after: Mapped[str] = mapped_column(String(100), default="")
    search: Mapped[str] = mapped_column(String(320), default="")
    """Lower-case name and NIP, for the search of the people list."""
    birth_date: Mapped[date | None]
    sex: Mapped[str] = mapped_column(String(1), default="")
    employment: Mapped[str] = mapped_column(String(10), default="pns")
    grade: Mapped[str] = mapped_column(String(10), default="")
    education: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def full_name(self) -> str:
        """Give the name with its titles, as on a certificate."""
        front = f"{self.title_before} {self.name}".strip()
        return f"{front}, {self.title_after}" if self.title_after else front


class PersonAlias(Base):
    """A NIP that a person had before."""

    __tablename__ = "core_person_alias"

    nip: Mapped[str] = mapped_column(String(18), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    until: Mapped[date]


class Placement(Base):
    """Where a person works from a date on; the row without `until` is today's."""

    __tablename__ = "core_placement"
    __table_args__ = (
        Index(
            "uq_core_placement_current",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("core_unit.id"), index=True)
    position_id: Mapped[int | None] = mapped_column(ForeignKey("core_position.id"), index=True)
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]


class Account(Base):
    """How a person logs in; raising `epoch` ends every session of the account."""

    __tablename__ = "core_account"

    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=True)
    epoch: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(5), default="id")
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleGrant(Base):
    """A role that was given; learner and supervisor are derived, not given."""

    __tablename__ = "core_role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Deputy(Base):
    """Who decides for a supervisor for a while; `kind` is plt or plh, both days are included."""

    __tablename__ = "core_deputy"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(3))
    since: Mapped[date]
    until: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class LoginAttempt(Base):
    """A wrong password, for the slow-down per account and per network; never a lock-out."""

    __tablename__ = "core_login_attempt"
    __table_args__ = (Index("ix_core_login_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
