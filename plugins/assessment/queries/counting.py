"""The answers of an attempt that count, by all that was granted and recorded until now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from plugins.assessment.domain import Answer, AnswerFact, current_answers, late_counts
from plugins.assessment.models import AnswerEvent, Attempt
from plugins.assessment.queries.facts import FACTS, fact
from plugins.assessment.queries.outages import silences
from plugins.assessment.queries.sitting import timing_of

Events = Sequence[tuple[AnswerFact, datetime]]
"""Stored answers with the moment of the server at which each came in, oldest first."""


def events_of(session: Session, attempt_id: int) -> list[tuple[AnswerFact, datetime]]:
    """Give all answer events of an attempt; one statement."""
    rows = session.execute(FACTS.where(AnswerEvent.attempt_id == attempt_id))
    return [(fact(row), row.server_time) for row in rows]


def counting(session: Session, attempt: Attempt, events: Events) -> dict[int, Answer]:
    """Give number → what counts; what came too late by all that was granted is left out."""
    if not any(event.late for event, _ in events):
        return current_answers([event for event, _ in events])
    timing, outages = timing_of(attempt), silences(session, attempt.started_at)
    return current_answers(
        [event for event, moment in events if late_counts(timing, moment, outages, event.late)]
    )


def counted_answers(session: Session, attempt: Attempt) -> dict[int, Answer]:
    """Give number → what counts in an attempt."""
    return counting(session, attempt, events_of(session, attempt.id))
