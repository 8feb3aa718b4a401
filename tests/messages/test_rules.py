"""Pure rules of messages: quiet hours, WhatsApp links."""

from __future__ import annotations

from datetime import datetime, time
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from lms.core.messages.quiet import QuietHours, read_clock
from lms.core.messages.settings import CLOCKS
from lms.core.messages.whatsapp import whatsapp_link

NIGHT = QuietHours(start=time(20, 0), end=time(6, 30))
FREE_WEEKENDS = QuietHours(start=time(20, 0), end=time(6, 30), weekends=True)
NOON = QuietHours(start=time(12, 0), end=time(13, 0))
NEVER = QuietHours(start=time(0, 0), end=time(0, 0))
ZONE = ZoneInfo("Asia/Makassar")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%d.%m.%Y %H:%M:%S").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("hours", "moment", "allowed"),
    [
        (NIGHT, "02.11.2026 19:59:59", "02.11.2026 19:59:59"),
        (NIGHT, "02.11.2026 20:00:00", "03.11.2026 06:30:00"),
        (NIGHT, "31.12.2026 23:10:00", "01.01.2027 06:30:00"),
        (NIGHT, "02.11.2026 00:00:00", "02.11.2026 06:30:00"),
        (NIGHT, "02.11.2026 06:29:59", "02.11.2026 06:30:00"),
        (NIGHT, "02.11.2026 06:30:00", "02.11.2026 06:30:00"),
        (NIGHT, "07.11.2026 10:00:00", "07.11.2026 10:00:00"),
        (FREE_WEEKENDS, "06.11.2026 19:00:00", "06.11.2026 19:00:00"),
        (FREE_WEEKENDS, "06.11.2026 21:00:00", "09.11.2026 06:30:00"),
        (FREE_WEEKENDS, "07.11.2026 10:00:00", "09.11.2026 06:30:00"),
        (FREE_WEEKENDS, "08.11.2026 23:59:59", "09.11.2026 06:30:00"),
        (NOON, "02.11.2026 12:30:00", "02.11.2026 13:00:00"),
        (NOON, "02.11.2026 13:00:00", "02.11.2026 13:00:00"),
        (NEVER, "02.11.2026 00:00:00", "02.11.2026 00:00:00"),
    ],
)
def test_next_allowed_moment(hours: QuietHours, moment: str, allowed: str) -> None:
    assert hours.next_allowed(at(moment)) == at(allowed)


def test_every_clock_of_the_settings_is_read() -> None:
    assert read_clock("06.30") == time(6, 30)
    assert len({read_clock(text) for text in CLOCKS}) == 48


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("0812 3456 7890", "6281234567890"),
        ("812-3456-7890", "6281234567890"),
        ("6281234567890", "6281234567890"),
        ("+62 (812) 3456.7890", "6281234567890"),
        ("+62 0812 3456 7890", "6281234567890"),
        ("", None),
        ("0254-200123", None),
        ("+65 8123 4567", None),
        ("0812", None),
        ("08123456789012345", None),
        ("0812345678 ext 9", None),
    ],
)
def test_whatsapp_link_for_indonesian_mobile_numbers(phone: str, number: str | None) -> None:
    link = whatsapp_link(phone, "x")
    assert link == (f"https://wa.me/{number}?text=x" if number else None)


def test_whatsapp_link_keeps_the_text() -> None:
    text = "Halo Bu & Pak,\nkelas mulai 50% lebih awal? #1"
    link = whatsapp_link("08123456789", text)
    assert link is not None
    assert parse_qs(urlsplit(link).query) == {"text": [text]}
