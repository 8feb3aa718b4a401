"""Numbers of an address or a form; one that no table can hold is as good as none."""

from __future__ import annotations

from flask import request

LARGEST = 2**31 - 1


def asked_number(name: str, least: int = 1, most: int = LARGEST) -> int | None:
    """Give a whole number that was asked for, None when there is none between the bounds."""
    given = request.values.get(name, None, type=int)
    return given if given is not None and least <= given <= most else None


def asked_year(default: int) -> int:
    """Give the year that was asked for."""
    return asked_number("tahun", 1990, 2100) or default
