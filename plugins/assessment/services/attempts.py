"""Use-case: start an attempt; its questions are drawn once and fixed."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import NotAllowed, NotFound, audit, now, public_id
from plugins.assessment.domain import Purpose
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    AttemptLine,
    Instrument,
    InstrumentVersion,
    Invitation,
)
from plugins.assessment.services.adaptive import LONGEST
from plugins.assessment.services.drawing import Drawn, DrawnSheet, draw_sheet
from plugins.assessment.services.lines import NOT_OPEN, wanted_lines

GRACE = 120
"""Seconds after a deadline in which an answer under way is still stored, flagged late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms an attempt is taken; seconds and moments as in `domain.Timing`.

    `assisted_by` names a helper to whom the person consented; `medium` is screen or paper.
    """

    session_id: int | None = None
    room_id: int | None = None
    limit_seconds: int | None = None
    window_end: datetime | None = None
    allowance: int = 0
    grace: int = 0
    assisted_by: str = ""
    medium: str = "screen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a person would be asked: how many questions, for which competencies, seen before.

    An adaptive test asks at most `n_items`.
    """

    name: str
    about: str
    n_items: int
    competency_ids: tuple[int, ...]
    repeated: bool
    limit_minutes: int | None
    adaptive: bool
    running: str | None


def preview(session: Session, person_id: int, code: str, purpose: Purpose) -> Preview:
    """Give what :func:`start` would give, without starting; raises as it does."""
    version = open_version(session, code)
    running = _running(session, person_id, version, purpose)
    if running is not None:
        return _preview(version, DrawnSheet(lines=()), running)
    lines, _ = wanted_lines(session, person_id, version, purpose)
    return _preview(version, draw_sheet(session, person_id, version, lines, random.Random(0)), None)


def _preview(version: InstrumentVersion, drawn: DrawnSheet, running: str | None) -> Preview:
    adaptive = version.mode == "adaptive"
    most = len(drawn.lines) * (version.max_items or LONGEST)
    return Preview(
        name=version.name,
        about=version.about,
        n_items=most if adaptive else drawn.n_items,
        adaptive=adaptive,
        competency_ids=tuple(part.line.competency_id for part in drawn.lines),
        repeated=drawn.repeated,
        limit_minutes=version.limit_minutes,
        running=running,
    )


def start(
    session: Session,
    person_id: int,
    code: str,
    purpose: Purpose,
    rng: random.Random | None = None,
    *,
    device: str = "",
    terms: Terms | None = None,
    version: InstrumentVersion | None = None,
    assisted_by: str = "",
) -> str:
    """Start an attempt, or go on with the open one; give its public id.

    `code` is the instrument's, `device` names the browser. A session of a measurement day brings
    `terms` and the `version` that it asks, which need not be open to everyone. `assisted_by` names
    a helper to whom the person consented. Raises NotFound for an unknown instrument, NotAllowed
    when it is not open, was done already, or nobody invited.
    """
    version = version or open_version(session, code)
    running = _running(session, person_id, version, purpose)
    if running is not None:
        return running
    try:
        lines, invitation = wanted_lines(
            session, person_id, version, purpose, in_session=bool(terms and terms.session_id)
        )
    except NotAllowed:  # a second click was committed since we looked
        running = _running(session, person_id, version, purpose)
        if running is None:
            raise
        return running
    chance = rng or random.Random(secrets.randbits(128))
    drawn = draw_sheet(session, person_id, version, lines, chance)
    try:
        with session.begin_nested():
            terms = terms or replace(terms_of(version), assisted_by=assisted_by)
            attempt = _attempt(session, person_id, version, purpose, device, terms)
            if version.stage == "frozen":
                version.stage = "used"
            return _store(session, attempt, drawn, invitation)
    except IntegrityError:  # a second click was faster; one open attempt is the database's rule
        running = _running(session, person_id, version, purpose)
        if running is None:
            raise
        return running


def open_version(session: Session, code: str) -> InstrumentVersion:
    """Give the open version of an instrument; raises NotFound or NotAllowed."""
    query = (
        select(InstrumentVersion)
        .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
        .where(Instrument.code == code)
        .order_by(InstrumentVersion.version.desc())
    )
    versions = session.scalars(query).all()
    if not versions:
        raise NotFound("Tes ini tidak ditemukan.")
    opened = next((version for version in versions if version.state == "open"), None)
    if opened is None:
        raise NotAllowed(NOT_OPEN)
    return opened


def _running(
    session: Session, person_id: int, version: InstrumentVersion, purpose: str
) -> str | None:
    """Give the open attempt of this instrument, whichever version it was started with."""
    query = (
        select(Attempt.public_id)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(
            Attempt.person_id == person_id,
            Attempt.purpose == purpose,
            Attempt.handed_in_at.is_(None),
            InstrumentVersion.instrument_id == version.instrument_id,
        )
    )
    return session.scalar(query)


def terms_of(version: InstrumentVersion) -> Terms:
    """Give the terms of a test that is taken outside a session: no window, no hurry but its own."""
    limit = version.limit_minutes
    return Terms(limit_seconds=limit * 60 if limit else None, grace=GRACE if limit else 0)


def _attempt(
    session: Session,
    person_id: int,
    version: InstrumentVersion,
    purpose: Purpose,
    device: str,
    terms: Terms,
) -> Attempt:
    return Attempt(
        public_id=public_id(),
        person_id=person_id,
        instrument_version_id=version.id,
        purpose=purpose,
        mode=version.mode,
        device=device,
        started_at=now(session),
        session_id=terms.session_id,
        room_id=terms.room_id,
        limit_seconds=terms.limit_seconds,
        window_end=terms.window_end,
        allowance=terms.allowance,
        grace=terms.grace,
        assisted_by=terms.assisted_by,
        consented_at=now(session) if terms.assisted_by else None,
        medium=terms.medium,
    )


def _store(
    session: Session, attempt: Attempt, drawn: DrawnSheet, invitation: Invitation | None
) -> str:
    attempt.plan_id = invitation.plan_id if invitation else None
    attempt.n_items = drawn.n_items
    attempt.repeated = drawn.repeated
    attempt.form_id = drawn.form_id
    session.add(attempt)
    session.flush()
    _store_items(session, attempt.id, drawn.lines)
    if invitation is not None:
        used = and_(Invitation.id == invitation.id, Invitation.state == "waiting")
        session.execute(update(Invitation).where(used).values(state="used"))
    if attempt.assisted_by:
        deed, helper = "assessment:attempt:assisted", attempt.assisted_by
        audit(session, attempt.person_id, deed, attempt.public_id, helper=helper)
    return attempt.public_id


def _store_items(session: Session, attempt_id: int, drawn: Sequence[Drawn]) -> None:
    lines = [
        AttemptLine(
            attempt_id=attempt_id,
            blueprint_line_id=part.line.blueprint_line_id,
            competency_id=part.line.competency_id,
            rule_id=part.line.rule_id,
            root_id=part.line.root_id,
            extra_number=part.line.extra_number,
        )
        for part in drawn
    ]
    session.add_all(lines)
    session.flush()
    flat = [(line.id, item) for line, part in zip(lines, drawn, strict=True) for item in part.items]
    session.execute(
        insert(AttemptItem),
        [
            {
                "attempt_id": attempt_id,
                "sequence": place,
                "line_id": line_id,
                "item_version_id": item.item_version_id,
                "scored": item.scored,
                "a": item.parameters.a if item.parameters else None,
                "b": item.parameters.b if item.parameters else None,
            }
            for place, (line_id, item) in enumerate(flat, start=1)
        ],
    )
