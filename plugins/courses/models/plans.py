"""The training plan of a year: inputs, the answer, and who is in which class."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id


class UnitCost(Base):
    """What a class of a course costs in one form of learning; all amounts in whole rupiah.

    `per_class`, `per_jp` and `per_person` hold named components (place; the trainer's fee for one
    hour; meals, transport). `maximum` None: open to all. `trainer_jp` None: the course's JP.
    """

    __tablename__ = "courses_unit_cost"
    __table_args__ = (UniqueConstraint("course_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    form: Mapped[str] = mapped_column(String(60))
    minimum: Mapped[int]
    maximum: Mapped[int | None]
    trainer_jp: Mapped[int | None]
    per_class: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    per_jp: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    per_person: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    most_classes: Mapped[int | None]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Budget(Base):
    """Money of a year by its source (APBD, grant), in whole rupiah."""

    __tablename__ = "courses_budget"
    __table_args__ = (UniqueConstraint("year", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(100))
    amount: Mapped[int] = mapped_column(BigInteger)


class TrainingPlan(Base):
    """One plan (skenario) of a year; `state` is draft, waiting, solved, stopped or adopted.

    `scenario` is what was put in (courses, costs, limits), the needs are its `PlanPlace` rows,
    and `result` is what came out by class, so that a plan can be computed again. `gap` is the
    distance from the best possible in hundredths of a percent, None while unknown.
    """

    __tablename__ = "courses_training_plan"
    __table_args__ = (Index("ix_courses_training_plan_year", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    name: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the officer chose: budget by source, limits, classes by course fixed by hand."""
    scenario: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[str] = mapped_column(String(20), default="")
    method: Mapped[str] = mapped_column(String(10), default="")
    gap: Mapped[int | None]
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    solved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    adopted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlanPlace(Base):
    """A need of a plan and what became of it: a class, or the reason why there is none.

    `gaps` is how many gaps the course closes for this person, `weight` what each of them weighs
    in thousandths.
    """

    __tablename__ = "courses_plan_place"
    __table_args__ = (
        UniqueConstraint("training_plan_id", "person_id", "course_id"),
        Index("ix_courses_plan_place_plan_id_placed", "training_plan_id", "class_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_plan_id: Mapped[int] = mapped_column(ForeignKey("courses_training_plan.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    gaps: Mapped[int] = mapped_column(default=1)
    weight: Mapped[int] = mapped_column(default=1000)
    class_number: Mapped[int | None]
    why: Mapped[str] = mapped_column(Text, default="")
