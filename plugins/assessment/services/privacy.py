"""What is stored of a person: all of it for a copy, and its erasure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.models import Competency
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    AttemptLine,
    Calibration,
    Complaint,
    Instrument,
    InstrumentVersion,
    Invitation,
    Item,
    ItemVersion,
    Objection,
    Rating,
    Report,
    Result,
    TimeGrant,
)
from plugins.assessment.services.answer_files import file_copy, forget_files
from plugins.assessment.services.sessions.privacy import (
    attempt_data,
    erase_sessions,
    session_data,
    watched_data,
)

DEEDS = (
    ItemVersion.created_by,
    Calibration.created_by,
    InstrumentVersion.frozen_by,
    Objection.answered_by,
    Report.created_by,
)
"""Who did it; the deed stays without a name."""


def personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Give attempts with answers and results, and waiting invitations, as JSON can hold them."""
    query = (
        select(Attempt, InstrumentVersion)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.id)
    )
    answers = _answers(session, person_id)
    ratings = _ratings(session, person_id)
    said = attempt_data(session, person_id)
    results = _results(session, person_id)
    objections = _objections(session, person_id)
    return {
        "attempts": [
            {
                "test": f"{version.name} v{version.version}",
                "purpose": attempt.purpose,
                "started_at": attempt.started_at.isoformat(),
                "handed_in_at": _moment(attempt.handed_in_at),
                "receipt": attempt.receipt,
                "assisted_by": attempt.assisted_by,
                "consented_at": _moment(attempt.consented_at),
                "medium": attempt.medium,
                "device": attempt.device,
                "answers": answers.get(attempt.id, []),
                "results": results.get(attempt.id, []),
                "ratings": ratings.get(attempt.id, []),
                "objections": objections.get(attempt.id, []),
                **said[attempt.id],
            }
            for attempt, version in session.execute(query)
        ],
        "invitations": _invitations(session, person_id),
        "sessions": session_data(session, person_id),
        "watched": watched_data(session, person_id),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _answers(session: Session, person_id: int) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(AnswerEvent, Item.code, ItemVersion.kind)
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .join(ItemVersion, ItemVersion.id == AnswerEvent.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Attempt.person_id == person_id)
        .order_by(AnswerEvent.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for event, code, kind in session.execute(query):
        entry: dict[str, Any] = {
            "item": code,
            "value": event.value,
            "flag": event.flag,
            "device": event.device,
            "at": event.server_time.isoformat(),
        }
        if kind == "file" and event.value and "|" in event.value:
            entry["file"] = file_copy(session, event.value)
        found.setdefault(event.attempt_id, []).append(entry)
    return found


def _ratings(session: Session, person_id: int) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(Rating)
        .join(Attempt, Attempt.id == Rating.attempt_id)
        .where(Attempt.person_id == person_id)
        .order_by(Rating.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for rating in session.scalars(query):
        entry = {
            "question": rating.sequence,
            "points": rating.points,
            "note": rating.note,
            "at": rating.rated_at.isoformat(),
        }
        found.setdefault(rating.attempt_id, []).append(entry)
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
    """Delete a person's answers with their files, results, attempts and invitations.

    Questions lose the author, and what the person decided for others loses the name. What an item
    report needs is kept there without a person.
    """
    forget_files(session, person_id)
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
    for column in DEEDS:
        done = update(column.class_).where(column == person_id)
        session.execute(done.values({column.key: None}))
