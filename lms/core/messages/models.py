"""What is said to people, and how each message travels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.people.models import public_id


class Message(Base):
    """A message to a person, shown on the site; `key` keeps it from being said twice.

    `endpoint` and `values` say where it leads. `read_at` is when the person opened it.
    """

    __tablename__ = "core_message"
    __table_args__ = (Index("ix_core_message_person_id_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    endpoint: Mapped[str] = mapped_column(String(120), default="")
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Dispatch(Base):
    """A message on its way through one channel; `state` is waiting, sending, sent or stopped.

    `sending` is committed before the channel is asked, so that a crash in between is seen and
    nothing is sent twice. `next_at` respects quiet hours and back-off.
    """

    __tablename__ = "core_dispatch"
    __table_args__ = (
        UniqueConstraint("message_id", "channel"),
        Index("ix_core_dispatch_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("core_message.id"))
    channel: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
