"""Reads a personnel file: the sheet with people, its header, its rows and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lms.core.errors import Invalid
from lms.core.people.importing.columns import COLUMNS, REQUIRED, TITLES
from lms.core.people.importing.rows import PersonRow, RowReader, is_damaged, is_number_row
from lms.core.sheets import (
    MAX_ROWS,
    Header,
    Problem,
    Sheet,
    Value,
    cell_text,
    find_header,
    read_sheets,
)
from lms.core.sheets.reading import EMPTY, TOO_MANY_ROWS

ALL_DAMAGED = (
    "Semua NIP rusak karena kolomnya berformat angka. Angka yang hilang tidak dapat dikembalikan. "
    "Ambil lagi data dari SIASN atau SIMPEG, ubah kolom NIP ke Teks, lalu tempel."
)
FEWEST_TO_REFUSE = 3
"""From this many rows on, a column of only damaged NIPs refuses the whole file."""
SAME_NIP = "NIP sama dengan baris %(row)s. Baris ini tidak masuk. Hapus salah satu."


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """A file after reading: its good rows, its findings, its columns.

    `read` counts rows with content; `columns` are (header, our title); `dropped` are headers of
    columns that we do not take; `headers` maps our fields to headers as written.
    """

    filename: str
    sheet: str
    read: int
    rows: tuple[PersonRow, ...]
    problems: tuple[Problem, ...]
    columns: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]
    headers: Mapping[str, str]


def read_people_file(source: Path | bytes, filename: str) -> ParsedFile:
    """Read people from XLSX or CSV; raises Invalid when the file as a whole cannot be used."""
    sheets = [sheet for sheet in read_sheets(source, filename) if sheet.rows]
    sheet, header = _sheet_with_people(sheets)
    body = _body(sheet, header)
    if len(body) > MAX_ROWS:
        raise Invalid(TOO_MANY_ROWS)
    if not body:
        raise Invalid(f"Lembar “{sheet.name}” berisi judul kolom saja, tanpa pegawai.")
    _refuse_damaged(body, header.places["nip"])
    rows, problems = _read_rows(body, header)
    return ParsedFile(
        filename=filename,
        sheet=sheet.name,
        read=len(body),
        rows=tuple(rows),
        problems=tuple(problems),
        columns=tuple((header.written[field], TITLES[field]) for field in header.places),
        dropped=header.unknown,
        headers=header.written,
    )


def _sheet_with_people(sheets: Sequence[Sheet]) -> tuple[Sheet, Header]:
    nearest: list[str] = []
    for sheet in sheets:
        header, found = find_header(sheet.numbered(), COLUMNS, REQUIRED)
        if header is not None:
            return sheet, header
        nearest = nearest or found
    if not nearest:
        raise Invalid(EMPTY)
    raise Invalid(_missing(nearest))


def _missing(headers: Sequence[str]) -> str:
    """Say which required column is missing, and which headers there are."""
    row: list[tuple[int, Sequence[Value]]] = [(1, list(headers))]
    missing = [TITLES[field] for field in REQUIRED if find_header(row, COLUMNS, [field])[0] is None]
    shown = ", ".join(f"“{text[:40]}”" for text in headers[:15])
    return f"Kolom {' dan '.join(missing)} tidak ditemukan. Kolom yang ada: {shown}."


def _body(sheet: Sheet, header: Header) -> list[tuple[int, Sequence[Value]]]:
    """Give the rows below the header that have content; a row of column numbers is left out."""
    below = islice(sheet.numbered(), header.row, None)
    filled = [(number, row) for number, row in below if any(cell_text(cell) for cell in row)]
    return filled[1:] if filled and is_number_row(filled[0][1]) else filled


def _refuse_damaged(body: Sequence[tuple[int, Sequence[Value]]], place: int) -> None:
    given = [row[place] for _, row in body if place < len(row) and cell_text(row[place])]
    if len(given) >= FEWEST_TO_REFUSE and all(is_damaged(value) for value in given):
        raise Invalid(ALL_DAMAGED)


def _read_rows(
    body: Sequence[tuple[int, Sequence[Value]]], header: Header
) -> tuple[list[PersonRow], list[Problem]]:
    reader = RowReader(header=header)
    rows: list[PersonRow] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, cells in body:
        row = reader.read(number, cells)
        if row is not None and first.setdefault(row.nip, number) != number:
            reader.tell("nip", SAME_NIP, level="error", row=first[row.nip])
        elif row is not None:
            rows.append(row)
        problems += reader.problems
    return rows, problems
