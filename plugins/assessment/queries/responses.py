"""Who answered which question how: the matrix that reports and calibrations start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from lms import site_of
from lms.models import Competency, Person
from plugins.assessment.domain.psychometrics import Choices, Responses, responses
from plugins.assessment.domain.types import UNKNOWN, option_ids
from plugins.assessment.models import AnswerEvent, Attempt, AttemptItem, Item, ItemVersion
from plugins.assessment.services.types import question_type, score_answer

ONE_OPTION = ("choice", "picture")
"""Shapes whose stored answer is the id of one option, so that options can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """A question as it was asked; `key` is its right option, for one-option questions only."""

    item_version_id: int
    code: str
    version: int
    kind: str
    stem: str
    competency_id: int
    key: str | None
    options: tuple[str, ...]
    key_text: str

    @property
    def id(self) -> str:
        """Give the name of its column: the version, for an old version is another question."""
        return str(self.item_version_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Who answered: never shown, only compared in groups of at least 100."""

    attempt_id: int
    sex: str
    birth_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The first answers of all people to a version of a test, one competency.

    `values` holds stored answers, rows as `takers`, columns as `items`; None where a question was
    not asked or not answered.
    """

    competency_id: int
    competency: str
    items: tuple[AskedItem, ...]
    takers: tuple[Taker, ...]
    values: tuple[tuple[str | None, ...], ...]
    scores: tuple[tuple[float | None, ...], ...]

    @property
    def matrix(self) -> Responses:
        """Give the scores as a matrix."""
        return responses([item.id for item in self.items], self.scores)

    def choices(self) -> tuple[Choices, dict[str, str], dict[str, tuple[str, ...]]]:
        """Give the chosen options of one-option questions, their keys and all their options."""
        columns = [n for n, item in enumerate(self.items) if item.key is not None]
        rows = tuple(tuple(row[n] for n in columns) for row in self.values)
        chosen = [self.items[n] for n in columns]
        return (
            Choices(items=tuple(i.id for i in chosen), rows=rows, counts=(1,) * len(rows)),
            {item.id: item.key for item in chosen if item.key is not None},
            {item.id: (*item.options, UNKNOWN) for item in chosen},
        )


def samples(session: Session, version_id: int) -> list[Sample]:
    """Give the answers to an instrument version, by competency; four statements.

    Each person counts once, with the first attempt that was handed in. Assisted attempts and
    voided questions are left out: they say nothing of the question (rule 9 of product.md).
    """
    takers = _takers(session, version_id)
    items = _items(session, version_id)
    values = _values(session, list(takers))
    grouped: dict[int, list[AskedItem]] = {}
    for item in items.values():
        grouped.setdefault(item.competency_id, []).append(item)
    names = dict(session.execute(select(Competency.id, Competency.name)).all())
    scores = _Scores(session, items)
    return [
        _sample(competency_id, names[competency_id], own, takers, values, scores)
        for competency_id, own in sorted(grouped.items())
    ]


def _takers(session: Session, version_id: int) -> dict[int, Taker]:
    first = (
        select(func.min(Attempt.id))
        .where(
            Attempt.instrument_version_id == version_id,
            Attempt.handed_in_at.is_not(None),
            Attempt.closed_by != "cancelled",
            Attempt.assisted_by == "",
        )
        .group_by(Attempt.person_id)
    )
    query = (
        select(Attempt.id, Person.sex, Person.birth_date)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id.in_(first))
        .order_by(Attempt.id)
    )
    return {
        attempt_id: Taker(attempt_id=attempt_id, sex=sex, birth_date=born)
        for attempt_id, sex, born in session.execute(query)
    }


def _items(session: Session, version_id: int) -> dict[int, AskedItem]:
    asked = (
        select(AttemptItem.item_version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.instrument_version_id == version_id)
        .distinct()
    )
    query = (
        select(ItemVersion, Item.code, Item.competency_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.id.in_(asked))
        .order_by(Item.code, ItemVersion.version)
    )
    return {
        row.id: _asked(session, row, code, competency_id)
        for row, code, competency_id in session.execute(query)
    }


def _asked(session: Session, row: ItemVersion, code: str, competency_id: int) -> AskedItem:
    kind = question_type(site_of(session), row.kind, row.content)
    one = kind.response in ONE_OPTION
    keys = row.scoring.get("keys") or [row.scoring.get("key")]
    return AskedItem(
        item_version_id=row.id,
        code=code,
        version=row.version,
        kind=row.kind,
        stem=row.stem,
        competency_id=competency_id,
        key=keys[0] if one and len(keys) == 1 else None,
        options=tuple(option_ids(row.content)) if one else (),
        key_text=kind.key_text(row.content, row.scoring),
    )


Values = dict[tuple[int, int], str | None]
"""(attempt id, item version id) → the newest stored answer; present for every question asked."""


def _values(session: Session, attempt_ids: list[int]) -> Values:
    newest = (
        select(
            AnswerEvent.attempt_id,
            AnswerEvent.sequence,
            func.max(AnswerEvent.id).label("event_id"),
        )
        .where(AnswerEvent.value.is_not(None), AnswerEvent.stale.is_(False))
        .group_by(AnswerEvent.attempt_id, AnswerEvent.sequence)
        .subquery()
    )
    query: Select[*tuple[Any, ...]] = (
        select(AttemptItem.attempt_id, AttemptItem.item_version_id, AnswerEvent.value)
        .outerjoin(
            newest,
            and_(
                newest.c.attempt_id == AttemptItem.attempt_id,
                newest.c.sequence == AttemptItem.sequence,
            ),
        )
        .outerjoin(AnswerEvent, AnswerEvent.id == newest.c.event_id)
        .where(AttemptItem.voided_at.is_(None))
    )
    wanted = frozenset(attempt_ids)
    return {
        (attempt_id, version_id): value
        for attempt_id, version_id, value in session.execute(query)
        if attempt_id in wanted
    }


class _Scores:
    """Scores answers, each different one once."""

    def __init__(self, session: Session, items: dict[int, AskedItem]) -> None:
        self._site = site_of(session)
        query = select(ItemVersion).where(ItemVersion.id.in_(list(items)))
        self._parts = {
            row.id: (row.kind, row.content, row.scoring) for row in session.scalars(query)
        }
        self._kept: dict[tuple[int, str], float | None] = {}

    def of(self, version_id: int, value: str | None) -> float | None:
        """Score a stored answer; no answer is no score, "Saya belum tahu" is 0."""
        if value is None:
            return None
        key = (version_id, value)
        if key not in self._kept:
            self._kept[key] = score_answer(self._site, *self._parts[version_id], value)
        return self._kept[key]


def _sample(
    competency_id: int,
    name: str,
    items: list[AskedItem],
    takers: dict[int, Taker],
    values: Values,
    scores: _Scores,
) -> Sample:
    rows = tuple(
        tuple(values.get((attempt_id, item.item_version_id)) for item in items)
        for attempt_id in takers
    )
    return Sample(
        competency_id=competency_id,
        competency=name,
        items=tuple(items),
        takers=tuple(takers.values()),
        values=rows,
        scores=tuple(
            tuple(scores.of(i.item_version_id, v) for i, v in zip(items, row, strict=True))
            for row in rows
        ),
    )
