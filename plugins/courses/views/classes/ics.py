"""Calendar files (RFC 5545) with the agency's zone; icalendar is imported when one is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from plugins.courses.queries.classes.calendar import Entry

if TYPE_CHECKING:
    from icalendar import Event


def calendar_file(
    entries: Sequence[Entry], *, name: str, host: str, zone: ZoneInfo, moment: datetime
) -> bytes:
    """Give a calendar with one event a meeting; the same meeting has the same UID for ever."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Titian//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry, host, zone, moment))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry, host: str, zone: ZoneInfo, moment: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("sequence", entry.sequence)
    event.add("status", entry.status)
    event.add("summary", entry.title)
    event.add("dtstamp", moment)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    if entry.where:
        event.add("location", entry.where)
    if entry.link:
        event.add("url", entry.link)
    return event
