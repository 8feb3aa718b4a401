"""Tables of instruments: versions with their blueprint, and fixed forms with anchors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime


class Instrument(Base):
    """A test by its stable code; what it asks stands in its versions."""

    __tablename__ = "assessment_instrument"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)


class InstrumentVersion(Base):
    """A version of a test: its blueprint is fixed, its state and window are the officer's.

    `stage` is its life: draft → trial (asked, no results) → frozen → used → retired.
    `state` is whether people may start: draft, open or closed. The window limits the first test
    only; invitations to a retest or to extra questions hold while the state is open.
    `mode` is how questions are chosen: draw (by blueprint), forms (A/B), adaptive (the next one
    by information; needs a calibration, `min_items`, `max_items` and `target_error` on θ).
    `limit_minutes` None means that nobody hurries.
    """

    __tablename__ = "assessment_instrument_version"
    __table_args__ = (UniqueConstraint("instrument_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("assessment_instrument.id"))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[str] = mapped_column(String(10), default="draft")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    mode: Mapped[str] = mapped_column(String(10), default="draw")
    limit_minutes: Mapped[int | None]
    min_items: Mapped[int | None]
    max_items: Mapped[int | None]
    target_error: Mapped[float | None]
    calibration_id: Mapped[int | None] = mapped_column(
        ForeignKey("assessment_calibration.id", use_alter=True)
    )
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlueprintLine(Base):
    """How one competency is measured: items of `draws_from`, so many for each purpose (0: none).

    `n_trial` unscored items in state trial are mixed into a first test or a retest.
    """

    __tablename__ = "assessment_blueprint_line"
    __table_args__ = (UniqueConstraint("instrument_version_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_version_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_instrument_version.id")
    )
    sequence: Mapped[int]
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), index=True)
    draws_from: Mapped[list[int]] = mapped_column(JSON)
    rule_id: Mapped[int] = mapped_column(ForeignKey("core_cut_score_rule.id"))
    n_pre: Mapped[int] = mapped_column(default=0)
    n_retest: Mapped[int] = mapped_column(default=0)
    n_extra: Mapped[int] = mapped_column(default=0)
    n_trial: Mapped[int] = mapped_column(default=0)


class Form(Base):
    """One of the parallel forms of an instrument version, such as A and B."""

    __tablename__ = "assessment_form"
    __table_args__ = (UniqueConstraint("instrument_version_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_version_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_instrument_version.id")
    )
    label: Mapped[str] = mapped_column(String(10))


class FormItem(Base):
    """A question of a form; an anchor stands in every form, so that forms can be linked."""

    __tablename__ = "assessment_form_item"
    __table_args__ = (
        UniqueConstraint("form_id", "item_version_id"),
        Index("ix_assessment_form_item_version", "item_version_id"),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey("assessment_form.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    blueprint_line_id: Mapped[int] = mapped_column(ForeignKey("assessment_blueprint_line.id"))
    item_version_id: Mapped[int] = mapped_column(ForeignKey("assessment_item_version.id"))
    anchor: Mapped[bool] = mapped_column(default=False)
    scored: Mapped[bool] = mapped_column(default=True)
