"""What one person would be asked now: the lines of a blueprint that are open for this purpose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms import NotAllowed, now, today
from lms.models import Evidence
from plugins.assessment.domain import Purpose
from plugins.assessment.models import (
    Attempt,
    AttemptLine,
    BlueprintLine,
    InstrumentVersion,
    Invitation,
    Result,
)

NOT_OPEN = "Tes ini belum dibuka, atau sudah ditutup."  # i18n
NO_INVITATION = "Belum ada undangan untuk tes ini."  # i18n
ALREADY_DONE = "Anda sudah mengerjakan tes ini."  # i18n
ALREADY_KNOWN = "Kemampuan Anda sudah terukur. Tes ini tidak perlu lagi."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """A line to draw: what it measures, from what, how many, and what it continues."""

    blueprint_line_id: int
    competency_id: int
    draws_from: tuple[int, ...]
    n: int
    rule_id: int
    n_trial: int = 0
    root_id: int | None = None
    extra_number: int = 0


def wanted_lines(
    session: Session,
    person_id: int,
    version: InstrumentVersion,
    purpose: Purpose,
    *,
    in_session: bool = False,
) -> tuple[list[WantedLine], Invitation | None]:
    """Give what this person would be asked now, and the invitation it answers.

    A session of a measurement day has a window of its own. Raises NotAllowed when nothing may be
    started.
    """
    query = (
        select(BlueprintLine)
        .where(BlueprintLine.instrument_version_id == version.id)
        .order_by(BlueprintLine.sequence)
    )
    lines = session.scalars(query).all()
    if purpose == "pre":
        if not in_session:
            _check_window(session, version)
        return _pre_lines(session, person_id, version, lines), None
    invitation = _waiting(session, person_id, version, purpose)
    invited = [line for line in lines if line.competency_id in invitation.competency_ids]
    if purpose == "retest":
        return [_wanted(line, line.n_retest) for line in invited if line.n_retest], invitation
    return _extra_lines(session, person_id, invited), invitation


def _wanted(line: BlueprintLine, n: int) -> WantedLine:
    return WantedLine(
        blueprint_line_id=line.id,
        competency_id=line.competency_id,
        draws_from=tuple(line.draws_from),
        n=n,
        rule_id=line.rule_id,
        n_trial=line.n_trial,
    )


def _pre_lines(
    session: Session, person_id: int, version: InstrumentVersion, lines: Sequence[BlueprintLine]
) -> list[WantedLine]:
    """Ask only what is not known yet: nobody sits the same test twice, but a cancelled one."""
    done = select(Attempt.id).where(
        Attempt.person_id == person_id,
        Attempt.instrument_version_id == version.id,
        Attempt.purpose == "pre",
        Attempt.closed_by != "cancelled",
    )
    known = measured_competencies(session, person_id)
    missing = [line for line in lines if line.n_pre and line.competency_id not in known]
    if session.scalar(done) is not None:
        raise NotAllowed(ALREADY_DONE)
    if not missing:
        raise NotAllowed(ALREADY_KNOWN)
    return [_wanted(line, line.n_pre) for line in missing]


def _check_window(session: Session, version: InstrumentVersion) -> None:
    moment = now(session)
    if (version.opens_at and moment < version.opens_at) or (
        version.closes_at and moment >= version.closes_at
    ):
        raise NotAllowed(NOT_OPEN)


def measured_competencies(session: Session, person_id: int) -> set[int]:
    """Give the competencies with measured evidence that is still valid."""
    query = select(Evidence.competency_id).where(
        Evidence.person_id == person_id,
        Evidence.kind == "measured",
        or_(Evidence.valid_until.is_(None), Evidence.valid_until >= today(session)),
    )
    return set(session.scalars(query))


def _waiting(
    session: Session, person_id: int, version: InstrumentVersion, purpose: str
) -> Invitation:
    query = select(Invitation).where(
        Invitation.person_id == person_id,
        Invitation.instrument_id == version.instrument_id,
        Invitation.purpose == purpose,
        Invitation.state == "waiting",
    )
    invitation = session.scalar(query)
    if invitation is None:
        raise NotAllowed(NO_INVITATION)
    return invitation


def _extra_lines(
    session: Session, person_id: int, lines: Sequence[BlueprintLine]
) -> list[WantedLine]:
    last = last_lines(session, person_id, [line.competency_id for line in lines])
    return [
        WantedLine(
            blueprint_line_id=line.id,
            competency_id=line.competency_id,
            draws_from=tuple(line.draws_from),
            n=line.n_extra,
            rule_id=before.rule_id,
            root_id=before.root_id or before.id,
            extra_number=before.extra_number + 1,
        )
        for line in lines
        if line.n_extra and (before := last.get(line.competency_id)) is not None
    ]


def last_lines(
    session: Session, person_id: int, competency_ids: Collection[int]
) -> dict[int, AttemptLine]:
    """Give the last measured line of each competency that this person has one of."""
    query = (
        select(AttemptLine)
        .join(Result, Result.line_id == AttemptLine.id)
        .join(Attempt, Attempt.id == AttemptLine.attempt_id)
        .where(Attempt.person_id == person_id, AttemptLine.competency_id.in_(list(competency_ids)))
        .order_by(Attempt.handed_in_at, AttemptLine.id)
    )
    return {line.competency_id: line for line in session.scalars(query)}
