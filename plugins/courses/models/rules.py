"""Rules that assign courses, and what each use of a rule did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id


class Rule(Base):
    """Who gets which course: `condition` is data that `domain/rules.py` checks and explains.

    `reason` is the sentence that each person reads, with places to fill in.
    """

    __tablename__ = "courses_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    title: Mapped[str] = mapped_column(String(200))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"), index=True)
    condition: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class RuleRun(Base):
    """One application of a rule; `state` is waiting, running, applied, undoing or undone.

    `condition` and `counts` are frozen: what the officer saw in the preview and confirmed.
    """

    __tablename__ = "courses_rule_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    rule_id: Mapped[int] = mapped_column(ForeignKey("courses_rule.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    condition: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    undone_because: Mapped[str] = mapped_column(Text, default="")


class RuleEffect(Base):
    """What one application did for one person; undo needs just this."""

    __tablename__ = "courses_rule_effect"
    __table_args__ = (UniqueConstraint("run_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("courses_rule_run.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("courses_enrolment.id"), index=True)
    undone: Mapped[bool] = mapped_column(default=False)
