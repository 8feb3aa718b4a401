"""Pictures of a course: only kinds that browsers show as pictures, and that are what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from lms import Invalid

MOST_BYTES = 1024 * 1024
SVG = "image/svg+xml"
SVG_FORBIDDEN = {"script", "foreignObject", "iframe"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture's content, its SHA-256 and its media type."""

    content: bytes = field(repr=False)
    digest: str
    media_type: str


def read_pictures(folder: Path) -> dict[str, Picture]:
    """Read the folder `media`; give `media/<name>` → picture. Raises Invalid with the name."""
    if not folder.is_dir():
        return {}
    return {f"media/{path.name}": _picture(path) for path in sorted(folder.iterdir())}


def _picture(path: Path) -> Picture:
    where = f"{path.parent.parent.name}/media/{path.name}"
    kind = KINDS.get(path.suffix.casefold())
    if kind is None or not path.is_file():
        raise Invalid(f"{where}: hanya gambar SVG, PNG, JPEG, atau WebP yang dapat dipakai.")
    content = path.read_bytes()
    if len(content) > MOST_BYTES:
        raise Invalid(f"{where}: gambar ini lebih besar dari 1 MB. Perkecil dulu.")
    media_type, looks_right = kind
    if not looks_right(content):
        raise Invalid(f"{where}: isi berkas ini bukan gambar {path.suffix[1:].upper()} yang utuh.")
    digest = hashlib.sha256(content).hexdigest()
    return Picture(content=content, digest=digest, media_type=media_type)


def _is_svg(content: bytes) -> bool:
    """Check that it is well-formed SVG without parts that run or load anything."""
    try:
        root = defusedxml.ElementTree.fromstring(content)
    except (ParseError, DefusedXmlException, ValueError):
        return False
    names = {str(element.tag).rpartition("}")[2] for element in root.iter()}
    return str(root.tag).endswith("}svg") and not names & SVG_FORBIDDEN


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    ".svg": (SVG, _is_svg),
    ".png": ("image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    ".jpg": ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff")),
    ".jpeg": ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff")),
    ".webp": ("image/webp", _is_webp),
}
