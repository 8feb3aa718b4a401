"""Which question comes next in an adaptive test, and when it ends.

Content first: the competency that is furthest behind its share of the blueprint. Among its items
those within the exposure rate; among these the most informative at theta; and of the best few one
by chance, so that neighbours see different questions. One theta per call: an instrument that
measures several competencies on scales of their own calls this once for each.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest, nsmallest

from plugins.assessment.domain.psychometrics.irt import ItemParameters, information

START_SLACK = 5
"""Each item may be shown this often before its rate counts: a first day has no rates yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankItem:
    """An item that an adaptive test may ask."""

    key: int
    competency: str
    parameters: ItemParameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The rules of an adaptive test; `shares` is the blueprint, weights per competency."""

    shares: Mapping[str, float]
    shortest: int = 10
    longest: int = 40
    target_error: float = 0.30
    best: int = 5
    most_exposed: float = 0.25

    def __post_init__(self) -> None:
        if self.best < 3:
            raise ValueError("At least three items are drawn from, or everybody sees the same.")
        if not 0 < self.shortest <= self.longest:
            raise ValueError("The shortest test is at least one question, the longest no less.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How many attempts there were, and in how many of them each item was asked."""

    attempts: int = 0
    asked: Mapping[int, int] = field(default_factory=dict)

    def within(self, key: int, rate: float) -> bool:
        """Tell whether an item may be shown once more."""
        return self.asked.get(key, 0) < rate * self.attempts + START_SLACK


def is_complete(asked: int, error: float, plan: Plan) -> bool:
    """Tell whether the test ends: precise enough or long enough, never below the shortest."""
    if asked < plan.shortest:
        return False
    return error <= plan.target_error or asked >= plan.longest


def next_item(
    bank: Sequence[BankItem],
    asked: Collection[int],
    theta: float,
    plan: Plan,
    exposure: Exposure,
    chance: random.Random,
) -> BankItem | None:
    """Choose the next item, or None when the bank has no other for the blueprint.

    `asked` are the keys of the items that this person has had.
    """
    had = frozenset(asked)
    free = [item for item in bank if item.key not in had]
    due = _due_competencies(bank, had, plan.shares)
    allowed = [item for item in free if item.competency in due]
    if not allowed:
        return None
    shown = _within_exposure(allowed, plan, exposure)
    best = nlargest(plan.best, shown, key=lambda item: information(item.parameters, theta))
    return chance.choice(best)


def _due_competencies(
    bank: Sequence[BankItem], asked: frozenset[int], shares: Mapping[str, float]
) -> set[str]:
    """Name the competencies that are furthest behind their share, of those with items left."""
    had = Counter(item.competency for item in bank if item.key in asked)
    left = {item.competency for item in bank if item.key not in asked}
    total, number = sum(shares.values()), sum(had[name] for name in shares) + 1
    behind = {
        name: share / total * number - had[name]
        for name, share in shares.items()
        if share > 0 and name in left
    }
    most = max(behind.values(), default=0.0)
    return {name for name, value in behind.items() if value >= most - 1e-9}


def _within_exposure(
    allowed: Sequence[BankItem], plan: Plan, exposure: Exposure
) -> Sequence[BankItem]:
    """Leave out what was shown too often; too few left, then take the least shown."""
    within = [item for item in allowed if exposure.within(item.key, plan.most_exposed)]
    if len(within) >= min(plan.best, len(allowed)):
        return within
    return nsmallest(plan.best, allowed, key=lambda item: exposure.asked.get(item.key, 0))
