"""Until when an objection is answered: days on which people work."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def working_days_later(day: date, count: int) -> date:
    """Give the day that many working days (Monday to Friday) later; at least the next one.

    Public holidays are not known here, so that a promise may be kept a little early.
    """
    left = max(count, 1)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def is_overdue(due_on: date | None, day: date) -> bool:
    """Tell whether the promised day has passed."""
    return due_on is not None and due_on < day
