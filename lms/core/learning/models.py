"""Frameworks, standards, evidence, profile and learning plans; versions are rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime


class Framework(Base):
    """A version of a competency framework (kamus kompetensi)."""

    __tablename__ = "core_framework"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text, default="")
    current: Mapped[bool] = mapped_column(default=True)


class Domain(Base):
    """A domain of a framework, which groups competencies."""

    __tablename__ = "core_domain"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("core_framework.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    sequence: Mapped[int]


class Competency(Base):
    """A competency; its code is stable over the versions of its framework.

    `categories` maps words of imported results ("basic") to levels.
    """

    __tablename__ = "core_competency"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("core_framework.id"))
    domain_id: Mapped[int] = mapped_column(ForeignKey("core_domain.id"))
    code: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[str] = mapped_column(String(200))
    short: Mapped[str] = mapped_column(String(40), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    sequence: Mapped[int]
    categories: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)


class CompetencyLevel(Base):
    """What one level of a competency means, with behaviour indicators."""

    __tablename__ = "core_competency_level"
    __table_args__ = (UniqueConstraint("competency_id", "level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"))
    level: Mapped[int]
    name: Mapped[str] = mapped_column(String(80), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    indicators: Mapped[list[str]] = mapped_column(JSON, default=list)


class Standard(Base):
    """A version of the levels that posts ask for (standar kompetensi jabatan)."""

    __tablename__ = "core_standard"
    __table_args__ = (UniqueConstraint("framework_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("core_framework.id"))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date]
    current: Mapped[bool] = mapped_column(default=True)


class StandardLevel(Base):
    """The level asked for by a position level, or by one position as an exception.

    Exactly one of `position_level` and `position_id` is set.
    """

    __tablename__ = "core_standard_level"
    __table_args__ = (
        UniqueConstraint("standard_id", "competency_id", "position_level", "position_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    standard_id: Mapped[int] = mapped_column(ForeignKey("core_standard.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"))
    position_level: Mapped[str | None] = mapped_column(String(30))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("core_position.id"))
    level: Mapped[int]


class CutScoreRule(Base):
    """A named, versioned rule set from score to level: half-open bands, compared unrounded.

    `bands` is a list of {"level", "label", "at_least"} from low to high; `unit` is "percent".
    """

    __tablename__ = "core_cut_score_rule"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(20), default="percent")
    source: Mapped[str] = mapped_column(Text, default="")
    bands: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class Evidence(Base):
    """What a person showed: a ledger, never overwritten.

    `kind` is measured, supervisor or self. `score` and `error` are in percent of the scale of the
    rule; `level_low` and `level_high` are the level's interval (score ± 1.64·error through the
    cuts; equal to `level` when the source has no error). `key` makes recording idempotent.
    `assisted`: a helper sat beside; it chooses the training, but is kept out of the index.
    """

    __tablename__ = "core_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), index=True)
    level: Mapped[int]
    level_low: Mapped[int]
    level_high: Mapped[int]
    score: Mapped[float | None]
    error: Mapped[float | None]
    kind: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(80), default="")
    measured_on: Mapped[date]
    valid_until: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assisted: Mapped[bool] = mapped_column(default=False)


class Profile(Base):
    """The one evidence that counts for a person and a competency, and what follows from it.

    Kept, not derived on each view; recomputed when evidence, post or standard changes.
    `state` is meets, below or unclear, and None when the post asks for nothing. `assisted` is
    that evidence's mark: figures of the index leave such people out, gaps and courses do not.
    """

    __tablename__ = "core_profile"
    __table_args__ = (Index("ix_core_profile_competency_state", "competency_id", "state"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("core_evidence.id"))
    level: Mapped[int]
    required: Mapped[int | None]
    state: Mapped[str | None] = mapped_column(String(10))
    assisted: Mapped[bool] = mapped_column(default=False)


class Plan(Base):
    """A learning plan: one open per person; `state` is open or closed."""

    __tablename__ = "core_plan"
    __table_args__ = (
        Index(
            "uq_core_plan_open",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlanItem(Base):
    """A competency to raise: open → assigned → ready → met; `reason` is a sentence.

    `start_evidence_id` is what opened it, `met_evidence_id` what closed it; `round` counts how
    often it was opened.
    """

    __tablename__ = "core_plan_item"
    __table_args__ = (
        UniqueConstraint("plan_id", "competency_id"),
        Index("ix_core_plan_item_competency_state", "competency_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("core_plan.id"), index=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"))
    required: Mapped[int]
    start_level: Mapped[int | None]
    level: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    reason: Mapped[str] = mapped_column(Text, default="")
    round: Mapped[int] = mapped_column(default=1)
    start_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("core_evidence.id"))
    met_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("core_evidence.id"))
