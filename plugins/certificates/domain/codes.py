"""Codes that open the verify page: 60 bits, readable aloud, forgiving when typed."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, O, 1 and I, which look alike on paper."""
LENGTH = 12
GROUP = 4


def new_code() -> str:
    """Make an unguessable code of 12 characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """Write a code as people see it: XXXX-XXXX-XXXX."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(typed: str) -> str | None:
    """Read a code as people type it: any case, dashes and spaces; None when it cannot be one."""
    code = "".join(character for character in typed.upper() if character not in " -‐‑–")
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code


def masked_nip(nip: str) -> str:
    """Hide the middle of a NIP: 1985********1001; everything of a shorter number."""
    return f"{nip[:4]}{'*' * 8}{nip[-4:]}" if len(nip) == 18 else "*" * len(nip)
