"""Learning hours (JP) that were earned, and forms of learning."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base


class Credit(Base):
    """Learning hours (JP) that a person earned: a ledger, only ever added to.

    `kind` says what they come from (course, class, outside, coaching); `ref` makes earning
    idempotent.
    The last columns are what the personnel system asks for of a training.
    """

    __tablename__ = "courses_credit"
    __table_args__ = (
        Index("ix_courses_credit_person_id_year", "person_id", "year"),
        Index("ix_courses_credit_year_person_id_jp", "year", "person_id", "jp"),
    )

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
    form_code: Mapped[int | None]
    """The form of learning, SIASN's number 1–25."""
    organiser: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str] = mapped_column(String(120), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
