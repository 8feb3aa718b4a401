"""Content-addressed storage: a file is named by the SHA-256 of its content and never changes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from lms.core.errors import NotFound


class FileStore:
    """The folder `files/` of an agency."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store content durably; give its SHA-256 in hex. Storing twice changes nothing."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            # Without parents: a late job must not bring a removed agency's folder back.
            self.folder.mkdir(exist_ok=True)
            path.parent.mkdir(exist_ok=True)
            write_durably(path, content)
        return digest

    def get(self, digest: str) -> bytes:
        """Read stored content; raises NotFound."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("Berkas tidak ditemukan.") from error

    def delete(self, digest: str) -> None:
        """Delete stored content, for an erasure of personal data; harmless when it is gone."""
        self.path(digest).unlink(missing_ok=True)

    def path(self, digest: str) -> Path:
        """Give the path of a digest, in a folder named by its first two characters."""
        if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
            raise NotFound("Berkas tidak ditemukan.")
        return self.folder / digest[:2] / digest


def write_durably(path: Path, content: bytes) -> None:
    """Write beside the target, flush to the disk, then rename: a crash leaves all or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
