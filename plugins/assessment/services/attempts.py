"""Use-case: start an attempt; its questions are drawn once and fixed."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import NotAllowed, NotFound, now, public_id
from plugins.assessment.domain import Candidate, Purpose, draw
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    AttemptLine,
    Instrument,
    InstrumentVersion,
    Invitation,
)
from plugins.assessment.queries.draws import candidates
from plugins.assessment.services.lines import NOT_OPEN, WantedLine, wanted_lines

NOTHING_TO_ASK = "Belum ada soal untuk tes ini. Petugas akan menyiapkannya."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    line: WantedLine
    items: tuple[Candidate, ...]
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a person would be asked: how many questions, for which competencies, seen before."""

    name: str
    about: str
    n_items: int
    competency_ids: tuple[int, ...]
    repeated: bool
    running: str | None


def preview(session: Session, person_id: int, code: str, purpose: Purpose) -> Preview:
    """Give what :func:`start` would give, without starting; raises as it does."""
    version = open_version(session, code)
    running = _running(session, person_id, version, purpose)
    if running is not None:
        return _preview(version, [], running)
    lines, _ = wanted_lines(session, person_id, version, purpose)
    return _preview(version, _draw(session, person_id, lines, random.Random(0)), None)


def _preview(version: InstrumentVersion, drawn: Sequence[_Drawn], running: str | None) -> Preview:
    return Preview(
        name=version.name,
        about=version.about,
        n_items=sum(len(part.items) for part in drawn),
        competency_ids=tuple(part.line.competency_id for part in drawn),
        repeated=any(part.repeated for part in drawn),
        running=running,
    )


def start(
    session: Session,
    person_id: int,
    code: str,
    purpose: Purpose,
    rng: random.Random | None = None,
) -> str:
    """Start an attempt, or go on with the open one; give its public id.

    `code` is the instrument's. Raises NotFound for an unknown instrument, NotAllowed when it is
    not open, was done already, or nobody invited.
    """
    version = open_version(session, code)
    running = _running(session, person_id, version, purpose)
    if running is not None:
        return running
    lines, invitation = wanted_lines(session, person_id, version, purpose)
    drawn = _draw(session, person_id, lines, rng or random.Random(secrets.randbits(128)))
    try:
        with session.begin_nested():
            return _store(session, person_id, version, purpose, drawn, invitation)
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


def _draw(
    session: Session, person_id: int, lines: Sequence[WantedLine], rng: random.Random
) -> list[_Drawn]:
    """Draw line by line; an item answers for one line only."""
    pool = candidates(session, person_id, {c for line in lines for c in line.draws_from})
    drawn: list[_Drawn] = []
    taken: set[int] = set()
    for line in lines:
        own = [
            item
            for item in pool
            if item.competency_id in line.draws_from and item.item_id not in taken
        ]
        result = draw(own, line.n, rng)
        taken |= {item.item_id for item in result.items}
        if result.items:
            drawn.append(_Drawn(line=line, items=result.items, repeated=result.repeated))
    if not drawn:
        raise NotAllowed(NOTHING_TO_ASK)
    return drawn


def _store(
    session: Session,
    person_id: int,
    version: InstrumentVersion,
    purpose: Purpose,
    drawn: Sequence[_Drawn],
    invitation: Invitation | None,
) -> str:
    attempt = Attempt(
        public_id=public_id(),
        person_id=person_id,
        instrument_version_id=version.id,
        purpose=purpose,
        plan_id=invitation.plan_id if invitation else None,
        n_items=sum(len(part.items) for part in drawn),
        repeated=any(part.repeated for part in drawn),
        started_at=now(session),
    )
    session.add(attempt)
    session.flush()
    _store_items(session, attempt.id, drawn)
    if invitation is not None:
        used = and_(Invitation.id == invitation.id, Invitation.state == "waiting")
        session.execute(update(Invitation).where(used).values(state="used"))
    return attempt.public_id


def _store_items(session: Session, attempt_id: int, drawn: Sequence[_Drawn]) -> None:
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
            }
            for place, (line_id, item) in enumerate(flat, start=1)
        ],
    )
