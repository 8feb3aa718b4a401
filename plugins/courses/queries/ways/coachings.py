"""Read models of coaching: my list, one page of it with its meetings, what waits for me."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.models import Competency, Person
from plugins.courses.models import Coaching, CoachingMeeting

OTHER = aliased(Person)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingLine:
    """A coaching as one of the two sees it; `role` is that one's part."""

    coaching_id: int
    public_id: str
    role: str
    kind: str
    state: str
    other: str
    competency: str
    words: str
    answer: str
    asked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A meeting: when, how long, and whose turn it is to confirm."""

    public_id: str
    held_on: date
    minutes: int
    notes: str
    mine: bool
    confirmed: bool


def _mine(person_id: int, *more: Any) -> Select[*tuple[Any, ...]]:
    other = case((Coaching.learner_id == person_id, Coaching.coach_id), else_=Coaching.learner_id)
    return (
        select(Coaching, OTHER, Competency.name, *more)
        .join(OTHER, OTHER.id == other)
        .join(Competency, Competency.id == Coaching.competency_id)
        .where(or_(Coaching.learner_id == person_id, Coaching.coach_id == person_id))
    )


def my_coachings(
    session: Session, person_id: int, *, number: int, size: int
) -> tuple[list[CoachingLine], int]:
    """Give one page of a person's coachings, those under way first; one statement."""
    live = case((Coaching.state.in_(("asked", "agreed")), 0), else_=1)
    query = _mine(person_id, func.count().over()).order_by(live, Coaching.id.desc())
    rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
    return [_line(row, person_id) for row in rows], rows[0][-1] if rows else 0


def find_coaching(session: Session, person_id: int, public_id: str) -> CoachingLine | None:
    """Give a coaching of this person; None for another's."""
    row = session.execute(_mine(person_id).where(Coaching.public_id == public_id)).first()
    return _line(row, person_id) if row else None


def _line(row: Any, person_id: int) -> CoachingLine:
    coaching, other, competency = row[0], row[1], row[2]
    return CoachingLine(
        coaching_id=coaching.id,
        public_id=coaching.public_id,
        role="learner" if coaching.learner_id == person_id else "coach",
        kind=coaching.kind,
        state=coaching.state,
        other=other.full_name,
        competency=competency,
        words=coaching.words,
        answer=coaching.answer,
        asked_at=coaching.asked_at,
        ended_at=coaching.ended_at,
    )


def meetings_of(session: Session, coaching_id: int, person_id: int) -> list[MeetingLine]:
    """Give the meetings of a coaching, the newest first."""
    query = select(CoachingMeeting).where(CoachingMeeting.coaching_id == coaching_id)
    query = query.order_by(CoachingMeeting.held_on.desc(), CoachingMeeting.id.desc())
    return [
        MeetingLine(
            public_id=each.public_id,
            held_on=each.held_on,
            minutes=each.minutes,
            notes=each.notes,
            mine=each.noted_by == person_id,
            confirmed=each.confirmed_at is not None,
        )
        for each in session.scalars(query)
    ]


def confirmed(meetings: Sequence[MeetingLine]) -> list[tuple[date, int]]:
    """Give day and minutes of the meetings that count."""
    return [(each.held_on, each.minutes) for each in meetings if each.confirmed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A coaching in which something waits for this person: an answer, or a confirmation."""

    public_id: str
    other: str
    competency: str
    to_answer: bool


def my_turns(session: Session, person_id: int, *, most: int = 3) -> list[Turn]:
    """Give what waits for a person, the oldest first; one statement."""
    to_answer = and_(Coaching.coach_id == person_id, Coaching.state == "asked")
    open_meeting = (
        select(CoachingMeeting.id)
        .where(
            CoachingMeeting.coaching_id == Coaching.id,
            CoachingMeeting.confirmed_at.is_(None),
            CoachingMeeting.noted_by != person_id,
        )
        .exists()
    )
    to_confirm = and_(Coaching.state == "agreed", open_meeting)
    query = _mine(person_id).where(or_(to_answer, to_confirm)).order_by(Coaching.id).limit(most)
    return [
        Turn(
            public_id=row[0].public_id,
            other=row[1].full_name,
            competency=row[2],
            to_answer=row[0].state == "asked",
        )
        for row in session.execute(query)
    ]


def coaching_ids(session: Session, person_id: int) -> set[str]:
    """Give the public ids of a person's coachings, for links to them; one statement."""
    query = select(Coaching.public_id).where(
        or_(Coaching.learner_id == person_id, Coaching.coach_id == person_id)
    )
    return set(session.scalars(query))
