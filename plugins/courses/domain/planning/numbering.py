"""Roman numbers, by which classes of a course are counted (angkatan I, II, …)."""

from __future__ import annotations

NUMERALS = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def roman(number: int) -> str:
    """Give a number from 1 to 3999 in Roman numerals."""
    text = ""
    for value, numeral in NUMERALS:
        times, number = divmod(number, value)
        text += numeral * times
    return text
