"""Where a person stands with tests: what runs, what waits, what is offered, what is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, and_, exists, literal, null, or_, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from lms import UtcDateTime, now, today
from lms.models import Evidence
from plugins.assessment.domain import Purpose
from plugins.assessment.models import (
    Attempt,
    BlueprintLine,
    Instrument,
    InstrumentVersion,
    Invitation,
)

NO_MOMENT = sql_cast(null(), UtcDateTime())


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptBrief:
    """An attempt in a list: open while `handed_in_at` is None."""

    public_id: str
    purpose: Purpose
    name: str
    started_at: datetime
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A test that may be started: by invitation, or as first test in an open window."""

    code: str
    purpose: Purpose
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything the home page needs to know of a person's tests."""

    attempts: tuple[AttemptBrief, ...]
    offers: tuple[Offer, ...]
    measured_elsewhere: bool

    @property
    def running(self) -> list[AttemptBrief]:
        """Give the attempts that were not handed in."""
        return [attempt for attempt in self.attempts if attempt.handed_in_at is None]

    def offered(self, purpose: Purpose) -> list[Offer]:
        """Give the offers of a purpose that are not already running."""
        busy = {(attempt.purpose, attempt.name) for attempt in self.running}
        return [
            offer
            for offer in self.offers
            if offer.purpose == purpose and (offer.purpose, offer.name) not in busy
        ]

    def last_done(self, purpose: Purpose) -> AttemptBrief | None:
        """Give the newest attempt of a purpose that was handed in, or None."""
        done = [a for a in self.attempts if a.purpose == purpose and a.handed_in_at is not None]
        return done[-1] if done else None


def standing(session: Session, person_id: int) -> Standing:
    """Give where a person stands; one statement.

    The home page asks twice (next steps, path): a session that only reads remembers the answer.
    """
    memory = session.info.setdefault("assessment_standing", {})
    if person_id in memory and session.info.get("read_only"):
        return cast(Standing, memory[person_id])
    parts = (_attempts(person_id), _invitations(person_id), _first_tests(session, person_id))
    rows = session.execute(union_all(*parts, _elsewhere(person_id))).all()
    found = Standing(
        attempts=_briefs(row for row in rows if row.kind == "attempt"),
        offers=tuple(
            Offer(code=row.ref, purpose=row.purpose, name=row.name)
            for row in rows
            if row.kind == "offer"
        ),
        measured_elsewhere=any(row.kind == "evidence" for row in rows),
    )
    memory[person_id] = found
    return found


def _briefs(rows: Iterable[Any]) -> tuple[AttemptBrief, ...]:
    return tuple(_brief(row) for row in sorted(rows, key=lambda row: row.started_at))


def _brief(row: Any) -> AttemptBrief:
    return AttemptBrief(
        public_id=row.ref,
        purpose=row.purpose,
        name=row.name,
        started_at=row.started_at,
        handed_in_at=row.handed_in_at,
    )


def _attempts(person_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("attempt").label("kind"),
            Attempt.purpose.label("purpose"),
            Attempt.public_id.label("ref"),
            InstrumentVersion.name.label("name"),
            Attempt.started_at.label("started_at"),
            Attempt.handed_in_at.label("handed_in_at"),
        )
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(Attempt.person_id == person_id, Attempt.closed_by != "cancelled")
    )


def _invitations(person_id: int) -> Select[*tuple[Any, ...]]:
    """Select what waits, as long as the instrument is open."""
    opened = and_(
        InstrumentVersion.instrument_id == Invitation.instrument_id,
        InstrumentVersion.state == "open",
    )
    return (
        select(
            literal("offer"),
            Invitation.purpose,
            Instrument.code,
            InstrumentVersion.name,
            NO_MOMENT,
            NO_MOMENT,
        )
        .join(Instrument, Instrument.id == Invitation.instrument_id)
        .join(InstrumentVersion, opened)
        .where(Invitation.person_id == person_id, Invitation.state == "waiting")
    )


def _first_tests(session: Session, person_id: int) -> Select[*tuple[Any, ...]]:
    """Select open first tests with at least one competency that nothing valid measures yet."""
    moment, day = now(session), today(session)
    version = InstrumentVersion
    valid = exists().where(
        Evidence.person_id == person_id,
        Evidence.competency_id == BlueprintLine.competency_id,
        Evidence.kind == "measured",
        or_(Evidence.valid_until.is_(None), Evidence.valid_until >= day),
    )
    missing = exists().where(
        BlueprintLine.instrument_version_id == version.id, BlueprintLine.n_pre > 0, ~valid
    )
    done = exists().where(
        Attempt.person_id == person_id,
        Attempt.purpose == "pre",
        Attempt.instrument_version_id == version.id,
        Attempt.closed_by != "cancelled",
    )
    return (
        select(
            literal("offer"), literal("pre"), Instrument.code, version.name, NO_MOMENT, NO_MOMENT
        )
        .join(Instrument, Instrument.id == version.instrument_id)
        .where(
            version.state == "open",
            or_(version.opens_at.is_(None), version.opens_at <= moment),
            or_(version.closes_at.is_(None), version.closes_at > moment),
            missing,
            ~done,
        )
    )


def _elsewhere(person_id: int) -> Select[*tuple[Any, ...]]:
    """Select whether results came from somewhere else, such as the national test."""
    found = exists().where(
        Evidence.person_id == person_id,
        Evidence.kind == "measured",
        Evidence.key.not_like("assessment:%"),
    )
    empty = literal("")
    return select(literal("evidence"), empty, empty, empty, NO_MOMENT, NO_MOMENT).where(found)
