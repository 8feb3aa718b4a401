"""Tables of the outbox: what happened, and who has heard it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime


class EventRow(Base):
    """A fact, stored in the transaction that made it true."""

    __tablename__ = "core_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    version: Mapped[int] = mapped_column(default=1)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One plugin's hearing of one event; `state` is waiting, done or stopped."""

    __tablename__ = "core_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "plugin"),
        Index("ix_core_delivery_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("core_event.id"))
    plugin: Mapped[str] = mapped_column(String(60))
    inline: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)
