"""Keeps an uploaded file between preview and confirmation, for its uploader only.

The file lies in the agency's store under its digest; the address holds the digest signed together
with the person, so that nobody else can open or confirm it. Files are removed after use, and after
two days in any case: they hold personal data.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lms.core.errors import NotFound
from lms.core.files import FileStore
from lms.web.context import site, viewer

Kind = Literal["people", "evidence"]
KEPT_SECONDS = 2 * 24 * 3600
GONE = "Berkas ini sudah tidak tersimpan. Unggah lagi."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An uploaded file that waits for its confirmation; `token` stands in the address."""

    token: str
    digest: str
    filename: str
    kind: Kind
    measured_on: date | None

    def content(self) -> bytes:
        """Read the file; raises NotFound when it was used or is too old."""
        try:
            return _store().get(self.digest)
        except NotFound as error:
            raise NotFound(GONE) from error

    def forget(self) -> None:
        """Remove the file."""
        _store().path(self.digest).unlink(missing_ok=True)


def keep(content: bytes, filename: str, kind: Kind, measured_on: date | None) -> Upload:
    """Store an uploaded file, and remove those that nobody confirmed in time."""
    store = _store()
    _remove_old(store.folder)
    digest = store.put(content)
    day = measured_on.isoformat() if measured_on else ""
    values = [viewer().person_id, digest, filename, kind, day]
    return _upload(str(_signer("upload").dumps(values)), values)


def find(token: str) -> Upload:
    """Find the upload of an address; raises NotFound for another person's or an altered one."""
    values = _open("upload", token)
    if values[0] != viewer().person_id:
        raise NotFound(GONE)
    return _upload(token, values)


def _upload(token: str, values: list[Any]) -> Upload:
    _person, digest, filename, kind, day = values
    return Upload(
        token=token,
        digest=digest,
        filename=filename,
        kind=kind,
        measured_on=date.fromisoformat(day) if day else None,
    )


def sign_result(values: dict[str, Any]) -> str:
    """Sign what an import did, for the address of its result page."""
    return str(_signer("result").dumps(values))


def read_result(token: str) -> dict[str, Any]:
    """Read a result's address; raises NotFound for an altered one."""
    return dict(_open("result", token))


def _open(salt: str, token: str) -> Any:
    try:
        return _signer(salt).loads(token, max_age=KEPT_SECONDS)
    except BadSignature as error:
        raise NotFound(GONE) from error


def _signer(salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"people-{salt}")


def _store() -> FileStore:
    return FileStore(site().files.folder / "uploads")


def _remove_old(folder: Path) -> None:
    limit = time.time() - KEPT_SECONDS
    for path in folder.glob("??/*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
