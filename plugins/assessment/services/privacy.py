"""What is stored of a person: all of it for a copy, and its erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.models import Competency
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    AttemptLine,
    Complaint,
    Instrument,
    InstrumentVersion,
    Invitation,
    Item,
    ItemVersion,
    Objection,
    Rating,
    Result,
    TimeGrant,
)
from plugins.assessment.services.sessions.privacy import erase_sessions, session_data


def personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Give attempts with answers and results, and waiting invitations, as JSON can hold them."""
    query = (
        select(Attempt, InstrumentVersion)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.id)
    )
    answers = _answers(session, person_id)
    results = _results(session, person_id)
    objections = _objections(session, person_id)
    return {
        "attempts": [
            {
                "test": f"{version.name} v{version.version}",
                "purpose": attempt.purpose,
                "started_at": attempt.started_at.isoformat(),
                "handed_in_at": attempt.handed_in_at.isoformat() if attempt.handed_in_at else None,
                "receipt": attempt.receipt,
                "assisted_by": attempt.assisted_by,
                "answers": answers.get(attempt.id, []),
                "results": results.get(attempt.id, []),
                "objections": objections.get(attempt.id, []),
            }
            for attempt, version in session.execute(query)
        ],
        "invitations": _invitations(session, person_id),
        "sessions": session_data(session, person_id),
    }


def _answers(session: Session, person_id: int) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(AnswerEvent, Item.code)
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .join(ItemVersion, ItemVersion.id == AnswerEvent.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Attempt.person_id == person_id)
        .order_by(AnswerEvent.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for event, code in session.execute(query):
        entry = {
            "item": code,
            "value": event.value,
            "flag": event.flag,
            "at": event.server_time.isoformat(),
        }
        found.setdefault(event.attempt_id, []).append(entry)
    return found


def _results(session: Session, person_id: int) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(Result, Competency.code)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Competency, Competency.id == Result.competency_id)
        .where(Attempt.person_id == person_id)
        .order_by(Result.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for result, code in session.execute(query):
        entry = {
            "competency": code,
            "correct": result.correct,
            "asked": result.n,
            "level": result.level,
            "rule": result.rule,
        }
        found.setdefault(result.attempt_id, []).append(entry)
    return found


def _objections(session: Session, person_id: int) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(Objection, Competency.code)
        .join(Competency, Competency.id == Objection.competency_id)
        .where(Objection.person_id == person_id)
        .order_by(Objection.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for objection, code in session.execute(query):
        entry = {
            "competency": code,
            "text": objection.text,
            "state": objection.state,
            "answer": objection.answer,
            "at": objection.created_at.isoformat(),
        }
        found.setdefault(objection.attempt_id, []).append(entry)
    return found


def _invitations(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        select(Invitation, Instrument.code)
        .join(Instrument, Instrument.id == Invitation.instrument_id)
        .where(Invitation.person_id == person_id)
        .order_by(Invitation.id)
    )
    return [
        {
            "test": code,
            "purpose": row.purpose,
            "state": row.state,
            "created_at": row.created_at.isoformat(),
        }
        for row, code in session.execute(query)
    ]


def erase_personal_data(session: Session, person_id: int) -> None:
    """Delete a person's answers, results, attempts and invitations; questions lose the author.

    Nothing of it is needed for statistics yet; what an item report will need is kept there
    without a person.
    """
    attempts = select(Attempt.id).where(Attempt.person_id == person_id)
    lines = delete(AttemptLine).where(AttemptLine.attempt_id.in_(attempts))
    for table in (AnswerEvent, Result, Rating, Objection, Complaint, TimeGrant, AttemptItem):
        session.execute(delete(table).where(table.attempt_id.in_(attempts)))
    # Lines of extra questions point to the line they continue, so they go first.
    session.execute(lines.where(AttemptLine.root_id.is_not(None)))
    session.execute(lines)
    session.execute(delete(Attempt).where(Attempt.person_id == person_id))
    session.execute(delete(Invitation).where(Invitation.person_id == person_id))
    erase_sessions(session, person_id)
    written = update(ItemVersion).where(ItemVersion.created_by == person_id)
    session.execute(written.values(created_by=None))
