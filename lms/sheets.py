"""Tables for plugins, pure: XLSX and CSV in with limits and forgiving headers, XLSX out."""

from __future__ import annotations

from lms.core.sheets import (
    Column,
    Header,
    Row,
    Sheet,
    Value,
    cell_text,
    find_header,
    header_key,
    is_number,
    read_sheets,
    write_csv,
    write_sheet,
)

__all__ = [
    "Column",
    "Header",
    "Row",
    "Sheet",
    "Value",
    "cell_text",
    "find_header",
    "header_key",
    "is_number",
    "read_sheets",
    "write_csv",
    "write_sheet",
]
