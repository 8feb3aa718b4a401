"""Use-case: hand in an attempt once; it is locked, scored and reported as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import NewEvidence, NotFound, get_setting, now, record_evidence, today
from lms.models import Competency
from plugins.assessment.domain import (
    TITLES,
    UNKNOWN,
    Answer,
    AnswerFact,
    Outcome,
    current_answers,
    is_final,
    outcome,
    receipt,
)
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    AttemptLine,
    BlueprintLine,
    InstrumentVersion,
    ItemVersion,
    Result,
)
from plugins.assessment.queries.draws import unseen_counts
from plugins.assessment.queries.facts import FACTS, fact
from plugins.assessment.queries.rules import RuleSet, rule_sets


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line with what scoring needs: how far its chain went and what could still be asked."""

    line: AttemptLine
    code: str
    draws_from: tuple[int, ...]
    n_extra: int


def hand_in(session: Session, person_id: int, public_id: str) -> str:
    """Lock an attempt, score the last acknowledged answer of every item; give the receipt.

    Handing in twice gives the first receipt again. Raises NotFound for another person's attempt.
    """
    query = select(Attempt).where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    attempt = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound("Tes ini tidak ditemukan.")
    if attempt.receipt is not None:
        return attempt.receipt
    events = _events(session, attempt.id)
    answers = current_answers(events)
    digest = receipt(attempt.public_id, (event.digest for event in events))
    _close(session, attempt, digest, answers)
    results = _score(session, attempt, answers)
    record_evidence(session, person_id, _evidence(session, attempt, results))
    return digest


def _events(session: Session, attempt_id: int) -> list[AnswerFact]:
    rows = session.execute(FACTS.where(AnswerEvent.attempt_id == attempt_id))
    return [fact(row) for row in rows]


def _close(session: Session, attempt: Attempt, digest: str, answers: dict[int, Answer]) -> None:
    values = [answer.value for answer in answers.values() if answer.value is not None]
    attempt.handed_in_at = now(session)
    attempt.answered = len(values)
    attempt.unknown = values.count(UNKNOWN)
    attempt.receipt = digest
    session.flush()


def _score(
    session: Session, attempt: Attempt, answers: dict[int, Answer]
) -> list[tuple[Result, str]]:
    """Store a result per line, pooled with its chain; give them with the competency's code."""
    lines = _lines(session, attempt.id)
    counts = _counts(session, attempt.id, answers)
    before = _pooled_before(session, [part.line.root_id for part in lines])
    unseen = unseen_counts(session, attempt.person_id)
    rules = rule_sets(session, [part.line.rule_id for part in lines])
    results = []
    for part in lines:
        correct, n = counts[part.line.id]
        earlier = before.get(part.line.root_id or 0, (0, 0))
        measured = outcome(
            correct + earlier[0],
            n + earlier[1],
            rules[part.line.rule_id].bands,
            final=is_final(
                part.line.extra_number,
                part.n_extra,
                sum(unseen.get(competency, 0) for competency in part.draws_from),
            ),
        )
        results.append((_result(attempt.id, part.line, measured, rules), part.code))
    session.add_all(result for result, _ in results)
    session.flush()
    return results


def _lines(session: Session, attempt_id: int) -> list[_Line]:
    query = (
        select(AttemptLine, Competency.code, BlueprintLine.draws_from, BlueprintLine.n_extra)
        .join(Competency, Competency.id == AttemptLine.competency_id)
        .join(BlueprintLine, BlueprintLine.id == AttemptLine.blueprint_line_id)
        .where(AttemptLine.attempt_id == attempt_id)
        .order_by(AttemptLine.id)
    )
    return [
        _Line(line=line, code=code, draws_from=tuple(draws_from), n_extra=n_extra)
        for line, code, draws_from, n_extra in session.execute(query)
    ]


def _counts(
    session: Session, attempt_id: int, answers: dict[int, Answer]
) -> dict[int, tuple[int, int]]:
    """Give line id → (correct, asked) of this attempt."""
    query = (
        select(AttemptItem.sequence, AttemptItem.line_id, ItemVersion.key)
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .where(AttemptItem.attempt_id == attempt_id)
    )
    counts: dict[int, tuple[int, int]] = {}
    for sequence, line_id, key in session.execute(query):
        correct, n = counts.get(line_id, (0, 0))
        right = answers.get(sequence, Answer()).value == key
        counts[line_id] = (correct + right, n + 1)
    return counts


def _pooled_before(session: Session, root_ids: Sequence[int | None]) -> dict[int, tuple[int, int]]:
    """Give root line id → (correct, asked) of its chain so far; results are cumulative."""
    roots = [root for root in root_ids if root is not None]
    if not roots:
        return {}
    root = func.coalesce(AttemptLine.root_id, AttemptLine.id)
    query = (
        select(root, Result.correct, Result.n)
        .join(Result, Result.line_id == AttemptLine.id)
        .where(root.in_(roots))
        .order_by(AttemptLine.extra_number)
    )
    return {root_id: (correct, n) for root_id, correct, n in session.execute(query)}


def _result(
    attempt_id: int, line: AttemptLine, measured: Outcome, rules: dict[int, RuleSet]
) -> Result:
    return Result(
        attempt_id=attempt_id,
        line_id=line.id,
        competency_id=line.competency_id,
        correct=measured.correct,
        n=measured.n,
        score=measured.score,
        error=measured.error,
        level=measured.level,
        level_low=measured.level_low,
        level_high=measured.level_high,
        label=measured.label,
        rule=rules[line.rule_id].label,
    )


def _evidence(
    session: Session, attempt: Attempt, results: Sequence[tuple[Result, str]]
) -> list[NewEvidence]:
    version = session.get_one(InstrumentVersion, attempt.instrument_version_id)
    measured_on = today(session)
    valid_until = years_later(measured_on, get_setting(session, "core.evidence_years"))
    source = f"{TITLES[attempt.purpose]} ({version.name} v{version.version})"
    return [
        NewEvidence(
            key=evidence_key(attempt.public_id, code),
            competency_id=result.competency_id,
            level=result.level,
            level_low=result.level_low,
            level_high=result.level_high,
            kind="measured",
            source=f"{source}, {result.n} soal",
            measured_on=measured_on,
            score=result.score,
            error=result.error,
            rule=result.rule,
            valid_until=valid_until,
        )
        for result, code in results
    ]


def evidence_key(public_id: str, code: str) -> str:
    """Give the key that makes recording an attempt's evidence idempotent."""
    return f"assessment:{public_id}:{code}"


def years_later(day: date, years: int) -> date:
    """Give the same day some years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
