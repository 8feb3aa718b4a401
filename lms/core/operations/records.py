"""The audit chain as a list to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit import AuditEntry
from lms.core.people.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One deed of the audit chain; `actor` is empty for the program itself."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]


def audit_actions(session: Session) -> list[str]:
    """Give the kinds of deeds that are in the chain."""
    query = select(AuditEntry.action).distinct().order_by(AuditEntry.action)
    return list(session.scalars(query))


def count_audit(session: Session, action: str = "") -> int:
    """Count the deeds, or those of one kind."""
    query = select(func.count(AuditEntry.id))
    return session.scalar(query.where(AuditEntry.action == action) if action else query) or 0


def list_audit(
    session: Session, action: str = "", *, number: int = 1, size: int = 20
) -> list[AuditLine]:
    """Give one page of deeds, newest first, with the name of who did them."""
    query = select(AuditEntry, Person.name).outerjoin(Person, Person.id == AuditEntry.actor_id)
    query = query.where(AuditEntry.action == action) if action else query
    query = query.order_by(AuditEntry.id.desc()).offset((number - 1) * size).limit(size)
    return [
        AuditLine(
            number=entry.id,
            at=entry.at,
            actor=name or "",
            action=entry.action,
            subject=entry.subject,
            details=entry.details,
        )
        for entry, name in session.execute(query)
    ]
