"""What the answers of an attempt are worth: question by question, then line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from lms import Site, site_of
from lms.models import Competency
from plugins.assessment.domain import UNKNOWN, Answer, Outcome, is_final, outcome, placed
from plugins.assessment.domain.psychometrics import Estimate, ItemParameters, eap, percent_of
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    AttemptLine,
    BlueprintLine,
    ItemVersion,
    Rating,
    Result,
)
from plugins.assessment.queries.counting import counted_answers
from plugins.assessment.queries.draws import reference_items, unseen_counts
from plugins.assessment.queries.rules import RuleSet, rule_sets
from plugins.assessment.services.types import question_type, score_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredItem:
    """A question of an attempt with its score from 0 to 1; None: it does not count (yet).

    `pending` tells that an assessor has not rated it; a and b are the frozen parameters.
    """

    sequence: int
    line_id: int
    item_version_id: int
    score: float | None
    pending: bool
    a: float | None
    b: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line with what scoring needs: how far its chain went and what could still be asked."""

    line: AttemptLine
    code: str
    draws_from: tuple[int, ...]
    n_extra: int


def scored_items(
    session: Session, attempt_id: int, answers: Mapping[int, Answer]
) -> list[ScoredItem]:
    """Give every question of an attempt with its score, in order; two statements."""
    query = (
        select(
            AttemptItem.sequence,
            AttemptItem.line_id,
            AttemptItem.scored,
            AttemptItem.voided_at,
            AttemptItem.a,
            AttemptItem.b,
            ItemVersion.id,
            ItemVersion.kind,
            ItemVersion.content,
            ItemVersion.scoring,
        )
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .where(AttemptItem.attempt_id == attempt_id)
        .order_by(AttemptItem.sequence)
    )
    ratings = _ratings(session, attempt_id)
    site = site_of(session)
    return [_scored(site, row, answers, ratings) for row in session.execute(query)]


def _ratings(session: Session, attempt_id: int) -> dict[int, float]:
    query = select(Rating.sequence, Rating.score).where(Rating.attempt_id == attempt_id)
    return dict(session.execute(query.order_by(Rating.id)).all())


def _scored(
    site: Site,
    row: Row[*tuple[Any, ...]],
    answers: Mapping[int, Answer],
    ratings: Mapping[int, float],
) -> ScoredItem:
    """Score one question; a file that was handed in waits for its assessor."""
    value = answers.get(row.sequence, Answer()).value
    counts = row.scored and row.voided_at is None
    file = question_type(site, row.kind, row.content).response == "file"
    if not file:
        score = score_answer(site, row.kind, row.content, row.scoring, value)
    elif value is None or value == UNKNOWN:
        score = 0.0
    else:
        score = ratings.get(row.sequence)
    return ScoredItem(
        sequence=row.sequence,
        line_id=row.line_id,
        item_version_id=row.id,
        score=score if counts else None,
        pending=counts and file and score is None,
        a=row.a,
        b=row.b,
    )


# -- lines ---------------------------------------------------------------------------------------


def store_results(
    session: Session, attempt: Attempt, answers: Mapping[int, Answer]
) -> list[tuple[Result, str]]:
    """Store a result per line, pooled with its chain; give them with the competency's code.

    A line of which nothing counts (yet) gets no result.
    """
    results = [
        (_row(attempt.id, part.line, measured, rule, pending), part.code)
        for part, measured, rule, pending in _measured_lines(session, attempt, answers)
        if measured is not None
    ]
    session.add_all(result for result, _ in results)
    session.flush()
    return results


def store_result_again(
    session: Session, attempt: Attempt, answers: Mapping[int, Answer], line_id: int
) -> tuple[Result, str] | None:
    """Compute the result of one line again after a rating; None when nothing counts."""
    for part, measured, rule, pending in _measured_lines(session, attempt, answers):
        if part.line.id == line_id and measured is not None:
            result = session.scalar(select(Result).where(Result.line_id == line_id))
            if result is None:
                result = _row(attempt.id, part.line, measured, rule, pending)
                session.add(result)
            else:
                _fill(result, measured, rule, pending)
            session.flush()
            return result, part.code
    return None


def _measured_lines(
    session: Session, attempt: Attempt, answers: Mapping[int, Answer]
) -> Iterator[tuple[_Line, Measured | None, RuleSet, int]]:
    """Give each line with what it shows, its rule and how many answers wait for an assessor."""
    items = scored_items(session, attempt.id, answers)
    lines = _lines(session, attempt.id)
    earlier = _earlier_items(session, attempt.id, [part.line.root_id for part in lines])
    unseen = unseen_counts(session, attempt.person_id)
    rules = rule_sets(session, [part.line.rule_id for part in lines])
    pool = reference_items(session, attempt.instrument_version_id)
    for part in lines:
        own = [item for item in items if item.line_id == part.line.id]
        chain = [*earlier.get(part.line.root_id or 0, []), *own]
        left = sum(unseen.get(competency, 0) for competency in part.draws_from)
        rule, final = rules[part.line.rule_id], is_final(part.line.extra_number, part.n_extra, left)
        reference = [each for c in part.draws_from for each in pool.get(c, ())]
        measured = measure(chain, rule, reference, final=final)
        yield part, measured, rule, sum(item.pending for item in own)


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


def _earlier_items(
    session: Session, attempt_id: int, root_ids: Sequence[int | None]
) -> dict[int, list[ScoredItem]]:
    """Give root line id → the scored questions of its chain before this attempt (a few only)."""
    roots = [root for root in root_ids if root is not None]
    if not roots:
        return {}
    root = func.coalesce(AttemptLine.root_id, AttemptLine.id)
    query = (
        select(AttemptLine.id, root, AttemptLine.attempt_id)
        .join(Attempt, Attempt.id == AttemptLine.attempt_id)
        .where(root.in_(roots), Attempt.handed_in_at.is_not(None), Attempt.id < attempt_id)
    )
    chain = {line_id: (root_id, number) for line_id, root_id, number in session.execute(query)}
    found: dict[int, list[ScoredItem]] = {}
    for number in sorted({number for _, number in chain.values()}):
        answers = counted_answers(session, session.get_one(Attempt, number))
        for item in scored_items(session, number, answers):
            if item.line_id in chain:
                found.setdefault(chain[item.line_id][0], []).append(item)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An outcome, and θ with its error when the questions are calibrated."""

    outcome: Outcome
    theta: Estimate | None = None


def measure(
    items: Sequence[ScoredItem],
    rule: RuleSet,
    reference: Sequence[ItemParameters],
    *,
    final: bool = False,
) -> Measured | None:
    """Turn scored questions into a level: by θ when all are calibrated, else by their share.

    θ becomes percent on the `reference` questions when the rule's cuts are in percent, so that
    whoever saw hard questions is compared fairly. None when nothing counts; also when the rule
    wants θ and the questions have no parameters.
    """
    counted = [item for item in items if item.score is not None]
    if not counted:
        return None
    correct, n = sum(item.score or 0.0 for item in counted), len(counted)
    theta = _theta(counted)
    if theta is None or (rule.unit != "theta" and not reference):
        if rule.unit == "theta":
            return None
        return Measured(outcome=outcome(correct, n, rule.bands, final=final))
    placed_at = theta if rule.unit == "theta" else percent_of(reference, theta)
    found = placed(placed_at.value, placed_at.error, rule.bands, correct=correct, n=n, final=final)
    return Measured(outcome=found, theta=theta)


def _theta(items: Sequence[ScoredItem]) -> Estimate | None:
    if any(item.a is None or item.b is None for item in items):
        return None
    return eap((ItemParameters(item.a or 0.0, item.b or 0.0), item.score or 0.0) for item in items)


def _row(
    attempt_id: int, line: AttemptLine, measured: Measured, rule: RuleSet, pending: int
) -> Result:
    result = Result(attempt_id=attempt_id, line_id=line.id, competency_id=line.competency_id)
    _fill(result, measured, rule, pending)
    return result


def _fill(result: Result, measured: Measured, rule: RuleSet, pending: int) -> None:
    found, theta = measured.outcome, measured.theta
    result.correct, result.n = found.correct, found.n
    result.score, result.error = found.score, found.error
    result.theta = theta.value if theta else None
    result.theta_error = theta.error if theta else None
    result.level, result.label = found.level, found.label
    result.level_low, result.level_high = found.level_low, found.level_high
    result.rule, result.pending = rule.label, pending
