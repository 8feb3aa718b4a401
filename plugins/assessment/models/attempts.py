"""Tables of invitations, attempts and answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id


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

    `repeated` says that items had to be asked again. `receipt` is the SHA-256 over the ordered
    answer events. `epoch` grows when the person goes on with another device, whose browser is
    `device` from then on. The deadline is min(start + limit, window end) + allowance: `allowance`
    (seconds) sums what was granted. `n_events` and `answered` (questions with an answer) are kept
    with each answer, so that nobody has to count; `seen_at` is the last sign of the page.
    An assisted attempt had a helper (`assisted_by`) with the person's consent; it is kept out of
    the index and of calibrations. `medium` is screen or paper, `closed_by` person, sweeper, paper
    or cancelled: a technical fault left too little to say anything (`close_reason`), so there is
    no result and the person may begin anew.
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
        Index("ix_assessment_attempt_session", "session_id", "room_id"),
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
    session_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_session.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_room.id"))
    form_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_form.id"))
    mode: Mapped[str] = mapped_column(String(10), default="draw")
    medium: Mapped[str] = mapped_column(String(10), default="screen")
    assisted_by: Mapped[str] = mapped_column(String(120), default="")
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    epoch: Mapped[int] = mapped_column(default=1)
    device: Mapped[str] = mapped_column(String(40), default="")
    limit_seconds: Mapped[int | None]
    window_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    allowance: Mapped[int] = mapped_column(default=0)
    grace: Mapped[int] = mapped_column(default=0)
    n_events: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(10), default="")
    close_reason: Mapped[str] = mapped_column(Text, default="")
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
    """One question of an attempt: drawn when it is due, fixed for ever, parameters included.

    A trial item is not scored; a voided one was found broken by a proctor and counts for nobody.
    """

    __tablename__ = "assessment_attempt_item"
    __table_args__ = (UniqueConstraint("attempt_id", "item_version_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt_line.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_item_version.id"), index=True
    )
    scored: Mapped[bool] = mapped_column(default=True)
    a: Mapped[float | None]
    b: Mapped[float | None]
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AnswerEvent(Base):
    """An answer as it came in; append-only. See :class:`plugins.assessment.domain.AnswerFact`.

    A stale one came from a device that the person had left for another; a late one came after the
    deadline, within the grace.
    """

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
    epoch: Mapped[int] = mapped_column(default=1)
    stale: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)
    client_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    server_time: Mapped[datetime] = mapped_column(UtcDateTime)
