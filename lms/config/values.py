"""Kinds of configuration values: each gives the value to keep, or says what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

INDONESIAN_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])")
RESERVED_SLUGS = frozenset({"static", "healthz", "verify", "api", "agencies", "admin"})
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DATABASE = re.compile(r"sqlite:///.|postgresql(?:\+psycopg)?://.")
DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]+")

Check = Callable[[Any], Any]


def text(value: Any) -> str:
    """Take a text on one line; raises ValueError like all kinds, with what is allowed."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("a text on one line")
    return value.strip()


def flag(value: Any) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def number(low: int, high: int) -> Check:
    """Make the kind of whole numbers within limits."""

    def check(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return check


port = number(1, 65535)


def address(value: Any) -> str:
    """Take the address of a host, without a path."""
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^/\s]+", value.rstrip("/")):
        raise ValueError('an address such as "https://belajar.example.go.id", without a path')
    return value.rstrip("/")


def slug(value: Any) -> str:
    """Take an agency's short name as it stands in addresses."""
    if not isinstance(value, str) or not SLUG.fullmatch(value) or value in RESERVED_SLUGS:
        raise ValueError(
            "2 to 40 of a–z, 0–9 and -, not at the ends, and not one of "
            + ", ".join(sorted(RESERVED_SLUGS))
        )
    return value


def zone(value: Any) -> str:
    """Take a time zone of the IANA list."""
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        allowed = ", ".join(INDONESIAN_ZONES)
        raise ValueError(f"a time zone: {allowed} or another one of the IANA list") from None


def domains(value: Any) -> tuple[str, ...]:
    """Take a list of host names."""
    if not isinstance(value, list) or not all(
        isinstance(each, str) and DOMAIN.fullmatch(each) for each in value
    ):
        raise ValueError('a list of host names in small letters, such as ["lms.example.go.id"]')
    return tuple(value)


def names(value: Any) -> tuple[str, ...]:
    """Take a list of plugin names."""
    good = isinstance(value, list) and all(isinstance(each, str) and each for each in value)
    if not good or len(set(value)) != len(value):
        raise ValueError('a list of plugin names, each once, such as ["assessment", "courses"]')
    return tuple(value)


def database(value: Any) -> str:
    """Take the address of a database."""
    if not isinstance(value, str) or not DATABASE.match(value):
        raise ValueError("an address that begins with sqlite:/// or postgresql://")
    return value


def colour(value: Any) -> str:
    """Take a colour in six hexadecimal digits."""
    if not isinstance(value, str) or not COLOUR.fullmatch(value):
        raise ValueError('a colour such as "#1f5c4d"')
    return value.lower()


def table(value: Any) -> Any:
    """Take a table of further keys."""
    if not isinstance(value, dict):
        raise ValueError("a table of keys")
    return value
