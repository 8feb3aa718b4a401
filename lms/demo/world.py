"""What a demo filler is given: people, chance that repeats, and a clock that it may turn back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal

from lms.core.errors import Invalid
from lms.core.hooks.contracts import PersonCard
from lms.core.site import Site

SEED = 20261121
Stage = Literal["new", "assigned", "learning", "retest", "certified"]
STAGES: tuple[Stage, ...] = ("new", "assigned", "learning", "retest", "certified")


@dataclass(slots=True, kw_only=True)
class DemoWorld:
    """The demo agency while it is filled.

    `now` is the moment of the filling and stands still, also inside :meth:`at`. `rng` gives the
    same draws in every run. `marks` holds, by stage, the people whom a filler brought there.
    """

    site: Site
    people: list[PersonCard]
    now: datetime
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))
    marks: dict[Stage, list[int]] = field(default_factory=dict)

    @property
    def agency(self) -> str:
        """Give the short name of the agency: serang or cilegon."""
        return self.site.slug

    def days_ago(self, days: float, hour: int = 9, minute: int = 0) -> datetime:
        """Give a moment so many days before `now`, at an hour of the agency's clock."""
        day = self.site.local(self.now - timedelta(days=days)).date()
        moment = datetime.combine(day, time(hour, minute), self.site.zone)
        return min(moment, self.now)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let the site's clock stand at a moment for a block: facts are dated then.

        What follows from an event later is dated like the event, too.
        """
        before, self.site.clock = self.site.clock, lambda: moment
        try:
            yield
        finally:
            self.site.clock = before

    def mark(self, stage: Stage, person_id: int) -> None:
        """Note that a person is now at a stage, so that the demo can offer this log-in.

        Stages: new (pre-assessment not started), assigned (a course waits), learning (in the
        middle of one), retest (a retest waits), certified (has a certificate).
        """
        if stage not in STAGES:
            raise Invalid(f"Stage {stage!r} is not known; there are: {', '.join(STAGES)}.")
        for others in self.marks.values():
            if person_id in others:
                others.remove(person_id)
        self.marks.setdefault(stage, []).append(person_id)
