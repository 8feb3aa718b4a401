"""Read model of the live board: one aggregated statement, shared by all who look for 5 seconds.

Twenty proctors who look every ten seconds cost one statement per process and five seconds. The
board is a picture of the counters that each answer keeps; nobody counts answers here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from lms import Site, now, site_of
from lms.models import Placement, Unit
from plugins.assessment.models import Attempt, Room, SessionMember
from plugins.assessment.queries.sessions.counting import (
    Counts,
    at,
    counts_of,
    members,
    seen,
    state,
)

FRESH = timedelta(seconds=5)
KEPT = "assessment.boards"
TROUBLE = 3
"""From so many people offline in one room on, it is the room's line rather than their phones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The people of one room, or of one OPD, or of a room who belong to an OPD."""

    room_id: int | None
    room_public: str
    room: str
    unit_id: int | None
    unit: str
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All groups of a session as they were at one moment."""

    at: datetime
    groups: tuple[Group, ...]

    def only(self, room_ids: Collection[int] | None) -> Board:
        """Give what a proctor of these rooms may see; None: everything."""
        if room_ids is None:
            return self
        own = tuple(group for group in self.groups if group.room_id in room_ids)
        return Board(at=self.at, groups=own)

    @property
    def total(self) -> Counts:
        """Give all groups together."""
        return sum((group.counts for group in self.groups), Counts())

    def by_room(self) -> list[Group]:
        """Give one group per room, by name; people without a room come last."""
        merged = _merge(self.groups, lambda group: group.room_id, unit=False)
        return sorted(merged, key=lambda group: (group.room_id is None, group.room))

    def by_unit(self) -> list[Group]:
        """Give one group per OPD, by name."""
        merged = _merge(self.groups, lambda group: group.unit_id, unit=True)
        return sorted(merged, key=lambda group: (group.unit_id is None, group.unit))

    def troubled(self) -> list[Group]:
        """Give the rooms whose line seems to be broken, the worst first."""
        rooms = [group for group in self.by_room() if group.counts.offline >= TROUBLE]
        return sorted(rooms, key=lambda group: -group.counts.offline)

    def minutes_lost(self, group: Group) -> int:
        """Give the whole minutes since the people of a group were last heard of, 1 to 60."""
        if group.counts.lost_since is None:
            return 0
        lost = (self.at - group.counts.lost_since).total_seconds()
        return min(60, max(1, -int(-lost // 60)))


def _merge(
    groups: Iterable[Group], key: Callable[[Group], int | None], *, unit: bool
) -> list[Group]:
    merged: dict[int | None, Group] = {}
    for group in groups:
        before = merged.get(key(group))
        merged[key(group)] = Group(
            room_id=None if unit else group.room_id,
            room_public="" if unit else group.room_public,
            room="" if unit else group.room,
            unit_id=group.unit_id if unit else None,
            unit=group.unit if unit else "",
            counts=before.counts + group.counts if before else group.counts,
        )
    return list(merged.values())


# -- one statement -------------------------------------------------------------------------------


def read_board(session: Session, session_id: int) -> Board:
    """Count a session by room, OPD and state; one statement."""
    top = aliased(Unit)
    each = (
        members()
        .with_only_columns(
            SessionMember.room_id,
            Unit.top_id,
            state.label("state"),
            Attempt.answered,
            Attempt.n_items,
            seen.label("seen"),
        )
        .outerjoin(
            Placement,
            and_(Placement.person_id == SessionMember.person_id, Placement.until.is_(None)),
        )
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(SessionMember.session_id == session_id)
        .subquery()
    )
    query = (
        select(
            each.c.room_id,
            Room.public_id.label("room_public"),
            Room.name.label("room"),
            each.c.top_id,
            top.name.label("unit"),
            each.c.state,
            func.count().label("people"),
            func.sum(each.c.answered).label("answered"),
            func.sum(each.c.n_items).label("asked"),
            func.max(each.c.seen).label("lost_since"),
        )
        .outerjoin(Room, Room.id == each.c.room_id)
        .outerjoin(top, top.id == each.c.top_id)
        .group_by(each.c.room_id, Room.public_id, Room.name, each.c.top_id, top.name, each.c.state)
    )
    moment = now(session)
    rows = session.execute(query, at(moment)).mappings()
    return Board(at=moment, groups=tuple(_group(row) for row in rows))


def _group(row: Any) -> Group:
    return Group(
        room_id=row["room_id"],
        room_public=row["room_public"] or "",
        room=row["room"] or "",
        unit_id=row["top_id"],
        unit=row["unit"] or "",
        counts=counts_of(row),
    )


# -- shared by all who look ----------------------------------------------------------------------


class _Shared:
    """The newest board of each session in this process; one thread reads, the others wait."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._boards: dict[int, Board] = {}

    def get(self, session: Session, session_id: int) -> Board:
        moment = now(session)
        with self._guard:
            board = self._boards.get(session_id)
            if board is None or not timedelta(0) <= moment - board.at < FRESH:
                board = self._boards[session_id] = read_board(session, session_id)
            return board

    def forget(self, session_id: int) -> None:
        with self._guard:
            self._boards.pop(session_id, None)


def _shared(site: Site) -> _Shared:
    found: _Shared = site.extra.setdefault(KEPT, _Shared())
    return found


def board(session: Session, session_id: int) -> Board:
    """Give the board of a session, at most five seconds old."""
    return _shared(site_of(session)).get(session, session_id)


def forget_board(session: Session, session_id: int) -> None:
    """Let the next look see what was just changed."""
    _shared(site_of(session)).forget(session_id)
