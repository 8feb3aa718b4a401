"""Delivers the demo's events in the order of its history: consequences are dated like causes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from lms.core.errors import PluginError
from lms.core.hooks.models import Delivery
from lms.core.hooks.outbox import deliver_pending
from lms.demo.world import DemoWorld

BATCH = 500


def count_waiting(world: DemoWorld) -> int:
    """Count the deliveries that wait."""
    query = select(func.count()).select_from(Delivery).where(Delivery.state == "waiting")
    with world.site.database.reading() as session:
        return session.scalar(query) or 0


def deliver_history(world: DemoWorld, advance: Callable[[int], None]) -> None:
    """Deliver day by day until nothing is due, each day by the clock of its last event.

    Raises PluginError that names the plugin when a delivery could not be handled.
    """
    while (moment := _last_moment_of_next_day(world)) is not None:
        with world.at(moment):
            while count := deliver_pending(world.site, BATCH):
                advance(count)
        _refuse_errors(world)


def _last_moment_of_next_day(world: DemoWorld) -> datetime | None:
    waiting = (Delivery.state == "waiting", Delivery.next_at <= world.now)
    with world.site.database.reading() as session:
        first = session.scalar(select(func.min(Delivery.next_at)).where(*waiting))
        if first is None:
            return None
        day = world.site.local(first).date() + timedelta(days=1)
        end = datetime.combine(day, time(0), world.site.zone)
        last = select(func.max(Delivery.next_at)).where(*waiting, Delivery.next_at < end)
        return session.scalar(last)


def _refuse_errors(world: DemoWorld) -> None:
    query = select(Delivery.plugin, Delivery.error).where(Delivery.error.is_not(None)).limit(1)
    with world.site.database.reading() as session:
        found = session.execute(query).one_or_none()
    if found is not None:
        raise PluginError(found.plugin, f"could not handle an event of the demo: {found.error}")
