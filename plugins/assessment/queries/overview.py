"""Read model of an attempt at a glance: before the hand-in, and as the receipt."""

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
    Timing,
    current_answers,
    receipt_code,
)
from plugins.assessment.models import AnswerEvent, Attempt, InstrumentVersion
from plugins.assessment.queries.facts import FACTS, fact
from plugins.assessment.queries.sitting import NO_TEST, timing_of

_FACTS = FACTS.where(AnswerEvent.attempt_id == bindparam("attempt"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One question in the overview: `value` is the stored answer, unknown, or None.

    `other` is a different answer that came from a device left behind.
    """

    number: int
    value: str | None
    flag: bool
    other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """An attempt at a glance, before and after the hand-in."""

    attempt_id: int
    public_id: str
    title: str
    purpose: Purpose
    mode: str
    epoch: int
    device: str
    started_at: datetime
    handed_in_at: datetime | None
    timing: Timing
    code: str
    repeated: bool
    saved_at: datetime | None
    late: int
    cells: tuple[Cell, ...]
    assisted_by: str = ""
    cancelled: str = ""
    """Why the test was cancelled after a technical fault; empty for any other."""

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
    def others(self) -> list[int]:
        """Give the questions for which another device sent a different answer."""
        return [cell.number for cell in self.cells if cell.other]

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
        mode=attempt.mode,
        epoch=attempt.epoch,
        device=attempt.device,
        started_at=attempt.started_at,
        handed_in_at=attempt.handed_in_at,
        timing=timing_of(attempt),
        code=receipt_code(attempt.receipt or ""),
        repeated=attempt.repeated,
        saved_at=rows[-1].server_time if rows else None,
        late=sum(row.late for row in rows),
        cells=tuple(_cell(number, answers) for number in range(1, attempt.n_items + 1)),
        assisted_by=attempt.assisted_by,
        cancelled=attempt.close_reason if attempt.closed_by == "cancelled" else "",
    )


def _cell(number: int, answers: dict[int, Answer]) -> Cell:
    answer = answers.get(number, Answer())
    return Cell(number=number, value=answer.value, flag=answer.flag, other=answer.other is not None)


# -- before the start ----------------------------------------------------------------------------


def competency_names(session: Session, ids: Sequence[int]) -> list[str]:
    """Give the names of competencies in framework order."""
    query = select(Competency.name).where(Competency.id.in_(ids))
    order = query.order_by(Competency.framework_id, Competency.sequence)
    return list(session.scalars(order))
