"""Classes (angkatan): dates, seats, the waiting list, approvals, attendance."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id

LIVE_SEATS = ("nominated", "waiting", "seated")
"""States of a seat that still lead to the class."""


class TrainingClass(Base):
    """One class of a course; `state` is planned, open, running, done or cancelled.

    `seated` and `queued` count seats in those states: they change in the same statement that
    decides about a seat, so that the last one is given once. `sequence` counts changes for
    calendars (RFC 5545, SEQUENCE). `turns` counts who ever came to the waiting list. `starts_at`
    and `ends_at` are those of the first and the last meeting; a planned class may have none yet.
    """

    __tablename__ = "courses_class"
    __table_args__ = (Index("ix_courses_class_state_starts_at", "state", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"), index=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("courses_course_version.id"))
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default="planned")
    place: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    minimum: Mapped[int] = mapped_column(default=1)
    maximum: Mapped[int]
    needs_approval: Mapped[bool] = mapped_column(default=True)
    enrol_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    enrol_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seated: Mapped[int] = mapped_column(default=0)
    queued: Mapped[int] = mapped_column(default=0)
    turns: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=0)
    cancelled_because: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Meeting(Base):
    """One session of a class; `code` is what the QR of the attendance list carries."""

    __tablename__ = "courses_meeting"
    __table_args__ = (UniqueConstraint("class_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    class_id: Mapped[int] = mapped_column(ForeignKey("courses_class.id"))
    sequence: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(24), unique=True)


class ClassTrainer(Base):
    """Who teaches a class: a person of the agency, or a guest by name."""

    __tablename__ = "courses_class_trainer"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("courses_class.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")


class Seat(Base):
    """A person's way into a class.

    `state` is nominated (waits for approval), waiting (approved, no seat free), seated, refused,
    withdrawn, completed or absent. `turn` keeps the order of the waiting list: it is the class's
    count at the moment when the seat came to the list, 0 before that. `made_enrolment` tells that
    the enrolment is there only because of this seat: it goes when the seat goes.
    """

    __tablename__ = "courses_seat"
    __table_args__ = (
        Index(
            "uq_courses_seat_live",
            "class_id",
            "person_id",
            unique=True,
            sqlite_where=text("state IN ('nominated', 'waiting', 'seated')"),
            postgresql_where=text("state IN ('nominated', 'waiting', 'seated')"),
        ),
        Index("ix_courses_seat_class_id_state_turn", "class_id", "state", "turn"),
        Index("ix_courses_seat_person_id_state", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    class_id: Mapped[int] = mapped_column(ForeignKey("courses_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    state: Mapped[str] = mapped_column(String(10))
    approved: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    turn: Mapped[int] = mapped_column(default=0)
    nominated_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("courses_enrolment.id"), index=True)
    made_enrolment: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")


class SeatMove(Base):
    """A ledger of what happened to a seat, why and by whom."""

    __tablename__ = "courses_seat_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("courses_seat.id"), index=True)
    before: Mapped[str] = mapped_column(String(10), default="")
    after: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Attendance(Base):
    """Whether a person was at a meeting: present, leave, sick or absent; `via` is qr or list."""

    __tablename__ = "courses_attendance"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("courses_meeting.id"), primary_key=True)
    seat_id: Mapped[int] = mapped_column(
        ForeignKey("courses_seat.id"), primary_key=True, index=True
    )
    state: Mapped[str] = mapped_column(String(10))
    via: Mapped[str] = mapped_column(String(4))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
