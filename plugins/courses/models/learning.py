"""Who learns what, why, how far, and objections."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id

LIVE = ("assigned", "started")
"""States of an enrolment that is still to be done."""


class Enrolment(Base):
    """A person in a course: assigned → started → completed, or withdrawn.

    `origin` is assigned (by a gap, with a `reason` in one sentence) or chosen. A person has at
    most one that is assigned or started in a course. `note` says why it was withdrawn.
    """

    __tablename__ = "courses_enrolment"
    __table_args__ = (
        Index(
            "uq_courses_enrolment_live",
            "person_id",
            "course_id",
            unique=True,
            sqlite_where=text("state IN ('assigned', 'started')"),
            postgresql_where=text("state IN ('assigned', 'started')"),
        ),
        Index("ix_courses_enrolment_person_id_state", "person_id", "state"),
        Index("ix_courses_enrolment_course_id_state", "course_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("courses_course_version.id"))
    origin: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="assigned")
    reason: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    earned_jp: Mapped[int | None]
    """What its completion added to the ledger: 0 when the course counted before this year."""
    short_study: Mapped[bool] = mapped_column(default=False)
    """The study was implausibly short: no loss, only the retest comes earlier."""
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("core_plan.id"), index=True)
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EnrolmentGap(Base):
    """A gap for which a course was assigned, in which round of the plan's item, and why."""

    __tablename__ = "courses_enrolment_gap"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("courses_enrolment.id"), primary_key=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), primary_key=True)
    round: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)


class StepProgress(Base):
    """A step that a person has done; `seconds` on its page as the server saw it, if it could."""

    __tablename__ = "courses_step_progress"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("courses_enrolment.id"), primary_key=True)
    module: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seconds: Mapped[int | None]


class Objection(Base):
    """A person's objection to an assignment; `state` is open, kept or withdrawn."""

    __tablename__ = "courses_objection"
    __table_args__ = (Index("ix_courses_objection_state_created_at", "state", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("courses_enrolment.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]
    """Until when an answer is promised."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
