"""Pure: how well two colours can be told apart, by WCAG's formula."""

from __future__ import annotations

ENOUGH = 7.0
"""The contrast that all our text has (WCAG AAA)."""
LIGHT_SAND, DARK_SAND, WHITE, DARK_TEXT = "#f3ecdf", "#332d26", "#ffffff", "#17130f"


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours such as "#21437a", from 1 to 21."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, 0 for black and 1 for white (WCAG 2.2)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_readable(deep: str, pale: str) -> bool:
    """Tell whether an agency's colours can be used: text in them, and text on them.

    `deep` is for the light look, `pale` (may be empty) for the dark one.
    """
    pairs = [(deep, LIGHT_SAND), (deep, WHITE)]
    pairs += [(pale, DARK_SAND), (pale, DARK_TEXT)] if pale else []
    return all(contrast(*pair) >= ENOUGH for pair in pairs)
