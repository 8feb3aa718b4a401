"""The background work: makes files that were asked for, removes old ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.errors import Invalid
from lms.core.exports.asking import MAKING
from lms.core.exports.kinds import export_kinds
from lms.core.exports.models import ExportRow
from lms.core.exports.reading import KEPT, export_path
from lms.core.files import write_durably
from lms.core.hooks.contracts import Job
from lms.core.site import Site, now, site_of

Progress = Callable[[int, int], None]


def _make(session: Session, payload: Mapping[str, Any], progress: Progress) -> None:
    site = site_of(session)
    row = session.scalar(select(ExportRow).where(ExportRow.public_id == payload["export"]))
    if row is None or row.finished_at is not None:
        return  # erased meanwhile, or made by a run that could not tell
    kind = export_kinds(site).get(row.name)
    if kind is None:
        raise Invalid(f"No plugin knows the export {row.name!r}.")
    made = kind.make(session, row.payload, progress)
    _store(site, row.public_id, made.content)
    values = {
        "digest": hashlib.sha256(made.content).hexdigest(),
        "filename": made.filename[:200],
        "media_type": made.media_type,
        "rows": made.rows,
        "finished_at": site.clock(),
    }
    with site.database.writing(deliver=False) as own:
        found = own.execute(update(ExportRow).where(ExportRow.id == row.id).values(values))
    if not getattr(found, "rowcount", 0):  # erased while it was made
        export_path(site, row.public_id).unlink(missing_ok=True)


MAKE = Job(name=MAKING, title="Menyiapkan berkas", run=_make, aside=True)


def _remove_old(session: Session, _payload: Mapping[str, Any], _progress: Progress) -> None:
    site = site_of(session)
    old = select(ExportRow.id, ExportRow.public_id).where(
        ExportRow.finished_at < now(session) - KEPT, ExportRow.removed_at.is_(None)
    )
    found = session.execute(old).all()
    if not found:
        return
    ids = [row.id for row in found]
    with site.database.writing(deliver=False) as own:
        gone = update(ExportRow).where(ExportRow.id.in_(ids))
        own.execute(gone.values(removed_at=now(own), digest=""))
    for row in found:
        export_path(site, row.public_id).unlink(missing_ok=True)


REMOVE = Job(
    name="core.export_removal",
    title="Menghapus berkas lama",
    run=_remove_old,
    every_seconds=3600,
    aside=True,
)


def _store(site: Site, public: str, content: bytes) -> None:
    path = export_path(site, public)
    path.parent.mkdir(exist_ok=True)
    write_durably(path, content)
