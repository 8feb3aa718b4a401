"""Files of a course: pictures, recordings and attachments that are what their names say."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from lms import Invalid

MEGABYTE = 1024 * 1024
SVG = "image/svg+xml"
SVG_FORBIDDEN = {"script", "foreignObject", "iframe"}
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A file's content, its SHA-256 and its media type."""

    content: bytes = field(repr=False)
    digest: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file: its media type, how much of it is too much, and what it looks like."""

    media_type: str
    megabytes: int
    looks_right: Callable[[bytes], bool]

    @property
    def group(self) -> str:
        """Give image, video, audio, or application for an attachment."""
        return self.media_type.partition("/")[0]


def read_pictures(folder: Path) -> dict[str, Picture]:
    """Read the folder `media`; give `media/<name>` → file. Raises Invalid with the name."""
    if not folder.is_dir():
        return {}
    return {f"media/{path.name}": _picture(path) for path in sorted(folder.iterdir())}


def _picture(path: Path) -> Picture:
    where = f"{path.parent.parent.name}/media/{path.name}"
    if not path.is_file():
        raise Invalid(f"{where}: {UNKNOWN}")
    kind_of(path.name, path.stat().st_size, where)  # before it is in memory
    return checked_file(path.name, path.read_bytes(), where)


def checked_file(name: str, content: bytes, where: str = "") -> Picture:
    """Check that a file is what its name says and not too large; raises Invalid."""
    where = where or name
    kind = kind_of(name, len(content), where)
    if not kind.looks_right(content):
        thing = "gambar" if kind.group == "image" else "berkas"
        ending = PurePath(name).suffix[1:].upper()
        raise Invalid(f"{where}: isi berkas ini bukan {thing} {ending} yang utuh.")
    digest = hashlib.sha256(content).hexdigest()
    return Picture(content=content, digest=digest, media_type=kind.media_type)


def kind_of(name: str, size: int, where: str) -> Kind:
    """Give the kind of a file by its name; raises Invalid for others and for what is too large."""
    kind = KINDS.get(PurePath(name).suffix.casefold())
    if kind is None:
        raise Invalid(f"{where}: {UNKNOWN}")
    if size > kind.megabytes * MEGABYTE:
        thing = {"image": "gambar", "application": "berkas"}.get(kind.group, "rekaman")
        raise Invalid(f"{where}: {thing} ini lebih besar dari {kind.megabytes} MB. Perkecil dulu.")
    return kind


def _is_svg(content: bytes) -> bool:
    """Check that it is well-formed SVG without parts that run or load anything."""
    try:
        root = defusedxml.ElementTree.fromstring(content)
    except (ParseError, DefusedXmlException, ValueError):
        return False
    names = {str(element.tag).rpartition("}")[2] for element in root.iter()}
    return str(root.tag).endswith("}svg") and not names & SVG_FORBIDDEN


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _is_mp4(content: bytes) -> bool:
    return content[4:8] == b"ftyp"


def _is_mp3(content: bytes) -> bool:
    return content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] >= b"\xe0")


def _is_office(part: str) -> Callable[[bytes], bool]:
    """Recognise a document by its main part; one with macros is refused."""

    def looks_right(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except zipfile.BadZipFile:
            return False
        macros = any(name.casefold().endswith("vbaproject.bin") for name in names)
        return "[Content_Types].xml" in names and part in names and not macros

    return looks_right


KINDS = {
    ".svg": Kind(media_type=SVG, megabytes=1, looks_right=_is_svg),
    ".png": Kind(media_type="image/png", megabytes=1, looks_right=_starts(b"\x89PNG\r\n\x1a\n")),
    ".jpg": Kind(media_type="image/jpeg", megabytes=1, looks_right=_starts(b"\xff\xd8\xff")),
    ".jpeg": Kind(media_type="image/jpeg", megabytes=1, looks_right=_starts(b"\xff\xd8\xff")),
    ".webp": Kind(media_type="image/webp", megabytes=1, looks_right=_is_webp),
    ".mp4": Kind(media_type="video/mp4", megabytes=200, looks_right=_is_mp4),
    ".m4a": Kind(media_type="audio/mp4", megabytes=200, looks_right=_is_mp4),
    ".webm": Kind(media_type="video/webm", megabytes=200, looks_right=_starts(b"\x1aE\xdf\xa3")),
    ".mp3": Kind(media_type="audio/mpeg", megabytes=200, looks_right=_is_mp3),
    ".ogg": Kind(media_type="audio/ogg", megabytes=200, looks_right=_starts(b"OggS")),
    ".pdf": Kind(media_type="application/pdf", megabytes=10, looks_right=_starts(b"%PDF-")),
    ".docx": Kind(
        media_type=f"{OFFICE}.wordprocessingml.document",
        megabytes=10,
        looks_right=_is_office("word/document.xml"),
    ),
    ".xlsx": Kind(
        media_type=f"{OFFICE}.spreadsheetml.sheet",
        megabytes=10,
        looks_right=_is_office("xl/workbook.xml"),
    ),
    ".pptx": Kind(
        media_type=f"{OFFICE}.presentationml.presentation",
        megabytes=10,
        looks_right=_is_office("ppt/presentation.xml"),
    ),
}
UNKNOWN = (
    "hanya gambar (SVG, PNG, JPEG, WebP), rekaman (MP4, WebM, MP3, M4A, Ogg), "
    "atau lampiran (PDF, Word, Excel, PowerPoint) yang dapat dipakai."
)
