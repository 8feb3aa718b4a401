"""Writes XLSX and CSV that no office program takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from lms.core.sheets.values import FORMULA_SIGNS as FORMULA_SIGNS
from lms.core.sheets.values import Value


def write_sheet(
    headers: Sequence[str], rows: Iterable[Sequence[Value]], *, name: str = "Data"
) -> bytes:
    """Make an XLSX with one sheet: bold header row, text stays text, dates are dates."""
    import xlsxwriter

    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    sheet.write_row(0, 0, headers, bold)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            else:
                sheet.write(number, place, harmless(value))
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Make a CSV as Indonesian Excel opens it: semicolons, UTF-8 with its mark."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def harmless(value: Value) -> Value:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return "'" + value
    return value
