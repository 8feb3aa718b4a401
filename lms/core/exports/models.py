"""A file that was asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.people.models import public_id


class ExportRow(Base):
    """A file that was asked for; `job` is the public id of the work that makes it.

    Its content lies in the agency's folder `exports`, named by the public id. `digest` (SHA-256)
    is empty until it is made, and again after it was removed.
    """

    __tablename__ = "core_export"
    __table_args__ = (Index("ix_core_export_person_id_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    job: Mapped[str] = mapped_column(String(24), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    filename: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    rows: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
