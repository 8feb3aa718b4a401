"""Read models: a person's own files, and their content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.exports.kinds import check_permission, export_kinds
from lms.core.exports.models import ExportRow
from lms.core.hooks.contracts import Export
from lms.core.jobs import JobRow
from lms.core.site import Site, site_of

KEPT = timedelta(days=2)
"""How long a file can be fetched."""
GONE = "Berkas ini sudah dihapus. Minta lagi bila masih perlu."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLine:
    """A file as its owner sees it: `state` is waiting, running, stopped, done or removed."""

    public_id: str
    title: str
    state: str
    done: int
    total: int
    rows: int
    error: str
    filename: str
    created_at: datetime
    finished_at: datetime | None
    kept_until: datetime | None

    @property
    def percent(self) -> float:
        """Give how much is done, from 0 to 100."""
        return min(100.0, 100 * self.done / self.total) if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file to hand over."""

    filename: str
    media_type: str
    content: bytes


def export_path(site: Site, public: str) -> Path:
    """Give where the content of a file lies."""
    # Beside `files`: what is removed in two days needs no backup, and shares nothing by content.
    return site.folder / "exports" / public


def count_exports(session: Session, person_id: int) -> int:
    """Count the files that a person asked for."""
    query = select(func.count(ExportRow.id)).where(ExportRow.person_id == person_id)
    return session.scalar(query) or 0


def list_exports(
    session: Session, person_id: int, *, number: int = 1, size: int = 20
) -> list[ExportLine]:
    """Give one page of a person's files, newest first; one statement."""
    query = (
        select(ExportRow, JobRow)
        .outerjoin(JobRow, JobRow.public_id == ExportRow.job)
        .where(ExportRow.person_id == person_id)
        .order_by(ExportRow.id.desc())
    )
    found = session.execute(query.offset((number - 1) * size).limit(size))
    kinds = export_kinds(site_of(session))
    return [_line(row, job, kinds) for row, job in found]


def show_export(session: Session, person_id: int, public: str) -> ExportLine:
    """Give a person's own file; raises NotFound."""
    return own_export(session, person_id, public)[1]


def own_export(session: Session, person_id: int, public: str) -> tuple[ExportRow, ExportLine]:
    """Give a person's own file as stored and as shown; raises NotFound."""
    query = (
        select(ExportRow, JobRow)
        .outerjoin(JobRow, JobRow.public_id == ExportRow.job)
        .where(ExportRow.public_id == public, ExportRow.person_id == person_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("Berkas ini tidak ditemukan.")
    return found[0], _line(found[0], found[1], export_kinds(site_of(session)))


def _line(row: ExportRow, job: JobRow | None, kinds: Mapping[str, Export]) -> ExportLine:
    return ExportLine(
        public_id=row.public_id,
        title=kinds[row.name].title if row.name in kinds else row.name,
        state=_state(row, job),
        done=job.done if job else 0,
        total=job.total if job else 0,
        rows=row.rows,
        error=(job.error or "") if job else "",
        filename=row.filename,
        created_at=row.created_at,
        finished_at=row.finished_at,
        kept_until=row.finished_at + KEPT if row.finished_at else None,
    )


def _state(row: ExportRow, job: JobRow | None) -> str:
    if row.removed_at is not None:
        return "removed"
    if row.finished_at is not None:
        return "done"
    return job.state if job is not None and job.state in ("waiting", "running") else "stopped"


def fetch_export(session: Session, person_id: int, public: str) -> Fetched:
    """Give a person's own file, if the permission still holds; raises NotFound, NotAllowed."""
    row, line = own_export(session, person_id, public)
    kind = export_kinds(site_of(session)).get(row.name)
    if kind is None or line.state != "done":
        raise NotFound(GONE if line.state in ("removed", "done") else "Berkas ini belum siap.")
    check_permission(session, person_id, kind)
    try:
        content = export_path(site_of(session), public).read_bytes()
    except FileNotFoundError as error:
        raise NotFound(GONE) from error
    return Fetched(filename=row.filename, media_type=row.media_type, content=content)
