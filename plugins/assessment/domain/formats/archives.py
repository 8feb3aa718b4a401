"""Opens ZIP files from strangers: few entries, modest sizes, harmless names, no links."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass

from lms.errors import Invalid

MAX_ENTRIES = 500
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
FREE_RATIO_UP_TO = 1024 * 1024
"""Small entries may shrink by more than the ratio: an empty template is mostly blanks."""

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,  # also what is not implemented
)

BROKEN = "Berkas ZIP ini rusak. Buat lagi berkasnya, lalu coba lagi."
TOO_MANY_ENTRIES = "Berkas ZIP ini berisi lebih dari 500 berkas. Bagi menjadi beberapa ZIP."
BOMB = "Isi ZIP ini terlalu besar setelah dibuka. Bagi menjadi beberapa ZIP."
BAD_NAME = "ZIP ini memuat nama berkas yang tidak aman: %(name)s."
LINK = "ZIP ini memuat tautan ke berkas lain, yang tidak kami baca: %(name)s."
LOCKED = "ZIP ini dikunci kata sandi. Buka kuncinya, lalu simpan ulang."
TWICE = "ZIP ini memuat dua berkas bernama sama: %(name)s."


@dataclass(frozen=True, slots=True)
class Archive:
    """A checked archive; entries are unpacked one at a time, into memory, never onto the disk."""

    names: tuple[str, ...]
    file: zipfile.ZipFile

    def read(self, name: str) -> bytes:
        """Unpack one entry; raises Invalid when it is not what the directory says."""
        try:
            with self.file.open(name) as entry:
                return entry.read(MAX_UNPACKED + 1)
        except UNREADABLE as error:
            raise Invalid(BROKEN) from error


def open_archive(content: bytes) -> Archive:
    """Check every entry before any is unpacked; raises Invalid with the first objection."""
    if content.count(b"PK\x01\x02") > MAX_ENTRIES:  # before a directory of millions is read
        raise Invalid(TOO_MANY_ENTRIES)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except UNREADABLE as error:
        raise Invalid(BROKEN) from error
    entries = archive.infolist()
    _check_entries(entries)
    files = [entry.filename for entry in entries if not entry.is_dir()]
    return Archive(tuple(files), archive)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Invalid(TOO_MANY_ENTRIES)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Invalid(BOMB)
    seen: set[str] = set()
    for entry in entries:
        _check_entry(entry)
        folded = entry.filename.casefold()
        if folded in seen:
            raise Invalid(TWICE % {"name": _printable(entry.filename)})
        seen.add(folded)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if is_unsafe(entry.filename) or is_unsafe(entry.orig_filename):
        raise Invalid(BAD_NAME % {"name": _printable(entry.orig_filename)})
    if kind and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise Invalid(LINK % {"name": _printable(entry.filename)})
    if entry.flag_bits & 0x1:
        raise Invalid(LOCKED)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Invalid(BROKEN)
    if entry.file_size > max(FREE_RATIO_UP_TO, MAX_RATIO * entry.compress_size):
        raise Invalid(BOMB)


def is_unsafe(name: str) -> bool:
    """Tell whether a name leads out of its folder, names a drive, or hides something."""
    if not name or len(name) > 300 or name.startswith(("/", "\\", "~")):
        return True
    if "\\" in name or ":" in name or any(ord(sign) < 32 for sign in name):
        return True
    return ".." in name.split("/")


def _printable(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:80]
