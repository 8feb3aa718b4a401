"""Reads XLSX and CSV into rows of cells, within limits; tells plainly what cannot be read."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lms.core.errors import Invalid
from lms.core.sheets.limits import BROKEN, check_size, check_workbook
from lms.core.sheets.values import Value

MAX_ROWS = 200_000
DELIMITERS = (";", ",", "\t", "|")
SAMPLE_LINES = 40

EMPTY = "Berkas ini kosong."
WRONG_TYPE = "Berkas {name} bukan Excel (.xlsx) atau CSV. Simpan sebagai .xlsx, lalu coba lagi."
OLD_EXCEL = "Berkas {name} berformat lama (.xls). Buka di Excel, lalu simpan sebagai .xlsx."
LOCKED = "Berkas {name} dikunci kata sandi (password). Buka kuncinya, lalu simpan ulang."
WEB_PAGE = "Berkas {name} adalah halaman web. Buka di Excel, lalu simpan sebagai .xlsx."
TOO_MANY_ROWS = "Berkas ini lebih dari 200.000 baris. Bagi menjadi beberapa berkas."

Row = tuple[int, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a file; rows come with their number as Excel counts, from 1."""

    name: str
    rows: Sequence[Sequence[Value]]

    def numbered(self) -> Iterator[Row]:
        """Give (row number, cells) for every row, empty ones too."""
        return enumerate(self.rows, start=1)


def read_sheets(source: Path | bytes, filename: str) -> list[Sheet]:
    """Read all visible sheets of a file; raises Invalid with what to do."""
    content = source if isinstance(source, bytes) else _read_file(source)
    check_size(content)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Invalid(EMPTY)
    if content.startswith(b"PK"):
        return _read_workbook(content, filename)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(_old_or_locked(content).format(name=filename))
    return [Sheet("CSV", _read_csv(content, filename))]


def _read_file(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size == 0:
            raise Invalid(EMPTY)
        with path.open("rb") as file:
            return file.read(20 * 1024 * 1024 + 1)
    except OSError as error:
        raise Invalid(f"Berkas {path.name} tidak dapat dibuka: {error.strerror}.") from error


def _old_or_locked(content: bytes) -> str:
    """Tell a locked XLSX from an old XLS: both are of the same container format."""
    locked = "EncryptedPackage".encode("utf-16-le") in content
    return LOCKED if locked else OLD_EXCEL


def _read_workbook(content: bytes, filename: str) -> list[Sheet]:
    import python_calamine as calamine

    if b"xl/workbook.xml" not in content:
        raise Invalid(WRONG_TYPE.format(name=filename))
    check_workbook(content)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            names = [
                meta.name
                for meta in book.sheets_metadata
                if meta.typ == calamine.SheetTypeEnum.WorkSheet
                and meta.visible == calamine.SheetVisibleEnum.Visible
            ]
            return [Sheet(name, _rows(book.get_sheet_by_name(name))) for name in names]
    except calamine.PasswordError as error:
        raise Invalid(LOCKED.format(name=filename)) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Invalid(BROKEN) from error


def _rows(sheet: object) -> list[list[Value]]:
    from python_calamine import CalamineSheet

    known = cast(CalamineSheet, sheet)
    if known.total_height > MAX_ROWS + 100:
        raise Invalid(TOO_MANY_ROWS)
    return cast("list[list[Value]]", list(known.iter_rows())) if known.height else []


# -- CSV -----------------------------------------------------------------------------------------


def _read_csv(content: bytes, filename: str) -> list[list[Value]]:
    text = _decode(content, filename)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise Invalid(WEB_PAGE.format(name=filename))
    first_line, _, rest = text.partition("\n")
    hint = first_line.strip().strip('"').lower()
    if hint.startswith("sep=") and len(hint) == 5:
        return [[], *_split(rest, hint[4], filename)]
    try:
        delimiter = _delimiter(text)
    except csv.Error as error:  # a cell longer than any that people write
        raise Invalid(WRONG_TYPE.format(name=filename)) from error
    return _split(text, delimiter, filename)


def _decode(content: bytes, filename: str) -> str:
    """Decode UTF-8, UTF-16 with its mark, or Windows' cp1252; refuse what is not text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    control = sum(content[:4096].count(bytes([code])) for code in (*range(9), *range(14, 32)))
    if control or content.startswith(b"%PDF"):
        raise Invalid(WRONG_TYPE.format(name=filename))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """Choose the delimiter that cuts most lines into equally many cells, at least two."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:SAMPLE_LINES]
    scores = {}
    for mark in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
        width, lines_alike = widths.most_common(1)[0] if widths else (0, 0)
        scores[mark] = (lines_alike, width)
    return max(DELIMITERS, key=lambda mark: scores[mark])


def _split(text: str, delimiter: str, filename: str) -> list[list[Value]]:
    rows: list[list[Value]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(list(row))
            if len(rows) > MAX_ROWS + 100:
                raise Invalid(TOO_MANY_ROWS)
    except csv.Error as error:
        raise Invalid(WRONG_TYPE.format(name=filename)) from error
    return rows
