"""Tables of the plugin: courses in versions, enrolments, progress, learning hours, objections."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id

LIVE = ("assigned", "started")
"""States of an enrolment that is still to be done."""


class Course(Base):
    """A course; `state` is draft, published or archived."""

    __tablename__ = "courses_course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CourseVersion(Base):
    """What a course says at one time; never changed once someone is enrolled.

    New enrolments get the `current` one; learners stay on theirs. `digest` is of the content.
    """

    __tablename__ = "courses_course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "version"),
        Index(
            "uq_courses_course_version_current",
            "course_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    version: Mapped[int]
    current: Mapped[bool] = mapped_column(default=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    jp: Mapped[int]
    form: Mapped[str] = mapped_column(String(60), default="E-Learning")
    objectives: Mapped[list[str]] = mapped_column(JSON, default=list)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Module(Base):
    """A module of a version: its Markdown source; `digest` is of what the HTML was made from."""

    __tablename__ = "courses_module"
    __table_args__ = (UniqueConstraint("course_version_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("courses_course_version.id"))
    sequence: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    objectives: Mapped[list[str]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))


class Step(Base):
    """One step of a module, as cleaned HTML beside its source."""

    __tablename__ = "courses_step"
    __table_args__ = (UniqueConstraint("module_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("courses_module.id"))
    sequence: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    html: Mapped[str] = mapped_column(Text)


class Teaches(Base):
    """A competency that a version raises from one level to another."""

    __tablename__ = "courses_teaches"
    __table_args__ = (UniqueConstraint("course_version_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("courses_course_version.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), index=True)
    from_level: Mapped[int]
    to_level: Mapped[int]


class Media(Base):
    """A picture of a version; its content is in the agency's file store under `digest`."""

    __tablename__ = "courses_media"
    __table_args__ = (UniqueConstraint("course_version_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("courses_course_version.id"))
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(40))


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
    """A step that a person has done."""

    __tablename__ = "courses_step_progress"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("courses_enrolment.id"), primary_key=True)
    module: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Credit(Base):
    """Learning hours (JP) that a person earned: a ledger, only ever added to.

    `kind` says what they come from ("course"); `ref` makes earning idempotent.
    """

    __tablename__ = "courses_credit"
    __table_args__ = (Index("ix_courses_credit_person_id_year", "person_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    year: Mapped[int]
    jp: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(60))
    ref: Mapped[str] = mapped_column(String(120), unique=True)
    course_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("courses_course_version.id"), index=True
    )
    earned_on: Mapped[date]


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
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
