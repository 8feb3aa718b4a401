"""Limits of money and of trainers' hours, as sums over sets of courses.

What several sources (or pools of trainers) can carry together needs no flow: by Hall's theorem it
is enough that for each set of sources, the courses that only they may pay stay within their sum.
Amounts are whole, so a split in whole rupiah exists whenever these sums hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from plugins.courses.domain.planning.scenario import Scenario

MOST_SOURCES = 12
"""Of sources and of pools: 4,096 sets of them are looked at, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The courses of a set may use so much together; `name` is for people."""

    courses: frozenset[str]
    amount: int
    name: str = ""

    def left(self, used: Mapping[str, int]) -> int:
        """Give what is left after what each course uses."""
        return self.amount - sum(used.get(course, 0) for course in self.courses)


Carrier = tuple[str, int, frozenset[str] | None]
"""A source or pool: its name, how much it can carry, for which courses (None: all)."""


def money_limits(scenario: Scenario) -> list[Limit]:
    """Give the limits of rupiah; a course that no source may pay for can only be free."""
    every = frozenset(course.key for course in scenario.courses)
    limits = [] if scenario.budget is None else [Limit(courses=every, amount=scenario.budget)]
    if scenario.sources or scenario.budget is None:
        carriers = [(s.name, s.amount, s.courses) for s in scenario.sources]
        limits += carried(carriers, dict.fromkeys(every, True))
    return limits


def hour_limits(scenario: Scenario) -> list[Limit]:
    """Give the limits of trainers' hours; a course that no pool names is not limited."""
    carriers = [(pool.name, pool.jp, pool.courses) for pool in scenario.trainers]
    return carried(carriers, {course.key: False for course in scenario.courses})


def carried(carriers: Sequence[Carrier], courses: Mapping[str, bool]) -> list[Limit]:
    """Give the limits that carriers put on courses.

    `courses` says of each whether it needs a carrier even when none names it.
    """
    able = {
        course: frozenset(
            n for n, (_, _, only) in enumerate(carriers) if only is None or course in only
        )
        for course in courses
    }
    bound = {course: who for course, who in able.items() if who or courses[course]}
    found: dict[frozenset[str], Limit] = {}
    for chosen in _subsets(range(len(carriers))):
        inside = frozenset(course for course, who in bound.items() if who <= chosen)
        amount = sum(carriers[n][1] for n in chosen)
        if inside and (inside not in found or found[inside].amount > amount):
            names = ", ".join(carriers[n][0] for n in sorted(chosen))
            found[inside] = Limit(courses=inside, amount=amount, name=names)
    return list(found.values())


def _subsets(numbers: Iterable[int]) -> Iterable[frozenset[int]]:
    every = list(numbers)
    for size in range(len(every) + 1):
        yield from (frozenset(some) for some in combinations(every, size))
