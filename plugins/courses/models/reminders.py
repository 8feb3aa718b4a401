"""Which reminders went out, so that nobody is reminded of the same thing twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime


class Reminder(Base):
    """A reminder that was sent; `key` names what it was about, and the day where that counts.

    `kind` is not_started, idle, class, objection or retest. `by` is the officer who sent it, None
    for the background work.
    """

    __tablename__ = "courses_reminder"
    __table_args__ = (Index("ix_courses_reminder_enrolment_id_sent_at", "enrolment_id", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("courses_enrolment.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
