"""What a damaged archive looks like to whoever opens it."""

from __future__ import annotations

import lzma
import zipfile
import zlib

DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError,
    RuntimeError, ValueError, LookupError,
)  # fmt: skip
"""What Python raises for an archive or a part of it that cannot be unpacked."""
