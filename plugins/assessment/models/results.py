"""Tables of what attempts show: results, an assessor's ratings, objections, stored reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id


class Result(Base):
    """What an attempt says of one competency; extra questions are pooled with their chain.

    `correct` is the sum of the questions' scores (0 to 1 each) out of `n`. `theta` and
    `theta_error` are there when the instrument version is calibrated. `pending` questions wait
    for an assessor and are not in `n`.
    """

    __tablename__ = "assessment_result"
    __table_args__ = (UniqueConstraint("attempt_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt_line.id"), unique=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"))
    correct: Mapped[float]
    n: Mapped[int]
    score: Mapped[float]
    error: Mapped[float]
    theta: Mapped[float | None]
    theta_error: Mapped[float | None]
    pending: Mapped[int] = mapped_column(default=0)
    level: Mapped[int]
    level_low: Mapped[int]
    level_high: Mapped[int]
    label: Mapped[str] = mapped_column(String(80))
    rule: Mapped[str] = mapped_column(String(80))


class Rating(Base):
    """An assessor's points for an answer, by the rubric of its question; the newest counts."""

    __tablename__ = "assessment_rating"
    __table_args__ = (Index("ix_assessment_rating_attempt_sequence", "attempt_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"))
    sequence: Mapped[int]
    points: Mapped[dict[str, float]] = mapped_column(JSON)
    score: Mapped[float]
    note: Mapped[str] = mapped_column(Text, default="")
    rated_by: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Objection(Base):
    """A person does not agree with a result; `state` is open, accepted or kept."""

    __tablename__ = "assessment_objection"
    __table_args__ = (
        UniqueConstraint("attempt_id", "competency_id"),
        Index("ix_assessment_objection_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Report(Base):
    """A computed item or instrument report: figures as values, made in the background."""

    __tablename__ = "assessment_report"
    __table_args__ = (Index("ix_assessment_report_version_kind", "instrument_version_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_version_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_instrument_version.id")
    )
    kind: Mapped[str] = mapped_column(String(20))
    n: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
