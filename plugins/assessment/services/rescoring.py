"""Use-case: results of handed-in tests again, after a rating or when a question proved broken.

Nothing is overwritten in the ledger: the new evidence has the day of the measurement and a key of
its own, and counts because it came later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms import audit, enqueue, record_evidence
from plugins.assessment.models import Attempt, AttemptItem, AttemptLine, Result
from plugins.assessment.queries.counting import counted_answers
from plugins.assessment.services.handing_in import new_evidence
from plugins.assessment.services.scoring import store_result_again

RESCORE = "assessment.rescore"
PIECE = 5
"""Attempts in one transaction: on SQLite nobody can save an answer while it lasts."""


def results_again(session: Session, line_id: int) -> Iterator[tuple[int, Attempt, Result, str]]:
    """Compute a line and those that continue it again; give line, attempt, result and code."""
    for number, owner in _chain(session, line_id):
        again = store_result_again(session, owner, counted_answers(session, owner), number)
        if again is not None:
            yield number, owner, *again


def _chain(session: Session, line_id: int) -> list[tuple[int, Attempt]]:
    """Give this line and the handed-in ones that continue its measurement (three at most)."""
    line = session.get_one(AttemptLine, line_id)
    root = func.coalesce(AttemptLine.root_id, AttemptLine.id)
    query = (
        select(AttemptLine.id, Attempt)
        .join(Attempt, Attempt.id == AttemptLine.attempt_id)
        .where(
            root == (line.root_id or line.id),
            Attempt.handed_in_at.is_not(None),
            Attempt.id >= line.attempt_id,
        )
        .order_by(Attempt.id)
    )
    return [(number, attempt) for number, attempt in session.execute(query)]


# -- a broken question ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided:
    """What was decided on: a question, in one test or (None) in all of a session.

    `complaint_id` names the decision; the complaint itself may be erased with its person.
    """

    complaint_id: int
    item_version_id: int
    session_id: int | None
    attempt_id: int | None


def ask_to_rescore(session: Session, voided: Voided) -> None:
    """Let the worker score the handed-in tests again in which a question was voided."""
    enqueue(session, RESCORE, asdict(voided), unique_key=f"{RESCORE}:{voided.complaint_id}")


def rescore(session: Session, voided: Voided, after: int = 0) -> tuple[int, int | None]:
    """Score a few tests beyond `after` again; give how many, and where to go on (None: done).

    A line of which nothing is left that counts keeps what it showed: there is nothing to put in
    its place.
    """
    found = session.execute(_concerned(voided, after).limit(PIECE + 1)).all()
    piece = found[:PIECE]
    for _, line_id in piece:
        _rescore_line(session, voided.complaint_id, line_id)
    return len(piece), piece[-1][0] if len(found) > PIECE else None


def _concerned(voided: Voided, after: int) -> Select[int, int]:
    """Select attempt and line of the handed-in tests that a decision is about, in order."""
    everyone = voided.attempt_id is None
    own = Attempt.session_id == voided.session_id if everyone else Attempt.id == voided.attempt_id
    return (
        select(Attempt.id, AttemptItem.line_id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .where(
            own,
            Attempt.id > after,
            Attempt.handed_in_at.is_not(None),
            Attempt.closed_by != "cancelled",
            AttemptItem.item_version_id == voided.item_version_id,
            AttemptItem.scored,
            AttemptItem.voided_at >= Attempt.handed_in_at,
        )
        .order_by(Attempt.id)
    )


def _rescore_line(session: Session, complaint_id: int, line_id: int) -> None:
    """Record what changed; a test that was scored without the question already stays as it is."""
    before = {row.line_id: _shown(row) for row in _results(session, line_id)}
    for number, owner, result, code in results_again(session, line_id):
        if before.get(number) == _shown(result):
            continue
        mark = f":voided:{complaint_id}"
        evidence = new_evidence(session, owner, [(result, code)], mark=mark)
        record_evidence(session, owner.person_id, evidence)
        audit(
            session, None, "assessment:result:rescore", owner.public_id, competency=code, n=result.n
        )


def _results(session: Session, line_id: int) -> list[Result]:
    numbers = [number for number, _ in _chain(session, line_id)]
    return list(session.scalars(select(Result).where(Result.line_id.in_(numbers))))


def _shown(result: Result) -> tuple[float, int, float, float]:
    return result.correct, result.n, result.score, result.error
