"""Use-cases: have a file made, or made again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.errors import Conflict, Invalid
from lms.core.exports.kinds import check_permission, export_kinds
from lms.core.exports.models import ExportRow
from lms.core.exports.reading import own_export
from lms.core.jobs import JobRow, enqueue
from lms.core.people.models import Person
from lms.core.site import now, site_of

MAKING = "core.export"
"""The job that makes a file."""


def ask_export(session: Session, person_id: int, name: str, payload: Mapping[str, Any]) -> str:
    """Have a file made for a person in the background; give the public id of its page.

    The page is the endpoint `exports.show`. While the same file is being made for this person,
    it is not made twice. Raises Invalid for an unknown name, NotAllowed without permission.
    """
    kind = export_kinds(site_of(session)).get(name)
    if kind is None:
        raise Invalid(f"Berkas {name!r} tidak dikenal.")
    check_permission(session, person_id, kind)
    # Two requests at once wait here for each other, so that the second one finds the first.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    pending = _pending(session, person_id, name, dict(payload))
    if pending is not None:
        return pending
    row = ExportRow(person_id=person_id, name=name, payload=dict(payload), created_at=now(session))
    session.add(row)
    session.flush()
    row.job = enqueue(session, MAKING, {"export": row.public_id}) or ""
    audit(session, person_id, "core:export:ask", row.public_id, name=name, payload=row.payload)
    return row.public_id


def _pending(session: Session, person_id: int, name: str, payload: dict[str, Any]) -> str | None:
    query = (
        select(ExportRow)
        .join(JobRow, JobRow.public_id == ExportRow.job)
        .where(ExportRow.person_id == person_id, ExportRow.name == name)
        .where(ExportRow.finished_at.is_(None), JobRow.state.in_(("waiting", "running")))
    )
    same = (row.public_id for row in session.scalars(query) if row.payload == payload)
    return next(same, None)


def ask_again(session: Session, person_id: int, public: str) -> str:
    """Have a stopped or removed file made anew; give the public id of the new one.

    Raises NotFound, or Conflict while it is there or being made.
    """
    row, line = own_export(session, person_id, public)
    if line.state not in ("stopped", "removed"):
        raise Conflict("Berkas ini masih ada.")
    return ask_export(session, person_id, row.name, row.payload)
