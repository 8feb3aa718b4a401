"""Keeps an uploaded file between preview and confirmation, for its uploader only.

The file lies in the agency's store under its digest; the address holds the digest signed together
with the person, so that nobody else can open or confirm it. Files are removed after use, and after
two days in any case: they may hold personal data.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lms.core.errors import Invalid, NotFound
from lms.core.files import FileStore
from lms.web.context import site, viewer

KEPT_SECONDS = 2 * 24 * 3600
GONE = "Berkas ini sudah tidak tersimpan. Unggah lagi."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An uploaded file that waits for its confirmation; `token` stands in the address.

    `values` is what else was chosen with the file.
    """

    token: str
    digest: str
    filename: str
    values: dict[str, Any]

    def content(self) -> bytes:
        """Read the file; raises NotFound when it was used or is too old."""
        try:
            return _store().get(self.digest)
        except NotFound as error:
            raise NotFound(GONE) from error

    def forget(self) -> None:
        """Remove the file."""
        _store().delete(self.digest)


def given_file(name: str = "file") -> tuple[bytes, str]:
    """Give content and bare name of the file in the form; raises Invalid when there is none."""
    given = request.files.get(name)
    if given is None or not given.filename:
        raise Invalid("Pilih berkas dulu.")
    bare = PurePath(given.filename.replace("\\", "/")).name[-100:]
    return given.stream.read(), bare


def keep_upload(purpose: str, content: bytes, filename: str, **values: Any) -> Upload:
    """Store an uploaded file, and remove those that nobody confirmed in time.

    `purpose` parts the files of different pages; `values` are JSON.
    """
    store = _store()
    _remove_old(store.folder)
    digest = store.put(content)
    token = sign_values(f"{purpose}-upload", [viewer().person_id, digest, filename, values])
    return Upload(token=token, digest=digest, filename=filename, values=values)


def find_upload(purpose: str, token: str) -> Upload:
    """Find the upload of an address; raises NotFound for another person's or an altered one."""
    person_id, digest, filename, values = read_values(f"{purpose}-upload", token)
    if person_id != viewer().person_id:
        raise NotFound(GONE)
    return Upload(token=token, digest=digest, filename=filename, values=values)


def sign_values(purpose: str, values: Any) -> str:
    """Sign values for an address, such as what an import did for the page of its result."""
    return str(_signer(purpose).dumps(values))


def read_values(purpose: str, token: str) -> Any:
    """Read signed values; raises NotFound for altered or old ones."""
    try:
        return _signer(purpose).loads(token, max_age=KEPT_SECONDS)
    except BadSignature as error:
        raise NotFound(GONE) from error


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=purpose)


def _store() -> FileStore:
    return FileStore(site().files.folder / "uploads")


def _remove_old(folder: Path) -> None:
    limit = time.time() - KEPT_SECONDS
    for path in folder.glob("??/*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
