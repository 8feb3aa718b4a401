"""The outages of the server as values."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.assessment.domain import Silence
from plugins.assessment.models import Outage


def silences(session: Session, since: datetime) -> list[Silence]:
    """Give the outages that ended after a moment, oldest first."""
    query = select(Outage).where(Outage.ended_at > since).order_by(Outage.started_at)
    return [
        Silence(started_at=each.started_at, ended_at=each.ended_at)
        for each in session.scalars(query)
    ]
