"""Pure: what a cell holds, as text, as a number, as a date in the forms that offices write."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from lms.core.people.nip import MONTHS

Value = str | int | float | bool | date | datetime | time | timedelta | None

FORMULA_SIGNS = tuple("=+-@\t\r")
EXCEL_DAY_ZERO = date(1899, 12, 30)
SERIALS = range(10_000, 73_051)
"""Excel's day numbers from 1927 to 2099; smaller and larger numbers are something else."""
UNKNOWN_DATES = {"", "-", "0", "null", "none", "nan", "01010001", "00000000", "00010101"}
SHORT_MONTHS = {
    **{name.lower(): number for number, name in enumerate(MONTHS, start=1)},
    **{name.lower()[:3]: number for number, name in enumerate(MONTHS, start=1)},
    "agt": 8,
    "ags": 8,
    "agust": 8,
    "sept": 9,
    "nop": 11,
    "nopember": 11,
    "pebruari": 2,
    "peb": 2,
    "january": 1,
    "february": 2,
    "march": 3,
    "may": 5,
    "june": 6,
    "july": 7,
    "august": 8,
    "aug": 8,
    "october": 10,
    "oct": 10,
    "december": 12,
    "dec": 12,
}
DAY_FIRST = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?!\d)")
YEAR_FIRST = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
IN_WORDS = re.compile(r"^(?:[a-z']+,\s*)?(\d{1,2})[\s\-/.]+([a-z]+)\.?[\s\-/.]+(\d{4})(?!\d)")
TIME_OF_DAY = re.compile(r"[t ]\d\d:\d\d.*$")
SERIAL = re.compile(r"^\d{5}(?:[.,]\d+)?$")


def is_number(value: Value) -> bool:
    """Tell whether Excel kept the cell as a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def cell_text(value: Value) -> str:
    """Give a cell as a person reads it: whole numbers without ".0", single spaces, no NBSP."""
    if value is None:
        return ""
    if isinstance(value, str):
        if value[:1] == "'" and value[1:2] in FORMULA_SIGNS:  # put there when it was exported
            value = value[1:]
        return " ".join(value.replace("\u200b", "").replace("\ufeff", "").split())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def read_date(value: Value) -> date | None:
    """Read a date; None for an empty or unknown one (01-01-0001); raises ValueError.

    Day comes before month, as in Indonesia; Excel's day numbers and months in words are read too.
    """
    if isinstance(value, datetime):
        return _known(value.date())
    if isinstance(value, date):
        return _known(value)
    text = cell_text(value).strip("'").lower()
    if re.sub(r"[/.\-]", "", TIME_OF_DAY.sub("", text)) in UNKNOWN_DATES:
        return None
    return _known(_date_of(text))


def _known(found: date) -> date | None:
    return found if found.year > 1 else None


def _date_of(text: str) -> date:
    if match := DAY_FIRST.match(text):
        return date(int(match[3]), int(match[2]), int(match[1]))
    if match := YEAR_FIRST.match(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if (match := IN_WORDS.match(text)) and match[2] in SHORT_MONTHS:
        return date(int(match[3]), SHORT_MONTHS[match[2]], int(match[1]))
    if SERIAL.match(text):
        serial = int(float(text.replace(",", ".")))
        if serial in SERIALS:
            return EXCEL_DAY_ZERO + timedelta(days=serial)
    raise ValueError(text)
