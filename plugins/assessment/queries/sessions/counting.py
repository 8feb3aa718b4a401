"""In which of six states a person of a session is, as SQL sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select

from lms import UtcDateTime
from plugins.assessment.models import Attempt, SessionMember

State = Literal["absent", "waiting", "working", "stuck", "offline", "done"]
STATES: tuple[State, ...] = get_args(State)
"""Not in; in, but not started; at work; page alive but nothing saved; no sign of the page; done."""
OFFLINE_AFTER = timedelta(seconds=90)
STUCK_AFTER = timedelta(minutes=5)

own_attempt: ColumnElement[bool] = and_(
    Attempt.session_id == SessionMember.session_id,
    Attempt.person_id == SessionMember.person_id,
    Attempt.closed_by != "cancelled",
)
"""Joins a member with the one test of the session that counts."""
seen: ColumnElement[datetime] = func.coalesce(Attempt.seen_at, Attempt.started_at)
saved: ColumnElement[datetime] = func.coalesce(Attempt.saved_at, Attempt.started_at)

state: ColumnElement[str] = case(
    (
        Attempt.id.is_(None),
        case((SessionMember.entered_at.is_(None), "absent"), else_="waiting"),
    ),
    (Attempt.handed_in_at.is_not(None), "done"),
    (Attempt.medium == "paper", "working"),
    (seen < bindparam("gone", type_=UtcDateTime()), "offline"),
    (saved < bindparam("idle", type_=UtcDateTime()), "stuck"),
    else_="working",
)


def at(moment: datetime) -> dict[str, datetime]:
    """Give the parameters that `state` needs."""
    return {"gone": moment - OFFLINE_AFTER, "idle": moment - STUCK_AFTER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many people are in which state, and how many of their questions are answered."""

    absent: int = 0
    waiting: int = 0
    working: int = 0
    stuck: int = 0
    offline: int = 0
    done: int = 0
    answered: int = 0
    asked: int = 0
    lost_since: datetime | None = None
    """The last sign of those who are offline: where a line broke, they fell silent together."""

    @property
    def people(self) -> int:
        """Give how many people are expected."""
        return self.absent + self.waiting + self.started

    @property
    def started(self) -> int:
        """Give how many have begun."""
        return self.working + self.stuck + self.offline + self.done

    @property
    def running(self) -> int:
        """Give how many have begun and not handed in."""
        return self.started - self.done

    @property
    def share(self) -> float:
        """Give the percentage of the questions of those who began that are answered."""
        return 100 * self.answered / self.asked if self.asked else 0.0

    def __add__(self, other: Counts) -> Counts:
        """Add up two groups."""
        times = [each for each in (self.lost_since, other.lost_since) if each]
        return Counts(
            lost_since=max(times, default=None),
            **{
                name: getattr(self, name) + getattr(other, name)
                for name in (*STATES, "answered", "asked")
            },
        )


def members() -> Select[*tuple[Any, ...]]:
    """Select members with their counting test, if they have one; columns are the caller's."""
    query: Select[*tuple[Any, ...]] = select(SessionMember.person_id)
    return query.outerjoin(Attempt, own_attempt)


def counts_of(row: Mapping[str, Any]) -> Counts:
    """Make counts of one grouped row: `state`, `people`, `answered`, `asked`, `lost_since`."""
    away = row["lost_since"] if row["state"] == "offline" else None
    return Counts(
        answered=row["answered"] or 0,
        asked=row["asked"] or 0,
        lost_since=away,
        **{row["state"]: row["people"]},
    )
