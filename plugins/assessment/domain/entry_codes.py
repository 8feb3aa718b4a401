"""Entry codes of a session: short, and without letters that are taken for one another."""

from __future__ import annotations

ALPHABET = "ACDEFGHJKMNPQRTUVWXY3479"
"""Without 0 O, 1 I L, 2 Z, 5 S, 8 B and 6: they are taken for one another on paper."""
LENGTH = 6


def clean_code(typed: str) -> str:
    """Give a code as it is stored: capital letters without blanks and hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())[:12]


def shown_code(code: str) -> str:
    """Give a code as people read it aloud: in groups of three."""
    return " ".join(code[place : place + 3] for place in range(0, len(code), 3))
