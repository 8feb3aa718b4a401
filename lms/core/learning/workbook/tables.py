"""Pure: a sheet as lines whose cells are read one by one; what is wrong is noted, not raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.core.learning.workbook.layout import Layout
from lms.core.sheets import (
    Column,
    Header,
    Sheet,
    Value,
    cell_text,
    find_header,
    header_key,
    read_date,
)
from lms.core.sheets.writing import FORMULA_SIGNS

NO_SHEET = "Lembar ini tidak ada. Unduh berkas contoh, lalu isi semua lembarnya."  # i18n
NO_HEADER = "Baris judul tidak ditemukan. Perlu kolom: %(columns)s."  # i18n
UNKNOWN_TITLE = "Judul kolom ini bukan jenjang jabatan yang dikenal."  # i18n
MISSING = "Isian ini kosong."  # i18n
TOO_LONG = "Isian ini terlalu panjang. Paling banyak %(limit)s huruf."  # i18n
NOT_WHOLE = "Isi dengan angka bulat %(low)s sampai %(high)s."  # i18n
NOT_NUMBER = "Isi dengan angka, misalnya 70 atau 67,5."  # i18n
NOT_DATE = "Isi dengan tanggal, misalnya 01-01-2026."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence for people: an Indonesian text with `%(name)s` places and what stands there."""

    message_id: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Give the sentence in Indonesian."""
        return self.message_id % self.values if self.values else self.message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProblem(Sentence):
    """What is wrong in one place of the workbook; `row` counts as Excel does, 0 is the sheet."""

    sheet: str
    row: int = 0
    column: str = ""

    @property
    def text(self) -> str:
        """Give the place and the message in one sentence for people."""
        place = f"Lembar {self.sheet}"
        place += f", baris {self.row}" if self.row else ""
        place += f", kolom {self.column}" if self.column else ""
        return f"{place}: {self.message}"

    def as_json(self) -> dict[str, str | int]:
        """Give the finding for the command line's JSON."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: cells by field; findings go to the list that all lines share."""

    sheet: str
    row: int
    cells: Mapping[str, Value]
    titles: Mapping[str, str]
    problems: list[CellProblem]

    def wrong(self, field: str, message_id: str, **values: object) -> None:
        """Note that a cell cannot be used."""
        self.problems.append(
            CellProblem(
                sheet=self.sheet,
                row=self.row,
                column=self.titles.get(field, ""),
                message_id=message_id,
                values=values,
            )
        )

    def has(self, field: str) -> bool:
        """Tell whether a cell has something in it."""
        return bool(cell_text(self.cells.get(field)))

    def text(self, field: str, limit: int, *, needed: bool = False) -> str:
        """Give a text on one line."""
        return self._checked(field, plain(cell_text(self.cells.get(field))), limit, needed)

    def long_text(self, field: str) -> str:
        """Give a text with its line breaks, each line trimmed, empty lines left out."""
        value = self.cells.get(field)
        if not isinstance(value, str):
            return cell_text(value)
        lines = (plain(cell_text(line)) for line in value.splitlines())
        return self._checked(field, "\n".join(line for line in lines if line), 10_000, False)

    def _checked(self, field: str, text: str, limit: int, needed: bool) -> str:
        if needed and not text:
            self.wrong(field, MISSING)
        if len(text) > limit:
            self.wrong(field, TOO_LONG, limit=limit)
        return text

    def whole(self, field: str, low: int, high: int, *, needed: bool = False) -> int | None:
        """Give a whole number within limits; None when empty or wrong."""
        text = cell_text(self.cells.get(field))
        if not text:
            if needed:
                self.wrong(field, MISSING)
            return None
        if not text.isascii() or not text.isdecimal() or not low <= int(text[:9]) <= high:
            self.wrong(field, NOT_WHOLE, low=low, high=high)
            return None
        return int(text)

    def number(self, field: str) -> float | None:
        """Give a number with a decimal comma or point; None when it is not one."""
        value = self.cells.get(field)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        text = cell_text(value)
        if not text.replace(",", ".").replace(".", "", 1).isdecimal():
            self.wrong(field, NOT_NUMBER if text else MISSING)
            return None
        return float(text.replace(",", "."))

    def day(self, field: str) -> date | None:
        """Give a date; None when empty or wrong."""
        try:
            return read_date(self.cells.get(field))
        except ValueError:
            self.wrong(field, NOT_DATE)
            return None


def plain(text: str) -> str:
    """Take away the apostrophe that kept an office program from running a text as formula."""
    harmless = text.startswith("'") and text[1:].startswith(FORMULA_SIGNS)
    return text[1:] if harmless else text


def read_lines(
    sheet: Sheet, layout: Layout, problems: list[CellProblem], more: Sequence[Column] = ()
) -> list[Line]:
    """Give the filled lines below a sheet's header row; a missing header is noted."""
    header, _nearest = find_header(sheet.numbered(), (*layout.columns, *more), layout.required)
    if header is None:
        wanted = [column.title for column in layout.columns if column.field in layout.required]
        values = {"columns": ", ".join(wanted)}
        problems.append(CellProblem(sheet=layout.name, message_id=NO_HEADER, values=values))
        return []
    if more:
        _note_unknown(header, layout, problems)
    return list(_lines(sheet, header, layout, problems))


def _note_unknown(header: Header, layout: Layout, problems: list[CellProblem]) -> None:
    problems += [
        CellProblem(sheet=layout.name, row=header.row, column=title, message_id=UNKNOWN_TITLE)
        for title in header.unknown
    ]


def _lines(
    sheet: Sheet, header: Header, layout: Layout, problems: list[CellProblem]
) -> Iterable[Line]:
    for number, row in sheet.numbered():
        if number <= header.row or not any(cell_text(cell) for cell in row):
            continue
        cells = {field: row[place] for field, place in header.places.items() if place < len(row)}
        yield Line(layout.name, number, cells, header.written, problems)


def sheet_named(sheets: Iterable[Sheet], name: str) -> Sheet | None:
    """Find a sheet by its name, however it is written."""
    return next((each for each in sheets if header_key(each.name) == header_key(name)), None)
