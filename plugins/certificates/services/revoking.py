"""Revoke a certificate with a reason that its verify page shows."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import CertificateRevoked, Invalid, NotFound, audit, now, record
from plugins.certificates.models import Certificate

FEWEST_CHARACTERS = 10
MOST_CHARACTERS = 500


def revoke(session: Session, code: str, reason: str, actor_id: int | None) -> bool:
    """Revoke a certificate; tell whether this call did it (False: it was revoked before).

    Raises NotFound, and Invalid for a reason that is missing, too short or too long.
    """
    reason = " ".join(reason.split())
    if not FEWEST_CHARACTERS <= len(reason) <= MOST_CHARACTERS:
        raise Invalid("Tulis alasan dengan 10 sampai 500 huruf.")
    row = session.scalar(select(Certificate).where(Certificate.code == code))
    if row is None:
        raise NotFound("Sertifikat tidak ditemukan.")
    statement = update(Certificate).where(Certificate.id == row.id, Certificate.state == "valid")
    values = {
        "state": "revoked",
        "revoked_at": now(session),
        "revoked_reason": reason,
        "revoked_by": actor_id,
    }
    changed = session.execute(statement.values(values).returning(Certificate.id)).scalar()
    if changed is None:
        return False
    audit(session, actor_id, "certificates:certificate:revoke", subject=row.number, reason=reason)
    record(
        session,
        CertificateRevoked(person_id=row.person_id, certificate_id=row.id, reason=reason),
    )
    return True
