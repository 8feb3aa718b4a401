"""Personal data in core beside the person's own row: messages, files, deputies; copy and erasure.

Plugins answer for theirs by the hooks `lms_personal_data` and `lms_erase_personal_data`; both are
to be asked together with these.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms.core.exports.models import ExportRow
from lms.core.exports.reading import export_path
from lms.core.messages.models import Dispatch, Message
from lms.core.people.models import Deputy
from lms.core.site import site_of


def core_personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Give a person's messages and how they travelled, files, and deputies, as JSON can hold it."""
    return {
        "messages": _messages(session, person_id),
        "exports": _exports(session, person_id),
        "deputies": _deputies(session, person_id),
    }


def erase_core_personal_data(session: Session, person_id: int) -> None:
    """Erase a person's messages, files and deputies; who decided what stays in the audit."""
    own = select(Message.id).where(Message.person_id == person_id)
    session.execute(delete(Dispatch).where(Dispatch.message_id.in_(own)))
    session.execute(delete(Message).where(Message.person_id == person_id))
    files = select(ExportRow.public_id).where(ExportRow.person_id == person_id)
    for public in session.scalars(files):
        export_path(site_of(session), public).unlink(missing_ok=True)
    session.execute(delete(ExportRow).where(ExportRow.person_id == person_id))
    theirs = or_(Deputy.person_id == person_id, Deputy.deputy_id == person_id)
    session.execute(delete(Deputy).where(theirs))


def _messages(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = select(Message).where(Message.person_id == person_id).order_by(Message.id)
    found: dict[int, dict[str, Any]] = {
        row.id: {
            "kind": row.kind,
            "subject": row.subject,
            "text": row.text,
            "created_at": row.created_at.isoformat(),
            "read_at": _iso(row.read_at),
            "sent_by": [],
        }
        for row in session.scalars(query)
    }
    ways = (
        select(Dispatch)
        .join(Message, Message.id == Dispatch.message_id)
        .where(Message.person_id == person_id)
        .order_by(Dispatch.id)
    )
    for way in session.scalars(ways):
        line = {"channel": way.channel, "state": way.state, "sent_at": _iso(way.sent_at)}
        found[way.message_id]["sent_by"].append(line)
    return list(found.values())


def _exports(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = select(ExportRow).where(ExportRow.person_id == person_id).order_by(ExportRow.id)
    return [
        {
            "name": row.name,
            "payload": row.payload,
            "filename": row.filename,
            "created_at": row.created_at.isoformat(),
            "removed_at": _iso(row.removed_at),
        }
        for row in session.scalars(query)
    ]


def _deputies(session: Session, person_id: int) -> list[dict[str, Any]]:
    theirs = or_(Deputy.person_id == person_id, Deputy.deputy_id == person_id)
    query = select(Deputy).where(theirs).order_by(Deputy.id)
    return [
        {
            "role": "deputy" if row.deputy_id == person_id else "supervisor",
            "kind": row.kind,
            "since": row.since.isoformat(),
            "until": _iso(row.until),
        }
        for row in session.scalars(query)
    ]


def _iso(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()
