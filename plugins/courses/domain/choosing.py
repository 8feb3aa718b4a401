"""Which courses for which gaps: the fewest that cover them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

Cost = tuple[int, int, int, tuple[int, ...]]
"""New courses, repeated courses, JP, places in the list of offers: compared in this order.

With :class:`Short` the JP come first and the new courses third."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A gap: from which level to which; level 0 stands for nothing measured."""

    competency_id: int
    level: int
    required: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A course that teaches a competency from one level to another."""

    course_id: int
    competency_id: int
    from_level: int
    to_level: int
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a person did before: courses under way, courses completed, and for which gaps."""

    live: frozenset[int] = frozenset()
    completed: frozenset[int] = frozenset()
    completed_for: frozenset[tuple[int, int]] = frozenset()
    """Pairs of course and competency: a gap that is open again after this course."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """For someone who retires soon: few JP go before few courses, and only so many of them."""

    jp_left: int


def choose_courses(
    needs: Sequence[Need],
    offers: Sequence[Offer],
    history: History | None = None,
    short: Short | None = None,
) -> dict[int, int]:
    """Choose courses; give competency id → course id. A gap that no course fits is left out.

    The smallest number of additional courses wins, then fewer repeated ones, then fewer JP, then
    what is offered first. After a first round another course than the finished one is preferred,
    else the same again. With `short` the fewest JP win, and what exceeds them is left out.
    """
    past = history or History()
    reach: dict[int, set[int]] = {}
    for need in needs:
        for offer in suited(need, offers, past):
            reach.setdefault(offer.course_id, set()).add(need.competency_id)
    ranks = {course_id: n for n, course_id in enumerate(dict.fromkeys(o.course_id for o in offers))}
    costs = {offer.course_id: _cost(offer, ranks[offer.course_id], past) for offer in offers}
    if short is not None:
        costs = {key: (jp, again, new, rank) for key, (new, again, jp, rank) in costs.items()}
    chosen = _smallest_cover(frozenset().union(*reach.values()), reach, costs)
    return chosen if short is None else _shortest_first(chosen, costs, short.jp_left)


def _shortest_first(
    chosen: Mapping[int, int], costs: Mapping[int, Cost], jp_left: int
) -> dict[int, int]:
    """Keep the courses that fit into the JP left, the shortest first, those of more gaps before."""
    gaps = Counter(chosen.values())
    kept = set()
    for course_id in sorted(gaps, key=lambda each: (costs[each][0], -gaps[each], costs[each])):
        if costs[course_id][0] <= jp_left:
            jp_left -= costs[course_id][0]
            kept.add(course_id)
    return {gap: course_id for gap, course_id in chosen.items() if course_id in kept}


def suited(need: Need, offers: Iterable[Offer], past: History) -> list[Offer]:
    """Give the offers worth considering for a gap.

    They lead above the present level; those that begin at it (or one above) and reach the level
    asked for are preferred; so are those not yet finished for this very gap.
    """
    useful = [
        offer
        for offer in offers
        if offer.competency_id == need.competency_id and offer.to_level > need.level
    ]
    fitting = [
        offer
        for offer in useful
        if offer.from_level <= need.level + 1 and offer.to_level >= need.required
    ]
    chosen = fitting or useful
    fresh = [o for o in chosen if (o.course_id, o.competency_id) not in past.completed_for]
    return fresh or chosen


def _cost(offer: Offer, rank: int, past: History) -> Cost:
    if offer.course_id in past.live:
        return 0, 0, 0, (rank,)
    return 1, int(offer.course_id in past.completed), offer.jp, (rank,)


def _smallest_cover(
    wanted: frozenset[int], reach: Mapping[int, set[int]], costs: Mapping[int, Cost]
) -> dict[int, int]:
    """Find the cheapest cover exactly: the lowest open gap decides which courses are tried.

    At most 2^n sets of open gaps are looked at for n gaps; n is below 15 in every framework.
    """

    @cache
    def best(still: frozenset[int]) -> tuple[Cost, tuple[tuple[int, int], ...]]:
        if not still:
            return (0, 0, 0, ()), ()
        first = min(still)
        found = []
        for course_id in (c for c in reach if first in reach[c]):
            covered = still & reach[course_id]
            cost, rest = best(still - covered)
            pairs = tuple((gap, course_id) for gap in sorted(covered))
            found.append((_sum(costs[course_id], cost), pairs + rest))
        return min(found)

    return dict(best(wanted)[1])


def _sum(a: Cost, b: Cost) -> Cost:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], tuple(sorted(a[3] + b[3]))
