"""Use-cases: invite to a retest when courses are finished, to extra questions when unclear.

Both hear events that may come twice: what an invitation answers is in its key, and what already
waits or is being answered is left alone.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from lms import GapsFound, ReassessmentDue, now, plan_view
from lms.models import Competency, Evidence, Plan, PlanItem, Profile
from plugins.assessment.domain import MAX_EXTRAS, Purpose
from plugins.assessment.models import (
    Attempt,
    AttemptLine,
    BlueprintLine,
    InstrumentVersion,
    Invitation,
    Objection,
)
from plugins.assessment.queries.draws import unseen_counts
from plugins.assessment.queries.keys import joined

log = logging.getLogger(__name__)


# -- extra questions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unclear:
    """An unclear competency whose counting evidence is ours: the line that measured it last."""

    competency_id: int
    line_id: int
    extra_number: int
    instrument_id: int
    plan_id: int | None
    draws_from: tuple[int, ...]


def invite_to_extra_questions(session: Session, event: GapsFound) -> None:
    """Invite to a few more questions where a measurement of ours left it open."""
    if not event.unclear:
        return
    unseen = unseen_counts(session, event.person_id)
    grouped: dict[int, list[_Unclear]] = defaultdict(list)
    for line in _unclear_lines(session, event.person_id, event.unclear):
        if line.extra_number < MAX_EXTRAS and any(unseen.get(c) for c in line.draws_from):
            grouped[line.instrument_id].append(line)
    for instrument_id, lines in grouped.items():
        causes = {line.competency_id: str(line.line_id) for line in lines}
        plan_id = next((line.plan_id for line in lines if line.plan_id), None)
        _invite(session, event.person_id, instrument_id, "extra", causes, plan_id)


def _unclear_lines(
    session: Session, person_id: int, competency_ids: Collection[int]
) -> list[_Unclear]:
    query = (
        select(
            AttemptLine.competency_id,
            AttemptLine.id,
            AttemptLine.extra_number,
            InstrumentVersion.instrument_id,
            Attempt.plan_id,
            BlueprintLine.draws_from,
        )
        .join(Attempt, Attempt.id == AttemptLine.attempt_id)
        .join(BlueprintLine, BlueprintLine.id == AttemptLine.blueprint_line_id)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .join(Competency, Competency.id == AttemptLine.competency_id)
        .join(Profile, Profile.competency_id == AttemptLine.competency_id)
        .join(Evidence, Evidence.id == Profile.evidence_id)
        .where(
            Attempt.person_id == person_id,
            Profile.person_id == person_id,
            Profile.state == "unclear",
            Profile.competency_id.in_(list(competency_ids)),
            joined(),
            BlueprintLine.n_extra > 0,
        )
        .order_by(BlueprintLine.sequence)
    )
    return [
        _Unclear(
            competency_id=row[0],
            line_id=row[1],
            extra_number=row[2],
            instrument_id=row[3],
            plan_id=row[4],
            draws_from=tuple(row[5]),
        )
        for row in session.execute(query)
    ]


# -- retests -------------------------------------------------------------------------------------


def invite_to_retest(session: Session, event: ReassessmentDue) -> None:
    """Invite to a retest of the plan's ready items that some open instrument can measure.

    A part of the plan may have been due earlier than the rest: what was answered in this round
    already is not asked again only because the rest is due now.
    """
    plan = plan_view(session, event.plan_id)
    answered = _retests_answered(session, event.person_id, event.plan_id)
    rounds = {
        item.competency_id: str(item.round)
        for item in plan.items
        if item.state == "ready"
        and item.competency_id in event.competency_ids
        and answered[item.competency_id] < item.round
    }
    _invite_by_instrument(session, event.person_id, event.plan_id, rounds)


def _retests_answered(session: Session, person_id: int, plan_id: int) -> Counter[int]:
    """Count for each competency the retests of a plan that were handed in."""
    query = (
        select(AttemptLine.competency_id, func.count())
        .join(Attempt, Attempt.id == AttemptLine.attempt_id)
        .where(
            Attempt.person_id == person_id,
            Attempt.plan_id == plan_id,
            Attempt.purpose == "retest",
            Attempt.handed_in_at.is_not(None),
        )
        .group_by(AttemptLine.competency_id)
    )
    return Counter(dict(session.execute(query).all()))


def _invite_by_instrument(
    session: Session, person_id: int, plan_id: int, rounds: dict[int, str]
) -> None:
    grouped: dict[int, dict[int, str]] = defaultdict(dict)
    measured_by = _retest_instruments(session, rounds)
    for competency_id, cause in rounds.items():
        if competency_id in measured_by:
            grouped[measured_by[competency_id]][competency_id] = cause
    left = sorted(set(rounds) - set(measured_by))
    if left:
        log.info("no open instrument measures competencies %s again", left)
    for instrument_id, causes in grouped.items():
        _invite(session, person_id, instrument_id, "retest", causes, plan_id)


def _retest_instruments(session: Session, competency_ids: Collection[int]) -> dict[int, int]:
    """Give competency id → instrument that can measure it again; the newest one wins."""
    query = (
        select(BlueprintLine.competency_id, InstrumentVersion.instrument_id)
        .join(InstrumentVersion, InstrumentVersion.id == BlueprintLine.instrument_version_id)
        .where(
            InstrumentVersion.state == "open",
            BlueprintLine.n_retest > 0,
            BlueprintLine.competency_id.in_(list(competency_ids)),
        )
        .order_by(InstrumentVersion.id)
    )
    return dict(session.execute(query).all())


def invite_those_who_wait(session: Session) -> None:
    """Invite people whose courses were finished while no instrument was open."""
    assigned = select(PlanItem.plan_id).where(PlanItem.state == "assigned")
    query = (
        select(Plan.person_id, Plan.id, PlanItem.competency_id, PlanItem.round)
        .join(PlanItem, PlanItem.plan_id == Plan.id)
        .where(Plan.state == "open", PlanItem.state == "ready", Plan.id.not_in(assigned))
        .order_by(Plan.id)
    )
    waiting: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
    for person_id, plan_id, competency_id, number in session.execute(query):
        waiting[person_id, plan_id][competency_id] = str(number)
    for (person_id, plan_id), rounds in waiting.items():
        _invite_by_instrument(session, person_id, plan_id, rounds)
    _invite_objectors(session)


# -- objections ----------------------------------------------------------------------------------


def invite_objector(session: Session, objection: Objection) -> bool:
    """Invite to a new measurement after an accepted objection; tell whether a test is open."""
    competency_id = objection.competency_id
    found = _retest_instruments(session, [competency_id]).get(competency_id)
    if found is None:
        return False
    cause = {competency_id: f"objection-{objection.id}"}
    _invite(session, objection.person_id, found, "retest", cause, None)
    return True


def _invite_objectors(session: Session) -> None:
    """Invite those whose objection was accepted while no instrument was open."""
    measured_since = exists().where(
        AttemptLine.competency_id == Objection.competency_id,
        AttemptLine.attempt_id == Attempt.id,
        Attempt.person_id == Objection.person_id,
        Attempt.id > Objection.attempt_id,
        Attempt.started_at >= Objection.answered_at,
    )
    query = select(Objection).where(Objection.state == "accepted", ~measured_since)
    for objection in session.scalars(query.order_by(Objection.id)).all():
        invite_objector(session, objection)


# -- both ----------------------------------------------------------------------------------------


def _invite(
    session: Session,
    person_id: int,
    instrument_id: int,
    purpose: Purpose,
    causes: dict[int, str],
    plan_id: int | None,
) -> None:
    """Add an invitation, or add competencies to the one that waits.

    `causes` is competency id → what makes it due (a line, a round of the plan).
    """
    waiting = session.scalar(
        select(Invitation).where(
            Invitation.person_id == person_id,
            Invitation.instrument_id == instrument_id,
            Invitation.purpose == purpose,
            Invitation.state == "waiting",
        )
    )
    wanted = sorted(set(causes) - _being_answered(session, person_id, instrument_id, purpose))
    if waiting is not None:
        waiting.competency_ids = sorted({*waiting.competency_ids, *wanted})
        return
    key = invitation_key(purpose, plan_id, {c: causes[c] for c in wanted})
    known = session.scalar(select(func.count()).where(Invitation.key == key))
    if not wanted or known:
        return
    session.add(
        Invitation(
            key=key,
            person_id=person_id,
            instrument_id=instrument_id,
            purpose=purpose,
            competency_ids=wanted,
            plan_id=plan_id,
            created_at=now(session),
        )
    )
    session.flush()


def invitation_key(purpose: str, plan_id: int | None, causes: dict[int, str]) -> str:
    """Name what an invitation answers: the plan's rounds, or the lines that stayed unclear."""
    parts = ",".join(f"{competency}.{causes[competency]}" for competency in sorted(causes))
    short = parts if len(parts) <= 120 else hashlib.sha256(parts.encode()).hexdigest()
    return f"{purpose}:{plan_id if purpose == 'retest' else ''}:{short}"


def _being_answered(session: Session, person_id: int, instrument_id: int, purpose: str) -> set[int]:
    query = (
        select(AttemptLine.competency_id)
        .join(Attempt, Attempt.id == AttemptLine.attempt_id)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(
            Attempt.person_id == person_id,
            Attempt.purpose == purpose,
            Attempt.handed_in_at.is_(None),
            InstrumentVersion.instrument_id == instrument_id,
        )
    )
    return set(session.scalars(query))


def waiting_invitations(session: Session, purpose: Purpose) -> Sequence[Invitation]:
    """Give the invitations that wait, oldest first."""
    query = select(Invitation).where(Invitation.state == "waiting", Invitation.purpose == purpose)
    return session.scalars(query.order_by(Invitation.id)).all()
