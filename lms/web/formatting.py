"""Numbers, dates and states as people here write them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask

from lms.core.errors import LmsError
from lms.web.context import site
from lms.web.translation import gettext, language

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def number(value: float, digits: int = 0) -> str:
    """Write 1242 as 1.242 and 2.316 as 2,32 (two digits)."""
    return _number(value, digits, language())


@lru_cache(maxsize=4096)
def _number(value: float, digits: int, locale: str) -> str:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(round(value, digits), format=pattern, locale=locale))


def percent(value: float, digits: int = 1) -> str:
    """Write 62.1 as 62,1 % with a space that does not break."""
    return f"{number(value, digits)}\N{NO-BREAK SPACE}%"


def _local_date(value: date | datetime) -> date:
    return site().local(value).date() if isinstance(value, datetime) else value


@lru_cache(maxsize=4096)
def _date(value: date, pattern: str, locale: str) -> str:
    return str(format_date(value, pattern, locale=locale))


def day(value: date | datetime) -> str:
    """Write a date as 3 November 2026, in the agency's zone."""
    return _date(_local_date(value), "d MMMM y", language())


def day_short(value: date | datetime) -> str:
    """Write a date as 3 Nov 2026, in the agency's zone."""
    return _date(_local_date(value), "d MMM y", language())


def clock(value: datetime) -> str:
    """Write a time as 10.42, in the agency's zone."""
    return site().local(value).strftime("%H.%M")


def moment(value: datetime) -> str:
    """Write a moment as 3 November 2026, 10.42 WIB."""
    return f"{day(value)}, {clock(value)} {zone_name(site().zone)}"


def zone_name(zone: ZoneInfo) -> str:
    """Give the zone's short name: WIB, WITA, WIT, or its key."""
    return ZONES.get(zone.key, zone.key)


def mask_nip(nip: str) -> str:
    """Write a NIP with the middle hidden: 1985********1001."""
    return f"{nip[:4]}{'*' * 8}{nip[-4:]}" if len(nip) == 18 else "*" * len(nip)


def group_nip(nip: str) -> str:
    """Write a NIP in its groups: 19850101 201001 1 001."""
    return f"{nip[:8]} {nip[8:14]} {nip[14:15]} {nip[15:]}" if len(nip) == 18 else nip


STATE_WORDS = {  # i18n
    "meets": "Sudah sesuai",
    "below": "Perlu ditingkatkan",
    "unclear": "Belum pasti",
}
STATE_ICONS = {"meets": "check", "below": "up", "unclear": "waves"}


def state_word(state: str) -> str:
    """Give the words for a gap state; raises LmsError for another word."""
    if state not in STATE_WORDS:
        raise LmsError(f"Unknown gap state {state!r}.")
    return gettext(STATE_WORDS[state])


def install(app: Flask) -> None:
    """Make the filters known to templates."""
    app.jinja_env.filters.update(
        number=number,
        percent=percent,
        day=day,
        day_short=day_short,
        clock=clock,
        moment=moment,
        mask_nip=mask_nip,
        group_nip=group_nip,
        state_word=state_word,
    )
    app.jinja_env.globals.update(STATE_ICONS=STATE_ICONS)
