"""Tables of a measurement day: sessions, rooms, who is expected, minutes given, outages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id


class TestSession(Base):
    """A sitting of many people at one time: window, time limit, entry code.

    `state` is planned, open or closed. `spread_seconds` spreads the start; `grace_seconds` is how
    long after a deadline an answer that was under way is still stored (flagged late);
    `outage_cap_minutes` is the most that is given back for outages of the server without asking.
    """

    __tablename__ = "assessment_session"
    __test__ = False  # pytest would take the class for a test by its name

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    name: Mapped[str] = mapped_column(String(120))
    instrument_version_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_instrument_version.id"), index=True
    )
    state: Mapped[str] = mapped_column(String(10), default="planned")
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    limit_minutes: Mapped[int | None]
    spread_seconds: Mapped[int] = mapped_column(default=0)
    grace_seconds: Mapped[int] = mapped_column(default=120)
    outage_cap_minutes: Mapped[int] = mapped_column(default=30)
    entry_code: Mapped[str] = mapped_column(String(12), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Room(Base):
    """A room of a session."""

    __tablename__ = "assessment_room"
    __table_args__ = (UniqueConstraint("session_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    session_id: Mapped[int] = mapped_column(ForeignKey("assessment_session.id"))
    name: Mapped[str] = mapped_column(String(120))
    seats: Mapped[int] = mapped_column(default=0)


class SessionUnit(Base):
    """A unit whose people a session expects."""

    __tablename__ = "assessment_session_unit"

    session_id: Mapped[int] = mapped_column(ForeignKey("assessment_session.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id"), primary_key=True)


class SessionMember(Base):
    """A person whom a session expects; `entered_at` is when the entry code was used.

    `extra_minutes` is an allowance decided before the start.
    """

    __tablename__ = "assessment_session_member"

    session_id: Mapped[int] = mapped_column(ForeignKey("assessment_session.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("core_person.id"), primary_key=True, index=True
    )
    room_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_room.id"), index=True)
    seat: Mapped[str] = mapped_column(String(20), default="")
    extra_minutes: Mapped[int] = mapped_column(default=0)
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Proctor(Base):
    """Who watches over a session, or over one room of it (None: all rooms)."""

    __tablename__ = "assessment_proctor"
    __table_args__ = (UniqueConstraint("session_id", "person_id", "room_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("assessment_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_room.id"))


class Outage(Base):
    """A time in which the server did not run, as it found out itself when it came back."""

    __tablename__ = "assessment_outage"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Beat(Base):
    """The one row in which the server says that it is alive while tests run."""

    __tablename__ = "assessment_beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active: Mapped[bool] = mapped_column(default=True)


class TimeGrant(Base):
    """Minutes given to an attempt: by a proctor, or by the rule for outages; append-only.

    `outage_id` with the attempt is unique: an outage is given back once. What was given with one
    tap has one `batch`; to undo it adds the same seconds, negative, to the batch.
    """

    __tablename__ = "assessment_time_grant"
    __table_args__ = (UniqueConstraint("attempt_id", "outage_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"))
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_outage.id"))
    batch: Mapped[str] = mapped_column(String(24), default="", index=True)
    seconds: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Complaint(Base):
    """A candidate says that a question is broken; a proctor decides.

    `state` is waiting, voided (the question does not count for this attempt), voided_all (nor for
    anybody else in its session) or kept.
    """

    __tablename__ = "assessment_complaint"
    __table_args__ = (
        UniqueConstraint("attempt_id", "sequence"),
        Index("ix_assessment_complaint_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("assessment_attempt.id"))
    sequence: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("assessment_item_version.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
