"""Plans the measurement day of a rehearsal: rooms, everybody seated, opened at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.models import Unit
from plugins.assessment.models import Instrument, InstrumentVersion
from plugins.assessment.services.demo import CODE
from plugins.assessment.services.sessions.planning import (
    SessionSpec,
    create_session,
    find_session,
    open_session,
)
from plugins.assessment.services.sessions.rooms import save_room
from plugins.assessment.services.sessions.roster import choose_units
from plugins.assessment.services.sessions.seating import fill_rooms

ROOM = "Ruang {number}"
NAME = "Gladi hari tes"
MARGIN = timedelta(hours=2)
"""Who gets in late still has the whole time before the window ends."""


class DayWorld(Protocol):
    """What is needed of :class:`lms.rehearsal.day.DayWorld`."""

    now: datetime
    rooms: int
    minutes: int
    spread: int
    code: str


def fill_measurement_day(session: Session, world: DayWorld) -> None:
    """Expect everybody of all units in rooms of one size, open the session, give its code."""
    public = create_session(session, None, _spec(session, world))
    units = session.scalars(select(Unit.id)).all()
    people = choose_units(session, None, public, units)
    seats = max(1, -(-people // world.rooms))
    for number in range(1, world.rooms + 1):
        save_room(session, None, public, ROOM.format(number=number), seats)
    fill_rooms(session, None, public)
    open_session(session, None, public)
    world.code = find_session(session, public).entry_code


def _spec(session: Session, world: DayWorld) -> SessionSpec:
    version = (
        select(InstrumentVersion.id)
        .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
        .where(Instrument.code == CODE, InstrumentVersion.state == "open")
    )
    return SessionSpec(
        name=NAME,
        instrument_version_id=session.scalars(version).one(),
        opens_at=world.now,
        closes_at=world.now + timedelta(minutes=world.minutes) + MARGIN,
        limit_minutes=world.minutes,
        spread_seconds=world.spread,
    )
