"""A quick plan without a solver: again and again the class that closes most for its rupiah.

Never better than the exact one, often near it; it cannot say how near.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from plugins.courses.domain.planning.answer import Figures, FormKey
from plugins.courses.domain.planning.bounds import FormBounds, form_bounds
from plugins.courses.domain.planning.groups import fits
from plugins.courses.domain.planning.limits import Limit, hour_limits, money_limits
from plugins.courses.domain.planning.scenario import Need, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """Give these people places in a form, in a new class or in seats that are still free."""

    form: FormBounds
    opens: bool
    needs: Sequence[Need]

    @property
    def cost(self) -> int:
        return self.form.form.cost(int(self.opens), len(self.needs))

    @property
    def rank(self) -> tuple[float, int]:
        """Rank by gaps per rupiah, then by gaps; what is free comes first."""
        value = sum(need.value for need in self.needs)
        return (value / self.cost if self.cost else float("inf")), value


class _Desk:
    """What is given so far, and what is left."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._hours = {course.key: course.jp for course in scenario.courses}
        self._money, self._teaching = money_limits(scenario), hour_limits(scenario)
        self._spent: Counter[str] = Counter()
        self._taught: Counter[str] = Counter()
        self._courses_of: dict[str, list[str]] = defaultdict(list)
        self._waiting = _waiting(scenario.needs)
        self._wanted = Counter(need.person for need in scenario.needs if need.value)
        self.classes: Counter[FormKey] = Counter()
        self.seats: Counter[FormKey] = Counter()
        self.places: dict[str, list[str]] = defaultdict(list)

    def opening(self, form: FormBounds, *, small: bool = False) -> _Move | None:
        """Give the move that opens one more class, as full as can be; `small`: just enough."""
        size = form.minimum if small else form.maximum
        needs = self._seated(form, form.form.class_cost, size, spare=small)
        taught = form.form.trainer_jp <= _left(self._teaching, form.course.key, self._taught)
        room = self.classes[form.key] < form.most
        if len(needs) < form.minimum or not room or not taught:
            return None
        return _Move(form=form, opens=True, needs=needs)

    def filling(self, form: FormBounds) -> _Move | None:
        """Give the move that fills free seats of the classes there are."""
        free = self.classes[form.key] * form.maximum - self.seats[form.key]
        needs = self._seated(form, 0, free)
        return _Move(form=form, opens=False, needs=needs) if needs else None

    def _seated(
        self, form: FormBounds, first: int, seats: int, *, spare: bool = False
    ) -> list[Need]:
        left = _left(self._money, form.course.key, self._spent) - first
        if left < 0:
            return []
        if form.form.person_cost:
            seats = min(seats, left // form.form.person_cost)
        able = [need for need in self._waiting[form.course.key] if self._may(need)]
        if spare:  # those who are needed nowhere else come first
            able.sort(key=lambda need: self._wanted[need.person])
        return able[: max(0, seats)]

    def _may(self, need: Need) -> bool:
        courses = [*self._courses_of[need.person], need.course]
        return fits(self._scenario, [self._hours[course] for course in courses])

    def do(self, move: _Move) -> None:
        """Give the places of a move."""
        key = move.form.course.key
        self.classes[move.form.key] += move.opens
        self.seats[move.form.key] += len(move.needs)
        self._spent[key] += move.cost
        self._taught[key] += move.form.form.trainer_jp * move.opens
        given = {need.person for need in move.needs}
        self._waiting[key] = [n for n in self._waiting[key] if n.person not in given]
        for need in move.needs:
            self._courses_of[need.person].append(key)
            self.places[key].append(need.person)


def _waiting(needs: Sequence[Need]) -> dict[str, list[Need]]:
    found: dict[str, list[Need]] = defaultdict(list)
    for need in sorted(needs, key=lambda need: -need.value):
        if need.value:
            found[need.course].append(need)
    return found


def _left(limits: Sequence[Limit], course: str, used: Counter[str]) -> int:
    """Give what one course may still use."""
    return min((limit.left(used) for limit in limits if course in limit.courses), default=2**62)


def solve_greedily(scenario: Scenario) -> Figures:
    """Make a plan step by step; classes that were fixed by hand come first."""
    desk, bounds = _Desk(scenario), form_bounds(scenario)
    for form in bounds:
        for _ in range(form.least):
            move = desk.opening(form, small=True)
            if move is None:
                return Figures(status="infeasible", classes={}, seats={}, places={})
            desk.do(move)
    while moves := _moves(desk, bounds):
        desk.do(max(moves, key=lambda move: move.rank))
    return Figures(
        status="greedy",
        classes=dict(desk.classes),
        seats=dict(desk.seats),
        places=dict(desk.places),
    )


def _moves(desk: _Desk, bounds: Sequence[FormBounds]) -> list[_Move]:
    tried = [move for form in bounds for move in (desk.opening(form), desk.filling(form))]
    return [move for move in tried if move is not None]
