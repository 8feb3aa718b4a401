"""Files for tests, made on the fly: XLSX with typed cells, CSV in the writings of offices."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

HEADERS = ("NIP", "Nama", "Jabatan", "Eselon", "Unit Kerja", "OPD")


def xlsx(rows: Sequence[Sequence[Any]], *, sheet: str = "Data", before: int = 0) -> bytes:
    """Make an XLSX; text stays text, numbers are numbers; `before` empty rows come first."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows, start=before):
        for place, value in enumerate(row):
            page.write_string(number, place, value) if isinstance(value, str) else page.write(
                number, place, value
            )
    book.close()
    return target.getvalue()


def csv(rows: Sequence[Sequence[str]], *, mark: str = ";", encoding: str = "utf-8") -> bytes:
    """Make a CSV with a delimiter and an encoding."""
    return "\r\n".join(mark.join(row) for row in rows).encode(encoding)


def person(nip: str = "198501012010011001", name: str = "Ahmad", **more: str) -> list[str]:
    """Make a row for HEADERS."""
    values = {"post": "Bidan Mahir", "echelon": "", "unit": "Bidang Umum", "top": "Dinas A"}
    values |= more
    return [nip, name, values["post"], values["echelon"], values["unit"], values["top"]]


def nip(number: int, *, year: int = 1980, pppk: bool = False) -> str:
    """Make the NIP of an invented person, a new one for each number."""
    day, rest = number % 28 + 1, number // 28
    return (
        f"{year}{rest % 12 + 1:02}{day:02}{year + 30}{'21' if pppk else '01'}1{rest // 12 + 1:03}"
    )
