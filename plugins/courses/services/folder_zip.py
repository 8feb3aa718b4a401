"""Unpacks the archive of a course: nothing outside of its folder, nothing beyond the limits."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from lms import Invalid
from plugins.courses.services.archives import DAMAGED
from plugins.courses.services.content import Parsed, parse_course
from plugins.courses.services.media import MEGABYTE

MOST_MEMBERS = 500
MOST_UNPACKED = 100 * MEGABYTE
CHUNK = 256 * 1024
BROKEN = "Berkas ini bukan ZIP yang utuh. Buat ulang, lalu coba lagi."
OUTSIDE = "ZIP ini berisi nama berkas yang tidak aman: {name}. Buat ulang dari folder pelatihan."
TOO_MUCH = "Isi ZIP ini terlalu besar: paling banyak 500 berkas dan 100 MB."
NO_COURSE = "Tidak ada course.toml di ZIP ini, jadi ini bukan pelatihan."
TWO_COURSES = "ZIP ini berisi lebih dari satu pelatihan. Unggah satu per satu."
IGNORED = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


def parse_zip(content: bytes) -> Parsed:
    """Read and check the course in an archive; raises Invalid with the file and the line."""
    with _unpacked(content) as folder:
        courses = [path for path in (folder, *folder.iterdir()) if (path / "course.toml").is_file()]
        if not courses:
            raise Invalid(NO_COURSE)
        if len(courses) > 1:
            raise Invalid(TWO_COURSES)
        return parse_course(courses[0])


@contextmanager
def _unpacked(content: bytes) -> Iterator[Path]:
    with TemporaryDirectory(prefix="lms-course-") as name:
        folder = Path(name) / "pelatihan"
        folder.mkdir()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                _unpack(archive, folder)
        except DAMAGED as error:
            raise Invalid(BROKEN) from error
        yield folder


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) > MOST_MEMBERS or sum(info.file_size for info in members) > MOST_UNPACKED:
        raise Invalid(TOO_MUCH)
    names: set[str] = set()
    left = MOST_UNPACKED
    for info in members:
        path = _safe(info, names)
        if IGNORED.isdisjoint(path.parts):
            left -= _write(archive, info, folder.joinpath(*path.parts), left)


def _safe(info: zipfile.ZipInfo, names: set[str]) -> PurePosixPath:
    """Give the path of a member; refuses links, ways out, and two that are one elsewhere."""
    path = PurePosixPath(info.filename)
    odd = path.is_absolute() or any(part in ("..", ".", "") for part in info.filename.split("/"))
    odd = odd or len(path.parts) > 4 or any(c in info.filename for c in "\\:\0")
    odd = odd or stat.S_ISLNK(info.external_attr >> 16) or bool(info.flag_bits & 1)
    name = info.filename.casefold()
    if odd or name in names:
        raise Invalid(OUTSIDE.format(name=info.filename[:80]))
    names.add(name)
    return path


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Write a member in pieces, whatever size the archive claims; give its size."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(info) as source, target.open("xb") as file:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > left:
                raise Invalid(TOO_MUCH)
            file.write(chunk)
    return size
