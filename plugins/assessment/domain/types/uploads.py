"""Pictures of authors and files of learners: what they are by their first bytes, never by name."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from plugins.assessment.contracts import Content
from plugins.assessment.domain.types.responses import WrongResponse

MOST_PICTURE = 500_000
PICTURE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
OFFICE = {"docx": b"word/", "xlsx": b"xl/", "pptx": b"ppt/"}

WRONG_KIND = "Berkas ini bukan jenis yang diminta. Pilih berkas lain."
TOO_BIG = "Berkas ini terlalu besar. Perkecil dulu, lalu kirim lagi."
EMPTY = "Berkas ini kosong. Pilih berkas lain."


def picture_kind(data: bytes) -> str | None:
    """Tell png, jpg or webp by the first bytes; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Read width and height out of a PNG, JPEG or WebP; None when they cannot be found."""
    kind = picture_kind(data)
    if kind == "png" and data[12:16] == b"IHDR":
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if kind == "webp":
        return _webp_size(data)
    return _jpg_size(data) if kind == "jpg" else None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    form = data[12:16]
    if form == b"VP8X" and len(data) >= 30:
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
    if form == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and len(data) >= 30:
        sides = data[26:28], data[28:30]
        width, height = (int.from_bytes(side, "little") & 0x3FFF for side in sides)
        return width, height
    return None


def _jpg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments to the start of the frame."""
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            return int.from_bytes(data[place + 7 : place + 9], "big"), height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def file_value(content: Content, name: str, data: bytes) -> str:
    """Give the value to store for a learner's file; raises WrongResponse.

    The content decides what a file is: kind by its first bytes, size by counting.
    """
    if not data:
        raise WrongResponse(EMPTY)
    if len(data) > float(content.get("max_mb", 1)) * 1024 * 1024:
        raise WrongResponse(TOO_BIG)
    kind = file_kind(data)
    if kind is None or kind not in content.get("accept", []):
        raise WrongResponse(WRONG_KIND)
    return f"{sha256(data).hexdigest()}|{safe_name(name, kind)}"


def file_kind(data: bytes) -> str | None:
    """Tell pdf, jpg, png, docx, xlsx or pptx by the content; None for anything else."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        found = [kind for kind, part in OFFICE.items() if part in data]
        return found[0] if b"[Content_Types].xml" in data and len(found) == 1 else None
    kind = picture_kind(data)
    return kind if kind in ("jpg", "png") else None


def safe_name(name: str, kind: str) -> str:
    """Give a file name without a path or odd signs, ending as its content says."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFKC", name))[-1]
    stem = re.sub(r"[^\w .()-]+", "", base.rpartition(".")[0] or base).strip(" .")
    return f"{stem[:60] or 'berkas'}.{kind}"


def split_file(value: str) -> tuple[str, str]:
    """Take a stored `<sha256>|<name>` apart."""
    digest, _, name = value.partition("|")
    return digest, name
