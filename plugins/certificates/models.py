"""Tables of certificates: what was issued, what is withheld, and the series of numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id


class Certificate(Base):
    """A certificate: its content is frozen, only its state may change.

    `state` is valid or revoked. `code` opens the verify page. `file_digest` is empty until the
    file is stored; from then on that file is served and never made again. `erased_at` is set when
    the holder's data was erased.
    """

    __tablename__ = "certificates_certificate"
    __table_args__ = (
        UniqueConstraint("plan_id", "person_id"),
        UniqueConstraint("kind", "year", "seq"),
        Index("ix_certificates_certificate_issued_at", "issued_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("core_plan.id"))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(80), unique=True)
    seq: Mapped[int]
    year: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    file_digest: Mapped[str | None] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default="valid")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str] = mapped_column(Text, default="")
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Withheld(Base):
    """A closed plan whose certificate is held back, and the reasons, one sentence each."""

    __tablename__ = "certificates_withheld"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("core_plan.id"), unique=True)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Series(Base):
    """The last number of a year and kind; its row is locked while a certificate is issued."""

    __tablename__ = "certificates_series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
