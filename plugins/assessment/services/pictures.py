"""Pictures of questions: in the agency's file store, under the digest of their content."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Invalid, NotFound, site_of
from plugins.assessment.domain.types.uploads import (
    MOST_PICTURE,
    PICTURE_TYPES,
    picture_kind,
    picture_size,
)
from plugins.assessment.models import ItemVersion

SVG = "image/svg+xml"
SVG_FORBIDDEN = {"script", "foreignObject", "iframe"}
TOO_BIG = "Gambar ini lebih besar dari 500 kB. Perkecil dulu."
NO_PICTURE = "Berkas ini bukan gambar PNG, JPG, atau WebP yang utuh."


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A stored picture: the digest that names it, and its size in its own pixels."""

    image: str
    width: int
    height: int


def store_picture(session: Session, data: bytes) -> Picture:
    """Store an author's picture; raises Invalid for what is no picture, or a very large one."""
    if len(data) > MOST_PICTURE:
        raise Invalid(TOO_BIG)
    size = picture_size(data)
    if size is None or not all(1 <= side <= 20_000 for side in size):
        raise Invalid(NO_PICTURE)
    return Picture(image=site_of(session).files.put(data), width=size[0], height=size[1])


def store_pack_picture(session: Session, path: Path) -> str:
    """Store a picture of a content pack, SVG too; give its digest. Raises Invalid."""
    if not path.is_file():
        raise Invalid(f"Gambar {path.name} tidak ada di folder media.")
    data = path.read_bytes()
    if len(data) > MOST_PICTURE:
        raise Invalid(f"{path.name}: {TOO_BIG}")
    if picture_kind(data) is None and not _is_svg(data):
        raise Invalid(f"{path.name}: {NO_PICTURE}")
    return site_of(session).files.put(data)


def _is_svg(data: bytes) -> bool:
    """Check that it is well-formed SVG without parts that run or load anything."""
    try:
        root = defusedxml.ElementTree.fromstring(data)
    except (ParseError, DefusedXmlException, ValueError):
        return False
    names = {str(element.tag).rpartition("}")[2] for element in root.iter()}
    return str(root.tag).endswith("}svg") and not names & SVG_FORBIDDEN


def is_shown(session: Session, digest: str) -> bool:
    """Tell whether some version of a question shows a picture."""
    query = select(ItemVersion.id).where(ItemVersion.content["image"].as_string() == digest)
    return session.scalar(query.limit(1)) is not None


def read_picture(session: Session, digest: str, *, own: Collection[str] = ()) -> tuple[bytes, str]:
    """Give a picture with its media type; raises NotFound unless a question shows it.

    The store also keeps certificates and learners' files, which are nobody's pictures. `own` are
    those that the reader just uploaded.
    """
    if digest not in own and not is_shown(session, digest):
        raise NotFound("Gambar ini tidak ditemukan.")
    data = site_of(session).files.get(digest)
    return data, PICTURE_TYPES.get(picture_kind(data) or "", SVG)
