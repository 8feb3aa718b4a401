"""Answer events as the rules look at them: one select and one way to read a row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from plugins.assessment.domain import AnswerFact
from plugins.assessment.models import AnswerEvent

FACTS = select(
    AnswerEvent.id,
    AnswerEvent.sequence,
    AnswerEvent.device,
    AnswerEvent.seq,
    AnswerEvent.value,
    AnswerEvent.flag,
    AnswerEvent.digest,
    AnswerEvent.epoch,
    AnswerEvent.stale,
    AnswerEvent.late,
    AnswerEvent.server_time,
).order_by(AnswerEvent.id)
"""All columns of a fact and its server time, oldest first; callers narrow it to an attempt."""


def fact(row: Row[*tuple[Any, ...]]) -> AnswerFact:
    """Make the value that the rules look at from a row of `FACTS`."""
    return AnswerFact(
        event_id=row.id,
        sequence=row.sequence,
        device=row.device,
        seq=row.seq,
        value=row.value,
        flag=row.flag,
        digest=row.digest,
        epoch=row.epoch,
        stale=row.stale,
        late=row.late,
    )
