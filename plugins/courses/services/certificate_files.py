"""Uploaded certificates: what is taken, how it is kept, their deletion when nothing names them.

A file is named by its content, so that two people, or a certificate and an answer of a test, may
share one: it is deleted by a job, after the change is certain, and only when nothing names it.
"""

from __future__ import annotations

import io
import warnings
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, String, Text, inspect, literal, select
from sqlalchemy.orm import Session

from lms import Base, Invalid, NotFound, enqueue, site_of

if TYPE_CHECKING:
    from PIL.Image import Image

DELETE_FILE = "courses.delete_file"
DIGEST = 64
"""How many letters a column holds that names a file."""
MOST_BYTES = 5 * 1024 * 1024
MOST_SIDE = 2400
"""Pixels: an A4 page stays readable."""
MOST_PIXELS = 50_000_000
ENCODED: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": ("image/jpeg", {"quality": 85}),
    "PNG": ("image/png", {"optimize": True}),
}
TOO_BIG = "Berkas ini lebih besar dari 5 MB. Foto ulang dengan ukuran lebih kecil."  # i18n
EMPTY = "Berkas ini kosong. Pilih berkas lain."  # i18n
WRONG = "Berkas ini bukan PDF, JPG, atau PNG yang utuh. Pilih berkas lain."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A checked file: a picture is made anew, a PDF stays as it was given."""

    content: bytes = field(repr=False)
    media_type: str
    filename: str


def checked_certificate(content: bytes, filename: str) -> Certificate:
    """Check a file by its content, whatever its name says; raises Invalid."""
    if len(content) > MOST_BYTES:
        raise Invalid(TOO_BIG)
    if not content:
        raise Invalid(EMPTY)
    name = PurePath(filename.replace("\\", "/")).stem[:100] or "sertifikat"
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return Certificate(content=content, media_type="application/pdf", filename=f"{name}.pdf")
    kind, fresh = _pixels_only(content)
    ending = "jpg" if kind == "JPEG" else "png"
    media_type = ENCODED[kind][0]
    return Certificate(content=fresh, media_type=media_type, filename=f"{name}.{ending}")


def _pixels_only(content: bytes) -> tuple[str, bytes]:
    """Decode a picture with limits and write it anew, without what a camera puts into it."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of bombs before it refuses them
            image = Image.open(io.BytesIO(content), formats=tuple(ENCODED))
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            kind = str(image.format)
            image.draft("RGB", (MOST_SIDE, MOST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright = upright.convert("RGB")
            upright.thumbnail((MOST_SIDE, MOST_SIDE))
            fresh = Image.new("RGB", upright.size)
            fresh.paste(upright)  # nothing but the pixels
            kind, made = _small_enough(fresh, kind)
    except (OSError, ValueError, SyntaxError, Warning) as error:
        raise Invalid(WRONG) from error
    return kind, made


def _small_enough(image: Image, kind: str) -> tuple[str, bytes]:
    """Write in the format it had; a photo that was saved as PNG becomes JPEG."""
    made = _saved(image, kind)
    if kind == "PNG" and len(made) > MOST_BYTES // 4:
        return "JPEG", _saved(image, "JPEG")
    return kind, made


def _saved(image: Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **ENCODED[kind][1])
    return out.getvalue()


def keep(session: Session, certificate: Certificate) -> str:
    """Store a checked file; give the digest that finds it."""
    return site_of(session).files.put(certificate.content)


def file_copy(session: Session, digest: str, filename: str) -> dict[str, str]:
    """Give name and content (base64) of a stored file, as JSON can hold them."""
    copy = {"name": filename, "sha256": digest}
    try:
        content = site_of(session).files.get(digest)
    except NotFound:  # the row says what it was, also when the file is gone
        return copy
    return copy | {"base64": b64encode(content).decode()}


def forget(session: Session, digest: str) -> None:
    """Ask for the deletion of a file that a row no longer names after this transaction."""
    if digest:
        enqueue(session, DELETE_FILE, {"digest": digest}, unique_key=f"{DELETE_FILE}:{digest}")


def delete_unnamed(session: Session, digest: str) -> bool:
    """Delete a file that nothing names any more; tell whether that was so."""
    if any(_names(session, column, digest) for column in _naming_columns(session)):
        return False
    site_of(session).files.delete(digest)
    return True


def _names(session: Session, column: Column[str], digest: str) -> bool:
    """Ask one column; answers of tests name a file as `digest|name`."""
    answer = isinstance(column.type, Text)
    where = column.startswith(f"{digest}|") if answer else column == digest
    return session.scalar(select(literal(1)).where(where).limit(1)) is not None


def _naming_columns(session: Session) -> Iterator[Column[str]]:
    """Give every column of the agency that could name a file, also those of other plugins."""
    there = set(inspect(session.connection()).get_table_names())
    for table in Base.metadata.sorted_tables:
        for column in table.columns if table.name in there else ():
            named = isinstance(column.type, String) and column.type.length == DIGEST
            if named or (column.name == "value" and isinstance(column.type, Text)):
                yield column
