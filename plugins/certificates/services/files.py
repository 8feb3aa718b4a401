"""The file of a certificate: made by a job, stored once, served forever."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import NotFound, site_of
from plugins.certificates.domain.content import from_json
from plugins.certificates.models import Certificate
from plugins.certificates.rendering import Printable, render

RENDER = "certificates.render"
DELETE_FILE = "certificates.delete_file"


def store_file(session: Session, certificate_id: int) -> str | None:
    """Make and store the file of a certificate; give its digest, None when it was erased.

    What was stored before is kept. The content is read, and the file made, in a reading session
    of its own: `session` begins to write only at the end, since SQLite has one writer at a time.
    """
    site = site_of(session)
    with site.database.reading() as reading:
        row = reading.get(Certificate, certificate_id)
        if row is None:
            raise NotFound("Sertifikat tidak ditemukan.")
        if row.erased_at is not None or row.file_digest is not None:
            return row.file_digest
        digest = site.files.put(render(printable(row)))
    statement = update(Certificate).where(
        Certificate.id == certificate_id,
        Certificate.file_digest.is_(None),
        Certificate.erased_at.is_(None),
    )
    session.execute(statement.values(file_digest=digest))
    kept = session.scalar(select(Certificate.file_digest).where(Certificate.id == certificate_id))
    if kept is None:  # erased while the file was made
        site.files.delete(digest)
    return kept


def keep_file(session: Session, row: Certificate) -> str:
    """Make and store the file of a certificate within this session; give its digest."""
    if row.file_digest is None:
        row.file_digest = site_of(session).files.put(render(printable(row)))
        session.flush()
    return row.file_digest


def file_bytes(session: Session, certificate_id: int) -> bytes:
    """Give the file to download; raises NotFound.

    Before the job has stored it, the same bytes are made from the frozen content: reading never
    writes.
    """
    row = session.get(Certificate, certificate_id)
    if row is None or row.erased_at is not None:
        raise NotFound("Sertifikat tidak ditemukan.")
    if row.file_digest is not None:
        return site_of(session).files.get(row.file_digest)
    return render(printable(row))


def printable(row: Certificate) -> Printable:
    """Give what a certificate's file is made of."""
    return Printable(
        kind=row.kind,
        number=row.number,
        code=row.code,
        content=from_json(row.content),
        issued_at=row.issued_at,
    )
