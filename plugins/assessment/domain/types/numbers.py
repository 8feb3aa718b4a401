"""Numbers as people write them in Indonesia: comma for decimals, dots for thousands."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

MINUS = str.maketrans({"−": "-", "–": "-"})
GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:[. ]\d{3})+(?:,\d+)?")
PLAIN = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)?|[.,]\d+)")
MOST_DIGITS = 15


def canonical_number(text: str, unit: str = "") -> str | None:
    """Turn what was typed into digits with a dot; None for what is no number.

    A dot before exactly three digits parts thousands (1.242 is one thousand two hundred and
    forty-two), any other dot or comma is the decimal one. The unit may stand on either side.
    """
    typed = unicodedata.normalize("NFKC", text).translate(MINUS)
    typed = _without_unit(" ".join(typed.split()), unit)
    if GROUPED.fullmatch(typed):
        typed = typed.replace(".", "").replace(" ", "")
    elif not PLAIN.fullmatch(typed):
        return None
    if not typed.isascii() or sum(map(str.isdigit, typed)) > MOST_DIGITS:
        return None
    number = Decimal(typed.replace(",", "."))
    return f"{number.normalize() + 0:f}"  # + 0: no minus before nothing


def _without_unit(typed: str, unit: str) -> str:
    wanted = " ".join(unicodedata.normalize("NFKC", unit).split())
    if not wanted:
        return typed
    found = re.fullmatch(
        rf"(?:{re.escape(wanted)})?\.? ?(.*?) ?(?:{re.escape(wanted)})?", typed, re.I
    )
    return found[1] if found else typed


def spoken_number(value: str) -> str:
    """Write a stored number the Indonesian way: 1242.5 is 1242,5."""
    return value.replace(".", ",")


def to_number(text: str) -> float | int | str:
    """Read a number of an authoring form; what is none stays the text, and is a problem later."""
    value = canonical_number(text)
    if value is None:
        return text
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def from_number(value: object) -> str:
    """Write a number into an authoring form."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return (
        spoken_number(f"{Decimal(str(value)):f}") if isinstance(value, int | float) else str(value)
    )
