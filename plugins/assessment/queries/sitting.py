"""Read models of the test itself: start page, question, overview, receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms import NotFound
from lms.models import Competency
from plugins.assessment.domain import (
    UNKNOWN,
    Answer,
    Purpose,
    current_answer,
    current_answers,
    receipt_code,
    split_stem,
)
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    InstrumentVersion,
    ItemVersion,
)
from plugins.assessment.queries.facts import FACTS, fact

NO_TEST = "Tes ini tidak ditemukan."


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of an attempt, without its key."""

    attempt_id: int
    public_id: str
    title: str
    purpose: Purpose
    number: int
    total: int
    handed_in_at: datetime | None
    item_version_id: int
    stem: str
    options: tuple[tuple[str, str], ...]

    @property
    def situation(self) -> str:
        """Give the stem without its last sentence."""
        return split_stem(self.stem)[0]

    @property
    def asks(self) -> str:
        """Give the sentence that asks."""
        return split_stem(self.stem)[1]

    @property
    def values(self) -> set[str]:
        """Give the values that an answer may have."""
        return {UNKNOWN, *(option for option, _ in self.options)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What is stored for a question: the answer that counts and when it came."""

    answer: Answer
    saved_at: datetime | None


_QUESTION = (
    select(
        Attempt.id,
        Attempt.public_id,
        Attempt.purpose,
        Attempt.n_items,
        Attempt.handed_in_at,
        InstrumentVersion.name,
        ItemVersion.id.label("item_version_id"),
        ItemVersion.stem,
        ItemVersion.options,
    )
    .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
    .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
    .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
    .where(
        Attempt.public_id == bindparam("public"),
        Attempt.person_id == bindparam("person"),
        AttemptItem.sequence == bindparam("sequence"),
    )
)
_FACTS = FACTS.where(AnswerEvent.attempt_id == bindparam("attempt"))
_FACTS_OF_ONE = _FACTS.where(AnswerEvent.sequence == bindparam("sequence"))


def question(session: Session, person_id: int, public_id: str, number: int) -> Question:
    """Give a question of a person's own attempt; raises NotFound for any other."""
    keys = {"public": public_id, "person": person_id, "sequence": number}
    row = session.execute(_QUESTION, keys).one_or_none()
    if row is None:
        raise NotFound(NO_TEST)
    return Question(
        attempt_id=row.id,
        public_id=row.public_id,
        title=row.name,
        purpose=row.purpose,
        number=number,
        total=row.n_items,
        handed_in_at=row.handed_in_at,
        item_version_id=row.item_version_id,
        stem=row.stem,
        options=tuple((option["id"], option["text"]) for option in row.options),
    )


def saved_answer(session: Session, attempt_id: int, number: int) -> Saved:
    """Give what is stored for one question."""
    rows = session.execute(_FACTS_OF_ONE, {"attempt": attempt_id, "sequence": number}).all()
    answer = current_answer([fact(row) for row in rows], number)
    found = answer.value_event.event_id if answer.value_event else None
    times = {row.id: row.server_time for row in rows}
    return Saved(answer=answer, saved_at=times[found] if found is not None else None)


# -- overview and receipt ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One question in the overview: `value` is an option's id, unknown, or None."""

    number: int
    value: str | None
    flag: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """An attempt at a glance, before and after the hand-in."""

    attempt_id: int
    public_id: str
    title: str
    purpose: Purpose
    started_at: datetime
    handed_in_at: datetime | None
    code: str
    repeated: bool
    saved_at: datetime | None
    cells: tuple[Cell, ...]

    @property
    def total(self) -> int:
        """Give the number of questions."""
        return len(self.cells)

    @property
    def open(self) -> list[int]:
        """Give the numbers of the questions without an answer."""
        return [cell.number for cell in self.cells if cell.value is None]

    @property
    def answered(self) -> int:
        """Give how many questions have an answer, "Saya belum tahu" included."""
        return self.total - len(self.open)

    @property
    def unknown(self) -> int:
        """Give how many were answered with "Saya belum tahu"."""
        return sum(cell.value == UNKNOWN for cell in self.cells)

    @property
    def next_open(self) -> int:
        """Give the first question without an answer, or the first one."""
        return self.open[0] if self.open else 1


def overview(session: Session, person_id: int, public_id: str) -> Overview:
    """Give a person's own attempt at a glance; two statements. Raises NotFound."""
    query = (
        select(Attempt, InstrumentVersion.name)
        .join(InstrumentVersion, InstrumentVersion.id == Attempt.instrument_version_id)
        .where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(NO_TEST)
    attempt, name = found
    rows = session.execute(_FACTS, {"attempt": attempt.id}).all()
    answers = current_answers([fact(row) for row in rows])
    return Overview(
        attempt_id=attempt.id,
        public_id=attempt.public_id,
        title=name,
        purpose=attempt.purpose,  # type: ignore[arg-type]  # the column holds Purpose
        started_at=attempt.started_at,
        handed_in_at=attempt.handed_in_at,
        code=receipt_code(attempt.receipt or ""),
        repeated=attempt.repeated,
        saved_at=rows[-1].server_time if rows else None,
        cells=tuple(_cell(number, answers) for number in range(1, attempt.n_items + 1)),
    )


def _cell(number: int, answers: dict[int, Answer]) -> Cell:
    answer = answers.get(number, Answer())
    return Cell(number=number, value=answer.value, flag=answer.flag)


# -- before the start ----------------------------------------------------------------------------


def competency_names(session: Session, ids: Sequence[int]) -> list[str]:
    """Give the names of competencies in framework order."""
    query = select(Competency.name).where(Competency.id.in_(ids))
    order = query.order_by(Competency.framework_id, Competency.sequence)
    return list(session.scalars(order))
