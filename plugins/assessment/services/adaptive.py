"""Use-case: choose the next question of an adaptive test while the person goes on."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lms import NotFound, now, site_of
from plugins.assessment.domain import Answer, Candidate, current_answers
from plugins.assessment.domain.psychometrics import (
    BankItem,
    Exposure,
    ItemParameters,
    Plan,
    eap,
    is_complete,
    next_item,
)
from plugins.assessment.models import (
    AnswerEvent,
    Attempt,
    AttemptItem,
    AttemptLine,
    BlueprintLine,
    InstrumentVersion,
)
from plugins.assessment.queries.draws import candidates, parameters
from plugins.assessment.queries.facts import FACTS, fact
from plugins.assessment.queries.sitting import NO_TEST
from plugins.assessment.services.lines import WantedLine
from plugins.assessment.services.scoring import ScoredItem, scored_items
from plugins.assessment.services.voiding import broken_items, may_be_left

SHORTEST, LONGEST, TARGET_ERROR = 5, 20, 0.30
"""Questions per competency and error on θ when the instrument version says nothing else."""
FRESH = timedelta(seconds=60)
"""How long counts of exposure are good enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """A line in the middle of the test: what it may still ask, what was asked, where it stands."""

    line_id: int
    bank: tuple[BankItem, ...]
    asked: tuple[int, ...]
    theta: float
    error: float
    plan: Plan

    @property
    def is_open(self) -> bool:
        """Tell whether the line wants another question and has one."""
        wants = not is_complete(len(self.asked), self.error, self.plan)
        return wants and len(self.asked) < len(self.bank)


def plan_of(version: InstrumentVersion, sources: Collection[int]) -> Plan:
    """Give the rules of one line: every source competency has the same share."""
    return Plan(
        shares={str(source): 1.0 for source in sources},
        shortest=version.min_items or SHORTEST,
        longest=max(version.max_items or LONGEST, version.min_items or SHORTEST),
        target_error=version.target_error or TARGET_ERROR,
    )


def first_items(
    session: Session,
    person_id: int,
    version: InstrumentVersion,
    lines: Sequence[WantedLine],
    rng: random.Random,
) -> dict[WantedLine, Candidate]:
    """Give the very first question, for the first line that has one; the others come later."""
    known = parameters(session, version.calibration_id) if version.calibration_id else {}
    sources = {competency for line in lines for competency in line.draws_from}
    pool = candidates(session, person_id, sources)
    exposure = _exposure(session, version)
    for line in lines:
        bank = _bank(pool, line.draws_from, known)
        plan = plan_of(version, line.draws_from)
        chosen = next_item(bank, (), 0.0, plan, exposure, rng)
        if chosen is not None:
            return {line: next(i for i in pool if i.item_version_id == chosen.key)}
    return {}


def _bank(
    pool: Sequence[Candidate],
    sources: Collection[int],
    known: Mapping[int, ItemParameters],
    own: Collection[int] = (),
) -> tuple[BankItem, ...]:
    """Give the calibrated items of a line: unseen ones, and those of this attempt itself.

    Only when everything was seen in earlier attempts are those asked again.
    """
    mine = [i for i in pool if i.competency_id in sources and i.item_version_id in known]
    unseen = [i for i in mine if i.last_seen is None or i.item_version_id in own]
    usable = unseen if any(i.item_version_id not in own for i in unseen) else mine
    return tuple(
        BankItem(
            key=item.item_version_id,
            competency=str(item.competency_id),
            parameters=known[item.item_version_id],
        )
        for item in usable
    )


def extend(session: Session, person_id: int, public_id: str, rng: random.Random) -> int | None:
    """Add the next question of an adaptive attempt; give its number, None when it is complete.

    The attempt is locked, so two clicks add one question: while the last one has no answer it is
    given again, unless it was reported as broken. Raises NotFound for another person's attempt.
    """
    query = select(Attempt).where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    attempt = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound(NO_TEST)
    rows = session.execute(FACTS.where(AnswerEvent.attempt_id == attempt.id))
    answers = current_answers([fact(row) for row in rows])
    last = answers.get(attempt.n_items, Answer())
    if last.value is None and not may_be_left(session, attempt):
        return attempt.n_items
    version = session.get_one(InstrumentVersion, attempt.instrument_version_id)
    items = scored_items(session, attempt.id, answers)
    lines = [line for line in _measured(session, attempt, version, items) if line.is_open]
    exposure = _exposure(session, version)
    for line in sorted(lines, key=lambda each: len(each.asked)):
        chosen = next_item(line.bank, line.asked, line.theta, line.plan, exposure, rng)
        if chosen is not None:
            return _add(session, attempt, line, chosen)
    return None


def _measured(
    session: Session, attempt: Attempt, version: InstrumentVersion, items: Sequence[ScoredItem]
) -> list[_Measured]:
    query = (
        select(AttemptLine.id, BlueprintLine.draws_from)
        .join(BlueprintLine, BlueprintLine.id == AttemptLine.blueprint_line_id)
        .where(AttemptLine.attempt_id == attempt.id)
        .order_by(AttemptLine.id)
    )
    lines = session.execute(query).all()
    known = parameters(session, version.calibration_id) if version.calibration_id else {}
    pool = candidates(session, attempt.person_id, {c for _, sources in lines for c in sources})
    taken = {item.item_version_id for item in items} | broken_items(session, attempt)
    found = []
    for line_id, sources in lines:
        own = [item for item in items if item.line_id == line_id]
        asked = tuple(item.item_version_id for item in own)
        bank = _bank(pool, sources, known, asked)
        estimate = eap(
            (ItemParameters(item.a, item.b), item.score)
            for item in own
            if item.score is not None and item.a is not None and item.b is not None
        )
        found.append(
            _Measured(
                line_id=line_id,
                bank=tuple(i for i in bank if i.key in asked or i.key not in taken),
                asked=asked,
                theta=estimate.value,
                error=estimate.error,
                plan=plan_of(version, sources),
            )
        )
    return found


def _add(session: Session, attempt: Attempt, line: _Measured, chosen: BankItem) -> int:
    attempt.n_items += 1
    session.flush()
    session.execute(
        insert(AttemptItem),
        {
            "attempt_id": attempt.id,
            "sequence": attempt.n_items,
            "line_id": line.line_id,
            "item_version_id": chosen.key,
            "a": chosen.parameters.a,
            "b": chosen.parameters.b,
            "scored": True,
        },
    )
    return attempt.n_items


def _exposure(session: Session, version: InstrumentVersion) -> Exposure:
    """Give how often each item was shown; counted at most once a minute per process."""
    kept: dict[int, tuple[datetime, Exposure]]
    kept = site_of(session).extra.setdefault("assessment.exposure", {})
    moment = now(session)
    if version.id not in kept or moment - kept[version.id][0] > FRESH:
        own = Attempt.instrument_version_id == version.id
        attempts = session.scalar(select(func.count()).select_from(Attempt).where(own)) or 0
        query = (
            select(AttemptItem.item_version_id, func.count())
            .join(Attempt, Attempt.id == AttemptItem.attempt_id)
            .where(own)
            .group_by(AttemptItem.item_version_id)
        )
        asked = dict(session.execute(query).all())
        kept[version.id] = (moment, Exposure(attempts=attempts, asked=asked))
    return kept[version.id][1]
