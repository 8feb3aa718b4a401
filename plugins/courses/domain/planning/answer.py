"""The answer of a plan: how many classes of what, who is in, who is left and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Status = Literal["optimal", "feasible", "time_limit", "greedy", "infeasible"]
FormKey = tuple[str, int]
"""A form of a course: the course's key and the form's place in its list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The bare numbers of a solution, before people are dealt into classes.

    `bound` is what no plan can exceed in weighted gaps (thousandths), None when nobody knows.
    """

    status: Status
    classes: Mapping[FormKey, int]
    seats: Mapping[FormKey, int]
    places: Mapping[str, list[str]]
    bound: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedClass:
    """One class: `number` counts over the whole plan, `of_form` within its course and form."""

    number: int
    course: str
    title: str
    form: str
    of_form: int
    people: tuple[str, ...]
    cost: int
    gaps: int
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A need without a place, and the reason in one sentence."""

    person: str
    course: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A plan. `gap` is the distance from the best possible as a fraction, None when unknown."""

    status: Status
    method: Literal["exact", "greedy"]
    gap: float | None
    cost: int
    gaps_closed: int
    classes: tuple[PlannedClass, ...]
    left_out: tuple[LeftOut, ...]
    note: str = ""

    @property
    def placed(self) -> int:
        """Give how many needs have a place."""
        return sum(len(planned.people) for planned in self.classes)

    @property
    def rupiah_per_gap(self) -> int | None:
        """Give what one closed gap costs, None when none is closed."""
        return round(self.cost / self.gaps_closed) if self.gaps_closed else None
