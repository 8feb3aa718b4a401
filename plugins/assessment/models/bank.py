"""Tables of the question bank: items, their versions, and what a calibration found of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime

UNTESTED = "belum diuji coba"  # i18n


class Item(Base):
    """A question of the bank; `version` is the number of its newest version.

    `state` is draft (not asked), trial (asked, not scored), active or retired (not drawn any
    more). Tags sort the bank; they are no part of what is asked.
    """

    __tablename__ = "assessment_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="active")
    version: Mapped[int] = mapped_column(default=1)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ItemVersion(Base):
    """A question as it was asked; immutable.

    `content` is what the learner sees, `scoring` what stays secret; their shape is told by the
    question type named in `kind` (plugins/assessment/contracts.py).
    """

    __tablename__ = "assessment_item_version"
    __table_args__ = (UniqueConstraint("item_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("assessment_item.id"))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40), default="single")
    stem: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    scoring: Mapped[dict[str, Any]] = mapped_column(JSON)
    explanation: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[int]
    difficulty: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(40), default=UNTESTED)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Calibration(Base):
    """One estimation of item parameters, never changed afterwards.

    `model` is rasch, 1pl or 2pl in the logistic metric (D = 1), N(0, 1). A linked one was put on
    the scale of `linked_to` by θ_ref = slope·θ + intercept. `forced` overrode the small-sample
    guard; `note` says why.
    """

    __tablename__ = "assessment_calibration"

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("assessment_instrument_version.id"), index=True
    )
    model: Mapped[str] = mapped_column(String(10))
    n: Mapped[int]
    loglik: Mapped[float]
    forced: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    linked_to: Mapped[int | None] = mapped_column(ForeignKey("assessment_calibration.id"))
    slope: Mapped[float] = mapped_column(default=1.0)
    intercept: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class ItemParameter(Base):
    """Discrimination a and difficulty b of an item version in one calibration, with errors."""

    __tablename__ = "assessment_item_parameter"

    calibration_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_calibration.id"), primary_key=True
    )
    item_version_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_item_version.id"), primary_key=True, index=True
    )
    a: Mapped[float]
    b: Mapped[float]
    se_a: Mapped[float | None]
    se_b: Mapped[float | None]
