"""Read models for assessors: which file answers wait, and one of them, both without a name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from lms import NotFound, site_of
from lms.models import Competency
from plugins.assessment.domain import UNKNOWN
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    AttemptLine,
    ItemVersion,
    Rating,
)
from plugins.assessment.queries.counting import counted_answers
from plugins.assessment.services.types import question_types

NO_ANSWER = "Jawaban ini tidak ditemukan."


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingLine:
    """A file answer in the list; `score` is that of the newest rating, None while it waits."""

    attempt: str
    sequence: int
    competency: str
    stem: str
    handed_in_at: datetime
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricRow:
    """A row of the rubric: `given` are the points of the newest rating."""

    id: str
    text: str
    points: float
    given: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedBefore:
    """An earlier rating, newest first."""

    score: float
    note: str
    rated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPage:
    """A file answer to rate: the question, the rubric, the stored value and earlier ratings."""

    attempt_id: int
    person_id: int
    line_id: int
    attempt: str
    sequence: int
    competency: str
    stem: str
    handed_in_at: datetime
    value: str
    rubric: tuple[RubricRow, ...]
    before: tuple[RatedBefore, ...]


def file_kinds(session: Session) -> list[str]:
    """Give the types of questions that are answered with a file."""
    types = question_types(site_of(session))
    return [name for name, kind in types.items() if kind.response == "file" and kind.scored]


def answers_to_rate(
    session: Session, *, rated: bool, number: int, size: int
) -> tuple[list[RatingLine], int]:
    """Give one page of file answers, oldest first; two statements."""
    known = exists().where(
        Rating.attempt_id == AttemptItem.attempt_id, Rating.sequence == AttemptItem.sequence
    )
    query = _answers(file_kinds(session)).where(known if rated else ~known)
    total = session.scalar(query.with_only_columns(func.count(AttemptItem.sequence))) or 0
    ordered = query.order_by(Attempt.handed_in_at, Attempt.id, AttemptItem.sequence)
    rows = session.execute(ordered.offset((number - 1) * size).limit(size))
    return [_rating_line(row) for row in rows], total


def waiting_of(session: Session, attempt_id: int) -> int:
    """Give how many answers of an attempt wait for an assessor; one statement."""
    known = exists().where(
        Rating.attempt_id == AttemptItem.attempt_id, Rating.sequence == AttemptItem.sequence
    )
    query = _answers(file_kinds(session)).where(Attempt.id == attempt_id, ~known)
    return session.scalar(query.with_only_columns(func.count(AttemptItem.sequence))) or 0


def _answers(kinds: Collection[str]) -> Select[*tuple[Any, ...]]:
    """Select the scored file questions of handed-in attempts that have a file as answer."""
    newest_score = (
        select(Rating.score)
        .where(Rating.attempt_id == AttemptItem.attempt_id)
        .where(Rating.sequence == AttemptItem.sequence)
        .order_by(Rating.id.desc())
        .limit(1)
        .correlate(AttemptItem)
        .scalar_subquery()
    )
    return (
        select(
            Attempt,
            AttemptItem.sequence,
            AttemptItem.line_id,
            Competency.name.label("competency"),
            ItemVersion.stem,
            ItemVersion.content,
            newest_score.label("score"),
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(AttemptLine, AttemptLine.id == AttemptItem.line_id)
        .join(Competency, Competency.id == AttemptLine.competency_id)
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .join(AnswerEvent, AnswerEvent.id == func.coalesce(_newest(False), _newest(True)))
        .where(
            ItemVersion.kind.in_(list(kinds)),
            AttemptItem.scored,
            AttemptItem.voided_at.is_(None),
            Attempt.handed_in_at.is_not(None),
            Attempt.closed_by != "cancelled",
            AnswerEvent.value != UNKNOWN,
        )
    )


def _newest(stale: bool) -> Any:
    """Select the newest answer to a question; one of a device that was left counts last."""
    return (
        select(func.max(AnswerEvent.id))
        .where(
            and_(
                AnswerEvent.attempt_id == AttemptItem.attempt_id,
                AnswerEvent.sequence == AttemptItem.sequence,
            ),
            AnswerEvent.value.is_not(None),
            AnswerEvent.stale.is_(stale),
        )
        .correlate(AttemptItem)
        .scalar_subquery()
    )


def _rating_line(row: Row[*tuple[Any, ...]]) -> RatingLine:
    return RatingLine(
        attempt=row.Attempt.public_id,
        sequence=row.sequence,
        competency=row.competency,
        stem=row.stem,
        handed_in_at=row.Attempt.handed_in_at,
        score=row.score,
    )


def rating_page(session: Session, attempt: str, sequence: int) -> RatingPage:
    """Give a file answer to rate; raises NotFound for any other answer."""
    query = _answers(file_kinds(session)).where(
        Attempt.public_id == attempt, AttemptItem.sequence == sequence
    )
    row = session.execute(query).one_or_none()
    value = _value(session, row) if row is not None else None
    if row is None or value is None or value == UNKNOWN:
        raise NotFound(NO_ANSWER)
    ratings = _ratings(session, row.Attempt.id, sequence)
    given = ratings[0].points if ratings else {}
    return RatingPage(
        attempt_id=row.Attempt.id,
        person_id=row.Attempt.person_id,
        line_id=row.line_id,
        attempt=attempt,
        sequence=sequence,
        competency=row.competency,
        stem=row.stem,
        handed_in_at=row.Attempt.handed_in_at,
        value=value,
        rubric=tuple(_rubric_row(line, given) for line in row.content.get("rubric", [])),
        before=tuple(
            RatedBefore(score=each.score, note=each.note, rated_at=each.rated_at)
            for each in ratings
        ),
    )


def _value(session: Session, row: Row[*tuple[Any, ...]]) -> str | None:
    answer = counted_answers(session, row.Attempt).get(row.sequence)
    return answer.value if answer else None


def _ratings(session: Session, attempt_id: int, sequence: int) -> list[Rating]:
    query = select(Rating).where(Rating.attempt_id == attempt_id, Rating.sequence == sequence)
    return list(session.scalars(query.order_by(Rating.id.desc())))


def _rubric_row(line: dict[str, Any], given: dict[str, float]) -> RubricRow:
    return RubricRow(
        id=str(line["id"]),
        text=str(line["text"]),
        points=float(line["points"]),
        given=given.get(str(line["id"])),
    )
