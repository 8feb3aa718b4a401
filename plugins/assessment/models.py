"""Tables of the question bank, instruments, invitations, attempts, answers and results.

What results point to never changes: item versions, instrument versions and answer events are only
added. What counts is found by the newest row, not by overwriting.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id

UNTESTED = "belum diuji coba"  # i18n


class Item(Base):
    """A question of the bank; `version` is the number of its newest version.

    `state` is active or retired: a retired one is not drawn any more.
    """

    __tablename__ = "assessment_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="active")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ItemVersion(Base):
    """A question as it was asked; immutable. `options` is a list of {"id", "text"}."""

    __tablename__ = "assessment_item_version"
    __table_args__ = (UniqueConstraint("item_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("assessment_item.id"))
    version: Mapped[int]
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    key: Mapped[str] = mapped_column(String(20))
    explanation: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[int]
    difficulty: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(40), default=UNTESTED)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Instrument(Base):
    """A test by its stable code; what it asks stands in its versions."""

    __tablename__ = "assessment_instrument"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)


class InstrumentVersion(Base):
    """A version of a test: its blueprint is fixed, its state and window are the officer's.

    `state` is draft, open or closed. The window limits the first test only; invitations to a
    retest or to extra questions hold while the state is open.
    """

    __tablename__ = "assessment_instrument_version"
    __table_args__ = (UniqueConstraint("instrument_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("assessment_instrument.id"))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlueprintLine(Base):
    """How one competency is measured: items of `draws_from`, so many for each purpose (0: none)."""

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


class Invitation(Base):
    """A retest or extra questions that wait for a person; `state` is waiting or used.

    `key` names the cause, so that an event heard twice makes no second invitation.
    """

    __tablename__ = "assessment_invitation"
    __table_args__ = (
        Index(
            "uq_assessment_invitation_waiting",
            "person_id",
            "instrument_id",
            "purpose",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    instrument_id: Mapped[int] = mapped_column(ForeignKey("assessment_instrument.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    competency_ids: Mapped[list[int]] = mapped_column(JSON)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("core_plan.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attempt(Base):
    """One sitting of one person, with one id for life; open until it is handed in.

    `repeated` says that items had to be asked again. `answered` and `unknown` are counted at the
    hand-in; `receipt` is the SHA-256 over the ordered answer events.
    """

    __tablename__ = "assessment_attempt"
    __table_args__ = (
        Index(
            "uq_assessment_attempt_open",
            "person_id",
            "instrument_version_id",
            "purpose",
            unique=True,
            sqlite_where=text("handed_in_at IS NULL"),
            postgresql_where=text("handed_in_at IS NULL"),
        ),
        Index("ix_assessment_attempt_version_purpose", "instrument_version_id", "purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    instrument_version_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_instrument_version.id")
    )
    purpose: Mapped[str] = mapped_column(String(10))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("core_plan.id"))
    n_items: Mapped[int]
    repeated: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered: Mapped[int | None]
    unknown: Mapped[int | None]
    receipt: Mapped[str | None] = mapped_column(String(64))


class AttemptLine(Base):
    """A competency that an attempt measures.

    Extra questions continue an earlier line: `root_id` is the line that began the measurement
    (None for that line itself), `extra_number` counts the rounds of extra questions since.
    """

    __tablename__ = "assessment_attempt_line"
    __table_args__ = (UniqueConstraint("attempt_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"))
    blueprint_line_id: Mapped[int] = mapped_column(ForeignKey("assessment_blueprint_line.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), index=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("core_cut_score_rule.id"))
    root_id: Mapped[int | None] = mapped_column(
        ForeignKey("assessment_attempt_line.id"), index=True
    )
    extra_number: Mapped[int] = mapped_column(default=0)


class AttemptItem(Base):
    """One question of an attempt: drawn at its start, fixed for ever."""

    __tablename__ = "assessment_attempt_item"
    __table_args__ = (UniqueConstraint("attempt_id", "item_version_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt_line.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_item_version.id"), index=True
    )


class AnswerEvent(Base):
    """An answer as it came in; append-only. See :class:`plugins.assessment.domain.AnswerFact`."""

    __tablename__ = "assessment_answer_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "device", "seq"),
        Index("ix_assessment_answer_event_attempt_sequence", "attempt_id", "sequence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"))
    sequence: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("assessment_item_version.id"))
    device: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int]
    value: Mapped[str | None] = mapped_column(Text)
    flag: Mapped[bool | None]
    digest: Mapped[str] = mapped_column(String(64))
    client_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    server_time: Mapped[datetime] = mapped_column(UtcDateTime)


class Result(Base):
    """What an attempt says of one competency; extra questions are pooled with their chain."""

    __tablename__ = "assessment_result"
    __table_args__ = (UniqueConstraint("attempt_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt_line.id"), unique=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"))
    correct: Mapped[int]
    n: Mapped[int]
    score: Mapped[float]
    error: Mapped[float]
    level: Mapped[int]
    level_low: Mapped[int]
    level_high: Mapped[int]
    label: Mapped[str] = mapped_column(String(80))
    rule: Mapped[str] = mapped_column(String(80))
