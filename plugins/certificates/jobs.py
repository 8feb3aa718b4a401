"""Background work of certificates: make the file, delete an erased one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms import Job, site_of
from plugins.certificates.services.files import DELETE_FILE, RENDER, store_file

Progress = Callable[[int, int], None]


def _render(session: Session, payload: Mapping[str, Any], _progress: Progress) -> None:
    store_file(session, payload["certificate_id"])


def _delete_file(session: Session, payload: Mapping[str, Any], _progress: Progress) -> None:
    site_of(session).files.delete(payload["digest"])


JOBS = (
    Job(name=RENDER, title="Membuat berkas sertifikat", run=_render),
    Job(name=DELETE_FILE, title="Menghapus berkas sertifikat", run=_delete_file),
)
