"""What the fillers of the demo share: the world they fill, its officials, working days."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from lms import PersonCard, site_of


class World(Protocol):
    """What the filler needs of :class:`lms.demo.world.DemoWorld`."""

    people: list[PersonCard]
    rng: random.Random
    now: datetime
    marks: dict[Any, list[int]]

    @property
    def agency(self) -> str:
        """Give the short name of the agency."""

    def days_ago(self, days: float, hour: int = 9, minute: int = 0) -> datetime:
        """Give a moment so many days before now, at an hour of the agency's clock."""

    def at(self, moment: datetime) -> Any:
        """Let the clock stand at a moment for a block."""

    def mark(self, stage: Any, person_id: int) -> None:
        """Note that a person is now at a stage."""


def holder(world: World, position: str) -> PersonCard | None:
    """Give the first person whose post begins with these words: the demo's log-ins are theirs."""
    return next((card for card in world.people if card.position.startswith(position)), None)


def working_day(session: Session, world: World, days: int) -> datetime:
    """Give midnight of a working day so many days from now or more; less than 0 is before."""
    site, step = site_of(session), timedelta(days=1 if days > 0 else -1)
    day = site.local(world.now).date() + timedelta(days=days)
    while day.weekday() > 4:
        day += step
    return datetime.combine(day, time(), site.zone)
