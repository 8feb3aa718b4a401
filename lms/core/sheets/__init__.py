"""Tables from offices: XLSX and CSV in with limits and forgiving headers, XLSX out."""

from __future__ import annotations

from lms.core.sheets.headers import Column, Header, find_header, header_key
from lms.core.sheets.problems import Problem
from lms.core.sheets.reading import MAX_ROWS, Row, Sheet, read_sheets
from lms.core.sheets.values import Value, cell_text, is_number, read_date
from lms.core.sheets.writing import write_csv, write_sheet

__all__ = [
    "MAX_ROWS",
    "Column",
    "Header",
    "Problem",
    "Row",
    "Sheet",
    "Value",
    "cell_text",
    "find_header",
    "header_key",
    "is_number",
    "read_date",
    "read_sheets",
    "write_csv",
    "write_sheet",
]
