"""The certificates' part of the demo: files of a few, and one that was revoked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.certificates.models import Certificate
from plugins.certificates.services import keep_file, revoke

FILES = 10
REASON = "Nama pada sertifikat salah tulis. Sertifikat baru akan diterbitkan."


def fill(session: Session, world: Any) -> None:
    """Make the files of the first certificates, and revoke one of them.

    The certificates themselves come from the plans that the demo closed. `world` is the DemoWorld.
    """
    query = select(Certificate).order_by(Certificate.id).limit(FILES)
    rows = list(session.scalars(query))
    for row in rows:
        keep_file(session, row)
    revoked = _to_revoke(rows, world.marks.get("certified", ()))
    if revoked is not None:
        revoke(session, revoked.code, REASON, actor_id=None)
    for row in rows:
        if row is not revoked:
            world.mark("certified", row.person_id)


def _to_revoke(rows: Sequence[Certificate], marked: Sequence[int]) -> Certificate | None:
    """Choose the newest, but not the one that the demo's log-in will show."""
    shown = marked[0] if marked else rows[0].person_id if rows else None
    return next((row for row in reversed(rows) if row.person_id != shown), None)
