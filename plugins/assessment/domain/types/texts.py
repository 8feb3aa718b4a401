"""Texts that people type: what is stored, and when two of them are the same answer."""

from __future__ import annotations

import unicodedata

OUTER = " .,;:!?\"'“”‘’«»„`´"
MOST_LETTERS = 200


def clean(text: str) -> str:
    """Make one line of a text: blanks and line breaks become one blank, control signs go."""
    shown = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in shown if unicodedata.category(c) != "Cs").split())


def same_text(text: str, *, case: bool = False) -> str:
    """Give the form in which answers are compared: two with the same form are the same answer.

    Width and ligatures (NFKC), blanks, and quotes and stops around the text do not count; capital
    letters count only with `case`.
    """
    folded = clean(unicodedata.normalize("NFKC", text))
    if not case:
        folded = unicodedata.normalize("NFKC", folded.casefold())
    return folded.strip(OUTER) or folded
