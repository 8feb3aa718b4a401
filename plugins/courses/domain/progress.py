"""Where a person is in a course: modules have steps, a step is done or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

PartState = Literal["done", "current", "later"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A step of a module; both count from 1."""

    module: int
    step: int


def places(steps: Sequence[int]) -> list[Place]:
    """Give all places of a course in order; `steps` holds each module's number of steps."""
    return [
        Place(module=module, step=step)
        for module, count in enumerate(steps, 1)
        for step in range(1, count + 1)
    ]


def first_open(steps: Sequence[int], done: Collection[Place]) -> Place | None:
    """Give the first place that is not done: where to continue; None when all is done."""
    return next((place for place in places(steps) if place not in done), None)


def neighbours(steps: Sequence[int], here: Place) -> tuple[Place | None, Place | None]:
    """Give the places before and after one, across modules; None at the ends."""
    order = places(steps)
    at = order.index(here)
    return order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None


def onward(steps: Sequence[int], done: Collection[Place], here: Place) -> Place | None:
    """Give where "Lanjut" leads: the next place, else the first one left out, else None."""
    after = neighbours(steps, here)[1]
    return after or first_open(steps, done)


def module_states(steps: Sequence[int], done: Collection[Place]) -> list[PartState]:
    """Give the state of each module; the first one not finished is the current one."""
    here = first_open(steps, done)
    states: list[PartState] = []
    for module, count in enumerate(steps, 1):
        finished = all(Place(module=module, step=step) in done for step in range(1, count + 1))
        current = here is not None and here.module == module
        states.append("done" if finished else "current" if current else "later")
    return states


def continue_at(steps: Sequence[int], done: Collection[Place], last: Place | None) -> Place | None:
    """Give where to go on: after the step that was done `last`, else the first one left out.

    None when all is done.
    """
    order = places(steps)
    after = order[order.index(last) + 1 :] if last in order else order
    return next((place for place in after if place not in done), first_open(steps, done))


def left_out(steps: Sequence[int], done: Collection[Place], until: Place) -> Place | None:
    """Give the first place before another one that is not done: why progress waits."""
    before = (place for place in places(steps) if place < until)
    return next((place for place in before if place not in done), None)


def minutes_left(minutes: Sequence[int], steps: Sequence[int], done: Collection[Place]) -> int:
    """Estimate how long the rest takes: each module's minutes, spread evenly over its steps."""
    rest = 0.0
    for module, (whole, count) in enumerate(zip(minutes, steps, strict=True), 1):
        open_ = sum(Place(module=module, step=step) not in done for step in range(1, count + 1))
        rest += whole * open_ / count
    return ceil(rest)
