"""Other ways to learn: courses outside, coaching, and how each form counts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id


class LearningForm(Base):
    """How a form of learning counts, and by which rule: one row of the conversion table.

    `code` is SIASN's number of the form (1–25). An amount in `unit` (jp, hour, day or meeting)
    times `jp_per_unit_hundredths` / 100, rounded down, at most `most_jp` an activity (None: no
    bound), is its JP.
    """

    __tablename__ = "courses_learning_form"

    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    classical: Mapped[bool]
    unit: Mapped[str] = mapped_column(String(10))
    jp_per_unit_hundredths: Mapped[int]
    most_jp: Mapped[int | None]
    certificate_class: Mapped[str] = mapped_column(String(1), default="")
    """SIASN's class of the certificate (F, T or P); empty while the agency has not set it."""
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutsideLearning(Base):
    """Learning elsewhere, with its proof; `state` is submitted, verified, returned or withdrawn.

    `digest` finds the uploaded certificate, empty once it is gone. `amount` counts in `unit`, the
    one that the form had then. `jp` is what the officer granted. `revision` rises with each
    correction, so that nobody decides on what has just changed. `number_key` is the number
    without spaces and signs, to find the same certificate again.
    """

    __tablename__ = "courses_outside"
    __table_args__ = (
        Index("ix_courses_outside_state_submitted_at", "state", "submitted_at"),
        Index("ix_courses_outside_person_id", "person_id"),
        Index("ix_courses_outside_number_key", "number_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    state: Mapped[str] = mapped_column(String(10), default="submitted")
    title: Mapped[str] = mapped_column(String(200))
    organiser: Mapped[str] = mapped_column(String(200))
    form_code: Mapped[int] = mapped_column(ForeignKey("courses_learning_form.code"))
    number: Mapped[str] = mapped_column(String(120), default="")
    number_key: Mapped[str] = mapped_column(String(120), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(String(10))
    jp: Mapped[int | None]
    competency_id: Mapped[int | None] = mapped_column(ForeignKey("core_competency.id"))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    filename: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)


class CoachOffer(Base):
    """Someone is willing to be asked by colleagues; without it nobody's name is shown.

    `kind` is coaching (helps others) or peer (learns together). Without `competency_id` it is
    meant for all competencies.
    """

    __tablename__ = "courses_coach_offer"
    __table_args__ = (Index("ix_courses_coach_offer_competency_id", "competency_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    competency_id: Mapped[int | None] = mapped_column(ForeignKey("core_competency.id"))
    kind: Mapped[str] = mapped_column(String(10), default="coaching")
    since: Mapped[date]


class Coaching(Base):
    """A colleague helps another with a competency, or (`kind` peer) both learn together.

    `state` is asked, agreed, declined, ended (both have their JP) or withdrawn. `answer` is what
    the colleague said to it.
    """

    __tablename__ = "courses_coaching"
    __table_args__ = (
        Index("ix_courses_coaching_coach_id_state", "coach_id", "state"),
        Index(
            "uq_courses_coaching_live",
            "learner_id",
            "competency_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'agreed')"),
            postgresql_where=text("state IN ('asked', 'agreed')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    learner_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"))
    kind: Mapped[str] = mapped_column(String(10), default="coaching")
    state: Mapped[str] = mapped_column(String(10), default="asked")
    words: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CoachingMeeting(Base):
    """A meeting of a coaching, counted when both have confirmed it."""

    __tablename__ = "courses_coaching_meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    coaching_id: Mapped[int] = mapped_column(ForeignKey("courses_coaching.id"), index=True)
    held_on: Mapped[date]
    minutes: Mapped[int]
    notes: Mapped[str] = mapped_column(Text, default="")
    noted_by: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
