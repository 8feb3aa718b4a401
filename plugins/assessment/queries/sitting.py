"""Read model of a question in a test: what its page shows and what a save compares with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from lms import NotFound, with_valid_login
from plugins.assessment.domain import (
    Answer,
    AnswerFact,
    Purpose,
    Timing,
    current_answer,
    split_stem,
)
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    InstrumentVersion,
    ItemVersion,
)
from plugins.assessment.queries.facts import fact

NO_TEST = "Tes ini tidak ditemukan."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An attempt as its pages need it; `n_events` tells whether anything came in since."""

    attempt_id: int
    public_id: str
    title: str
    purpose: Purpose
    mode: str
    total: int
    answered: int
    epoch: int
    device: str
    n_events: int
    handed_in_at: datetime | None
    timing: Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of an attempt, without its key, with what is stored for it."""

    sheet: Sheet
    number: int
    item_version_id: int
    kind: str
    stem: str
    content: dict[str, Any]
    voided: bool
    facts: tuple[AnswerFact, ...]
    times: dict[int, datetime]

    @property
    def situation(self) -> str:
        """Give the stem without its last sentence."""
        return split_stem(self.stem)[0]

    @property
    def asks(self) -> str:
        """Give the sentence that asks."""
        return split_stem(self.stem)[1]

    @property
    def answer(self) -> Answer:
        """Give what counts now."""
        return current_answer(self.facts, self.number)

    @property
    def saved_at(self) -> datetime | None:
        """Give when the answer that counts came in; None without one."""
        event = self.answer.value_event
        return self.times[event.event_id] if event else None


# Tables, not classes: this statement runs with every answer, and rows are all it needs.
_ATTEMPT = cast(Table, Attempt.__table__)
_ITEM = cast(Table, AttemptItem.__table__)
_VERSION = cast(Table, ItemVersion.__table__)
_TEST = cast(Table, InstrumentVersion.__table__)
_EVENT = cast(Table, AnswerEvent.__table__)
_KEY = and_(_EVENT.c.device == bindparam("device"), _EVENT.c.seq == bindparam("seq"))
_QUESTIONS = (
    select(
        _ATTEMPT.c.id.label("attempt_id"),
        _ATTEMPT.c.public_id,
        _ATTEMPT.c.purpose,
        _ATTEMPT.c.mode,
        _ATTEMPT.c.n_items,
        _ATTEMPT.c.answered,
        _ATTEMPT.c.epoch.label("attempt_epoch"),
        _ATTEMPT.c.device.label("attempt_device"),
        _ATTEMPT.c.n_events,
        _ATTEMPT.c.handed_in_at,
        _ATTEMPT.c.started_at,
        _ATTEMPT.c.limit_seconds,
        _ATTEMPT.c.window_end,
        _ATTEMPT.c.allowance,
        _ATTEMPT.c.grace,
        _TEST.c.name,
        _ITEM.c.sequence.label("number"),
        _ITEM.c.voided_at,
        _VERSION.c.id.label("item_version_id"),
        _VERSION.c.kind,
        _VERSION.c.stem,
        _VERSION.c.content,
        _EVENT.c.id,
        _EVENT.c.sequence,
        _EVENT.c.device,
        _EVENT.c.seq,
        _EVENT.c.value,
        _EVENT.c.flag,
        _EVENT.c.digest,
        _EVENT.c.epoch,
        _EVENT.c.stale,
        _EVENT.c.late,
        _EVENT.c.server_time,
    )
    .select_from(_ATTEMPT)
    .join(_ITEM, _ITEM.c.attempt_id == _ATTEMPT.c.id)
    .join(_VERSION, _VERSION.c.id == _ITEM.c.item_version_id)
    .join(_TEST, _TEST.c.id == _ATTEMPT.c.instrument_version_id)
    .outerjoin(
        _EVENT,
        and_(
            _EVENT.c.attempt_id == _ATTEMPT.c.id,
            or_(_EVENT.c.sequence == _ITEM.c.sequence, _KEY),
        ),
    )
    .where(
        _ATTEMPT.c.public_id == bindparam("public"),
        _ATTEMPT.c.person_id == bindparam("person"),
        _ITEM.c.sequence.in_(bindparam("numbers", expanding=True)),
    )
    .order_by(_ITEM.c.sequence, _EVENT.c.id)
)


CHECKED_QUESTIONS = with_valid_login(_QUESTIONS, _ATTEMPT.c.person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which questions of whose attempt, and the epoch that the log-in claims.

    `key` is (device, seq) of a message: its event, if there is one, is among the facts.
    """

    person_id: int
    public_id: str
    numbers: frozenset[int]
    key: tuple[str, int] = ("", 0)
    epoch: int


def checked_questions(link: Connection, sought: Sought) -> tuple[dict[int, Question], str]:
    """Give the questions as :func:`questions` does, and the person's language.

    Empty when the log-in does not hold, and when there is no such attempt.
    """
    keys = {
        "public": sought.public_id,
        "person": sought.person_id,
        "numbers": list(sought.numbers),
        "device": sought.key[0],
        "seq": sought.key[1],
        "login_epoch": sought.epoch,
    }
    rows = link.execute(CHECKED_QUESTIONS, keys).all()
    return _grouped(rows), rows[0].language if rows else ""


def questions(
    session: Session,
    person_id: int,
    public_id: str,
    numbers: Collection[int],
    key: tuple[str, int] = ("", 0),
) -> dict[int, Question]:
    """Give number → question of a person's own attempt, those that there are; one statement.

    `key` is (device, seq) of a message: its event, if there is one, is among the facts.
    """
    keys = {"public": public_id, "person": person_id, "numbers": list(numbers)}
    link = session.connection()
    rows = link.execute(_QUESTIONS, {**keys, "device": key[0], "seq": key[1]}).all()
    return _grouped(rows)


def _grouped(rows: Sequence[Any]) -> dict[int, Question]:
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.number, []).append(row)
    if not grouped:
        return {}
    own = sheet(rows[0])
    return {number: _question(own, part) for number, part in grouped.items()}


def question(session: Session, person_id: int, public_id: str, number: int) -> Question:
    """Give a question of a person's own attempt; raises NotFound for any other."""
    found = questions(session, person_id, public_id, [number]).get(number)
    if found is None:
        raise NotFound(NO_TEST)
    return found


def sheet(row: Row[*tuple[Any, ...]]) -> Sheet:
    """Make the attempt's part from a row that has its columns."""
    return Sheet(
        attempt_id=row.attempt_id,
        public_id=row.public_id,
        title=row.name,
        purpose=row.purpose,
        mode=row.mode,
        total=row.n_items,
        answered=row.answered,
        epoch=row.attempt_epoch,
        device=row.attempt_device,
        n_events=row.n_events,
        handed_in_at=row.handed_in_at,
        timing=timing_of(row),
    )


def timing_of(row: Any) -> Timing:
    """Give what limits an attempt, from a row that has its columns or from the attempt itself."""
    return Timing(
        started_at=row.started_at,
        limit=row.limit_seconds,
        window_end=row.window_end,
        allowance=row.allowance,
        grace=row.grace,
    )


def _question(own: Sheet, rows: list[Any]) -> Question:
    first = rows[0]
    events = [row for row in rows if row.id is not None]
    return Question(
        sheet=own,
        number=first.number,
        item_version_id=first.item_version_id,
        kind=first.kind,
        stem=first.stem,
        content=first.content,
        voided=first.voided_at is not None,
        facts=tuple(fact(row) for row in events),
        times={row.id: row.server_time for row in events},
    )
