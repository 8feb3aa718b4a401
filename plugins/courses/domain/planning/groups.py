"""People who are alike are counted together, and told apart again when classes are dealt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from lms.errors import Invalid
from plugins.courses.domain.planning.scenario import Need, Scenario

Bundle = tuple[tuple[str, int], ...]
"""The courses that a person needs, each with what it is worth, in a fixed order."""
MOST_CHOICES = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People with the same needs.

    `choices` are the sets of courses that one of them may get, as large as the limits per person
    allow; empty where these limits do not matter.
    """

    bundle: Bundle
    people: tuple[str, ...]
    choices: tuple[frozenset[str], ...] = ()


def group_people(scenario: Scenario) -> list[Group]:
    """Group the people; one who may have all she needs counts apart for each course."""
    hours = {course.key: course.jp for course in scenario.courses}
    bundles: dict[Bundle, list[str]] = defaultdict(list)
    for person, needs in needs_by_person(scenario.needs).items():
        pairs = tuple(sorted((need.course, need.value) for need in needs if need.value))
        if fits(scenario, [hours[course] for course, _ in pairs]):
            for pair in pairs:
                bundles[(pair,)].append(person)
        else:
            bundles[pairs].append(person)
    return [
        Group(bundle=bundle, people=tuple(people), choices=_choices(scenario, bundle, hours))
        for bundle, people in bundles.items()
    ]


def needs_by_person(needs: Iterable[Need]) -> dict[str, list[Need]]:
    """Give each person's needs, in the order in which people come first."""
    found: dict[str, list[Need]] = {}
    for need in needs:
        found.setdefault(need.person, []).append(need)
    return found


def fits(scenario: Scenario, hours: Sequence[int]) -> bool:
    """Tell whether one person may have courses with these hours in the year."""
    few = scenario.most_courses is None or len(hours) <= scenario.most_courses
    return few and (scenario.most_jp is None or sum(hours) <= scenario.most_jp)


def _choices(
    scenario: Scenario, bundle: Bundle, hours: Mapping[str, int]
) -> tuple[frozenset[str], ...]:
    """Give the largest sets of courses of a bundle within the limits per person."""
    courses = [course for course, _ in bundle]
    if fits(scenario, [hours[course] for course in courses]):
        return ()
    found: list[frozenset[str]] = []
    for size in range(len(courses) - 1, 0, -1):
        for some in combinations(courses, size):
            chosen = frozenset(some)
            if fits(scenario, [hours[c] for c in some]) and not any(chosen < f for f in found):
                found.append(chosen)
        if len(found) > MOST_CHOICES:
            raise Invalid(f"One person needs {len(courses)} courses: too many ways to choose.")
    return tuple(found) or (frozenset(),)


def give_places(
    groups: Sequence[Group], taken: Sequence[Mapping[str, int]], chosen: Sequence[Sequence[int]]
) -> dict[str, list[str]]:
    """Give course → people who get it, from the numbers of a solution.

    `taken` says for each group how many get which course, `chosen` how many of them may get
    which of its `choices`. Those who stand first in their group come first.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for group, counts, shares in zip(groups, taken, chosen, strict=True):
        allowed = _allowed(group, shares)
        for course, count in counts.items():
            who = [person for person in group.people if allowed(person, course)]
            found[course] += who[:count]
    return found


def _allowed(group: Group, shares: Sequence[int]) -> _Allowed:
    if not group.choices:
        return _Allowed({})
    turn = iter(group.people)
    sets: dict[str, frozenset[str]] = dict.fromkeys(group.people, frozenset())
    for choice, share in zip(group.choices, shares, strict=True):
        for _ in range(share):
            sets[next(turn)] = choice
    return _Allowed(sets)


@dataclass(frozen=True, slots=True)
class _Allowed:
    """Tells whether a person may get a course (no sets: everybody may)."""

    sets: Mapping[str, frozenset[str]]

    def __call__(self, person: str, course: str) -> bool:
        return not self.sets or course in self.sets[person]


def deal(people: Sequence[str], units: Mapping[str, str], classes: int) -> list[tuple[str, ...]]:
    """Deal people into classes so that colleagues of a unit go at different times.

    An office must go on serving while some of its people learn: sorted by unit, people are dealt
    like cards. Sizes then differ by one at most.
    """
    ordered = sorted(people, key=lambda person: units.get(person, ""))
    return [tuple(ordered[number::classes]) for number in range(classes)]
