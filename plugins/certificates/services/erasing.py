"""Erase who a certificate was for; the certificate itself stays checkable."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms import enqueue, now
from plugins.certificates.domain.content import erased, from_json, to_json
from plugins.certificates.models import Certificate, Withheld
from plugins.certificates.services.files import DELETE_FILE


def erase(session: Session, person_id: int) -> None:
    """Take the holder out of a person's certificates, and their files away.

    A job deletes the files, after the erasure is committed: a file cannot be rolled back.
    """
    session.execute(delete(Withheld).where(Withheld.person_id == person_id))
    query = select(Certificate).where(
        Certificate.person_id == person_id, Certificate.erased_at.is_(None)
    )
    for row in session.scalars(query):
        row.content = to_json(erased(from_json(row.content)))
        row.erased_at = now(session)
        if row.file_digest is not None:
            enqueue(session, DELETE_FILE, {"digest": row.file_digest})
            row.file_digest = None
    session.flush()
