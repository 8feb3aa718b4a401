"""Certificate numbers made from a pattern that cannot give the same number twice."""

from __future__ import annotations

from datetime import date
from string import Formatter

DEFAULT_PATTERN = "{seq:04}/TITIAN/{roman_month}/{year}"
FIELDS = ("seq", "year", "month", "roman_month")
WIDTHS = ("", "02", "03", "04", "05", "06")
MOST_CHARACTERS = 80
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


UNPAIRED = "Kurung kurawal pada pola nomor belum berpasangan."  # i18n
UNKNOWN = "Pola nomor hanya mengenal {seq}, {year}, {month}, dan {roman_month}."  # i18n
WIDTH = "Lebar angka pada pola nomor ditulis 02 sampai 06, misalnya {seq:04}."  # i18n
MISSING = "Pola nomor harus memuat {seq} dan {year}."  # i18n
TOUCHING = "Beri tanda pemisah di antara dua bagian pola nomor, misalnya garis miring."  # i18n
TOO_LONG = "Nomor paling panjang 80 huruf dan angka."  # i18n


def pattern_reasons(pattern: str) -> list[str]:
    """Say what is wrong with a number pattern, one sentence each; empty when it can be used."""
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        return [UNPAIRED]
    names = [name for _, name, _, _ in parts if name is not None]
    wrong = {
        UNKNOWN: any(name not in FIELDS for name in names),
        WIDTH: not all(_plain(*field) for _, *field in parts if field[0] is not None),
        MISSING: not {"seq", "year"} <= set(names),
        TOUCHING: _touching(parts),
    }
    reasons = [reason for reason, applies in wrong.items() if applies]
    if not reasons and len(number_for(pattern, 10**6, date(2028, 8, 1))) > MOST_CHARACTERS:
        return [TOO_LONG]
    return reasons


def _plain(name: str | None, width: str | None, how: str | None) -> bool:
    return not how and (width or "") in (WIDTHS if name != "roman_month" else ("",))


def _touching(parts: list[tuple[str, str | None, str | None, str | None]]) -> bool:
    """Tell whether two fields stand side by side: 1·12 and 11·2 would look the same."""
    inner = [literal for literal, name, _, _ in parts[1:] if name is not None]
    return any(not literal or literal.isdigit() for literal in inner)


def number_for(pattern: str, seq: int, on: date) -> str:
    """Write the number of the certificate with this place in the year's series."""
    roman = ROMAN[on.month - 1]
    return pattern.format(seq=seq, year=on.year, month=on.month, roman_month=roman)
