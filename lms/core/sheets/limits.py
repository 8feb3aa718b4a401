"""Refuses files that would eat the memory: too large, archive bombs, boundless sheets."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from lms.core.errors import Invalid

MAX_FILE = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
FREE_RATIO_UP_TO = 20 * 1024 * 1024
MAX_MEMBERS = 2000
MAX_CELLS = 10_000_000
"""The reader keeps a dense table: the last row times the last column must stay below this."""

CHUNK = 1024 * 1024
OVERLAP = 64
ROW = re.compile(rb"<(?:\w+:)?row\b[^>]{0,200}?\br\s*=\s*[\"'](\d{1,10})")
CELL = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,10})[\"']")

TOO_LARGE = "Berkas ini lebih dari 20 MB. Bagi menjadi beberapa berkas."
BOMB = "Isi berkas ini terlalu besar setelah dibuka. Salin datanya ke berkas baru."
BROKEN = "Berkas Excel ini rusak. Buka di Excel, lalu simpan ulang sebagai .xlsx."
TOO_WIDE = (
    "Lembar ini terlalu luas: sampai baris {rows}, kolom ke-{columns}. "
    "Salin hanya kolom dan baris yang berisi data ke berkas baru."
)


def check_size(content: bytes) -> None:
    """Refuse a file over the limit."""
    if len(content) > MAX_FILE:
        raise Invalid(TOO_LARGE)


def check_workbook(content: bytes) -> None:
    """Refuse an XLSX that unpacks to too much or whose sheets reach too far.

    The sizes in the archive's directory may lie, so every member is unpacked and counted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Invalid(BROKEN) from error
    if len(members) > MAX_MEMBERS or sum(info.file_size for info in members) > MAX_UNPACKED:
        raise Invalid(BOMB)
    unpacked = 0
    for info in members:
        reach = _Reach() if "worksheets/" in info.filename.replace("\\", "/").lower() else None
        for chunk in _unpack(content, info):
            unpacked += len(chunk)
            too_dense = unpacked > FREE_RATIO_UP_TO and unpacked > MAX_RATIO * len(content)
            if unpacked > MAX_UNPACKED or too_dense:
                raise Invalid(BOMB)
            if reach is not None:
                reach.look(chunk)


def _unpack(content: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a member's bytes in pieces, whatever size the directory claims."""
    start = _data_start(content, info.header_offset)
    packed = memoryview(content)[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + CHUNK]) for at in range(0, len(packed), CHUNK))
        return
    if info.compress_type != zipfile.ZIP_DEFLATED or info.flag_bits & 1:
        raise Invalid(BROKEN)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    try:
        while rest and not stream.eof:
            yield stream.decompress(rest, CHUNK)
            rest = stream.unconsumed_tail
    except zlib.error as error:
        raise Invalid(BROKEN) from error


def _data_start(content: bytes, offset: int) -> int:
    """Find where a member's data begins, behind its local header."""
    header = content[offset : offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Invalid(BROKEN)
    name, extra = struct.unpack("<HH", header[26:30])
    return offset + 30 + int(name) + int(extra)


class _Reach:
    """Follows a sheet's XML and refuses one that spans too many cells."""

    def __init__(self) -> None:
        self.rows = self.columns = 1
        self.tail = b""

    def look(self, chunk: bytes) -> None:
        """Take the next piece of the sheet's XML."""
        text = self.tail + chunk
        self.tail = text[-OVERLAP:]
        self.rows = max([self.rows, *(int(number) for number in ROW.findall(text))])
        places = CELL.findall(text)
        self.rows = max(self.rows, max((int(row) for _, row in places), default=1))
        self.columns = max([self.columns, *map(_column_number, {name for name, _ in places})])
        if self.rows * self.columns > MAX_CELLS:
            raise Invalid(TOO_WIDE.format(rows=self.rows, columns=self.columns))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
