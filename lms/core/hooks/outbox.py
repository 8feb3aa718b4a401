"""Remember, then tell: events are stored with the fact and delivered after the commit.

`record()` writes the event and one delivery per listening plugin in the caller's transaction.
`deliver()` hands deliveries to plugins, each in a transaction (or a savepoint of one) that also
marks it done: a crash loses nothing, and a handler's writes are applied exactly once.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, insert, or_, select, update
from sqlalchemy.orm import Session

from lms.core.hooks.events import Event, revive
from lms.core.hooks.models import Delivery, EventRow
from lms.core.site import Site, now, site_of

MAX_ATTEMPTS = 8
BATCH = 200
INLINE_GRACE = timedelta(seconds=15)
"""How long the worker leaves inline deliveries to the process whose request recorded them.

It would otherwise take some of them away in the middle, and that request's answer would show a
home page that does not know yet what follows.
"""

# Plain inserts without the ORM: a mass import records thousands of events.
STORE_EVENT = insert(cast("Table", EventRow.__table__))
STORE_DELIVERY = insert(cast("Table", Delivery.__table__))


def record(session: Session, event: Event) -> None:
    """Store a fact and who must hear it, in the caller's transaction."""
    session.flush()
    moment = now(session)
    row = {
        "name": event.name,
        "version": event.version,
        "payload": event.payload(),
        "recorded_at": moment,
    }
    key = cast("CursorResult[Any]", session.execute(STORE_EVENT, row)).inserted_primary_key
    assert key is not None
    event_id: int = key[0]
    _add_deliveries(session, event_id, event.name, moment)
    session.info["recorded"].append(event_id)


def _add_deliveries(session: Session, event_id: int, name: str, moment: datetime) -> None:
    registry = site_of(session).registry
    rows = [
        {
            "event_id": event_id,
            "plugin": plugin,
            "inline": registry.plugins[plugin].inline,
            "next_at": moment,
        }
        for plugin in registry.listeners(f"lms_{name}")
    ]
    if rows:
        session.execute(STORE_DELIVERY, rows)


def deliver_inline(site: Site, event_ids: Sequence[int]) -> None:
    """Tell inline plugins these events and all that follow from them."""
    waiting = list(event_ids)
    while waiting:
        with site.database.reading() as session:
            ids = _due(session, site, inline=True, event_ids=waiting)
        waiting = _deliver_each(site, ids)


def deliver_pending(
    site: Site, limit: int = BATCH, *, inline_grace: timedelta = timedelta(0)
) -> int:
    """Tell up to `limit` deliveries that are due, in order; give how many were tried.

    Inline deliveries younger than `inline_grace` are left to the process that recorded them.
    Deliveries share one transaction with a savepoint each, so that a mass import does not pay a
    disk flush per person. Posts and standards, which no handler changes, are remembered in
    `session.info["memo"]` for as long as the transaction lasts.
    """
    with site.database.reading() as session:
        ids = _due(session, site, limit=limit, inline_grace=inline_grace)
    if ids:
        with site.database.writing(deliver=False) as session:
            session.info["memo"] = {"people": set()}
            _deliver(session, ids)
    return len(ids)


def _deliver_each(site: Site, ids: Sequence[int]) -> list[int]:
    recorded: list[int] = []
    for delivery_id in ids:
        with site.database.writing(deliver=False) as session:
            _deliver(session, [delivery_id])
            recorded += session.info["recorded"]
    return recorded


def _due(
    session: Session,
    site: Site,
    *,
    inline: bool | None = None,
    event_ids: Sequence[int] | None = None,
    limit: int | None = None,
    inline_grace: timedelta = timedelta(0),
) -> list[int]:
    query = select(Delivery.id).where(
        Delivery.state == "waiting",
        Delivery.next_at <= site.clock(),
        Delivery.plugin.in_(list(site.registry.plugins)),
    )
    if inline is not None:
        query = query.where(Delivery.inline == inline)
    if event_ids is not None:
        query = query.where(Delivery.event_id.in_(event_ids))
    if inline_grace:
        old = EventRow.recorded_at <= site.clock() - inline_grace
        query = query.join(EventRow, EventRow.id == Delivery.event_id)
        query = query.where(or_(Delivery.inline.is_(False), old))
    return list(session.scalars(query.order_by(Delivery.id).limit(limit)))


def _deliver(session: Session, ids: Sequence[int]) -> None:
    """Claim and tell deliveries; a failing handler's writes are rolled back and noted."""
    query = (
        select(Delivery.id, Delivery.plugin, Delivery.attempts, EventRow.name, EventRow.payload)
        .join(EventRow, EventRow.id == Delivery.event_id)
        .where(Delivery.id.in_(ids), Delivery.state == "waiting")
        .order_by(Delivery.id)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    done = []
    rows = session.execute(query).all()
    if "memo" in session.info:
        session.info["memo"]["people"].update(row.payload.get("person_id") for row in rows)
    for delivery_id, plugin, attempts, name, payload in rows:
        error = _tell(session, plugin, name, payload)
        if error is None:
            done.append(delivery_id)
        else:
            _note_failure(session, delivery_id, attempts + 1, error)
    if done:
        _mark(session, done, state="done", error=None)


def _tell(session: Session, plugin: str, name: str, payload: dict[str, Any]) -> Exception | None:
    """Tell one plugin in a savepoint; give what went wrong, its writes being undone."""
    registry = site_of(session).registry
    before = len(session.info["recorded"])
    hook = f"lms_{name}"
    try:
        with session.begin_nested():
            registry.tell(plugin, hook, session=session, event=revive(name, payload))
            session.flush()
    except Exception as error:  # kept on the delivery, retried later, shown to administrators
        del session.info["recorded"][before:]
        registry.note_error(plugin, hook, error)
        return error
    return None


def _note_failure(session: Session, delivery_id: int, attempts: int, error: Exception) -> None:
    wait = min(3600.0, 2.0**attempts) * random.uniform(0.5, 1.5)
    _mark(
        session,
        [delivery_id],
        state="stopped" if attempts >= MAX_ATTEMPTS else "waiting",
        attempts=attempts,
        next_at=now(session) + timedelta(seconds=wait),
        error=f"{type(error).__name__}: {error}"[:2000],
    )


def _mark(session: Session, ids: Sequence[int], **values: object) -> None:
    session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(**values))


def retry(session: Session, delivery_id: int) -> None:
    """Make a stopped delivery due again."""
    _mark(session, [delivery_id], state="waiting", attempts=0, next_at=now(session))


def replay(session: Session, plugin: str, *, since: datetime | None = None) -> int:
    """Let a plugin hear past events that it has not heard; give how many."""
    registry = site_of(session).registry
    heard = select(Delivery.event_id).where(Delivery.plugin == plugin)
    query = select(EventRow.id, EventRow.name).where(EventRow.id.not_in(heard))
    if since is not None:
        query = query.where(EventRow.recorded_at >= since)
    found = [
        {"event_id": event_id, "plugin": plugin, "inline": False, "next_at": now(session)}
        for event_id, name in session.execute(query.order_by(EventRow.id))
        if plugin in registry.listeners(f"lms_{name}")
    ]
    if found:
        session.execute(STORE_DELIVERY, found)
    return len(found)
